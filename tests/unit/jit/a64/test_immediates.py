"""Immediates by enumeration, and constants against a reader of the plans that build them."""

import struct
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jit.a64.immediates import (
    Move,
    decode_bitmask,
    decode_fp8,
    encode_bitmask,
    encode_byte_mask,
    encode_fp8,
    fits_scaled7,
    fits_scaled12,
    fits_unscaled9,
    plan_move,
    split_imm12,
)
from jit.a64.operands import D, FSize, S


def bitmasks(bits: int) -> set[int]:
    """All rotated, repeated runs of ones, from their definition."""
    found = set()
    size = 2
    while size <= bits:
        for ones, rotation in product(range(1, size), range(size)):
            run = (1 << ones) - 1
            element = (run >> rotation | run << size - rotation) & (1 << size) - 1
            found.add(sum(element << i for i in range(0, bits, size)))
        size *= 2
    return found


@pytest.mark.parametrize(("bits", "count"), [(64, 5334), (32, 1302)])
def test_every_bitmask_immediate_is_encoded_and_decoded(bits: int, count: int) -> None:
    masks = bitmasks(bits)
    assert len(masks) == count
    for mask in masks:
        encoded = encode_bitmask(mask, bits)
        assert encoded is not None
        assert decode_bitmask(encoded, bits) == mask


@pytest.mark.parametrize("bits", [32, 64])
def test_every_encoding_decodes_to_a_bitmask_or_is_reserved(bits: int) -> None:
    masks = bitmasks(bits)
    decoded = {decode_bitmask(encoded, bits) for encoded in range(1 << 13)}
    assert decoded - {None} == masks
    assert decode_bitmask(0b1_000000_111111, 64) is None  # a run as long as its element
    assert decode_bitmask(0b1_000000_000000, 32) is None  # an element of 64 bits in 32


@pytest.mark.parametrize("bits", [32, 64])
def test_neighbours_of_bitmasks_are_encoded_exactly_when_they_are_bitmasks(bits: int) -> None:
    masks = bitmasks(bits)
    for mask in sorted(masks):
        for flipped in range(0, bits, 5):
            value = mask ^ 1 << flipped
            assert (encode_bitmask(value, bits) is not None) == (value in masks)


@pytest.mark.parametrize("value", [0, -1, (1 << 64) - 1, 1 << 64, (1 << 32) - 1])
def test_constants_without_a_run_between_zeros_are_no_32_bit_bitmasks(value: int) -> None:
    assert encode_bitmask(value, 32) is None


@pytest.mark.parametrize(
    ("value", "split"),
    [
        (0, (0, 0)), (1, (1, 0)), (0xFFF, (0xFFF, 0)), (0x1000, (1, 12)), (0xFFF000, (0xFFF, 12)), (0x1001, None),
        (0xFFF001, None), (0x1000000, None), (-1, None),
    ],
)  # fmt: skip
def test_imm12_takes_twelve_bits_shifted_or_not(value: int, split: tuple[int, int] | None) -> None:
    assert split_imm12(value) == split


@pytest.mark.parametrize("log2", range(5))
def test_offsets_fit_at_their_bounds_and_not_beyond(log2: int) -> None:
    unit = 1 << log2
    assert fits_scaled12(0, log2) and fits_scaled12(4095 * unit, log2)
    assert not fits_scaled12(-unit, log2) and not fits_scaled12(4096 * unit, log2)
    assert fits_scaled7(-64 * unit, log2) and fits_scaled7(63 * unit, log2)
    assert not fits_scaled7(-65 * unit, log2) and not fits_scaled7(64 * unit, log2)
    for misaligned in range(1, unit):
        assert not fits_scaled12(misaligned, log2) and not fits_scaled7(misaligned, log2)


def test_unscaled_offsets_have_nine_bits() -> None:
    assert [offset for offset in range(-300, 300) if fits_unscaled9(offset)] == list(range(-256, 256))


@pytest.mark.parametrize(("size", "format_"), [(S, "<f"), (D, "<d")])
def test_all_256_eight_bit_floats_have_the_value_that_the_manual_gives(size: FSize, format_: str) -> None:
    values = set()
    for imm8 in range(256):
        exponent = (imm8 >> 4 & 3) - 3 if imm8 & 0x40 else (imm8 >> 4 & 3) + 1
        value = (-1) ** (imm8 >> 7) * (16 + imm8 % 16) / 16 * 2.0**exponent
        bits = int.from_bytes(struct.pack(format_, value), "little")
        assert decode_fp8(imm8, size) == bits
        assert encode_fp8(bits, size) == imm8
        assert encode_fp8(bits ^ 1, size) is None
        values.add(bits)
    assert len(values) == 256


