"""Which constants Advanced SIMD instructions can hold, and how the others are put together: pure functions on ints.

A constant is that of the whole register, unsigned, of 128 bits.
"""

from functools import lru_cache
from typing import Final, NamedTuple, assert_never

from .immediates import REMEMBERED, decode_fp8, encode_byte_mask, encode_fp8, plan_move
from .operands import D2, H4, H8, S2, S4, Arrangement, D, FSize, S

_ONES64: Final = (1 << 64) - 1
_WORDS: Final = 0x0000_0001_0000_0001
_HALFWORDS: Final = 0x0001_0001_0001_0001
_BYTES: Final = 0x0101_0101_0101_0101
"""What a lane is multiplied with to repeat it over 64 bits."""


def decode_modified(encoded: int) -> int | None:
    """The constant that `Q:op:cmode:abcdefgh` loads, or None where it is reserved or no move (AdvSIMDExpandImm)."""
    q, op, cmode, imm8 = encoded >> 13, encoded >> 12 & 1, encoded >> 8 & 15, encoded & 0xFF
    if (cmode < 12 and cmode & 1) or encoded >> 8 == 0b0_1_1111:  # ORR and BIC; FMOV of a vector of one D lane
        return None
    if cmode < 8:
        half = (imm8 << (cmode >> 1) * 8) * _WORDS
    elif cmode < 12:
        half = (imm8 << (cmode >> 1 & 1) * 8) * _HALFWORDS
    elif cmode < 14:
        half = ((imm8 + 1 << (8 << cmode - 12)) - 1) * _WORDS
    elif cmode == 14:
        half = _expand_byte_mask(imm8) if op else imm8 * _BYTES
    else:
        half = decode_fp8(imm8, D) if op else decode_fp8(imm8, S) * _WORDS
    if op and cmode < 14:
        half ^= _ONES64
    return half << 64 | half if q else half


def encode_modified(value: int) -> int | None:
    """The 14 bits `Q:op:cmode:abcdefgh` with which MOVI, MVNI or FMOV (vector) loads a constant, or None."""
    half, upper = value & _ONES64, value >> 64
    if upper not in (0, half):
        return None
    q = (upper == half) << 13
    mask = encode_byte_mask(half)
    if mask is not None:
        return q | 0x1E00 | mask
    word = half & 0xFFFF_FFFF
    if word * _WORDS != half:
        imm8 = encode_fp8(half, D) if q else None
        return None if imm8 is None else q | 0x1F00 | imm8
    straight = _encode_word(word)
    if straight is not None:
        return q | straight
    inverted = _encode_shifted(word ^ 0xFFFF_FFFF)
    return None if inverted is None else q | 1 << 12 | inverted


def _encode_word(word: int) -> int | None:
    """`cmode:abcdefgh` of MOVI or FMOV for a constant repeated in every word, or None."""
    if word == (word & 0xFF) * 0x0101_0101:
        return 0xE00 | word & 0xFF
    imm8 = encode_fp8(word, S)
    return _encode_shifted(word) if imm8 is None else 0xF00 | imm8


def _encode_shifted(word: int) -> int | None:
    """`cmode:abcdefgh` that MOVI and MVNI share, for eight bits anywhere in a halfword or word, or None."""
    halfword = word & 0xFFFF
    if word == halfword * 0x1_0001:
        for k in range(2):
            if halfword == halfword & 0xFF << 8 * k:
                return (8 | k << 1) << 8 | halfword >> 8 * k
    for k in range(4):
        if word == word & 0xFF << 8 * k:
            return k << 9 | word >> 8 * k
    for k in range(2):
        shift = 8 << k
        if word >> shift <= 0xFF and not ~word & (1 << shift) - 1:
            return (12 | k) << 8 | word >> shift
    return None


def _expand_byte_mask(imm8: int) -> int:
    return sum(0xFF << 8 * i for i in range(8) if imm8 >> i & 1)


class Modified(NamedTuple):
    """MOVI, MVNI or FMOV (vector, immediate), as `encode_modified` gives it."""

    encoded: int


class FloatConstant(NamedTuple):
    """FMOV (scalar, immediate), which clears the rest of the register."""

    size: FSize
    imm8: int


class FromGeneral(NamedTuple):
    """FMOV (general), which clears the rest of the register, of a constant in a general register."""

    size: FSize
    value: int


class Repeated(NamedTuple):
    """DUP (general) of a constant in a general register."""

    arrangement: Arrangement
    value: int


class Inserted(NamedTuple):
    """INS (general) of a constant in a general register, into a D lane; of zero, from the zero register."""

    lane: int
    value: int


class InlineData(NamedTuple):
    """LDR (literal) of inline data, which is jumped over."""

    value: int


VectorMove = Modified | FloatConstant | FromGeneral | Repeated | Inserted | InlineData
"""A step in building a constant."""


def words_of(move: VectorMove) -> int:
    """How many words a step takes."""
    match move:
        case Modified() | FloatConstant() | Inserted(value=0):
            return 1
        case FromGeneral(value=value) | Repeated(value=value) | Inserted(value=value):
            return 1 + len(plan_move(value, 32 if value < 1 << 32 else 64))
        case InlineData():
            return 6
        case unknown:
            assert_never(unknown)


@lru_cache(REMEMBERED)
def plan_vector(value: int) -> tuple[VectorMove, ...]:
    """Steps that load a constant, at most 6 words; the first does not read the register."""
    lower, upper = value & _ONES64, value >> 64
    if upper in (0, lower):
        return (_plan_half(lower, whole=upper == lower),)
    plans: tuple[tuple[VectorMove, ...], ...] = (
        (_plan_half(lower, whole=False), Inserted(1, upper)),
        (_plan_half(upper, whole=True), Inserted(0, lower)),
        (InlineData(value),),
    )
    return min(plans, key=lambda plan: sum(map(words_of, plan)))


def _plan_half(half: int, *, whole: bool) -> VectorMove:
    """The step for a constant of 64 bits: in the lower half, the upper cleared, or in both."""
    encoded = encode_modified(half << 64 | half if whole else half)
    if encoded is not None:
        return Modified(encoded)
    halfword, word = half & 0xFFFF, half & 0xFFFF_FFFF
    if halfword * _HALFWORDS == half:
        return Repeated(H8 if whole else H4, halfword)
    if word * _WORDS == half:
        return Repeated(S4 if whole else S2, word)
    if whole:
        return Repeated(D2, half)
    size = D if half >> 32 else S
    imm8 = encode_fp8(half, size)
    return FromGeneral(size, half) if imm8 is None else FloatConstant(size, imm8)
