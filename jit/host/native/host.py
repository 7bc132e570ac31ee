"""The native host: arm64 Linux and macOS, in this process.

This puts the parts together: reservations, an arena of code pages, the stubs, and the loop that makes host calls.

Rule 1: a host call ends the run, is made by ordinary Python, and another run goes on (see `stubs`).
Rule 2: faults and stops arrive in the activation, written by the signal handler; Python never sees the signal.
"""

import ctypes
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from ..base import Addr, Exit, Faulted, FaultKind, Finished, OutOfBudget, Thunk
from ..code_space import CodeSpace
from ..crossing import CALLING, FINISHED, LINK, REASON, RESULT, STACK, THUNK, Activation, assemble_thunk
from ..ticker import TICKER
from .code_pages import CodePages
from .faults import explain
from .platforms import STOP
from .process import Process, Slot, process
from .reservations import GUARD, Reservation, Reservations
from .stubs import (
    ADDRESS,
    CODE,
    FAULT_LINK,
    FAULTED,
    MACHINE_STACK,
    PC,
    RETURNED,
    SIGNAL,
    STOPPING,
    assemble_gates,
)

_STACK_SIZE: Final = 2 << 20
"""Enough for 65,536 frames of 32 bytes."""
_FOREVER: Final = float("inf")
_FRAMES: Final = 32
"""Python frames that each level of nesting may use beyond the recursion limit, so that it is not what ends nesting."""


