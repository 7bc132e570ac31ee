"""The subject as one more engine of the oracle protocol: `jit.Engine` in the dress that comparators know.

Rule 1: nothing else in the harness reaches the engine, and nothing here makes the subject look better than it is: what
no trap explains, and every error of ours, becomes `Crashed` with its traceback.
"""

import math
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import metadata
from types import TracebackType
from typing import TypeVar

from jit import host
from jit.backend.code import Compiled, Observer, Symbol
from jit.backend.mutants import Mutant
from jit.engine import Engine
from jit.errors import InvalidError, LimitError, LinkError, MalformedError, Trap, WasmError
from jit.perturbation import Perturbation
from jit.runtime.function import Function
from jit.runtime.globals import Global
from jit.runtime.imports import Extern, HostFunction, TypedHostFunction
from jit.runtime.instance import Instance
from jit.runtime.listing import Row
from jit.runtime.machine import VALUE_STACK
from jit.runtime.module import Module
from jit.runtime.traps import OutOfTime
from jit.wasm.features import Features
from jit.wasm.types import FUNCREF, NULL, FuncType, TrapKind, Value
from oracles.hostcalls import Callee, answer
from oracles.protocol import (
    FOREIGN,
    CallBack,
    Capabilities,
    Crashed,
    Exhausted,
    HostCall,
    HostFunc,
    HostGlobal,
    HostItem,
    HostMemory,
    HostTable,
    Outcome,
    Phase,
    Rejected,
    Returned,
    Snapshot,
    TimedOut,
    Trapped,
)
from oracles.protocol import Instance as AnyInstance

from .subject_names import AT, PARANOID, PERTURBED, PREFIX, parts
from .subject_state import Window

FRONT_END = "jit.wasm"

T = TypeVar("T")


def create(spec: str, *, features: Features | None = None, mutants: Sequence[Mutant] = ()) -> "JitEngine":
    """The subject of this name, such as `jit:minimal` or `jit:minimal:paranoid@emulator`.

    Without a host it is on the best there is.  `features` defaults to all that the back end compiles.  `ValueError` for
    a name that is none, for a host that is not available here, and for features that the back end does not compile.
    """
    named = parts(spec)
    if named is None or named.backend not in Engine.backends():
        raise ValueError(
            f"unknown subject {spec!r}; there are {', '.join(subjects())}; "
            f":{PARANOID} or :{PERTURBED}SEED may follow, and {AT}HOST behind that"
        )
    engine = Engine(
        named.backend,
        named.host,
        features=features,
        mutants=mutants,
        paranoid=named.paranoid,
        perturbation=None if named.seed is None else Perturbation.of(named.seed),
    )
    return JitEngine(engine, spec)


def subjects() -> tuple[str, ...]:
    """The names that `create` takes, without hosts."""
    return tuple(PREFIX + backend for backend in Engine.backends())


