"""Advanced SIMD by what it does: valid encodings of something else would read back wrong nowhere but here.

Expected values are worked out by hand from the manual's descriptions.
"""

import struct
from collections.abc import Callable

import pytest

from jit.a64.masm import MacroAssembler
from jit.a64.operands import (
    B8,
    B16,
    D2,
    H4,
    H8,
    S2,
    S4,
    SP,
    V0,
    V1,
    V2,
    V3,
    V30,
    X0,
    X1,
    Arrangement,
    B,
    D,
    H,
    S,
    VSize,
    X,
)
from support.a64_run import MEMORY, run

ONES = (1 << 128) - 1
NAN = float("nan")


def lanes(bits: int, values: tuple[int, ...]) -> int:
    """A register by its lanes, the lowest first, which may be negative; those not given are zero."""
    return sum((value & (1 << bits) - 1) << i * bits for i, value in enumerate(values))


def b(*values: int) -> int:
    return lanes(8, values)


def h(*values: int) -> int:
    return lanes(16, values)


def s(*values: int) -> int:
    return lanes(32, values)


def d(*values: int) -> int:
    return lanes(64, values)


def f(*values: float) -> int:
    """A register of single-precision numbers."""
    return int.from_bytes(struct.pack(f"<{len(values)}f", *values), "little")


def g(*values: float) -> int:
    """A register of double-precision numbers."""
    return int.from_bytes(struct.pack(f"<{len(values)}d", *values), "little")


Case = tuple[str, Callable[[MacroAssembler], object], dict[int, int], int]
WORDS = {1: s(1, 2, 3, 4), 2: s(5, 6, 7, 8)}
SIGNED = {1: b(-1, 5), 2: b(1, 3)}
FRACTIONS = {1: h(0x4000, -0x8000, 1), 2: h(0x4000, -0x8000, 0x4000)}
ORDER = {1: s(1, -1), 2: s(0, 1)}
SIGNS = {1: s(-1, 0, 1, 0)}
UPPER = {1: b(-1, 2, 0, 0, 0, 0, 0, 0, -3, 4), 2: b(5, -5, 0, 0, 0, 0, 0, 0, 7, -7)}

BITWISE: list[Case] = [
    ("and", lambda a: a.and_v(B16, V0, V1, V2), {1: d(12, 12), 2: d(10, 10)}, d(8, 8)),
    ("orr", lambda a: a.orr_v(B16, V0, V1, V2), {1: d(12, 12), 2: d(10, 10)}, d(14, 14)),
    ("eor", lambda a: a.eor_v(B16, V0, V1, V2), {1: d(12, 12), 2: d(10, 10)}, d(6, 6)),
    ("bic clears the bits of the second", lambda a: a.bic_v(B16, V0, V1, V2), {1: d(12, 12), 2: d(10, 10)}, d(4, 4)),
    ("orn sets the zeros of the second", lambda a: a.orn_v(B16, V0, V1, V2), {1: d(12, 12), 2: d(10, 10)}, d(-3, -3)),
    ("not", lambda a: a.not_v(B16, V0, V1), {1: d(1, 2)}, d(-2, -3)),
    ("bsl selects by the destination", lambda a: a.bsl(B16, V0, V1, V2), {0: b(0xF0), 1: b(0xAA), 2: b(0x55)}, b(0xA5)),
    ("bit inserts where the last has ones", lambda a: a.bit(B16, V0, V1, V2), {0: b(0xF0), 1: b(0x0A), 2: b(0x3C)},
     b(0xC8)),
    ("bif inserts where the last has zeros", lambda a: a.bif(B16, V0, V1, V2), {0: b(0xF0), 1: b(0x0A), 2: b(0x3C)},
     b(0x32)),
    ("mov copies all", lambda a: a.mov_v(V0, V1), {1: ONES - 1}, ONES - 1),
    ("half a vector clears the other half", lambda a: a.orr_v(B8, V0, V1, V1), {0: ONES, 1: ONES}, d(-1)),
]  # fmt: skip

