"""Literals to the bit, and results against patterns."""

import math
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, NULL, V128, ValType, Value
from mitey_fuzz.conformance.sexpr import Form, ScriptError, Source
from mitey_fuzz.conformance.values import (
    UnknownValue,
    constant,
    expected,
    float_bits,
    integer_bits,
    matches,
    show,
)


def form(text: str) -> Form:
    return next(Source(text).forms())


def value(text: str) -> Value:
    return constant(form(text))


@pytest.mark.parametrize(
    ("text", "width", "bits"),
    [
        ("0", 32, 0),
        ("-1", 32, 0xFFFFFFFF),
        ("+1_000", 32, 1000),
        ("0xFFFF_ffff", 32, 0xFFFFFFFF),
        ("4294967295", 32, 0xFFFFFFFF),
        ("-0x80000000", 32, 0x80000000),
        ("-9223372036854775808", 64, 1 << 63),
        ("010", 32, 10),
    ],
)
def test_integers_are_signed_or_unsigned(text: str, width: int, bits: int) -> None:
    assert integer_bits(text, width) == bits


@pytest.mark.parametrize("text", ["4294967296", "-2147483649", "0x", "x", "", "1.0", "0x1g", "_1"])
def test_what_is_no_integer_of_its_width_is_refused(text: str) -> None:
    with pytest.raises(ScriptError):
        integer_bits(text, 32)


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("0", 0),
        ("-0.0", 0x80000000),
        ("1", 0x3F800000),
        ("0x1p-149", 1),
        ("0x1.8p-150", 1),
        ("0x1p-150", 0),  # a tie, to even
        ("0x1.000001p-150", 1),
        ("0x1.fffffep127", 0x7F7FFFFF),
        ("0x1.fffffefp127", 0x7F7FFFFF),
        ("0x1.ffffffp127", 0x7F800000),
        ("1e400", 0x7F800000),
        ("0x1.00000100000000001p0", 0x3F800001),  # rounded once: through an f64 it would be a tie
        ("0x1.000003p0", 0x3F800002),
        ("1_0.5_0e+1_0", 0x51C393E7),
        ("0x1.8P+1", 0x40400000),
        ("5.E-1", 0x3F000000),
        ("inf", 0x7F800000),
        ("-inf", 0xFF800000),
        ("nan", 0x7FC00000),
        ("-nan", 0xFFC00000),
        ("nan:0x20_0000", 0x7FA00000),
        ("+nan:0x1", 0x7F800001),
    ],
)
def test_f32_literals_are_rounded_once(text: str, bits: int) -> None:
    assert float_bits(text, F32) == bits


@given(st.floats(allow_nan=False))
@example(5e-324)
@example(1.7976931348623157e308)
def test_f64_literals_are_what_python_reads(number: float) -> None:
    bits = struct.unpack("<Q", struct.pack("<d", number))[0]
    if math.isfinite(number):
        assert float_bits(repr(number), F64) == bits
        assert float_bits(number.hex(), F64) == bits


@given(st.integers(0, 10**30), st.integers(-400, 400))
def test_decimal_literals_round_as_python_does(digits: int, exponent: int) -> None:
    text = f"{digits}e{exponent}"
    assert float_bits(text, F64) == struct.unpack("<Q", struct.pack("<d", float(text)))[0]


@pytest.mark.parametrize("text", ["", "+", "x", "0x", "1p3", "e5", "--1", "infinity", "nan:1"])
def test_what_is_no_float_is_refused(text: str) -> None:
    with pytest.raises(ScriptError):
        float_bits(text, F32)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("(i32.const -1)", Value(I32, 0xFFFFFFFF)),
        ("(i64.const 7)", Value(I64, 7)),
        ("(f32.const 1)", Value(F32, 0x3F800000)),
        ("(f64.const nan:0x1)", Value(F64, 0x7FF0000000000001)),
        ("(ref.null func)", Value(FUNCREF, NULL)),
        ("(ref.null extern)", Value(EXTERNREF, NULL)),
        ("(ref.extern 3)", Value(EXTERNREF, 3)),
        ("(v128.const i32x4 1 2 3 -1)", Value(V128, 0xFFFFFFFF_00000003_00000002_00000001)),
        ("(v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 255)", Value(V128, 0xFF0E0D0C0B0A09080706050403020100)),
        ("(v128.const f64x2 1 -0)", Value(V128, 0x8000000000000000_3FF0000000000000)),
    ],
)
def test_constants_are_values(text: str, wanted: Value) -> None:
    assert value(text) == wanted


