"""Minimal: vectors whose lanes change width or type (spec: `exec-vcvtop`, `exec-vec-narrow`, `exec-vec-extmul`).

NEON reads the upper half of a vector by instructions of their own (the `2` forms), extends as it multiplies and adds,
and saturates as it narrows; its conversions to integers saturate and turn NaNs into 0, as wasm's `trunc_sat` does.  An
instruction that narrows clears the upper half, where wasm's `_zero` rows want zeros.
"""

from collections.abc import Callable

from ....a64.masm import MacroAssembler
from ....a64.operands import (
    B8,
    B16,
    D2,
    H4,
    H8,
    S2,
    S4,
    HighArrangement,
    LowArrangement,
    Vector2D,
    Vector2S,
    Vector4S,
    VReg,
)
from ..abi import FA, FB, FC
from ..handler import Handler, Handlers
from ..vectors import binary, unary

HANDLERS = Handlers()

Asm = MacroAssembler

Narrow = Callable[[MacroAssembler, LowArrangement, VReg, VReg], None]
NarrowHigh = Callable[[MacroAssembler, HighArrangement, VReg, VReg], None]
OnDoubles = Callable[[MacroAssembler, Vector2D, VReg, VReg], None]
NarrowDoubles = Callable[[MacroAssembler, Vector2S, VReg, VReg], None]


def narrow(name: str, low: LowArrangement, emit_low: Narrow, high: HighArrangement, emit_high: NarrowHigh) -> None:
    """A handler of `op-narrow`: the first operand's lanes below the second's, both read as signed."""

    def body(h: Handler) -> None:
        h.pop_vector_pair(FA, FB)
        emit_low(h.asm, low, FA, FA)
        emit_high(h.asm, high, FA, FB)
        h.push_vector(FA)
        h.ret()

    HANDLERS.row(name, body)


# fmt: off
narrow("i8x16.narrow_i16x8_s", B8, Asm.sqxtn,  B16, Asm.sqxtn2)
narrow("i8x16.narrow_i16x8_u", B8, Asm.sqxtun, B16, Asm.sqxtun2)
narrow("i16x8.narrow_i32x4_s", H4, Asm.sqxtn,  H8,  Asm.sqxtn2)
narrow("i16x8.narrow_i32x4_u", H4, Asm.sqxtun, H8,  Asm.sqxtun2)

unary(HANDLERS, "i16x8.extend_low_i8x16_s",       H8, Asm.sxtl)
unary(HANDLERS, "i16x8.extend_high_i8x16_s",      H8, Asm.sxtl2)
unary(HANDLERS, "i16x8.extend_low_i8x16_u",       H8, Asm.uxtl)
unary(HANDLERS, "i16x8.extend_high_i8x16_u",      H8, Asm.uxtl2)
unary(HANDLERS, "i32x4.extend_low_i16x8_s",       S4, Asm.sxtl)
unary(HANDLERS, "i32x4.extend_high_i16x8_s",      S4, Asm.sxtl2)
unary(HANDLERS, "i32x4.extend_low_i16x8_u",       S4, Asm.uxtl)
unary(HANDLERS, "i32x4.extend_high_i16x8_u",      S4, Asm.uxtl2)
unary(HANDLERS, "i64x2.extend_low_i32x4_s",       D2, Asm.sxtl)
unary(HANDLERS, "i64x2.extend_high_i32x4_s",      D2, Asm.sxtl2)
unary(HANDLERS, "i64x2.extend_low_i32x4_u",       D2, Asm.uxtl)
unary(HANDLERS, "i64x2.extend_high_i32x4_u",      D2, Asm.uxtl2)

unary(HANDLERS, "i16x8.extadd_pairwise_i8x16_s",  H8, Asm.saddlp)
unary(HANDLERS, "i16x8.extadd_pairwise_i8x16_u",  H8, Asm.uaddlp)
unary(HANDLERS, "i32x4.extadd_pairwise_i16x8_s",  S4, Asm.saddlp)
unary(HANDLERS, "i32x4.extadd_pairwise_i16x8_u",  S4, Asm.uaddlp)

