"""Macros for vectors: constants by what they load and by how many words they take, and quadwords in memory."""

import struct
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jit.a64 import operands as o
from jit.a64.immediates_vector import plan_vector, words_of
from jit.a64.masm import MacroAssembler
from jit.a64.operands import V0, V1, X0, X1, IndexExtend
from support.a64_run import MEMORY, run

MASK = (1 << 64) - 1


def words(write: Callable[[MacroAssembler], object]) -> int:
    asm = MacroAssembler()
    write(asm)
    return len(asm.words)


def vector(halfwords: Sequence[int]) -> int:
    """A constant by its halfwords, the lowest first."""
    return sum(halfword << 16 * i for i, halfword in enumerate(halfwords))


LANES = (0, 1, 0xFF, 0xFFFF, 0x3F80, 0x8000, 0x7FF0, 0x1234)
vectors = (
    st.integers(0, (1 << 128) - 1)
    | st.sampled_from([sign ^ 1 << bit for bit in range(128) for sign in (0, (1 << 128) - 1)])
    | st.lists(st.sampled_from(LANES) | st.integers(0, 0xFFFF), min_size=8, max_size=8).map(vector)
    | st.integers(0, MASK)
    | st.integers(0, MASK).map(lambda half: half << 64 | half)
    | st.integers(0, 0xFFFF_FFFF).map(lambda word: word * 0x1_0000_0001)
    | st.integers(0, 0xFFFF_FFFF).map(lambda word: word * 0x1_0000_0001_0000_0001_0000_0001)
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(vectors)
def test_any_vector_constant_is_loaded(value: int) -> None:
    dirty = dict.fromkeys(range(32), (1 << 128) - 1)
    state = run(lambda a: (a.mov_v_imm(V0, value), a.mov_v_imm(V1, value ^ (1 << 128) - 1)), v=dirty)
    assert state.v[0] == value
    assert state.v[1] == value ^ (1 << 128) - 1
    assert state.v[2:] == (((1 << 128) - 1),) * 30
    assert not any(state.x[:16]) and not any(state.x[18:31])


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(vectors)
def test_a_vector_constant_takes_the_words_that_its_plan_says(value: int) -> None:
    assert words(lambda a: a.mov_v_imm(V0, value)) == sum(map(words_of, plan_vector(value)))


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (0, 1), ((1 << 128) - 1, 1), (1, 2), (0xFF, 1), (0x80000000, 2), (0x3F800000, 1), (0x3FF0 << 48, 1),
        (vector([0, 0, 0, 0x3FF0] * 2), 1), (vector([0, 0x3F80] * 4), 1), (vector([0x0101] * 8), 1),
        (vector([0x1234] * 8), 2), (0x1234, 2), (vector([1, 0x8000] * 4), 2), (vector([1, 0, 2, 0, 3, 0, 4, 0]), 6),
        (vector([1, 0, 0, 0, 2, 0, 0, 0]), 4), (vector([0] * 7 + [0x1234]), 3), (vector([1, 2, 3, 4, 5, 6, 7, 8]), 6),
    ],
)  # fmt: skip
def test_vector_constants_take_few_words(value: int, count: int) -> None:
    assert words(lambda a: a.mov_v_imm(V0, value)) == count


def test_a_vector_constant_of_inline_data_is_marked_as_such() -> None:
    asm = MacroAssembler()
    asm.mov_v_imm(V0, vector([1, 2, 3, 4, 5, 6, 7, 8]))
    asm.ret()
    assert asm.data == [(8, 24)]
    assert asm.finish()[8:24] == struct.pack("<8H", 1, 2, 3, 4, 5, 6, 7, 8)


def test_a_vector_constant_of_one_word_needs_no_scratch_register() -> None:
    asm = MacroAssembler()
    with asm.scratch(), asm.scratch():
        asm.mov_v_imm(V0, 0)
        with pytest.raises(AssertionError):
            asm.mov_v_imm(V0, 0x1234)


@pytest.mark.parametrize("value", [-1, 1 << 128])
def test_a_vector_constant_wider_than_the_register_is_refused(value: int) -> None:
    with pytest.raises(AssertionError):
        MacroAssembler().mov_v_imm(V0, value)


@pytest.mark.parametrize("offset", [0, 16, 8, -256, 255, 256, 65520, 65536, -(1 << 31), 1 << 32, 0x123456789])
def test_a_quadword_is_stored_and_loaded_at_any_offset(offset: int) -> None:
    value = 0x0123456789ABCDEF_FEDCBA9876543210
    state = run(
        lambda a: (a.store_v(o.STR_Q, V0, X1, offset), a.load_v(o.LDR_Q, V1, X1, offset)),
        {1: MEMORY - offset & MASK}, {0: value},
    )  # fmt: skip
    assert state.memory[:16] == value.to_bytes(16, "little")
    assert state.v[1] == value


@pytest.mark.parametrize(("extend", "scale"), [(o.UXTX, 4), (o.UXTX, 0), (o.UXTW, 4), (o.SXTW, 0)])
def test_a_quadword_is_stored_and_loaded_at_an_index(extend: IndexExtend, scale: int) -> None:
    value = 0x0123456789ABCDEF_FEDCBA9876543210
    state = run(
        lambda a: (a.store_v_at(o.STR_Q, V0, X1, X0, extend, scale), a.load_v_at(o.LDR_Q, V1, X1, X0, extend, scale)),
        {0: 3, 1: MEMORY}, {0: value},
    )  # fmt: skip
    at = 3 << scale
    assert state.memory[at : at + 16] == value.to_bytes(16, "little")
    assert state.v[1] == value
