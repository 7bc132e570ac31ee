"""A visitor: a last module with little of its own, which uses what another has and changes behind its back.

Memories and tables that it imports grow though it has no instruction that grows them, and the table is filled with
functions of types that it does not even name.  What it hands on is exported from a module that does not define it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from jit.wasm.body import assemble, const, expr, instruction
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import Code, Export, ExternKind, Global, Import, Module
from jit.wasm.opcodes import op
from jit.wasm.types import FUNCREF, I32, I64, NULL, PAGE, ExternType, FuncType, GlobalType, ValType
from oracles.protocol import HostFunc

from ..case import MAIN, Call, Case, Companion, Definition
from ..choices import Choices
from .emit import DROP, END, LOCAL_GET, i32_const
from .endless import NAME as ENDLESS
from .literals import value_bits
from .script import argument
from .terminate import export_all

ONE_IN: Final = 4
"""Every so many linked cases are visited."""
VISITED: Final = "visited"
"""The name of what was the case's own module."""
VISIT: Final = "visit"
"""What the names of a visitor's own functions begin with."""
GROW: Final = "grow"
"""The export of half of the visited modules that makes their memory larger."""
Globals = Mapping[str, Sequence[int]]
"""Those that may be written, by type letter."""

_OWN: Final[tuple[ValType, ...]] = (I32, I64)
"""Types of the visitor's own globals, in which it leaves what it sees."""
_AROUND: Final = (-9, -8, -4, -1, 0, 8, PAGE - 8, PAGE)
"""Addresses relative to the end of what a memory has at first."""
_MOST_ACTS: Final = 3
_MEMORY_SIZE: Final = instruction(op("memory.size"), 0)
_GROW_MEMORY: Final = i32_const(1) + instruction(op("memory.grow"), 0)


def some_visited(choices: Choices, case: Case, globals_: Globals, features: Features) -> Case:
    """The case as it is; or sometimes, unless a call does not end, with a visitor in its module's place."""
    if choices.integer(0, ONE_IN - 1) < ONE_IN - 1 or any(call.export == ENDLESS for call in case.script):
        return case
    return visited(choices, case, globals_, features)


def visited(choices: Choices, case: Case, globals_: Globals, features: Features) -> Case:
    """The case with its module as a companion of a visitor, which the script calls instead.

    Half of the visitors have a single type, and hand on only what has it.
    """
    module = decode(case.wasm, WASM_2)
    functions = {e.name: module.func_types[e.index] for e in module.exports if e.kind is ExternKind.FUNC}
    types = list(dict.fromkeys((*functions.values(), FuncType((), ()))))
    if choices.integer(0, 1):
        types = [types[choices.integer(0, len(types) - 1)]]
    wasm, calls = case.wasm, [call for call in case.script if functions[call.export] in types]
    if module.memory_types and choices.integer(0, 1):
        functions[GROW] = types[0]
        module = _growing(choices, module, types[0])
        wasm = encode(module)
        calls.insert(choices.integer(0, len(calls)), _call(choices, GROW, types[0]))
    handed_on = {call.export: functions[call.export] for call in calls}
    visits = [types[choices.integer(0, len(types) - 1)] for _ in range(choices.integer(4, 10))]
    visitor = _Visitor(choices, module, globals_, features, types).module(handed_on, visits)
    return replace(
        case,
        wasm=encode(export_all(visitor)),
        script=_script(choices, calls, visits),
        imports=tuple(map(_moved, case.imports)),
        companions=(*case.companions, Companion(VISITED, wasm)),
    )


def _growing(choices: Choices, module: Module, type: FuncType) -> Module:
    """The module with one more function, which makes its memory larger."""
    body = _GROW_MEMORY + DROP + b"".join(_constant(choices, result) for result in type.results) + END
    return replace(
        module,
        types=(*module.types, type),
        functions=(*module.functions, len(module.types)),
        codes=(*module.codes, Code((), body)),
        exports=(*module.exports, Export(GROW, ExternKind.FUNC, len(module.func_types))),
        source=b"",
    )


def _call(choices: Choices, export: str, type: FuncType) -> Call:
    return Call(export, tuple([argument(choices, param.letter) for param in type.params]))


def _constant(choices: Choices, type: ValType) -> bytes:
    return assemble([const(type, NULL if type.is_ref else value_bits(choices, type.letter))])


def _script(choices: Choices, calls: Sequence[Call], visits: Sequence[FuncType]) -> tuple[Call, ...]:
    """Each visit before some of the calls, and once more behind these; what calls are left come last."""
    waiting = list(calls)
    script: list[Call] = []
    own = []
    for at, type in enumerate(visits):
        own.append(_call(choices, f"{VISIT}{at}", type))
        script += [own[-1], *waiting[:2]]
        del waiting[:2]
    return (*script, *own, *waiting)


