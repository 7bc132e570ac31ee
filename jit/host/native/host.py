"""The native host: arm64 Linux and macOS, in this process.

This puts the parts together: reservations, an arena of code pages, the stubs, and the driver.

Rule 1: faults and stops arrive in the activation, written by the signal handler; Python never sees the signal.
"""

import ctypes
import signal
import threading
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from ..base import STACK_SIZE, Addr, Exit, Faulted, OutOfBudget, Thunk
from ..code_space import CodeSpace
from ..crossing import REASON, Activation, assemble_thunk
from ..driver import Driver
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
    STOPPED,
    STOPPING,
    assemble_gates,
)

"""Enough for 65,536 frames of 32 bytes."""


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
        self._stack = stack = shared.pool.take(STACK_SIZE)
        stack.commit(STACK_SIZE)
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
        self._driver = Driver(
            self._activation,
            stack.view,
            stack.base + stack.size,
            self._calling,
            partial(self._run, function(shared.enter)),
            partial(self._run, function(shared.resume)),
        )
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
        self._pages.write(address, assemble_thunk(address, self._driver.add(fn), self._calling))
        return address

    def enter(self, entry: Addr, args: Sequence[int], *, budget_s: float) -> Exit:
        """See `Host`.  A nested entry has no more time than the one it is nested in.

        That a budget is spent is noticed some `ticker.PERIOD_S` late.  A signal ends a run too: with its handler's
        exception, or as if the budget were spent.  Raises what a thunk raised, what a signal's handler raised,
        `RecursionError` when thunks left Python no room, or `driver.NESTED` entries are inside one another, and
        `ValueError` for arguments that do not fit registers.
        While a nested entry runs, Python's recursion limit is 32 higher per level.
        """
        self._process.signals.look()
        return self._driver.enter(entry, args, budget_s)

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

    def _run(self, stub: Callable[[Addr], object], _: int | None) -> Faulted | OutOfBudget | None:
        """See `driver.Run`; nothing is counted here."""
        activation = self._activation
        self._runner = threading.get_ident()
        try:
            stub(self._slot.address)
        finally:
            with self._running:  # no stop is sent any more when this is over
                self._runner = None
                activation.set(STOPPING, 0)
        reason = activation.get(REASON)
        if reason == FAULTED:
            pc = activation.get(PC)
            number, address, link = activation.get(SIGNAL), activation.get(ADDRESS), activation.get(FAULT_LINK)
            return explain(number, pc, address, link, self._pages.word(pc))
        return OutOfBudget(activation.get(PC)) if reason == STOPPED else None

    def _look(self, signals: bytes) -> None:
        """From the ticker's thread: stops a run whose time is over, or that a signal wants to end.

        A stop that finds the run on its way in or out is lost; so it is repeated until the run has ended.
        """
        with self._running:
            if self._runner is not None and self._driver.should_stop(signals):
                self._activation.set(STOPPING, 1)
                self._process.signals.take(STOP)
                signal.pthread_kill(self._runner, STOP)


def _give_back(shared: Process, slot: Slot, pages: CodePages, stack: Reservation, reservations: Reservations) -> None:
    """Closes a host of which nobody knows any more."""
    shared.give_slot(slot)
    shared.give_arena(pages)
    shared.pool.give(stack)
    reservations.close()
