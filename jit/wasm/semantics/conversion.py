"""Conversions (spec: `exec-cvtop`): between integers, between floats, and across."""

from ...errors import Trap
from ..types import TrapKind
from .floating import F32, F64, Format
from .integer import W32, W64, Width
from .registry import Registry

CONVERSION = Registry()
_defines = CONVERSION.defines


@_defines("i32.wrap_i64", W32)
def wrap(to: Width, a: int) -> int:
    return a & to.mask


@_defines("i64.extend_i32_s", (W32, W64))
def extend_s(widths: tuple[Width, Width], a: int) -> int:
    narrow, wide = widths
    return narrow.signed(a) & wide.mask


@_defines("i64.extend_i32_u", W64)
@_defines("i32.reinterpret_f32", W32)
@_defines("i64.reinterpret_f64", W64)
@_defines("f32.reinterpret_i32", W32)
@_defines("f64.reinterpret_i64", W64)
def same_bits(_: Width, a: int) -> int:
    return a


Truncation = tuple[Format, Width]


def _whole(value: float) -> int:
    """The number without its fraction; traps for what has none."""
    if value != value:
        raise Trap(TrapKind.BAD_CONVERSION)
    if value in (float("inf"), float("-inf")):
        raise Trap(TrapKind.OVERFLOW)
    return int(value)


@_defines("i32.trunc_f32_s", (F32, W32))
@_defines("i32.trunc_f64_s", (F64, W32))
@_defines("i64.trunc_f32_s", (F32, W64))
@_defines("i64.trunc_f64_s", (F64, W64))
def trunc_s(types: Truncation, a: int) -> int:
    source, to = types
    whole = _whole(source.value(a))
    if not -to.sign <= whole < to.sign:
        raise Trap(TrapKind.OVERFLOW)
    return whole & to.mask


@_defines("i32.trunc_f32_u", (F32, W32))
@_defines("i32.trunc_f64_u", (F64, W32))
@_defines("i64.trunc_f32_u", (F32, W64))
@_defines("i64.trunc_f64_u", (F64, W64))
def trunc_u(types: Truncation, a: int) -> int:
    source, to = types
    whole = _whole(source.value(a))
    if not 0 <= whole <= to.mask:
        raise Trap(TrapKind.OVERFLOW)
    return whole


def _saturated(value: float, least: int, greatest: int) -> int:
    if value != value:
        return 0
    if value <= least:
        return least
    return greatest if value >= greatest else int(value)


@_defines("i32.trunc_sat_f32_s", (F32, W32))
@_defines("i32.trunc_sat_f64_s", (F64, W32))
@_defines("i64.trunc_sat_f32_s", (F32, W64))
@_defines("i64.trunc_sat_f64_s", (F64, W64))
def trunc_sat_s(types: Truncation, a: int) -> int:
    source, to = types
    return _saturated(source.value(a), -to.sign, to.sign - 1) & to.mask


@_defines("i32.trunc_sat_f32_u", (F32, W32))
@_defines("i32.trunc_sat_f64_u", (F64, W32))
@_defines("i64.trunc_sat_f32_u", (F32, W64))
@_defines("i64.trunc_sat_f64_u", (F64, W64))
def trunc_sat_u(types: Truncation, a: int) -> int:
    source, to = types
    return _saturated(source.value(a), 0, to.mask)


def _rounded_to_odd(whole: int) -> float:
    """The nearest binary64 number with all that is lost gathered in its last bit, so that rounding again is exact.

    Without it a 64-bit integer would be rounded twice on its way to binary32.
    """
    magnitude = abs(whole)
    if magnitude >> 53:
        magnitude = (magnitude >> 11 | (magnitude & 0x7FF != 0)) << 11
    return float(magnitude if whole >= 0 else -magnitude)


@_defines("f32.convert_i32_s", W32)
@_defines("f32.convert_i64_s", W64)
def convert_f32_s(source: Width, a: int) -> int:
    return F32.bits(_rounded_to_odd(source.signed(a)))


@_defines("f32.convert_i32_u", W32)
@_defines("f32.convert_i64_u", W64)
def convert_f32_u(_: Width, a: int) -> int:
    return F32.bits(_rounded_to_odd(a))


@_defines("f64.convert_i32_s", W32)
@_defines("f64.convert_i64_s", W64)
def convert_f64_s(source: Width, a: int) -> int:
    return F64.bits(float(source.signed(a)))


@_defines("f64.convert_i32_u", W32)
@_defines("f64.convert_i64_u", W64)
def convert_f64_u(_: Width, a: int) -> int:
    return F64.bits(float(a))


@_defines("f32.demote_f64", (F64, F32))
@_defines("f64.promote_f32", (F32, F64))
def change_format(formats: tuple[Format, Format], a: int) -> int:
    source, to = formats
    return to.bits(source.value(a))
