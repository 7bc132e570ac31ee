"""Baseline: comparisons of lanes (spec: `exec-vrelop`).

A64 has greater and greater-or-equal; less is that with the operands exchanged.  With zero it has them all, signed and
floating: each kind of comparison names its form for a zero on the right and on the left.  A pair with a NaN satisfies
none of the floating-point forms, which is what the negated `ne` needs, too.
"""

from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import B16, D2, H8, S4, Arrangement, FloatArrangement, VReg
from ...wasm.types import V128
from .compiler import FunctionCompiler
from .rows import Rows
from .values import Const, v_place
from .vector_forms import A, OneSource, TwoSources, binary

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler


def _swapped(emit: TwoSources[A]) -> TwoSources[A]:
    return lambda asm, arrangement, rd, rn, rm: emit(asm, arrangement, rd, rm, rn)


def _compare(name: str, arrangement: A, emit: TwoSources[A], right: OneSource[A], left: OneSource[A]) -> None:
    """A comparison whose `right` or `left` operand may be zero."""

    def emitter(c: FunctionCompiler) -> None:
        second, first = c.state.pop(), c.state.pop()
        for value, other, with_zero in ((second, first, right), (first, second, left)):
            if type(value) is Const and value.bits == 0:
                operand = c.state.float(other)
                result = c.state.float_result(operand)
                with_zero(c.asm, arrangement, result, operand)
                c.state.push_written(V128, v_place(result))
                return
        a, b = c.state.float(first), c.state.float(second)
        result = c.state.float_result(a, b)
        emit(c.asm, arrangement, result, a, b)
        c.state.push_written(V128, v_place(result))

    ROWS.row(name, emitter)


def _ne(asm: MacroAssembler, arrangement: Arrangement, rd: VReg, rn: VReg, rm: VReg) -> None:
    asm.cmeq(arrangement, rd, rn, rm)
    asm.not_v(B16, rd, rd)


def _ne_zero(asm: MacroAssembler, arrangement: Arrangement, rd: VReg, rn: VReg) -> None:
    asm.cmtst(arrangement, rd, rn, rn)


def _fne(asm: MacroAssembler, arrangement: FloatArrangement, rd: VReg, rn: VReg, rm: VReg) -> None:
    asm.fcmeq(arrangement, rd, rn, rm)
    asm.not_v(B16, rd, rd)


def _fne_zero(asm: MacroAssembler, arrangement: FloatArrangement, rd: VReg, rn: VReg) -> None:
    asm.fcmeq_zero(arrangement, rd, rn)
    asm.not_v(B16, rd, rd)


LT_S: Final = _swapped(Asm.cmgt)
LE_S: Final = _swapped(Asm.cmge)
LT_U: Final = _swapped(Asm.cmhi)
LE_U: Final = _swapped(Asm.cmhs)
FLT: Final = _swapped(Asm.fcmgt)
FLE: Final = _swapped(Asm.fcmge)

