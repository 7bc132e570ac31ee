"""A store as the protocol sees it: host items, registered instances, instantiation."""

import math
from collections.abc import Sequence

from jit.errors import InvalidError, LimitError, LinkError, MalformedError, Trap
from jit.wasm.decode import decode
from jit.wasm.features import Features
from jit.wasm.module import Module
from jit.wasm.types import FUNCREF, NULL, ValType, Value
from jit.wasm.validate import validate

from .. import protocol
from ..hostcalls import Callee, answer
from ..protocol import (
    FOREIGN,
    CallBack,
    Exhausted,
    HostFunc,
    HostGlobal,
    HostItem,
    HostMemory,
    HostTable,
    Outcome,
    Phase,
    Rejected,
    Returned,
    Trapped,
)
from .instance import InterpInstance
from .link import link
from .machine import Machine
from .objects import Extern, Function, Global, HostFunction, Memory, Resource, Table, World


def accept(wasm: bytes, features: Features) -> Module | Rejected:
    """The module, decoded and valid, or why it is not one."""
    try:
        module = decode(wasm, features)
    except MalformedError as error:
        return Rejected(Phase.DECODE, error.message, error.offset)
    except LimitError as error:
        return Rejected(Phase.VALIDATE, error.message, error.offset)
    try:
        validate(module, features)
    except MalformedError as error:
        return Rejected(Phase.DECODE, error.message, error.offset)
    except (InvalidError, LimitError) as error:
        return Rejected(Phase.VALIDATE, error.message, error.offset)
    return module


class InterpStore:
    """One world of instances and host items."""

    def __init__(self, features: Features, machine: Machine) -> None:
        self._features = features
        self._machine = machine
        self._world = World()
        self._items: dict[tuple[str, str], Extern] = {}
        self._registered: dict[tuple[str, str], Extern] = {}

    def define(self, module: str, name: str, item: HostItem) -> None:
        """Makes a host item importable; `MemoryError` when it is larger than this engine bears."""
        try:
            self._items[module, name] = self._make(f"{module}.{name}", item)
        except Resource as resource:
            raise MemoryError(f"{module}.{name}: out of {resource}") from None

    def _make(self, name: str, item: HostItem) -> Extern:
        match item:
            case HostFunc():
                return self._host_function(name, item)
            case HostGlobal(type, value):
                if type.type is FUNCREF and value.bits != NULL:
                    raise ValueError("a host item cannot hold a function reference other than null")
                return Global(type, value.bits)
            case HostMemory(type):
                return Memory(type)
            case HostTable(type):
                return Table(type)

    def _host_function(self, name: str, item: HostFunc) -> HostFunction:
        trace = self._world.trace

        def respond(bits: list[int]) -> list[int]:
            return [v.bits for v in answer(name, item, _seen_by_host(item.type.params, bits), trace, self._find)]

        function = HostFunction(item.type, respond)
        self._world.add(function)
        return function

    def _find(self, wanted: CallBack) -> Callee | None:
        function = self._registered.get((wanted.module, wanted.export))
        if not isinstance(function, Function):
            return None

        def run(args: Sequence[Value]) -> tuple[Value, ...]:
            results = self._machine.call(function, [arg.bits for arg in args], math.inf)
            return _seen_by_host(function.type.results, results)

        return Callee(function.type, run)

    def register(self, module: str, instance: protocol.Instance) -> None:
        if not isinstance(instance, InterpInstance):
            raise TypeError(f"an interpreter's store can register instances of its own, not {type(instance).__name__}")
        for name, extern in instance.exports():
            self._items[module, name] = self._registered[module, name] = extern

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> InterpInstance | Outcome:
        module = accept(bytes(wasm), self._features)
        if isinstance(module, Rejected):
            return module
        try:
            linked = link(module, self._world, self._items, self._features)
        except LinkError as error:
            return Rejected(Phase.LINK, error.message)
        except Trap as trap:
            return Trapped(trap.kind, str(trap))
        except Resource as resource:
            return Exhausted(str(resource))
        except MemoryError:
            return Exhausted("memory")
        instance = InterpInstance(linked, self._machine)
        if module.start is None:
            return instance
        started = instance.run(linked.functions[module.start], (), deadline_s=deadline_s)
        return instance if isinstance(started, Returned) else started

    def close(self) -> None:
        self._items.clear()
        self._registered.clear()


def _seen_by_host(types: Sequence[ValType], bits: Sequence[int]) -> tuple[Value, ...]:
    """Values as host functions see them: a function is foreign to all of them."""
    return tuple([Value(t, FOREIGN if t is FUNCREF and b != NULL else b) for t, b in zip(types, bits, strict=True)])
