"""Labels: places in code under assembly, and the words that wait for them.

A label is bound at most once, in one assembler.  A reference to a bound label is encoded at once; a reference to an
unbound one leaves a fixup with the label, patched when it is bound.  Each kind of field knows its reach: a distance
that does not fit raises `BranchOutOfRange`, never wraps.
"""

from dataclasses import dataclass
from typing import Final


class BranchOutOfRange(Exception):
    """A distance does not fit its field.  The code under assembly is lost; compile again with far branches."""

    def __init__(self, field: "Field", at: int, distance: int) -> None:
        super().__init__(f"{field.name} at {at:#x} cannot reach {distance:+#x} bytes")
        self.field = field
        self.at = at
        self.distance = distance


class UnboundLabel(Exception):
    """The code is finished, but something in it refers to a label that was never bound."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a word that holds a distance: its width, its lowest bit, and the binary logarithm of its unit."""

    name: str
    bits: int
    low: int
    scale: int

    def insert(self, word: int, distance: int, at: int) -> int:
        """The word with `distance`, in bytes, in this field, which is zero or holds an older distance.

        Raises `BranchOutOfRange` naming `at`, the word's position, when it does not fit.
        """
        assert not distance & ((1 << self.scale) - 1), f"distance {distance} is not a multiple of {1 << self.scale}"
        units = distance >> self.scale
        half = 1 << (self.bits - 1)
        if not -half <= units < half:
            raise BranchOutOfRange(self, at, distance)
        if self is ADR21:
            return word & 0x9F00001F | (units & 3) << 29 | (units >> 2 & 0x7FFFF) << 5
        mask = (1 << self.bits) - 1
        return word & ~(mask << self.low) | (units & mask) << self.low

    def extract(self, word: int) -> int:
        """The distance, in bytes, in this field."""
        units = word >> self.low & (1 << self.bits) - 1
        if self is ADR21:
            units = (word >> 5 & 0x7FFFF) << 2 | word >> 29 & 3
        sign = 1 << (self.bits - 1)
        return ((units ^ sign) - sign) << self.scale


IMM26: Final = Field("imm26", 26, 0, 2)
"""B, BL: ±128 MiB."""
IMM19: Final = Field("imm19", 19, 5, 2)
"""B.cond, CBZ, CBNZ, LDR (literal): ±1 MiB."""
IMM14: Final = Field("imm14", 14, 5, 2)
"""TBZ, TBNZ: ±32 KiB."""
ADR21: Final = Field("immhi:immlo", 21, 5, 0)
"""ADR: ±1 MiB, in bytes; the two low bits lie apart from the rest."""
WORD32: Final = Field("word", 32, 0, 0)
"""A word of inline data that holds a distance."""

Fixup = tuple[int, int, Field]
"""Position of the word, position that the distance counts from, field."""


class Label:
    """A place in the code; `position` is its byte offset once bound.

    A label made with a position is bound from the start, wherever that may be.
    """

    __slots__ = ("fixups", "position")

    def __init__(self, position: int | None = None) -> None:
        self.position = position
        self.fixups: list[Fixup] = []

    @property
    def is_bound(self) -> bool:
        return self.position is not None

    def __repr__(self) -> str:
        return f"Label({'unbound' if self.position is None else hex(self.position)})"