# fmt: off
_compare("i8x16.eq",    B16, Asm.cmeq,  Asm.cmeq_zero,  Asm.cmeq_zero)
_compare("i8x16.ne",    B16, _ne,       _ne_zero,       _ne_zero)
_compare("i8x16.lt_s",  B16, LT_S,      Asm.cmlt_zero,  Asm.cmgt_zero)
_compare("i8x16.gt_s",  B16, Asm.cmgt,  Asm.cmgt_zero,  Asm.cmlt_zero)
_compare("i8x16.le_s",  B16, LE_S,      Asm.cmle_zero,  Asm.cmge_zero)
_compare("i8x16.ge_s",  B16, Asm.cmge,  Asm.cmge_zero,  Asm.cmle_zero)
_compare("i16x8.eq",    H8,  Asm.cmeq,  Asm.cmeq_zero,  Asm.cmeq_zero)
_compare("i16x8.ne",    H8,  _ne,       _ne_zero,       _ne_zero)
_compare("i16x8.lt_s",  H8,  LT_S,      Asm.cmlt_zero,  Asm.cmgt_zero)
_compare("i16x8.gt_s",  H8,  Asm.cmgt,  Asm.cmgt_zero,  Asm.cmlt_zero)
_compare("i16x8.le_s",  H8,  LE_S,      Asm.cmle_zero,  Asm.cmge_zero)
_compare("i16x8.ge_s",  H8,  Asm.cmge,  Asm.cmge_zero,  Asm.cmle_zero)
_compare("i32x4.eq",    S4,  Asm.cmeq,  Asm.cmeq_zero,  Asm.cmeq_zero)
_compare("i32x4.ne",    S4,  _ne,       _ne_zero,       _ne_zero)
_compare("i32x4.lt_s",  S4,  LT_S,      Asm.cmlt_zero,  Asm.cmgt_zero)
_compare("i32x4.gt_s",  S4,  Asm.cmgt,  Asm.cmgt_zero,  Asm.cmlt_zero)
_compare("i32x4.le_s",  S4,  LE_S,      Asm.cmle_zero,  Asm.cmge_zero)
_compare("i32x4.ge_s",  S4,  Asm.cmge,  Asm.cmge_zero,  Asm.cmle_zero)
_compare("i64x2.eq",    D2,  Asm.cmeq,  Asm.cmeq_zero,  Asm.cmeq_zero)
_compare("i64x2.ne",    D2,  _ne,       _ne_zero,       _ne_zero)
_compare("i64x2.lt_s",  D2,  LT_S,      Asm.cmlt_zero,  Asm.cmgt_zero)
_compare("i64x2.gt_s",  D2,  Asm.cmgt,  Asm.cmgt_zero,  Asm.cmlt_zero)
_compare("i64x2.le_s",  D2,  LE_S,      Asm.cmle_zero,  Asm.cmge_zero)
_compare("i64x2.ge_s",  D2,  Asm.cmge,  Asm.cmge_zero,  Asm.cmle_zero)

binary(ROWS, "i8x16.lt_u",  B16, LT_U)
binary(ROWS, "i8x16.gt_u",  B16, Asm.cmhi)
binary(ROWS, "i8x16.le_u",  B16, LE_U)
binary(ROWS, "i8x16.ge_u",  B16, Asm.cmhs)
binary(ROWS, "i16x8.lt_u",  H8,  LT_U)
binary(ROWS, "i16x8.gt_u",  H8,  Asm.cmhi)
binary(ROWS, "i16x8.le_u",  H8,  LE_U)
binary(ROWS, "i16x8.ge_u",  H8,  Asm.cmhs)
binary(ROWS, "i32x4.lt_u",  S4,  LT_U)
binary(ROWS, "i32x4.gt_u",  S4,  Asm.cmhi)
binary(ROWS, "i32x4.le_u",  S4,  LE_U)
binary(ROWS, "i32x4.ge_u",  S4,  Asm.cmhs)

_compare("f32x4.eq",    S4,  Asm.fcmeq, Asm.fcmeq_zero, Asm.fcmeq_zero)
_compare("f32x4.ne",    S4,  _fne,      _fne_zero,      _fne_zero)
_compare("f32x4.lt",    S4,  FLT,       Asm.fcmlt_zero, Asm.fcmgt_zero)
_compare("f32x4.gt",    S4,  Asm.fcmgt, Asm.fcmgt_zero, Asm.fcmlt_zero)
_compare("f32x4.le",    S4,  FLE,       Asm.fcmle_zero, Asm.fcmge_zero)
_compare("f32x4.ge",    S4,  Asm.fcmge, Asm.fcmge_zero, Asm.fcmle_zero)
_compare("f64x2.eq",    D2,  Asm.fcmeq, Asm.fcmeq_zero, Asm.fcmeq_zero)
_compare("f64x2.ne",    D2,  _fne,      _fne_zero,      _fne_zero)
_compare("f64x2.lt",    D2,  FLT,       Asm.fcmlt_zero, Asm.fcmgt_zero)
_compare("f64x2.gt",    D2,  Asm.fcmgt, Asm.fcmgt_zero, Asm.fcmlt_zero)
_compare("f64x2.le",    D2,  FLE,       Asm.fcmle_zero, Asm.fcmge_zero)
_compare("f64x2.ge",    D2,  Asm.fcmge, Asm.fcmge_zero, Asm.fcmle_zero)
# fmt: on