class JitEngine:
    """`oracles.protocol.Engine` over `jit.Engine`, which it owns."""

    def __init__(self, engine: Engine, name: str | None = None) -> None:
        """`name` is what it was asked for as."""
        self.engine = engine
        self.name = name or PREFIX + engine.backend
        self._can = Capabilities(engine.features, FRONT_END, calls_back=True, stack_bytes=VALUE_STACK // 2)

    @property
    def version(self) -> str:
        try:
            version = metadata.version("mitey-fuzz")
        except metadata.PackageNotFoundError:
            version = "not installed"
        return f"{version}, {self.engine.host} host"

    @property
    def code_name(self) -> str:
        """The name without a host: what generates the same code has the same."""
        return self.name.partition(AT)[0]

    @property
    def elsewhere(self) -> str | None:
        """The name of the same subject on another host of this machine; None where there is none."""
        others = (name for name in host.available() if name != self.engine.host)
        return next((self.code_name + AT + other for other in others), None)

    @property
    def can(self) -> Capabilities:
        return self._can

    @property
    def instructions(self) -> int:
        """How many wasm instructions were compiled so far."""
        return self.engine.instructions

    @property
    def changed(self) -> int:
        """How many words of all the code loaded so far a planted mutant changed."""
        return self.engine.machine.changed

    def validate(self, wasm: bytes) -> Rejected | None:
        """Decides about acceptance alone.  A module past an implementation limit is refused as invalid."""
        try:
            self.engine.validate(wasm)
        except (MalformedError, InvalidError, LimitError) as error:
            return _rejected(error)
        return None

    def limit_work(self, instructions: int | None) -> bool:
        """See `jit.engine.Engine.limit_work`."""
        return self.engine.limit_work(instructions)

    def executed(self) -> AbstractContextManager[Counter[int]]:
        """See `jit.engine.Engine.executed`."""
        return self.engine.executed()

    def observe(self, observer: Observer | None) -> None:
        """See `jit.engine.Engine.observe`."""
        self.engine.observe(observer)

    def open(self) -> "JitStore":
        return JitStore(self.engine)

    def close(self) -> None:
        self.engine.close()

    def listing(self, wasm: bytes, function: int) -> tuple[Row, ...]:
        """A defined function's wasm instructions beside their generated code; mutants are planted in it.

        `KeyError` for an imported function and for one that does not exist; raises what `Engine.compile` raises.
        """
        module = self.engine.compile(wasm)
        try:
            return module.listing(function)
        finally:
            module.close()

    def code(self, wasm: bytes | None) -> dict[Symbol, Compiled]:
        """See `jit.engine.Engine.code`; without a module, the code of handlers and stubs."""
        return self.engine.runtime_code() if wasm is None else self.engine.code(wasm)

    def handler_listing(self, name: str) -> tuple[str, ...]:
        """The code of a piece of runtime code that listings mention by name; `KeyError` when there is none."""
        return self.engine.runtime_listing(name)


class JitStore:
    """`oracles.protocol.Store`: a store of the engine, and the trace of its host calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._store = engine.open_store()
        self._imports: dict[str, dict[str, Extern]] = {}
        self._registered: dict[str, JitInstance] = {}
        self.trace: list[HostCall] = []

    def define(self, module: str, name: str, item: HostItem) -> None:
        """Makes a host item importable."""
        self._imports.setdefault(module, {})[name] = self._make(f"{module}.{name}", item)

    def register(self, module: str, instance: AnyInstance) -> None:
        """Makes all exports of an instance of this store importable; `TypeError` for an instance of another engine."""
        if not isinstance(instance, JitInstance):
            raise TypeError(f"{instance!r} is no instance of the subject")
        self._imports.setdefault(module, {}).update(instance.exports)
        self._registered[module] = instance

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> "JitInstance | Outcome":
        """Compiles and instantiates; the deadline is the start function's."""
        module = _attempt(lambda: self._engine.compile(wasm), math.inf)
        if not isinstance(module, Module):
            return module
        instance = _attempt(lambda: self._store.instantiate(module, self._imports, budget_s=deadline_s), deadline_s)
        module.close()  # its code stays while the store is open
        return JitInstance(self, instance) if isinstance(instance, Instance) else instance

    def close(self) -> None:
        self._store.close()
        self._imports.clear()  # and with it the cycles through what host functions call back
        self._registered.clear()

    def _make(self, name: str, item: HostItem) -> Extern:
        match item:
            case HostFunc():
                return self._host_function(name, item)
            case HostGlobal():
                return self._store.global_(item.type, item.value)
            case HostMemory():
                return self._store.memory(item.type)
            case HostTable():
                return self._store.table(item.type)

    def _host_function(self, name: str, item: HostFunc) -> HostFunction:
        def respond(given: tuple[Value, ...]) -> Sequence[Value]:
            return answer(name, item, tuple(map(_seen_by_host, given)), self.trace, self._find)

        return TypedHostFunction(item.type, respond)

    def _find(self, wanted: CallBack) -> Callee | None:
        instance = self._registered.get(wanted.module)
        function = None if instance is None else instance.exports.get(wanted.export)
        if not isinstance(function, Function):
            return None
        return Callee(function.type, lambda args: tuple(map(_seen_by_host, function.invoke(args))))


class JitInstance:
    """`oracles.protocol.Instance`.  A function reference crosses as the function's index in this instance."""

    def __init__(self, store: JitStore, instance: Instance) -> None:
        self._store = store
        self._instance = instance
        self._window = Window(instance)

    @property
    def exports(self) -> Mapping[str, Extern]:
        return self._instance.exports

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        """Calls an export; `KeyError` when it is no function, `ValueError` when the arguments do not fit its type."""
        function = self._instance.exports.get(export)
        if not isinstance(function, Function):
            raise KeyError(f"no exported function {export!r}")
        values = self._unseen(export, function.type, args)
        results = _attempt(lambda: function.invoke(values, budget_s=deadline_s), deadline_s)
        return (
            Returned(tuple(self._window.shown(value) for value in results)) if isinstance(results, tuple) else results
        )

    def read_global(self, export: str) -> Value:
        """The value of an exported global; `KeyError` when there is none."""
        found = self._instance.exports.get(export)
        if not isinstance(found, Global):
            raise KeyError(f"no exported global {export!r}")
        return self._window.shown(found.get())

    def snapshot(self) -> Snapshot:
        """Copies memories, globals and tables as the module exports them."""
        return self._window.snapshot(self._store.trace)

    def _unseen(self, export: str, type: FuncType, args: Sequence[Value]) -> list[Value]:
        """Arguments as the engine takes them."""
        if tuple(arg.type for arg in args) != type.params:
            raise ValueError(f"{export} has type {type}, not one that takes {' '.join(map(str, args)) or 'nothing'}")
        return [self._function_of(arg) if arg.type is FUNCREF else arg for arg in args]

    def _function_of(self, arg: Value) -> Value:
        if arg.bits == NULL:
            return arg
        if arg.bits >= len(self._instance.module.wasm.func_types):
            raise ValueError(f"function {arg.bits} of this instance cannot be referred to: there is none")
        return Value(FUNCREF, self._instance.function(arg.bits).address)


def _seen_by_host(arg: Value) -> Value:
    """A host function belongs to no instance, so every function is foreign to it."""
    return Value(FUNCREF, FOREIGN) if arg.type is FUNCREF and arg.bits != NULL else arg


class _Border:
    """Turns the exception that leaves its block into an outcome: past here, failures are data."""

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self.outcome: Outcome | None = None

    def __enter__(self) -> "_Border":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):  # such as Ctrl-C
            return False
        self.outcome = _outcome(error, self._deadline_s)
        return True


def _attempt(action: Callable[[], T], deadline_s: float) -> T | Outcome:
    """What `action` gives, or the outcome that its exception is."""
    border = _Border(deadline_s)
    with border:
        return action()
    assert border.outcome is not None
    return border.outcome


def _outcome(error: Exception, deadline_s: float) -> Outcome:
    match error:
        case Trap(kind=TrapKind.EXHAUSTED):
            return Exhausted(TrapKind.EXHAUSTED.value)
        case Trap():
            return Trapped(error.kind, str(error))
        case OutOfTime():
            return TimedOut(deadline_s)
        case LimitError():
            return Exhausted(f"limit: {error.message}")
        case MemoryError():
            return Exhausted(f"memory: {error}")
        case MalformedError() | InvalidError() | LinkError():
            return _rejected(error)
        case _:
            return Crashed("".join(traceback.format_exception(error)))


_PHASES: dict[type[WasmError], Phase] = {
    MalformedError: Phase.DECODE,
    InvalidError: Phase.VALIDATE,
    LimitError: Phase.VALIDATE,
    LinkError: Phase.LINK,
}


def _rejected(error: WasmError) -> Rejected:
    return Rejected(_PHASES[type(error)], error.message, error.offset)
