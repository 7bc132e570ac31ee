"""Integer operations (spec: `int-ops`).  Everything is arithmetic on Python integers; none of it can overflow."""

from ...errors import Trap
from ..types import TrapKind
from .registry import Registry

INTEGER = Registry()
_defines = INTEGER.defines


class Width:
    """An integer type: the N of the specification's `iadd_N`."""

    __slots__ = ("bits", "mask", "sign")

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.mask = (1 << bits) - 1
        self.sign = 1 << bits - 1

    def signed(self, value: int) -> int:
        """The signed interpretation of unsigned bits (spec: `aux-signed`)."""
        return (value ^ self.sign) - self.sign


W32 = Width(32)
W64 = Width(64)


@_defines("i32.const", W32)
@_defines("i64.const", W64)
def const(_: Width, bits: int) -> int:
    return bits


@_defines("i32.eqz", W32)
@_defines("i64.eqz", W64)
def eqz(_: Width, a: int) -> int:
    return int(a == 0)


@_defines("i32.eq", W32)
@_defines("i64.eq", W64)
def eq(_: Width, a: int, b: int) -> int:
    return int(a == b)


@_defines("i32.ne", W32)
@_defines("i64.ne", W64)
def ne(_: Width, a: int, b: int) -> int:
    return int(a != b)


@_defines("i32.lt_s", W32)
@_defines("i64.lt_s", W64)
def lt_s(w: Width, a: int, b: int) -> int:
    return int(a ^ w.sign < b ^ w.sign)  # flipping the sign bit orders two's complement as unsigned


@_defines("i32.lt_u", W32)
@_defines("i64.lt_u", W64)
def lt_u(_: Width, a: int, b: int) -> int:
    return int(a < b)


@_defines("i32.gt_s", W32)
@_defines("i64.gt_s", W64)
def gt_s(w: Width, a: int, b: int) -> int:
    return int(a ^ w.sign > b ^ w.sign)


@_defines("i32.gt_u", W32)
@_defines("i64.gt_u", W64)
def gt_u(_: Width, a: int, b: int) -> int:
    return int(a > b)


@_defines("i32.le_s", W32)
@_defines("i64.le_s", W64)
def le_s(w: Width, a: int, b: int) -> int:
    return int(a ^ w.sign <= b ^ w.sign)


@_defines("i32.le_u", W32)
@_defines("i64.le_u", W64)
def le_u(_: Width, a: int, b: int) -> int:
    return int(a <= b)


@_defines("i32.ge_s", W32)
@_defines("i64.ge_s", W64)
def ge_s(w: Width, a: int, b: int) -> int:
    return int(a ^ w.sign >= b ^ w.sign)


@_defines("i32.ge_u", W32)
@_defines("i64.ge_u", W64)
def ge_u(_: Width, a: int, b: int) -> int:
    return int(a >= b)


@_defines("i32.clz", W32)
@_defines("i64.clz", W64)
def clz(w: Width, a: int) -> int:
    return w.bits - a.bit_length()


@_defines("i32.ctz", W32)
@_defines("i64.ctz", W64)
def ctz(w: Width, a: int) -> int:
    return (a & -a).bit_length() - 1 if a else w.bits


@_defines("i32.popcnt", W32)
@_defines("i64.popcnt", W64)
def popcnt(_: Width, a: int) -> int:
    return a.bit_count()


@_defines("i32.add", W32)
@_defines("i64.add", W64)
def add(w: Width, a: int, b: int) -> int:
    return (a + b) & w.mask


@_defines("i32.sub", W32)
@_defines("i64.sub", W64)
def sub(w: Width, a: int, b: int) -> int:
    return (a - b) & w.mask


@_defines("i32.mul", W32)
@_defines("i64.mul", W64)
def mul(w: Width, a: int, b: int) -> int:
    return a * b & w.mask


def _truncating_quotient(a: int, b: int) -> int:
    """The quotient rounded towards zero, where Python's `//` rounds down."""
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


@_defines("i32.div_s", W32)
@_defines("i64.div_s", W64)
def div_s(w: Width, a: int, b: int) -> int:
    if b == 0:
        raise Trap(TrapKind.DIV_ZERO)
    quotient = _truncating_quotient(w.signed(a), w.signed(b))
    if quotient == w.sign:
        raise Trap(TrapKind.OVERFLOW)
    return quotient & w.mask


@_defines("i32.div_u", W32)
@_defines("i64.div_u", W64)
def div_u(_: Width, a: int, b: int) -> int:
    if b == 0:
        raise Trap(TrapKind.DIV_ZERO)
    return a // b


@_defines("i32.rem_s", W32)
@_defines("i64.rem_s", W64)
def rem_s(w: Width, a: int, b: int) -> int:
    if b == 0:
        raise Trap(TrapKind.DIV_ZERO)
    dividend, divisor = w.signed(a), w.signed(b)
    return (dividend - divisor * _truncating_quotient(dividend, divisor)) & w.mask


@_defines("i32.rem_u", W32)
@_defines("i64.rem_u", W64)
def rem_u(_: Width, a: int, b: int) -> int:
    if b == 0:
        raise Trap(TrapKind.DIV_ZERO)
    return a % b


@_defines("i32.and", W32)
@_defines("i64.and", W64)
def and_(_: Width, a: int, b: int) -> int:
    return a & b


@_defines("i32.or", W32)
@_defines("i64.or", W64)
def or_(_: Width, a: int, b: int) -> int:
    return a | b


@_defines("i32.xor", W32)
@_defines("i64.xor", W64)
def xor(_: Width, a: int, b: int) -> int:
    return a ^ b


@_defines("i32.shl", W32)
@_defines("i64.shl", W64)
def shl(w: Width, a: int, b: int) -> int:
    return a << b % w.bits & w.mask


@_defines("i32.shr_s", W32)
@_defines("i64.shr_s", W64)
def shr_s(w: Width, a: int, b: int) -> int:
    return w.signed(a) >> b % w.bits & w.mask


@_defines("i32.shr_u", W32)
@_defines("i64.shr_u", W64)
def shr_u(w: Width, a: int, b: int) -> int:
    return a >> b % w.bits


@_defines("i32.rotl", W32)
@_defines("i64.rotl", W64)
def rotl(w: Width, a: int, b: int) -> int:
    distance = b % w.bits
    return (a << distance | a >> w.bits - distance) & w.mask


@_defines("i32.rotr", W32)
@_defines("i64.rotr", W64)
def rotr(w: Width, a: int, b: int) -> int:
    distance = b % w.bits
    return (a >> distance | a << w.bits - distance) & w.mask


def _extend(w: Width, a: int, narrow: int) -> int:
    sign = 1 << narrow - 1
    return ((a & (sign << 1) - 1) ^ sign) - sign & w.mask


@_defines("i32.extend8_s", W32)
@_defines("i64.extend8_s", W64)
def extend8_s(w: Width, a: int) -> int:
    return _extend(w, a, 8)


@_defines("i32.extend16_s", W32)
@_defines("i64.extend16_s", W64)
def extend16_s(w: Width, a: int) -> int:
    return _extend(w, a, 16)


@_defines("i64.extend32_s", W64)
def extend32_s(w: Width, a: int) -> int:
    return _extend(w, a, 32)
