"""Handlers that are a call of a runtime builtin: growing, bulk and table operations.

A builtin may change every register that is not callee-saved, so MEMORY, CONTEXT, TOP and the link wait in a frame:

    sp + 32   TOP, below the operands
    sp + 16   MEMORY, CONTEXT
    sp        x29, x30
"""

from collections.abc import Sequence

from ...a64.operands import SP, X0, X1, X2, X3, X4, X5, X6, X7, X16, X17, Size, X
from ...abi import SLOT, Builtin, VMLayout
from .abi import CONTEXT, IMM, IMM2, TOP
from .handler import Handler, Handlers

_ARGUMENTS = (X0, X1, X2, X3, X4, X5, X6, X7)
_FRAME = 48


def call_builtin(
    handlers: Handlers, name: str, which: Builtin, *, indices: int, operands: Sequence[Size], result: bool = False
) -> None:
    """Registers a handler that calls a builtin with CONTEXT, the first `indices` immediates and the operands.

    Operands are popped, the first of them lowest, and passed zero-extended from the width given; a result is pushed.
    """

    def body(h: Handler) -> None:
        asm = h.asm
        h.enter_frame(_FRAME)
        asm.sub_const(X, TOP, TOP, SLOT * len(operands))
        asm.str_imm(X, TOP, SP, 32)
        asm.mov(X, X16, TOP)
        asm.ldr_imm(X, X17, CONTEXT, VMLayout.builtin(which))
        asm.mov(X, X0, CONTEXT)
        for argument, immediate in zip(_ARGUMENTS[1:], (IMM, IMM2)[:indices], strict=False):
            asm.mov(X, argument, immediate)
        for i, sf in enumerate(operands):
            asm.ldr_imm(sf, _ARGUMENTS[1 + indices + i], X16, SLOT * i)
        asm.blr(X17)
        asm.ldr_imm(X, TOP, SP, 32)
        if result:
            h.push(X0)
        h.leave_frame(_FRAME)
        h.ret()

    handlers.row(name, body)