@pytest.mark.parametrize("value", [0.0, -0.0, 0.1, 32.0, 0.0625, float("inf"), float("nan"), 1.03125])
def test_floats_beyond_eight_bits_are_not_encoded(value: float) -> None:
    assert encode_fp8(int.from_bytes(struct.pack("<d", value), "little"), D) is None
    assert encode_fp8(int.from_bytes(struct.pack("<f", value), "little"), S) is None


def test_byte_masks_are_the_256_constants_of_whole_bytes() -> None:
    for imm8 in range(256):
        value = sum(0xFF << i * 8 for i in range(8) if imm8 >> i & 1)
        assert encode_byte_mask(value) == imm8
        assert encode_byte_mask(value ^ 0x10) is None
    assert encode_byte_mask(1 << 64) is None
    assert encode_byte_mask(-1) is None


def run(plan: tuple[Move, ...], bits: int) -> int:
    """What the register holds after the plan, by the manual's pseudocode."""
    register: int | None = None
    for op, value, shift in plan:
        if op == "orr":
            assert encode_bitmask(value, bits) is not None
            assert shift == 0
            register = value
            continue
        assert 0 <= value <= 0xFFFF and shift in range(0, bits, 16)
        if op == "movz":
            register = value << shift
        elif op == "movn":
            register = ~(value << shift) & (1 << bits) - 1
        else:
            assert op == "movk" and register is not None
            register = register & ~(0xFFFF << shift) | value << shift
    assert register is not None
    return register


def fewest(value: int, bits: int) -> int:
    """An upper bound on the fewest steps, found otherwise: by how many halfwords some one-step constant differs."""
    halves = [value >> shift & 0xFFFF for shift in range(0, bits, 16)]
    starts = [[0] * len(halves), [0xFFFF] * len(halves)]
    best = min(max(1, sum(a != b for a, b in zip(halves, start, strict=True))) for start in starts)
    for mask in BITMASKS[bits]:
        different = 0
        for shift in range(0, bits, 16):
            different += (mask ^ value) >> shift & 0xFFFF != 0
        best = min(best, 1 + different)
    return best


BITMASKS = {bits: sorted(bitmasks(bits)) for bits in (32, 64)}
SHAPES = (0x0000, 0xFFFF, 0x1234, 0x00FF, 0xFF00, 0x5555, 0x8001)


def test_constants_of_every_shape_take_the_fewest_steps() -> None:
    for halves in product(SHAPES[:5], repeat=4):
        value = sum(half << 16 * i for i, half in enumerate(halves))
        plan = plan_move(value, 64)
        assert run(plan, 64) == value
        if len(plan) > 1:
            assert len(plan) == fewest(value, 64), hex(value)


def test_constants_whose_halfwords_have_two_edges_take_the_fewest_steps() -> None:
    """One to four of them, alike or not, beside others: what no bitmask has, and what one repeats."""
    for halves in product((0x1234, 0x5A5A, 0x00F0, 0x7FFF), repeat=4):
        value = sum(half << 16 * i for i, half in enumerate(halves))
        assert run(plan_move(value, 64), 64) == value
        assert len(plan_move(value, 64)) == fewest(value, 64), hex(value)


def test_32_bit_constants_of_every_shape_take_the_fewest_steps() -> None:
    for low, high in product(SHAPES, repeat=2):
        plan = plan_move(high << 16 | low, 32)
        assert run(plan, 32) == high << 16 | low
        assert len(plan) == fewest(high << 16 | low, 32)


@pytest.mark.parametrize("bits", [32, 64])
def test_every_bitmask_takes_one_step(bits: int) -> None:
    for mask in BITMASKS[bits]:
        plan = plan_move(mask, bits)
        assert len(plan) == 1
        assert run(plan, bits) == mask


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(BITMASKS[64]),
    st.lists(st.tuples(st.sampled_from((0, 16, 32, 48)), st.integers(0, 0xFFFF)), min_size=1, max_size=2),
)
def test_a_bitmask_with_halfwords_replaced_takes_no_more_than_their_number_and_one(
    mask: int, replacements: list[tuple[int, int]]
) -> None:
    value = mask
    for shift, half in replacements:
        value = value & ~(0xFFFF << shift) | half << shift
    plan = plan_move(value, 64)
    assert run(plan, 64) == value
    assert len(plan) <= 1 + len(replacements)
    assert len(plan) == fewest(value, 64)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.integers(0, (1 << 64) - 1))
def test_any_constant_is_built(value: int) -> None:
    assert run(plan_move(value, 64), 64) == value
    assert run(plan_move(value & 0xFFFFFFFF, 32), 32) == value & 0xFFFFFFFF
