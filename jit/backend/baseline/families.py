"""Which emitter compiles which row: the whole table, bound at import, with constants folded where all operands are.

Folding asks `jit.wasm.semantics`, the definition that the interpreter runs; what traps is left to the emitted code.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from ...errors import Trap
from ...perturbation import Kind
from ...wasm.features import Features
from ...wasm.opcodes import ROWS, TABLE_SIZE, Family, Imm, Op, bind
from ...wasm.semantics import operation
from ...wasm.sink import Emitter, complete
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
from .rows import Emission, Rows
from .values import Const

FEATURES: Final = Features(
    sign_extension=True,
    saturating_conversions=True,
    multi_value=True,
    reference_types=True,
    bulk_memory=True,
    simd=True,
)
"""What this back end compiles."""

IMPLEMENTED: Final[tuple[Op, ...]] = tuple(row for row in ROWS if FEATURES.has(row.feature))

# fmt: off
_CONTROL: Final[dict[str, Callable[..., None]]] = {
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
}
# fmt: on

_FOLDED: Final[tuple[Family, ...]] = (
    Family.TEST, Family.COMPARE, Family.UNARY, Family.BINARY, Family.CONVERT,
    Family.VECTOR_LANE, Family.VECTOR_BITWISE, Family.VECTOR_TEST, Family.VECTOR_COMPARE, Family.VECTOR_SHIFT,
    Family.VECTOR_UNARY, Family.VECTOR_BINARY, Family.VECTOR_CONVERT,
)  # fmt: skip


def _evaluation(row: Op) -> Callable[..., int]:
    """The definition of a row, with immediates as the sink hears them: sixteen lanes are one of them."""
    evaluate = operation(row)
    return (lambda lanes, *bits: evaluate(*lanes, *bits)) if row.immediates == (Imm.LANES,) else evaluate


def _folding(row: Op, emission: Emission) -> Emission:
    """The emission, but that operands which are all constants become one."""
    assert row.params is not None and row.results is not None
    evaluate, count, (result,) = _evaluation(row), len(row.params), row.results
    emitter, shape = emission

    def fold(*operands: object) -> None:
        c = operands[0]
        assert isinstance(c, FunctionCompiler)
        if type(c.state.stack[-count]) is Const:
            folded = _folded(c, evaluate, count, operands[1 + len(shape) :])
            if folded is not None:
                c.state.truncate(c.state.depth - count)
                c.state.push(Const(result, folded))
                return
        emitter(*operands)

    return Emission(fold, shape)


def _folded(c: FunctionCompiler, evaluate: Callable[..., int], count: int, immediates: Sequence[object]) -> int | None:
    """What the topmost operands come to; None unless they are constants for which that is defined."""
    bits: list[int] = []
    for value in c.state.stack[-count:]:
        if type(value) is not Const:
            return None
        bits.append(value.bits)
    try:
        return evaluate(*immediates, *bits)
    except Trap:
        return None


def _unfolded(row: Op, emission: Emission) -> Emission:
    """The emission, with the first operand in a register where all are constants: it need not know that they can be."""
    assert row.params is not None
    count = len(row.params)
    emitter, shape = emission

    def compute(c: FunctionCompiler, *operands: object) -> None:
        if all(type(value) is Const for value in c.state.stack[-count:]):
            c.state.fetch(c.state.depth - count)
        emitter(c, *operands)

    return Emission(compute, shape)


_FAMILIES: Final[tuple[Rows, ...]] = (
    integer.ROWS, division.ROWS, floating.ROWS, convert.ROWS, memory.ROWS, variable.ROWS, table.ROWS,
    parametric.ROWS,
    vector_bitwise.ROWS, vector_compare.ROWS, vector_floating.ROWS, vector_integer.ROWS, vector_lanes.ROWS,
    vector_memory.ROWS, vector_shuffle.ROWS, vector_width.ROWS,
)  # fmt: skip


def _gather(*, folds: bool) -> dict[str, Emission]:
    """All families in one; no row may have two emissions."""
    gathered = Rows()
    for name, emitter in _CONTROL.items():
        gathered.row(name, emitter)
    for family in _FAMILIES:
        for name, (emitter, shape) in family.items():
            gathered.row(name, emitter, *shape)
    wrap = _folding if folds else _unfolded
    folded = {row.name for row in IMPLEMENTED if row.family in _FOLDED}
    rows = {row.name: row for row in IMPLEMENTED}
    return {name: wrap(rows[name], emission) if name in folded else emission for name, emission in gathered.items()}


def _bind(*, folds: bool) -> list[tuple[int, Emission]]:
    bound = bind(_gather(folds=folds), IMPLEMENTED)
    return [(index, emission) for index, emission in enumerate(bound) if emission is not None]


_BOUND: Final = _bind(folds=True)
_UNFOLDED: Final = _bind(folds=False)


def emitters(c: FunctionCompiler) -> list[Emitter]:
    """The emitters of one compiler, by `Op.index`."""
    perturbation = c.options.perturbation
    folds = perturbation is None or not perturbation.has(Kind.UNFOLDED)
    emit: list[Emitter | None] = [None] * TABLE_SIZE
    for index, (emitter, shape) in _BOUND if folds else _UNFOLDED:
        emit[index] = partial(c.run, emitter, c, *shape)
    observer = c.options.observer
    return complete(emit if observer is None else observed(c, emit, observer), lambda: c.sink.offset)
