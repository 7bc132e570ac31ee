"""Minimal: conversions between number types (spec: `exec-cvtop`).

`i32.wrap_i64` and the four `reinterpret`s have no handler: a slot holds bits of no type, and the upper half of an i32
or f32 is never looked at, so they change nothing and the composer emits nothing for them.

A64 converts to integers with saturation and turns NaNs into 0, which is wasm's `trunc_sat`; `trunc` traps on both, so
its handlers check the range first.
"""

from ....a64.immediates import encode_fp8
from ....a64.operands import GE, LE, MI, NE, SXTW, UXTW, VS, D, FSize, IndexExtend, S, Size, W, X
from ....wasm.types import TrapKind
from ..abi import FA, FB, TOP, A, B
from ..handler import Handler, Handlers

HANDLERS = Handlers()


@HANDLERS.handles("i64.extend_i32_s", X)
def extend_s(h: Handler, _sf: Size) -> None:
    """Spec: `op-extend_s`.  The load extends."""
    h.asm.ldursw(A, TOP, -8)
    h.replace(A)
    h.ret()


@HANDLERS.handles("i64.extend_i32_u", W)
def extend_u(h: Handler, sf: Size) -> None:
    """Spec: `op-extend_u`.  A 32-bit load clears the upper half, in which anything may have been."""
    h.asm.ldur(sf, A, TOP, -8)
    h.replace(A)
    h.ret()


# Integer to floating point: rounds once, to nearest, also from 64 bits to single precision.


@HANDLERS.handles("f32.convert_i32_s", (S, W))
@HANDLERS.handles("f32.convert_i64_s", (S, X))
@HANDLERS.handles("f64.convert_i32_s", (D, W))
@HANDLERS.handles("f64.convert_i64_s", (D, X))
def convert_s(h: Handler, shape: tuple[FSize, Size]) -> None:
    """Spec: `op-convert_s` (Arm: "SCVTF (scalar, integer)")."""
    fs, sf = shape
    h.peek(A)
    h.asm.scvtf(fs, FA, sf, A)
    h.replace_float(FA)
    h.ret()


@HANDLERS.handles("f32.convert_i32_u", (S, W))
@HANDLERS.handles("f32.convert_i64_u", (S, X))
@HANDLERS.handles("f64.convert_i32_u", (D, W))
@HANDLERS.handles("f64.convert_i64_u", (D, X))
def convert_u(h: Handler, shape: tuple[FSize, Size]) -> None:
    """Spec: `op-convert_u` (Arm: "UCVTF (scalar, integer)")."""
    fs, sf = shape
    h.peek(A)
    h.asm.ucvtf(fs, FA, sf, A)
    h.replace_float(FA)
    h.ret()


@HANDLERS.handles("f32.demote_f64", (S, D))
@HANDLERS.handles("f64.promote_f32", (D, S))
def change_precision(h: Handler, shape: tuple[FSize, FSize]) -> None:
    """Spec: `op-demote`, `op-promote` (Arm: "FCVT").  A NaN becomes the canonical one, as FPCR.DN is set."""
    to, from_ = shape
    h.peek_float(from_, FA)
    h.asm.fcvt(to, FA, from_, FA)
    h.replace_float(FA)
    h.ret()


@HANDLERS.handles("i32.trunc_sat_f32_s", (W, S))
@HANDLERS.handles("i32.trunc_sat_f64_s", (W, D))
@HANDLERS.handles("i64.trunc_sat_f32_s", (X, S))
@HANDLERS.handles("i64.trunc_sat_f64_s", (X, D))
def trunc_sat_s(h: Handler, shape: tuple[Size, FSize]) -> None:
    """Spec: `op-trunc_sat_s` (Arm: "FCVTZS (scalar, integer)")."""
    sf, fs = shape
    h.peek_float(fs, FA)
    h.asm.fcvtzs(sf, A, fs, FA)
    h.replace(A)
    h.ret()


