"""Baseline: integer arithmetic and comparison (spec: `exec-unop`, `exec-binop`, `exec-testop`, `exec-relop`).

Where machine and wasm agree a row says it: A64 takes shift amounts modulo the width as wasm does.  They differ on
division, which never traps on A64.  The upper half of a register that holds an i32 is unspecified and never looked at.
"""

from collections.abc import Callable

from ...a64.masm import MacroAssembler
from ...a64.operands import (
    B8,
    CC,
    CS,
    EQ,
    GE,
    GT,
    HI,
    LE,
    LS,
    LT,
    NE,
    VS,
    Cond,
    D,
    FSize,
    Reg,
    S,
    Size,
    W,
    X,
    invert,
)  # fmt: skip
from ...wasm.types import I32, I64, TrapKind
from .abi import FLOAT_SCRATCH
from .compiler import FunctionCompiler
from .fusion import into_product, into_shifted
from .rows import Rows
from .values import Const, Flags, Value, flags, x_place
from .wants import Want, amount, bitmask, divisor, factor, imm12, modulus, same

ROWS = Rows()

Asm = MacroAssembler
ThreeRegisters = Callable[[MacroAssembler, Size, Reg, Reg, Reg], None]
TwoRegisters = Callable[[MacroAssembler, Size, Reg, Reg], None]

_TYPES = (I32, I64)
"""By `Size`."""


def unary(name: str, sf: Size, emit: TwoRegisters) -> None:
    """One instruction from a register to another."""

    def emitter(c: FunctionCompiler) -> None:
        operand = c.state.general(c.state.pop())
        result = c.state.result(operand)
        emit(c.asm, sf, result, operand)
        c.state.push_written(_TYPES[sf], x_place(result))

    ROWS.row(name, emitter)


def binary(
    name: str, sf: Size, emit: ThreeRegisters, want: Want | None = None, *, is_commutative: bool = False
) -> None:
    """One instruction from two registers, or from one and a constant on the right that `want` takes."""

    def emitter(c: FunctionCompiler) -> None:
        right, left = c.state.pop(), c.state.pop()
        if is_commutative and type(left) is Const:
            left, right = right, left
        if want is None or not by_constant(c, sf, left, right, want):
            by_registers(c, sf, left, right, emit)

    ROWS.row(name, emitter)


def by_constant(c: FunctionCompiler, sf: Size, left: Value, right: Value, want: Want) -> bool:
    """Compiles popped operands if the right one is a constant that an instruction holds; else emits nothing."""
    write = want(sf, right.bits) if type(right) is Const else None
    if write is None:
        return False
    if write is same:
        c.state.push_again(left)
        return True
    operand = c.state.general(left)
    result = c.state.result(operand)
    write(c.asm, sf, result, operand)
    c.state.push_written(_TYPES[sf], x_place(result))
    return True


def by_registers(c: FunctionCompiler, sf: Size, left: Value, right: Value, emit: ThreeRegisters) -> None:
    """Compiles popped operands by way of registers; zero is XZR."""
    a, b = c.state.general_or_zero(left), c.state.general_or_zero(right)
    result = c.state.result(a, b)
    emit(c.asm, sf, result, a, b)
    c.state.push_written(_TYPES[sf], x_place(result))


def compare(name: str, sf: Size, cond: Cond, swapped: Cond) -> None:
    """A comparison leaves its result in the flags; `swapped` is the condition with the operands exchanged."""

    def emitter(c: FunctionCompiler) -> None:
        state = c.state
        state.keep_flags()
        right, left = state.pop(), state.pop()
        holds = cond
        if type(left) is Const:
            left, right, holds = right, left, swapped
        operand = state.general(left)
        if type(right) is Const:
            c.asm.cmp_const(sf, operand, right.bits)
            if right.bits == 0:
                c.note_zero_test(sf, operand)
        else:
            c.asm.cmp(sf, operand, state.general(right))
        state.push(flags(holds))

    ROWS.row(name, emitter)


# fmt: off
unary("i32.clz",         W, Asm.clz)
unary("i64.clz",         X, Asm.clz)
unary("i32.extend8_s",   W, Asm.sxtb)
unary("i32.extend16_s",  W, Asm.sxth)
unary("i64.extend8_s",   X, Asm.sxtb)
unary("i64.extend16_s",  X, Asm.sxth)

ADD    = imm12(Asm.add_imm, Asm.sub_imm)
SUB    = imm12(Asm.sub_imm, Asm.add_imm)
AND    = bitmask(Asm.and_imm, neutral=~0)
OR     = bitmask(Asm.orr_imm, neutral=0)
XOR    = bitmask(Asm.eor_imm, neutral=0)
SHL    = amount(Asm.lsl_imm)
SHR_S  = amount(Asm.asr_imm)
SHR_U  = amount(Asm.lsr_imm)
ROTL   = amount(Asm.ror_imm, leftwards=True)
ROTR   = amount(Asm.ror_imm)

