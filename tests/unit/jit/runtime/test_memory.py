"""Linear memories as objects."""

from typing import cast

import pytest

import jit
from jit.wasm.types import FUNCREF, PAGE, Limits, MemoryType, TableType, TrapKind


def make(store: jit.Store, minimum: int, maximum: int | None) -> jit.Memory:
    return store.memory(MemoryType(Limits(minimum, maximum)))


def test_a_new_memory_is_zero_and_writable(store: jit.Store) -> None:
    memory = make(store, 2, 3)
    assert (memory.pages, len(memory), len(memory.buffer)) == (2, 2 * PAGE, 2 * PAGE)
    assert bytes(memory.buffer) == bytes(2 * PAGE)
    memory.buffer[2 * PAGE - 1] = 9
    assert memory.buffer[2 * PAGE - 1] == 9


def test_a_memory_of_no_pages_has_an_empty_buffer(store: jit.Store) -> None:
    memory = make(store, 0, None)
    assert bytes(memory.buffer) == b""
    assert memory.grow(1) == 0
    assert len(memory.buffer) == PAGE


def test_growth_keeps_contents_and_base_and_stops_at_the_maximum(store: jit.Store) -> None:
    memory = make(store, 1, 3)
    view, base = memory.buffer, memory.base
    view[0] = 5
    assert memory.grow(2) == 1
    assert (memory.pages, memory.base, memory.buffer[0], memory.buffer[3 * PAGE - 1]) == (3, base, 5, 0)
    view[1] = 6  # views from before stay
    assert memory.buffer[1] == 6
    with pytest.raises(jit.LimitError, match="cannot grow by 1"):
        memory.grow(1)
    assert memory.grow(0) == 3


def test_growth_by_a_negative_number_is_misuse(store: jit.Store) -> None:
    with pytest.raises(ValueError, match="cannot grow by -1"):
        make(store, 1, 2).grow(-1)


@pytest.mark.parametrize("pages", [1.0, "1", None])
def test_growth_by_what_is_no_integer_changes_nothing(engine: jit.Engine, pages: object) -> None:
    with engine.open_store() as store:
        memory = make(store, 1, 3)
        with pytest.raises(TypeError):
            memory.grow(cast(int, pages))
        assert (memory.pages, memory.grow(1)) == (1, 1)


def test_a_memory_of_4_gib_can_be_had_and_grown_no_further(store: jit.Store) -> None:
    memory = make(store, 65535, None)
    assert memory.grow(1) == 65535
    memory.buffer[(1 << 32) - 1] = 1
    with pytest.raises(jit.LimitError):
        memory.grow(1)


def test_an_engine_can_cap_memories() -> None:
    with jit.Engine(max_pages=4) as engine:
        memory = engine.store.memory(MemoryType(Limits(1, None)))
        assert memory.try_grow(4) is None
        assert memory.try_grow(3) == 1
        with pytest.raises(jit.LimitError, match="a memory of 5 pages, more than 4"):
            engine.store.memory(MemoryType(Limits(5, None)))


@pytest.mark.parametrize("limits", [Limits(-1, None), Limits(0, 70000), Limits(65537, None), Limits(2, 1)])
def test_limits_that_no_module_could_declare_are_refused_before_anything_is_reserved(
    store: jit.Store, limits: Limits
) -> None:
    before = store.records.mark()
    with pytest.raises(ValueError, match="0 <= minimum <= maximum <= 65536, not Limits"):
        store.memory(MemoryType(limits))
    assert store.records.mark() == before


@pytest.mark.parametrize(
    "type",
    [
        MemoryType(Limits(cast(int, 1.0), None)),
        MemoryType(Limits(0, cast(int, "1"))),
        MemoryType(cast(Limits, (1, 2))),
        cast(MemoryType, TableType(FUNCREF, Limits(1, 1))),
    ],
)
def test_what_is_no_type_of_a_memory_is_refused_before_anything_is_reserved(store: jit.Store, type: MemoryType) -> None:
    before = store.records.mark()
    with pytest.raises(TypeError):
        store.memory(type)
    assert store.records.mark() == before


def test_the_type_of_a_memory_has_its_present_size(store: jit.Store) -> None:
    memory = make(store, 1, 3)
    memory.grow(1)
    assert memory.type == MemoryType(Limits(2, 3))


@pytest.mark.parametrize(("destination", "source"), [(3, 0), (0, 3), (2, 2)])
def test_a_copy_is_as_if_through_a_buffer(store: jit.Store, destination: int, source: int) -> None:
    memory = make(store, 1, 1)
    memory.buffer[:10] = bytes(range(10))
    expected = bytearray(range(10))
    expected[destination : destination + 6] = bytes(range(source, source + 6))
    memory.copy(destination, memory, source, 6)
    assert bytes(memory.buffer[:10]) == expected


def test_bulk_operations_past_the_end_trap_and_write_nothing(store: jit.Store) -> None:
    memory = make(store, 1, 1)
    memory.fill(0, 0x107, PAGE)
    full = b"\x07" * PAGE
    assert bytes(memory.buffer) == full
    for operation in (
        lambda: memory.fill(PAGE - 1, 1, 2),
        lambda: memory.fill(PAGE + 1, 1, 0),
        lambda: memory.fill(1, 1, 0xFFFFFFFF),
        lambda: memory.copy(0, memory, PAGE - 1, 2),
        lambda: memory.copy(PAGE - 1, memory, 0, 2),
        lambda: memory.write(PAGE - 1, b"ab", 0, 2),
        lambda: memory.write(0, b"ab", 1, 2),
        lambda: memory.write(0, b"ab", 3, 0),
    ):
        with pytest.raises(jit.Trap) as caught:
            operation()
        assert caught.value.kind is TrapKind.OOB_MEMORY
        assert bytes(memory.buffer) == full


def test_bulk_operations_of_no_length_at_the_very_end_are_fine(store: jit.Store) -> None:
    memory = make(store, 1, 1)
    memory.fill(PAGE, 1, 0)
    memory.copy(PAGE, memory, PAGE, 0)
    memory.write(PAGE, b"ab", 2, 0)
    assert bytes(memory.buffer) == bytes(PAGE)


def test_a_fill_longer_than_its_pattern_fills_all(store: jit.Store) -> None:
    memory = make(store, 40, 40)
    memory.fill(3, 0xAB, 40 * PAGE - 5)
    content = bytes(memory.buffer)
    assert content == bytes(3) + b"\xab" * (40 * PAGE - 5) + bytes(2)


def test_a_memory_of_a_closed_store_says_so(engine: jit.Engine) -> None:
    with engine.open_store() as store:
        memory = make(store, 1, 1)
    with pytest.raises(ValueError, match="closed"):
        _ = memory.buffer


def test_a_memory_reserved_again_is_zero(engine: jit.Engine) -> None:
    with engine.open_store() as store:
        make(store, 1, 1).buffer[:] = b"\xff" * PAGE
    with engine.open_store() as store:
        assert bytes(make(store, 1, 1).buffer) == bytes(PAGE)
