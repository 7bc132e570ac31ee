"""Parallel moves: whatever the permutation, every destination gets what its source held before."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jit.a64.masm import MacroAssembler
from jit.a64.operands import EQ
from jit.backend.baseline.abi import FLOAT_OPERANDS, OPERANDS
from jit.backend.baseline.moves import Move, Source, move_all, needs_code
from jit.backend.baseline.values import Const, Flags, Place, slot_place, v_place, x_place
from jit.wasm.types import F32, F64, I32, I64
from support.baseline_machine import run_moves

REGISTERS = [*map(x_place, OPERANDS[:4]), *map(v_place, FLOAT_OPERANDS[:4])]
SLOTS = [*map(slot_place, (0, 1, 2, 40, 5000, 5001))]
PLACES = [*REGISTERS, *SLOTS]

places = st.sampled_from(PLACES)
constants = st.one_of(
    st.builds(Const, st.just(I32), st.integers(0, (1 << 32) - 1)),
    st.builds(Const, st.just(I64), st.integers(0, (1 << 64) - 1)),
)
float_constants = st.one_of(
    st.builds(Const, st.just(F32), st.sampled_from((0, 0x3F800000, 0x7FC00001, 0x80000000))),
    st.builds(Const, st.just(F64), st.sampled_from((0, 0x3FF0000000000000, 0x7FF8000000000001, 1 << 63))),
)


@st.composite
def move_sets(draw: st.DrawFn) -> list[Move]:
    destinations = draw(st.lists(places, unique=True, max_size=len(PLACES)))
    moves: list[Move] = []
    for destination in destinations:
        is_float = destination in REGISTERS[4:]
        source: Source = draw(st.one_of(places, places, float_constants if is_float else constants))
        moves.append((destination, source))
    return moves


def before(place: Place) -> int:
    """What a place holds at first: a number of its own, all 64 bits of it."""
    return 0x0123456789ABCDEF ^ place * 0x100000001B3


def expected(source: Source) -> int:
    if isinstance(source, Const):
        return source.bits
    assert not isinstance(source, Flags)
    return before(source)


@settings(max_examples=60, deadline=None)
@given(move_sets())
def test_every_destination_gets_what_its_source_held(moves: list[Move]) -> None:
    after = run_moves(moves, {place: before(place) for place in PLACES})
    written = {destination: expected(source) for destination, source in moves}
    assert after == {place: written.get(place, before(place)) for place in PLACES}


@settings(max_examples=30, deadline=None)
@given(st.permutations(PLACES))
def test_every_permutation_is_carried_out(permuted: list[Place]) -> None:
    moves: list[Move] = list(zip(PLACES, permuted, strict=True))
    after = run_moves(moves, {place: before(place) for place in PLACES})
    assert after == {place: before(source) for place, source in zip(PLACES, permuted, strict=True)}


def test_a_condition_becomes_zero_or_one_in_either_kind_of_place() -> None:
    moves: list[Move] = [(REGISTERS[0], Flags(EQ)), (SLOTS[3], Flags(EQ)), (REGISTERS[1], REGISTERS[0])]
    for holds in (0, 1):
        after = run_moves(moves, {place: before(place) for place in PLACES}, equal=bool(holds))
        assert after[REGISTERS[0]] == after[SLOTS[3]] == holds
        assert after[REGISTERS[1]] == before(REGISTERS[0])


def test_moving_to_the_same_place_needs_no_code() -> None:
    asm = MacroAssembler()
    moves: list[Move] = [(place, place) for place in PLACES]
    move_all(asm, moves)
    assert not needs_code(moves)
    assert asm.position == 0


def test_a_swap_costs_one_move_more_than_its_registers() -> None:
    asm = MacroAssembler()
    a, b = REGISTERS[:2]
    move_all(asm, [(a, b), (b, a)])
    assert asm.position == 3 * 4
