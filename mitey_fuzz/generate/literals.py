"""Interesting values: integers at the edges of immediates, floats at the edges of formats and conversions.

Values are bits, simplest first, by type letter.  Which immediates arm64 can hold (Arm ARM: "ADD (immediate)", "AND
(immediate)", "MOVZ", "LDR (immediate)") decides what is interesting; what a compiler under test does with them is not
known here.
"""

from collections.abc import Iterable
from typing import Final

from jit.errors import Trap
from jit.wasm.opcodes import Op
from jit.wasm.semantics import operation
from jit.wasm.types import BY_LETTER, NULL, PAGE

from ..choices import Choices
from . import literals_vector

_SMALL: Final = (
    0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 255, 256, 257,
)  # fmt: skip
_MINUS: Final = (-1, -2, -3, -4, -8, -16, -31, -32, -33, -63, -64, -65, -127, -128, -129, -255, -256, -257)
_ARITHMETIC: Final = (
    0xFFF, 0x1000, 0x1001, 0xFFE, 0xFFF000, 0xFFF001, 0xFFEFFF, 0x1000000, 0x1001000, 0xABC000, 0xFFFFFF,
)  # fmt: skip
"""imm12 and shifted imm12 with neighbours; their negatives become the opposite operation."""
_BITMASKS_32: Final = (
    0x55555555, 0xAAAAAAAA, 0x33333333, 0x0F0F0F0F, 0xF0F0F0F0, 0x00FF00FF, 0xFF00FF00, 0x0000FFFF, 0xFFFF0000,
    0x7FFFFFFE, 0x80000001, 0xC0000003, 0x3FFFFFFC, 0x00FFFF00, 0xFF0000FF, 0x01010101, 0x7F7F7F7F, 0x80808080,
    0x00010001, 0xFFFEFFFE, 0x7FFF7FFF, 0xE0E0E0E0, 0x001FFFC0,
)  # fmt: skip
_MOVES: Final = (
    0x1234, 0x12340000, 0x12345678, 0xFFFF1234, 0x1234FFFF, 0xEDCB, 0xFFFEFFFF, 0xFFFFFFFE, 0x10000, 0x10001, 0x1FFFF,
    0x123400000000, 0x1234000000000000, 0xFFFFFFFF00001234, 0xFFFF1234FFFFFFFF, 0x1234FFFFFFFFFFFF, 0x123456789ABC,
    0x1234000056780000, 0xFFFF12345678FFFF, 0x0000FFFF0000FFFF, 0xFFFFFFFF00000000, 0x100000000, 0xFFFFFFFF,
)  # fmt: skip
_OFFSETS: Final = (
    0x7FF8, 0x7FFC, 0x7FFE, 0x7FFF, 0x8000, 0x3FFC, 0x4000, 0x1FFE, 0x2000, PAGE - 8, PAGE - 1, PAGE, PAGE + 1,
)  # fmt: skip
"""Around the reach of scaled load and store offsets, and the end of a page."""


def _distinct(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(values))


def _integers(bits: int) -> tuple[int, ...]:
    mask = (1 << bits) - 1
    repeated = [pattern | pattern << 32 for pattern in _BITMASKS_32] if bits == 64 else []
    bitmasks = [m ^ flip for m in (*_BITMASKS_32, *repeated) for flip in (0, 1, 0x100)]
    powers = [(1 << k) + d for k in range(bits) for d in (0, -1, 1)]
    negatives = [-v for v in (*_ARITHMETIC, *_OFFSETS)]
    ends = [1 << bits - 1, (1 << bits - 1) - 1, (1 << bits - 1) + 1, mask, mask - 1]
    return _distinct(v & mask for v in (*_SMALL, *_MINUS, *ends, *ends, *_ARITHMETIC, *_OFFSETS, *negatives,
                                        *bitmasks, *_MOVES, *powers))  # fmt: skip


def float_bits(letter: str, exponent: int, fraction: int = 0, *, negative: bool = False) -> int:
    """Bits of a float with this unbiased exponent and fraction field; `exponent` may be the specials' as well."""
    size, mantissa, bias = (32, 23, 127) if letter == "f" else (64, 52, 1023)
    return negative << size - 1 | (exponent + bias) << mantissa | fraction


