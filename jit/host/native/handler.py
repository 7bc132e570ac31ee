"""The signal handler, as machine code: turns faults of generated code into ends of its run, and passes all others on.

Python cannot handle a fault: its handlers run between its own instructions, and the faulting one would be executed for
ever.  So the handler is emitted.  It looks the place of the fault up in the table of all activations, by pc and sp and
by nothing that generated code could have spoilt; writes down what happened; and has the thread go on at the landing,
from where the run ends as if it had returned.

A fault is generated code's when pc lies in some host's code, or sp in its machine stack (a wild jump).  A signal that
was sent, not raised by an instruction, never is.  A stop counts only in code: everything else is about to end anyway,
or is C's.

Every other signal goes to the handler that was there before, with all its arguments; where there was none, the default
action is restored, and the fault happens again, or the signal is sent again, to its own end.
"""

from collections.abc import Iterable
from typing import Final

from ...a64.labels import Label
from ...a64.masm import MacroAssembler
from ...a64.operands import (
    CC,
    EQ,
    FP,
    HI,
    LR,
    SP,
    UXTW,
    X0,
    X1,
    X2,
    X3,
    X4,
    X5,
    X6,
    X7,
    X8,
    X9,
    X10,
    X11,
    X12,
    X13,
    X19,
    X20,
    W,
    X,
)
from ..base import Addr
from ..crossing import REASON
from .platforms import STOP, Platform
from .stubs import ADDRESS, CODE, FAULT_LINK, FAULTED, MACHINE_STACK, PC, SIGNAL, SLOT, STOPPED, STOPPING

_SI_CODE: Final = 8
_LARGEST_FAULT: Final = 0xFFFF
"""`si_code` of a signal that an instruction raised is from 1 to this, on both systems."""
OLDS: Final = 256
"""Bytes of a table of old handlers: one address for each signal below 32."""


def assemble_entry(olds: Addr, handler: Addr) -> bytes:
    """What is installed: goes to `handler` with x3 the table of the handlers that it was installed over."""
    asm = MacroAssembler()
    asm.mov_imm(X, X3, olds)
    asm.mov_imm(X, X4, handler)
    asm.br(X4)
    return asm.finish()


def assemble_handler(
    platform: Platform, table: Addr, landing: Addr, default: Addr, sigaction: Addr, raise_: Addr
) -> bytes:
    """The handler behind all entries.

    `table` is one slot whose first word counts the activations that follow it; `default` a `struct sigaction` of the
    default action; the last two are the C functions.
    """
    asm = MacroAssembler()
    _, found, stop, pass_on = labels = Label(), Label(), Label(), Label()
    _look_up(asm, platform, table, labels)
    _end_run(asm, platform, landing, found, stop, pass_on)
    asm.bind(pass_on)
    _pass_on(asm, platform, default, sigaction, raise_)
    return asm.finish()


def _look_up(asm: MacroAssembler, platform: Platform, table: Addr, labels: Iterable[Label]) -> None:
    """w0 the signal, x1 its `siginfo_t`, x2 its `ucontext_t`.

    Goes on at `found` or `stop` with x7 the activation, x5 the pc and x4 the registers, or at `pass_on`.  Leaves w10
    zero for a fault, and not zero for a signal that was sent.
    """
    again, found, stop, pass_on = labels
    in_code, further = Label(), Label()
    if platform.context is None:
        asm.mov(X, X4, X2)
    else:
        asm.ldr_imm(X, X4, X2, platform.context)
    asm.ldr_imm(X, X5, X4, platform.pc)
    asm.ldr_imm(X, X6, X4, platform.sp)
    asm.mov_imm(X, X7, table)
    asm.ldr_imm(X, X8, X7)
    asm.ldr_imm(W, X10, X1, _SI_CODE)
    asm.sub_imm(W, X10, X10, 1)
    asm.lsr_imm(W, X10, X10, _LARGEST_FAULT.bit_length())
    asm.cmp_imm(W, X0, STOP)
    asm.cset(W, X11, EQ)
    asm.bind(again)
    asm.cbz(X, X8, pass_on)
    asm.sub_imm(X, X8, X8, 1)
    asm.add_imm(X, X7, X7, SLOT)
    asm.ldp_imm(X, X12, X13, X7, CODE)
    asm.sub(X, X12, X5, X12)
    asm.cmp(X, X12, X13)
    asm.b_cond(CC, in_code)
    asm.cbnz(W, X11, further)
    asm.ldp_imm(X, X12, X13, X7, MACHINE_STACK)
    asm.sub(X, X12, X6, X12)
    asm.cmp(X, X12, X13)
    asm.b_cond(CC, found)
    asm.bind(further)
    asm.b(again)
    asm.bind(in_code)
    asm.cbnz(W, X11, stop)


