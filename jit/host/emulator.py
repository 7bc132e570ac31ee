"""The emulated host: arm64 under Unicorn, for machines that are not arm64, and as a second opinion on those that are.

This puts the parts together: the address space and the code arena, the stubs, the machine, and the driver.

Rule 1: code is written in one place, `_write`, which drops what the machine has translated from there: it does not
notice by itself.
Rule 2: no run begins inside a callback of the emulator: at a depth of 63 it would die.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from .base import STACK_SIZE, Addr, Blocks, Exit, Faulted, FaultKind, OutOfBudget, Thunk
from .code_space import REACH, CodeSpace
from .crossing import REASON, Activation, assemble_thunk
from .driver import Driver
from .emulator_machine import Machine
from .emulator_memory import EXECUTE, GUARD, READ, WRITE
from .emulator_stubs import assemble_stubs
from .ticker import TICKER

_FIRST: Final = 1 << 32
"""The lowest address in use: 32-bit values taken for addresses fault."""
"""Enough for 65,536 frames of 32 bytes."""
_WFI: Final = 0xD503207F
_STALE: Final = 500
"""Pieces of code that are freed before all translations are thrown away: those of freed code are never used again, but
only all of them together give their memory back.  Translating the handlers anew costs less than a module's run."""


class EmulatorHost:
    """An arm64 machine in this process.

    Open it in the process that uses it: its thread does not survive a fork.
    """

    name: ClassVar[str] = "emulator"

    def __init__(self, *, away: int = 0, gap: Callable[[Addr], int] | None = None, watched: bool = False) -> None:
        """`away` from where they usually begin, and `gap` more of them behind the region at an address, are addresses:
        for whoever perturbs them.  The stubs of a watched machine leave what `watch` wants to see.
        """
        self.probe_stores = True
        self._closed = False
        self._machine = Machine(_FIRST + away)
        self._space = space = self._machine.space
        if gap is not None:
            space.gap = gap
        self._code = space.add(REACH, READ | EXECUTE)
        self._code_space = CodeSpace(self._code.base, self._code.size)
        # Nothing but guard lies below the stack: the one after the region before.
        self._stack = space.add(STACK_SIZE, READ | WRITE)
        self._page = page = space.add(1, READ | WRITE)
        for region in (self._code, self._stack, page):
            region.commit(region.size)
        self._activation = Activation(page.view)
        address = self.allocate_code(4096)
        stubs = assemble_stubs(address, page.base, watched=watched)
        self._write(address, stubs.code)
        fault = self._machine.run(address + stubs.descend)
        assert fault is None
        self._calling = address + stubs.call
        self._driver = Driver(
            self._activation,
            self._stack.view,
            self._stack.base + self._stack.size,
            self._calling,
            partial(self._run, address + stubs.enter),
            partial(self._run, address + stubs.resume),
        )
        self._freed = 0
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
        if self._freed >= _STALE and not self._driver.is_busy:
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
        self._write(address, assemble_thunk(address, self._driver.add(fn), self._calling))
        return address

    def enter(self, entry: Addr, args: Sequence[int], *, budget_s: float) -> Exit:
        """See `Host`.  A nested entry has no more time than the one it is nested in.

        That a budget is spent is noticed some `ticker.PERIOD_S` late.  A signal ends a run too: with its handler's
        exception, or as if the budget were spent.  Raises what a thunk raised, what a signal's handler raised,
        `RecursionError` when thunks left Python no room, or `driver.NESTED` entries are inside one another, and
        `ValueError` for arguments that do not fit registers.
        While a nested entry runs, Python's recursion limit is 32 higher per level.
        """
        return self._driver.enter(entry, args, budget_s)

    def limit(self, instructions: int | None) -> None:
        """See `Counting`.  A nested entry counts for itself; not to be called while one runs."""
        self._driver.most = instructions
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

    def _run(self, pc: Addr, left: int | None) -> Faulted | OutOfBudget | None:
        """See `driver.Run`."""
        machine, driver = self._machine, self._driver
        while True:
            fault = machine.run(pc, left or 0)
            if fault is not None:
                return fault
            if self._activation.get(REASON):
                return None
            at = machine.pc
            if self._space.word(at - 4) == _WFI:
                return Faulted(at - 4, FaultKind.OTHER, at - 4, machine.link)
            # Stopped: because time is over, or for a signal whose handler chose not to raise.
            if at != pc or driver.is_late():
                return OutOfBudget(at)
            driver.interrupted = False  # a stop meant for the run before came before the first instruction

    def _write(self, address: Addr, image: bytes) -> None:
        """The only way code gets into the arena."""
        start = address - self._code.base
        self._code.view[start : start + len(image)] = image
        self._machine.forget_code(address, address + len(image))

    def _look(self, signals: bytes) -> None:
        """From the ticker's thread: stops a run whose time is over, or that a signal wants to end.

        A stop that comes before the run does is lost; so it is repeated until the run has ended.
        """
        if self._driver.should_stop(signals):
            self._machine.stop()
