"""Baseline: integer arithmetic and comparison (spec: `exec-unop`, `exec-binop`, `exec-testop`, `exec-relop`).

Where machine and wasm agree a row says it: A64 takes shift amounts modulo the width as wasm does.  The upper half of a
register that holds an i32 is unspecified and never looked at.
"""

from collections.abc import Callable
from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import (
    ASR,
    B8,
    CC,
    CS,
    EQ,
    GE,
    GT,
    HI,
    LE,
    LS,
    LSL,
    LSR,
    LT,
    NE,
    Cond,
    D,
    FSize,
    Reg,
    S,
    Shift,
    Size,
    W,
    X,
    invert,
)  # fmt: skip
from ...wasm.types import I32, I64, ValType
from .abi import FLOAT_SCRATCH
from .compiler import FunctionCompiler
from .fusion import LogicalForm, into_field, into_insertion, into_logical, into_product, into_shifted, tested_bit
from .rows import Rows
from .values import Const, Flags, Value, flags, x_place
from .wants import Want, bitmask, exponent, imm12, low_bits, same

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler
ThreeRegisters = Callable[[MacroAssembler, Size, Reg, Reg, Reg], None]
TwoRegisters = Callable[[MacroAssembler, Size, Reg, Reg], None]

TYPES: Final[tuple[ValType, ...]] = (I32, I64)
"""By `Size`."""
ALL_ONES: Final[tuple[int, ...]] = ((1 << 32) - 1, (1 << 64) - 1)
_BY_AMOUNT: Final = {LSL: Asm.lsl_imm, LSR: Asm.lsr_imm, ASR: Asm.asr_imm}


def unary(name: str, sf: Size, emit: TwoRegisters) -> None:
    """One instruction from a register to another."""

    def emitter(c: FunctionCompiler) -> None:
        operand = c.state.general(c.state.pop())
        result = c.state.result(operand)
        emit(c.asm, sf, result, operand)
        c.state.push_written(TYPES[sf], x_place(result))

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
    c.state.push_written(TYPES[sf], x_place(result))
    return True


def by_registers(c: FunctionCompiler, sf: Size, left: Value, right: Value, emit: ThreeRegisters) -> None:
    """Compiles popped operands by way of registers; zero is XZR."""
    a, b = c.state.general_or_zero(left), c.state.general_or_zero(right)
    result = c.state.result(a, b)
    emit(c.asm, sf, result, a, b)
    c.state.push_written(TYPES[sf], x_place(result))


def logical(name: str, sf: Size, emit: LogicalForm, inverting: LogicalForm, want: Want) -> None:
    """A logical operation; `inverting` is the same with its last operand inverted."""

    def emitter(c: FunctionCompiler) -> None:
        right, left = c.state.pop(), c.state.pop()
        if type(left) is Const:
            left, right = right, left
        if not by_constant(c, sf, left, right, want):
            by_logic(c, sf, left, right, emit, inverting)

    ROWS.row(name, emitter)


def by_logic(
    c: FunctionCompiler, sf: Size, left: Value, right: Value, emit: LogicalForm, inverting: LogicalForm
) -> None:
    """Compiles popped operands of a logical operation: with what was done to one of them just now, if it can be."""
    if type(right) is Const and right.bits == ALL_ONES[sf] and emit is Asm.eor:
        operand = c.state.general(left)
        result = c.state.result(operand)
        c.asm.mvn(sf, result, operand)
        c.state.push_written(TYPES[sf], x_place(result))
        c.inverted = c.asm.position, sf, operand
        return
    for value, other in ((right, left), (left, right)):
        if into_logical(c, sf, value, other, emit, inverting):
            return
    a, b = c.state.general_or_zero(left), c.state.general_or_zero(right)
    result = c.state.result(a, b)
    emit(c.asm, sf, result, a, b, LSL, 0)
    c.state.push_written(TYPES[sf], x_place(result))


def shift(name: str, sf: Size, kind: Shift, emit: ThreeRegisters) -> None:
    """A shift; A64 takes amounts modulo the width as wasm does."""

    def emitter(c: FunctionCompiler) -> None:
        right, left = c.state.pop(), c.state.pop()
        if type(right) is Const:
            shift_by(c, sf, kind, left, right.bits % (32 << sf))
        else:
            by_registers(c, sf, left, right, emit)

    ROWS.row(name, emitter)


def shift_by(c: FunctionCompiler, sf: Size, kind: Shift, value: Value, amount: int) -> None:
    """Compiles a popped operand's shift by a constant, which what comes next may take over (see `fusion`)."""
    if amount == 0:
        c.state.push_again(value)
        return
    if kind == LSL and into_insertion(c, sf, value, amount):
        return
    operand = c.state.general(value)
    result = c.state.result(operand)
    _BY_AMOUNT[kind](c.asm, sf, result, operand, amount)
    c.state.push_written(TYPES[sf], x_place(result))
    c.shifted = c.asm.position, sf, operand, kind, amount


