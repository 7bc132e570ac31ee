"""Baseline: lanes filled, read, replaced and looked up (spec: `exec-vec-splat`,
`exec-vec-extract_lane`, `exec-vec-replace_lane`, `exec-vec-swizzle`).

The first lane of a vector is where a float of its kind lies: reading it emits nothing.
"""

from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import B16, D2, H8, S4, Arrangement, B, ByteArrangement, D, H, S, VReg, VSize, W
from ...wasm.types import F32, F64, I32, I64, V128, ValType
from .compiler import FunctionCompiler
from .rows import Rows
from .values import is_float, v_place, v_reg, x_place
from .vector_forms import binary

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler


def _splat(name: str, lanes: Arrangement) -> None:
    """An integer in all lanes (Arm: "DUP (general)")."""

    def emitter(c: FunctionCompiler) -> None:
        operand = c.state.general(c.state.pop())
        result = c.state.registers.borrow_float()
        c.asm.dup_general(lanes, result, operand)
        c.state.push_written(V128, v_place(result))

    ROWS.row(name, emitter)


def _splat_float(name: str, lanes: Arrangement) -> None:
    """A float in all lanes (Arm: "DUP (element)")."""

    def emitter(c: FunctionCompiler) -> None:
        operand = c.state.float(c.state.pop())
        result = c.state.float_result(operand)
        c.asm.dup_element(lanes, result, operand, 0)
        c.state.push_written(V128, v_place(result))

    ROWS.row(name, emitter)


def _extract(name: str, type: ValType, size: VSize, *, signed: bool = False) -> None:
    """A lane as an integer, which it fills or extends (Arm: "UMOV", "SMOV")."""

    def emitter(c: FunctionCompiler, lane: int) -> None:
        operand = c.state.float(c.state.pop())
        result = c.state.registers.borrow_general()
        if signed:
            c.asm.smov(W, size, result, operand, lane)
        else:
            c.asm.umov(size, result, operand, lane)
        c.state.push_written(type, x_place(result))

    ROWS.row(name, emitter)


def _extract_float(name: str, type: ValType, size: VSize) -> None:
    """A lane as a float (Arm: "DUP (element)")."""

    def emitter(c: FunctionCompiler, lane: int) -> None:
        value = c.state.pop()
        if lane == 0:
            c.state.push_low(type, value)
            return
        operand = c.state.float(value)
        result = c.state.float_result(operand)
        c.asm.dup_scalar(size, result, operand, lane)
        c.state.push_written(type, v_place(result))

    ROWS.row(name, emitter)


def _replace(name: str, size: VSize) -> None:
    """One lane anew (Arm: "INS").  A float that is in no register goes through a general one."""

    def emitter(c: FunctionCompiler, lane: int) -> None:
        value, vector = c.state.pop(), c.state.pop()
        source = c.state.source(value)
        if isinstance(source, int) and is_float(source):
            result = c.state.writable(vector)
            c.asm.ins_element(size, result, lane, v_reg(source), 0)
        else:
            general = c.state.general_or_zero(value)
            result = c.state.writable(vector)
            c.asm.ins_general(size, result, lane, general)
        c.state.push_float(V128, result)

    ROWS.row(name, emitter)


def _look_up(asm: MacroAssembler, arrangement: ByteArrangement, rd: VReg, table: VReg, lanes: VReg) -> None:
    asm.tbl(arrangement, rd, table, lanes)


# fmt: off
_splat("i8x16.splat",                 B16)
_splat("i16x8.splat",                 H8)
_splat("i32x4.splat",                 S4)
_splat("i64x2.splat",                 D2)
_splat_float("f32x4.splat",           S4)
_splat_float("f64x2.splat",           D2)
_extract("i8x16.extract_lane_s",      I32, B, signed=True)
_extract("i8x16.extract_lane_u",      I32, B)
_extract("i16x8.extract_lane_s",      I32, H, signed=True)
_extract("i16x8.extract_lane_u",      I32, H)
_extract("i32x4.extract_lane",        I32, S)
_extract("i64x2.extract_lane",        I64, D)
_extract_float("f32x4.extract_lane",  F32, S)
_extract_float("f64x2.extract_lane",  F64, D)
_replace("i8x16.replace_lane",        B)
_replace("i16x8.replace_lane",        H)
_replace("i32x4.replace_lane",        S)
_replace("i64x2.replace_lane",        D)
_replace("f32x4.replace_lane",        S)
_replace("f64x2.replace_lane",        D)
binary(ROWS, "i8x16.swizzle",         B16, _look_up)
# fmt: on