binary("i32.and",        W, Asm.and_,  AND,     is_commutative=True)
binary("i64.and",        X, Asm.and_,  AND,     is_commutative=True)
binary("i32.or",         W, Asm.orr,   OR,      is_commutative=True)
binary("i64.or",         X, Asm.orr,   OR,      is_commutative=True)
binary("i32.xor",        W, Asm.eor,   XOR,     is_commutative=True)
binary("i64.xor",        X, Asm.eor,   XOR,     is_commutative=True)
binary("i32.shr_s",      W, Asm.asrv,  SHR_S)
binary("i64.shr_s",      X, Asm.asrv,  SHR_S)
binary("i32.shr_u",      W, Asm.lsrv,  SHR_U)
binary("i64.shr_u",      X, Asm.lsrv,  SHR_U)
binary("i32.rotr",       W, Asm.rorv,  ROTR)
binary("i64.rotr",       X, Asm.rorv,  ROTR)

compare("i32.eq",        W, EQ,  EQ)
compare("i32.ne",        W, NE,  NE)
compare("i32.lt_s",      W, LT,  GT)
compare("i32.lt_u",      W, CC,  HI)
compare("i32.gt_s",      W, GT,  LT)
compare("i32.gt_u",      W, HI,  CC)
compare("i32.le_s",      W, LE,  GE)
compare("i32.le_u",      W, LS,  CS)
compare("i32.ge_s",      W, GE,  LE)
compare("i32.ge_u",      W, CS,  LS)
compare("i64.eq",        X, EQ,  EQ)
compare("i64.ne",        X, NE,  NE)
compare("i64.lt_s",      X, LT,  GT)
compare("i64.lt_u",      X, CC,  HI)
compare("i64.gt_s",      X, GT,  LT)
compare("i64.gt_u",      X, HI,  CC)
compare("i64.le_s",      X, LE,  GE)
compare("i64.le_u",      X, LS,  CS)
compare("i64.ge_s",      X, GE,  LE)
compare("i64.ge_u",      X, CS,  LS)
# fmt: on


