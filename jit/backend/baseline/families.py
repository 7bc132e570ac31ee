"""Which emitter compiles which row: the whole table, bound at import, with constants folded where all operands are.

Folding asks `jit.wasm.semantics`, the definition that the interpreter runs; what traps is left to the emitted code.
"""

from collections.abc import Callable
from functools import partial

from ...errors import Trap
from ...perturbation import Kind
from ...wasm.features import Features
from ...wasm.opcodes import ROWS, TABLE_SIZE, Family, Imm, Op, bind
from ...wasm.semantics import operation
from ...wasm.sink import Emitter
from . import (
    calls,
    control,
    convert,
    division,
    floating,
    integer,
    memory,
    parametric,
    table,
    variable,
    vector_bitwise,
    vector_compare,
    vector_floating,
    vector_integer,
    vector_lanes,
    vector_memory,
    vector_shuffle,
    vector_width,
)
from .compiler import FunctionCompiler
from .observed import observed
from .rows import Rows
from .values import Const

FEATURES = Features(
    sign_extension=True,
    saturating_conversions=True,
    multi_value=True,
    reference_types=True,
    bulk_memory=True,
    simd=True,
)
"""What this back end compiles."""

IMPLEMENTED: tuple[Op, ...] = tuple(row for row in ROWS if FEATURES.has(row.feature))

# fmt: off
_CONTROL = Rows({
    "unreachable":    control.unreachable,
    "nop":            control.nop,
    "block":          control.block,
    "loop":           control.loop,
    "if":             control.if_,
    "else":           control.else_,
    "end":            control.end,
    "br":             control.br,
    "br_if":          control.br_if,
    "br_table":       control.br_table,
    "return":         control.return_,
    "call":           calls.call,
    "call_indirect":  calls.call_indirect,
})
# fmt: on

_FOLDED = (
    Family.TEST, Family.COMPARE, Family.UNARY, Family.BINARY, Family.CONVERT,
    Family.VECTOR_LANE, Family.VECTOR_BITWISE, Family.VECTOR_TEST, Family.VECTOR_COMPARE, Family.VECTOR_SHIFT,
    Family.VECTOR_UNARY, Family.VECTOR_BINARY, Family.VECTOR_CONVERT,
)  # fmt: skip


def _evaluation(row: Op) -> Callable[..., int]:
    """The definition of a row, with immediates as the sink hears them: sixteen lanes are one of them."""
    evaluate = operation(row)
    return (lambda lanes, *bits: evaluate(*lanes, *bits)) if row.immediates == (Imm.LANES,) else evaluate


def _folding(row: Op, emitter: Emitter) -> Emitter:
    """The emitter, but that operands which are all constants become one."""
    assert row.params is not None and row.results is not None
    evaluate, count, (result,) = _evaluation(row), len(row.params), row.results

    def fold(c: FunctionCompiler, *immediates: int) -> None:
        bits = []
        for value in c.state.stack[-count:]:
            if type(value) is not Const:
                emitter(c, *immediates)
                return
            bits.append(value.bits)
        try:
            folded = evaluate(*immediates, *bits)
        except Trap:
            emitter(c, *immediates)
            return
        c.state.truncate(c.state.depth - count)
        c.state.push(Const(result, folded))

    return fold


def _unfolded(row: Op, emitter: Emitter) -> Emitter:
    """The emitter, with the first operand in a register where all are constants: it need not know that they can be."""
    assert row.params is not None
    count = len(row.params)

    def compute(c: FunctionCompiler, *immediates: int) -> None:
        if all(type(value) is Const for value in c.state.stack[-count:]):
            c.state.fetch(c.state.depth - count)
        emitter(c, *immediates)

    return compute


_FAMILIES = (
    _CONTROL, integer.ROWS, division.ROWS, floating.ROWS, convert.ROWS, memory.ROWS, variable.ROWS, table.ROWS,
    parametric.ROWS,
    vector_bitwise.ROWS, vector_compare.ROWS, vector_floating.ROWS, vector_integer.ROWS, vector_lanes.ROWS,
    vector_memory.ROWS, vector_shuffle.ROWS, vector_width.ROWS,
)  # fmt: skip


def _gather(*, folds: bool) -> dict[str, Emitter]:
    """All families in one; no row may have two emitters."""
    gathered = Rows()
    for family in _FAMILIES:
        for name, emitter in family.items():
            gathered.row(name, emitter)
    wrap = _folding if folds else _unfolded
    folded = {row.name for row in IMPLEMENTED if row.family in _FOLDED}
    rows = {row.name: row for row in IMPLEMENTED}
    return {name: wrap(rows[name], emit) if name in folded else emit for name, emit in gathered.items()}


def _bind(*, folds: bool) -> list[tuple[int, Emitter]]:
    bound = bind(_gather(folds=folds), IMPLEMENTED)
    return [(index, emit) for index, emit in enumerate(bound) if emit is not None]


_BOUND = _bind(folds=True)
_UNFOLDED = _bind(folds=False)


def emitters(c: FunctionCompiler) -> list[Emitter | None]:
    """The emitters of one compiler, by `Op.index`; None where a row is not implemented."""
    perturbation = c.options.perturbation
    folds = perturbation is None or not perturbation.has(Kind.UNFOLDED)
    emit: list[Emitter | None] = [None] * TABLE_SIZE
    for index, emitter in _BOUND if folds else _UNFOLDED:
        emit[index] = partial(c.run, emitter)
    observer = c.options.observer
    return emit if observer is None else observed(c, emit, observer)