ARITHMETIC: list[Case] = [
    ("add wraps in the lane", lambda a: a.add_v(H8, V0, V1, V2), {1: h(1, 0x7FFF, -1), 2: h(2, 1, 1)}, h(3, -0x8000)),
    ("sub takes the second from the first", lambda a: a.sub_v(S4, V0, V1, V2), {1: s(10), 2: s(3, 1)}, s(7, -1)),
    ("mul keeps the lower half", lambda a: a.mul_v(S4, V0, V1, V2), {1: s(0x10000, -3), 2: s(0x10001, 5)},
     s(0x10000, -15)),
    ("mla adds", lambda a: a.mla(H8, V0, V1, V2), {0: h(100), 1: h(5), 2: h(7)}, h(135)),
    ("mls subtracts", lambda a: a.mls(H8, V0, V1, V2), {0: h(100), 1: h(5), 2: h(7)}, h(65)),
    ("neg", lambda a: a.neg_v(D2, V0, V1), {1: d(1, -1 << 63)}, d(-1, -1 << 63)),
    ("abs", lambda a: a.abs_v(B16, V0, V1), {1: b(-1, -128, 5)}, b(1, -128, 5)),
    ("addp takes the pairs of the first first", lambda a: a.addp(S4, V0, V1, V2), WORDS, s(3, 7, 11, 15)),
    ("addp of one vector", lambda a: a.addp_d(V0, V1), {0: ONES, 1: d(5, 7)}, d(12)),
    ("sqadd", lambda a: a.sqadd(B16, V0, V1, V2), {1: b(100, -100, 1), 2: b(100, -100, 2)}, b(127, -128, 3)),
    ("uqadd", lambda a: a.uqadd(B16, V0, V1, V2), {1: b(200, 1), 2: b(100, 1)}, b(255, 2)),
    ("sqsub", lambda a: a.sqsub(B16, V0, V1, V2), {1: b(-100, 100), 2: b(100, -100)}, b(-128, 127)),
    ("uqsub", lambda a: a.uqsub(B16, V0, V1, V2), {1: b(1, 200), 2: b(2, 100)}, b(0, 100)),
    ("sqdmulh truncates", lambda a: a.sqdmulh(H8, V0, V1, V2), FRACTIONS,
     h(0x2000, 0x7FFF, 0)),
    ("sqrdmulh rounds", lambda a: a.sqrdmulh(H8, V0, V1, V2), FRACTIONS,
     h(0x2000, 0x7FFF, 1)),
    ("urhadd rounds up", lambda a: a.urhadd(B16, V0, V1, V2), {1: b(1, 255, 254), 2: b(2, 255, 255)}, b(2, 255, 255)),
    ("smax", lambda a: a.smax(B16, V0, V1, V2), SIGNED, b(1, 5)),
    ("smin", lambda a: a.smin(B16, V0, V1, V2), SIGNED, b(-1, 3)),
    ("umax", lambda a: a.umax(B16, V0, V1, V2), SIGNED, b(-1, 5)),
    ("umin", lambda a: a.umin(B16, V0, V1, V2), SIGNED, b(1, 3)),
    ("smaxp", lambda a: a.smaxp(S4, V0, V1, V2), {1: s(1, 2, 3, 4), 2: s(-1, 5, 6, 7)}, s(2, 4, 5, 7)),
    ("sminp", lambda a: a.sminp(S4, V0, V1, V2), {1: s(1, 2, 3, 4), 2: s(-1, 5, 6, 7)}, s(1, 3, -1, 6)),
    ("umaxp", lambda a: a.umaxp(S4, V0, V1, V2), {1: s(1, 2, 3, 4), 2: s(-1, 5, 6, 7)}, s(2, 4, -1, 7)),
    ("uminp", lambda a: a.uminp(S4, V0, V1, V2), {1: s(1, 2, 3, 4), 2: s(-1, 5, 6, 7)}, s(1, 3, 5, 6)),
    ("cnt", lambda a: a.cnt(B16, V0, V1), {1: b(3, 0xFF)}, b(2, 8)),
    ("clz", lambda a: a.clz_v(H8, V0, V1), {1: h(1, -1)}, h(15, 0, *[16] * 6)),
    ("cls", lambda a: a.cls_v(H8, V0, V1), {1: h(1, -1)}, h(14, *[15] * 7)),
    ("rbit", lambda a: a.rbit_v(B16, V0, V1), {1: b(1, 0x80, 3)}, b(0x80, 1, 0xC0)),
    ("rev64 of words", lambda a: a.rev64(S4, V0, V1), WORDS, s(2, 1, 4, 3)),
    ("rev64 of bytes", lambda a: a.rev64(B8, V0, V1), {1: b(1, 2, 3, 4, 5, 6, 7, 8, 9)}, b(8, 7, 6, 5, 4, 3, 2, 1)),
    ("rev32 of halfwords", lambda a: a.rev32_v(H8, V0, V1), {1: h(1, 2, 3, 4)}, h(2, 1, 4, 3)),
    ("rev16", lambda a: a.rev16_v(B16, V0, V1), {1: b(1, 2, 3, 4)}, b(2, 1, 4, 3)),
]  # fmt: skip

