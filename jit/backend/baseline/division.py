"""Baseline: integer division and remainder (spec: `exec-binop`).

A64 never traps on division, as wasm does on a divisor of zero and on a quotient that does not fit; so the emitted code
looks at the operands first, unless a constant divisor tells.
"""

from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import EQ, VS, Reg, Size, W, X
from ...wasm.types import TrapKind
from .compiler import FunctionCompiler
from .integer import TYPES, ThreeRegisters, by_constant
from .rows import Rows
from .values import Const, Value, x_place
from .wants import divisor, modulus

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler


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
    c.state.push_written(TYPES[sf], x_place(result))


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
    c.state.push_written(TYPES[sf], x_place(result))


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
    c.state.push_general(TYPES[sf], quotient)
