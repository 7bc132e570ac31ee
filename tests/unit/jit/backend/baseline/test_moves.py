"""Parallel moves: whatever the permutation, every destination gets what its source held before."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from jit.a64.masm import MacroAssembler
from jit.a64.operands import EQ, V0, V1, X3
from jit.backend.baseline.abi import FLOAT_OPERANDS, OPERANDS
from jit.backend.baseline.moves import Move, Source, move_all, needs_code
from jit.backend.baseline.values import Const, Flags, Place, is_slot, slot_place, v_place, x_place
from jit.wasm.types import F32, F64, I32, I64, V128, ValType
from support.baseline_machine import run_moves

GENERAL = [*map(x_place, OPERANDS[:4])]
FLOAT = [*map(v_place, FLOAT_OPERANDS[:4])]
SLOTS = [*map(slot_place, (*range(7), 40, 41, 5000, 5001, 5002))]
PLACES = [*GENERAL, *FLOAT, *SLOTS]
WIDE = [*FLOAT, *(slot for slot in SLOTS if Place(slot + 1) in SLOTS)]
"""Where a v128 may lie."""

_LOW = (1 << 64) - 1

constants = st.one_of(
    st.builds(Const, st.just(I32), st.integers(0, (1 << 32) - 1)),
    st.builds(Const, st.just(I64), st.integers(0, (1 << 64) - 1)),
)
float_constants = st.one_of(
    st.builds(Const, st.just(F32), st.sampled_from((0, 0x3F800000, 0x7FC00001, 0x80000000))),
    st.builds(Const, st.just(F64), st.sampled_from((0, 0x3FF0000000000000, 0x7FF8000000000001, 1 << 63))),
)
wide_constants = st.builds(
    Const, st.just(V128), st.sampled_from((0, 1, 0x0102 << 64, (1 << 128) - 1, 0x0123456789ABCDEF_FEDCBA9876543211))
)


def cells(type: ValType, place: Place) -> set[Place]:
    return {place, Place(place + 1)} if type is V128 and is_slot(place) else {place}


@st.composite
def move_sets(draw: st.DrawFn) -> list[Move]:
    taken: set[Place] = set()
    moves: list[Move] = []
    for type, destination in draw(st.lists(st.one_of(wide_places, narrow_places), max_size=2 * len(PLACES))):
        if not taken.isdisjoint(cells(type, destination)):
            continue
        taken |= cells(type, destination)
        if type is V128:
            source: Source = draw(st.one_of(st.sampled_from(WIDE), st.sampled_from(WIDE), wide_constants))
        else:
            some = float_constants if destination in FLOAT else constants
            source = draw(st.one_of(st.sampled_from(PLACES), st.sampled_from(PLACES), some))
        moves.append((type, destination, source))
    return moves


wide_places = st.tuples(st.just(V128), st.sampled_from(WIDE))
narrow_places = st.tuples(st.just(I64), st.sampled_from(PLACES))


def before(place: Place) -> int:
    """What a place holds at first: a number of its own, in all bits of it."""
    low = 0x0123456789ABCDEF ^ place * 0x100000001B3
    return low | (low * 3 & _LOW) << 64 if place in FLOAT else low


def held(type: ValType, source: Source) -> int:
    """What a move of this type reads."""
    if isinstance(source, Const):
        return source.bits
    assert not isinstance(source, Flags)
    if type is not V128:
        return before(source) & _LOW
    return before(source) | before(Place(source + 1)) << 64 if is_slot(source) else before(source)


def check(moves: list[Move]) -> None:
    after = run_moves(moves, {place: before(place) for place in PLACES})
    expected = {place: before(place) for place in PLACES}
    for type, destination, source in moves:
        value = held(type, source)
        if type is V128 and is_slot(destination):
            expected[destination] = value & _LOW
            expected[Place(destination + 1)] = value >> 64
        elif type is V128 or destination not in FLOAT:
            expected[destination] = value
        else:  # what is above a float is nobody's
            expected[destination] = value | after[destination] >> 64 << 64
    assert after == expected


s = slot_place
SHARED_CYCLES: list[Move] = [
    (V128, s(4), v_place(V0)),
    (V128, v_place(V0), s(5)),
    (I64, s(6), x_place(X3)),
    (I64, x_place(X3), s(4)),
]
"""Two cycles through one move, which no single saved place breaks."""
OVERLAPPING: list[Move] = [(V128, s(0), s(1)), (V128, s(2), s(3)), (I64, s(4), s(0)), (I64, v_place(V1), s(2))]


@settings(max_examples=150, deadline=None)
@given(move_sets())
@example(SHARED_CYCLES)
@example(OVERLAPPING)
def test_every_destination_gets_what_its_source_held(moves: list[Move]) -> None:
    check(moves)


@settings(max_examples=30, deadline=None)
@given(st.permutations(PLACES))
def test_every_permutation_is_carried_out(permuted: list[Place]) -> None:
    check([(I64, destination, source) for destination, source in zip(PLACES, permuted, strict=True)])


@settings(max_examples=60, deadline=None)
@given(st.permutations(FLOAT), st.permutations((0, 1, 2, 3, 4, 5)), st.integers(0, 1), st.integers(0, 1))
def test_every_permutation_of_vectors_is_carried_out(
    registers: list[Place], slots: list[int], shift: int, other: int
) -> None:
    """Registers and pairs of slots, the pairs of destinations and those of sources not always at the same slots."""
    to = [*FLOAT, *(slot_place(slot + shift) for slot in (0, 2, 4))]
    source = [*registers, *(slot_place(slot + other) for slot in (0, 2, 4))]
    mixed = [source[(4, 5, 6, 0, 1, 2)[slot]] for slot in slots]
    check([(V128, destination, place) for destination, place in zip(to, mixed, strict=False)])


def test_a_condition_becomes_zero_or_one_in_either_kind_of_place() -> None:
    moves: list[Move] = [(I32, GENERAL[0], Flags(EQ)), (I32, SLOTS[3], Flags(EQ)), (I64, GENERAL[1], GENERAL[0])]
    for holds in (0, 1):
        after = run_moves(moves, {place: before(place) for place in PLACES}, equal=bool(holds))
        assert after[GENERAL[0]] == after[SLOTS[3]] == holds
        assert after[GENERAL[1]] == before(GENERAL[0])


def test_moving_to_the_same_place_needs_no_code() -> None:
    asm = MacroAssembler()
    moves: list[Move] = [(V128 if place in FLOAT else I64, place, place) for place in PLACES]
    move_all(asm, moves)
    assert not needs_code(moves)
    assert asm.position == 0


def test_a_swap_costs_one_move_more_than_its_registers() -> None:
    for type, (a, b) in ((I64, GENERAL[:2]), (F64, FLOAT[:2]), (V128, FLOAT[:2])):
        asm = MacroAssembler()
        move_all(asm, [(type, a, b), (type, b, a)])
        assert asm.position == 3 * 4