ACROSS: list[Case] = [
    ("addv adds all and clears the rest", lambda a: a.addv(H8, V0, V1), {0: ONES, 1: h(1, 2, 3, 4, 5, 6, 7, 8)}, h(36)),
    ("addv wraps in the lane", lambda a: a.addv(B16, V0, V1), {1: b(*[100] * 16)}, b(1600 % 256)),
    ("saddlv does not wrap", lambda a: a.saddlv(B16, V0, V1), {1: b(-100, -100)}, h(-200)),
    ("uaddlv does not see a sign", lambda a: a.uaddlv(B16, V0, V1), {1: b(-100, -100)}, h(312)),
    ("saddlv of words", lambda a: a.saddlv(S4, V0, V1), {1: s(-1, -1, -1, -1)}, d(-4)),
    ("uaddlv of words", lambda a: a.uaddlv(S4, V0, V1), {1: s(-1, -1, -1, -1)}, d(0x3FFFFFFFC)),
    ("smaxv", lambda a: a.smaxv(B16, V0, V1), {1: b(*[-2] * 15, -1)}, b(-1)),
    ("sminv", lambda a: a.sminv(B16, V0, V1), {1: b(1, -5)}, b(-5)),
    ("umaxv", lambda a: a.umaxv(B16, V0, V1), {1: b(1, -2)}, b(-2)),
    ("uminv", lambda a: a.uminv(B16, V0, V1), {1: b(*[-1] * 15, 2)}, b(2)),
]

COMPARISON: list[Case] = [
    ("cmeq", lambda a: a.cmeq(S4, V0, V1, V2), {1: s(1, 2), 2: s(1, 3)}, s(-1, 0, -1, -1)),
    ("cmgt is signed", lambda a: a.cmgt(S4, V0, V1, V2), ORDER, s(-1, 0, 0, 0)),
    ("cmge is signed", lambda a: a.cmge(S4, V0, V1, V2), ORDER, s(-1, 0, -1, -1)),
    ("cmhi is not", lambda a: a.cmhi(S4, V0, V1, V2), ORDER, s(-1, -1, 0, 0)),
    ("cmhs is not", lambda a: a.cmhs(S4, V0, V1, V2), ORDER, s(-1, -1, -1, -1)),
    ("cmtst looks for a common one", lambda a: a.cmtst(S4, V0, V1, V2), {1: s(5, 2, 0, 1), 2: s(4, 1, 0, 1)},
     s(-1, 0, 0, -1)),
    ("cmeq with zero", lambda a: a.cmeq_zero(S4, V0, V1), SIGNS, s(0, -1, 0, -1)),
    ("cmgt with zero", lambda a: a.cmgt_zero(S4, V0, V1), SIGNS, s(0, 0, -1, 0)),
    ("cmge with zero", lambda a: a.cmge_zero(S4, V0, V1), SIGNS, s(0, -1, -1, -1)),
    ("cmle with zero", lambda a: a.cmle_zero(S4, V0, V1), SIGNS, s(-1, -1, 0, -1)),
    ("cmlt with zero", lambda a: a.cmlt_zero(S4, V0, V1), SIGNS, s(-1, 0, 0, 0)),
]  # fmt: skip

