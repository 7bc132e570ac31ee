"""Baseline: conversions between number types (spec: `exec-cvtop`).

A64 converts to integers with saturation and turns NaNs into 0, which is wasm's `trunc_sat`; `trunc` traps on both, so
its range is checked first.  `i32.wrap_i64` is nothing at all: the upper half of an i32 is never looked at.
"""

from typing import Final

from ...a64.immediates import encode_fp8
from ...a64.operands import GE, LE, MI, NE, SXTW, UXTW, VS, D, FSize, IndexExtend, S, Size, VReg, W, X
from ...wasm.types import F32, F64, I32, I64, TrapKind, ValType
from .abi import FLOAT_SCRATCH
from .compiler import FunctionCompiler
from .rows import Rows
from .values import V_TYPES, v_place, x_place

ROWS: Final[Rows] = Rows()

_INTEGERS: Final[tuple[ValType, ...]] = (I32, I64)
_FLOATS: Final = {S: F32, D: F64}


@ROWS.emits("i32.wrap_i64", I32)
def wrap(c: FunctionCompiler, type: ValType) -> None:
    """Spec: `op-wrap`."""
    c.state.push_low(type, c.state.pop())


@ROWS.emits("i64.extend_i32_u", I64)
def extend_u(c: FunctionCompiler, type: ValType) -> None:
    """Spec: `op-extend_u`.  A W move clears the upper half, in which anything may have been."""
    operand = c.state.general(c.state.pop())
    result = c.state.result(operand)
    c.asm.mov(W, result, operand)
    c.state.push_written(type, x_place(result))


@ROWS.emits("i32.reinterpret_f32", I32)
@ROWS.emits("i64.reinterpret_f64", I64)
@ROWS.emits("f32.reinterpret_i32", F32)
@ROWS.emits("f64.reinterpret_i64", F64)
def reinterpret(c: FunctionCompiler, type: ValType) -> None:
    """Spec: `op-reinterpret`.  From a slot it is a load of the other class, else FMOV."""
    value = c.state.pop()
    if type in V_TYPES:
        c.state.push_float(type, c.state.float(value))
    else:
        c.state.push_general(type, c.state.general(value))


# Integer to floating point: rounds once, to nearest, also from 64 bits to single precision.


@ROWS.emits("f32.convert_i32_s", (S, W))
@ROWS.emits("f32.convert_i64_s", (S, X))
@ROWS.emits("f64.convert_i32_s", (D, W))
@ROWS.emits("f64.convert_i64_s", (D, X))
def convert_s(c: FunctionCompiler, shape: tuple[FSize, Size]) -> None:
    """Spec: `op-convert_s` (Arm: "SCVTF (scalar, integer)")."""
    fs, sf = shape
    operand = c.state.general(c.state.pop())
    result = c.state.registers.borrow_float()
    c.asm.scvtf(fs, result, sf, operand)
    c.state.push_written(_FLOATS[fs], v_place(result))


@ROWS.emits("f32.convert_i32_u", (S, W))
@ROWS.emits("f32.convert_i64_u", (S, X))
@ROWS.emits("f64.convert_i32_u", (D, W))
@ROWS.emits("f64.convert_i64_u", (D, X))
def convert_u(c: FunctionCompiler, shape: tuple[FSize, Size]) -> None:
    """Spec: `op-convert_u` (Arm: "UCVTF (scalar, integer)")."""
    fs, sf = shape
    operand = c.state.general(c.state.pop())
    result = c.state.registers.borrow_float()
    c.asm.ucvtf(fs, result, sf, operand)
    c.state.push_written(_FLOATS[fs], v_place(result))


@ROWS.emits("f32.demote_f64", (S, D))
@ROWS.emits("f64.promote_f32", (D, S))
def change_precision(c: FunctionCompiler, shape: tuple[FSize, FSize]) -> None:
    """Spec: `op-demote`, `op-promote` (Arm: "FCVT").  A NaN becomes the canonical one, as FPCR.DN is set."""
    to, from_ = shape
    operand = c.state.float(c.state.pop())
    result = c.state.float_result(operand)
    c.asm.fcvt(to, result, from_, operand)
    c.state.push_written(_FLOATS[to], v_place(result))


@ROWS.emits("i32.trunc_sat_f32_s", (W, S))
@ROWS.emits("i32.trunc_sat_f64_s", (W, D))
@ROWS.emits("i64.trunc_sat_f32_s", (X, S))
@ROWS.emits("i64.trunc_sat_f64_s", (X, D))
def trunc_sat_s(c: FunctionCompiler, shape: tuple[Size, FSize]) -> None:
    """Spec: `op-trunc_sat_s` (Arm: "FCVTZS (scalar, integer)")."""
    sf, fs = shape
    operand = c.state.float(c.state.pop())
    result = c.state.registers.borrow_general()
    c.asm.fcvtzs(sf, result, fs, operand)
    c.state.push_written(_INTEGERS[sf], x_place(result))