def _moved(definition: Definition) -> Definition:
    """A host item that calls the visited module back, now under its new name."""
    item = definition.item
    if not isinstance(item, HostFunc) or item.calls_back is None or item.calls_back.module != MAIN:
        return definition
    return replace(definition, item=replace(item, calls_back=replace(item.calls_back, module=VISITED)))


class _Visitor:
    """Builds the module: `types` is its type section, and what it imports are all of the host's memories and tables."""

    def __init__(
        self, choices: Choices, host: Module, globals_: Globals, features: Features, types: Sequence[FuncType]
    ) -> None:
        self.choices = choices
        self.types = types
        self.names = {(e.kind, e.index): e.name for e in host.exports}
        self.memories = host.memory_types
        self.tables = host.table_types
        self.sizes = features.reference_types
        self.globals = [(f"state:global:{k}", GlobalType(t, mutable=True)) for t in _OWN for k in globals_[t.letter]]

    def draw(self, most: int) -> int:
        return self.choices.integer(0, most)

    def module(self, handed_on: Mapping[str, FuncType], visits: Sequence[FuncType]) -> Module:
        """Exports the functions that it imports and, behind them, its visits."""
        functions = [Import(VISITED, name, type, self.types.index(type)) for name, type in handed_on.items()]
        own = [f"{VISIT}{at}" for at in range(len(visits))]
        return Module(
            types=tuple(self.types),
            imports=(*functions, *self._state()),
            functions=tuple(map(self.types.index, visits)),
            globals=tuple(Global(GlobalType(t, mutable=True), expr(const(t, 0))) for t in _OWN),
            exports=tuple(Export(name, ExternKind.FUNC, at) for at, name in enumerate((*handed_on, *own))),
            codes=tuple(Code((), self._visit(type)) for type in visits),
        )

    def _state(self) -> list[Import]:
        shared: list[tuple[ExternKind, Sequence[ExternType]]] = [
            (ExternKind.MEMORY, self.memories),
            (ExternKind.TABLE, self.tables),
        ]
        named = [(self.names[kind, at], type) for kind, types in shared for at, type in enumerate(types)]
        return [Import(VISITED, *entry) for entry in (*named, *self.globals)]

    def _visit(self, type: FuncType) -> bytes:
        """Some acts, then a call through a table mostly, for which there must be one of functions."""
        acts = b"".join(self._act() for _ in range(self.draw(_MOST_ACTS)))
        tables = [at for at, table in enumerate(self.tables) if table.element is FUNCREF]
        if tables and self.draw(3):
            return acts + self._call(type, tables[self.draw(len(tables) - 1)]) + END
        return acts + b"".join(_constant(self.choices, result) for result in type.results) + END

    def _call(self, type: FuncType, table: int) -> bytes:
        """With the visit's own arguments, of a slot that mostly is in the table."""
        arguments = b"".join(LOCAL_GET[: len(type.params)])
        slot = i32_const(self.draw(self.tables[table].limits.minimum))
        return arguments + slot + instruction(op("call_indirect"), self.types.index(type), table)

    def _act(self) -> bytes:
        """Looks at, or changes, something that it shares, if there is such a thing."""
        kind = self.draw(5)
        if kind <= 3 and self.memories:
            return (self._memory_size, self._memory_size, self._load, self._store)[kind]()
        if kind == 4 and self.tables and self.sizes:
            return instruction(op("table.size"), self.draw(len(self.tables) - 1)) + self._keep(I32)
        return self._exchange() if self.globals else b""

    def _memory_size(self) -> bytes:
        """What it is; one time in eight, after making it larger."""
        return (_GROW_MEMORY if self.draw(7) == 7 else _MEMORY_SIZE) + self._keep(I32)

    def _load(self) -> bytes:
        return self._address() + instruction(op("i64.load"), 0, 0) + self._keep(I64)

    def _store(self) -> bytes:
        return self._address() + _constant(self.choices, I64) + instruction(op("i64.store"), 0, 0)

    def _address(self) -> bytes:
        return i32_const(self.memories[0].limits.minimum * PAGE + _AROUND[self.draw(len(_AROUND) - 1)])

    def _exchange(self) -> bytes:
        """Reads a global of the other's, and writes it."""
        at = self.draw(len(self.globals) - 1)
        type = self.globals[at][1].type
        read, write = (instruction(op(name), at) for name in ("global.get", "global.set"))
        return read + self._keep(type) + _constant(self.choices, type) + write

    def _keep(self, type: ValType) -> bytes:
        """Leaves a value in the visitor's own global of its type."""
        return instruction(op("global.set"), len(self.globals) + _OWN.index(type))
