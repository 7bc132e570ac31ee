"""Index spaces: who refers to what, and taking things out so that everything else still refers to the same.

One description of where indices stand serves both questions: `_visit` shows every reference of a module to a function
that may answer with a new index.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from jit.wasm import body
from jit.wasm.body import BLOCKS, Instr
from jit.wasm.module import Data, Elem, Export, Expr, ExternKind, Global, Import, Mode, Module
from jit.wasm.opcodes import Imm
from jit.wasm.types import FuncType, GlobalType, MemoryType, TableType

from .draft import Draft

Space = Imm
"""Index spaces are named by the immediates that index them: FUNC, TYPE, TABLE, MEMORY, GLOBAL, ELEM, DATA."""

SPACES = (Imm.FUNC, Imm.TABLE, Imm.MEMORY, Imm.GLOBAL, Imm.ELEM, Imm.DATA, Imm.TYPE)

_EXPORTED = {
    ExternKind.FUNC: Imm.FUNC,
    ExternKind.TABLE: Imm.TABLE,
    ExternKind.MEMORY: Imm.MEMORY,
    ExternKind.GLOBAL: Imm.GLOBAL,
}
_IMPORTED = {FuncType: Imm.FUNC, TableType: Imm.TABLE, MemoryType: Imm.MEMORY, GlobalType: Imm.GLOBAL}

Definition = Global | MemoryType | TableType
"""What a module can define in place of an import; functions apart, whose types are a space of their own."""

T = TypeVar("T")
Renumber = Callable[[Space, int], int]


def _instr(instr: Instr, to: Renumber) -> Instr:
    row, imms = instr.op, instr.immediates
    if row in BLOCKS:
        return instr if imms[0] < 0 else instr._replace(immediates=(to(Imm.TYPE, imms[0]),))
    if row.immediates[:1] == (Imm.MEMARG,):
        to(Imm.MEMORY, 0)
        return instr
    if not any(kind in SPACES for kind in row.immediates):
        return instr
    renewed = (to(kind, i) if kind in SPACES else i for kind, i in zip(row.immediates, imms, strict=True))
    return instr._replace(immediates=tuple(renewed))


def _expr(expr: Expr | None, to: Renumber) -> Expr | None:
    if expr is None:
        return None
    return Expr(body.assemble(_instr(i, to) for i in body.parse(expr.code)))


def _sure(expr: Expr, to: Renumber) -> Expr:
    return _expr(expr, to) or expr


def _elem(elem: Elem, to: Renumber) -> Elem:
    items = tuple(to(Imm.FUNC, item) if isinstance(item, int) else _sure(item, to) for item in elem.items)
    table = to(Imm.TABLE, elem.table) if elem.mode is Mode.ACTIVE else elem.table
    return replace(elem, items=items, table=table, offset=_expr(elem.offset, to))


def _data(data: Data, to: Renumber) -> Data:
    memory = to(Imm.MEMORY, data.memory) if data.mode is Mode.ACTIVE else data.memory
    return replace(data, memory=memory, offset=_expr(data.offset, to))


def _visit(draft: Draft, to: Renumber) -> Draft:
    """The draft with every reference renumbered."""
    module = draft.module
    exports = tuple(Export(e.name, e.kind, to(_EXPORTED[e.kind], e.index)) for e in module.exports)
    return replace(
        draft,
        bodies=tuple(tuple(_instr(i, to) for i in instrs) for instrs in draft.bodies),
        module=replace(
            module,
            exports=exports,
            imports=tuple(
                replace(i, type_index=to(Imm.TYPE, i.type_index)) if i.type_index >= 0 else i for i in module.imports
            ),
            functions=tuple(to(Imm.TYPE, t) for t in module.functions),
            globals=tuple(Global(g.type, _sure(g.init, to)) for g in module.globals),
            start=None if module.start is None else to(Imm.FUNC, module.start),
            elems=tuple(_elem(e, to) for e in module.elems),
            datas=tuple(_data(d, to) for d in module.datas),
        ),
    )


def references(draft: Draft) -> list[tuple[Space, int]]:
    """Every index of every space that something in the module refers to, once, in the order of first references.

    Exports come before code.
    """
    found: dict[tuple[Space, int], None] = {}

    def note(space: Space, index: int) -> int:
        found.setdefault((space, index))
        return index

    _visit(draft, note)
    return list(found)


def count(module: Module, space: Space) -> int:
    """How many things an index space holds, imports included."""
    sizes = {
        Imm.FUNC: module.imported_funcs + len(module.functions),
        Imm.TYPE: len(module.types),
        Imm.TABLE: len(module.table_types),
        Imm.MEMORY: len(module.memory_types),
        Imm.GLOBAL: len(module.global_types),
        Imm.ELEM: len(module.elems),
        Imm.DATA: len(module.datas),
    }
    return sizes[space]


def unused(draft: Draft, space: Space) -> list[int]:
    """Indices of a space that nothing refers to.  Active segments act by themselves, so they count as used."""
    used = {index for s, index in references(draft) if s is space}
    modes = [e.mode for e in draft.module.elems] if space is Imm.ELEM else []
    modes = [d.mode for d in draft.module.datas] if space is Imm.DATA else modes
    active = {i for i, mode in enumerate(modes) if mode is Mode.ACTIVE}
    return [i for i in range(count(draft.module, space)) if i not in used and i not in active]


def without(draft: Draft, space: Space, gone: Iterable[int]) -> Draft:
    """The draft without these things, to which nothing may refer (a reference to one becomes index 0)."""
    lost = set(gone)
    kept = [i for i in range(count(draft.module, space)) if i not in lost]
    number = {old: new for new, old in enumerate(kept)}
    renewed = _visit(draft, lambda s, i: number.get(i, 0) if s is space else i)
    module = renewed.module
    imports: list[Import] = []
    seen = 0
    for entry in module.imports:
        here = _IMPORTED[type(entry.type)] is space
        if not (here and seen in lost):
            imports.append(entry)
        seen += here

    renewed = replace(renewed, module=replace(module, imports=tuple(imports)))
    return _cut(renewed, space, lost, seen)


def reordered(draft: Draft, space: Space, order: list[int]) -> Draft:
    """The draft whose definitions of a space stand in this order; imports stay where they are.

    `order` names every index of the space once.
    """
    module = draft.module
    first = count(module, space) - len(_definitions(module, space))
    defined = [index - first for index in order if index >= first]
    number = {old + first: new + first for new, old in enumerate(defined)}
    renewed = _visit(draft, lambda s, i: number.get(i, i) if s is space else i)
    module = renewed.module
    if space is Imm.FUNC:
        renewed = replace(renewed, bodies=tuple(renewed.bodies[i] for i in defined))
        codes = tuple(module.codes[i] for i in defined)
        return renewed.with_module(replace(module, codes=codes, functions=tuple(module.functions[i] for i in defined)))
    return renewed.with_module(_redefined(module, space, defined))


def owned(draft: Draft, at: int, definition: Definition) -> Draft:
    """The draft that has a definition in place of its `at`-th import; it is the first of its space."""
    imports = draft.module.imports
    same = [i for i, entry in enumerate(imports) if type(entry.type) is type(imports[at].type)]
    space = _IMPORTED[type(imports[at].type)]
    moved = [i for i in same if i != at] + [at]
    number = {same.index(i): new for new, i in enumerate(moved)}
    renewed = _visit(draft, lambda s, i: number.get(i, i) if s is space else i)
    module = replace(renewed.module, imports=renewed.module.imports[:at] + renewed.module.imports[at + 1 :])
    match definition:
        case Global():
            return renewed.with_module(replace(module, globals=(definition, *module.globals)))
        case MemoryType():
            return renewed.with_module(replace(module, memories=(definition, *module.memories)))
        case TableType():
            return renewed.with_module(replace(module, tables=(definition, *module.tables)))


def _definitions(module: Module, space: Space) -> tuple[object, ...]:
    spaces: dict[Space, tuple[object, ...]] = {
        Imm.FUNC: module.functions,
        Imm.TYPE: module.types,
        Imm.TABLE: module.tables,
        Imm.MEMORY: module.memories,
        Imm.GLOBAL: module.globals,
        Imm.ELEM: module.elems,
        Imm.DATA: module.datas,
    }
    return spaces[space]


def _redefined(module: Module, space: Space, order: list[int]) -> Module:
    match space:
        case Imm.TYPE:
            return replace(module, types=tuple(module.types[i] for i in order))
        case Imm.TABLE:
            return replace(module, tables=tuple(module.tables[i] for i in order))
        case Imm.GLOBAL:
            return replace(module, globals=tuple(module.globals[i] for i in order))
        case Imm.ELEM:
            return replace(module, elems=tuple(module.elems[i] for i in order))
        case Imm.DATA:
            return replace(module, datas=tuple(module.datas[i] for i in order))
        case _:
            return module


def _left(items: tuple[T, ...], lost: set[int], base: int) -> tuple[T, ...]:
    return tuple(item for i, item in enumerate(items) if i + base not in lost)


def _cut(draft: Draft, space: Space, lost: set[int], imported: int) -> Draft:
    """Takes the definitions themselves out; defined ones are numbered behind the `imported` ones."""
    module = draft.module
    match space:
        case Imm.FUNC:
            functions, codes = _left(module.functions, lost, imported), _left(module.codes, lost, imported)
            bodies = _left(draft.bodies, lost, imported)
            return replace(draft, bodies=bodies, module=replace(module, functions=functions, codes=codes))
        case Imm.TYPE:
            module = replace(module, types=_left(module.types, lost, 0))
        case Imm.TABLE:
            module = replace(module, tables=_left(module.tables, lost, imported))
        case Imm.MEMORY:
            module = replace(module, memories=_left(module.memories, lost, imported))
        case Imm.GLOBAL:
            module = replace(module, globals=_left(module.globals, lost, imported))
        case Imm.ELEM:
            module = replace(module, elems=_left(module.elems, lost, 0))
        case Imm.DATA:
            module = replace(module, datas=_left(module.datas, lost, 0))
        case _:
            raise ValueError(f"{space} is no index space of a module")
    return draft.with_module(module)
