"""An instance as the protocol sees it: calls, and what can be observed between them.

A funcref crosses the border as the function's index in this instance, or `FOREIGN`; inside it is an address.
"""

from collections.abc import Iterator, Sequence

from jit.errors import Trap
from jit.wasm.module import ExternKind
from jit.wasm.types import FUNCREF, NULL, FuncType, ValType, Value

from ..protocol import FOREIGN, Exhausted, Outcome, Returned, Snapshot, TimedOut, Trapped
from .machine import Machine, OutOfTime
from .objects import Extern, Function, Global, Memory, ModuleInstance, Resource, Table


class InterpInstance:
    """A module instance and the machine that runs it."""

    __slots__ = ("_exports", "_indices", "_instance", "_machine")

    def __init__(self, instance: ModuleInstance, machine: Machine) -> None:
        self._instance = instance
        self._machine = machine
        spaces: dict[ExternKind, Sequence[Extern]] = {
            ExternKind.FUNC: instance.functions,
            ExternKind.TABLE: instance.tables,
            ExternKind.MEMORY: instance.memories,
            ExternKind.GLOBAL: instance.globals,
        }
        self._exports = {export.name: spaces[export.kind][export.index] for export in instance.module.exports}
        self._indices: dict[int, int] = {}
        for index, function in enumerate(instance.functions):
            self._indices.setdefault(function.address, index)

    def exports(self) -> Iterator[tuple[str, Extern]]:
        """All exports in order."""
        yield from self._exports.items()

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        """Calls an export; `ValueError` when the arguments do not have its parameters' types."""
        function = self._exports.get(export)
        if not isinstance(function, Function):
            raise KeyError(f"no exported function {export!r}")
        bits = self._pack(export, function.type, args)
        return self.run(function, bits, deadline_s=deadline_s)

    def run(self, function: Function, args: Sequence[int], *, deadline_s: float) -> Outcome:
        """Calls a function of this instance with these bits."""
        try:
            results = self._machine.call(function, args, deadline_s)
        except Trap as trap:
            return Trapped(trap.kind, str(trap))
        except Resource as resource:
            return Exhausted(str(resource))
        except MemoryError:
            return Exhausted("memory")
        except OutOfTime:
            return TimedOut(deadline_s)
        values = zip(function.type.results, results, strict=True)
        return Returned(tuple([self._value(type, bits) for type, bits in values]))

    def _pack(self, export: str, type: FuncType, args: Sequence[Value]) -> list[int]:
        if tuple(arg.type for arg in args) != type.params:
            raise ValueError(f"{export} has type {type}, not one that takes {' '.join(map(str, args)) or 'nothing'}")
        return [self._bits(arg) for arg in args]

    def _bits(self, arg: Value) -> int:
        if arg.type is not FUNCREF or arg.bits == NULL:
            return arg.bits
        functions = self._instance.functions
        if arg.bits >= len(functions):
            raise ValueError(f"function {arg.bits} of this instance cannot be referred to; it has {len(functions)}")
        return functions[arg.bits].address

    def _value(self, type: ValType, bits: int) -> Value:
        if type is FUNCREF and bits != NULL:
            return Value(type, self._indices.get(bits, FOREIGN))
        return Value(type, bits)

    def read_global(self, export: str) -> Value:
        cell = self._exports.get(export)
        if not isinstance(cell, Global):
            raise KeyError(f"no exported global {export!r}")
        return self._value(cell.type.type, cell.bits)

    def snapshot(self) -> Snapshot:
        """Copies memories, globals and tables as the module exports them."""
        exports = self._exports.items()
        return Snapshot(
            memories=tuple((name, bytes(extern.data)) for name, extern in exports if isinstance(extern, Memory)),
            globals=tuple((name, self.read_global(name)) for name, extern in exports if isinstance(extern, Global)),
            tables=tuple((name, self._tokens(extern)) for name, extern in exports if isinstance(extern, Table)),
            host_calls=tuple(self._instance.world.trace),
        )

    def _tokens(self, table: Table) -> tuple[str, ...]:
        return tuple([self._token(table.element, bits) for bits in table.elements])

    def _token(self, type: ValType, bits: int) -> str:
        if bits == NULL:
            return "null"
        if type is not FUNCREF:
            return f"extern:{bits}"
        return f"func:{self._indices[bits]}" if bits in self._indices else "foreign"