LENGTH: list[Case] = [
    ("smull", lambda a: a.smull_v(H8, V0, V1, V2), UPPER, h(-5, -10)),
    ("smull2 multiplies the upper halves", lambda a: a.smull2(H8, V0, V1, V2), UPPER, h(-21, -28)),
    ("umull", lambda a: a.umull_v(H8, V0, V1, V2), UPPER, h(1275, 502)),
    ("umull2", lambda a: a.umull2(H8, V0, V1, V2), UPPER, h(1771, 996)),
    ("smlal", lambda a: a.smlal(S4, V0, V1, V2), {0: s(100), 1: h(-2), 2: h(3)}, s(94)),
    ("smlal2", lambda a: a.smlal2(H8, V0, V1, V2), {0: h(100, 100), **UPPER}, h(79, 72, *[0] * 6)),
    ("umlal", lambda a: a.umlal(S4, V0, V1, V2), {0: s(1), 1: h(-1), 2: h(2)}, s(0x1FFFF)),
    ("umlal2", lambda a: a.umlal2(H8, V0, V1, V2), {0: h(1), **UPPER}, h(1772, 996)),
    ("smlsl", lambda a: a.smlsl(S4, V0, V1, V2), {0: s(100), 1: h(-2), 2: h(3)}, s(106)),
    ("smlsl2", lambda a: a.smlsl2(H8, V0, V1, V2), {0: h(100), **UPPER}, h(121, 28)),
    ("umlsl", lambda a: a.umlsl(S4, V0, V1, V2), {0: s(0x20000), 1: h(-1), 2: h(2)}, s(2)),
    ("umlsl2", lambda a: a.umlsl2(H8, V0, V1, V2), {0: h(1772), **UPPER}, h(1, -996)),
    ("saddl", lambda a: a.saddl(H8, V0, V1, V2), UPPER, h(4, -3)),
    ("saddl2", lambda a: a.saddl2(H8, V0, V1, V2), UPPER, h(4, -3)),
    ("uaddl", lambda a: a.uaddl(H8, V0, V1, V2), UPPER, h(260, 253)),
    ("uaddl2", lambda a: a.uaddl2(H8, V0, V1, V2), UPPER, h(260, 253)),
    ("ssubl", lambda a: a.ssubl(H8, V0, V1, V2), UPPER, h(-6, 7)),
    ("ssubl2", lambda a: a.ssubl2(H8, V0, V1, V2), UPPER, h(-10, 11)),
    ("usubl", lambda a: a.usubl(H8, V0, V1, V2), UPPER, h(250, -249)),
    ("usubl2", lambda a: a.usubl2(H8, V0, V1, V2), UPPER, h(246, -245)),
    ("saddw", lambda a: a.saddw(H8, V0, V1, V2), {1: h(1000), 2: UPPER[1]}, h(999, 2)),
    ("saddw2", lambda a: a.saddw2(H8, V0, V1, V2), {1: h(1000), 2: UPPER[1]}, h(997, 4)),
    ("uaddw", lambda a: a.uaddw(H8, V0, V1, V2), {1: h(1000), 2: UPPER[1]}, h(1255, 2)),
    ("uaddw2", lambda a: a.uaddw2(H8, V0, V1, V2), {1: h(1000), 2: UPPER[1]}, h(1253, 4)),
    ("saddlp", lambda a: a.saddlp(H8, V0, V1), {1: b(-1, -1, 2, 3)}, h(-2, 5)),
    ("uaddlp", lambda a: a.uaddlp(H8, V0, V1), {1: b(-1, -1, 2, 3)}, h(510, 5)),
    ("xtn clears the upper half", lambda a: a.xtn(B8, V0, V1), {0: ONES, 1: h(0x1234, 0x5678)}, b(0x34, 0x78)),
    ("xtn2 keeps the lower half", lambda a: a.xtn2(B16, V0, V1), {0: ONES, 1: h(0x1234, 0x5678)},
     b(*[-1] * 8, 0x34, 0x78)),
    ("sqxtn", lambda a: a.sqxtn(B8, V0, V1), {1: h(300, -300, -5)}, b(127, -128, -5)),
    ("sqxtn2", lambda a: a.sqxtn2(H8, V0, V1), {1: s(-1 << 31, 7)}, h(0, 0, 0, 0, -0x8000, 7)),
    ("sqxtun", lambda a: a.sqxtun(B8, V0, V1), {1: h(300, -300, 5)}, b(255, 0, 5)),
    ("sqxtun2", lambda a: a.sqxtun2(S4, V0, V1), {1: d(-1, 1 << 40)}, s(0, 0, 0, -1)),
    ("uqxtn", lambda a: a.uqxtn(B8, V0, V1), {1: h(300, -300, 5)}, b(255, 255, 5)),
    ("uqxtn2", lambda a: a.uqxtn2(B16, V0, V1), {1: h(300, -300, 5)}, b(*[0] * 8, 255, 255, 5)),
]  # fmt: skip