def _floats(letter: str) -> tuple[int, ...]:
    mantissa, bias = (23, 127) if letter == "f" else (52, 1023)
    full = (1 << mantissa) - 1
    quiet = 1 << mantissa - 1
    one = float_bits(letter, 0)
    infinity = float_bits(letter, bias + 1)
    positive = [
        0, one, one + 1, one - 1, float_bits(letter, -1), float_bits(letter, 1), float_bits(letter, 0, quiet),
        float_bits(letter, 1, quiet), float_bits(letter, -1, quiet), float_bits(letter, 2, quiet | quiet >> 1),
        float_bits(letter, 1, quiet >> 1), float_bits(letter, 2, quiet >> 2),  # 2.5 and 4.5: ties that round down
        1, 2, full, full - 1, full + 1, full + 2, infinity - 1, infinity,
        infinity | quiet, infinity | quiet | 1, infinity | full, infinity | 1, infinity | quiet >> 1,
        infinity | quiet - 1,
    ]  # fmt: skip
    for exponent in (-4, -3, 4, 5):  # where FMOV's exponents end, and a fraction of as many bits as it has, or one more
        edge = float_bits(letter, exponent)
        positive += [edge, edge | 15 << mantissa - 4, edge | 31 << mantissa - 5]
    for exponent in (7, 8, 15, 16, 23, 24, 25, 30, 31, 32, 52, 53, 54, 62, 63, 64):
        edge = float_bits(letter, exponent)
        positive += [edge, edge - 1, edge + 1]
        if letter == "d":  # neighbours a whole or half number away
            one_away = 1 << max(0, 52 - exponent)
            positive += [edge + one_away, edge + one_away // 2, edge - 2 * one_away, edge - one_away]
    if letter == "d":  # where a demotion rounds, overflows, underflows
        positive += [float_bits("d", 127, 0xFFFFFE0000000), float_bits("d", 127, 0xFFFFFF0000000), float_bits("d", 128)]
        positive += [float_bits("d", -126), float_bits("d", -149), float_bits("d", -150), float_bits("d", -150, 1)]
    sign = 1 << (31 if letter == "f" else 63)
    return _distinct([*positive, *(bits | sign for bits in positive)])


_F32: Final = _floats("f")
_F64: Final = _floats("d")

POOLS: Final[dict[str, tuple[int, ...]]] = {
    "i": _integers(32),
    "l": _integers(64),
    "f": _F32,
    "d": _F64,
    "v": literals_vector.vectors({32: _F32, 64: _F64}),
    "r": (NULL,),
    "e": (NULL,),
}
"""Interesting bits of each type, simplest first."""


def shift_counts(letter: str) -> tuple[int, ...]:
    """Counts at 0, at the width and beyond it, which shifts and rotations take modulo the width."""
    width = BY_LETTER[letter].bits
    mask = (1 << width) - 1
    near = (
        0,
        1,
        2,
        7,
        8,
        15,
        16,
        31,
        32,
        33,
        63,
        64,
        65,
        width - 2,
        width - 1,
        width,
        width + 1,
        2 * width,
        -width,
        -1,
    )
    return _distinct(count & mask for count in near)


def divisors(letter: str) -> tuple[int, ...]:
    """Divisors that never trap: not zero, and not -1, which overflows for the least integer."""
    mask = (1 << BY_LETTER[letter].bits) - 1
    return tuple(value for value in POOLS[letter] if value not in (0, mask))


def convertible(row: Op) -> tuple[int, ...]:
    """Interesting floats that a truncating row takes without a trap (spec: `op-trunc_s`)."""
    assert row.params is not None
    return tuple(bits for bits in POOLS[row.params[0].letter] if returns(row, bits))


def returns(row: Op, bits: int) -> bool:
    """Whether a row of one operand takes these bits without a trap."""
    try:
        operation(row)(bits)
    except Trap:
        return False
    return True


def _vector_bits(choices: Choices) -> int:
    """A vector: an interesting one, or one of interesting lanes."""
    shape = choices.integer(0, 7)
    pool = POOLS["vvvvildf"[shape]]
    if shape < 4:
        return pool[choices.integer(0, len(pool) - 1)]
    width = (32, 64, 32, 64)[shape - 4]
    lanes = [pool[choices.integer(0, len(pool) - 1)] for _ in range(128 // width)]
    return literals_vector.of_lanes(width, lanes)


def value_bits(choices: Choices, letter: str) -> int:
    """Bits of a number or vector of this type: three times in four an interesting one, else any."""
    if choices.integer(0, 3) == 3 and letter in "ildfv":
        return choices.bits(BY_LETTER[letter].bits)
    if letter == "v":
        return _vector_bits(choices)
    pool = POOLS[letter]
    return pool[choices.integer(0, len(pool) - 1)]
