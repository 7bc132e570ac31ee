"""Minimal: tables (spec: `syntax-instr-table`).

Unlike memories, tables are bounds-checked: an index past the length but within the reservation would read elements that
are not there.  IMM of the first three is where the VMContext has the address of the table's record.
"""

from ....a64.operands import CS, LS, UXTW, Size, W, X
from ....abi import Builtin, TableRecord
from ....wasm.types import TrapKind
from ..abi import CONTEXT, IMM, TOP, A, B, C, D
from ..callout import call_builtin
from ..handler import Handler, Handlers

HANDLERS = Handlers()

assert TableRecord.LENGTH == TableRecord.BASE + 8, "base and length are loaded as a pair"


@HANDLERS.handles("table.get", W)
def table_get(h: Handler, index: Size) -> None:
    """Spec: `exec-table-get`."""
    h.asm.ldur(index, A, TOP, -8)
    h.asm.ldr_reg(X, B, CONTEXT, IMM)
    h.asm.ldp_imm(X, B, C, B, TableRecord.BASE)
    h.asm.cmp(X, A, C)
    h.asm.b_cond(CS, h.trap(TrapKind.OOB_TABLE))
    h.asm.ldr_reg(X, A, B, A, scale=3)
    h.replace(A)
    h.ret()


@HANDLERS.handles("table.set", X)
def table_set(h: Handler, sf: Size) -> None:
    """Spec: `exec-table-set`.  The index comes with an unspecified upper half, so it is extended where it is used."""
    h.pop_pair(A, B)
    h.asm.ldr_reg(X, C, CONTEXT, IMM)
    h.asm.ldp_imm(X, C, D, C, TableRecord.BASE)
    h.asm.cmp_ext(X, D, A, UXTW)
    h.asm.b_cond(LS, h.trap(TrapKind.OOB_TABLE))
    h.asm.str_reg(sf, B, C, A, UXTW, 3)
    h.ret()


@HANDLERS.handles("table.size", X)
def table_size(h: Handler, sf: Size) -> None:
    """Spec: `exec-table-size`."""
    h.asm.ldr_reg(sf, A, CONTEXT, IMM)
    h.asm.ldr_imm(sf, A, A, TableRecord.LENGTH)
    h.push(A)
    h.ret()


# fmt: off
# IMM and IMM2 are indices, in the order of the builtin's arguments.
call_builtin(HANDLERS, "table.grow",  Builtin.TABLE_GROW,  indices=1, operands=(X, W), result=True)
call_builtin(HANDLERS, "table.fill",  Builtin.TABLE_FILL,  indices=1, operands=(W, X, W))
call_builtin(HANDLERS, "table.copy",  Builtin.TABLE_COPY,  indices=2, operands=(W, W, W))
call_builtin(HANDLERS, "table.init",  Builtin.TABLE_INIT,  indices=2, operands=(W, W, W))
call_builtin(HANDLERS, "elem.drop",   Builtin.ELEM_DROP,   indices=1, operands=())
# fmt: on
