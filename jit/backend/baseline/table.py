"""Baseline: tables and references (spec: `syntax-instr-table`, `syntax-instr-ref`).

A function is its FuncRef's address; null is 0.
"""

from typing import Final

from ...a64.operands import EQ, LDR_X, UXTW, W, X, XReg
from ...abi import Builtin, TableRecord
from ...wasm.types import FUNCREF, I32, TrapKind, ValType
from .abi import CONTEXT
from .calls import call_builtin
from .compiler import FunctionCompiler
from .elements import find_elements
from .rows import Rows
from .values import Const, flags, x_place

ROWS: Final[Rows] = Rows()


def _element(c: FunctionCompiler, table: int, index: XReg) -> XReg:
    """A register with the address of the table's elements, after the index was found within bounds."""
    base, spare = c.state.registers.borrow_general(), c.state.registers.borrow_general()
    find_elements(c, table, index, base, spare, TrapKind.OOB_TABLE)
    return base


@ROWS.emits("table.get", X)
def table_get(c: FunctionCompiler, _sf: object, table: int) -> None:
    """Spec: `exec-table-get`."""
    c.state.keep_flags()
    index = c.state.general(c.state.pop())
    base = _element(c, table, index)
    c.asm.ldr_reg(X, base, base, index, UXTW, 3)
    c.state.push_written(c.module.table_types[table].element, x_place(base))


@ROWS.emits("table.set", X)
def table_set(c: FunctionCompiler, _sf: object, table: int) -> None:
    """Spec: `exec-table-set`."""
    c.state.keep_flags()
    value = c.state.general_or_zero(c.state.pop())
    index = c.state.general(c.state.pop())
    base = _element(c, table, index)
    c.asm.str_reg(X, value, base, index, UXTW, 3)


@ROWS.emits("table.size", X)
def table_size(c: FunctionCompiler, _sf: object, table: int) -> None:
    """Spec: `exec-table-size`."""
    result = c.state.result()
    c.asm.load(LDR_X, result, CONTEXT, c.layout.table(table))
    c.asm.ldr_imm(X, result, result, TableRecord.LENGTH)
    c.state.push_written(I32, x_place(result))


@ROWS.emits("table.grow", I32)
def table_grow(c: FunctionCompiler, type: ValType, table: int) -> None:
    """Spec: `exec-table-grow`."""
    call_builtin(c, Builtin.TABLE_GROW, indices=(table,), operands=(X, W), result=type)


@ROWS.emits("table.fill", Builtin.TABLE_FILL)
def table_fill(c: FunctionCompiler, which: Builtin, table: int) -> None:
    """Spec: `exec-table-fill`."""
    call_builtin(c, which, indices=(table,), operands=(W, X, W))


@ROWS.emits("table.copy", Builtin.TABLE_COPY)
def table_copy(c: FunctionCompiler, which: Builtin, destination: int, source: int) -> None:
    """Spec: `exec-table-copy`."""
    call_builtin(c, which, indices=(destination, source), operands=(W, W, W))


@ROWS.emits("table.init", Builtin.TABLE_INIT)
def table_init(c: FunctionCompiler, which: Builtin, elem: int, table: int) -> None:
    """Spec: `exec-table-init`."""
    call_builtin(c, which, indices=(table, elem), operands=(W, W, W))


@ROWS.emits("elem.drop", Builtin.ELEM_DROP)
def elem_drop(c: FunctionCompiler, which: Builtin, elem: int) -> None:
    """Spec: `exec-elem-drop`."""
    call_builtin(c, which, indices=(elem,))


@ROWS.emits("ref.null", 0)
def ref_null(c: FunctionCompiler, bits: int, type: ValType) -> None:
    """Spec: `exec-ref-null`."""
    c.state.push(Const(type, bits))


@ROWS.emits("ref.is_null", X)
def ref_is_null(c: FunctionCompiler, _sf: object, _type: ValType) -> None:
    """Spec: `exec-ref-is-null`."""
    value = c.state.pop()
    if type(value) is Const:
        c.state.push(Const(I32, int(value.bits == 0)))
        return
    c.state.keep_flags()
    operand = c.state.general(value)
    c.asm.cmp_imm(X, operand, 0)
    c.note_zero_test(X, operand)
    c.state.push(flags(EQ))


@ROWS.emits("ref.func", X)
def ref_func(c: FunctionCompiler, _sf: object, index: int) -> None:
    """Spec: `exec-ref-func`."""
    result = c.state.result()
    if index < c.module.imported_funcs:
        c.asm.load(LDR_X, result, CONTEXT, c.layout.imported_func(index))
    else:
        c.asm.add_const(X, result, CONTEXT, c.layout.funcref(index))
    c.state.push_general(FUNCREF, result)