SHIFTS: list[Case] = [
    ("sshl takes the low byte of each lane, signed", lambda a: a.sshl(S4, V0, V1, V2),
     {1: s(-8, 1, -8), 2: s(-1, 0x104, -40)}, s(-4, 16, -1)),
    ("ushl does not keep the sign", lambda a: a.ushl(S4, V0, V1, V2), {1: s(-8, 1, -8), 2: s(-1, 32, 4)},
     s(0x7FFFFFFC, 0, -128)),
    ("shl", lambda a: a.shl(B16, V0, V1, 1), {1: b(0x81, 3)}, b(2, 6)),
    ("sli keeps the low bits", lambda a: a.sli(B16, V0, V1, 4), {0: b(-1, -1), 1: b(1)}, b(0x1F, 0x0F)),
    ("sshr", lambda a: a.sshr(H8, V0, V1, 4), {1: h(-17, 17)}, h(-2, 1)),
    ("sshr by the width", lambda a: a.sshr(H8, V0, V1, 16), {1: h(-17, 17)}, h(-1, 0)),
    ("ushr", lambda a: a.ushr(H8, V0, V1, 4), {1: h(-17, 17)}, h(0xFFE, 1)),
    ("ushr of doublewords", lambda a: a.ushr(D2, V0, V1, 63), {1: d(-1, 1)}, d(1, 0)),
    ("sri keeps the high bits", lambda a: a.sri(B16, V0, V1, 4), {0: b(-1, -1), 1: b(0x80)}, b(0xF8, 0xF0)),
    ("ssra", lambda a: a.ssra(S4, V0, V1, 2), {0: s(10, 1), 1: s(-16)}, s(6, 1)),
    ("usra", lambda a: a.usra(S4, V0, V1, 30), {0: s(10, 1), 1: s(-16)}, s(13, 1)),
    ("sshll", lambda a: a.sshll(H8, V0, V1, 3), UPPER, h(-8, 16)),
    ("sshll2", lambda a: a.sshll2(H8, V0, V1, 3), UPPER, h(-24, 32)),
    ("ushll", lambda a: a.ushll(H8, V0, V1, 7), UPPER, h(0x7F80, 256)),
    ("ushll2", lambda a: a.ushll2(H8, V0, V1, 7), UPPER, h(0x7E80, 512)),
    ("sxtl", lambda a: a.sxtl(D2, V0, V1), {1: s(-1, 2, -3, 4)}, d(-1, 2)),
    ("sxtl2", lambda a: a.sxtl2(D2, V0, V1), {1: s(-1, 2, -3, 4)}, d(-3, 4)),
    ("uxtl", lambda a: a.uxtl(S4, V0, V1), {1: h(-1, 2)}, s(0xFFFF, 2)),
    ("uxtl2", lambda a: a.uxtl2(S4, V0, V1), {1: h(0, 0, 0, 0, -1, 2)}, s(0xFFFF, 2)),
    ("shrn", lambda a: a.shrn(B8, V0, V1, 4), {0: ONES, 1: h(0x1234, 0x5678)}, b(0x23, 0x67)),
    ("shrn2", lambda a: a.shrn2(B16, V0, V1, 8), {0: ONES, 1: h(0x1234, 0x5678)}, b(*[-1] * 8, 0x12, 0x56)),
]  # fmt: skip

