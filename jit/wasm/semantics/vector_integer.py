"""Integer operations on vectors (spec: `int-ops`): lane by lane, by the scalars' definitions where there are any."""

from . import integer
from .integer import Width
from .vector import I8X16, I16X8, I32X4, I64X2, INTEGER_SHAPES, IntegerShape, LaneRegistry

VECTOR_INTEGER = LaneRegistry(INTEGER_SHAPES)
_defines = VECTOR_INTEGER.defines
_unary = VECTOR_INTEGER.unary
_binary = VECTOR_INTEGER.binary
_comparison = VECTOR_INTEGER.comparison

_binary("i8x16.add", "i16x8.add", "i32x4.add", "i64x2.add")(integer.add)
_binary("i8x16.sub", "i16x8.sub", "i32x4.sub", "i64x2.sub")(integer.sub)
_binary("i16x8.mul", "i32x4.mul", "i64x2.mul")(integer.mul)
_unary("i8x16.popcnt")(integer.popcnt)
_comparison("i8x16.eq", "i16x8.eq", "i32x4.eq", "i64x2.eq")(integer.eq)
_comparison("i8x16.ne", "i16x8.ne", "i32x4.ne", "i64x2.ne")(integer.ne)
_comparison("i8x16.lt_s", "i16x8.lt_s", "i32x4.lt_s", "i64x2.lt_s")(integer.lt_s)
_comparison("i8x16.lt_u", "i16x8.lt_u", "i32x4.lt_u")(integer.lt_u)
_comparison("i8x16.gt_s", "i16x8.gt_s", "i32x4.gt_s", "i64x2.gt_s")(integer.gt_s)
_comparison("i8x16.gt_u", "i16x8.gt_u", "i32x4.gt_u")(integer.gt_u)
_comparison("i8x16.le_s", "i16x8.le_s", "i32x4.le_s", "i64x2.le_s")(integer.le_s)
_comparison("i8x16.le_u", "i16x8.le_u", "i32x4.le_u")(integer.le_u)
_comparison("i8x16.ge_s", "i16x8.ge_s", "i32x4.ge_s", "i64x2.ge_s")(integer.ge_s)
_comparison("i8x16.ge_u", "i16x8.ge_u", "i32x4.ge_u")(integer.ge_u)


@_unary("i8x16.abs", "i16x8.abs", "i32x4.abs", "i64x2.abs")
def abs_(w: Width, a: int) -> int:
    return -a & w.mask if a & w.sign else a  # the least number has no positive counterpart and stays


@_unary("i8x16.neg", "i16x8.neg", "i32x4.neg", "i64x2.neg")
def neg(w: Width, a: int) -> int:
    return -a & w.mask


@_binary("i8x16.min_s", "i16x8.min_s", "i32x4.min_s")
def min_s(w: Width, a: int, b: int) -> int:
    return a if a ^ w.sign <= b ^ w.sign else b


@_binary("i8x16.min_u", "i16x8.min_u", "i32x4.min_u")
def min_u(_: Width, a: int, b: int) -> int:
    return min(a, b)


@_binary("i8x16.max_s", "i16x8.max_s", "i32x4.max_s")
def max_s(w: Width, a: int, b: int) -> int:
    return a if a ^ w.sign >= b ^ w.sign else b


@_binary("i8x16.max_u", "i16x8.max_u", "i32x4.max_u")
def max_u(_: Width, a: int, b: int) -> int:
    return max(a, b)


@_binary("i8x16.avgr_u", "i16x8.avgr_u")
def avgr_u(_: Width, a: int, b: int) -> int:
    return a + b + 1 >> 1


# --- saturating arithmetic


def saturate_s(w: Width, number: int) -> int:
    """The bits of the signed number of this width nearest to a number (spec: `aux-sat_s`)."""
    return max(-w.sign, min(number, w.sign - 1)) & w.mask


def saturate_u(w: Width, number: int) -> int:
    """The unsigned number of this width nearest to a number (spec: `aux-sat_u`)."""
    return max(0, min(number, w.mask))


@_binary("i8x16.add_sat_s", "i16x8.add_sat_s")
def add_sat_s(w: Width, a: int, b: int) -> int:
    return saturate_s(w, w.signed(a) + w.signed(b))


@_binary("i8x16.add_sat_u", "i16x8.add_sat_u")
def add_sat_u(w: Width, a: int, b: int) -> int:
    return saturate_u(w, a + b)


@_binary("i8x16.sub_sat_s", "i16x8.sub_sat_s")
def sub_sat_s(w: Width, a: int, b: int) -> int:
    return saturate_s(w, w.signed(a) - w.signed(b))


@_binary("i8x16.sub_sat_u", "i16x8.sub_sat_u")
def sub_sat_u(w: Width, a: int, b: int) -> int:
    return saturate_u(w, a - b)


@_binary("i16x8.q15mulr_sat_s")
def q15mulr_sat_s(w: Width, a: int, b: int) -> int:
    """The product of two fixed-point numbers with 15 fraction bits, rounded; only -1 times -1 saturates."""
    return saturate_s(w, w.signed(a) * w.signed(b) + (1 << 14) >> 15)


# --- shifts: one distance, an i32, for all lanes


@_defines("i8x16.shl", I8X16)
@_defines("i16x8.shl", I16X8)
@_defines("i32x4.shl", I32X4)
@_defines("i64x2.shl", I64X2)
def shl(shape: IntegerShape, a: int, distance: int) -> int:
    return shape.join([integer.shl(shape.lane, lane, distance) for lane in shape.split(a)])


@_defines("i8x16.shr_s", I8X16)
@_defines("i16x8.shr_s", I16X8)
@_defines("i32x4.shr_s", I32X4)
@_defines("i64x2.shr_s", I64X2)
def shr_s(shape: IntegerShape, a: int, distance: int) -> int:
    return shape.join([integer.shr_s(shape.lane, lane, distance) for lane in shape.split(a)])


@_defines("i8x16.shr_u", I8X16)
@_defines("i16x8.shr_u", I16X8)
@_defines("i32x4.shr_u", I32X4)
@_defines("i64x2.shr_u", I64X2)
def shr_u(shape: IntegerShape, a: int, distance: int) -> int:
    return shape.join([integer.shr_u(shape.lane, lane, distance) for lane in shape.split(a)])


# --- tests, whose result is an i32


@_defines("i8x16.all_true", I8X16)
@_defines("i16x8.all_true", I16X8)
@_defines("i32x4.all_true", I32X4)
@_defines("i64x2.all_true", I64X2)
def all_true(shape: IntegerShape, a: int) -> int:
    return int(all(shape.split(a)))


@_defines("i8x16.bitmask", I8X16)
@_defines("i16x8.bitmask", I16X8)
@_defines("i32x4.bitmask", I32X4)
@_defines("i64x2.bitmask", I64X2)
def bitmask(shape: IntegerShape, a: int) -> int:
    """The sign of lane n is bit n."""
    return sum(1 << place for place, lane in enumerate(shape.signed(a)) if lane < 0)
