"""Minimal: calls that leave the module's own code, and what is too long to unroll (spec: `exec-call`, `exec-invoke`).

Branches are not here: the composer writes them inline, where the machine's predictor tells them apart.
"""

from ....a64.labels import Label
from ....a64.operands import CS, NE, X0, X1, X16, XZR, Size, W, X
from ....abi import SLOT, Builtin, FuncRef, TableRecord, VMLayout
from ....wasm.types import TrapKind
from ..abi import CONTEXT, IMM, IMM2, MEMORY, TOP, A, B, C, D
from ..handler import Handler, Handlers

HANDLERS = Handlers()

IMPORTED = " imported"
"""Suffix of the handler for imported functions."""

assert FuncRef.VMCTX == FuncRef.MEMORY + 8, "memory and context are loaded as a pair"
assert FuncRef.CODE == 0


def _call_funcref(h: Handler) -> None:
    """Calls the function whose FuncRef is at A in its own MEMORY and CONTEXT, and returns to ours."""
    h.enter_frame()
    h.asm.ldr_imm(X, B, A, FuncRef.CODE)
    h.asm.ldp_imm(X, MEMORY, CONTEXT, A, FuncRef.MEMORY)
    h.asm.blr(B)
    h.leave_frame()
    h.ret()


@HANDLERS.handles("call" + IMPORTED, X)
def call_imported(h: Handler, sf: Size) -> None:
    """Spec: `exec-call`.  IMM is where the VMContext has the address of the function's FuncRef."""
    h.asm.ldr_reg(sf, A, CONTEXT, IMM)
    _call_funcref(h)


@HANDLERS.handles("call_indirect", W)
def call_indirect(h: Handler, index: Size) -> None:
    """Spec: `exec-call-indirect`.  IMM and IMM2 are where the VMContext has the address of the table's record and the
    id of the expected type.  Types are equal exactly when their ids are.
    """
    h.asm.ldr_pre(index, A, TOP, -SLOT)
    h.asm.ldr_reg(X, B, CONTEXT, IMM)
    h.asm.ldp_imm(X, B, C, B, TableRecord.BASE)
    h.asm.cmp(X, A, C)
    h.asm.b_cond(CS, h.trap(TrapKind.UNDEFINED_ELEMENT))
    h.asm.ldr_reg(X, A, B, A, scale=3)
    h.asm.cbz(X, A, h.trap(TrapKind.UNINITIALIZED_ELEMENT))
    h.asm.ldr_imm(W, C, A, FuncRef.TYPE)
    h.asm.ldr_reg(W, D, CONTEXT, IMM2)
    h.asm.cmp(W, C, D)
    h.asm.b_cond(NE, h.trap(TrapKind.INDIRECT_MISMATCH))
    _call_funcref(h)


@HANDLERS.handles("call_host", Builtin.CALL_HOST)
def call_host(h: Handler, which: Builtin) -> None:
    """The code of every host function (see `jit.abi`): MEMORY is the builtins' block, CONTEXT the function's id."""
    h.enter_frame()
    h.asm.ldr_imm(X, X16, MEMORY, VMLayout.builtin(which))
    h.asm.mov(X, X0, CONTEXT)
    h.asm.mov(X, X1, TOP)
    h.asm.blr(X16)
    h.asm.mov(X, TOP, X0)
    h.leave_frame()
    h.ret()


@HANDLERS.handles("move results", X)
def move_results(h: Handler, sf: Size) -> None:
    """Moves the topmost IMM bytes, at least three slots, down by IMM2 bytes and leaves TOP behind them.

    From the lowest slot up, so that overlapping places are no matter; pairwise, after an odd one (Arm: "LDP").
    """
    pairs = Label()
    h.asm.sub(sf, A, TOP, IMM)
    h.asm.sub(sf, B, A, IMM2)
    h.asm.tbz(IMM, 3, pairs)
    h.asm.ldr_post(X, C, A, SLOT)
    h.asm.str_post(X, C, B, SLOT)
    h.asm.bind(pairs)
    h.asm.ldp_post(X, C, D, A, 2 * SLOT)
    h.asm.stp_post(X, C, D, B, 2 * SLOT)
    h.asm.cmp(sf, A, TOP)
    h.asm.b_cond(NE, pairs)
    h.asm.mov(sf, TOP, B)
    h.ret()


@HANDLERS.handles("clear locals", X)
def clear_locals(h: Handler, sf: Size) -> None:
    """Pushes IMM bytes of zeros, at least three slots.  Upwards, so that the first to miss is in the guard."""
    pairs = Label()
    h.asm.add(sf, A, TOP, IMM)
    h.asm.tbz(IMM, 3, pairs)
    h.push(XZR)
    h.asm.bind(pairs)
    h.asm.stp_post(X, XZR, XZR, TOP, 2 * SLOT)
    h.asm.cmp(sf, TOP, A)
    h.asm.b_cond(NE, pairs)
    h.ret()
