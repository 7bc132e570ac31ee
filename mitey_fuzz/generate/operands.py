"""The operands that betray a row: the few numbers for which it is right only if its very ends are.

Truncations at the ends of what an integer holds, roundings at halves, and whatever loses bits halfway between two
floats, or next to it.
"""

import re
from functools import cache
from typing import Final

from jit.wasm.opcodes import Op
from jit.wasm.types import BY_LETTER

from .conversions import ends
from .literals import float_bits

_TRUNCATION: Final = re.compile(r"(i32|i64)(?:x\d)?\.trunc_(?:sat_)?(f32|f64)(?:x\d)?_([su])")
_ROUNDING: Final = re.compile(r"(f32|f64)(?:x\d)?\.(?:ceil|floor|trunc|nearest)$")
_FROM_INTEGER: Final = re.compile(r"(f32|f64)(?:x\d)?\.convert_(?:low_)?(i32|i64)(?:x\d)?_([su])")
_DEMOTION: Final = re.compile(r"f32(?:x4)?\.demote_f64")

_LETTERS: Final = {"i32": "i", "i64": "l", "f32": "f", "f64": "d"}
_FRACTION: Final = {"f32": 23, "f64": 52}
"""Bits of a float behind its leading one."""

Numbers = tuple[int, ...]
"""Bits, all of one type."""


@cache
def betraying(row: Op) -> tuple[str, Numbers]:
    """The type, by its letter, of a row's operand, or of the lanes of it, and its numbers; none for most rows."""
    if (match := _TRUNCATION.match(row.name)) is not None:
        integer, float_, sign = match.groups()
        return _LETTERS[float_], ends(f"{integer}.trunc_{float_}_{sign}")
    if (match := _ROUNDING.match(row.name)) is not None:
        return _LETTERS[match[1]], _halves(match[1])
    if (match := _FROM_INTEGER.match(row.name)) is not None:
        float_, integer, sign = match.groups()
        return _LETTERS[integer], _ties(_FRACTION[float_], int(integer[1:]), signed=sign == "s")
    if _DEMOTION.match(row.name) is not None:
        return "d", _lossy()
    return "", ()


def _halves(float_: str) -> Numbers:
    """Halves from the least to the largest there is, the numbers next to them, infinity and a NaN: of either sign."""
    letter, fraction = _LETTERS[float_], _FRACTION[float_]
    bits = BY_LETTER[letter].bits
    half, last = float_bits(letter, -1), float_bits(letter, fraction) - 1
    sums = [float_bits(letter, exponent) + (1 << fraction - exponent - 1) for exponent in (0, 1, 2, fraction - 2)]
    infinity = (1 << bits - 1) - (1 << fraction)
    positive = (0, 1, half - 1, half, half + 1, *sums, last - 1, last, last + 1, infinity, infinity + 1)
    return (*positive, *(number | 1 << bits - 1 for number in positive))


def _ties(fraction: int, bits: int, *, signed: bool) -> Numbers:
    """Integers halfway between two floats, the even one below or above, and those next to them; and the ends of all."""
    ties = [
        (1 << exponent) + (kept << exponent - fraction) + (1 << exponent - fraction - 1) + off
        for exponent in range(fraction + 1, bits - signed)
        if exponent < fraction + 3 or exponent > bits - signed - 3
        for kept in (0, 1, (1 << fraction) - 1)
        for off in (0, -1, 1)
    ]
    negative = [(1 << bits) - tie for tie in ties] if signed else []
    return tuple(dict.fromkeys((*ties, *negative, 0, 1, (1 << bits) - 1, 1 << bits - 1, (1 << bits - 1) - 1)))


def _lossy() -> Numbers:
    """Doubles halfway between two floats, next to it, and where floats end on either side."""
    off = 52 - 23
    ties = [
        float_bits("d", exponent, (kept << off) + (1 << off - 1) + step)
        for exponent in (0, 127, -126)
        for kept in (0, 1, (1 << 23) - 1)
        for step in (0, -1, 1)
    ]
    tiny = [float_bits("d", exponent, step) for exponent in (-149, -150) for step in (0, 1)]
    return (*ties, *tiny)
