"""The emulated host: arm64 under Unicorn, for machines that are not arm64, and as a second opinion on those that are.

This puts the parts together: the address space and the code arena, the stubs, the machine, and the loop that makes host
calls.

Rule 1: code is written in one place, `_write`, which drops what the machine has translated from there: it does not
notice by itself.
Rule 2: a host call ends the run, is made by ordinary Python, and another run goes on.  Runs inside a callback of the
emulator would die at a depth of 63; this way the machine's stack alone bounds the depth.
"""

import sys
import time
from collections.abc import Sequence
from typing import ClassVar, Final

from .base import HOST_CALL_COST, Addr, Blocks, Exit, Faulted, FaultKind, Finished, OutOfBudget, Thunk
from .code_space import REACH, CodeSpace
from .crossing import CALLING, FINISHED, LINK, REASON, RESULT, STACK, THUNK, Activation, assemble_thunk
from .emulator_machine import Machine, require_frames
from .emulator_memory import EXECUTE, GUARD, READ, WRITE
from .emulator_stubs import assemble_stubs
from .ticker import TICKER

_FIRST: Final = 1 << 32
"""The lowest address in use: 32-bit values taken for addresses fault."""
_STACK_SIZE: Final = 2 << 20
"""Enough for 65,536 frames of 32 bytes."""
_WFI: Final = 0xD503207F
_FOREVER: Final = float("inf")
_STALE: Final = 500
"""Pieces of code that are freed before all translations are thrown away: those of freed code are never used again, but
only all of them together give their memory back.  Translating the handlers anew costs less than a module's run."""
_FRAMES: Final = 32
"""Python frames that each level of nesting may use beyond the recursion limit, so that it is not what ends nesting."""


