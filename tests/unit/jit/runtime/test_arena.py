"""Arenas: records in host memory, given back all at once."""

import pytest

import jit
from jit.runtime.arena import CHUNK, Arena


@pytest.fixture
def arena(engine: jit.Engine) -> Arena:
    return Arena(engine.machine.host)


def test_records_are_zero_aligned_and_apart(arena: Arena) -> None:
    first, second = arena.allocate(5), arena.allocate(17)
    assert first % 16 == second % 16 == 0
    assert second - first == 16
    arena.fill(first, b"\xff" * 16)
    assert arena.view(second, 32) == bytes(32)


def test_words_are_little_endian(arena: Arena) -> None:
    address = arena.allocate(16)
    arena.write(address, 0x1122334455667788)
    assert arena.read(address) == 0x1122334455667788
    assert arena.view(address, 2) == b"\x88\x77"


def test_growth_moves_no_record(arena: Arena) -> None:
    addresses = [arena.allocate(1 << 16) for _ in range(20)]
    for number, address in enumerate(addresses):
        arena.write(address, number)
    assert [arena.read(address) for address in addresses] == list(range(20))
    assert addresses == list(range(addresses[0], addresses[0] + (20 << 16), 1 << 16))


def test_a_record_larger_than_a_reservation_gets_one_of_its_own(arena: Arena) -> None:
    small = arena.allocate(16)
    large = arena.allocate(CHUNK + 1)
    arena.write(large + CHUNK - 8, 7)
    assert not small <= large < small + CHUNK
    assert arena.read(large + CHUNK - 8) == 7


def test_a_reset_arena_hands_out_the_same_bytes_zeroed(arena: Arena) -> None:
    address = arena.allocate(64)
    arena.fill(address, b"\xaa" * 64)
    arena.reset()
    assert arena.allocate(64) == address
    assert arena.view(address, 64) == bytes(64)


def test_bytes_that_were_not_allocated_are_refused(arena: Arena) -> None:
    address = arena.allocate(16)
    with pytest.raises(AssertionError, match="not of this arena"):
        arena.read(address + 16)
