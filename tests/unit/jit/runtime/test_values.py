"""How values cross between Python, typed values and slots."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jit.runtime.values import count_slots, decode_number, encode_number, from_slots, to_slots
from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, NULL, V128, ValType, Value

TYPED = st.one_of(
    [st.builds(Value, st.just(type), st.integers(0, (1 << type.bits) - 1)) for type in (I32, I64, F32, F64, V128)]
    + [st.builds(Value, st.just(EXTERNREF), st.integers(0, NULL)), st.builds(Value, st.just(FUNCREF), st.just(NULL))]
)


@given(st.lists(TYPED, max_size=6))
def test_values_survive_their_slots_bit_for_bit(values: list[Value]) -> None:
    types = [value.type for value in values]
    slots = to_slots(values)
    assert len(slots) == count_slots(types)
    assert all(0 <= slot < 1 << 64 for slot in slots)
    assert from_slots(types, slots) == tuple(values)


def test_what_a_narrow_slot_holds_above_its_value_is_dropped() -> None:
    dirty = 0xDEADBEEF_00000007
    assert from_slots([I32, F32], [dirty, dirty]) == (Value(I32, 7), Value(F32, 7))


def test_null_is_the_zero_element_and_host_numbers_follow_it() -> None:
    assert to_slots([Value(EXTERNREF, NULL), Value(EXTERNREF, 0), Value(FUNCREF, NULL)]) == [0, 1, 0]


@pytest.mark.parametrize(
    ("type", "number", "bits"),
    [
        (I32, -1, 0xFFFFFFFF),
        (I32, 0xFFFFFFFF, 0xFFFFFFFF),
        (I32, -(1 << 31), 1 << 31),
        (I64, -1, (1 << 64) - 1),
        (I64, (1 << 64) - 1, (1 << 64) - 1),
        (F32, 1, 0x3F800000),
        (F32, 0.1, 0x3DCCCCCD),
        (F32, 1e39, 0x7F800000),
        (F32, -1e39, 0xFF800000),
        (F32, (1 << 60) + (1 << 36) + 1, 0x5D800001),
        (F32, -(1 << 60) - (1 << 36) - 1, 0xDD800001),
        (F32, (1 << 60) + (1 << 36), 0x5D800000),
        (F32, 1 << 128, 0x7F800000),
        (F64, -0.0, 1 << 63),
        (F64, 1, 0x3FF0000000000000),
        (EXTERNREF, None, NULL),
        (EXTERNREF, 5, 5),
    ],
)
def test_a_python_number_becomes_these_bits(type: ValType, number: object, bits: int) -> None:
    assert encode_number(type, number) == Value(type, bits)


@pytest.mark.parametrize(("type", "number"), [(I32, 1 << 32), (I32, -(1 << 31) - 1), (F32, 10**400), (F64, -(10**400))])
def test_an_integer_out_of_range_is_a_value_error(type: ValType, number: int) -> None:
    with pytest.raises(ValueError, match=f"out of the range of {type}"):
        encode_number(type, number)


@pytest.mark.parametrize(("type", "number"), [(I32, 1.0), (I64, "1"), (F64, "1"), (F32, None), (EXTERNREF, 1.5)])
def test_another_python_type_is_a_type_error(type: ValType, number: object) -> None:
    with pytest.raises(TypeError, match=f"{type} takes"):
        encode_number(type, number)


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_integers_come_back_signed(number: int) -> None:
    assert decode_number(encode_number(I64, number)) == number


@given(st.floats(allow_nan=False))
def test_doubles_come_back_exactly(number: float) -> None:
    back = decode_number(encode_number(F64, number))
    assert struct.pack("<d", back) == struct.pack("<d", number)


def test_singles_come_back_as_the_nearest_double() -> None:
    assert decode_number(Value(F32, 0x3DCCCCCD)) == 0.10000000149011612
    nan = decode_number(Value(F32, 0x7FC00000))
    assert isinstance(nan, float)
    assert math.isnan(nan)
