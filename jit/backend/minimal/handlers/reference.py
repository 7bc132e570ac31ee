"""Minimal: `ref.is_null` (spec: `exec-ref-is-null`).  Null is 0."""

from ....a64.operands import EQ, Size, W, X
from ..abi import A
from ..handler import Handler, Handlers

HANDLERS = Handlers()


@HANDLERS.handles("ref.is_null", X)
def ref_is_null(h: Handler, sf: Size) -> None:
    """Spec: `exec-ref-is-null`."""
    h.peek(A)
    h.asm.cmp_imm(sf, A, 0)
    h.asm.cset(W, A, EQ)
    h.replace(A)
    h.ret()
