"""Macros: constants, additions, comparisons and accesses by what they do, and by how many words they take."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jit.a64 import operands as o
from jit.a64.lending import Loan
from jit.a64.masm import MacroAssembler
from jit.a64.operands import SP, V0, V1, X0, X1, X16, X17, XZR, Load, Size, Store, VLoad, VStore, W, X
from support.a64_operands import BITMASKS
from support.a64_run import MEMORY, run

MASK = (1 << 64) - 1
EDGES = sorted({sign * (1 << bits) + by for bits in range(64) for by in (-1, 0, 1) for sign in (1, -1)})
constants = st.sampled_from(EDGES) | st.integers(-(1 << 63), MASK) | st.sampled_from(BITMASKS[1])


def words(write: Callable[[MacroAssembler], object]) -> int:
    asm = MacroAssembler()
    write(asm)
    return len(asm.words)


def fit(size: Size, value: int) -> int:
    """The constant cut to the width, with the sign it had where that is possible."""
    bits = 32 << size
    if -(1 << bits - 1) <= value < 1 << bits:
        return value
    return value & (1 << bits) - 1


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.sampled_from((W, X)), constants)
def test_any_constant_is_loaded(size: Size, value: int) -> None:
    value = fit(size, value)
    assert run(lambda a: a.mov_imm(size, X0, value), {0: MASK}).x[0] == value & (1 << (32 << size)) - 1


@pytest.mark.parametrize(
    ("value", "count"),
    [(0, 1), (0xFFFF, 1), (0x10000, 1), (-1, 1), (-65536, 1), (0x0F0F0F0F0F0F0F0F, 1), (0x12345678, 2),
     (0x5555555555551234, 2), (0x123456789ABCDEF0, 4), (-0x12345678, 2), (0xFFFF12345678FFFF, 2)],
)  # fmt: skip
def test_constants_take_few_words(value: int, count: int) -> None:
    assert words(lambda a: a.mov_imm(X, X0, value)) == count


@pytest.mark.parametrize(("size", "value"), [(W, 1 << 32), (W, -(1 << 31) - 1), (X, 1 << 64), (X, -(1 << 63) - 1)])
def test_a_constant_wider_than_the_operation_is_refused(size: Size, value: int) -> None:
    with pytest.raises(AssertionError):
        MacroAssembler().mov_imm(size, X0, value)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.sampled_from((W, X)), constants, st.sampled_from(EDGES))
def test_any_constant_is_added_and_subtracted(size: Size, value: int, start: int) -> None:
    value, mask = fit(size, value), (1 << (32 << size)) - 1
    assert run(lambda a: a.add_const(size, X0, X1, value), {1: start & MASK}).x[0] == start + value & mask
    assert run(lambda a: a.sub_const(size, X0, X1, value), {1: start & MASK}).x[0] == start - value & mask


@pytest.mark.parametrize(
    ("value", "count"),
    [(0, 0), (1, 1), (-1, 1), (4095, 1), (4096, 1), (-0xFFF000, 1), (0x1001, 2), (0xFFFFFF, 2), (-0xFFFFFF, 2),
     (1 << 24, 2), (MASK, 1), (0x12345678, 3)],
)  # fmt: skip
def test_additions_take_few_words(value: int, count: int) -> None:
    assert words(lambda a: a.add_const(X, X0, X0, value)) == count


def test_adding_zero_to_a_word_clears_the_upper_half() -> None:
    assert run(lambda a: a.add_const(W, X0, X0, 0), {0: MASK}).x[0] == 0xFFFFFFFF


@pytest.mark.parametrize("value", [16, -16, 0x12340, -0x10000000])
def test_the_stack_pointer_is_moved_by_any_constant(value: int) -> None:
    assert run(lambda a: a.add_const(X, SP, SP, value)).x[31] == MEMORY + 0x8000 + value & MASK


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.sampled_from((W, X)), constants, st.sampled_from(EDGES))
def test_comparing_with_any_constant_sets_the_flags_of_a_subtraction(size: Size, value: int, start: int) -> None:
    value = fit(size, value)
    by_macro = run(lambda a: a.cmp_const(size, X1, value), {1: start & MASK})
    by_register = run(lambda a: a.cmp(size, X1, X0), {0: value & MASK, 1: start & MASK})
    assert by_macro.nzcv == by_register.nzcv


@pytest.mark.parametrize(("value", "count"), [(0, 1), (4095, 1), (-1, 1), (MASK, 1), (0x5000, 1), (0x5001, 2)])
def test_comparisons_take_few_words(value: int, count: int) -> None:
    assert words(lambda a: a.cmp_const(X, X1, value)) == count


OFFSETS = [0, 1, 8, -1, -256, -257, 255, 4095, 4096, 16380, 16384, 32760, 32768, 0x12345, -0x7000]
LOADS = {
    o.LDRB: (1, False, 64), o.LDRH: (2, False, 64), o.LDR_W: (4, False, 64), o.LDR_X: (8, False, 64),
    o.LDRSB_W: (1, True, 32), o.LDRSB_X: (1, True, 64), o.LDRSH_W: (2, True, 32), o.LDRSH_X: (2, True, 64),
    o.LDRSW: (4, True, 64),
}  # fmt: skip
PATTERN = bytes(0x80 | n % 113 for n in range(0x10000))


@pytest.mark.parametrize("access", LOADS)
def test_a_load_reads_its_bytes_at_any_offset(access: Load) -> None:
    size, signed, width = LOADS[access]
    assert o.access_log2(access) == size.bit_length() - 1
    for offset in OFFSETS:
        base = MEMORY + 0x8000
        expected = int.from_bytes(PATTERN[0x8000 + offset :][:size], "little", signed=signed) & (1 << width) - 1
        if 0x8000 + offset + size <= len(PATTERN):
            state = run(lambda a, offset=offset: a.load(access, X0, X1, offset), {1: base}, memory=PATTERN)
            assert state.x[0] == expected
            assert state.x[1] == base


@pytest.mark.parametrize(("access", "size"), [(o.STRB, 1), (o.STRH, 2), (o.STR_W, 4), (o.STR_X, 8)])
def test_a_store_writes_its_bytes_at_any_offset(access: Store, size: int) -> None:
    assert o.access_log2(access) == size.bit_length() - 1
    for offset in (-257, -256, -1, 0, 1, 255, 256, 4096, 0x6001):
        state = run(
            lambda a, offset=offset: a.store(access, X0, X1, offset),
            {0: 0x8877665544332211, 1: MEMORY + 0x8000}, memory=PATTERN,
        )  # fmt: skip
        at = 0x8000 + offset
        assert state.memory[at : at + size] == bytes.fromhex("1122334455667788")[:size]
        assert state.memory[:at] + state.memory[at + size :] == PATTERN[:at] + PATTERN[at + size :]


VECTOR_ACCESSES = [
    (o.LDR_B, o.STR_B, 1), (o.LDR_H, o.STR_H, 2), (o.LDR_S, o.STR_S, 4), (o.LDR_D, o.STR_D, 8), (o.LDR_Q, o.STR_Q, 16),
]  # fmt: skip


@pytest.mark.parametrize(("load", "store", "size"), VECTOR_ACCESSES)
def test_a_vector_register_is_copied_through_any_offset(load: VLoad, store: VStore, size: int) -> None:
    assert o.access_log2(load) == o.access_log2(store) == size.bit_length() - 1
    for offset in (-0x101, -16, 0, 16, 255, 4080, 0x5003):
        state = run(
            lambda a, offset=offset: (a.load_v(load, V0, X1, offset), a.store_v(store, V0, X0, offset + 64)),
            {0: MEMORY + 0x8000, 1: MEMORY + 0x8000}, {0: 1 << 127}, PATTERN,
        )  # fmt: skip
        at = 0x8000 + offset
        assert state.v[0] == int.from_bytes(PATTERN[at : at + size], "little")
        assert state.memory[at + 64 : at + 64 + size] == PATTERN[at : at + size]


def test_indexed_accesses_extend_and_scale_the_index() -> None:
    registers = {1: MEMORY + 0x8000, 2: 0xFFFFFFFE, 3: 2}
    state = run(
        lambda a: (
            a.load_at(o.LDR_X, X0, X1, o.X2, o.SXTW, 3),
            a.load_v_at(o.LDR_Q, V1, X1, o.X3, scale=4),
            a.store_at(o.STRH, X0, X1, o.X3),
            a.store_v_at(o.STR_S, V1, X1, o.X3, o.UXTW, 2),
        ),
        registers,
        memory=PATTERN,
    )
    assert state.x[0] == int.from_bytes(PATTERN[0x7FF0:0x7FF8], "little")
    assert state.v[1] == int.from_bytes(PATTERN[0x8020:0x8030], "little")
    assert (
        state.memory[0x8000:0x8010]
        == PATTERN[0x8000:0x8002]
        + PATTERN[0x7FF0:0x7FF2]
        + PATTERN[0x8004:0x8008]
        + PATTERN[0x8020:0x8024]
        + PATTERN[0x800C:0x8010]
    )


@pytest.mark.parametrize(
    ("offset", "count"), [(0, 1), (-256, 1), (32760, 1), (255, 1), (257, 2), (-257, 2), (32768, 2), (0x12345, 3)]
)
def test_accesses_take_few_words(offset: int, count: int) -> None:
    assert words(lambda a: a.load(o.LDR_X, X0, X1, offset)) == count


def test_two_scratch_registers_are_lent_and_given_back() -> None:
    asm = MacroAssembler()
    with asm.scratch() as first, asm.scratch() as second:
        assert {first, second} == {X16, X17}
        with pytest.raises(AssertionError, match="both scratch registers"), asm.scratch():
            pass
    with asm.scratch() as again:
        assert again == first


def test_a_scratch_register_is_given_back_when_the_block_fails() -> None:
    asm = MacroAssembler()
    with pytest.raises(ZeroDivisionError), asm.scratch(), asm.scratch():
        raise ZeroDivisionError
    with asm.scratch(), asm.scratch():
        asm.nop()


def test_what_a_scratch_register_is_part_of_gives_it_back() -> None:
    asm = MacroAssembler()
    scratch = asm.scratch()
    register = scratch.take()
    with pytest.raises(ZeroDivisionError), Loan((register, 8), scratch) as item:
        assert item == (register, 8)
        assert scratch.is_lent
        raise ZeroDivisionError
    with asm.scratch() as kept, Loan(5) as item:
        assert item == 5
    assert kept == register
    assert not scratch.is_lent


def test_a_macro_refuses_to_overwrite_its_source() -> None:
    for write in (
        lambda a: a.add_const(X, X0, X16, 0x12345678),
        lambda a: a.cmp_const(X, X16, 0x12345678),
        lambda a: a.load(o.LDR_X, X0, X16, 0x12345678),
    ):
        with pytest.raises(AssertionError):
            write(MacroAssembler())


def test_calls_and_jumps_to_symbols_are_recorded_with_an_empty_distance() -> None:
    asm = MacroAssembler()
    asm.mov(X, X0, XZR)
    asm.call(7)
    asm.jump("exit")
    assert asm.symbols == [(4, 7), (8, "exit")]
    assert list(asm.words[1:]) == [0x94000000, 0x14000000]


def test_a_trap_is_the_word_of_its_code() -> None:
    asm = MacroAssembler()
    asm.trap(0x0303)
    assert asm.finish() == b"\x03\x03\x00\x00"
