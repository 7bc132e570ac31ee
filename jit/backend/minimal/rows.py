"""Which emitter composes which row: the whole table, bound at import.

Most rows are one call: no immediates, a signature that says how the height changes.  Their emitters are closures made
for each compiler; all others are functions of the compiler.
"""

from collections.abc import Callable
from functools import partial

from ...a64.operands import Size, W, X
from ...abi import SLOT
from ...wasm.features import Features
from ...wasm.opcodes import ROWS, TABLE_SIZE, Family, Op, bind
from ...wasm.sink import Emitter
from ...wasm.types import ValType
from . import control
from .abi import IMM
from .compiler import FunctionCompiler
from .handlers.memory import AT_0
from .handlers.variable import IMPORTED, NEAR

FEATURES = Features(
    sign_extension=True,
    saturating_conversions=True,
    multi_value=True,
    reference_types=True,
    bulk_memory=True,
)
"""What this back end compiles."""

Maker = Callable[[FunctionCompiler], Emitter]
"""Makes the emitter of a row for one compiler."""

IMPLEMENTED: tuple[Op, ...] = tuple(row for row in ROWS if FEATURES.has(row.feature))


def one_call(row: Op) -> Maker:
    """The emitter of a row without immediates: call its handler."""
    assert row.params is not None and row.results is not None
    name, change = row.name, len(row.results) - len(row.params)

    def make(c: FunctionCompiler) -> Emitter:
        def emit() -> None:
            asm = c.asm
            c.origins.append((len(asm.words) * 4, c.offset))
            asm.call(name)
            c.height += change

        return emit

    return make


def by(function: Callable[..., None], *fixed: str | int | Size) -> Maker:
    """An emitter that is a function of the compiler, what is fixed for the row, and the row's operands."""
    return lambda c: partial(function, c, *fixed)


def _memory_access(c: FunctionCompiler, name: str, change: int, offset: int, memory: int) -> None:
    """Loads and stores (spec: `exec-load`, `exec-store`)."""
    assert memory == 0, "MEMORY is memory 0"
    if offset == 0:
        c.handler(name + AT_0, change)
    else:
        c.handler_with(name, change, offset)


def _const(c: FunctionCompiler, name: str, sf: Size, bits: int) -> None:
    """Spec: `exec-const`.  Loaded at its own width: nothing looks at the upper half of a narrow one."""
    c.mark()
    c.asm.mov_imm(sf, IMM, bits)
    c.asm.call(name)
    c.height += 1


def _untyped(c: FunctionCompiler, name: str, change: int, _type: ValType) -> None:
    """Rows whose operand type makes no difference: `drop`, `select`, `ref.null`, `ref.is_null`."""
    c.handler(name, change)


# Variables


def local(name: str, change: int, *, below: int = 0) -> Maker:
    """A local by its distance from TOP; `below` counts the slots that are popped before the distance is taken."""
    near = tuple(f"{name} {distance}" for distance in range(NEAR + 1))

    def make(c: FunctionCompiler) -> Emitter:
        def emit(index: int) -> None:
            distance = c.height - below - index
            if distance <= NEAR:
                c.handler(near[distance], change)
            else:
                c.handler_with(name, change, -SLOT * distance)

        return emit

    return make


def _global(c: FunctionCompiler, name: str, change: int, index: int) -> None:
    if index < c.module.imported_globals:
        c.handler_with(name + IMPORTED, change, c.layout.imported_global(index))
    else:
        c.handler_with(name, change, c.layout.global_(index))


def _ref_func(c: FunctionCompiler, index: int) -> None:
    """Spec: `exec-ref-func`."""
    if index < c.module.imported_funcs:
        c.handler_with("ref.func" + IMPORTED, 1, c.layout.imported_func(index))
    else:
        c.handler_with("ref.func", 1, c.layout.funcref(index))


# Memories and tables


def _memory_size(c: FunctionCompiler, memory: int) -> None:
    """Spec: `exec-memory-size`."""
    c.handler_with("memory.size", 1, c.layout.memory(memory))


def _table_record(c: FunctionCompiler, name: str, change: int, table: int) -> None:
    """Rows that look into the table's record."""
    c.handler_with(name, change, c.layout.table(table))


