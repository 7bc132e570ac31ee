"""Minimal: floating-point arithmetic and comparison (spec: `exec-unop`, `exec-binop`, `exec-relop`).

The host sets FPCR.DN and leaves the rest of FPCR zero: every NaN that an operation makes is the positive canonical one,
as in the deterministic profile, subnormals count, and rounding is to nearest.  What the specification defines on bits
(`abs`, `neg`, `copysign`) is done on general registers, where no NaN can change.
"""

from collections.abc import Callable

from ....a64.masm import MacroAssembler
from ....a64.operands import EQ, GE, GT, LS, MI, NE, Cond, D, FSize, S, Size, VReg, W, X
from ..abi import FA, FB, A, B
from ..handler import Handler, Handlers

HANDLERS = Handlers()

TwoRegisters = Callable[[MacroAssembler, FSize, VReg, VReg], None]
ThreeRegisters = Callable[[MacroAssembler, FSize, VReg, VReg, VReg], None]
Asm = MacroAssembler


def unary(name: str, fs: FSize, emit: TwoRegisters) -> None:
    """A handler of one instruction from the top slot to itself."""

    def body(h: Handler) -> None:
        h.peek_float(fs, FA)
        emit(h.asm, fs, FA, FA)
        h.replace_float(FA)
        h.ret()

    HANDLERS.row(name, body)


def binary(name: str, fs: FSize, emit: ThreeRegisters) -> None:
    """A handler of one instruction from two slots to one."""

    def body(h: Handler) -> None:
        h.pop_float_pair(FA, FB)
        emit(h.asm, fs, FA, FA, FB)
        h.push_float(FA)
        h.ret()

    HANDLERS.row(name, body)


def compare(name: str, fs: FSize, cond: Cond) -> None:
    """A handler that compares two slots and pushes 0 or 1.

    After FCMP of a NaN the flags are 0011 (unordered): of the conditions used here NE alone holds then, as `op-fne`
    alone is true of NaNs.  MI and LS serve for less and less-or-equal, since LT and LE hold when unordered.
    """

    def body(h: Handler) -> None:
        h.pop_float_pair(FA, FB)
        h.asm.fcmp(fs, FA, FB)
        h.asm.cset(W, A, cond)
        h.push(A)
        h.ret()

    HANDLERS.row(name, body)


# fmt: off
unary("f32.ceil",        S, Asm.frintp)
unary("f32.floor",       S, Asm.frintm)
unary("f32.trunc",       S, Asm.frintz)
unary("f32.nearest",     S, Asm.frintn)     # ties to even whatever FPCR says
unary("f32.sqrt",        S, Asm.fsqrt)
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


def _sign(sf: Size) -> int:
    """The sign bit of a float of this width."""
    return 1 << (31 if sf == W else 63)


@HANDLERS.handles("f32.abs", W)
@HANDLERS.handles("f64.abs", X)
def abs_(h: Handler, sf: Size) -> None:
    """Spec: `op-fabs`.  Clears the sign bit."""
    h.peek(A)
    h.asm.and_imm(sf, A, A, _sign(sf) - 1)
    h.replace(A)
    h.ret()


@HANDLERS.handles("f32.neg", W)
@HANDLERS.handles("f64.neg", X)
def neg(h: Handler, sf: Size) -> None:
    """Spec: `op-fneg`.  Flips the sign bit."""
    h.peek(A)
    h.asm.eor_imm(sf, A, A, _sign(sf))
    h.replace(A)
    h.ret()


@HANDLERS.handles("f32.copysign", W)
@HANDLERS.handles("f64.copysign", X)
def copysign(h: Handler, sf: Size) -> None:
    """Spec: `op-fcopysign`.  Inserts the sign bit of the second operand into the first (Arm: "BFI")."""
    sign = 31 if sf == W else 63
    h.pop_pair(A, B)
    h.asm.lsr_imm(sf, B, B, sign)
    h.asm.bfi(sf, A, B, sign, 1)
    h.push(A)
    h.ret()
