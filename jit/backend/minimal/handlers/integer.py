"""Minimal: integer arithmetic and comparison (spec: `exec-unop`, `exec-binop`, `exec-testop`, `exec-relop`).

Where machine and wasm agree a row says it: A64 takes shift amounts modulo the width as wasm does, and its 32-bit forms
clear the upper half of the register.  They differ on division, which never traps on A64.
"""

from collections.abc import Callable

from ....a64.masm import MacroAssembler
from ....a64.operands import B8, CC, CS, EQ, GE, GT, HI, LE, LS, LT, NE, VS, Cond, FSize, Reg, S, Size, W, X
from ....a64.operands import D as DOUBLE
from ....wasm.types import TrapKind
from ..abi import FA, TOP, A, B, C
from ..handler import Handler, Handlers

HANDLERS = Handlers()

ThreeRegisters = Callable[[MacroAssembler, Size, Reg, Reg, Reg], None]
TwoRegisters = Callable[[MacroAssembler, Size, Reg, Reg], None]
Asm = MacroAssembler


def unary(name: str, sf: Size, emit: TwoRegisters) -> None:
    """A handler of one instruction from the top slot to itself."""

    def body(h: Handler) -> None:
        h.peek(A)
        emit(h.asm, sf, A, A)
        h.replace(A)
        h.ret()

    HANDLERS.row(name, body)


def binary(name: str, sf: Size, emit: ThreeRegisters) -> None:
    """A handler of one instruction from two slots to one."""

    def body(h: Handler) -> None:
        h.pop_pair(A, B)
        emit(h.asm, sf, A, A, B)
        h.push(A)
        h.ret()

    HANDLERS.row(name, body)


def compare(name: str, sf: Size, cond: Cond) -> None:
    """A handler that compares two slots and pushes 0 or 1."""

    def body(h: Handler) -> None:
        h.pop_pair(A, B)
        h.asm.cmp(sf, A, B)
        h.asm.cset(W, A, cond)
        h.push(A)
        h.ret()

    HANDLERS.row(name, body)


# fmt: off
unary("i32.clz",         W, Asm.clz)
unary("i64.clz",         X, Asm.clz)
unary("i32.extend8_s",   W, Asm.sxtb)
unary("i32.extend16_s",  W, Asm.sxth)
unary("i64.extend8_s",   X, Asm.sxtb)
unary("i64.extend16_s",  X, Asm.sxth)

binary("i32.add",        W, Asm.add)
binary("i32.sub",        W, Asm.sub)
binary("i32.mul",        W, Asm.mul)
binary("i32.and",        W, Asm.and_)
binary("i32.or",         W, Asm.orr)
binary("i32.xor",        W, Asm.eor)
binary("i32.shl",        W, Asm.lslv)
binary("i32.shr_s",      W, Asm.asrv)
binary("i32.shr_u",      W, Asm.lsrv)
binary("i32.rotr",       W, Asm.rorv)
binary("i64.add",        X, Asm.add)
binary("i64.sub",        X, Asm.sub)
binary("i64.mul",        X, Asm.mul)
binary("i64.and",        X, Asm.and_)
binary("i64.or",         X, Asm.orr)
binary("i64.xor",        X, Asm.eor)
binary("i64.shl",        X, Asm.lslv)
binary("i64.shr_s",      X, Asm.asrv)
binary("i64.shr_u",      X, Asm.lsrv)
binary("i64.rotr",       X, Asm.rorv)

compare("i32.eq",        W, EQ)
compare("i32.ne",        W, NE)
compare("i32.lt_s",      W, LT)
compare("i32.lt_u",      W, CC)
compare("i32.gt_s",      W, GT)
compare("i32.gt_u",      W, HI)
compare("i32.le_s",      W, LE)
compare("i32.le_u",      W, LS)
compare("i32.ge_s",      W, GE)
compare("i32.ge_u",      W, CS)
compare("i64.eq",        X, EQ)
compare("i64.ne",        X, NE)
compare("i64.lt_s",      X, LT)
compare("i64.lt_u",      X, CC)
compare("i64.gt_s",      X, GT)
compare("i64.gt_u",      X, HI)
compare("i64.le_s",      X, LE)
compare("i64.le_u",      X, LS)
compare("i64.ge_s",      X, GE)
compare("i64.ge_u",      X, CS)
# fmt: on


