"""What the compiler may do otherwise without changing what a program means: where values are, and what it remembers.

Between any two instructions values may move: to their slots, into registers of their own.  Nothing here knows an
instruction, so whatever a seed makes of the code must compute the same: an emitter that relies on more than the state
tells it is wrong.
"""

from typing import Final

from ...perturbation import Dice, Kind, Perturbation
from .abi import HOMES
from .state import State
from .values import Const, Flags, Local

_ONE_IN: Final = 4
"""Every so many instructions a value moves."""
_FEW: Final = 4
"""Fewer homes than this are left where few locals live in registers."""


class Jitter:
    """Moves values between instructions, as its perturbation says.  Each function's code follows from the seed alone.

    `homes` is how many locals of each class may live in registers; `forgets` says whether an instruction may know
    nothing of the word before it.
    """

    def __init__(self, perturbation: Perturbation) -> None:
        self._perturbation = perturbation
        self._dice = perturbation.dice("moves")
        self._spills = perturbation.has(Kind.SPILLS)
        self._fetches = perturbation.has(Kind.EAGER)
        self.forgets = perturbation.has(Kind.UNFUSED)
        few = perturbation.dice("homes").below(_FEW)
        self.homes = few if perturbation.has(Kind.UNPINNED) else len(HOMES)

    @staticmethod
    def of(perturbation: Perturbation | None) -> "Jitter | None":
        """What a perturbation asks of the compiler; None when nothing."""
        return None if perturbation is None else Jitter(perturbation)

    def begin(self) -> Dice | None:
        """Begins a function; gives what chooses its registers, where anything does."""
        self._dice = self._perturbation.dice("moves")
        return self._perturbation.dice("order") if self._perturbation.has(Kind.ORDER) else None

    def shake(self, state: State) -> None:
        """To be called between two instructions."""
        if self._spills and not self._dice.below(_ONE_IN):
            self._spill(state)
        if self._fetches and not self._dice.below(_ONE_IN):
            self._fetch(state)

    def _spill(self, state: State) -> None:
        """Moves one entry to its slot, wherever it is."""
        unsettled = state.depth - state.settled
        if unsettled:
            position = state.settled + self._dice.below(unsettled)
            state.flush(position + 1, start=position)

    def _fetch(self, state: State) -> None:
        """Moves one entry that is in no place of its own into a register."""
        stack = state.stack
        lazy = [at for at in range(state.settled, len(stack)) if isinstance(stack[at], Const | Local | Flags)]
        if lazy:
            state.fetch(lazy[self._dice.below(len(lazy))])
            state.registers.release()
