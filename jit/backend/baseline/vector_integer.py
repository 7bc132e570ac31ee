"""Baseline: arithmetic on lanes of integers, and shifts (spec: `exec-vunop`, `exec-vbinop`, `exec-vishiftop`).

Nearly every row is an instruction of the machine; what is not is a function below.
"""

from collections.abc import Callable
from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import B16, D2, H8, S2, S4, Arrangement, Vector2D, VReg, W
from ...wasm.types import V128
from .abi import CYCLE, FLOAT_SCRATCH
from .compiler import FunctionCompiler
from .rows import Rows
from .values import Const, v_place
from .vector_forms import TwoSources, binary, unary

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler
ShiftByConstant = Callable[[MacroAssembler, Arrangement, VReg, VReg, int], None]

# fmt: off
unary(ROWS,  "i8x16.abs",                  B16, Asm.abs_v)
unary(ROWS,  "i8x16.neg",                  B16, Asm.neg_v)
unary(ROWS,  "i8x16.popcnt",               B16, Asm.cnt)
binary(ROWS, "i8x16.add",                  B16, Asm.add_v)
binary(ROWS, "i8x16.add_sat_s",            B16, Asm.sqadd)
binary(ROWS, "i8x16.add_sat_u",            B16, Asm.uqadd)
binary(ROWS, "i8x16.sub",                  B16, Asm.sub_v)
binary(ROWS, "i8x16.sub_sat_s",            B16, Asm.sqsub)
binary(ROWS, "i8x16.sub_sat_u",            B16, Asm.uqsub)
binary(ROWS, "i8x16.min_s",                B16, Asm.smin)
binary(ROWS, "i8x16.min_u",                B16, Asm.umin)
binary(ROWS, "i8x16.max_s",                B16, Asm.smax)
binary(ROWS, "i8x16.max_u",                B16, Asm.umax)
binary(ROWS, "i8x16.avgr_u",               B16, Asm.urhadd)

unary(ROWS,  "i16x8.abs",                  H8,  Asm.abs_v)
unary(ROWS,  "i16x8.neg",                  H8,  Asm.neg_v)
binary(ROWS, "i16x8.add",                  H8,  Asm.add_v)
binary(ROWS, "i16x8.add_sat_s",            H8,  Asm.sqadd)
binary(ROWS, "i16x8.add_sat_u",            H8,  Asm.uqadd)
binary(ROWS, "i16x8.sub",                  H8,  Asm.sub_v)
binary(ROWS, "i16x8.sub_sat_s",            H8,  Asm.sqsub)
binary(ROWS, "i16x8.sub_sat_u",            H8,  Asm.uqsub)
binary(ROWS, "i16x8.mul",                  H8,  Asm.mul_v)
binary(ROWS, "i16x8.min_s",                H8,  Asm.smin)
binary(ROWS, "i16x8.min_u",                H8,  Asm.umin)
binary(ROWS, "i16x8.max_s",                H8,  Asm.smax)
binary(ROWS, "i16x8.max_u",                H8,  Asm.umax)
binary(ROWS, "i16x8.avgr_u",               H8,  Asm.urhadd)
binary(ROWS, "i16x8.q15mulr_sat_s",        H8,  Asm.sqrdmulh)

unary(ROWS,  "i32x4.abs",                  S4,  Asm.abs_v)
unary(ROWS,  "i32x4.neg",                  S4,  Asm.neg_v)
binary(ROWS, "i32x4.add",                  S4,  Asm.add_v)
binary(ROWS, "i32x4.sub",                  S4,  Asm.sub_v)
binary(ROWS, "i32x4.mul",                  S4,  Asm.mul_v)
binary(ROWS, "i32x4.min_s",                S4,  Asm.smin)
binary(ROWS, "i32x4.min_u",                S4,  Asm.umin)
binary(ROWS, "i32x4.max_s",                S4,  Asm.smax)
binary(ROWS, "i32x4.max_u",                S4,  Asm.umax)

unary(ROWS,  "i64x2.abs",                  D2,  Asm.abs_v)
unary(ROWS,  "i64x2.neg",                  D2,  Asm.neg_v)
binary(ROWS, "i64x2.add",                  D2,  Asm.add_v)
binary(ROWS, "i64x2.sub",                  D2,  Asm.sub_v)
# fmt: on


