"""Conversions of lanes between number types (spec: `exec-vcvtop`), by the definitions of the scalars."""

from collections.abc import Callable
from functools import partial

from .conversion import change_format, convert_f32_s, convert_f32_u, convert_f64_s, convert_f64_u
from .conversion import trunc_sat_s as sat_s
from .conversion import trunc_sat_u as sat_u
from .floating import F32, F64, Format
from .integer import W32
from .registry import Registry
from .vector import F32X4, F64X2, I32X4, IntegerShape, Shape

VECTOR_CONVERSION = Registry()
_defines = VECTOR_CONVERSION.defines

AnyShape = IntegerShape | Shape[Format]
Conversion = tuple[AnyShape, AnyShape, Callable[[int], int]]
"""From lanes, to lanes, and what becomes of a lane's bits."""


def _lanes(source: AnyShape, to: AnyShape, lane: Callable[[int], int]) -> Conversion:
    return source, to, lane


@_defines("i32x4.trunc_sat_f32x4_s", _lanes(F32X4, I32X4, partial(sat_s, (F32, W32))))
@_defines("i32x4.trunc_sat_f32x4_u", _lanes(F32X4, I32X4, partial(sat_u, (F32, W32))))
@_defines("i32x4.trunc_sat_f64x2_s_zero", _lanes(F64X2, I32X4, partial(sat_s, (F64, W32))))
@_defines("i32x4.trunc_sat_f64x2_u_zero", _lanes(F64X2, I32X4, partial(sat_u, (F64, W32))))
@_defines("f32x4.convert_i32x4_s", _lanes(I32X4, F32X4, partial(convert_f32_s, W32)))
@_defines("f32x4.convert_i32x4_u", _lanes(I32X4, F32X4, partial(convert_f32_u, W32)))
@_defines("f64x2.convert_low_i32x4_s", _lanes(I32X4, F64X2, partial(convert_f64_s, W32)))
@_defines("f64x2.convert_low_i32x4_u", _lanes(I32X4, F64X2, partial(convert_f64_u, W32)))
@_defines("f32x4.demote_f64x2_zero", _lanes(F64X2, F32X4, partial(change_format, (F64, F32))))
@_defines("f64x2.promote_low_f32x4", _lanes(F32X4, F64X2, partial(change_format, (F32, F64))))
def convert(conversion: Conversion, a: int) -> int:
    """Converts the lowest lanes, as many as the smaller count; lanes of the result above those are zero."""
    source, to, lane = conversion
    return to.padded(list(map(lane, source.split(a)[: to.count])))