SUMS = {1: f(1.5, -2.0, 0.0, -0.0), 2: f(0.5, 4.0, -0.0, 0.0)}
TIES = {1: f(2.5, -2.5, 1.5, -0.5)}
ORDERED = {1: f(1.0, 2.0, NAN, 0.0), 2: f(1.0, 1.0, NAN, -0.0)}
ZEROS = {1: f(-1.0, -0.0, 1.0, NAN)}
QUIET = s(0x7FC00001)
FLOATS: list[Case] = [
    ("fadd", lambda a: a.fadd_v(S4, V0, V1, V2), SUMS, f(2.0, 2.0, 0.0, 0.0)),
    ("fadd of doubles", lambda a: a.fadd_v(D2, V0, V1, V2), {1: g(1.5, -2.0), 2: g(0.5, 4.0)}, g(2.0, 2.0)),
    ("fsub", lambda a: a.fsub_v(S4, V0, V1, V2), SUMS, f(1.0, -6.0, 0.0, -0.0)),
    ("fmul", lambda a: a.fmul_v(S4, V0, V1, V2), SUMS, f(0.75, -8.0, -0.0, -0.0)),
    ("fdiv", lambda a: a.fdiv_v(S2, V0, V1, V2), SUMS, f(3.0, -0.5)),
    ("fdiv of doubles", lambda a: a.fdiv_v(D2, V0, V1, V2), {1: g(3.0, -2.0), 2: g(2.0, 4.0)}, g(1.5, -0.5)),
    ("fmax", lambda a: a.fmax_v(S4, V0, V1, V2), SUMS, f(1.5, 4.0, 0.0, 0.0)),
    ("fmin", lambda a: a.fmin_v(S4, V0, V1, V2), SUMS, f(0.5, -2.0, -0.0, -0.0)),
    ("fmax gives a NaN", lambda a: a.fmax_v(S4, V0, V1, V2), {1: QUIET, 2: f(1.0)}, QUIET),
    ("fmaxnm gives the number", lambda a: a.fmaxnm_v(S4, V0, V1, V2), {1: QUIET, 2: f(1.0, 2.0)}, f(1.0, 2.0)),
    ("fminnm gives the number", lambda a: a.fminnm_v(S4, V0, V1, V2), {1: QUIET, 2: f(1.0, 2.0)}, f(1.0, 0.0)),
    ("fmla", lambda a: a.fmla(S4, V0, V1, V2), {0: f(10.0), 1: f(2.0), 2: f(3.0)}, f(16.0)),
    ("fmls", lambda a: a.fmls(S4, V0, V1, V2), {0: f(10.0), 1: f(2.0), 2: f(3.0)}, f(4.0)),
    ("faddp", lambda a: a.faddp(S4, V0, V1, V2), {1: f(1, 2, 3, 4), 2: f(5, 6, 7, 8)}, f(3, 7, 11, 15)),
    ("fabs", lambda a: a.fabs_v(S4, V0, V1), {1: f(-1.0, -0.0, 2.0, 0.0)}, f(1.0, 0.0, 2.0, 0.0)),
    ("fneg", lambda a: a.fneg_v(D2, V0, V1), {1: g(1.0, -0.0)}, g(-1.0, 0.0)),
    ("fsqrt", lambda a: a.fsqrt_v(D2, V0, V1), {1: g(2.25, -0.0)}, g(1.5, -0.0)),
    ("frintn ties to even", lambda a: a.frintn_v(S4, V0, V1), TIES, f(2.0, -2.0, 2.0, -0.0)),
    ("frintp rounds up", lambda a: a.frintp_v(S4, V0, V1), TIES, f(3.0, -2.0, 2.0, -0.0)),
    ("frintm rounds down", lambda a: a.frintm_v(S4, V0, V1), TIES, f(2.0, -3.0, 1.0, -1.0)),
    ("frintz truncates", lambda a: a.frintz_v(S4, V0, V1), TIES, f(2.0, -2.0, 1.0, -0.0)),
    ("frinta ties away", lambda a: a.frinta_v(S4, V0, V1), TIES, f(3.0, -3.0, 2.0, -1.0)),
    ("fcmeq", lambda a: a.fcmeq(S4, V0, V1, V2), ORDERED, s(-1, 0, 0, -1)),
    ("fcmge", lambda a: a.fcmge(S4, V0, V1, V2), ORDERED, s(-1, -1, 0, -1)),
    ("fcmgt", lambda a: a.fcmgt(S4, V0, V1, V2), ORDERED, s(0, -1, 0, 0)),
    ("fcmeq with zero", lambda a: a.fcmeq_zero(S4, V0, V1), ZEROS, s(0, -1, 0, 0)),
    ("fcmge with zero", lambda a: a.fcmge_zero(S4, V0, V1), ZEROS, s(0, -1, -1, 0)),
    ("fcmgt with zero", lambda a: a.fcmgt_zero(S4, V0, V1), ZEROS, s(0, 0, -1, 0)),
    ("fcmle with zero", lambda a: a.fcmle_zero(S4, V0, V1), ZEROS, s(-1, -1, 0, 0)),
    ("fcmlt with zero", lambda a: a.fcmlt_zero(S4, V0, V1), ZEROS, s(-1, 0, 0, 0)),
    ("fcvtzs saturates", lambda a: a.fcvtzs_v(S4, V0, V1), {1: f(-1.75, 3e9, NAN, 1.5)}, s(-1, 0x7FFFFFFF, 0, 1)),
    ("fcvtzu saturates", lambda a: a.fcvtzu_v(S4, V0, V1), {1: f(-1.75, 3e9, NAN, 1.5)}, s(0, 3000000000, 0, 1)),
    ("fcvtzs of doubles", lambda a: a.fcvtzs_v(D2, V0, V1), {1: g(-1.75, 1e300)}, d(-1, (1 << 63) - 1)),
    ("scvtf", lambda a: a.scvtf_v(S4, V0, V1), {1: s(-1, 2)}, f(-1.0, 2.0)),
    ("ucvtf", lambda a: a.ucvtf_v(S4, V0, V1), {1: s(-1, 2)}, f(4294967296.0, 2.0)),
    ("ucvtf of doublewords", lambda a: a.ucvtf_v(D2, V0, V1), {1: d(1 << 63, 3)}, g(2.0**63, 3.0)),
    ("fcvtl", lambda a: a.fcvtl(D2, V0, V1), {1: f(1.5, -2.0, 3.0, 4.0)}, g(1.5, -2.0)),
    ("fcvtl2", lambda a: a.fcvtl2(D2, V0, V1), {1: f(1.5, -2.0, 3.0, 4.0)}, g(3.0, 4.0)),
    ("fcvtl of halves", lambda a: a.fcvtl(S4, V0, V1), {1: h(0x3C00, 0xC000)}, f(1.0, -2.0)),
    ("fcvtn clears the upper half", lambda a: a.fcvtn(S2, V0, V1), {0: ONES, 1: g(1.5, -2.0)}, f(1.5, -2.0)),
    ("fcvtn2 keeps the lower half", lambda a: a.fcvtn2(S4, V0, V1), {0: f(9, 8, 7, 6), 1: g(1.5, -2.0)},
     f(9.0, 8.0, 1.5, -2.0)),
    ("fcvtn to halves", lambda a: a.fcvtn(H4, V0, V1), {1: f(1.0, -2.0)}, h(0x3C00, 0xC000)),
]  # fmt: skip

