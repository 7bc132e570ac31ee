"""What a host does besides for whom generated code is suspect: junk where nobody may read, and a look at what is left.

The image is what registers hold when generated code is entered, and when it goes on after a host call: junk where they
are dead, and marks where a callee must preserve them, which are compared afterwards.  The contract is that of
`jit.abi`; a violation of it is no trap and no fault, so nothing else would ever tell.
"""

import struct
from collections.abc import Sequence
from typing import Final, Protocol, runtime_checkable

from ..a64.asm import Assembler
from ..a64.operands import FPCR, FPSR, NZCV, SP, X9, X16, D, Q, VReg, X, XReg
from ..perturbation import Kind, Perturbation
from .crossing import DEFAULT_NAN
from .driver import DEAD

IMAGE: Final = 1024
"""Byte offset in the activation's page: x0-x30, a word unused, v0-v31, NZCV, FPSR."""
_IMAGE_V: Final = IMAGE + 256
_IMAGE_NZCV: Final = _IMAGE_V + 512
_IMAGE_FPSR: Final = _IMAGE_NZCV + 8
FOUND: Final = 2048
"""Byte offset of what is found afterwards: x0-x30, a word unused, d8-d15, sp, the word at sp, FPCR."""
_FOUND_D: Final = FOUND + 256
_FOUND_SP: Final = _FOUND_D + 64
_FOUND_FPCR: Final = _FOUND_SP + 16

_PRESERVED: Final = tuple(range(18, 30))
"""x18 and x28 are nobody's to change."""
_PRESERVED_D: Final = tuple(range(8, 16))
_KEPT: Final = 16
"""Bytes above what generated code sees of the stack: where its sp ought to be is written there."""


class Misbehaved(AssertionError):
    """Generated code returned, but not as its contract wants: the JIT has a bug.  The message says what is wrong."""


@runtime_checkable
class Watching(Protocol):
    """What a host that watches generated code offers besides."""

    def returned(self) -> Sequence[int]:
        """x0, x1 and x2 as the last entry left them."""
        ...


class Watch:
    """The image of one perturbation, and the comparison with what is found.  `page` is the activation's."""

    def __init__(self, perturbation: Perturbation, page: memoryview) -> None:
        self._page = page
        self.dead = perturbation.junk_bytes("machine stack", DEAD)
        marks = perturbation.dice("marks")
        word = perturbation.junk("registers")
        general = [marks.junk() if number in _PRESERVED else word() for number in range(32)]
        self.arguments = tuple(general[:8])
        vectors = [word() for _ in range(64)]
        for number in _PRESERVED_D:
            vectors[2 * number] = marks.junk()
        self._marks = [general[number] for number in _PRESERVED]
        self._marks_d = [vectors[2 * number] for number in _PRESERVED_D]
        flags = (word() >> 60 << 28, 0x0800009F if perturbation.has(Kind.JUNK) else 0)
        struct.pack_into("<98Q", page, IMAGE, *general, *vectors, *flags)

    def returned(self) -> tuple[int, int, int]:
        """See `Watching`."""
        x0, x1, x2 = struct.unpack_from("<3Q", self._page, FOUND)
        return x0, x1, x2

    def check(self) -> None:
        """Raises `Misbehaved` unless the entry that just returned left what it must preserve."""
        found = struct.unpack_from("<32Q", self._page, FOUND)
        for number, mark in zip(_PRESERVED, self._marks, strict=True):
            _same(f"x{number}", mark, found[number])
        halves = struct.unpack_from("<8Q", self._page, _FOUND_D)
        for number, mark, half in zip(_PRESERVED_D, self._marks_d, halves, strict=True):
            _same(f"d{number}", mark, half)
        sp, entered, mode = struct.unpack_from("<3Q", self._page, _FOUND_SP)
        _same("sp", entered - _KEPT, sp)
        _same("FPCR", DEFAULT_NAN << 16, mode)


def _same(what: str, before: int, after: int) -> None:
    if before != after:
        raise Misbehaved(f"generated code returned with {what} = {after:#x}, and was entered with {before:#x}")


def load_dead(asm: Assembler) -> None:
    """Fills what is dead when generated code goes on: all but x0, x16-x17 and sp; uses x9."""
    _load_flags(asm)
    for number in range(32):
        asm.ldr_v_imm(Q, VReg(number), X16, _IMAGE_V + 16 * number)
    for number in range(1, 16):
        asm.ldr_imm(X, XReg(number), X16, IMAGE + 8 * number)


def load_image(asm: Assembler) -> None:
    """Fills all registers but x0-x7, x16-x17, x30 and sp from the activation in x16, and keeps sp on the stack."""
    asm.mov_sp(X9, SP)
    asm.sub_imm(X, SP, SP, _KEPT)
    asm.str_imm(X, X9, SP)
    _load_flags(asm)
    for number in range(32):
        asm.ldr_v_imm(Q, VReg(number), X16, _IMAGE_V + 16 * number)
    for number in (*range(8, 16), *_PRESERVED):
        asm.ldr_imm(X, XReg(number), X16, IMAGE + 8 * number)


def store_found(asm: Assembler) -> None:
    """Writes what a run left to the activation in x16; uses x9."""
    for number in (0, 1, 2, *_PRESERVED):
        asm.str_imm(X, XReg(number), X16, FOUND + 8 * number)
    for number in _PRESERVED_D:
        asm.str_v_imm(D, VReg(number), X16, _FOUND_D + 8 * (number - 8))
    asm.mov_sp(X9, SP)
    asm.str_imm(X, X9, X16, _FOUND_SP)
    asm.ldr_imm(X, X9, SP)
    asm.str_imm(X, X9, X16, _FOUND_SP + 8)
    asm.mrs(X9, FPCR)
    asm.str_imm(X, X9, X16, _FOUND_FPCR)


def _load_flags(asm: Assembler) -> None:
    for register, offset in ((NZCV, _IMAGE_NZCV), (FPSR, _IMAGE_FPSR)):
        asm.ldr_imm(X, X9, X16, offset)
        asm.msr(register, X9)
