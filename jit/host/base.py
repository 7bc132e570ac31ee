"""The Host protocol: who owns machine memory and runs machine code, and how a run ends.

A host has one address space.  Addresses are integers in it; Python reaches bytes only through `memory`.  A worker keeps
its host for life and gives reservations back with `release`, so nothing grows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar, Final, Protocol, runtime_checkable

STACK_SIZE: Final = 2 << 20
"""Bytes of machine stack."""

Addr = int
Thunk = Callable[[Sequence[int]], int]
"""A Python function called by machine code: x0-x7 as unsigned integers in, x0 out."""


class FaultKind(Enum):
    """What the machine could not do."""

    LOAD = auto()  # or an access whose direction the host cannot tell
    STORE = auto()
    FETCH = auto()
    UNDEFINED = auto()  # an instruction that is undefined, such as `udf`
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Finished:
    """The entry returned; `result` is x0."""

    result: int


@dataclass(frozen=True, slots=True)
class Faulted:
    """Execution stopped at `pc`.  `address` is the data address, exact to its 64 KiB page; `link` is x30."""

    pc: Addr
    kind: FaultKind
    address: Addr
    link: Addr


@dataclass(frozen=True, slots=True)
class OutOfBudget:
    """The time allowed ran out at `pc`."""

    pc: Addr


Exit = Finished | Faulted | OutOfBudget


class Host(Protocol):
    """A machine.  Not thread-safe: one host per thread of control."""

    name: ClassVar[str]
    probe_stores: bool  # whether generated code must probe stores (see `CodegenOptions`)

    def allocate_code(self, size: int) -> Addr:
        """Address space for `size` bytes of code, within reach of BL (128 MiB) of all other code of this host."""
        ...

    def load(self, address: Addr, image: bytes) -> None:
        """Makes `image` executable and not writable at an allocated address, caches in step."""
        ...

    def free_code(self, address: Addr) -> None:
        """Gives allocated code space back; nothing may run there any more."""
        ...

    def reserve(self, size: int) -> Addr:
        """Address space, aligned to 64 KiB, in which every access faults until `commit`; guards lie on both sides.

        Reservations of equal size are pooled, so ask for few different sizes.
        """
        ...

    def commit(self, base: Addr, size: int) -> None:
        """Makes the first `size` bytes (rounded up to 64 KiB) of a reservation accessible; new bytes are zero.

        Never shrinks and never moves.  Raises `MemoryError` when the machine has no more.
        """
        ...

    def release(self, base: Addr) -> None:
        """Gives a reservation back; its bytes are zeroed and inaccessible afterwards."""
        ...

    def memory(self, base: Addr, size: int) -> memoryview:
        """A writable view of committed bytes; `ValueError` when any byte of the range is not committed."""
        ...

    def thunk(self, fn: Thunk) -> Addr:
        """Code that calls `fn`, at an address callable as an AAPCS64 function.  Lives as long as the host.

        An exception raised by `fn` abandons the run and is raised by `enter`.  `fn` may call `enter` again.
        """
        ...

    def enter(self, entry: Addr, args: Sequence[int], *, budget_s: float) -> Exit:
        """Calls code at `entry` with `args` (at most 8) in x0.., until it returns, faults or exceeds `budget_s`.

        The budget is in seconds both on the clock and of this process's processor time: see `deadline`.
        Nests: a thunk may enter again, as deep as `driver.NESTED`; the stack pointer continues below.
        """
        ...

    def is_stack_guard(self, address: Addr) -> bool:
        """Whether an address lies in the guard below the machine stack."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class Counting(Protocol):
    """What a host that can count instructions offers besides: a bound that is the same on every machine."""

    def limit(self, instructions: int | None) -> None:
        """Ends every further entry with `OutOfBudget` after so many instructions, however much time is left.

        The instructions of each stretch, up to a host call or behind one, are counted exactly, and for themselves: what
        an earlier stretch executed is not taken off, only `HOST_CALL_COST` for each host call.  So an entry with many
        host calls may execute many times the bound; when they have taken off all of it, it ends.  With 0 it ends before
        its first instruction.  None takes the bound away.
        """
        ...


Blocks = dict[tuple[Addr, int], int]
"""How often runs of instructions began: by address and size in bytes."""


@runtime_checkable
class Profiling(Protocol):
    """What a host that can tell which instructions ran offers besides."""

    def count(self, blocks: Blocks | None) -> None:
        """Counts in `blocks` every run of instructions up to a branch, from now on; None ends that.

        What is counted is exact where nothing faults, the host's own stubs included, and costs some microsecond a run.
        Not to be called while code runs.
        """
        ...

    def word(self, address: Addr) -> int:
        """The instruction at an address where one ran."""
        ...


HOST_CALL_COST = 1000
"""Instructions that a host call takes off the bound of those behind it, where instructions are counted."""
