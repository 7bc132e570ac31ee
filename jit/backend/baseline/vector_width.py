"""Baseline: lanes that change their width or kind (spec: `exec-vcvtop`, `exec-vec-narrow`, `exec-vec-extmul`).

Conversions to integers saturate and turn NaNs into 0 on A64, as `trunc_sat` does; those between formats make canonical
NaNs, as FPCR.DN is set.
"""

from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import B8, B16, D2, H4, H8, S2, S4, HighArrangement, LowArrangement
from ...wasm.types import V128
from .compiler import FunctionCompiler
from .rows import Rows
from .vector_forms import OneSource, binary, chain, unary

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler

# fmt: off
unary(ROWS,  "i16x8.extend_low_i8x16_s",      H8, Asm.sxtl)
unary(ROWS,  "i16x8.extend_high_i8x16_s",     H8, Asm.sxtl2)
unary(ROWS,  "i16x8.extend_low_i8x16_u",      H8, Asm.uxtl)
unary(ROWS,  "i16x8.extend_high_i8x16_u",     H8, Asm.uxtl2)
unary(ROWS,  "i32x4.extend_low_i16x8_s",      S4, Asm.sxtl)
unary(ROWS,  "i32x4.extend_high_i16x8_s",     S4, Asm.sxtl2)
unary(ROWS,  "i32x4.extend_low_i16x8_u",      S4, Asm.uxtl)
unary(ROWS,  "i32x4.extend_high_i16x8_u",     S4, Asm.uxtl2)
unary(ROWS,  "i64x2.extend_low_i32x4_s",      D2, Asm.sxtl)
unary(ROWS,  "i64x2.extend_high_i32x4_s",     D2, Asm.sxtl2)
unary(ROWS,  "i64x2.extend_low_i32x4_u",      D2, Asm.uxtl)
unary(ROWS,  "i64x2.extend_high_i32x4_u",     D2, Asm.uxtl2)

unary(ROWS,  "i16x8.extadd_pairwise_i8x16_s", H8, Asm.saddlp)
unary(ROWS,  "i16x8.extadd_pairwise_i8x16_u", H8, Asm.uaddlp)
unary(ROWS,  "i32x4.extadd_pairwise_i16x8_s", S4, Asm.saddlp)
unary(ROWS,  "i32x4.extadd_pairwise_i16x8_u", S4, Asm.uaddlp)

binary(ROWS, "i16x8.extmul_low_i8x16_s",      H8, Asm.smull_v)
binary(ROWS, "i16x8.extmul_high_i8x16_s",     H8, Asm.smull2)
binary(ROWS, "i16x8.extmul_low_i8x16_u",      H8, Asm.umull_v)
binary(ROWS, "i16x8.extmul_high_i8x16_u",     H8, Asm.umull2)
binary(ROWS, "i32x4.extmul_low_i16x8_s",      S4, Asm.smull_v)
binary(ROWS, "i32x4.extmul_high_i16x8_s",     S4, Asm.smull2)
binary(ROWS, "i32x4.extmul_low_i16x8_u",      S4, Asm.umull_v)
binary(ROWS, "i32x4.extmul_high_i16x8_u",     S4, Asm.umull2)
binary(ROWS, "i64x2.extmul_low_i32x4_s",      D2, Asm.smull_v)
binary(ROWS, "i64x2.extmul_high_i32x4_s",     D2, Asm.smull2)
binary(ROWS, "i64x2.extmul_low_i32x4_u",      D2, Asm.umull_v)
binary(ROWS, "i64x2.extmul_high_i32x4_u",     D2, Asm.umull2)

unary(ROWS,  "f32x4.demote_f64x2_zero",       S2, Asm.fcvtn)        # the upper half becomes zero
unary(ROWS,  "f64x2.promote_low_f32x4",       D2, Asm.fcvtl)
unary(ROWS,  "i32x4.trunc_sat_f32x4_s",       S4, Asm.fcvtzs_v)
unary(ROWS,  "i32x4.trunc_sat_f32x4_u",       S4, Asm.fcvtzu_v)
unary(ROWS,  "f32x4.convert_i32x4_s",         S4, Asm.scvtf_v)
unary(ROWS,  "f32x4.convert_i32x4_u",         S4, Asm.ucvtf_v)
chain(ROWS,  "f64x2.convert_low_i32x4_s",     D2, Asm.sxtl,         D2, Asm.scvtf_v)
chain(ROWS,  "f64x2.convert_low_i32x4_u",     D2, Asm.uxtl,         D2, Asm.ucvtf_v)
chain(ROWS,  "i32x4.trunc_sat_f64x2_s_zero",  D2, Asm.fcvtzs_v,     S2, Asm.sqxtn)
chain(ROWS,  "i32x4.trunc_sat_f64x2_u_zero",  D2, Asm.fcvtzu_v,     S2, Asm.uqxtn)
# fmt: on


def _narrow(
    name: str,
    low: LowArrangement,
    emit_low: OneSource[LowArrangement],
    high: HighArrangement,
    emit_high: OneSource[HighArrangement],
) -> None:
    """The lanes of both operands, saturated.  The first half is written before the second operand is read."""

    def emitter(c: FunctionCompiler) -> None:
        right, left = c.state.pop(), c.state.pop()
        a, b = c.state.float(left), c.state.float(right)
        result = c.state.registers.borrow_float() if a == b else c.state.float_result(a)
        emit_low(c.asm, low, result, a)
        emit_high(c.asm, high, result, b)
        c.state.push_float(V128, result)

    ROWS.row(name, emitter)


# fmt: off
_narrow("i8x16.narrow_i16x8_s",  B8, Asm.sqxtn,   B16, Asm.sqxtn2)
_narrow("i8x16.narrow_i16x8_u",  B8, Asm.sqxtun,  B16, Asm.sqxtun2)
_narrow("i16x8.narrow_i32x4_s",  H4, Asm.sqxtn,   H8,  Asm.sqxtn2)
_narrow("i16x8.narrow_i32x4_u",  H4, Asm.sqxtun,  H8,  Asm.sqxtun2)
# fmt: on