@ROWS.emits("i64x2.mul", D2)
def mul_wide(c: FunctionCompiler, lanes: Vector2D) -> None:
    """Spec: `op-imul`.  MUL does not take doublewords, so each product is put together from those of words.

    The sum of both mixed products, moved up, plus the product of the lower words (Arm: "REV64", "UADDLP", "UMLAL").
    """
    asm = c.asm
    right, left = c.state.pop(), c.state.pop()
    a, b = c.state.float(left), c.state.float(right)
    product = c.state.registers.borrow_float()
    asm.rev64(S4, product, b)
    asm.mul_v(S4, product, product, a)
    asm.uaddlp(lanes, product, product)
    asm.shl(lanes, product, product, 32)
    asm.xtn(S2, FLOAT_SCRATCH, a)
    asm.xtn(S2, CYCLE, b)
    asm.umlal(lanes, product, FLOAT_SCRATCH, CYCLE)
    c.state.push_float(V128, product)


@ROWS.emits("i32x4.dot_i16x8_s", S4)
def dot(c: FunctionCompiler, _lanes: object) -> None:
    """Spec: `exec-vec-dot`.  Sums of neighbouring products, modulo the lane (Arm: "SMULL", "ADDP (vector)")."""
    right, left = c.state.pop(), c.state.pop()
    a, b = c.state.float(left), c.state.float(right)
    result = c.state.float_result(a, b)
    c.asm.smull_v(S4, FLOAT_SCRATCH, a, b)
    c.asm.smull2(S4, result, a, b)
    c.asm.addp(S4, result, FLOAT_SCRATCH, result)
    c.state.push_written(V128, v_place(result))


# Shifts


def _shift(
    name: str, arrangement: Arrangement, constant: ShiftByConstant, register: TwoSources[Arrangement], *, left: bool
) -> None:
    """A shift of each lane by an i32 modulo its width (spec: `op-ishl`, `op-ishr_s`, `op-ishr_u`).

    A64 shifts by the lanes of a register, to the right by negative numbers (Arm: "SSHL", "USHL"), or by a constant.
    """
    modulo = (8 << (arrangement >> 22 & 3)) - 1

    def emitter(c: FunctionCompiler) -> None:
        amount, vector = c.state.pop(), c.state.pop()
        if isinstance(amount, Const):
            bits = amount.bits & modulo
            if bits == 0:
                c.state.push_again(vector)
                return
            operand = c.state.float(vector)
            result = c.state.float_result(operand)
            constant(c.asm, arrangement, result, operand, bits)
        else:
            operand, by = c.state.float(vector), c.state.general(amount)
            result = c.state.float_result(operand)
            with c.asm.scratch() as low:
                c.asm.and_imm(W, low, by, modulo)
                if not left:
                    c.asm.neg(W, low, low)
                c.asm.dup_general(arrangement, FLOAT_SCRATCH, low)
            register(c.asm, arrangement, result, operand, FLOAT_SCRATCH)
        c.state.push_written(V128, v_place(result))

    ROWS.row(name, emitter)


# fmt: off
_shift("i8x16.shl",    B16, Asm.shl,   Asm.ushl, left=True)
_shift("i8x16.shr_s",  B16, Asm.sshr,  Asm.sshl, left=False)
_shift("i8x16.shr_u",  B16, Asm.ushr,  Asm.ushl, left=False)
_shift("i16x8.shl",    H8,  Asm.shl,   Asm.ushl, left=True)
_shift("i16x8.shr_s",  H8,  Asm.sshr,  Asm.sshl, left=False)
_shift("i16x8.shr_u",  H8,  Asm.ushr,  Asm.ushl, left=False)
_shift("i32x4.shl",    S4,  Asm.shl,   Asm.ushl, left=True)
_shift("i32x4.shr_s",  S4,  Asm.sshr,  Asm.sshl, left=False)
_shift("i32x4.shr_u",  S4,  Asm.ushr,  Asm.ushl, left=False)
_shift("i64x2.shl",    D2,  Asm.shl,   Asm.ushl, left=True)
_shift("i64x2.shr_s",  D2,  Asm.sshr,  Asm.sshl, left=False)
_shift("i64x2.shr_u",  D2,  Asm.ushr,  Asm.ushl, left=False)
# fmt: on
