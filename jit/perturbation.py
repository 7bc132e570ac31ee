"""What a perturbed run changes of everything that generated code must not depend on.

A right compiler computes the same whatever register it happens to take, whenever it spills, wherever memory lies and
whatever is left in places that nobody wrote.  A `Perturbation` says what of that is different; it is a value with a
seed, so that whoever knows the seed has the same code and the same machine again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

_WORD = (1 << 64) - 1


class Kind(Enum):
    """What can be different."""

    ORDER = "order"  # registers of the operand stack are handed out at random
    SPILLS = "spills"  # between instructions, values go to their slots now and then
    EAGER = "eager"  # between instructions, constants, locals and conditions go to registers now and then
    UNFOLDED = "unfolded"  # constants are not folded
    UNFUSED = "unfused"  # no instruction takes back or changes the word before it
    UNPINNED = "unpinned"  # few locals live in registers
    JUNK = "junk"  # what is dead holds junk: registers, upper halves, flags, both stacks
    MOVED = "moved"  # everything lies at other addresses


SWITCHES = (Kind.ORDER, Kind.SPILLS, Kind.EAGER, Kind.UNFOLDED, Kind.UNFUSED, Kind.UNPINNED)
"""The kinds that change code."""


class Dice:
    """Random numbers that follow from a seed and what they are for (Steele, Lea, Flood: SplitMix64)."""

    __slots__ = ("_state",)

    def __init__(self, seed: int, purpose: str) -> None:
        digest = hashlib.blake2b(f"{purpose} {seed}".encode(), digest_size=8).digest()
        self._state = int.from_bytes(digest, "little")

    def word(self) -> int:
        """64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _WORD
        mixed = (self._state ^ self._state >> 30) * 0xBF58476D1CE4E5B9 & _WORD
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _WORD
        return mixed ^ mixed >> 31

    def below(self, bound: int) -> int:
        """A number from 0 up to `bound`, itself left out; fair enough for small ones."""
        return self.word() % bound

    def junk(self) -> int:
        """64 bits that are no address, and whose halves are not zero."""
        return self.word() | 0x8001_0000_8001_0001


@dataclass(frozen=True, slots=True)
class Perturbation:
    """What is different, and the seed of how.  Without any kind all is as it always is."""

    seed: int
    kinds: frozenset[Kind]

    @staticmethod
    def of(seed: int) -> "Perturbation":
        """The perturbation of a seed: junk and other addresses always, the switches as the seed will have it."""
        dice = Dice(seed, "kinds")
        return Perturbation(seed, frozenset({Kind.JUNK, Kind.MOVED, *(kind for kind in SWITCHES if dice.below(2))}))

    def has(self, kind: Kind) -> bool:
        return kind in self.kinds

    def dice(self, purpose: str) -> Dice:
        """Dice for one purpose; throws for another do not change them."""
        return Dice(self.seed, purpose)

    def junk(self, purpose: str) -> Callable[[], int]:
        """Makes words for places that nobody may read: junk, or zeros where they are to be as always."""
        return self.dice(purpose).junk if self.has(Kind.JUNK) else _zero

    def junk_bytes(self, purpose: str, size: int) -> bytes:
        """The same, `size` bytes of it: a word again and again would hide how far off a read is."""
        if not self.has(Kind.JUNK):
            return bytes(size)
        return hashlib.shake_128(f"{purpose} {self.seed}".encode()).digest(size)


def _zero() -> int:
    return 0


UNCHANGED = Perturbation(0, frozenset())
"""Nothing is different: for who wants only to have watched what is never watched otherwise."""