binary(HANDLERS, "i16x8.extmul_low_i8x16_s",      H8, Asm.smull_v)
binary(HANDLERS, "i16x8.extmul_high_i8x16_s",     H8, Asm.smull2)
binary(HANDLERS, "i16x8.extmul_low_i8x16_u",      H8, Asm.umull_v)
binary(HANDLERS, "i16x8.extmul_high_i8x16_u",     H8, Asm.umull2)
binary(HANDLERS, "i32x4.extmul_low_i16x8_s",      S4, Asm.smull_v)
binary(HANDLERS, "i32x4.extmul_high_i16x8_s",     S4, Asm.smull2)
binary(HANDLERS, "i32x4.extmul_low_i16x8_u",      S4, Asm.umull_v)
binary(HANDLERS, "i32x4.extmul_high_i16x8_u",     S4, Asm.umull2)
binary(HANDLERS, "i64x2.extmul_low_i32x4_s",      D2, Asm.smull_v)
binary(HANDLERS, "i64x2.extmul_high_i32x4_s",     D2, Asm.smull2)
binary(HANDLERS, "i64x2.extmul_low_i32x4_u",      D2, Asm.umull_v)
binary(HANDLERS, "i64x2.extmul_high_i32x4_u",     D2, Asm.umull2)

unary(HANDLERS, "f32x4.demote_f64x2_zero",        S2, Asm.fcvtn)
unary(HANDLERS, "f64x2.promote_low_f32x4",        D2, Asm.fcvtl)
unary(HANDLERS, "i32x4.trunc_sat_f32x4_s",        S4, Asm.fcvtzs_v)
unary(HANDLERS, "i32x4.trunc_sat_f32x4_u",        S4, Asm.fcvtzu_v)
unary(HANDLERS, "f32x4.convert_i32x4_s",          S4, Asm.scvtf_v)
unary(HANDLERS, "f32x4.convert_i32x4_u",          S4, Asm.ucvtf_v)
# fmt: on


@HANDLERS.handles("i32x4.dot_i16x8_s", S4)
def dot(h: Handler, arrangement: Vector4S) -> None:
    """Spec: `exec-vec-dot`.  Eight products and the sums of neighbours, which wrap for the least numbers alone (Arm:
    "SMULL, SMULL2 (vector)", "ADDP (vector)").
    """
    h.pop_vector_pair(FA, FB)
    h.asm.smull_v(arrangement, FC, FA, FB)
    h.asm.smull2(arrangement, FA, FA, FB)
    h.asm.addp(arrangement, FA, FC, FA)
    h.push_vector(FA)
    h.ret()


@HANDLERS.handles("f64x2.convert_low_i32x4_s", (Asm.sxtl, Asm.scvtf_v))
@HANDLERS.handles("f64x2.convert_low_i32x4_u", (Asm.uxtl, Asm.ucvtf_v))
def convert_low(h: Handler, shape: tuple[OnDoubles, OnDoubles]) -> None:
    """Spec: `op-convert_s`, `op-convert_u`.  Every i32 is an f64, so extending first loses nothing."""
    extend, convert = shape
    h.peek_vector(FA)
    extend(h.asm, D2, FA, FA)
    convert(h.asm, D2, FA, FA)
    h.replace_vector(FA)
    h.ret()


@HANDLERS.handles("i32x4.trunc_sat_f64x2_s_zero", (Asm.fcvtzs_v, Asm.sqxtn))
@HANDLERS.handles("i32x4.trunc_sat_f64x2_u_zero", (Asm.fcvtzu_v, Asm.uqxtn))
def trunc_sat_zero(h: Handler, shape: tuple[OnDoubles, NarrowDoubles]) -> None:
    """Spec: `op-trunc_sat_s`, `op-trunc_sat_u`.  To 64 bits and on to 32, saturating twice (Arm: "SQXTN", "UQXTN")."""
    convert, narrow_lanes = shape
    h.peek_vector(FA)
    convert(h.asm, D2, FA, FA)
    narrow_lanes(h.asm, S2, FA, FA)
    h.replace_vector(FA)
    h.ret()
