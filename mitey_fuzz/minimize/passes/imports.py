"""What is imported from the host becomes the module's own, so that equal bugs look equal that could show in either."""

from dataclasses import replace

from jit.wasm.body import Instr, assemble, const, expr, parse
from jit.wasm.module import Expr, Global, Import, Module
from jit.wasm.opcodes import BY_NAME
from jit.wasm.types import NULL, FuncType, GlobalType, MemoryType, TableType
from oracles.protocol import HostGlobal, HostItem, HostMemory, HostTable

from .. import rewrite
from ..draft import Draft
from ..problem import Problem
from ..values import zero_of

_GET = BY_NAME["global.get"]


def imports(problem: Problem) -> None:
    """Memories, tables and globals of the host are defined instead, as large as the host's and with its values."""
    for at in reversed(range(len(problem.best.module.imports))):
        linked = {companion.name for companion in problem.best.companions}
        if problem.best.module.imports[at].module not in linked:
            owned = _owned(problem.best, at)
            if owned is not None:
                problem.accept(owned)


def _owned(draft: Draft, at: int) -> Draft | None:
    """The draft that defines what its `at`-th import is; None for functions, and for values no constant has."""
    entry = draft.module.imports[at]
    items = (d.item for d in draft.imports if (d.module, d.name) == (entry.module, entry.name))
    definition = _definition(entry, next(items, None))
    if definition is None:
        return None
    if isinstance(definition, Global):
        index = sum(isinstance(i.type, GlobalType) for i in draft.module.imports[:at])
        draft = draft.with_module(_without_reads(draft.module, index, parse(definition.init.code)[0]))
    return rewrite.owned(draft, at, definition)


def _definition(entry: Import, item: HostItem | None) -> rewrite.Definition | None:
    """What is defined in place of an import; where nobody says what is offered for it, what it asks for."""
    match item.type if isinstance(item, HostMemory | HostTable) else entry.type:
        case FuncType():
            return None
        case GlobalType() as type:
            bits = item.value.bits if isinstance(item, HostGlobal) else zero_of(type.type)
            return None if type.type.is_ref and bits != NULL else Global(type, expr(const(type.type, bits)))
        case MemoryType() | TableType() as type:
            return type


def _without_reads(module: Module, index: int, constant: Instr) -> Module:
    """The module whose constant expressions, which may read imported globals alone, have a constant in place of one."""

    def read(given: Expr) -> Expr:
        instrs = parse(given.code)
        return Expr(assemble(constant if i.op is _GET and i.immediates == (index,) else i for i in instrs))

    def items(given: tuple[int | Expr, ...]) -> tuple[int | Expr, ...]:
        return tuple(read(item) if isinstance(item, Expr) else item for item in given)

    return replace(
        module,
        globals=tuple(Global(g.type, read(g.init)) for g in module.globals),
        elems=tuple(replace(e, items=items(e.items), offset=e.offset and read(e.offset)) for e in module.elems),
        datas=tuple(replace(d, offset=d.offset and read(d.offset)) for d in module.datas),
    )
