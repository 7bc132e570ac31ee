"""Handing out pieces of the code arena."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jit.host.code_space import ALIGNMENT, CodeSpace

BASE = 1 << 32


def test_pieces_are_aligned_and_in_order() -> None:
    space = CodeSpace(BASE, 1024)
    assert [space.allocate(size) for size in (1, 16, 17, 0)] == [BASE, BASE + 16, BASE + 32, BASE + 64]


def test_a_freed_piece_is_the_first_to_be_used_again() -> None:
    space = CodeSpace(BASE, 1024)
    first = space.allocate(64)
    space.allocate(64)
    assert space.free(first) == 64
    assert space.allocate(48) == first
    assert space.allocate(16) == first + 48


def test_neighbouring_holes_are_joined() -> None:
    space = CodeSpace(BASE, 64)
    pieces = [space.allocate(16) for _ in range(4)]
    for piece in (pieces[0], pieces[2], pieces[1], pieces[3]):
        space.free(piece)
    assert space.allocate(64) == BASE


def test_a_full_arena_is_a_memory_error() -> None:
    space = CodeSpace(BASE, 64)
    space.allocate(33)
    with pytest.raises(MemoryError, match="17 bytes"):
        space.allocate(17)


def test_only_what_was_allocated_can_be_freed() -> None:
    space = CodeSpace(BASE, 64)
    piece = space.allocate(16)
    space.free(piece)
    for address in (piece, piece + 16, 0):
        with pytest.raises(ValueError, match="no code was allocated"):
            space.free(address)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 300))))
def test_pieces_never_overlap_and_everything_comes_back(steps: list[tuple[bool, int]]) -> None:
    space = CodeSpace(BASE, 4096)
    taken: list[tuple[int, int]] = []
    for allocates, number in steps:
        if allocates:
            try:
                start = space.allocate(number)
            except MemoryError:
                continue
            end = start + space.size(start)
            assert start >= BASE
            assert start + number <= end <= BASE + 4096
            assert start % ALIGNMENT == 0
            assert all(end <= other or start >= other_end for other, other_end in taken)
            taken.append((start, end))
        elif taken:
            start, end = taken.pop(number % len(taken))
            assert space.free(start) == end - start
    for start, _ in taken:
        space.free(start)
    assert space.allocate(4096) == BASE
