"""Vectors whatever their lanes hold: constants, logic, and lanes moved about (spec: `exec-instr-vec`).

Lane numbers are immediates: they come first, as the instruction has them.  Bits are moved only, so that lanes of floats
are the integers that their bits are.
"""

from ..types import I32
from . import integer
from .integer import Width
from .registry import Registry
from .vector import I8X16, I16X8, I32X4, I64X2, W128, IntegerShape

VECTOR_LANES = Registry()
_defines = VECTOR_LANES.defines

# --- all 128 bits as one number

_defines("v128.const", W128)(integer.const)
_defines("v128.and", W128)(integer.and_)
_defines("v128.or", W128)(integer.or_)
_defines("v128.xor", W128)(integer.xor)


@_defines("v128.not", W128)
def not_(w: Width, a: int) -> int:
    return a ^ w.mask


@_defines("v128.andnot", W128)
def andnot(_: Width, a: int, b: int) -> int:
    return a & ~b


@_defines("v128.bitselect", W128)
def bitselect(_: Width, a: int, b: int, choice: int) -> int:
    """Bits of `a` where `choice` has a one, of `b` where it has a zero."""
    return a & choice | b & ~choice


@_defines("v128.any_true", W128)
def any_true(_: Width, a: int) -> int:
    return int(a != 0)


# --- one lane


@_defines("i8x16.splat", I8X16)
@_defines("i16x8.splat", I16X8)
@_defines("i32x4.splat", I32X4)
@_defines("i64x2.splat", I64X2)
@_defines("f32x4.splat", I32X4)
@_defines("f64x2.splat", I64X2)
def splat(shape: IntegerShape, value: int) -> int:
    return shape.join([value & shape.ones] * shape.count)


@_defines("i8x16.extract_lane_s", I8X16)
@_defines("i16x8.extract_lane_s", I16X8)
def extract_lane_s(shape: IntegerShape, lane: int, a: int) -> int:
    return shape.signed(a)[lane] & (1 << I32.bits) - 1


@_defines("i8x16.extract_lane_u", I8X16)
@_defines("i16x8.extract_lane_u", I16X8)
@_defines("i32x4.extract_lane", I32X4)
@_defines("i64x2.extract_lane", I64X2)
@_defines("f32x4.extract_lane", I32X4)
@_defines("f64x2.extract_lane", I64X2)
def extract_lane(shape: IntegerShape, lane: int, a: int) -> int:
    return shape.split(a)[lane]


@_defines("i8x16.replace_lane", I8X16)
@_defines("i16x8.replace_lane", I16X8)
@_defines("i32x4.replace_lane", I32X4)
@_defines("i64x2.replace_lane", I64X2)
@_defines("f32x4.replace_lane", I32X4)
@_defines("f64x2.replace_lane", I64X2)
def replace_lane(shape: IntegerShape, lane: int, a: int, value: int) -> int:
    lanes = list(shape.split(a))
    lanes[lane] = value & shape.ones
    return shape.join(lanes)


# --- bytes by number


@_defines("i8x16.shuffle", I8X16)
def shuffle(shape: IntegerShape, *operands: int) -> int:
    """Takes 16 lane numbers and two vectors: the lanes of both, counted through, that have these numbers."""
    *chosen, a, b = operands
    lanes = shape.split(a) + shape.split(b)
    return shape.join([lanes[lane] for lane in chosen])


@_defines("i8x16.swizzle", I8X16)
def swizzle(shape: IntegerShape, a: int, b: int) -> int:
    """The lanes of `a` that `b` numbers, zero for a number that is none."""
    lanes = shape.split(a)
    return shape.join([lanes[lane] if lane < shape.count else 0 for lane in shape.split(b)])
