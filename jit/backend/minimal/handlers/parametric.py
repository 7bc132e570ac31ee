"""Minimal: constants, `drop` and `select` (spec: `exec-const`, `syntax-instr-parametric`)."""

from ....a64.operands import NE, Size, W, X
from ....abi import SLOT
from ..abi import IMM, TOP, A, B, C
from ..handler import Handler, Handlers

HANDLERS = Handlers()


@HANDLERS.handles("i32.const", X)
@HANDLERS.handles("i64.const", X)
@HANDLERS.handles("f32.const", X)
@HANDLERS.handles("f64.const", X)
def const(h: Handler, sf: Size) -> None:
    """Spec: `exec-const`.  IMM holds the bits."""
    h.asm.str_post(sf, IMM, TOP, SLOT)
    h.ret()


@HANDLERS.handles("drop", X)
def drop(h: Handler, sf: Size) -> None:
    """Spec: `exec-drop`."""
    h.asm.sub_imm(sf, TOP, TOP, SLOT)
    h.ret()


@HANDLERS.handles("select", W)
@HANDLERS.handles("select t", W)
def select(h: Handler, condition: Size) -> None:
    """Spec: `exec-select`.  Without a branch: which side is taken is data (Arm: "CSEL")."""
    h.pop_pair(B, C)
    h.peek(A)
    h.asm.cmp_imm(condition, C, 0)
    h.asm.csel(X, A, A, B, NE)
    h.replace(A)
    h.ret()
