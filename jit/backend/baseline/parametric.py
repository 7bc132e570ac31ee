"""Baseline: constants, `drop` and `select` (spec: `exec-const`, `syntax-instr-parametric`)."""

from typing import Final

from ...a64.operands import B16, D2, NE, Cond, D, W, X
from ...wasm.types import F32, F64, I32, I64, V128, ValType
from .compiler import FunctionCompiler
from .rows import Rows
from .values import V_TYPES, Const, Flags, Value, v_place, x_place

ROWS: Final[Rows] = Rows()


@ROWS.emits("i32.const", I32)
@ROWS.emits("i64.const", I64)
@ROWS.emits("f32.const", F32)
@ROWS.emits("f64.const", F64)
@ROWS.emits("v128.const", V128)
def const(c: FunctionCompiler, type: ValType, bits: int) -> None:
    """Spec: `exec-const`, `exec-vconst`."""
    c.state.push(Const(type, bits))


@ROWS.emits("drop", None)
def drop(c: FunctionCompiler, _shape: None, _type: ValType) -> None:
    """Spec: `exec-drop`."""
    c.state.pop()


@ROWS.emits("select", None)
@ROWS.emits("select t", None)
def select(c: FunctionCompiler, _shape: None, value_type: ValType) -> None:
    """Spec: `exec-select`.  Without a branch: which side is taken is data (Arm: "CSEL", "FCSEL")."""
    state = c.state
    condition = state.pop()
    if type(condition) is Const:
        right, left = state.pop(), state.pop()
        state.push_again(left if condition.bits else right)
        return
    if type(condition) is Flags:
        right, left = state.pop(), state.pop()
        _select(c, value_type, left, right, condition.cond)
        return
    state.keep_flags()
    tested = state.general(condition)
    right, left = state.pop(), state.pop()
    c.asm.cmp_imm(W, tested, 0)
    _select(c, value_type, left, right, NE)


def _select(c: FunctionCompiler, type: ValType, left: Value, right: Value, cond: Cond) -> None:
    """Selects by flags; putting operands into registers does not change them.

    No conditional instruction takes 128 bits, so a v128 is selected by a mask of as many ones or zeros.
    """
    if type is V128:
        u, v = c.state.float(left), c.state.float(right)
        mask = c.state.registers.borrow_float()
        with c.asm.scratch() as ones:
            c.asm.csetm(X, ones, cond)
            c.asm.dup_general(D2, mask, ones)
        c.asm.bsl(B16, mask, u, v)
        c.state.push_float(type, mask)
        return
    if type in V_TYPES:
        u, v = c.state.float(left), c.state.float(right)
        chosen = c.state.float_result(u, v)
        c.asm.fcsel(D, chosen, u, v, cond)
        c.state.push_written(type, v_place(chosen))
        return
    a, b = c.state.general_or_zero(left), c.state.general_or_zero(right)
    result = c.state.result(a, b)
    c.asm.csel(X, result, a, b, cond)
    c.state.push_written(type, x_place(result))