def _one_index(c: FunctionCompiler, name: str, change: int, index: int) -> None:
    """Rows that pass an index on to a builtin."""
    c.handler_with(name, change, index)


def _two_indices(c: FunctionCompiler, name: str, change: int, first: int, second: int) -> None:
    """Rows that pass two indices on to a builtin, in the same order: destination, source."""
    c.handler_with(name, change, first, second)


def _segment(c: FunctionCompiler, name: str, change: int, segment: int, target: int) -> None:
    """Rows that name a segment before the memory or table that their builtin takes first."""
    c.handler_with(name, change, target, segment)


# fmt: off
_SPECIAL: dict[str, Maker] = {
    "unreachable":    by(control.unreachable),
    "nop":            by(control.nop),
    "block":          by(control.block),
    "loop":           by(control.loop),
    "if":             by(control.if_),
    "else":           by(control.else_),
    "end":            by(control.end),
    "br":             by(control.br),
    "br_if":          by(control.br_if),
    "br_table":       by(control.br_table),
    "return":         by(control.return_),
    "call":           by(control.call),
    "call_indirect":  by(control.call_indirect),
    "drop":           by(_untyped, "drop", -1),
    "select":         by(_untyped, "select", -2),
    "select t":       by(_untyped, "select t", -2),
    "ref.null":       by(_untyped, "ref.null", 1),
    "ref.is_null":    by(_untyped, "ref.is_null", 0),
    "ref.func":       by(_ref_func),
    "local.get":      local("local.get", 1),
    "local.set":      local("local.set", -1, below=1),
    "local.tee":      local("local.tee", 0),
    "global.get":     by(_global, "global.get", 1),
    "global.set":     by(_global, "global.set", -1),
    "i32.const":      by(_const, "i32.const", W),
    "i64.const":      by(_const, "i64.const", X),
    "f32.const":      by(_const, "f32.const", W),
    "f64.const":      by(_const, "f64.const", X),
    "memory.size":    by(_memory_size),
    "memory.grow":    by(_one_index, "memory.grow", 0),
    "memory.fill":    by(_one_index, "memory.fill", -3),
    "memory.copy":    by(_two_indices, "memory.copy", -3),
    "memory.init":    by(_segment, "memory.init", -3),
    "data.drop":      by(_one_index, "data.drop", 0),
    "table.get":      by(_table_record, "table.get", 0),
    "table.set":      by(_table_record, "table.set", -2),
    "table.size":     by(_table_record, "table.size", 1),
    "table.grow":     by(_one_index, "table.grow", -1),
    "table.fill":     by(_one_index, "table.fill", -3),
    "table.copy":     by(_two_indices, "table.copy", -3),
    "table.init":     by(_segment, "table.init", -3),
    "elem.drop":      by(_one_index, "elem.drop", 0),
    # A slot holds bits of no type (see `handlers.convert`).
    "i32.wrap_i64":         by(control.nop),
    "i32.reinterpret_f32":  by(control.nop),
    "i64.reinterpret_f64":  by(control.nop),
    "f32.reinterpret_i32":  by(control.nop),
    "f64.reinterpret_i64":  by(control.nop),
}
# fmt: on


def _makers() -> dict[str, Maker]:
    """All rows: those above, loads and stores, and one call for each row that is left."""
    makers = dict(_SPECIAL)
    for row in IMPLEMENTED:
        if row.name in makers:
            continue
        if row.family in (Family.LOAD, Family.STORE):
            makers[row.name] = by(_memory_access, row.name, 0 if row.family is Family.LOAD else -2)
        else:
            makers[row.name] = one_call(row)
    return makers


_BOUND = [(index, make) for index, make in enumerate(bind(_makers(), IMPLEMENTED)) if make is not None]


def emitters(c: FunctionCompiler) -> list[Emitter | None]:
    """The emitters of one compiler, by `Op.index`; None where a row is not implemented."""
    emit: list[Emitter | None] = [None] * TABLE_SIZE
    for index, make in _BOUND:
        emit[index] = make(c)
    return emit
