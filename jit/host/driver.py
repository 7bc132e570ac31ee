"""Runs entries and makes their host calls: what is the same on every host.

A host brings an activation and two ways to run: from an entry's begin, and on from a host call.

Rule 1: a host call ends the run, is made by ordinary Python, and another run goes on.  So an exception in a host call
is an ordinary exception, and how deep calls nest does not depend on what Python code makes them.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Final

from .base import HOST_CALL_COST, Addr, Exit, Faulted, FaultKind, Finished, OutOfBudget, Thunk
from .crossing import FINISHED, LINK, REASON, RESULT, STACK, THUNK, Activation
from .deadline import NEVER, Deadline

Run = Callable[[int | None], Faulted | OutOfBudget | None]
"""One run, of so many instructions at most where the host counts them; None when the activation says why it ended."""

DEAD: Final = 16 << 10
"""Bytes below its stack pointer that no entry finds as another left them: as deep as most programs reach."""

_FRAMES: Final = 32
"""Python frames that each level of nesting may use beyond the recursion limit, so that it is not what ends nesting."""


NESTED: Final = 1_200
"""Entries that may be inside one another: each takes up to some 4 KB of the process's own stack, of 8 MB mostly."""


class Driver:
    """The runs of one host, one inside the other.

    `most` bounds the instructions of every entry, where the host counts them.  `dead` is what lies below the stack
    pointer of an outermost entry, so that a program that wrongly reads it does the same whatever ran before.  `running`
    is whether machine code may be running now; `interrupted` whether a signal wants this run to end.
    """

    def __init__(
        self, activation: Activation, stack: memoryview, sp: Addr, calling: Addr, begin: Run, resume: Run
    ) -> None:
        """`stack` is all of the machine's, `sp` the stack pointer when it is empty, `calling` where all thunks jump."""
        self.most: int | None = None
        self.dead = bytes(DEAD)
        self.running = False
        self.interrupted = False
        self._activation = activation
        self._calling = calling
        self._begin = begin
        self._resume = resume
        self._thunks: list[Thunk] = []
        self._below = stack[-DEAD:]
        self._sp = sp
        self._deadline = NEVER
        self._nested = 0

    def add(self, thunk: Thunk) -> int:
        """Gives a thunk its number."""
        self._thunks.append(thunk)
        return len(self._thunks) - 1

    def enter(self, entry: Addr, args: Sequence[int], budget_s: float) -> Exit:
        """See `Host.enter`, and what hosts say there."""
        deadline = Deadline.after(budget_s)
        if not self.is_busy:
            self._below[:] = self.dead
            return self._call_entry(entry, args, deadline)
        if self._nested == NESTED:
            raise RecursionError(f"{NESTED} calls are inside one another; the process's stack may not bear more")
        limit = sys.getrecursionlimit()
        try:
            self._nested += 1
            sys.setrecursionlimit(limit + _FRAMES)
            require_frames(_FRAMES // 2)
            return self._call_entry(entry, args, deadline.before(self._deadline))
        finally:
            sys.setrecursionlimit(limit)
            self._nested -= 1

    @property
    def is_busy(self) -> bool:
        """Whether an entry has begun and not ended, be machine code running or a host call."""
        return self._deadline is not NEVER

    def is_late(self) -> bool:
        """Whether the time of the innermost entry is over."""
        return self._deadline.is_over

    def should_stop(self, signals: bytes) -> bool:
        """From the ticker's thread: whether the run is to end, its time being over or signals having arrived.

        While Python is at work there is none, and Python handles its signals itself.
        """
        if not self.running:
            return False
        self.interrupted |= bool(signals)
        return self.interrupted or self.is_late()

    def _call_entry(self, entry: Addr, args: Sequence[int], deadline: Deadline) -> Exit:
        """Calls an entry from the stack pointer where the machine is; leaves the host as it was, whatever happens."""
        if self.most == 0:  # no run, as one of no instructions is to Unicorn one without bound
            return OutOfBudget(entry)
        outer_sp, outer_deadline = self._sp, self._deadline
        self._activation.enter(outer_sp, entry, args)
        self._deadline = deadline
        try:
            return self._drive()
        finally:
            self._sp, self._deadline = outer_sp, outer_deadline
            self.running = False

    def _drive(self) -> Exit:
        """Runs and makes host calls until the entry is done."""
        activation = self._activation
        run, left = self._begin, self.most
        while True:
            self.running = True
            stopped = run(left)
            self.running = self.interrupted = False
            if stopped is not None:
                return stopped
            if activation.get(REASON) == FINISHED:
                return Finished(activation.get(RESULT))
            at = activation.get(LINK)
            number = activation.get(THUNK)
            if number >= len(self._thunks):  # jumped into the stub
                return Faulted(self._calling, FaultKind.OTHER, self._calling, at)
            self._sp = sp = activation.get(STACK)
            result = self._thunks[number](activation.arguments())
            activation.resume(sp, result)
            run = self._resume
            if left is not None:
                left -= HOST_CALL_COST
                if left <= 0:
                    return OutOfBudget(at)
            if self.is_late():
                return OutOfBudget(at)


def require_frames(count: int) -> None:
    """Raises `RecursionError` when Python has no room for `count` calls."""
    if count:
        require_frames(count - 1)
