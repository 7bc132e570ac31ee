"""Two modules become one: all index spaces joined, nothing renamed that need not be.

The first module keeps its indices wherever imports allow; the second one's are shifted behind.  There is one memory, as
large as the larger.  Both modules' exports stay; the second's get an apostrophe where the name is taken.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from jit.wasm.body import Instr, assemble, parse
from jit.wasm.features import Features
from jit.wasm.module import Code, Data, Elem, Export, Expr, ExternKind, Global, Import, Module
from jit.wasm.opcodes import Imm
from jit.wasm.types import FuncType, Limits, MemoryType

Renumber = Callable[[int], int]
_SEVERAL: Final = {Imm.MEMARG: 2, Imm.LANES: 16}


class _Shift:
    """New indices for old ones, by the kind of immediate that holds them."""

    def __init__(self, kinds: Mapping[Imm, Renumber]) -> None:
        self.kinds = kinds

    def instr(self, instr: Instr) -> Instr:
        row, immediates = instr.op, list(instr.immediates)
        at = 0
        for kind in row.immediates:
            renumber = self.kinds.get(kind)
            if renumber is not None and immediates[at] >= 0:
                immediates[at] = renumber(immediates[at])
            at += _SEVERAL.get(kind, 1)  # kinds of any length have no index behind them
        return instr._replace(immediates=tuple(immediates))

    def code(self, code: Code) -> Code:
        return Code(code.locals, assemble(map(self.instr, parse(code.body))))

    def expr(self, expr: Expr) -> Expr:
        return Expr(assemble(map(self.instr, parse(expr.code))))

    def global_(self, global_: Global) -> Global:
        return Global(global_.type, self.expr(global_.init))

    def elem(self, elem: Elem) -> Elem:
        functions, tables = self.kinds[Imm.FUNC], self.kinds[Imm.TABLE]
        items = tuple(functions(item) if isinstance(item, int) else self.expr(item) for item in elem.items)
        offset = elem.offset and self.expr(elem.offset)
        return Elem(elem.mode, elem.type, items, tables(elem.table) if elem.offset else 0, offset)

    def data(self, data: Data) -> Data:
        return Data(data.mode, data.content, data.memory, data.offset and self.expr(data.offset))

    def export(self, export: Export) -> Export:
        return Export(export.name, export.kind, self.kinds[_OF_KIND[export.kind]](export.index))


_OF_KIND: Final = {
    ExternKind.FUNC: Imm.FUNC, ExternKind.TABLE: Imm.TABLE, ExternKind.MEMORY: Imm.MEMORY,
    ExternKind.GLOBAL: Imm.GLOBAL,
}  # fmt: skip


def _first(own: int, others: int) -> Renumber:
    """Indices of the first module: `own` imports stay, what is defined comes behind the `others` imported."""
    return lambda index: index if index < own else index + others


def _second(before: int, own: int, total: int) -> Renumber:
    """Indices of the second module: `own` imports come behind `before` ones, the rest behind all of the first's."""
    return lambda index: index + before if index < own else index + total


def _shifts(one: Module, other: Module) -> tuple[_Shift, _Shift]:
    counts = (
        (Imm.FUNC, one.imported_funcs, other.imported_funcs, len(one.func_types)),
        (Imm.TABLE, one.imported_tables, other.imported_tables, len(one.table_types)),
        (Imm.GLOBAL, one.imported_globals, other.imported_globals, len(one.global_types)),
    )
    first = {kind: _first(own, others) for kind, own, others, _ in counts}
    second = {kind: _second(own, others, total) for kind, own, others, total in counts}
    by = {Imm.TYPE: len(one.types), Imm.BLOCK: len(one.types), Imm.ELEM: len(one.elems), Imm.DATA: len(one.datas)}
    for kind, count in by.items():
        second[kind] = _second(count, 0, count)
    first[Imm.MEMORY] = second[Imm.MEMORY] = lambda index: index
    return _Shift(first), _Shift(second)


def can_merge(one: Module, other: Module, features: Features) -> bool:
    """Whether the joined module is within these features: several tables came with reference types."""
    return features.reference_types or not (one.table_types and other.table_types)


def merge(one: Module, other: Module) -> Module:
    """Both modules as one; both are valid.  Active segments of the second are written after those of the first."""
    first, second = _shifts(one, other)
    imports, memories = _memories(one, other)
    return Module(
        types=one.types + other.types,
        imports=imports,
        functions=one.functions + tuple(index + len(one.types) for index in other.functions),
        tables=one.tables + other.tables,
        memories=memories,
        globals=(*map(first.global_, one.globals), *map(second.global_, other.globals)),
        exports=_exports(tuple(map(first.export, one.exports)), tuple(map(second.export, other.exports))),
        start=_start(first, one.start, second, other.start),
        elems=(*map(first.elem, one.elems), *map(second.elem, other.elems)),
        codes=(*map(first.code, one.codes), *map(second.code, other.codes)),
        datas=(*map(first.data, one.datas), *map(second.data, other.datas)),
    )


def _start(first: _Shift, one: int | None, second: _Shift, other: int | None) -> int | None:
    if one is not None:
        return first.kinds[Imm.FUNC](one)
    return None if other is None else second.kinds[Imm.FUNC](other)


def _memories(one: Module, other: Module) -> tuple[tuple[Import, ...], tuple[MemoryType, ...]]:
    """The imports of both, and the memories: of two memories the first, made as large as either."""
    taken = {(entry.module, entry.name) for entry in one.imports}
    own = {(entry.module, entry.name) for entry in other.imports}
    others = []
    for entry in other.imports:
        if isinstance(entry.type, MemoryType) and one.memory_types:
            continue
        name = entry.name
        if (entry.module, name) in taken:  # what the second imports twice is one thing still
            while (entry.module, name) in taken | own:
                name += "'"
        index = entry.type_index + len(one.types) if isinstance(entry.type, FuncType) else -1
        others.append(Import(entry.module, name, entry.type, index))
    if not (one.memory_types and other.memory_types):
        return (*one.imports, *others), one.memories + other.memories
    larger = _larger(one.memory_types[0].limits, other.memory_types[0].limits)
    if one.memories:
        return (*one.imports, *others), (MemoryType(larger),)
    kept = [replace(e, type=MemoryType(larger)) if isinstance(e.type, MemoryType) else e for e in one.imports]
    return (*kept, *others), ()


def _larger(one: Limits, other: Limits) -> Limits:
    minimum = max(one.minimum, other.minimum)
    if one.maximum is None or other.maximum is None:
        return Limits(minimum, None)
    return Limits(minimum, max(one.maximum, other.maximum))


def _exports(one: tuple[Export, ...], other: tuple[Export, ...]) -> tuple[Export, ...]:
    names = {export.name for export in one}
    renamed = []
    for export in other:
        name = export.name
        while name in names:
            name += "'"
        names.add(name)
        renamed.append(replace(export, name=name))
    return (*one, *renamed)
