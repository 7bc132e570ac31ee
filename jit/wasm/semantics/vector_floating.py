"""Floating-point operations on vectors (spec: `float-ops`).

Lane by lane by the scalars' definitions, their canonical NaNs included.  `pmin` and `pmax` alone are not arithmetic:
they choose one operand and keep its bits, a NaN's too.
"""

from . import floating
from .floating import Format
from .vector import FLOAT_SHAPES, LaneRegistry

VECTOR_FLOATING = LaneRegistry(FLOAT_SHAPES)
_unary = VECTOR_FLOATING.unary
_binary = VECTOR_FLOATING.binary
_comparison = VECTOR_FLOATING.comparison

_comparison("f32x4.eq", "f64x2.eq")(floating.eq)
_comparison("f32x4.ne", "f64x2.ne")(floating.ne)
_comparison("f32x4.lt", "f64x2.lt")(floating.lt)
_comparison("f32x4.gt", "f64x2.gt")(floating.gt)
_comparison("f32x4.le", "f64x2.le")(floating.le)
_comparison("f32x4.ge", "f64x2.ge")(floating.ge)
_unary("f32x4.abs", "f64x2.abs")(floating.abs_)
_unary("f32x4.neg", "f64x2.neg")(floating.neg)
_unary("f32x4.sqrt", "f64x2.sqrt")(floating.sqrt)
_unary("f32x4.ceil", "f64x2.ceil")(floating.ceil)
_unary("f32x4.floor", "f64x2.floor")(floating.floor)
_unary("f32x4.trunc", "f64x2.trunc")(floating.trunc)
_unary("f32x4.nearest", "f64x2.nearest")(floating.nearest)
_binary("f32x4.add", "f64x2.add")(floating.add)
_binary("f32x4.sub", "f64x2.sub")(floating.sub)
_binary("f32x4.mul", "f64x2.mul")(floating.mul)
_binary("f32x4.div", "f64x2.div")(floating.div)
_binary("f32x4.min", "f64x2.min")(floating.min_)
_binary("f32x4.max", "f64x2.max")(floating.max_)


@_binary("f32x4.pmin", "f64x2.pmin")
def pmin(f: Format, a: int, b: int) -> int:
    return b if f.value(b) < f.value(a) else a


@_binary("f32x4.pmax", "f64x2.pmax")
def pmax(f: Format, a: int, b: int) -> int:
    return b if f.value(a) < f.value(b) else a
