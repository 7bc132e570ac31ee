"""How Python and machine code meet: the record they share, and what every host's stubs save, restore and clear.

The *activation* is a record that both see.  Python fills in an entry's stack, target and arguments and leaves for
machine code; when machine code leaves, the activation says why.  Generated code knows nothing of it.
"""

from collections.abc import Iterable, Sequence
from struct import Struct
from struct import error as StructError
from typing import Final

from ..a64.asm import Assembler
from ..a64.labels import Label
from ..a64.operands import FPCR, FPSR, LR, NZCV, SP, X0, X2, X4, X6, X9, X16, X17, XZR, D, VReg, X, XReg
from .base import Addr

_MASK: Final = (1 << 64) - 1

REASON: Final = 0
STACK: Final = 8
TARGET: Final = 16
ARGUMENTS: Final = 24
RESULT: Final = 88
THUNK: Final = 96
LINK: Final = 104
"""Byte offsets in the activation: why the run ended (0: it was stopped), sp, entry, x0-x7, x0 coming back, which thunk
is called and from where (its x30)."""
ACTIVATION_SIZE: Final = 112

FINISHED: Final = 1
CALLING: Final = 2

DEFAULT_NAN: Final = 1 << 9
"""FPCR.DN in units of 2**16: the only bit set in FPCR while generated code runs."""

FRAME: Final = 256
"""Bytes that a thunk pushes: x29, x30, x19-x28, d8-d15, and some unused, so that the machine's stack ends nesting below
8000 host calls: Python's C stack must bear them too, at about 370 bytes for each call made through C."""


class Activation:
    """Python's side of an activation."""

    __slots__ = ("_record",)

    _enter = Struct("<11Q")
    _padding = tuple((0,) * (8 - count) for count in range(9))
    _word = Struct("<Q")
    _arguments = Struct("<8Q")

    def __init__(self, record: memoryview) -> None:
        self._record = record

    def enter(self, stack: Addr, entry: Addr, args: Sequence[int]) -> None:
        """Prepares a run; arguments not given are 0.  Raises `ValueError` for those that do not fit the registers."""
        if len(args) > 8:
            raise ValueError(f"{len(args)} arguments, but only eight registers")
        try:
            self._enter.pack_into(self._record, REASON, 0, stack, entry, *args, *self._padding[len(args)])
        except StructError as error:
            raise ValueError("an argument is not an unsigned 64-bit integer") from error

    def resume(self, stack: Addr, result: int) -> None:
        """Prepares the return from a thunk."""
        word = self._word
        word.pack_into(self._record, RESULT, result & _MASK)
        word.pack_into(self._record, STACK, stack)
        word.pack_into(self._record, REASON, 0)

    def get(self, offset: int) -> int:
        """One word."""
        word: int = self._word.unpack_from(self._record, offset)[0]
        return word

    def set(self, offset: int, value: int) -> None:
        """Sets one word."""
        self._word.pack_into(self._record, offset, value)

    def arguments(self) -> tuple[int, ...]:
        """x0-x7 of the thunk that is being called."""
        return self._arguments.unpack_from(self._record, ARGUMENTS)


def assemble_thunk(address: Addr, number: int, call: Addr) -> bytes:
    """A thunk for loading at `address`: names itself in x17 and goes to `call`."""
    asm = Assembler()
    asm.movz(X, X17, number & 0xFFFF)
    asm.movk(X, X17, number >> 16, 16)
    asm.b(Label(call - address))
    return asm.finish()


def set_float_mode(asm: Assembler) -> None:
    """FPCR as generated code needs it, no exception flags, no condition flags; uses x9."""
    asm.movz(X, X9, DEFAULT_NAN, 16)
    asm.msr(FPCR, X9)
    asm.msr(FPSR, XZR)
    asm.msr(NZCV, XZR)


def clear(asm: Assembler, general: Iterable[int], vector: Iterable[int]) -> None:
    """Zeroes registers, so that what a program finds in them does not depend on what ran before.

    A program that wrongly reads a register nobody wrote then does the same in a campaign and in its replay.
    """
    for number in vector:
        asm.movi_2d(VReg(number), 0)
    for number in general:
        asm.movz(X, XReg(number), 0)


def load_arguments(asm: Assembler) -> None:
    """x0-x7 from the activation in x16."""
    for first in (X0, X2, X4, X6):
        asm.ldp_imm(X, first, XReg(first + 1), X16, ARGUMENTS + 8 * first)


def push_preserved(asm: Assembler) -> None:
    """Pushes a frame with all that a callee must preserve (AAPCS64)."""
    asm.stp_pre(X, XReg(29), LR, SP, -FRAME)
    for number in range(19, 29, 2):
        asm.stp_imm(X, XReg(number), XReg(number + 1), SP, 16 + 8 * (number - 19))
    for number in range(8, 16, 2):
        asm.stp_v_imm(D, VReg(number), VReg(number + 1), SP, 96 + 8 * (number - 8))


def pop_preserved(asm: Assembler) -> None:
    """Undoes `push_preserved`."""
    for number in range(19, 29, 2):
        asm.ldp_imm(X, XReg(number), XReg(number + 1), SP, 16 + 8 * (number - 19))
    for number in range(8, 16, 2):
        asm.ldp_v_imm(D, VReg(number), VReg(number + 1), SP, 96 + 8 * (number - 8))
    asm.ldp_post(X, XReg(29), LR, SP, FRAME)


def store_call(asm: Assembler) -> None:
    """What a thunk called with, into the activation in x16: x0-x7, sp, its number from x17, and x30; uses x9."""
    for first in (X0, X2, X4, X6):
        asm.stp_imm(X, first, XReg(first + 1), X16, ARGUMENTS + 8 * first)
    asm.mov_sp(X9, SP)
    asm.str_imm(X, X9, X16, STACK)
    asm.stp_imm(X, X17, LR, X16, THUNK)


def load_result(asm: Assembler) -> None:
    """x0 and sp for the return of a thunk, from the activation in x16; uses x9."""
    asm.ldr_imm(X, X0, X16, RESULT)
    asm.ldr_imm(X, X9, X16, STACK)
    asm.mov_sp(SP, X9)
