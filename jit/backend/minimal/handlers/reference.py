"""Minimal: references (spec: `syntax-instr-ref`).  A function is its FuncRef's address; null is 0."""

from ....a64.operands import EQ, XZR, Size, W, X
from ..abi import CONTEXT, IMM, A
from ..handler import Handler, Handlers
from .variable import IMPORTED

HANDLERS = Handlers()


@HANDLERS.handles("ref.null", X)
def ref_null(h: Handler, _sf: Size) -> None:
    """Spec: `exec-ref-null`."""
    h.push(XZR)
    h.ret()


@HANDLERS.handles("ref.is_null", X)
def ref_is_null(h: Handler, sf: Size) -> None:
    """Spec: `exec-ref-is-null`."""
    h.peek(A)
    h.asm.cmp_imm(sf, A, 0)
    h.asm.cset(W, A, EQ)
    h.replace(A)
    h.ret()


@HANDLERS.handles("ref.func", X)
def ref_func(h: Handler, sf: Size) -> None:
    """Spec: `exec-ref-func`.  IMM is where the VMContext has the record."""
    h.asm.add(sf, A, CONTEXT, IMM)
    h.push(A)
    h.ret()


@HANDLERS.handles("ref.func" + IMPORTED, X)
def ref_func_imported(h: Handler, sf: Size) -> None:
    """Spec: `exec-ref-func`.  IMM is where the VMContext has the record's address."""
    h.asm.ldr_reg(sf, A, CONTEXT, IMM)
    h.push(A)
    h.ret()