@HANDLERS.handles("i32.trunc_sat_f32_u", (W, S))
@HANDLERS.handles("i32.trunc_sat_f64_u", (W, D))
@HANDLERS.handles("i64.trunc_sat_f32_u", (X, S))
@HANDLERS.handles("i64.trunc_sat_f64_u", (X, D))
def trunc_sat_u(h: Handler, shape: tuple[Size, FSize]) -> None:
    """Spec: `op-trunc_sat_u` (Arm: "FCVTZU (scalar, integer)")."""
    sf, fs = shape
    h.peek_float(fs, FA)
    h.asm.fcvtzu(sf, A, fs, FA)
    h.replace(A)
    h.ret()


@HANDLERS.handles("i32.trunc_f32_s", (S, SXTW))
@HANDLERS.handles("i32.trunc_f64_s", (D, SXTW))
@HANDLERS.handles("i32.trunc_f32_u", (S, UXTW))
@HANDLERS.handles("i32.trunc_f64_u", (D, UXTW))
def trunc_to_i32(h: Handler, shape: tuple[FSize, IndexExtend]) -> None:
    """Spec: `op-trunc_s`, `op-trunc_u`.

    Converted to a signed 64-bit integer, which holds every i32 and saturates far outside; in range exactly when it
    equals its own lower half, extended as the result is.  So -0.9 passes as unsigned, and -1 does not.
    """
    fs, extend = shape
    h.peek_float(fs, FA)
    h.asm.fcmp(fs, FA, FA)
    h.asm.b_cond(VS, h.trap(TrapKind.BAD_CONVERSION))
    h.asm.fcvtzs(X, A, fs, FA)
    h.asm.cmp_ext(X, A, A, extend)
    h.asm.b_cond(NE, h.trap(TrapKind.OVERFLOW))
    h.replace(A)
    h.ret()


def _power_of_two(fs: FSize, exponent: int) -> int:
    """The bits of `2.0 ** exponent`."""
    return (exponent + 127) << 23 if fs == S else (exponent + 1023) << 52


@HANDLERS.handles("i64.trunc_f32_s", S)
@HANDLERS.handles("i64.trunc_f64_s", D)
def trunc_to_i64_s(h: Handler, fs: FSize) -> None:
    """Spec: `op-trunc_s`.  In range from -2^63 to below 2^63, both exact in either format; the first comparison also
    finds a NaN unordered.
    """
    h.peek_float(fs, FA)
    h.asm.mov_imm(Size(fs == D), B, _power_of_two(fs, 63))
    h.asm.fmov_from_general(fs, FB, B)
    h.asm.fcmp(fs, FA, FB)
    h.asm.b_cond(VS, h.trap(TrapKind.BAD_CONVERSION))
    h.asm.b_cond(GE, h.trap(TrapKind.OVERFLOW))
    h.asm.fneg(fs, FB, FB)
    h.asm.fcmp(fs, FA, FB)
    h.asm.b_cond(MI, h.trap(TrapKind.OVERFLOW))
    h.asm.fcvtzs(X, A, fs, FA)
    h.replace(A)
    h.ret()


@HANDLERS.handles("i64.trunc_f32_u", S)
@HANDLERS.handles("i64.trunc_f64_u", D)
def trunc_to_i64_u(h: Handler, fs: FSize) -> None:
    """Spec: `op-trunc_u`.  In range above -1 and below 2^64; the first comparison also finds a NaN unordered."""
    minus_one = encode_fp8(1 << (31 if fs == S else 63) | _power_of_two(fs, 0), fs)
    assert minus_one is not None
    h.peek_float(fs, FA)
    h.asm.mov_imm(Size(fs == D), B, _power_of_two(fs, 64))
    h.asm.fmov_from_general(fs, FB, B)
    h.asm.fcmp(fs, FA, FB)
    h.asm.b_cond(VS, h.trap(TrapKind.BAD_CONVERSION))
    h.asm.b_cond(GE, h.trap(TrapKind.OVERFLOW))
    h.asm.fmov_imm(fs, FB, minus_one)
    h.asm.fcmp(fs, FA, FB)
    h.asm.b_cond(LE, h.trap(TrapKind.OVERFLOW))
    h.asm.fcvtzu(X, A, fs, FA)
    h.replace(A)
    h.ret()
