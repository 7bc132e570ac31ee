"""Baseline: floating-point arithmetic and comparison (spec: `exec-unop`, `exec-binop`, `exec-relop`).

The host sets FPCR.DN and leaves the rest of FPCR zero: every NaN that an operation makes is the positive canonical one,
as in the deterministic profile, subnormals count, and rounding is to nearest.  FABS, FNEG and the bitwise selection
that copies signs change nothing but the sign, also of NaNs.
"""

from collections.abc import Callable
from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import B8, EQ, GE, GT, LS, MI, NE, S2, Cond, D, FSize, S, VReg
from ...wasm.types import F32, F64
from .compiler import FunctionCompiler
from .rows import Rows
from .values import flags, v_place

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler
TwoRegisters = Callable[[MacroAssembler, FSize, VReg, VReg], None]
ThreeRegisters = Callable[[MacroAssembler, FSize, VReg, VReg, VReg], None]

_TYPES: Final = {S: F32, D: F64}


def unary(name: str, fs: FSize, emit: TwoRegisters) -> None:
    """One instruction from a register to another."""
    type = _TYPES[fs]

    def emitter(c: FunctionCompiler) -> None:
        operand = c.state.float(c.state.pop())
        result = c.state.float_result(operand)
        emit(c.asm, fs, result, operand)
        c.state.push_written(type, v_place(result))

    ROWS.row(name, emitter)


def binary(name: str, fs: FSize, emit: ThreeRegisters) -> None:
    """One instruction from two registers."""
    type = _TYPES[fs]

    def emitter(c: FunctionCompiler) -> None:
        right, left = c.state.pop(), c.state.pop()
        a, b = c.state.float(left), c.state.float(right)
        result = c.state.float_result(a, b)
        emit(c.asm, fs, result, a, b)
        c.state.push_written(type, v_place(result))

    ROWS.row(name, emitter)


def compare(name: str, fs: FSize, cond: Cond) -> None:
    """A comparison leaves its result in the flags.

    After FCMP of a NaN the flags are 0011 (unordered): of the conditions used here NE alone holds then, as `op-fne`
    alone is true of NaNs.  MI and LS serve for less and less-or-equal, since LT and LE hold when unordered.
    """

    def emitter(c: FunctionCompiler) -> None:
        state = c.state
        state.keep_flags()
        right, left = state.pop(), state.pop()
        a, b = state.float(left), state.float(right)
        c.asm.fcmp(fs, a, b)
        state.push(flags(cond))

    ROWS.row(name, emitter)


# fmt: off
unary("f32.abs",         S, Asm.fabs)
unary("f32.neg",         S, Asm.fneg)
unary("f32.ceil",        S, Asm.frintp)
unary("f32.floor",       S, Asm.frintm)
unary("f32.trunc",       S, Asm.frintz)
unary("f32.nearest",     S, Asm.frintn)     # ties to even whatever FPCR says
unary("f32.sqrt",        S, Asm.fsqrt)
unary("f64.abs",         D, Asm.fabs)
unary("f64.neg",         D, Asm.fneg)
unary("f64.ceil",        D, Asm.frintp)
unary("f64.floor",       D, Asm.frintm)
unary("f64.trunc",       D, Asm.frintz)
unary("f64.nearest",     D, Asm.frintn)
unary("f64.sqrt",        D, Asm.fsqrt)

binary("f32.add",        S, Asm.fadd)
binary("f32.sub",        S, Asm.fsub)
binary("f32.mul",        S, Asm.fmul)
binary("f32.div",        S, Asm.fdiv)
binary("f32.min",        S, Asm.fmin)       # a NaN wins and -0 is below +0, as in wasm (not FMINNM)
binary("f32.max",        S, Asm.fmax)
binary("f64.add",        D, Asm.fadd)
binary("f64.sub",        D, Asm.fsub)
binary("f64.mul",        D, Asm.fmul)
binary("f64.div",        D, Asm.fdiv)
binary("f64.min",        D, Asm.fmin)
binary("f64.max",        D, Asm.fmax)

compare("f32.eq",        S, EQ)
compare("f32.ne",        S, NE)
compare("f32.lt",        S, MI)
compare("f32.gt",        S, GT)
compare("f32.le",        S, LS)
compare("f32.ge",        S, GE)
compare("f64.eq",        D, EQ)
compare("f64.ne",        D, NE)
compare("f64.lt",        D, MI)
compare("f64.gt",        D, GT)
compare("f64.le",        D, LS)
compare("f64.ge",        D, GE)
# fmt: on


@ROWS.emits("f32.copysign", S)
@ROWS.emits("f64.copysign", D)
def copysign(c: FunctionCompiler, fs: FSize) -> None:
    """Spec: `op-fcopysign`.  Selects the sign bit from the second operand, all others from the first (Arm: "BSL")."""
    right, left = c.state.pop(), c.state.pop()
    a, b = c.state.float(left), c.state.float(right)
    mask = c.state.registers.borrow_float()
    if fs == S:
        c.asm.movi_words(S2, mask, 0x80, 24)
    else:
        c.asm.movi_d(mask, 0)
        c.asm.fneg(D, mask, mask)  # minus zero: the sign bit alone
    c.asm.bsl(B8, mask, b, a)
    c.state.push_float(_TYPES[fs], mask)
