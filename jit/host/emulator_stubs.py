"""The machine code around generated code on the emulator: in, out, and back to Python in between.

Python and machine code meet in the *activation*, a page that both see, because a word there costs 50 ns where an
emulator's register costs 2 µs.  `wfi` ends a run; what the activation's first word then says is why.  The stubs find
the activation by its distance from themselves, so nothing that generated code does to a register can mislead them; x28
is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct
from struct import error as StructError
from typing import Final

from ..a64.asm import Assembler
from ..a64.labels import Label
from ..a64.operands import (
    FPCR,
    FPSR,
    LR,
    NZCV,
    SP,
    X0,
    X2,
    X4,
    X6,
    X9,
    X16,
    X17,
    XZR,
    D,
    Reg,
    SystemReg,
    VReg,
    X,
    XReg,
)
from .base import Addr

_MASK = (1 << 64) - 1

REASON: Final = 0
STACK: Final = 8
TARGET: Final = 16
ARGUMENTS: Final = 24
RESULT: Final = 88
THUNK: Final = 96
LINK: Final = 104
"""Byte offsets in the activation: why the run ended (0: it was stopped), sp, entry, x0-x7, x0 coming back, which thunk
is called and from where (its x30)."""

FINISHED: Final = 1
CALLING: Final = 2

DEFAULT_NAN: Final = 1 << 9
"""FPCR.DN in units of 2**16: the only bit set in FPCR while generated code runs."""

_SCTLR_EL1: Final = SystemReg(0x181000)
_SPSR_EL1: Final = SystemReg(0x184000)
_ELR_EL1: Final = SystemReg(0x184020)
_NTWI: Final = 1 << 16
"""SCTLR_EL1.nTWI: `wfi` is allowed at EL0."""

FRAME: Final = 256
"""Bytes that a thunk pushes: x29, x30, x19-x28, d8-d15, and some unused, so that the machine's stack of 1 MiB ends
nesting below 4000 host calls: Python's C stack must bear them too, at about 370 bytes for each call made through C."""


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


def assemble_stubs(address: Addr, activation: Addr) -> Stubs:
    """The stubs for loading at `address`, which like the activation's is a multiple of 4096."""
    asm = Assembler()
    assert not (address | activation) % 4096
    page = activation - address
    _descend(asm)
    enter = asm.position
    _enter(asm, page)
    call = asm.position
    _call(asm, page)
    resume = asm.position
    _resume(asm, page)
    assert asm.position <= 4096, "ADRP counts from the page it is in"
    return Stubs(asm.finish(), 0, enter, call, resume)


def assemble_thunk(address: Addr, number: int, call: Addr) -> bytes:
    """A thunk for loading at `address`: names itself in x17 and goes to `call`."""
    asm = Assembler()
    asm.movz(X, X17, number & 0xFFFF)
    asm.movk(X, X17, number >> 16, 16)
    asm.b(Label(call - address))
    return asm.finish()


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


def _enter(asm: Assembler, page: int) -> None:
    """Calls TARGET with everything else in a state that does not depend on what ran before.

    A program that wrongly reads a register nobody wrote then does the same in a campaign and in its replay.
    """
    asm.adrp(X16, page)
    asm.ldr_imm(X, X9, X16, STACK)
    asm.mov_sp(SP, X9)
    asm.movz(X, X9, DEFAULT_NAN, 16)
    asm.msr(FPCR, X9)
    asm.msr(FPSR, XZR)
    asm.msr(NZCV, XZR)
    for number in range(32):
        asm.movi_2d(VReg(number), 0)
    for number in (*range(8, 16), *range(18, 30)):
        asm.movz(X, XReg(number), 0)
    for first in (X0, X2, X4, X6):
        asm.ldp_imm(X, first, XReg(first + 1), X16, ARGUMENTS + 8 * first)
    asm.ldr_imm(X, X17, X16, TARGET)
    asm.blr(X17)
    asm.adrp(X16, page)
    asm.str_imm(X, X0, X16, RESULT)
    _leave(asm, X9, FINISHED)


def _call(asm: Assembler, page: int) -> None:
    """Saves what a callee must preserve, whatever becomes of it before the return, and asks Python."""
    asm.stp_pre(X, XReg(29), LR, SP, -FRAME)
    for number in range(19, 29, 2):
        asm.stp_imm(X, XReg(number), XReg(number + 1), SP, 16 + 8 * (number - 19))
    for number in range(8, 16, 2):
        asm.stp_v_imm(D, VReg(number), VReg(number + 1), SP, 96 + 8 * (number - 8))
    asm.adrp(X16, page)
    for first in (X0, X2, X4, X6):
        asm.stp_imm(X, first, XReg(first + 1), X16, ARGUMENTS + 8 * first)
    asm.mov_sp(X9, SP)
    asm.str_imm(X, X9, X16, STACK)
    asm.stp_imm(X, X17, LR, X16, THUNK)
    _leave(asm, X9, CALLING)


def _resume(asm: Assembler, page: int) -> None:
    """Undoes `_call`."""
    asm.adrp(X16, page)
    asm.ldr_imm(X, X0, X16, RESULT)
    asm.ldr_imm(X, X9, X16, STACK)
    asm.mov_sp(SP, X9)
    for number in range(19, 29, 2):
        asm.ldp_imm(X, XReg(number), XReg(number + 1), SP, 16 + 8 * (number - 19))
    for number in range(8, 16, 2):
        asm.ldp_v_imm(D, VReg(number), VReg(number + 1), SP, 96 + 8 * (number - 8))
    asm.ldp_post(X, XReg(29), LR, SP, FRAME)
    asm.ret()


def _leave(asm: Assembler, scratch: Reg, reason: int) -> None:
    """Ends the run.  The reason is stored last, so that a stop from outside before the `wfi` changes nothing.

    The `udf` keeps what follows from being taken for a place where `wfi` has just stopped.
    """
    asm.movz(X, scratch, reason)
    asm.str_imm(X, scratch, X16, REASON)
    asm.wfi()
    asm.udf(0)


class Activation:
    """Python's side of the activation page."""

    __slots__ = ("_page",)

    _enter = Struct("<11Q")
    _padding = tuple((0,) * (8 - count) for count in range(9))
    _word = Struct("<Q")
    _arguments = Struct("<8Q")

    def __init__(self, page: memoryview) -> None:
        self._page = page

    def enter(self, stack: Addr, entry: Addr, args: Sequence[int]) -> None:
        """Prepares a run; arguments not given are 0.  Raises `ValueError` for those that do not fit the registers."""
        if len(args) > 8:
            raise ValueError(f"{len(args)} arguments, but only eight registers")
        try:
            self._enter.pack_into(self._page, REASON, 0, stack, entry, *args, *self._padding[len(args)])
        except StructError as error:
            raise ValueError("an argument is not an unsigned 64-bit integer") from error

    def resume(self, stack: Addr, result: int) -> None:
        """Prepares the return from a thunk."""
        word = self._word
        word.pack_into(self._page, RESULT, result & _MASK)
        word.pack_into(self._page, STACK, stack)
        word.pack_into(self._page, REASON, 0)

    def get(self, offset: int) -> int:
        """One word."""
        word: int = self._word.unpack_from(self._page, offset)[0]
        return word

    def arguments(self) -> tuple[int, ...]:
        """x0-x7 of the thunk that is being called."""
        return self._arguments.unpack_from(self._page, ARGUMENTS)