def _end_run(asm: MacroAssembler, platform: Platform, landing: Addr, found: Label, stop: Label, pass_on: Label) -> None:
    """Writes a fault, or where a run was stopped, into the activation, and returns to the landing."""
    land = Label()
    asm.bind(found)
    asm.cbnz(W, X10, pass_on)
    asm.ldr_imm(X, X12, X1, platform.address)
    asm.ldr_imm(X, X13, X4, platform.registers + 8 * 30)
    asm.str_imm(W, X0, X7, SIGNAL)
    asm.str_imm(X, X12, X7, ADDRESS)
    asm.str_imm(X, X13, X7, FAULT_LINK)
    asm.movz(X, X12, FAULTED)
    asm.b(land)
    asm.bind(stop)
    asm.ldr_imm(X, X12, X7, STOPPING)
    asm.cbz(X, X12, pass_on)
    asm.movz(X, X12, STOPPED)
    asm.bind(land)
    asm.str_imm(X, X5, X7, PC)
    asm.str_imm(X, X12, X7, REASON)
    asm.str_imm(X, X7, X4, platform.registers + 8 * 16)
    asm.mov_imm(X, X12, landing)
    asm.str_imm(X, X12, X4, platform.pc)
    asm.ret()


def _pass_on(asm: MacroAssembler, platform: Platform, default: Addr, sigaction: Addr, raise_: Addr) -> None:
    """Calls the old handler; without one, does what the system would have done.

    w0-x2 are as the system gave them, x3 is the table of old handlers: an address, or 0 for the default action and 1
    for none.  w10 and w11 are as `_look_up` leaves them.  A stop is ignored by default; a fault cannot be ignored.
    What was sent is sent again, and where that cannot be told from a fault, everything is.
    """
    old, recur, done, return_ = Label(), Label(), Label(), Label()
    asm.ldr_reg(X, X9, X3, X0, UXTW, scale=3)
    asm.cmp_imm(X, X9, 1)
    asm.b_cond(HI, old)
    asm.cbnz(W, X11, return_)
    asm.cbz(X, X9, recur)
    asm.cbnz(W, X10, return_)
    asm.bind(recur)
    asm.stp_pre(X, FP, LR, SP, -32)
    asm.stp_imm(X, X19, X20, SP, 16)
    asm.mov(W, X19, X0)
    asm.mov(W, X20, X10)
    asm.mov_imm(X, X1, default)
    asm.movz(X, X2, 0)
    asm.mov_imm(X, X9, sigaction)
    asm.blr(X9)
    if platform.tells_sent:
        asm.cbz(W, X20, done)
    asm.mov(W, X0, X19)
    asm.mov_imm(X, X9, raise_)
    asm.blr(X9)
    asm.bind(done)
    asm.ldp_imm(X, X19, X20, SP, 16)
    asm.ldp_post(X, FP, LR, SP, 32)
    asm.bind(return_)
    asm.ret()
    asm.bind(old)
    asm.br(X9)