@pytest.mark.parametrize("text", ["(f32.const nan:canonical)", "(ref.func)", "(v128.const f32x4 nan:arithmetic 0 0 0)"])
def test_a_pattern_is_no_argument(text: str) -> None:
    with pytest.raises(ScriptError, match="argument"):
        value(text)


@pytest.mark.parametrize("text", ["(ref.i31 1)", "(v128.const i4x32 1)", "(i32.const)", "(ref.null any)"])
def test_a_value_of_another_proposal_is_told_apart(text: str) -> None:
    with pytest.raises(UnknownValue):
        value(text)


def test_a_vector_with_lanes_missing_is_refused() -> None:
    with pytest.raises(ScriptError, match="3 lanes"):
        value("(v128.const i32x4 1 2 3)")


@pytest.mark.parametrize(
    ("text", "type", "good", "bad"),
    [
        ("(i32.const 1)", I32, [1], [0, 2]),
        ("(f32.const 0)", F32, [0], [0x80000000]),
        ("(f32.const nan)", F32, [0x7FC00000], [0xFFC00000, 0x7FC00001]),
        ("(f32.const nan:canonical)", F32, [0x7FC00000, 0xFFC00000], [0x7FC00001, 0x7FA00000, 0x7F800000, 0]),
        ("(f32.const nan:arithmetic)", F32, [0x7FC00000, 0xFFC00001, 0x7FFFFFFF], [0x7FA00000, 0x7F800000, 0x3F800000]),
        ("(f64.const nan:canonical)", F64, [0x7FF8 << 48, 0xFFF8 << 48], [(0x7FF8 << 48) + 1, 0x7FF0 << 48]),
        ("(f64.const nan:arithmetic)", F64, [(0xFFF8 << 48) + 5], [(0x7FF4 << 48), 0x7FF0 << 48]),
        ("(ref.func)", FUNCREF, [0, 7], [NULL]),
        ("(ref.extern)", EXTERNREF, [5], [NULL]),
        ("(ref.null func)", FUNCREF, [NULL], [0]),
        ("(either (i32.const 1) (i32.const 3))", I32, [1, 3], [2]),
        (
            "(v128.const f32x4 nan:canonical 1 0 nan:arithmetic)",
            V128,
            [0x7FC00001_00000000_3F800000_FFC00000],
            [0x7FC00001_00000000_3F800000_FFC00001, 0x7FC00001_80000000_3F800000_FFC00000, 0],
        ),
    ],
)
def test_results_are_held_against_patterns_bit_for_bit(
    text: str, type: ValType, good: list[int], bad: list[int]
) -> None:
    pattern = expected(form(text))
    assert [matches(pattern, Value(type, bits)) for bits in (*good, *bad)] == [True] * len(good) + [False] * len(bad)


def test_types_must_agree_too() -> None:
    for text in ("(i32.const 1)", "(f32.const nan:canonical)", "(ref.extern)", "(v128.const f64x2 nan:canonical 0)"):
        assert not matches(expected(form(text)), Value(I64, 0x7FC00000))


def test_patterns_are_shown_in_words() -> None:
    text = "(either (f32.const nan:canonical) (i32.const 2) (ref.func) (v128.const f64x2 nan:arithmetic 0))"
    assert show(expected(form(text))) == (
        "one of f32:nan:canonical, i32:0x2, funcref:not null, v128:(f64:nan:arithmetic f64:0x0)"
    )
