"""Which emitter composes which row: the whole table, bound at import.

Most rows are one call: no immediates, a signature that says how the height changes.  Their emitters are closures made
for each compiler; all others are functions of the compiler.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from ...a64.operands import Size, W, X
from ...wasm.features import Features
from ...wasm.opcodes import ROWS, TABLE_SIZE, Imm, Op, bind
from ...wasm.sink import Emitter, complete
from ...wasm.types import ValType
from . import control, variable
from .abi import IMM, IMM2, VIMM, slots
from .compiler import FunctionCompiler
from .handlers.memory import AT_0

FEATURES: Final = Features(
    sign_extension=True,
    saturating_conversions=True,
    multi_value=True,
    reference_types=True,
    bulk_memory=True,
    simd=True,
)
"""What this back end compiles."""

VECTOR: Final = 16
"""Bytes of a v128."""

Maker = Callable[[FunctionCompiler], Emitter]
"""Makes the emitter of a row for one compiler."""

IMPLEMENTED: Final[tuple[Op, ...]] = tuple(row for row in ROWS if FEATURES.has(row.feature))


def one_call(row: Op) -> Maker:
    """The emitter of a row without immediates: call its handler."""
    name, change = row.name, _change(row)

    def make(c: FunctionCompiler) -> Emitter:
        def emit() -> None:
            asm = c.asm
            c.origins.append((len(asm.words) * 4, c.sink.offset))
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


def _lane_access(c: FunctionCompiler, name: str, change: int, size: int, offset: int, memory: int, lane: int) -> None:
    """Loads and stores of one lane, `size` bytes wide (spec: `exec-load-lane`, `exec-store-lane`)."""
    assert memory == 0, "MEMORY is memory 0"
    c.mark()
    c.asm.mov_imm(X, IMM2, size * lane - VECTOR)
    if offset == 0:
        c.asm.call(name + AT_0)
    else:
        c.asm.mov_imm(X, IMM, offset)
        c.asm.call(name)
    c.height += change


def _lane(c: FunctionCompiler, name: str, change: int, size: int, lane: int) -> None:
    """Rows that take or replace one lane, `size` bytes wide."""
    c.handler_with(name, change, size * lane - VECTOR)


def _shuffle(c: FunctionCompiler, lanes: Sequence[int]) -> None:
    """Spec: `exec-vec-shuffle`."""
    c.mark()
    c.asm.mov_v_imm(VIMM, int.from_bytes(lanes, "little"))
    c.asm.call("i8x16.shuffle")
    c.height -= 2


def _untyped(c: FunctionCompiler, name: str, change: int, _type: ValType) -> None:
    """A row whose operand type makes no difference: `ref.is_null`."""
    c.handler(name, change)


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
_SPECIAL: Final[dict[str, Maker]] = {
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
    "drop":           by(variable.drop),
    "select":         by(variable.select),
    "select t":       by(variable.select),
    "ref.null":       by(variable.ref_null),
    "ref.is_null":    by(_untyped, "ref.is_null", 0),
    "ref.func":       by(variable.ref_func),
    "local.get":      by(variable.local_get),
    "local.set":      by(variable.local_set),
    "local.tee":      by(variable.local_tee),
    "global.get":     by(variable.global_get),
    "global.set":     by(variable.global_set),
    "i32.const":      by(variable.const, W),
    "i64.const":      by(variable.const, X),
    "f32.const":      by(variable.const, W),
    "f64.const":      by(variable.const, X),
    "v128.const":     by(variable.v128_const),
    "i8x16.shuffle":  by(_shuffle),
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


def _change(row: Op) -> int:
    """By how many slots a row raises the stack."""
    assert row.params is not None and row.results is not None
    return slots(row.results) - slots(row.params)


_BY_IMMEDIATES: Final[dict[tuple[Imm, ...], Callable[[Op], Maker]]] = {
    (): one_call,
    (Imm.MEMARG,): lambda row: by(_memory_access, row.name, _change(row)),
    (Imm.MEMARG, Imm.LANE): lambda row: by(_lane_access, row.name, _change(row), VECTOR // row.lanes),
    (Imm.LANE,): lambda row: by(_lane, row.name, _change(row), VECTOR // row.lanes),
}
"""How rows are composed that need no function of their own: by what immediates they have."""


def _makers() -> dict[str, Maker]:
    """All rows: those above, and the others by their immediates."""
    makers = dict(_SPECIAL)
    for row in IMPLEMENTED:
        if row.name in makers:
            continue
        makers[row.name] = _BY_IMMEDIATES[row.immediates](row)
    return makers


_BOUND: Final = [(index, make) for index, make in enumerate(bind(_makers(), IMPLEMENTED)) if make is not None]


def emitters(c: FunctionCompiler) -> list[Emitter]:
    """The emitters of a compiler, by `Op.index`."""
    emit: list[Emitter | None] = [None] * TABLE_SIZE
    for index, make in _BOUND:
        emit[index] = make(c)
    return complete(emit, lambda: c.sink.offset)
