"""What an instruction wants of a constant operand: the forms that hold it in the instruction word.

A want is asked with the width and the constant's bits, and answers how to write the instruction, or None when the
constant must go through a register.  `same` says that there is nothing to do: the result is the other operand.
"""

from collections.abc import Callable

from ...a64.immediates import encode_bitmask, split_imm12
from ...a64.masm import MacroAssembler
from ...a64.operands import RegSP, Shift12, Size, UImm12, XReg

Asm = MacroAssembler
Write = Callable[[MacroAssembler, Size, XReg, XReg], None]
"""Writes one word: assembler, width, destination, the operand that is not constant."""
Want = Callable[[Size, int], Write | None]
_Imm12 = Callable[[MacroAssembler, Size, RegSP, RegSP, UImm12, Shift12], None]
_Bitmask = Callable[[MacroAssembler, Size, XReg, XReg, int], None]


def same(_asm: MacroAssembler, _sf: Size, _rd: XReg, _rn: XReg) -> None:
    """Stands for no instruction, and is never called."""
    raise AssertionError("the result is the operand itself")


def _mask(sf: Size) -> int:
    return (1 << (32 << sf)) - 1


def imm12(direct: _Imm12, opposite: _Imm12) -> Want:
    """A 12-bit constant, shifted by 12 or not, or its negative with the opposite instruction; nothing for zero."""

    def want(sf: Size, value: int) -> Write | None:
        if value == 0:
            return same
        for emit, magnitude in ((direct, value), (opposite, -value & _mask(sf))):
            split = split_imm12(magnitude)
            if split is not None:
                return _with_imm12(emit, *split)
        return None

    return want


def _with_imm12(emit: _Imm12, imm: int, shift: int) -> Write:
    return lambda asm, sf, rd, rn: emit(asm, sf, rd, rn, imm, shift)


def bitmask(emit: _Bitmask, *, neutral: int) -> Want:
    """A logical immediate; nothing for the neutral element, given at 64 bits."""

    def want(sf: Size, value: int) -> Write | None:
        if value == neutral & _mask(sf):
            return same
        if encode_bitmask(value, 32 << sf) is None:
            return None
        return lambda asm, sf, rd, rn: emit(asm, sf, rd, rn, value)

    return want


def exponent(value: int) -> int | None:
    """`k` if the value is 2 to the power of `k`."""
    return value.bit_length() - 1 if value.bit_count() == 1 else None


def low_bits(value: int) -> int | None:
    """`n` if the value is the lowest `n` bits, of which there is one at least."""
    return value.bit_length() if value and value & (value + 1) == 0 else None


def divisor(_sf: Size, value: int) -> Write | None:
    """A power of two, unsigned: a shift."""
    k = exponent(value)
    if k is None:
        return None
    return same if k == 0 else lambda asm, sf, rd, rn: asm.lsr_imm(sf, rd, rn, k)


def modulus(_sf: Size, value: int) -> Write | None:
    """A power of two above one, unsigned: a mask."""
    k = exponent(value)
    return None if not k else lambda asm, sf, rd, rn: asm.and_imm(sf, rd, rn, value - 1)