@HANDLERS.handles("i32.eqz", W)
@HANDLERS.handles("i64.eqz", X)
def eqz(h: Handler, sf: Size) -> None:
    """Spec: `op-ieqz`."""
    h.peek(A)
    h.asm.cmp_imm(sf, A, 0)
    h.asm.cset(W, A, EQ)
    h.replace(A)
    h.ret()


@HANDLERS.handles("i32.ctz", W)
@HANDLERS.handles("i64.ctz", X)
def ctz(h: Handler, sf: Size) -> None:
    """Spec: `op-ictz`.  A64 counts from the top only, so the bits are reversed first (Arm: "RBIT", "CLZ")."""
    h.peek(A)
    h.asm.rbit(sf, A, A)
    h.asm.clz(sf, A, A)
    h.replace(A)
    h.ret()


@HANDLERS.handles("i32.popcnt", S)
@HANDLERS.handles("i64.popcnt", DOUBLE)
def popcnt(h: Handler, fs: FSize) -> None:
    """Spec: `op-ipopcnt`.  Counted by byte in a vector and summed (Arm: "CNT", "ADDV").

    The load of a scalar clears what is above it, so the other four bytes of an i32 count nothing.
    """
    h.peek_float(fs, FA)
    h.asm.cnt(B8, FA, FA)
    h.asm.addv(B8, FA, FA)
    h.replace_float(FA)
    h.ret()


@HANDLERS.handles("i64.extend32_s", X)
def extend32_s(h: Handler, _sf: Size) -> None:
    """Spec: `op-iextendn_s`.  The load extends."""
    h.asm.ldursw(A, TOP, -8)
    h.replace(A)
    h.ret()


@HANDLERS.handles("i32.rotl", W)
@HANDLERS.handles("i64.rotl", X)
def rotl(h: Handler, sf: Size) -> None:
    """Spec: `op-irotl`.  A64 rotates right only: by the negated amount, modulo the width (Arm: "RORV")."""
    h.pop_pair(A, B)
    h.asm.neg(sf, B, B)
    h.asm.rorv(sf, A, A, B)
    h.push(A)
    h.ret()


@HANDLERS.handles("i32.div_s", W)
@HANDLERS.handles("i64.div_s", X)
def div_s(h: Handler, sf: Size) -> None:
    """Spec: `op-idiv_s`.  SDIV gives 0 for x / 0 and wraps the least integer by -1; wasm traps on both.

    `dividend - 1` overflows for the least integer alone; only then the divisor is compared with -1.
    """
    h.pop_pair(A, B)
    h.asm.cbz(sf, B, h.trap(TrapKind.DIV_ZERO))
    h.asm.cmp_imm(sf, A, 1)
    h.asm.ccmn_imm(sf, B, 1, 0, VS)
    h.asm.b_cond(EQ, h.trap(TrapKind.OVERFLOW))
    h.asm.sdiv(sf, A, A, B)
    h.push(A)
    h.ret()


@HANDLERS.handles("i32.div_u", W)
@HANDLERS.handles("i64.div_u", X)
def div_u(h: Handler, sf: Size) -> None:
    """Spec: `op-idiv_u`.  UDIV gives 0 for x / 0; wasm traps."""
    h.pop_pair(A, B)
    h.asm.cbz(sf, B, h.trap(TrapKind.DIV_ZERO))
    h.asm.udiv(sf, A, A, B)
    h.push(A)
    h.ret()


@HANDLERS.handles("i32.rem_s", (W, Asm.sdiv))
@HANDLERS.handles("i64.rem_s", (X, Asm.sdiv))
@HANDLERS.handles("i32.rem_u", (W, Asm.udiv))
@HANDLERS.handles("i64.rem_u", (X, Asm.udiv))
def rem(h: Handler, shape: tuple[Size, ThreeRegisters]) -> None:
    """Spec: `op-irem_s`, `op-irem_u`.  The dividend less quotient times divisor (Arm: "MSUB").

    The least integer by -1 has remainder 0 in wasm, and so it has here: SDIV wraps, and so does the product.
    """
    sf, divide = shape
    h.pop_pair(A, B)
    h.asm.cbz(sf, B, h.trap(TrapKind.DIV_ZERO))
    divide(h.asm, sf, C, A, B)
    h.asm.msub(sf, A, C, B, A)
    h.push(A)
    h.ret()