class EmulatorHost:
    """An arm64 machine in this process.

    Open it in the process that uses it: its thread does not survive a fork.
    """

    name: ClassVar[str] = "emulator"

    def __init__(self) -> None:
        self.probe_stores = True
        self._closed = False
        self._running = False
        self._machine = Machine(_FIRST)
        self._space = space = self._machine.space
        self._code = space.add(REACH, READ | EXECUTE)
        self._code_space = CodeSpace(self._code.base, self._code.size)
        # Nothing but guard lies below the stack: the one after the region before.
        self._stack = space.add(_STACK_SIZE, READ | WRITE)
        page = space.add(1, READ | WRITE)
        for region in (self._code, self._stack, page):
            region.commit(region.size)
        self._activation = Activation(page.view)
        address = self.allocate_code(4096)
        stubs = assemble_stubs(address, page.base)
        self._write(address, stubs.code)
        fault = self._machine.run(address + stubs.descend)
        assert fault is None
        self._entering = address + stubs.enter
        self._calling = address + stubs.call
        self._resuming = address + stubs.resume
        self._thunks: list[Thunk] = []
        self._freed = 0
        self._sp = self._stack.base + self._stack.size
        self._deadline = _FOREVER
        self._most: int | None = None
        self._interrupted = False
        TICKER.add(self._look)

    def allocate_code(self, size: int) -> Addr:
        """See `Host`.  Raises `MemoryError` when the arena is full."""
        return self._code_space.allocate(size)

    def load(self, address: Addr, image: bytes) -> None:
        """See `Host`.  Raises `ValueError` when nothing was allocated there, or less."""
        size = self._code_space.size(address)
        if len(image) > size:
            raise ValueError(f"{len(image)} bytes of code do not fit the {size} allocated at {address:#x}")
        self._write(address, image)

    def free_code(self, address: Addr) -> None:
        """See `Host`.  What runs there all the same meets `udf #0`."""
        self._write(address, bytes(self._code_space.free(address)))
        self._freed += 1
        if self._freed >= _STALE and self._deadline == _FOREVER:
            self._machine.forget_translations()
            self._freed = 0

    def reserve(self, size: int) -> Addr:
        """See `Host`.  Raises `MemoryError` when the process has no address space left."""
        return self._space.reserve(size)

    def commit(self, base: Addr, size: int) -> None:
        """See `Host`.  Raises `MemoryError` for more than was reserved."""
        self._space.commit(base, size)

    def release(self, base: Addr) -> None:
        """See `Host`.  Views of it must not be used any more: another reservation may get the same memory."""
        self._space.release(base)

    def memory(self, base: Addr, size: int) -> memoryview:
        """See `Host`.  No bytes are copied."""
        return self._space.memory(base, size)

    def thunk(self, fn: Thunk) -> Addr:
        """See `Host`."""
        address = self._code_space.allocate(16)
        self._write(address, assemble_thunk(address, len(self._thunks), self._calling))
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
            return self._call_entry(entry, args, deadline)
        limit = sys.getrecursionlimit()
        try:
            sys.setrecursionlimit(limit + _FRAMES)
            require_frames(_FRAMES // 2)
            return self._call_entry(entry, args, min(deadline, self._deadline))
        finally:
            sys.setrecursionlimit(limit)

    def limit(self, instructions: int | None) -> None:
        """See `Counting`.  A nested entry counts for itself; not to be called while one runs."""
        self._most = instructions
        self._machine.forget_translations()

    def count(self, blocks: Blocks | None) -> None:
        """See `Profiling`."""
        self._machine.count(blocks)

    def word(self, address: Addr) -> int:
        """See `Profiling`."""
        word = self._space.word(address)
        assert word is not None, "an address where code ran"
        return word

    def is_stack_guard(self, address: Addr) -> bool:
        """See `Host`."""
        return self._stack.base - GUARD <= address < self._stack.base

    def close(self) -> None:
        """Gives everything back; the host must not be used afterwards.  Views of its memory stay valid."""
        if not self._closed:
            self._closed = True
            TICKER.remove(self._look)
            self._machine.close()

    def _call_entry(self, entry: Addr, args: Sequence[int], deadline: float) -> Exit:
        """Calls an entry from the stack pointer where the machine is; leaves the host as it was, whatever happens."""
        outer_sp, outer_deadline = self._sp, self._deadline
        self._activation.enter(outer_sp, entry, args)
        self._deadline = deadline
        try:
            return self._drive()
        finally:
            self._sp, self._deadline = outer_sp, outer_deadline
            self._running = False

    def _drive(self) -> Exit:
        """Runs and makes host calls until the entry is done."""
        activation, machine = self._activation, self._machine
        pc = self._entering
        left = self._most
        while True:
            self._running = True
            fault = machine.run(pc, left or 0)
            self._running = self._interrupted = False
            if fault is not None:
                return fault
            reason = activation.get(REASON)
            if reason == FINISHED:
                return Finished(activation.get(RESULT))
            if reason == CALLING:
                at = activation.get(LINK)
                number = activation.get(THUNK)
                if number >= len(self._thunks):  # jumped into the stub
                    return Faulted(self._calling, FaultKind.OTHER, self._calling, at)
                self._sp = sp = activation.get(STACK)
                result = self._thunks[number](activation.arguments())
                activation.resume(sp, result)
                pc = self._resuming
            else:
                at = machine.pc
                if self._space.word(at - 4) == _WFI:
                    return Faulted(at - 4, FaultKind.OTHER, at - 4, machine.link)
                # Stopped: because time is over, or for a signal whose handler chose not to raise.
                if at != pc:  # otherwise a stop meant for the run before came before the first instruction
                    return OutOfBudget(at)
            if left is not None:
                left -= HOST_CALL_COST
                if left <= 0:
                    return OutOfBudget(at)
            if time.monotonic() >= self._deadline:
                return OutOfBudget(at)

    def _write(self, address: Addr, image: bytes) -> None:
        """The only way code gets into the arena."""
        start = address - self._code.base
        self._code.view[start : start + len(image)] = image
        self._machine.forget_code(address, address + len(image))

    def _look(self, signals: bytes) -> None:
        """From the ticker's thread: stops a run whose time is over, or that a signal wants to end.

        A stop that comes before the run does is lost; so it is repeated until the run has ended.
        """
        if not self._running:
            return  # Python is at work: it handles its signals itself
        self._interrupted |= bool(signals)
        if self._interrupted or time.monotonic() >= self._deadline:
            self._machine.stop()
