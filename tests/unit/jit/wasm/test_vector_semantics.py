"""What vector instructions compute: by hand where they are peculiar, and against wasmtime everywhere."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jit.wasm.body import Instr
from jit.wasm.opcodes import Op, op
from jit.wasm.semantics import operation
from jit.wasm.types import F32, F64, V128
from support.numeric import Reference, assert_equal, interesting
from support.vectors import ROWS, SHUFFLES, boundaries, instructions, vector

INSTRS = [instr for row in ROWS for instr in instructions(row)]
SIGN = 0x8000_0000


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(INSTRS)


def compute(name: str, *operands: int) -> int:
    return operation(op(name))(*operands)


def test_every_vector_row_is_compared() -> None:
    assert len(ROWS) == 236 - 22 - 1  # without loads, stores and the constant
    assert len(INSTRS) == len(ROWS) + 15 * 3 + 7 * 3 + 3 * 4 + 1 * 4 + len(SHUFFLES) - 1


# --- against wasmtime


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_boundary_operands_give_what_wasmtime_gives(reference: Reference, row: Op) -> None:
    operands = boundaries(row)
    for instr in instructions(row):
        assert_equal(reference, instr, operands)


def vectors() -> st.SearchStrategy[int]:
    floats = st.lists(st.sampled_from(interesting(F32)), min_size=4, max_size=4)
    doubles = st.lists(st.sampled_from(interesting(F64)), min_size=2, max_size=2)
    return (
        st.integers(0, (1 << 128) - 1)
        | floats.map(lambda lanes: vector(32, *lanes))
        | doubles.map(lambda lanes: vector(64, *lanes))
    )


def operands_of(instr: Instr) -> st.SearchStrategy[list[tuple[int, ...]]]:
    assert instr.op.params is not None
    each = [vectors() if t is V128 else st.integers(0, (1 << t.bits) - 1) for t in instr.op.params]
    return st.lists(st.tuples(*each), min_size=1, max_size=20)


@given(st.sampled_from(INSTRS).flatmap(lambda instr: st.tuples(st.just(instr), operands_of(instr))))
@settings(max_examples=200)
def test_any_operands_give_what_wasmtime_gives(
    reference: Reference, drawn: tuple[Instr, list[tuple[int, ...]]]
) -> None:
    assert_equal(reference, *drawn)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_many_random_operands_give_what_wasmtime_gives(reference: Reference, row: Op) -> None:
    assert row.params is not None
    draws = random.Random(row.name)
    for instr in instructions(row):
        assert_equal(reference, instr, [tuple(draws.getrandbits(t.bits) for t in row.params) for _ in range(5_000)])


# --- by hand: integers


@pytest.mark.parametrize(
    ("name", "width", "a", "b", "result"),
    [
        ("i8x16.add", 8, [255, 127, 1], [1, 1, 2], [0, -128, 3]),
        ("i16x8.sub", 16, [0, -32768], [1, 1], [0xFFFF, 0x7FFF]),
        ("i64x2.mul", 64, [1 << 63, 3], [3, -1], [1 << 63, -3]),
        ("i8x16.add_sat_s", 8, [127, -128, 100, -1], [1, -1, 27, 1], [127, -128, 127, 0]),
        ("i8x16.add_sat_u", 8, [255, 128, 1], [1, 127, 2], [255, 255, 3]),
        ("i16x8.sub_sat_s", 16, [-32768, 32767, 5], [1, -1, 7], [-32768, 32767, -2]),
        ("i16x8.sub_sat_u", 16, [0, 5, 0xFFFF], [1, 5, 1], [0, 0, 0xFFFE]),
        ("i8x16.avgr_u", 8, [255, 254, 0, 1], [255, 255, 1, 1], [255, 255, 1, 1]),
        ("i8x16.min_s", 8, [-128, 5], [127, -1], [-128, -1]),
        ("i8x16.min_u", 8, [128, 5], [127, 255], [127, 5]),
        ("i32x4.max_s", 32, [SIGN, 5], [1, -1], [1, 5]),
        ("i32x4.max_u", 32, [SIGN, 5], [1, -1], [SIGN, -1]),
        ("i16x8.q15mulr_sat_s", 16, [-32768, -32768, 16384, 1, 1], [-32768, 32767, 16384, 16384, 16383],
         [32767, -32767, 8192, 1, 0]),
        ("i16x8.lt_s", 16, [-1, 1], [1, -1], [-1, 0]),
        ("i16x8.lt_u", 16, [-1, 1], [1, -1], [0, -1]),
        ("i64x2.ge_s", 64, [1 << 63, 0], [0, -1], [0, -1]),
    ],
)  # fmt: skip
def test_lanes_of_integers_are_computed_on_their_own(
    name: str, width: int, a: list[int], b: list[int], result: list[int]
) -> None:
    assert compute(name, vector(width, *a), vector(width, *b)) == vector(width, *result)


@pytest.mark.parametrize(
    ("name", "width", "a", "result"),
    [
        ("i8x16.abs", 8, [-128, -1, 127], [128, 1, 127]),
        ("i64x2.abs", 64, [1 << 63, -5], [1 << 63, 5]),
        ("i32x4.neg", 32, [SIGN, 1, 0], [SIGN, -1, 0]),
        ("i8x16.popcnt", 8, [255, 128, 0], [8, 1, 0]),
    ],
)
def test_lanes_of_integers_are_changed_on_their_own(name: str, width: int, a: list[int], result: list[int]) -> None:
    assert compute(name, vector(width, *a)) == vector(width, *result)


@pytest.mark.parametrize(
    ("name", "distance", "result"),
    [("i16x8.shl", 17, 0x0002), ("i16x8.shr_s", 0xFFFF_FFF1, 0xC000), ("i16x8.shr_u", 16, 0x8001)],
)
def test_shifts_take_the_distance_modulo_the_width_of_a_lane(name: str, distance: int, result: int) -> None:
    assert compute(name, vector(16, *[0x8001] * 8), distance) == vector(16, *[result] * 8)


def test_tests_look_at_all_lanes() -> None:
    assert compute("i8x16.bitmask", vector(8, -1, 127, 128, *[0] * 12, -128)) == 0b1000_0000_0000_0101
    assert compute("i64x2.bitmask", vector(64, 1, 1 << 63)) == 0b10
    assert compute("i32x4.all_true", vector(32, 1, 2, 3, 4)) == 1
    assert compute("i32x4.all_true", vector(32, 1, 2, 3, 0)) == 0
    assert compute("i16x8.all_true", vector(32, 0x10001, 2, 3, 4)) == 0
    assert compute("v128.any_true", 1 << 127) == 1
    assert compute("v128.any_true", 0) == 0


# --- by hand: widths


def test_narrowing_reads_signed_numbers_and_saturates() -> None:
    low, high = vector(16, 0x8000, -1, 128, 255, 256, 0x7FFF), vector(16, 127, -129)
    assert compute("i8x16.narrow_i16x8_s", low, high) == vector(8, -128, -1, *[127] * 4, 0, 0, 127, -128)
    assert compute("i8x16.narrow_i16x8_u", low, high) == vector(8, 0, 0, 128, *[255] * 3, 0, 0, 127, 0)


def test_extending_takes_one_half() -> None:
    bytes_ = vector(8, *[0x80] * 8, *range(8))
    assert compute("i16x8.extend_low_i8x16_s", bytes_) == vector(16, *[-128] * 8)
    assert compute("i16x8.extend_low_i8x16_u", bytes_) == vector(16, *[128] * 8)
    assert compute("i16x8.extend_high_i8x16_s", bytes_) == vector(16, *range(8))


def test_widening_products_and_sums_are_exact() -> None:
    least = vector(32, *[SIGN] * 4)
    assert compute("i64x2.extmul_high_i32x4_s", least, least) == vector(64, 1 << 62, 1 << 62)
    assert compute("i64x2.extmul_low_i32x4_u", vector(32, -1, 2), vector(32, -1, 3)) == vector(64, (2**32 - 1) ** 2, 6)
    pairs = vector(8, -128, -128, 127, 1)
    assert compute("i16x8.extadd_pairwise_i8x16_s", pairs) == vector(16, -256, 128)
    assert compute("i16x8.extadd_pairwise_i8x16_u", pairs) == vector(16, 256, 128)


def test_the_dot_product_of_the_least_numbers_alone_wraps_around() -> None:
    least = vector(16, -32768, -32768, 2, 3)
    assert compute("i32x4.dot_i16x8_s", least, least) == vector(32, SIGN, 13)


# --- by hand: lanes


def test_extracted_lanes_fill_a_number() -> None:
    lanes = vector(8, *range(0xF0, 0x100))
    assert compute("i8x16.extract_lane_s", 15, lanes) == 0xFFFF_FFFF
    assert compute("i8x16.extract_lane_u", 0, lanes) == 0xF0
    assert compute("i16x8.extract_lane_s", 1, lanes) == 0xFFFF_F3F2
    assert compute("f64x2.extract_lane", 1, lanes) == 0xFFFE_FDFC_FBFA_F9F8


def test_replaced_and_splatted_lanes_take_the_low_bits() -> None:
    assert compute("i8x16.replace_lane", 2, vector(8, 1, 2, 3, 4), 0xFFFF_FFFF) == vector(8, 1, 2, 255, 4)
    assert compute("f32x4.replace_lane", 3, 7, 0x7F80_0001) == vector(32, 7, 0, 0, 0x7F80_0001)
    assert compute("i16x8.splat", 0xABCD_1234) == vector(16, *[0x1234] * 8)


def test_shuffles_count_lanes_through_both_operands() -> None:
    first, second = vector(8, *range(16)), vector(8, *range(100, 116))
    lanes = SHUFFLES[-1]
    expected = [lane if lane < 16 else 84 + lane for lane in lanes]
    assert compute("i8x16.shuffle", *lanes, first, second) == vector(8, *expected)


def test_swizzling_by_a_number_that_is_no_lane_gives_zero() -> None:
    lanes = vector(8, *range(100, 116))
    assert compute("i8x16.swizzle", lanes, vector(8, 15, 16, 0, 255, 128)) == vector(8, 115, 0, 100, 0, 0, *[100] * 11)


def test_logic_is_on_all_bits() -> None:
    ones, low = (1 << 128) - 1, (1 << 64) - 1
    assert compute("v128.const", 1 << 127 | 5) == 1 << 127 | 5
    assert compute("v128.not", low) == ones ^ low
    assert compute("v128.andnot", ones, low) == ones ^ low
    assert compute("v128.bitselect", vector(32, 1, 2, 3, 4), vector(32, 5, 6, 7, 8), low) == vector(32, 1, 2, 7, 8)


# --- by hand: floats

ONE, NAN, PAYLOAD, ZERO = 0x3F80_0000, 0x7FC0_0000, 0xFFA0_1234, 0
FOUR = vector(32, ONE, PAYLOAD, ZERO, SIGN)


@pytest.mark.parametrize("name", ["f32x4.add", "f32x4.sub", "f32x4.mul", "f32x4.div", "f32x4.min", "f32x4.max"])
def test_arithmetic_makes_every_nan_canonical(name: str) -> None:
    assert compute(name, vector(32, *[PAYLOAD] * 4), FOUR) == vector(32, *[NAN] * 4)


@pytest.mark.parametrize("name", ["f32x4.sqrt", "f32x4.ceil", "f32x4.floor", "f32x4.trunc", "f32x4.nearest"])
def test_rounding_and_roots_make_every_nan_canonical(name: str) -> None:
    assert compute(name, FOUR) == vector(32, ONE, NAN, ZERO, SIGN)


def test_sign_operations_keep_payloads() -> None:
    assert compute("f32x4.abs", FOUR) == vector(32, ONE, PAYLOAD ^ SIGN, ZERO, ZERO)
    assert compute("f32x4.neg", FOUR) == vector(32, ONE ^ SIGN, PAYLOAD ^ SIGN, SIGN, ZERO)


@pytest.mark.parametrize("name", ["f32x4.pmin", "f32x4.pmax"])
def test_pseudo_minimum_and_maximum_give_the_first_unless_the_second_is_strictly_past_it(name: str) -> None:
    other = vector(32, PAYLOAD, ONE, SIGN, ZERO)
    assert compute(name, FOUR, other) == FOUR
    assert compute(name, other, FOUR) == other


def test_pseudo_minimum_and_maximum_choose() -> None:
    small, great = vector(64, 0xC008 << 48, 1 << 63), vector(64, 0x4008 << 48, 0x3FF0 << 48)
    assert compute("f64x2.pmin", great, small) == compute("f64x2.pmin", small, great) == small
    assert compute("f64x2.pmax", great, small) == compute("f64x2.pmax", small, great) == great


def test_minimum_and_maximum_order_zeros() -> None:
    assert compute("f32x4.min", vector(32, 0, SIGN), vector(32, SIGN, 0)) == vector(32, SIGN, SIGN)
    assert compute("f32x4.max", vector(32, 0, SIGN), vector(32, SIGN, 0)) == 0


def test_comparisons_of_floats_fill_lanes() -> None:
    assert compute("f32x4.eq", FOUR, vector(32, ONE, PAYLOAD, SIGN, ZERO)) == vector(32, -1, 0, -1, -1)
    assert compute("f32x4.ne", FOUR, FOUR) == vector(32, 0, -1, 0, 0)


def test_truncation_saturates_and_leaves_upper_lanes_zero() -> None:
    doubles = vector(64, 0xC1F0_0000 << 32, 0x7FF8 << 48)  # -2^32 and a NaN
    assert compute("i32x4.trunc_sat_f64x2_s_zero", doubles) == SIGN
    assert compute("i32x4.trunc_sat_f64x2_u_zero", doubles) == 0
    assert compute("i32x4.trunc_sat_f32x4_u", vector(32, 0x4F80_0000, 0xBF80_0000, PAYLOAD, ONE)) == vector(
        32, 0xFFFF_FFFF, 0, 0, 1
    )


def test_conversions_take_the_low_lanes() -> None:
    assert compute("f64x2.convert_low_i32x4_s", vector(32, -1, 1, 7, 7)) == vector(64, 0xBFF0 << 48, 0x3FF0 << 48)
    assert compute("f32x4.convert_i32x4_u", vector(32, -1)) == 0x4F80_0000
    assert compute("f64x2.promote_low_f32x4", vector(32, ONE, PAYLOAD, ONE, ONE)) == vector(
        64, 0x3FF0 << 48, 0x7FF8 << 48
    )
    assert compute("f32x4.demote_f64x2_zero", vector(64, 0x3FF0 << 48, 0xFFF4 << 48)) == vector(32, ONE, NAN)