BYTES = {1: b(*range(16)), 2: b(*range(16, 32))}
LANES: list[Case] = [
    ("uzp1 takes the even lanes", lambda a: a.uzp1(S4, V0, V1, V2), WORDS, s(1, 3, 5, 7)),
    ("uzp2 takes the odd lanes", lambda a: a.uzp2(S4, V0, V1, V2), WORDS, s(2, 4, 6, 8)),
    ("trn1 alternates the even lanes", lambda a: a.trn1(S4, V0, V1, V2), WORDS, s(1, 5, 3, 7)),
    ("trn2 alternates the odd lanes", lambda a: a.trn2(S4, V0, V1, V2), WORDS, s(2, 6, 4, 8)),
    ("zip1 alternates the lower halves", lambda a: a.zip1(S4, V0, V1, V2), WORDS, s(1, 5, 2, 6)),
    ("zip2 alternates the upper halves", lambda a: a.zip2(S4, V0, V1, V2), WORDS, s(3, 7, 4, 8)),
    ("ext goes on with the second", lambda a: a.ext(B16, V0, V1, V2, 3), BYTES, b(*range(3, 19))),
    ("ext of half a vector", lambda a: a.ext(B8, V0, V1, V2, 3), BYTES, b(3, 4, 5, 6, 7, 16, 17, 18)),
    ("tbl gives 0 beyond the table", lambda a: a.tbl(B16, V0, V1, V2), {1: b(*range(100, 116)), 2: b(15, 1, 16, 255)},
     b(115, 101, 0, 0, *[100] * 12)),
    ("tbl of two", lambda a: a.tbl(B8, V0, V1, V3, 2), {**BYTES, 3: b(0, 16, 31, 32)}, b(0, 16, 31)),
    ("tbl goes on with V0", lambda a: a.tbl(B8, V0, V30, V3, 4), {30: b(30), 31: b(31), 0: b(50), 1: b(51),
     3: b(0, 16, 32, 48, 64)}, b(30, 31, 50, 51, 0, 30, 30, 30)),
    ("tbl of three", lambda a: a.tbl(B8, V0, V1, V3, 3), {1: b(1), 2: b(2), 3: b(32, 16, 0, 48)},
     b(32, 2, 1, 0, 1, 1, 1, 1)),
    ("tbx keeps beyond the table", lambda a: a.tbx(B16, V0, V1, V2), {0: b(*[7] * 16), 1: b(9), 2: b(*[16] * 15)},
     b(*[7] * 15, 9)),
    ("dup of a lane", lambda a: a.dup_element(H8, V0, V1, 3), {1: h(1, 2, 3, 4)}, h(*[4] * 8)),
    ("dup of a general register", lambda a: (a.movz(X, X0, 0x1234), a.dup_general(B16, V0, X0)), {},
     b(*[0x34] * 16)),
    ("dup to a scalar clears the rest", lambda a: a.dup_scalar(S, V0, V1, 2), {0: ONES, 1: s(1, 2, 3, 4)}, s(3)),
    ("ins of a lane keeps the others", lambda a: a.ins_element(B, V0, 15, V1, 2), {0: b(*range(16)), 1: b(7, 8, 9)},
     b(*range(15), 9)),
    ("ins of a doubleword", lambda a: a.ins_element(D, V0, 0, V1, 1), {0: d(1, 2), 1: d(3, 4)}, d(4, 2)),
]  # fmt: skip

