"""Which values are simpler, and that the simplest is found wherever one begins."""

from collections.abc import Callable

import pytest

from jit.wasm.types import EXTERNREF, F32, F64, I32, I64, NULL, V128, ValType, Value
from mitey_fuzz.minimize.values import complexity, one_of, simpler_bits, zero_of
from support.wat import value

SIMPLEST_FIRST = [
    "f64:0",
    "f64:0x3ff0000000000000",  # 1
    "f64:0xbff0000000000000",  # -1
    "f64:0x8000000000000000",  # -0
    "f64:0x4000000000000000",  # 2
    "f64:0x3fe0000000000000",  # 0.5
    "f64:0x3ff8000000000000",  # 1.5
    "f64:0x41e0000000000000",  # 2^31
    "f64:0x41f0000000000000",  # 2^32
    "f64:0x7ff0000000000000",  # infinity
    "f64:0x7ff8000000000000",  # NaN
    "f64:0x7fefffffffffffff",  # the greatest finite
]


def walked(start: Value, holds: Callable[[int], bool]) -> Value:
    """Where one ends that takes the first simpler value of which it holds, again and again."""
    best = start
    while (found := next((bits for bits in simpler_bits(best.bits, best.type) if holds(bits)), None)) is not None:
        assert complexity(found, best.type) < complexity(best.bits, best.type)
        best = Value(best.type, found)
    return best


@pytest.mark.parametrize("type", [I32, I64, F32, F64, V128, EXTERNREF])
def test_nothing_is_simpler_than_zero(type: ValType) -> None:
    assert zero_of(type) == (NULL if type.is_ref else 0)
    assert complexity(0, type) == 0
    assert one_of(type) in (NULL, 1, 0x3F80_0000, 0x3FF0_0000_0000_0000)


def test_floats_have_an_order() -> None:
    ranks = [complexity(value(text).bits, F64) for text in SIMPLEST_FIRST]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize(
    "start",
    ["f64:0x4200000000000000", "f64:0x47e0000000000001", "f64:0x7fefffffffffffff", "f64:0x41f00000ffffffff"],
)
def test_floats_that_must_be_out_of_range_end_in_the_same_power_of_two(start: str) -> None:
    least = value("f64:0x41e0000000000000").bits
    assert walked(value(start), lambda bits: least <= bits < 1 << 63) == Value(F64, least)


def test_floats_walk_down_to_a_power_that_is_no_edge() -> None:
    least = value("f64:0x4590000000000000").bits
    assert walked(value("f64:0x7fe0000000000003"), lambda bits: least <= bits < 1 << 63) == Value(F64, least)


def test_floats_of_which_any_but_zero_will_do_are_one() -> None:
    assert walked(value("f32:0xffffffff"), lambda bits: bits & ~(1 << 31) != 0) == value("f32:0x3f800000")


def test_floats_that_must_be_no_numbers_end_in_the_canonical_nan() -> None:
    assert walked(value("f32:0xffffffff"), lambda bits: bits & 0x7FFF_FFFF > 0x7F80_0000) == value("f32:0x7fc00000")


def test_integers_have_the_order_of_their_bits() -> None:
    assert walked(value("i32:0x12345678"), lambda bits: bits >= 16) == value("i32:-1")
    assert [simpler_bits(bits, I32)[:1] for bits in (0, 1, 5)] == [[], [0], [0]]
