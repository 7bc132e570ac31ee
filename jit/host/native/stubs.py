"""The machine code around generated code, natively: in, out, and back to Python in between.

A run begins in a C function, `enter` or `resume`, that Python calls with the activation's address, and ends with that
function's return: generated code has a stack of its own, and a host call *returns* to Python, which makes it and
resumes.  So no C frame lies below generated code, host calls nest as deep as that stack bears, and an exception in one
is an ordinary exception.

    enter, resume   keep what C wants preserved, load what generated code finds, go
    leave           x16 the activation, x17 the reason: undoes that and returns to Python.  Faults land behind its
                    first instruction, wherever the fault was, with the activation in x16
    call, returned  one pair for each host, inside its code arena: they know the activation when nothing else does

`call` counts as generated code: a stack overflow there is one.  The others are outside of any arena, so that a run
cannot be stopped halfway between the two worlds.

Registers: x18 is the platform's and never touched; x28 is zero.
"""

from dataclasses import dataclass
from typing import Final

from ...a64.labels import Label
from ...a64.masm import MacroAssembler
from ...a64.operands import FPCR, LR, SP, X0, X9, X16, X17, X
from ..base import Addr
from ..crossing import (
    ACTIVATION_SIZE,
    CALLING,
    FINISHED,
    REASON,
    RESULT,
    STACK,
    TARGET,
    clear,
    load_arguments,
    load_result,
    pop_preserved,
    push_preserved,
    set_float_mode,
    store_call,
)

C_STACK: Final = ACTIVATION_SIZE
C_FPCR: Final = ACTIVATION_SIZE + 8
RETURNED: Final = ACTIVATION_SIZE + 16
"""More of the activation: sp and FPCR of the C function that the run began in, and where the entry returns to."""
CODE: Final = ACTIVATION_SIZE + 24
MACHINE_STACK: Final = ACTIVATION_SIZE + 40
"""Base and size of the host's code, and of its machine stack with the guard below; sizes 0 when there is no host."""
SIGNAL: Final = ACTIVATION_SIZE + 56
PC: Final = ACTIVATION_SIZE + 64
ADDRESS: Final = ACTIVATION_SIZE + 72
FAULT_LINK: Final = ACTIVATION_SIZE + 80
"""A fault: the signal, pc, the signal's address, x30."""
STOPPING: Final = ACTIVATION_SIZE + 88
"""Whether the run is to be stopped."""
SLOT: Final = 256
"""Bytes that each activation takes in the table of all."""

FAULTED: Final = 3
STOPPED: Final = 4
"""Reasons, besides those of `crossing`."""


@dataclass(frozen=True, slots=True)
class Stubs:
    """What all hosts share; addresses are offsets in `code`."""

    code: bytes
    enter: int
    resume: int
    leave: int
    landing: int


@dataclass(frozen=True, slots=True)
class Gates:
    """What each host has of its own; addresses are offsets in `code`."""

    code: bytes
    call: int
    returned: int


def assemble_stubs() -> Stubs:
    asm = MacroAssembler()
    enter = asm.position
    _begin(asm)
    clear(asm, (*range(8, 16), 17, *range(19, 30)), range(32))
    load_arguments(asm)
    asm.ldr_imm(X, LR, X16, RETURNED)
    asm.ldr_imm(X, X9, X16, STACK)
    asm.mov_sp(SP, X9)
    asm.ldr_imm(X, X17, X16, TARGET)
    asm.movz(X, X9, 0)
    asm.br(X17)
    resume = asm.position
    _begin(asm)
    clear(asm, (*range(1, 16), 17), (*range(8), *range(16, 32)))
    load_result(asm)
    pop_preserved(asm)
    asm.movz(X, X9, 0)
    asm.ret()
    leave = asm.position
    asm.str_imm(X, X17, X16, REASON)
    landing = asm.position
    asm.ldr_imm(X, X9, X16, C_STACK)
    asm.mov_sp(SP, X9)
    asm.ldr_imm(X, X9, X16, C_FPCR)
    asm.msr(FPCR, X9)
    pop_preserved(asm)
    asm.ret()
    return Stubs(asm.finish(), enter, resume, leave, landing)


def assemble_gates(activation: Addr, leave: Addr) -> Gates:
    """The gates of the host with this activation; they lead to `leave`."""
    asm = MacroAssembler()
    out = Label()
    call = asm.position
    push_preserved(asm)
    asm.mov_imm(X, X16, activation)
    store_call(asm)
    asm.movz(X, X17, CALLING)
    asm.b(out)
    returned = asm.position
    asm.mov_imm(X, X16, activation)
    asm.str_imm(X, X0, X16, RESULT)
    asm.movz(X, X17, FINISHED)
    asm.bind(out)
    asm.mov_imm(X, X9, leave)
    asm.br(X9)
    return Gates(asm.finish(), call, returned)


def _begin(asm: MacroAssembler) -> None:
    """From C, called with the activation in x0: keeps what is C's; leaves the activation in x16."""
    push_preserved(asm)
    asm.mrs(X9, FPCR)
    asm.str_imm(X, X9, X0, C_FPCR)
    asm.mov_sp(X9, SP)
    asm.str_imm(X, X9, X0, C_STACK)
    asm.mov(X, X16, X0)
    set_float_mode(asm)