class NativeHost:
    """This machine.

    Several hosts may run in several threads at once, each in one at a time.  Open one in the process that uses it: the
    thread that ends its runs does not survive a fork.
    """

    name: ClassVar[str] = "native"

    def __init__(self) -> None:
        """Raises `MemoryError` when the process has no address space left."""
        self.probe_stores = True  # the architecture allows a store that faults to leave part of its bytes written
        self._process = shared = process()
        self._slot = slot = shared.take_slot()
        self._pages = pages = shared.take_arena()
        self._stack = stack = shared.pool.take(_STACK_SIZE)
        stack.commit(_STACK_SIZE)
        self._reservations = Reservations(shared.pool)
        self._activation = Activation(slot.view)
        self._code_space = CodeSpace(pages.base, pages.size)
        gates = assemble_gates(slot.address, shared.leave)
        at = self._code_space.allocate(len(gates.code))
        pages.write(at, gates.code)
        self._calling = at + gates.call
        self._publish(at + gates.returned)
        shared.signals.settle()
        function = ctypes.CFUNCTYPE(None, ctypes.c_size_t)
        self._enter = function(shared.enter)
        self._resume = function(shared.resume)
        self._thunks: list[Thunk] = []
        self._sp = stack.base + stack.size
        self._deadline = _FOREVER
        self._interrupted = False
        self._runner: int | None = None
        self._running = threading.Lock()
        self._finalizer = weakref.finalize(self, _give_back, shared, slot, pages, stack, self._reservations)
        self._finalizer.atexit = False
        TICKER.add(self._look)

    def allocate_code(self, size: int) -> Addr:
        """See `Host`.  Raises `MemoryError` when the arena is full."""
        return self._code_space.allocate(size)

    def load(self, address: Addr, image: bytes) -> None:
        """See `Host`.  Raises `ValueError` when nothing was allocated there, or less."""
        size = self._code_space.size(address)
        if len(image) > size:
            raise ValueError(f"{len(image)} bytes of code do not fit the {size} allocated at {address:#x}")
        self._pages.write(address, image)

    def free_code(self, address: Addr) -> None:
        """See `Host`.  What runs there all the same meets `udf #0`."""
        self._pages.write(address, bytes(self._code_space.free(address)))

    def reserve(self, size: int) -> Addr:
        """See `Host`.  Raises `MemoryError` when the process has no address space left."""
        return self._reservations.reserve(size)

    def commit(self, base: Addr, size: int) -> None:
        """See `Host`.  Raises `MemoryError` for more than was reserved."""
        self._reservations.commit(base, size)

    def release(self, base: Addr) -> None:
        """See `Host`.  Views of it must not be used any more: that ends the process."""
        self._reservations.release(base)

    def memory(self, base: Addr, size: int) -> memoryview:
        """See `Host`.  No bytes are copied."""
        return self._reservations.memory(base, size)

    def thunk(self, fn: Thunk) -> Addr:
        """See `Host`."""
        address = self._code_space.allocate(16)
        self._pages.write(address, assemble_thunk(address, len(self._thunks), self._calling))
        self._thunks.append(fn)
        return address

    def enter(self, entry: Addr, args: Sequence[int], *, budget_s: float) -> Exit:
        """See `Host`.  A nested entry has no more time than the one it is nested in.

        That a budget is spent is noticed some `ticker.PERIOD_S` late.  A signal ends a run too: with its handler's
        exception, or as if the budget were spent.  Raises what a thunk raised, what a signal's handler raised,
        `RecursionError` when thunks left Python no room, and `ValueError` for arguments that do not fit registers.
        While a nested entry runs, Python's recursion limit is 32 higher per level.
        """
        deadline = time.monotonic() + budget_s
        if self._deadline == _FOREVER:
            self._process.signals.look()
            return self._call_entry(entry, args, deadline)
        limit = sys.getrecursionlimit()
        try:
            sys.setrecursionlimit(limit + _FRAMES)
            return self._call_entry(entry, args, min(deadline, self._deadline))
        finally:
            sys.setrecursionlimit(limit)

    def is_stack_guard(self, address: Addr) -> bool:
        """See `Host`."""
        return self._stack.base - GUARD <= address < self._stack.base

    def close(self) -> None:
        """Gives everything back; the host and views of its memory must not be used afterwards."""
        TICKER.remove(self._look)
        self._finalizer()

    def _publish(self, returned: Addr) -> None:
        """Tells stubs and signal handler what they must know; sizes last, as they make it valid."""
        activation = self._activation
        activation.set(RETURNED, returned)
        activation.set(CODE, self._pages.base)
        activation.set(CODE + 8, self._pages.size)
        activation.set(MACHINE_STACK, self._stack.base - GUARD)
        activation.set(MACHINE_STACK + 8, GUARD + self._stack.size + 1)  # an empty stack's pointer is past its end

    def _call_entry(self, entry: Addr, args: Sequence[int], deadline: float) -> Exit:
        """Calls an entry from the stack pointer where the machine is; leaves the host as it was, whatever happens."""
        outer_sp, outer_deadline = self._sp, self._deadline
        self._activation.enter(outer_sp, entry, args)
        self._deadline = deadline
        try:
            return self._drive()
        finally:
            self._sp, self._deadline = outer_sp, outer_deadline

    def _drive(self) -> Exit:
        """Runs and makes host calls until the entry is done."""
        activation = self._activation
        run = self._enter
        while True:
            self._run(run)
            reason = activation.get(REASON)
            if reason == FINISHED:
                return Finished(activation.get(RESULT))
            if reason == FAULTED:
                return self._fault()
            if reason != CALLING:
                return OutOfBudget(activation.get(PC))
            at = activation.get(LINK)
            number = activation.get(THUNK)
            if number >= len(self._thunks):  # jumped into the stub
                return Faulted(self._calling, FaultKind.OTHER, self._calling, at)
            self._sp = sp = activation.get(STACK)
            result = self._thunks[number](activation.arguments())
            activation.resume(sp, result)
            run = self._resume
            if time.monotonic() >= self._deadline:
                return OutOfBudget(at)

    def _run(self, run: Callable[[Addr], object]) -> None:
        """One run.  What ended it stands in the activation."""
        self._runner = threading.get_ident()
        try:
            run(self._slot.address)
        finally:
            with self._running:  # no stop is sent any more when this is over
                self._runner = None
                self._interrupted = False
                self._activation.set(STOPPING, 0)

    def _fault(self) -> Faulted:
        """The fault in the activation."""
        get = self._activation.get
        pc = get(PC)
        return explain(get(SIGNAL), pc, get(ADDRESS), get(FAULT_LINK), self._pages.word(pc))

    def _look(self, signals: bytes) -> None:
        """From the ticker's thread: stops a run whose time is over, or that a signal wants to end.

        A stop that finds the run on its way in or out is lost; so it is repeated until the run has ended.
        """
        with self._running:
            if self._runner is None:
                return  # Python is at work: it handles its signals itself
            self._interrupted |= bool(signals)
            if self._interrupted or time.monotonic() >= self._deadline:
                self._activation.set(STOPPING, 1)
                self._process.signals.take(STOP)
                signal.pthread_kill(self._runner, STOP)


def _give_back(shared: Process, slot: Slot, pages: CodePages, stack: Reservation, reservations: Reservations) -> None:
    """Closes a host of which nobody knows any more."""
    shared.give_slot(slot)
    shared.give_arena(pages)
    shared.pool.give(stack)
    reservations.close()
