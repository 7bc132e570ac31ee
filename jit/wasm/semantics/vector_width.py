"""Operations whose lanes are wider or narrower than their operands' (spec: `exec-vcvtop`, `exec-vec-extmul`).

What is widened is exact: a lane holds every sum of two, and every product of two, lanes of half its width.  The one
exception is the sum of two products in `dot`, which wraps around for one pair of operands.
"""

from collections.abc import Callable
from operator import add, mul

from .registry import Registry
from .vector import I8X16, I16X8, I32X4, I64X2, IntegerShape
from .vector_integer import saturate_s, saturate_u

VECTOR_WIDTH = Registry()
_defines = VECTOR_WIDTH.defines

Numbers = Callable[[int], tuple[int, ...]]
"""How lanes are read as numbers, signed or unsigned."""
Widening = tuple[Numbers, IntegerShape]
Narrowing = tuple[IntegerShape, IntegerShape]


@_defines("i16x8.extend_low_i8x16_s", (I8X16.signed, I16X8))
@_defines("i16x8.extend_low_i8x16_u", (I8X16.split, I16X8))
@_defines("i32x4.extend_low_i16x8_s", (I16X8.signed, I32X4))
@_defines("i32x4.extend_low_i16x8_u", (I16X8.split, I32X4))
@_defines("i64x2.extend_low_i32x4_s", (I32X4.signed, I64X2))
@_defines("i64x2.extend_low_i32x4_u", (I32X4.split, I64X2))
def extend_low(widening: Widening, a: int) -> int:
    numbers, wide = widening
    return wide.wrap(numbers(a)[: wide.count])


@_defines("i16x8.extend_high_i8x16_s", (I8X16.signed, I16X8))
@_defines("i16x8.extend_high_i8x16_u", (I8X16.split, I16X8))
@_defines("i32x4.extend_high_i16x8_s", (I16X8.signed, I32X4))
@_defines("i32x4.extend_high_i16x8_u", (I16X8.split, I32X4))
@_defines("i64x2.extend_high_i32x4_s", (I32X4.signed, I64X2))
@_defines("i64x2.extend_high_i32x4_u", (I32X4.split, I64X2))
def extend_high(widening: Widening, a: int) -> int:
    numbers, wide = widening
    return wide.wrap(numbers(a)[wide.count :])


@_defines("i16x8.extmul_low_i8x16_s", (I8X16.signed, I16X8))
@_defines("i16x8.extmul_low_i8x16_u", (I8X16.split, I16X8))
@_defines("i32x4.extmul_low_i16x8_s", (I16X8.signed, I32X4))
@_defines("i32x4.extmul_low_i16x8_u", (I16X8.split, I32X4))
@_defines("i64x2.extmul_low_i32x4_s", (I32X4.signed, I64X2))
@_defines("i64x2.extmul_low_i32x4_u", (I32X4.split, I64X2))
def extmul_low(widening: Widening, a: int, b: int) -> int:
    numbers, wide = widening
    return wide.wrap(map(mul, numbers(a)[: wide.count], numbers(b)[: wide.count]))


@_defines("i16x8.extmul_high_i8x16_s", (I8X16.signed, I16X8))
@_defines("i16x8.extmul_high_i8x16_u", (I8X16.split, I16X8))
@_defines("i32x4.extmul_high_i16x8_s", (I16X8.signed, I32X4))
@_defines("i32x4.extmul_high_i16x8_u", (I16X8.split, I32X4))
@_defines("i64x2.extmul_high_i32x4_s", (I32X4.signed, I64X2))
@_defines("i64x2.extmul_high_i32x4_u", (I32X4.split, I64X2))
def extmul_high(widening: Widening, a: int, b: int) -> int:
    numbers, wide = widening
    return wide.wrap(map(mul, numbers(a)[wide.count :], numbers(b)[wide.count :]))


@_defines("i16x8.extadd_pairwise_i8x16_s", (I8X16.signed, I16X8))
@_defines("i16x8.extadd_pairwise_i8x16_u", (I8X16.split, I16X8))
@_defines("i32x4.extadd_pairwise_i16x8_s", (I16X8.signed, I32X4))
@_defines("i32x4.extadd_pairwise_i16x8_u", (I16X8.split, I32X4))
def extadd_pairwise(widening: Widening, a: int) -> int:
    numbers, wide = widening
    lanes = numbers(a)
    return wide.wrap(map(add, lanes[::2], lanes[1::2]))


@_defines("i32x4.dot_i16x8_s", (I16X8.signed, I32X4))
def dot(widening: Widening, a: int, b: int) -> int:
    numbers, wide = widening
    products = list(map(mul, numbers(a), numbers(b)))
    return wide.wrap(map(add, products[::2], products[1::2]))


@_defines("i8x16.narrow_i16x8_s", (I16X8, I8X16))
@_defines("i16x8.narrow_i32x4_s", (I32X4, I16X8))
def narrow_s(narrowing: Narrowing, a: int, b: int) -> int:
    wide, to = narrowing
    return to.join([saturate_s(to.lane, number) for number in wide.signed(a) + wide.signed(b)])


@_defines("i8x16.narrow_i16x8_u", (I16X8, I8X16))
@_defines("i16x8.narrow_i32x4_u", (I32X4, I16X8))
def narrow_u(narrowing: Narrowing, a: int, b: int) -> int:
    """# SPEC: unsigned is the result alone; a lane of an operand with its highest bit set is negative and gives 0."""
    wide, to = narrowing
    return to.join([saturate_u(to.lane, number) for number in wide.signed(a) + wide.signed(b)])
