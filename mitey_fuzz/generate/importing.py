"""Small cases about what may be imported as what: exactly, as something wider, and as what it nearly is.

Who links compares types, and of memories and tables what they have become since (spec: `valid-externtype`,
`match-limits`): a start function may have grown them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from jit.wasm.body import Instr, assemble, const, expr, instruction
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Code, Export, ExternKind, Global, Import, Module
from jit.wasm.opcodes import op
from jit.wasm.types import (
    BY_LETTER,
    FUNCREF,
    I32,
    NULL,
    ExternType,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    ValType,
)

from ..case import Call, Case, Companion
from ..choices import Choices
from .emit import END, GLOBAL_GET, GLOBAL_SET, i32_const, plain
from .terminate import export_all
from .unlike import ways

_NAME: Final = "c0"
"""As which the companion is registered."""
_MOST_VALUES: Final = 3


def some_importing(choices: Choices, features: Features) -> Case:
    """A companion that exports of every kind, and a module that imports all of it, in half of the cases one amiss."""
    exporter = _Exporter(choices, features)
    wanted = [exporter.wider(type) for type in exporter.types]
    if choices.integer(0, 1):
        at, unlike = exporter.unlike()
        wanted[at] = unlike
    importer, script = _importer(wanted, sizes=features.reference_types)
    companion = Companion(_NAME, encode(exporter.module()))
    return Case(encode(importer), script, choices=choices.record, companions=(companion,))


class _Exporter:
    """What the companion exports, in order of `types`, and by how much its start function grows it."""

    def __init__(self, choices: Choices, features: Features) -> None:
        self.choices = choices
        self.features = features
        refs = "re" * features.reference_types
        self.letters = "ildf" + "v" * features.simd + refs
        kinds: list[Callable[[], ExternType]] = [self._function, self._global, self._function, self._global]
        kinds += [self._memory, self._table]
        chosen = [kind for kind in kinds if self.draw(3)]
        self.types = [kind() for kind in chosen or (self._memory,)]
        self.growth = self.draw(1)
        self.grows_tables = features.reference_types

    def draw(self, most: int) -> int:
        return self.choices.integer(0, most)

    def _type(self) -> ValType:
        return BY_LETTER[self.letters[self.draw(len(self.letters) - 1)]]

    def _function(self) -> FuncType:
        params = tuple([self._type() for _ in range(self.draw(_MOST_VALUES))])
        results = self.draw(_MOST_VALUES if self.features.multi_value else 1)
        return FuncType(params, tuple([self._type() for _ in range(results)]))

    def _global(self) -> GlobalType:
        return GlobalType(self._type(), mutable=self.draw(1) == 1)

    def _limits(self) -> Limits:
        minimum = self.draw(3)
        return Limits(minimum, minimum + self.draw(3) if self.draw(1) else None)

    def _memory(self) -> MemoryType:
        return MemoryType(self._limits())

    def _table(self) -> TableType:
        return TableType(BY_LETTER["re"[self.draw(1)]] if self.features.reference_types else FUNCREF, self._limits())

    # What it is

    def module(self) -> Module:
        """The companion; what it grows is as large as it can be afterwards, or as before."""
        functions = [type for type in self.types if isinstance(type, FuncType)]
        start = FuncType((), ())
        module = Module(
            types=(start, *functions),
            functions=tuple(range(len(functions) + 1)),
            tables=tuple(type for type in self.types if isinstance(type, TableType)),
            memories=tuple(type for type in self.types if isinstance(type, MemoryType)),
            globals=(*(_global(type) for type in self.types if isinstance(type, GlobalType)), _GROWN),
            codes=(Code((), self._grow() + END), *(Code((), _values(type.results) + END) for type in functions)),
            start=0,
        )
        counts = dict.fromkeys(ExternKind, 0) | {ExternKind.FUNC: 1}
        exports = []
        for at, type in enumerate(self.types):
            kind = _KINDS[type.__class__]
            exports.append(Export(f"e{at}", kind, counts[kind]))
            counts[kind] += 1
        return export_all(replace(module, exports=tuple(exports)))

    def _grow(self) -> bytes:
        """Grows what can grow, and keeps what that says in a global behind the others."""
        code = b""
        grown = sum(isinstance(type, GlobalType) for type in self.types)
        for type in self.types:
            if isinstance(type, MemoryType):
                grow = i32_const(self.growth) + instruction(op("memory.grow"), 0)
            elif isinstance(type, TableType) and self.grows_tables:
                null = instruction(op("ref.null"), type.element.code)
                grow = null + i32_const(self.growth) + instruction(op("table.grow"), 0)
            else:
                continue
            code += GLOBAL_GET[grown] + i32_const(3) + plain("i32.mul") + grow + plain("i32.add") + GLOBAL_SET[grown]
        return code

    def _size(self, type: MemoryType | TableType) -> int:
        """What its minimum has become."""
        grows = self.growth and (isinstance(type, MemoryType) or self.grows_tables)
        fits = type.limits.maximum is None or type.limits.minimum < type.limits.maximum
        return type.limits.minimum + (1 if grows and fits else 0)

    # What it is wanted as

    def wider(self, type: ExternType) -> ExternType:
        """A type as which it may be imported: its own, or limits that hold it."""
        if not isinstance(type, MemoryType | TableType):
            return type
        most = type.limits.maximum
        if most is not None and self.draw(1):
            most += self.draw(2)
        elif self.draw(1):
            most = None
        return replace(type, limits=Limits(self._size(type) - min(self._size(type), self.draw(2)), most))

    def unlike(self) -> tuple[int, ExternType]:
        """The place of one export, and a type as which it may not: what of that differs is drawn first, then how."""
        found = [(at, way, unlike) for at, type in enumerate(self.types) for way, unlike in self._ways(type).items()]
        parts = sorted({way.partition(" ")[0] for _, way, _ in found})
        part = parts[self.draw(len(parts) - 1)]
        names = sorted({way for _, way, _ in found if way.startswith(part)})
        name = names[self.draw(len(names) - 1)]
        some = [(at, unlike) for at, way, unlike in found if way == name]
        return some[self.draw(len(some) - 1)]

    def _ways(self, type: ExternType) -> dict[str, ExternType]:
        size = self._size(type) if isinstance(type, MemoryType | TableType) else 0
        return ways(self.choices, type, size, self.features)


_KINDS: Final = {
    FuncType: ExternKind.FUNC,
    TableType: ExternKind.TABLE,
    MemoryType: ExternKind.MEMORY,
    GlobalType: ExternKind.GLOBAL,
}
_GROWN: Final = Global(GlobalType(I32, mutable=True), expr(const(I32, 0)))


def _global(type: GlobalType) -> Global:
    return Global(type, expr(_constant(type.type)))


def _constant(type: ValType) -> Instr:
    return const(type, NULL if type.is_ref else 5)


def _values(types: Sequence[ValType]) -> bytes:
    return assemble(map(_constant, types))


# --- the importer


def _importer(wanted: Sequence[ExternType], *, sizes: bool) -> tuple[Module, tuple[Call, ...]]:
    """A module that imports things of these types, and uses each; `sizes`: tables may be asked for theirs."""
    imports, uses = [], []
    counts = dict.fromkeys(ExternKind, 0)
    for at, type in enumerate(wanted):
        kind = _KINDS[type.__class__]
        imports.append(Import(_NAME, f"e{at}", type, at if kind is ExternKind.FUNC else -1))
        uses.append(_use(type, counts[kind], sizes=sizes))
        counts[kind] += 1
    called = tuple(type if isinstance(type, FuncType) else FuncType((), ()) for type in wanted)
    first = counts[ExternKind.FUNC]
    module = Module(
        types=(*called, *(FuncType((), results) for results, _ in uses)),
        imports=tuple(imports),
        functions=tuple(range(len(wanted), 2 * len(wanted))),
        exports=tuple(Export(f"f{at}", ExternKind.FUNC, first + at) for at in range(len(wanted))),
        codes=tuple(Code((), code + END) for _, code in uses),
    )
    return export_all(module), tuple(Call(f"f{at}") for at in range(len(wanted)))


def _use(type: ExternType, index: int, *, sizes: bool) -> tuple[tuple[ValType, ...], bytes]:
    """What asks an import for all it tells, and the types of that."""
    if isinstance(type, FuncType):
        return type.results, _values(type.params) + instruction(op("call"), index)
    if isinstance(type, GlobalType):
        return (type.type,), instruction(op("global.get"), index)
    if isinstance(type, MemoryType):
        return (I32,), instruction(op("memory.size"), index)
    return (I32,), instruction(op("table.size"), index) if sizes else i32_const(0)
