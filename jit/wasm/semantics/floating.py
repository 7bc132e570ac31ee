"""Floating-point operations (spec: `float-ops`), in the deterministic profile: every NaN an operation makes is the
positive canonical one, while the sign operations and constants keep payloads.

Computation is on Python floats, IEEE 754 binary64 with rounding to nearest, ties to even.  Rule 1: they never leave
this package.  Binary32 results of addition, subtraction, multiplication, division and square root are computed in
binary64 and rounded again, which equals rounding once because 53 >= 2 * 24 + 2.
"""

import math
from collections.abc import Callable
from struct import Struct

from .registry import Registry

FLOATING = Registry()
_defines = FLOATING.defines


class Format:
    """A floating-point type: the N of the specification's `fadd_N`.

    `nan` is the canonical NaN and `infinity` the positive one; from the magnitude `integral` on, all numbers are whole.
    """

    __slots__ = ("_as_float", "_as_int", "infinity", "integral", "magnitude", "nan", "sign")

    def __init__(self, letters: str, precision: int) -> None:
        self._as_int = Struct("<" + letters[0])
        self._as_float = Struct("<" + letters[1])
        self.sign = 1 << self._as_int.size * 8 - 1
        self.magnitude = self.sign - 1
        self.infinity = self.sign - (1 << precision - 1)
        self.nan = self.infinity | 1 << precision - 2
        self.integral = float(1 << precision - 1)

    def value(self, bits: int) -> float:
        """The number of these bits; some NaN for a NaN."""
        number: float = self._as_float.unpack(self._as_int.pack(bits))[0]
        return number

    def bits(self, value: float) -> int:
        """The bits of a number rounded to this format (spec: `aux-ieee`)."""
        if value != value:
            return self.nan
        try:
            rounded: int = self._as_int.unpack(self._as_float.pack(value))[0]
        except OverflowError:  # what `struct` makes of a finite number that rounds to an infinity
            return self.infinity | (self.sign if value < 0 else 0)
        return rounded

    def is_nan(self, bits: int) -> bool:
        return bits & self.magnitude > self.infinity


F32 = Format("If", 24)
F64 = Format("Qd", 53)


@_defines("f32.const", F32)
@_defines("f64.const", F64)
def const(_: Format, bits: int) -> int:
    return bits


@_defines("f32.eq", F32)
@_defines("f64.eq", F64)
def eq(f: Format, a: int, b: int) -> int:
    return int(f.value(a) == f.value(b))


@_defines("f32.ne", F32)
@_defines("f64.ne", F64)
def ne(f: Format, a: int, b: int) -> int:
    return int(f.value(a) != f.value(b))


@_defines("f32.lt", F32)
@_defines("f64.lt", F64)
def lt(f: Format, a: int, b: int) -> int:
    return int(f.value(a) < f.value(b))


@_defines("f32.gt", F32)
@_defines("f64.gt", F64)
def gt(f: Format, a: int, b: int) -> int:
    return int(f.value(a) > f.value(b))


@_defines("f32.le", F32)
@_defines("f64.le", F64)
def le(f: Format, a: int, b: int) -> int:
    return int(f.value(a) <= f.value(b))


@_defines("f32.ge", F32)
@_defines("f64.ge", F64)
def ge(f: Format, a: int, b: int) -> int:
    return int(f.value(a) >= f.value(b))


@_defines("f32.abs", F32)
@_defines("f64.abs", F64)
def abs_(f: Format, a: int) -> int:
    return a & f.magnitude


@_defines("f32.neg", F32)
@_defines("f64.neg", F64)
def neg(f: Format, a: int) -> int:
    return a ^ f.sign


@_defines("f32.copysign", F32)
@_defines("f64.copysign", F64)
def copysign(f: Format, a: int, b: int) -> int:
    return a & f.magnitude | b & f.sign


def _to_whole(f: Format, a: int, rounding: Callable[[float], int]) -> int:
    """Rounds to a whole number, which has the sign of `a` also when it is zero."""
    value = f.value(a)
    if not abs(value) < f.integral:
        return f.nan if value != value else a
    return f.bits(math.copysign(rounding(value), value))


@_defines("f32.ceil", F32)
@_defines("f64.ceil", F64)
def ceil(f: Format, a: int) -> int:
    return _to_whole(f, a, math.ceil)


@_defines("f32.floor", F32)
@_defines("f64.floor", F64)
def floor(f: Format, a: int) -> int:
    return _to_whole(f, a, math.floor)


@_defines("f32.trunc", F32)
@_defines("f64.trunc", F64)
def trunc(f: Format, a: int) -> int:
    return _to_whole(f, a, math.trunc)


@_defines("f32.nearest", F32)
@_defines("f64.nearest", F64)
def nearest(f: Format, a: int) -> int:
    return _to_whole(f, a, round)  # Python's `round` takes ties to even, too


@_defines("f32.sqrt", F32)
@_defines("f64.sqrt", F64)
def sqrt(f: Format, a: int) -> int:
    value = f.value(a)
    return f.nan if value < 0 else f.bits(math.sqrt(value))


@_defines("f32.add", F32)
@_defines("f64.add", F64)
def add(f: Format, a: int, b: int) -> int:
    return f.bits(f.value(a) + f.value(b))


@_defines("f32.sub", F32)
@_defines("f64.sub", F64)
def sub(f: Format, a: int, b: int) -> int:
    return f.bits(f.value(a) - f.value(b))


@_defines("f32.mul", F32)
@_defines("f64.mul", F64)
def mul(f: Format, a: int, b: int) -> int:
    return f.bits(f.value(a) * f.value(b))


@_defines("f32.div", F32)
@_defines("f64.div", F64)
def div(f: Format, a: int, b: int) -> int:
    dividend, divisor = f.value(a), f.value(b)
    if divisor:
        return f.bits(dividend / divisor)
    return f.infinity | (a ^ b) & f.sign if dividend and dividend == dividend else f.nan


@_defines("f32.min", F32)
@_defines("f64.min", F64)
def min_(f: Format, a: int, b: int) -> int:
    first, second = f.value(a), f.value(b)
    if first == second:
        return a | b  # they differ at most in the sign of zero, and the negative zero is less
    if first != first or second != second:
        return f.nan
    return a if first < second else b


@_defines("f32.max", F32)
@_defines("f64.max", F64)
def max_(f: Format, a: int, b: int) -> int:
    first, second = f.value(a), f.value(b)
    if first == second:
        return a & b
    if first != first or second != second:
        return f.nan
    return a if first > second else b