CONSTANTS: list[Case] = [
    ("movi of bytes", lambda a: a.movi_bytes(B16, V0, 0xA5), {}, b(*[0xA5] * 16)),
    ("movi of halfwords", lambda a: a.movi_halfwords(H8, V0, 0x12, 8), {}, h(*[0x1200] * 8)),
    ("mvni of halfwords", lambda a: a.mvni_halfwords(H4, V0, 0x12, 0), {0: ONES}, h(*[-0x13] * 4)),
    ("movi over ones", lambda a: a.movi_words_ones(S4, V0, 0xAB, 8), {}, s(*[0xABFF] * 4)),
    ("mvni over ones", lambda a: a.mvni_words_ones(S2, V0, 0xAB, 16), {0: ONES}, s(*[~0xABFFFF] * 2)),
    ("movi of a mask", lambda a: a.movi_2d(V0, 0xFF00FF), {}, d(0xFF00FF, 0xFF00FF)),
    ("fmov of singles", lambda a: a.fmov_v_imm(S4, V0, 0x00), {}, f(2.0, 2.0, 2.0, 2.0)),
    ("fmov of doubles", lambda a: a.fmov_v_imm(D2, V0, 0xF0), {}, g(-1.0, -1.0)),
]

CASES = [*BITWISE, *ARITHMETIC, *ACROSS, *COMPARISON, *LENGTH, *SHIFTS, *FLOATS, *LANES, *CONSTANTS]


@pytest.mark.parametrize(("write", "vectors", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_vector_instruction_does_what_the_manual_says(
    write: Callable[[MacroAssembler], object], vectors: dict[int, int], expected: int
) -> None:
    assert run(write, v=vectors).v[0] == expected


ELEMENTS = bytes(range(0x81, 0x91))


@pytest.mark.parametrize(
    ("arrangement", "expected"),
    [(B8, b(*[0x81] * 8)), (B16, b(*[0x81] * 16)), (H8, h(*[0x8281] * 8)), (S2, s(*[0x84838281] * 2)),
     (S4, s(*[0x84838281] * 4)), (D2, d(*[0x8887868584838281] * 2))],
)  # fmt: skip
def test_one_element_is_loaded_to_all_lanes(arrangement: Arrangement, expected: int) -> None:
    assert run(lambda a: a.ld1r(arrangement, V0, X1), {1: MEMORY}, {0: ONES}, ELEMENTS).v[0] == expected


@pytest.mark.parametrize(("size", "lane"), [(size, lane) for size in (B, H, S, D) for lane in range(16 >> size)])
def test_one_lane_is_loaded_and_stored(size: VSize, lane: int) -> None:
    whole, width = int.from_bytes(ELEMENTS, "little"), 8 << size
    mask = (1 << width) - 1 << lane * width
    loaded = run(lambda a: a.ld1_lane(size, V0, lane, X1), {1: MEMORY}, {0: ONES}, ELEMENTS).v[0]
    assert loaded == ONES ^ mask | whole << lane * width & mask
    stored = run(lambda a: a.st1_lane(size, V0, lane, SP), v={0: whole})
    at, bytes_ = len(stored.memory) // 2, 1 << size
    assert stored.memory[at : at + 16] == ELEMENTS[lane * bytes_ :][:bytes_] + bytes(16 - bytes_)


@pytest.mark.parametrize(
    "write",
    [
        lambda a: a.dup_element(B16, V0, V1, 16), lambda a: a.dup_element(D2, V0, V1, 2),
        lambda a: a.dup_element(S2, V0, V1, -1), lambda a: a.dup_scalar(H, V0, V1, 8),
        lambda a: a.ins_general(S, V0, 4, X0), lambda a: a.ins_element(B, V0, 16, V1, 0),
        lambda a: a.ins_element(D, V0, 0, V1, 2), lambda a: a.umov(H, X0, V1, 8), lambda a: a.ld1_lane(D, V0, 2, X1),
        lambda a: a.st1_lane(B, V0, -1, X1), lambda a: a.ext(B8, V0, V1, V2, 8),
    ],
)  # fmt: skip
def test_a_lane_beyond_the_vector_is_refused(write: Callable[[MacroAssembler], object]) -> None:
    with pytest.raises(AssertionError):
        write(MacroAssembler())
