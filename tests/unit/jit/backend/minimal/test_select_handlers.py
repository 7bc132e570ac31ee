"""`select` and `ref.is_null`: slots are chosen and looked at whole."""

from collections.abc import Iterator

import pytest

from support.handler_machine import GARBAGE, HandlerMachine, Ran

FIRST, SECOND = 0x1111_1111_1111_1111, 0x2222_2222_2222_2222


@pytest.fixture(scope="module")
def machine() -> Iterator[HandlerMachine]:
    machine = HandlerMachine()
    yield machine
    machine.close()


def test_select_looks_at_32_bits_of_its_condition(machine: HandlerMachine) -> None:
    assert machine.run("select", (FIRST, SECOND, GARBAGE)) == Ran((SECOND,))
    assert machine.run("select", (FIRST, SECOND, 1)) == Ran((FIRST,))
    assert machine.run("select", (FIRST, SECOND, 0x8000_0000)) == Ran((FIRST,))


def test_select_takes_both_slots_of_a_v128(machine: HandlerMachine) -> None:
    operands = (FIRST, FIRST + 1, SECOND, SECOND + 1)
    assert machine.run("select v128", (*operands, GARBAGE)) == Ran((SECOND, SECOND + 1))
    assert machine.run("select v128", (*operands, 1)) == Ran((FIRST, FIRST + 1))
    assert machine.run("select v128", (*operands, 0x8000_0000)) == Ran((FIRST, FIRST + 1))


def test_null_is_zero(machine: HandlerMachine) -> None:
    assert machine.run("ref.is_null", (0,)) == Ran((1,))
    assert machine.run("ref.is_null", (1 << 63,)) == Ran((0,))
