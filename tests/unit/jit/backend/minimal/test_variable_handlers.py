"""Locals, globals, `drop`, `select` and references: slots move whole."""

from collections.abc import Iterator

import pytest

from jit.backend.minimal.handlers.variable import NEAR
from support.handler_machine import GARBAGE, HandlerMachine, Ran

SLOTS = tuple(0x0101_0101_0101_0101 * n for n in range(1, 41))
DISTANCES = (1, 2, 3, NEAR - 1, NEAR, NEAR + 1, 33, 40)


@pytest.fixture(scope="module")
def machine() -> Iterator[HandlerMachine]:
    machine = HandlerMachine()
    yield machine
    machine.close()


def _forms(name: str, distance: int) -> list[tuple[str, int]]:
    """The handlers that serve this distance, with their immediate: the general one and, when near, its own."""
    near = [(f"{name} {distance}", 0x7777)] if distance <= NEAR else []
    return [(name, -8 * distance), *near]


@pytest.mark.parametrize("distance", DISTANCES)
def test_local_get_pushes_the_slot_at_its_distance(machine: HandlerMachine, distance: int) -> None:
    for name, imm in _forms("local.get", distance):
        assert machine.run(name, SLOTS, imm) == Ran((*SLOTS, SLOTS[-distance]))


@pytest.mark.parametrize("distance", DISTANCES)
def test_local_set_pops_before_it_counts(machine: HandlerMachine, distance: int) -> None:
    for name, imm in _forms("local.set", distance):
        expected = list(SLOTS)
        expected[-distance] = 99
        assert machine.run(name, (*SLOTS, 99), imm) == Ran(tuple(expected))


@pytest.mark.parametrize("distance", DISTANCES)
def test_local_tee_leaves_its_operand(machine: HandlerMachine, distance: int) -> None:
    for name, imm in _forms("local.tee", distance):
        expected = list(SLOTS)
        expected[-distance] = SLOTS[-1]
        assert machine.run(name, SLOTS, imm) == Ran(tuple(expected))


def test_globals_of_the_module_lie_in_the_context(machine: HandlerMachine) -> None:
    machine.write_words(machine.context + 4096, 0x1122_3344_5566_7788)
    assert machine.run("global.get", (5,), imm=4096) == Ran((5, 0x1122_3344_5566_7788))
    assert machine.run("global.set", (5, 6), imm=4096) == Ran((5,))
    assert machine.run("global.get", (), imm=4096) == Ran((6,))


def test_imported_globals_lie_behind_a_pointer(machine: HandlerMachine) -> None:
    cell = machine.memory + 512
    machine.write_words(machine.context + 8, cell)
    machine.write_words(cell, 0x1122_3344_5566_7788)
    assert machine.run("global.get imported", (5,), imm=8) == Ran((5, 0x1122_3344_5566_7788))
    assert machine.run("global.set imported", (5, 6), imm=8) == Ran((5,))
    assert machine.read(cell, 8) == (6).to_bytes(8, "little")
    assert machine.read(machine.context + 8, 8) == cell.to_bytes(8, "little")


def test_drop_discards_the_top(machine: HandlerMachine) -> None:
    assert machine.run("drop", (1, 2)) == Ran((1,))


@pytest.mark.parametrize("name", ["select", "select t"])
def test_select_looks_at_32_bits_of_its_condition(machine: HandlerMachine, name: str) -> None:
    first, second = 0x1111_1111_1111_1111, 0x2222_2222_2222_2222
    assert machine.run(name, (first, second, GARBAGE)) == Ran((second,))
    assert machine.run(name, (first, second, 1)) == Ran((first,))
    assert machine.run(name, (first, second, 0x8000_0000)) == Ran((first,))


def test_references_are_addresses_and_null_is_zero(machine: HandlerMachine) -> None:
    assert machine.run("ref.null", (1,)) == Ran((1, 0))
    assert machine.run("ref.is_null", (0,)) == Ran((1,))
    assert machine.run("ref.is_null", (1 << 63,)) == Ran((0,))
    assert machine.run("ref.func", (1,), imm=640) == Ran((1, machine.context + 640))
    machine.write_words(machine.context + 640, 0x1234_5678_9ABC)
    assert machine.run("ref.func imported", (1,), imm=640) == Ran((1, 0x1234_5678_9ABC))