def rotate_by(c: FunctionCompiler, sf: Size, value: Value, amount: int) -> None:
    """Compiles a popped operand's rotation to the right by a constant; see `shift_by`."""
    if amount == 0:
        c.state.push_again(value)
        return
    operand = c.state.general(value)
    result = c.state.result(operand)
    c.asm.ror_imm(sf, result, operand, amount)
    c.state.push_written(TYPES[sf], x_place(result))
    c.rotated = c.asm.position, sf, operand, amount


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
            bit = tested_bit(c, sf, left)
            c.asm.cmp_const(sf, operand, right.bits)
            if right.bits == 0:
                c.note_zero_test(sf, operand, bit)
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

ADD: Final    = imm12(Asm.add_imm, Asm.sub_imm)
SUB: Final    = imm12(Asm.sub_imm, Asm.add_imm)
AND: Final    = bitmask(Asm.and_imm, neutral=~0)
OR: Final     = bitmask(Asm.orr_imm, neutral=0)
XOR: Final    = bitmask(Asm.eor_imm, neutral=0)

logical("i32.or",        W, Asm.orr,   Asm.orn,  OR)
logical("i64.or",        X, Asm.orr,   Asm.orn,  OR)
logical("i32.xor",       W, Asm.eor,   Asm.eon,  XOR)
logical("i64.xor",       X, Asm.eor,   Asm.eon,  XOR)

shift("i32.shl",         W, LSL, Asm.lslv)
shift("i64.shl",         X, LSL, Asm.lslv)
shift("i32.shr_s",       W, ASR, Asm.asrv)
shift("i64.shr_s",       X, ASR, Asm.asrv)
shift("i32.shr_u",       W, LSR, Asm.lsrv)
shift("i64.shr_u",       X, LSR, Asm.lsrv)

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


@ROWS.emits("i32.and", W)
@ROWS.emits("i64.and", X)
def and_(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-iand`.  A mask of low bits may be half of a bit field, and one bit half of a branch (see `fusion`)."""
    right, left = c.state.pop(), c.state.pop()
    if type(left) is Const:
        left, right = right, left
    bits = low_bits(right.bits) if type(right) is Const and right.bits != ALL_ONES[sf] else None
    if bits is not None and into_field(c, sf, left, bits):
        return
    write = AND(sf, right.bits) if type(right) is Const else None
    if type(right) is not Const or write is None:
        by_logic(c, sf, left, right, Asm.and_, Asm.bic)
    elif write is same:
        c.state.push_again(left)
    else:
        operand = c.state.general(left)
        result = c.state.result(operand)
        write(c.asm, sf, result, operand)
        c.state.push_written(TYPES[sf], x_place(result))
        if bits is not None:
            c.masked = c.asm.position, sf, operand, bits
        if right.bits.bit_count() == 1:
            number = right.bits.bit_length() - 1
            c.one_bit = c.asm.position, W if number < 32 else X, operand, number


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
    k = exponent(right.bits) if type(right) is Const else None
    if k is not None:
        shift_by(c, sf, LSL, left, k)
        return
    a, b = c.state.general_or_zero(left), c.state.general_or_zero(right)
    result = c.state.result(a, b)
    c.asm.mul(sf, result, a, b)
    c.state.push_written(TYPES[sf], x_place(result))
    c.product = c.asm.position, sf, a, b


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
    value = state.pop()
    operand, bit = state.general(value), tested_bit(c, sf, value)
    c.asm.cmp_imm(sf, operand, 0)
    c.note_zero_test(sf, operand, bit)
    state.push(flags(EQ))


@ROWS.emits("i32.ctz", W)
@ROWS.emits("i64.ctz", X)
def ctz(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-ictz`.  A64 counts from the top only, so the bits are reversed first (Arm: "RBIT", "CLZ")."""
    operand = c.state.general(c.state.pop())
    result = c.state.result(operand)
    c.asm.rbit(sf, result, operand)
    c.asm.clz(sf, result, result)
    c.state.push_general(TYPES[sf], result)


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
    c.state.push_written(TYPES[sf], x_place(result))


@ROWS.emits("i64.extend32_s", I64)
@ROWS.emits("i64.extend_i32_s", I64)
def extend32_s(c: FunctionCompiler, _type: object) -> None:
    """Spec: `op-iextendn_s`, `op-extend_s`."""
    operand = c.state.general(c.state.pop())
    result = c.state.result(operand)
    c.asm.sxtw(result, operand)
    c.state.push_written(I64, x_place(result))


@ROWS.emits("i32.rotr", W)
@ROWS.emits("i64.rotr", X)
def rotr(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-irotr`."""
    right, left = c.state.pop(), c.state.pop()
    if type(right) is Const:
        rotate_by(c, sf, left, right.bits % (32 << sf))
    else:
        by_registers(c, sf, left, right, Asm.rorv)


@ROWS.emits("i32.rotl", W)
@ROWS.emits("i64.rotl", X)
def rotl(c: FunctionCompiler, sf: Size) -> None:
    """Spec: `op-irotl`.  A64 rotates right only: by the negated amount, modulo the width (Arm: "RORV")."""
    right, left = c.state.pop(), c.state.pop()
    if type(right) is Const:
        rotate_by(c, sf, left, -right.bits % (32 << sf))
        return
    a, b = c.state.general(left), c.state.general(right)
    negated = c.state.registers.borrow_general()
    c.asm.neg(sf, negated, b)
    c.asm.rorv(sf, negated, a, negated)
    c.state.push_general(TYPES[sf], negated)
