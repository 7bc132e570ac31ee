"""The machine code around generated code on the emulator: in, out, and back to Python in between.

The activation (see `crossing`) is a page that both sides see, because a word there costs 50 ns where an emulator's
register costs 2 µs.  `wfi` ends a run; what the activation's first word then says is why.  The stubs find the
activation by its distance from themselves, so nothing that generated code does to a register can mislead them; x28 is
left alone.
"""

from dataclasses import dataclass
from typing import Final

from ..a64.asm import Assembler
from ..a64.labels import Label
from ..a64.operands import SP, X0, X9, X16, X17, XZR, Reg, SystemReg, X
from .base import Addr
from .crossing import (
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
from .watch import load_dead, load_image, store_found

_SCTLR_EL1: Final = SystemReg(0x181000)
_SPSR_EL1: Final = SystemReg(0x184000)
_ELR_EL1: Final = SystemReg(0x184020)
_NTWI: Final = 1 << 16
"""SCTLR_EL1.nTWI: `wfi` is allowed at EL0."""


@dataclass(frozen=True, slots=True)
class Stubs:
    """Where each begins.

    descend  run once, at the start: leaves the machine at EL0, where a user's process runs
    enter    starts a run
    call     where thunks jump
    resume   returns from a thunk, with result and sp taken from the activation
    """

    code: bytes
    descend: int
    enter: int
    call: int
    resume: int


def assemble_stubs(address: Addr, activation: Addr, *, watched: bool = False) -> Stubs:
    """The stubs for loading at `address`, which like the activation's is a multiple of 4096.

    Those of a watched machine fill and compare what `watch` says.
    """
    asm = Assembler()
    assert not (address | activation) % 4096
    page = activation - address
    _descend(asm)
    enter = asm.position
    _enter(asm, page, watched=watched)
    call = asm.position
    _call(asm, page)
    resume = asm.position
    _resume(asm, page, watched=watched)
    assert asm.position <= 4096, "ADRP counts from the page it is in"
    return Stubs(asm.finish(), 0, enter, call, resume)


def _descend(asm: Assembler) -> None:
    """Drops to EL0 for good: code gone wild cannot change how the machine works."""
    below = Label()
    asm.mrs(X0, _SCTLR_EL1)
    asm.orr_imm(X, X0, X0, _NTWI)
    asm.msr(_SCTLR_EL1, X0)
    asm.msr(_SPSR_EL1, XZR)
    asm.adr(X0, below)
    asm.msr(_ELR_EL1, X0)
    asm.put(0xD69F03E0)  # eret
    asm.bind(below)
    asm.wfi()
    asm.udf(0)


def _enter(asm: Assembler, page: int, *, watched: bool) -> None:
    """Calls TARGET with everything else in a state that does not depend on what ran before."""
    asm.adrp(X16, page)
    asm.ldr_imm(X, X9, X16, STACK)
    asm.mov_sp(SP, X9)
    set_float_mode(asm)
    if watched:
        load_image(asm)
    else:
        clear(asm, (*range(8, 16), *range(18, 30)), range(32))
    load_arguments(asm)
    asm.ldr_imm(X, X17, X16, TARGET)
    asm.blr(X17)
    asm.adrp(X16, page)
    asm.str_imm(X, X0, X16, RESULT)
    if watched:
        store_found(asm)
    _leave(asm, X9, FINISHED)


def _call(asm: Assembler, page: int) -> None:
    """Saves what a callee must preserve, whatever becomes of it before the return, and asks Python."""
    push_preserved(asm)
    asm.adrp(X16, page)
    store_call(asm)
    _leave(asm, X9, CALLING)


def _resume(asm: Assembler, page: int, *, watched: bool) -> None:
    """Undoes `_call`."""
    asm.adrp(X16, page)
    if watched:
        load_dead(asm)
    load_result(asm)
    pop_preserved(asm)
    asm.ret()


def _leave(asm: Assembler, scratch: Reg, reason: int) -> None:
    """Ends the run.  The reason is stored last, so that a stop from outside before the `wfi` changes nothing.

    The `udf` keeps what follows from being taken for a place where `wfi` has just stopped.
    """
    asm.movz(X, scratch, reason)
    asm.str_imm(X, scratch, X16, REASON)
    asm.wfi()
    asm.udf(0)
