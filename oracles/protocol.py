"""The protocol every engine speaks: the subject, wasmtime, the interpreter, an engine in another process.

Nothing here may know an engine, and nothing here may depend on the harness.  All data is plain and immutable, so that
it crosses process borders and compares with `==`.

What a module may import is *declarative* (`HostFunc`, `HostGlobal`, …): every engine builds the same behaviour from the
same description (`oracles.hostcalls`), also one that lives in another process.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from jit.wasm.features import Features
from jit.wasm.types import FUNCREF, NULL, FuncType, GlobalType, MemoryType, TableType, TrapKind, Value

FOREIGN = NULL - 1
"""The bits of a funcref to a function that the instance through which it is seen neither defines nor imports.

Every other funcref that crosses an engine's border has the function's index in that instance as its bits (the lowest,
where one function is imported twice), and an externref the host's number for it.
"""


class Phase(Enum):
    """Where a module was refused (spec: `embed-module-decode`, `-validate`, `-instantiate`)."""

    DECODE = "malformed"
    VALIDATE = "invalid"
    LINK = "unlinkable"


@dataclass(frozen=True, slots=True)
class Returned:
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Trapped:
    """`kind` is the specification's; `message` the engine's own words, never compared."""

    kind: TrapKind
    message: str = ""


@dataclass(frozen=True, slots=True)
class Exhausted:
    """The engine ran out of its own resources.  `what` says of which.

    A call stack overflow is always this outcome, `what` being "call stack exhausted"; never a `Trapped`.
    """

    what: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The module was refused.  `phase` is exact only where `Capabilities.tells_phases`."""

    phase: Phase
    message: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Crashed:
    """The engine itself failed: an internal error, a wild fault, a dead process.  `message` has the traceback."""

    message: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    seconds: float


@dataclass(frozen=True, slots=True)
class Unsupported:
    reason: str


Outcome = Returned | Trapped | Exhausted | Rejected | Crashed | TimedOut | Unsupported


@dataclass(frozen=True, slots=True)
class HostCall:
    """One call of a host function, in the order of a store's trace."""

    name: str  # module.field of the import
    args: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Observable state between calls, canonical: equal states give equal snapshots on every engine.

    `memories`, `globals` and `tables` hold what the instance *exports*, by export name in export order; a table element
    is `null`, `func:N` (index of a function the module defines or imports), `foreign` (a function of another
    instance) or `extern:N` (a host handle); `func` is any function, of an engine without `names_functions`.
    `host_calls` is the store's whole trace since it was opened.  Without `reads_state` all of it is empty.
    """

    memories: tuple[tuple[str, bytes], ...]
    globals: tuple[tuple[str, Value], ...]
    tables: tuple[tuple[str, tuple[str, ...]], ...]
    host_calls: tuple[HostCall, ...]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`front_end` names whose decoder and validator decide about acceptance: that two engines with the same one agree
    on it proves nothing.  `tells_phases`: whether a `Rejected` tells malformed from invalid.  `open_ended`: it has more
    proposals on than `features` says, so that what it accepts may be refused by others.  `indistinct`: groups of trap
    kinds it cannot tell apart.  `names_functions`: whether it tells functions apart; else each is `func` in tables, and
    `FOREIGN` as a value.  `links`: whether instances see one another and share host items; `host_references`: whether
    it takes references to host objects.  What an engine lacks of these is `Unsupported` where a case asks for it.
    `calls_back`: whether its host functions can (`HostFunc.calls_back`).  `stack_bytes`: up to 150 calls at a time that
    hold no more than this, at 16 for each value, certainly do not exhaust its call stack; 0 where nobody promises."""

    features: Features
    front_end: str
    reads_state: bool = True
    tells_phases: bool = True
    open_ended: bool = False
    indistinct: tuple[frozenset[TrapKind], ...] = ()
    names_functions: bool = True
    links: bool = True
    host_references: bool = True
    calls_back: bool = False
    stack_bytes: int = 0

    def shows(self, token: str) -> str:
        """How this engine says what an element of a table is."""
        is_function = token == "foreign" or token.startswith("func:")
        return "func" if is_function and not self.names_functions else token

    def gives(self, value: Value) -> Value:
        """How this engine gives a value."""
        is_function = value.type is FUNCREF and value.bits != NULL
        return Value(FUNCREF, FOREIGN) if is_function and not self.names_functions else value


@dataclass(frozen=True, slots=True)
class CallBack:
    """What a host function calls before it answers: an export of the instance registered under a name by then."""

    module: str
    export: str


@dataclass(frozen=True, slots=True)
class HostFunc:
    """A host function; behaves as `oracles.hostcalls.answer` says, and is recorded in the store's trace.

    `silent` ones (the test suite's `spectest.print`) are not recorded.  `calls_back` is no part of the `repr`, of which
    cases of earlier versions have their digests.
    """

    type: FuncType
    silent: bool = False
    calls_back: CallBack | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HostGlobal:
    type: GlobalType
    value: Value


@dataclass(frozen=True, slots=True)
class HostMemory:
    type: MemoryType


@dataclass(frozen=True, slots=True)
class HostTable:
    type: TableType


HostItem = HostFunc | HostGlobal | HostMemory | HostTable


class Instance(Protocol):
    """A module instance.  Stays callable after any trap."""

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        """Calls an exported function.  Never raises for what wasm can do; `KeyError` when there is no such function."""
        ...

    def read_global(self, export: str) -> Value:
        """The value of an exported global."""
        ...

    def snapshot(self) -> Snapshot: ...


class Store(Protocol):
    """A world in which instances and host items can see one another; closed with all its instances."""

    def define(self, module: str, name: str, item: HostItem) -> None:
        """Makes a host item importable; one object for all that import it."""
        ...

    def register(self, module: str, instance: Instance) -> None:
        """Makes all exports of an instance of this store importable."""
        ...

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> Instance | Outcome:
        """Decodes, validates, links, initialises and starts a module.  Gives the Outcome when any of these fails."""
        ...

    def close(self) -> None: ...


class Engine(Protocol):
    """A WebAssembly implementation."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def can(self) -> Capabilities: ...

    def validate(self, wasm: bytes) -> Rejected | None:
        """Decides about acceptance alone."""
        ...

    def open(self) -> Store: ...

    def close(self) -> None: ...
