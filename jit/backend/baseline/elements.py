"""Baseline: where the elements of tables are, and whether an index is one of them.

Unlike memories, tables are bounds-checked: an index past the length but within the reservation would read elements that
are not there.  A table that cannot grow has the length of its type, whoever made it, since an import must match (spec:
`match-limits`).
"""

from ...a64.operands import CS, LDR_X, LS, UXTW, W, X, XReg
from ...abi import TableRecord
from ...wasm.types import TrapKind
from .abi import CONTEXT
from .compiler import FunctionCompiler

assert TableRecord.LENGTH == TableRecord.BASE + 8, "base and length are loaded as a pair"


def find_elements(c: FunctionCompiler, table: int, index: XReg, base: XReg, spare: XReg, kind: TrapKind) -> None:
    """Loads the address of the table's elements into `base`, and traps unless the i32 index is within bounds.

    `spare` may change, and the flags do.
    """
    limits = c.module.table_types[table].limits
    if limits.minimum == limits.maximum:
        c.asm.load(LDR_X, base, CONTEXT, c.layout.table_base(table))
        c.asm.cmp_const(W, index, limits.minimum)
        c.branch(CS, c.trap(kind))
        return
    c.asm.load(LDR_X, base, CONTEXT, c.layout.table(table))
    c.asm.ldp_imm(X, base, spare, base, TableRecord.BASE)
    c.asm.cmp_ext(X, spare, index, UXTW)
    c.branch(LS, c.trap(kind))