@ROWS.emits("i32.trunc_sat_f32_u", (W, S))
@ROWS.emits("i32.trunc_sat_f64_u", (W, D))
@ROWS.emits("i64.trunc_sat_f32_u", (X, S))
@ROWS.emits("i64.trunc_sat_f64_u", (X, D))
def trunc_sat_u(c: FunctionCompiler, shape: tuple[Size, FSize]) -> None:
    """Spec: `op-trunc_sat_u` (Arm: "FCVTZU (scalar, integer)")."""
    sf, fs = shape
    operand = c.state.float(c.state.pop())
    result = c.state.registers.borrow_general()
    c.asm.fcvtzu(sf, result, fs, operand)
    c.state.push_written(_INTEGERS[sf], x_place(result))


@ROWS.emits("i32.trunc_f32_s", (S, SXTW))
@ROWS.emits("i32.trunc_f64_s", (D, SXTW))
@ROWS.emits("i32.trunc_f32_u", (S, UXTW))
@ROWS.emits("i32.trunc_f64_u", (D, UXTW))
def trunc_to_i32(c: FunctionCompiler, shape: tuple[FSize, IndexExtend]) -> None:
    """Spec: `op-trunc_s`, `op-trunc_u`.

    Converted to a signed 64-bit integer, which holds every i32 and saturates far outside; in range exactly when it
    equals its own lower half, extended as the result is.  So -0.9 passes as unsigned, and -1 does not.
    """
    fs, extend = shape
    c.state.keep_flags()
    operand = c.state.float(c.state.pop())
    result = c.state.registers.borrow_general()
    c.asm.fcmp(fs, operand, operand)
    c.branch(VS, c.trap(TrapKind.BAD_CONVERSION))
    c.asm.fcvtzs(X, result, fs, operand)
    c.asm.cmp_ext(X, result, result, extend)
    c.branch(NE, c.trap(TrapKind.OVERFLOW))
    c.state.push_general(I32, result)


def _power_of_two(fs: FSize, exponent: int) -> int:
    """The bits of `2.0 ** exponent`."""
    return (exponent + 127) << 23 if fs == S else (exponent + 1023) << 52


def _check_below(c: FunctionCompiler, fs: FSize, operand: VReg, exponent: int) -> None:
    """Traps unless the operand is below a power of two; a NaN is found unordered.  The power is in FLOAT_SCRATCH."""
    with c.asm.scratch() as bits:
        c.asm.mov_imm(Size(fs == D), bits, _power_of_two(fs, exponent))
        c.asm.fmov_from_general(fs, FLOAT_SCRATCH, bits)
    c.asm.fcmp(fs, operand, FLOAT_SCRATCH)
    c.branch(VS, c.trap(TrapKind.BAD_CONVERSION))
    c.branch(GE, c.trap(TrapKind.OVERFLOW))


@ROWS.emits("i64.trunc_f32_s", S)
@ROWS.emits("i64.trunc_f64_s", D)
def trunc_to_i64_s(c: FunctionCompiler, fs: FSize) -> None:
    """Spec: `op-trunc_s`.  In range from -2^63 to below 2^63, both exact in either format."""
    c.state.keep_flags()
    operand = c.state.float(c.state.pop())
    result = c.state.registers.borrow_general()
    _check_below(c, fs, operand, 63)
    c.asm.fneg(fs, FLOAT_SCRATCH, FLOAT_SCRATCH)
    c.asm.fcmp(fs, operand, FLOAT_SCRATCH)
    c.branch(MI, c.trap(TrapKind.OVERFLOW))
    c.asm.fcvtzs(X, result, fs, operand)
    c.state.push_written(I64, x_place(result))


@ROWS.emits("i64.trunc_f32_u", S)
@ROWS.emits("i64.trunc_f64_u", D)
def trunc_to_i64_u(c: FunctionCompiler, fs: FSize) -> None:
    """Spec: `op-trunc_u`.  In range above -1 and below 2^64."""
    minus_one = encode_fp8(1 << (31 if fs == S else 63) | _power_of_two(fs, 0), fs)
    assert minus_one is not None
    c.state.keep_flags()
    operand = c.state.float(c.state.pop())
    result = c.state.registers.borrow_general()
    _check_below(c, fs, operand, 64)
    c.asm.fmov_imm(fs, FLOAT_SCRATCH, minus_one)
    c.asm.fcmp(fs, operand, FLOAT_SCRATCH)
    c.branch(LE, c.trap(TrapKind.OVERFLOW))
    c.asm.fcvtzu(X, result, fs, operand)
    c.state.push_written(I64, x_place(result))
