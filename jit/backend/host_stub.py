"""The stub that every host function's FuncRef points to: `call_host` of `jit.abi`."""

from ..a64.masm import MacroAssembler
from ..a64.operands import FP, LR, SP, X0, X1, X2, X16, X
from ..abi import Builtin, VMLayout
from .code import Compiled


def call_host() -> Compiled:
    """Calls the builtin `CALL_HOST` for the host function whose id is in x1, with the builtins' block in x0."""
    asm = MacroAssembler()
    asm.stp_pre(X, FP, LR, SP, -32)
    asm.stp_imm(X, X0, X1, SP, 16)
    asm.ldr_imm(X, X16, X0, VMLayout.builtin(Builtin.CALL_HOST))
    asm.mov(X, X0, X1)
    asm.mov(X, X1, X2)
    asm.blr(X16)
    asm.mov(X, X2, X0)
    asm.ldp_imm(X, X0, X1, SP, 16)
    asm.ldp_post(X, FP, LR, SP, 32)
    asm.ret()
    return Compiled(asm.finish())
