"""Who holds what: the registers of the operand stack, of both classes.

A register is free, held by entries of the operand stack (any number: `holders` has their positions, ascending), or
borrowed by the instruction being compiled, which may coincide with being held.  At the end of the instruction all that
is borrowed and not held becomes free.

When nothing is free the register that was used longest ago is taken from its holders, which the caller spills.
"""

from collections.abc import Callable, Sequence
from typing import Final

from ...a64.operands import VReg, XReg
from ...perturbation import Dice
from .abi import FLOAT_OPERANDS, OPERANDS
from .values import FIRST_FLOAT, FIRST_SLOT, Place, is_general, v_place, x_place

_GENERAL: Final[tuple[Place, ...]] = tuple(map(x_place, OPERANDS))
_FLOAT: Final[tuple[Place, ...]] = tuple(map(v_place, FLOAT_OPERANDS))
_UNUSED: Final = [0] * FIRST_SLOT


class Registers:
    """The pools of both classes.  `spill` is called with a register that its holders must leave, by `vacate`."""

    def __init__(self, spill: Callable[[Place], None]) -> None:
        self._spill = spill
        self.holders: list[list[int]] = [[] for _ in range(FIRST_SLOT)]
        self.borrowed: list[Place] = []
        self._free_general: list[Place] = []
        self._free_float: list[Place] = []
        self._used: list[int] = []
        self._clock = 0
        self._dice: Dice | None = None
        self.begin(None)

    def begin(self, dice: Dice | None) -> None:
        """Frees everything; `dice`, if there are any, choose from now on which of the free registers is handed out."""
        for held in self.holders:
            held.clear()
        self.borrowed.clear()
        self._free_general[:] = _GENERAL[::-1]
        self._free_float[:] = _FLOAT[::-1]
        self._used[:] = _UNUSED
        self._clock = 0
        self._dice = dice

    def borrow_general(self) -> XReg:
        """A general register to write to, until the end of the instruction or longer if an entry comes to hold it."""
        return XReg(self._take(self._free_general, _GENERAL))

    def borrow_float(self) -> VReg:
        """A floating-point register to write to; see `borrow_general`."""
        return VReg(self._take(self._free_float, _FLOAT) - FIRST_FLOAT)

    def claim(self, place: Place) -> None:
        """Borrows this register, which is free."""
        (self._free_general if is_general(place) else self._free_float).remove(place)
        self.borrowed.append(place)
        self._touch(place)

    def hold(self, place: Place, position: int) -> None:
        """An entry above all other holders comes to be in a borrowed or held register."""
        self.holders[place].append(position)

    def drop(self, place: Place, position: int) -> None:
        """The topmost holder leaves; the instruction may still read the register."""
        left = self.holders[place].pop()
        assert left == position, "entries leave from the top"
        if place not in self.borrowed:
            self.borrowed.append(place)
        self._touch(place)

    def vacate(self, place: Place) -> list[int]:
        """All holders leave, wherever they are; they are given to the caller."""
        left = self.holders[place]
        self.holders[place] = []
        if place not in self.borrowed:
            self._free(place)
        return left

    def may_overwrite(self, place: Place) -> bool:
        """Whether the instruction being compiled is the only one to know what is in there."""
        return place in self.borrowed and not self.holders[place]

    def release(self) -> None:
        """Ends the instruction."""
        for place in self.borrowed:
            if not self.holders[place]:
                self._free(place)
        self.borrowed.clear()

    def count_free(self) -> tuple[int, int]:
        """How many general and how many SIMD and floating-point registers are free."""
        return len(self._free_general), len(self._free_float)

    def check(self) -> None:
        """Between instructions, each register is either free or held."""
        assert not self.borrowed, self.borrowed
        for free, pool in ((self._free_general, _GENERAL), (self._free_float, _FLOAT)):
            held = {place for place in pool if self.holders[place]}
            assert len(set(free)) == len(free), free
            assert set(free).isdisjoint(held), (free, held)
            assert set(free) | held == set(pool), (free, held)
        allocatable = {*_GENERAL, *_FLOAT}
        assert not any(self.holders[place] for place in range(FIRST_SLOT) if place not in allocatable)
        assert all(sorted(held) == held for held in self.holders)

    def _free(self, place: Place) -> None:
        (self._free_general if place < FIRST_FLOAT else self._free_float).append(place)

    def _touch(self, place: Place) -> None:
        self._clock += 1
        self._used[place] = self._clock

    def _take(self, free: list[Place], pool: Sequence[Place]) -> Place:
        if not free:
            self._spill(min((p for p in pool if p not in self.borrowed), key=self._used.__getitem__))
        elif self._dice is not None:
            chosen = self._dice.below(len(free))
            free[chosen], free[-1] = free[-1], free[chosen]
        place = free.pop()
        self.borrowed.append(place)
        self._touch(place)
        return place
