"""Minimal: `select` (spec: `exec-select`).  Without a branch: which side is taken is data."""

from ....a64.operands import B16, D2, NE, ByteArrangement, Size, W, X
from ....abi import SLOT
from ..abi import FA, FB, FC, TOP, A, B, C
from ..handler import Handler, Handlers

HANDLERS = Handlers()


@HANDLERS.handles("select", W)
def select(h: Handler, condition: Size) -> None:
    """Spec: `exec-select` (Arm: "CSEL")."""
    h.pop_pair(B, C)
    h.peek(A)
    h.asm.cmp_imm(condition, C, 0)
    h.asm.csel(X, A, A, B, NE)
    h.replace(A)
    h.ret()


@HANDLERS.handles("select v128", B16)
def select_v128(h: Handler, arrangement: ByteArrangement) -> None:
    """Spec: `exec-select`.  The condition becomes a mask of all lanes (Arm: "CSETM", "BSL")."""
    h.asm.ldr_pre(W, A, TOP, -SLOT)
    h.pop_vector_pair(FA, FB)
    h.asm.cmp_imm(W, A, 0)
    h.asm.csetm(X, A, NE)
    h.asm.dup_general(D2, FC, A)
    h.asm.bsl(arrangement, FC, FA, FB)
    h.push_vector(FC)
    h.ret()
