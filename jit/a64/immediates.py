"""Which constants A64 instructions can hold, and how: pure functions on ints.

Encoders give None for a constant that does not fit; decoders give the constant back.  Constants are unsigned, of the
operation's width in bits; floating-point constants are their bits.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import Final, Literal, NamedTuple

from .operands import D, FSize, Size, VSize

REMEMBERED: Final = 4096
"""FAST: answers kept of each slow question, as most constants of campaigns come from small pools: translating modules
takes 0.95 of the time with them."""


def width(sf: Size) -> int:
    """Bits of a general operation."""
    return 32 << sf


@lru_cache(REMEMBERED)
def encode_bitmask(value: int, bits: int) -> int | None:
    """The 13 bits `N:immr:imms` of a logical immediate, or None (DecodeBitMasks, backwards).

    Representable is a rotated run of ones in an element of 2, 4, 8, 16, 32 or 64 bits, repeated over the `bits` (32 or
    64) of the operation: never all zeros nor all ones.
    """
    if value <= 0 or value >= (1 << bits) - 1:
        return None
    size = bits
    while size > 2:
        half = size >> 1
        low = value & ((1 << half) - 1)
        if low != value >> half:
            break
        value = low
        size = half
    ones = value.bit_count()
    run = (1 << ones) - 1
    if value & 1:
        low_ones = (~value & (value + 1)).bit_length() - 1
        rotation = ones - low_ones
    else:
        rotation = size - (value & -value).bit_length() + 1
    if (run >> rotation | run << (size - rotation)) & ((1 << size) - 1) != value:
        return None
    return (size >> 6) << 12 | rotation << 6 | (-(size << 1) & 0x3F) | (ones - 1)


def decode_bitmask(encoded: int, bits: int) -> int | None:
    """The constant that `N:immr:imms` stands for, or None where it is reserved (DecodeBitMasks)."""
    n, rotation, ones = encoded >> 12, encoded >> 6 & 0x3F, encoded & 0x3F
    length = (n << 6 | (~ones & 0x3F)).bit_length() - 1
    if length < 1 or 1 << length > bits:
        return None
    size = 1 << length
    rotation &= size - 1
    ones &= size - 1
    if ones == size - 1:
        return None
    run = (1 << (ones + 1)) - 1
    element = (run >> rotation | run << (size - rotation)) & ((1 << size) - 1)
    for doubled in range(length, bits.bit_length() - 1):
        element |= element << (1 << doubled)
    return element


def split_imm12(value: int) -> tuple[int, int] | None:
    """`(imm12, shift)` with shift 0 or 12 for ADD (immediate) and its kin, or None."""
    if 0 <= value <= 0xFFF:
        return value, 0
    if 0 <= value <= 0xFFF000 and not value & 0xFFF:
        return value >> 12, 12
    return None


def fits_scaled12(offset: int, log2: int) -> bool:
    """Whether a load or store of `1 << log2` bytes takes this byte offset in its unsigned 12-bit form."""
    return 0 <= offset <= 4095 << log2 and not offset & ((1 << log2) - 1)


def fits_unscaled9(offset: int) -> bool:
    """Whether LDUR, STUR and the pre- and post-indexed forms take this byte offset."""
    return -256 <= offset <= 255


def fits_scaled7(offset: int, log2: int) -> bool:
    """Whether a load or store of a pair of `1 << log2` bytes each takes this byte offset."""
    return -64 << log2 <= offset <= 63 << log2 and not offset & ((1 << log2) - 1)


class Move(NamedTuple):
    """A step in building a constant: MOVZ, MOVN, MOVK with a halfword and its shift, or ORR with a bitmask."""

    op: Literal["movz", "movn", "movk", "orr"]
    value: int
    shift: int = 0


@lru_cache(REMEMBERED)
def plan_move(value: int, bits: int) -> tuple[Move, ...]:
    """The fewest of MOVZ, MOVN, MOVK and ORR from the zero register that build a constant of 32 or 64 bits.

    One to `bits / 16` steps; the first does not read the register.
    """
    halves = [value >> shift & 0xFFFF for shift in range(0, bits, 16)]
    zeros, ones = halves.count(0), halves.count(0xFFFF)
    steps = max(1, len(halves) - max(zeros, ones))
    if steps > 1:
        masked = _plan_bitmask(value, halves, steps - 1)
        if masked is not None:
            return masked
    first: Literal["movz", "movn"]
    first, skipped, flip = ("movn", 0xFFFF, 0xFFFF) if ones > zeros else ("movz", 0, 0)
    told = [(half, i * 16) for i, half in enumerate(halves) if half != skipped] or [(skipped, 0)]
    (half, shift), *rest = told
    return Move(first, half ^ flip, shift), *(Move("movk", half, shift) for half, shift in rest)


def _plan_bitmask(value: int, halves: list[int], limit: int) -> tuple[Move, ...] | None:
    """ORR with a bitmask, then as few MOVK as correct it: at most `limit` steps, or None."""
    bits = len(halves) * 16
    if encode_bitmask(value, bits) is not None:
        return (Move("orr", value),)
    # FAST: a bitmask has halfwords with one edge at most, or the same ones again.  Few constants do: a random one is
    # planned in a 30th of the time.
    if len(set(halves)) == len(halves) and len(halves) - sum(map(_has_one_edge, halves)) >= limit:
        return None
    for free in _FREE[: limit - 1]:
        for indices in free:
            for mask in _masks(halves, indices):
                if encode_bitmask(mask, bits) is not None:
                    return Move("orr", mask), *(Move("movk", halves[i], i * 16) for i in indices)
    return None


_FREE: Final[tuple[tuple[tuple[int, ...], ...], ...]] = tuple(tuple(combinations(range(4), count)) for count in (1, 2))
"""Which halfwords of a 64-bit constant one MOVK after ORR may write, and which two."""


def _masks(halves: list[int], free: tuple[int, ...]) -> Iterator[int]:
    """Constants that agree with the halfwords but for the free ones, and among which is a bitmask if there is any.

    A bitmask whose element has 64 bits is one run: a free halfword inside it is 0xFFFF, outside 0, at an edge either.
    In one with smaller elements halfwords two apart are equal; where both are free, they are as in a run or as their
    neighbours.
    """
    kept = [half for i, half in enumerate(halves) if i not in free]
    for filling in product((0, 0xFFFF), repeat=len(free)):
        yield _replace(halves, free, filling)
    yield _replace(halves, free, [halves[i ^ 2] for i in free])
    if len(free) == 2:
        yield _replace(halves, free, (kept[0], kept[0]))


def _has_one_edge(half: int) -> bool:
    """Whether a halfword is zeros and then ones, ones and then zeros, or alike throughout."""
    opposite = half ^ 0xFFFF
    return not half & (half + 1) or not opposite & (opposite + 1)


def _replace(halves: list[int], indices: Sequence[int], replacements: Sequence[int]) -> int:
    """The constant of the halfwords, some of them replaced."""
    told = halves.copy()
    for i, half in zip(indices, replacements, strict=True):
        told[i] = half
    return sum(half << i * 16 for i, half in enumerate(told))


def decode_fp8(imm8: int, size: FSize) -> int:
    """The bits of the constant that FMOV (scalar, immediate) loads (VFPExpandImm)."""
    exponent_bits, fraction_bits = (11, 52) if size == D else (8, 23)
    sign, b = imm8 >> 7, imm8 >> 6 & 1
    replicated = ((1 << exponent_bits - 3) - 1) * b
    exponent = (b ^ 1) << exponent_bits - 1 | replicated << 2 | imm8 >> 4 & 3
    return (sign << exponent_bits | exponent) << fraction_bits | (imm8 & 0xF) << fraction_bits - 4


def encode_fp8(value: int, size: FSize) -> int | None:
    """The 8 bits with which FMOV (scalar, immediate) loads these bits, or None.

    Representable is ±(16..31)/16 · 2^n for n from -3 to 4: in particular neither zero nor anything subnormal.
    """
    exponent_bits, fraction_bits = (11, 52) if size == D else (8, 23)
    sign = value >> exponent_bits + fraction_bits
    b = value >> exponent_bits + fraction_bits - 2 & 1
    imm8 = sign << 7 | b << 6 | value >> fraction_bits - 4 & 0x3F
    return imm8 if decode_fp8(imm8, size) == value else None


def encode_byte_mask(value: int) -> int | None:
    """The 8 bits with which MOVI (64-bit) loads this constant of whole 0x00 and 0xFF bytes, or None."""
    if value < 0 or value >> 64:
        return None
    imm8 = 0
    for i in range(8):
        byte = value >> i * 8 & 0xFF
        if byte not in (0, 0xFF):
            return None
        imm8 |= (byte & 1) << i
    return imm8


def lane_bits(size: VSize) -> int:
    """Bits of a lane or scalar."""
    return 8 << size