@ROWS.emits("i32.add", W)
@ROWS.emits("i64.add", X)
def add(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-iadd`.  Adds to a product or a shifted operand at once (Arm: "MADD")."""
    right, left = c.state.pop(), c.state.pop()
    if type(left) is Const:
        left, right = right, left
    if by_constant(c, sf, left, right, ADD):
        return
    for value, other in ((right, left), (left, right)):
        if into_product(c, sf, value, other, Asm.madd) or into_shifted(c, sf, value, other, Asm.add):
            return
    by_registers(c, sf, left, right, Asm.add)


@ROWS.emits("i32.sub", W)
@ROWS.emits("i64.sub", X)
def sub(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-isub`.  Subtracts a product or a shifted operand at once (Arm: "MSUB")."""
    right, left = c.state.pop(), c.state.pop()
    if by_constant(c, sf, left, right, SUB):
        return
    if into_product(c, sf, right, left, Asm.msub) or into_shifted(c, sf, right, left, Asm.sub):
        return
    by_registers(c, sf, left, right, Asm.sub)


@ROWS.emits("i32.mul", W)
@ROWS.emits("i64.mul", X)
def mul(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-imul`."""
    right, left = c.state.pop(), c.state.pop()
    if type(left) is Const:
        left, right = right, left
    if by_constant(c, sf, left, right, factor):
        return
    a, b = c.state.general_or_zero(left), c.state.general_or_zero(right)
    result = c.state.result(a, b)
    c.asm.mul(sf, result, a, b)
    c.state.push_written(_TYPES[sf], x_place(result))
    c.product = c.asm.position, sf, a, b


@ROWS.emits("i32.shl", W)
@ROWS.emits("i64.shl", X)
def shl(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-ishl`."""
    right, left = c.state.pop(), c.state.pop()
    amount = right.bits % (32 << sf) if type(right) is Const else 0
    if amount == 0:
        if not by_constant(c, sf, left, right, SHL):
            by_registers(c, sf, left, right, Asm.lslv)
        return
    operand = c.state.general(left)
    result = c.state.result(operand)
    c.asm.lsl_imm(sf, result, operand, amount)
    c.state.push_written(_TYPES[sf], x_place(result))
    c.shifted = c.asm.position, sf, operand, amount


@ROWS.emits("i32.eqz", W)
@ROWS.emits("i64.eqz", X)
def eqz(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-ieqz`.  Of a pending condition it is the opposite one."""
    state = c.state
    if type(state.stack[-1]) is Flags:
        value = state.pop()
        assert isinstance(value, Flags)
        state.push(flags(invert(value.cond)))
        return
    state.keep_flags()
    operand = state.general(state.pop())
    c.asm.cmp_imm(sf, operand, 0)
    c.note_zero_test(sf, operand)
    state.push(flags(EQ))


@ROWS.emits("i32.ctz", W)
@ROWS.emits("i64.ctz", X)
def ctz(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-ictz`.  A64 counts from the top only, so the bits are reversed first (Arm: "RBIT", "CLZ")."""
    operand = c.state.general(c.state.pop())
    result = c.state.result(operand)
    c.asm.rbit(sf, result, operand)
    c.asm.clz(sf, result, result)
    c.state.push_general(_TYPES[sf], result)


@ROWS.emits("i32.popcnt", (W, S))
@ROWS.emits("i64.popcnt", (X, D))
def popcnt(c: FunctionCompiler, sizes: tuple[Size, FSize]) -> None:
    """Spec: `op-ipopcnt`.  Counted by byte in a vector and summed (Arm: "CNT", "ADDV").

    FMOV of a W register clears what is above it, so the other four bytes of an i32 count nothing.
    """
    sf, fs = sizes
    operand = c.state.general(c.state.pop())
    result = c.state.result(operand)
    c.asm.fmov_from_general(fs, FLOAT_SCRATCH, operand)
    c.asm.cnt(B8, FLOAT_SCRATCH, FLOAT_SCRATCH)
    c.asm.addv(B8, FLOAT_SCRATCH, FLOAT_SCRATCH)
    c.asm.fmov_to_general(fs, result, FLOAT_SCRATCH)
    c.state.push_written(_TYPES[sf], x_place(result))


@ROWS.emits("i64.extend32_s", I64)
@ROWS.emits("i64.extend_i32_s", I64)
def extend32_s(c: FunctionCompiler, _type: object) -> None:
    """Spec: `op-iextendn_s`, `op-extend_s`."""
    operand = c.state.general(c.state.pop())
    result = c.state.result(operand)
    c.asm.sxtw(result, operand)
    c.state.push_written(I64, x_place(result))


@ROWS.emits("i32.rotl", W)
@ROWS.emits("i64.rotl", X)
def rotl(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-irotl`.  A64 rotates right only: by the negated amount, modulo the width (Arm: "RORV")."""
    right, left = c.state.pop(), c.state.pop()
    if by_constant(c, sf, left, right, ROTL):
        return
    a, b = c.state.general(left), c.state.general(right)
    negated = c.state.registers.borrow_general()
    c.asm.neg(sf, negated, b)
    c.asm.rorv(sf, negated, a, negated)
    c.state.push_general(_TYPES[sf], negated)


def _check_divisor(c: FunctionCompiler, sf: Size, divisor: Reg, value: Value) -> None:
    """Traps when the divisor is zero, unless it is a constant that is not."""
    if type(value) is not Const or value.bits == 0:
        c.branch_if_zero(sf, divisor, c.trap(TrapKind.DIV_ZERO))


@ROWS.emits("i32.div_s", W)
@ROWS.emits("i64.div_s", X)
def div_s(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-idiv_s`.  SDIV gives 0 for x / 0 and wraps the least integer by -1; wasm traps on both.

    `dividend - 1` overflows for the least integer alone; only then the divisor is compared with -1.
    """
    c.state.keep_flags()
    right, left = c.state.pop(), c.state.pop()
    a, b = c.state.general(left), c.state.general(right)
    _check_divisor(c, sf, b, right)
    if type(right) is not Const or right.bits == (1 << (32 << sf)) - 1:
        c.asm.cmp_imm(sf, a, 1)
        c.asm.ccmn_imm(sf, b, 1, 0, VS)
        c.branch(EQ, c.trap(TrapKind.OVERFLOW))
    result = c.state.result(a, b)
    c.asm.sdiv(sf, result, a, b)
    c.state.push_written(_TYPES[sf], x_place(result))


@ROWS.emits("i32.div_u", W)
@ROWS.emits("i64.div_u", X)
def div_u(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-idiv_u`.  UDIV gives 0 for x / 0; wasm traps."""
    right, left = c.state.pop(), c.state.pop()
    if by_constant(c, sf, left, right, divisor):
        return
    a, b = c.state.general(left), c.state.general(right)
    _check_divisor(c, sf, b, right)
    result = c.state.result(a, b)
    c.asm.udiv(sf, result, a, b)
    c.state.push_written(_TYPES[sf], x_place(result))


@ROWS.emits("i32.rem_s", (W, Asm.sdiv))
@ROWS.emits("i64.rem_s", (X, Asm.sdiv))
@ROWS.emits("i32.rem_u", (W, Asm.udiv))
@ROWS.emits("i64.rem_u", (X, Asm.udiv))
def rem(c: FunctionCompiler, shape: tuple[Size, ThreeRegisters]) -> None:
    """Spec: `op-irem_s`, `op-irem_u`.  The dividend less quotient times divisor (Arm: "MSUB").

    The least integer by -1 has remainder 0 in wasm, and so it has here: SDIV wraps, and so does the product.
    """
    sf, divide = shape
    right, left = c.state.pop(), c.state.pop()
    if divide is Asm.udiv and by_constant(c, sf, left, right, modulus):
        return
    a, b = c.state.general(left), c.state.general(right)
    _check_divisor(c, sf, b, right)
    quotient = c.state.registers.borrow_general()
    divide(c.asm, sf, quotient, a, b)
    c.asm.msub(sf, quotient, quotient, b, a)
    c.state.push_general(_TYPES[sf], quotient)
