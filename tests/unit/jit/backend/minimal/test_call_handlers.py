"""Tables, calls through FuncRefs, builtins, and the loops of frames: who is called with what, and what survives it."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from jit.abi import Builtin, FuncRef, VMLayout
from jit.host.base import Thunk
from jit.wasm.types import TrapKind
from support.handler_machine import GARBAGE, HandlerMachine, Ran

BUILTIN_HANDLERS: tuple[tuple[str, Builtin, int, Sequence[int], bool], ...] = (
    # handler, builtin, immediates, operands with their upper halves as they arrive, whether it gives a result
    ("memory.grow", Builtin.MEMORY_GROW, 1, (32,), True),
    ("memory.init", Builtin.MEMORY_INIT, 2, (32, 32, 32), False),
    ("memory.copy", Builtin.MEMORY_COPY, 2, (32, 32, 32), False),
    ("memory.fill", Builtin.MEMORY_FILL, 1, (32, 32, 32), False),
    ("data.drop", Builtin.DATA_DROP, 1, (), False),
    ("table.init", Builtin.TABLE_INIT, 2, (32, 32, 32), False),
    ("table.copy", Builtin.TABLE_COPY, 2, (32, 32, 32), False),
    ("table.grow", Builtin.TABLE_GROW, 1, (64, 32), True),
    ("table.fill", Builtin.TABLE_FILL, 1, (32, 64, 32), False),
    ("elem.drop", Builtin.ELEM_DROP, 1, (), False),
)
TABLE_AT, TYPE_AT = 256, 264
"""Where the context of these tests has the address of a table's record, and the id of a type."""
TYPE_ID = 0x8000_0001


@pytest.fixture
def machine() -> Iterator[HandlerMachine]:
    machine = HandlerMachine()
    yield machine
    machine.close()


def _install(machine: HandlerMachine, which: Builtin, thunk: Thunk) -> None:
    machine.write_words(machine.context + VMLayout.builtin(which), machine.host.thunk(thunk))


def _recorder(seen: list[tuple[int, ...]], answer: int) -> Thunk:
    def thunk(args: Sequence[int]) -> int:
        seen.append(tuple(args))
        return answer

    return thunk


@pytest.mark.parametrize(("name", "which", "immediates", "widths", "gives"), BUILTIN_HANDLERS)
def test_builtins_get_context_immediates_and_operands_in_order(
    machine: HandlerMachine, name: str, which: Builtin, immediates: int, widths: Sequence[int], gives: bool
) -> None:
    seen: list[tuple[int, ...]] = []
    _install(machine, which, _recorder(seen, 0xFFFF_FFFF))
    operands = [(i + 1) * 0x1111 | (GARBAGE if width == 32 else 0xABCD << 48) for i, width in enumerate(widths)]
    ran = machine.run(name, (77, *operands), imm=1001, imm2=1002)
    assert ran == Ran((77, 0xFFFF_FFFF) if gives else (77,))
    passed = [slot & (1 << width) - 1 for slot, width in zip(operands, widths, strict=True)]
    expected = (machine.context, *(1001, 1002)[:immediates], *passed)
    assert [args[: len(expected)] for args in seen] == [expected]


def _make_table(machine: HandlerMachine, *elements: int) -> int:
    """A table of these elements in linear memory, known to the context; gives where they lie."""
    record, base = machine.context + 512, machine.memory + 1024
    machine.write_words(machine.context + TABLE_AT, record)
    machine.write_words(record, base, len(elements))
    machine.write_words(base, *elements, 0xBAD)
    return base


def test_table_get_and_set_reach_exactly_the_length(machine: HandlerMachine) -> None:
    base = _make_table(machine, 10, 20, 30)
    assert machine.run("table.size", (), imm=TABLE_AT) == Ran((3,))
    for index, element in enumerate((10, 20, 30)):
        assert machine.run("table.get", (index | GARBAGE,), imm=TABLE_AT) == Ran((element,))
        assert machine.run("table.set", (index | GARBAGE, element + 1), imm=TABLE_AT) == Ran(())
    assert machine.read(base, 24) == b"".join(n.to_bytes(8, "little") for n in (11, 21, 31))
    for index in (3, 4, 0x7FFF_FFFF, 0xFFFF_FFFF):
        assert machine.run("table.get", (index,), imm=TABLE_AT) is TrapKind.OOB_TABLE
        assert machine.run("table.set", (index, 1), imm=TABLE_AT) is TrapKind.OOB_TABLE


def _make_host_function(machine: HandlerMachine, fn: Callable[[int, int], int]) -> int:
    """Gives the address of a host function's FuncRef; `fn` gets its id and the value stack pointer."""
    block, funcref = machine.context + 2048, machine.context + 4096
    machine.write_words(
        block + VMLayout.builtin(Builtin.CALL_HOST), machine.host.thunk(lambda args: fn(args[0], args[1]))
    )
    machine.write_words(funcref, machine.addresses["call_host"], block, 0x7007, TYPE_ID)
    assert (FuncRef.CODE, FuncRef.MEMORY, FuncRef.VMCTX, FuncRef.TYPE) == (0, 8, 16, 24)
    return funcref


def _sum(machine: HandlerMachine) -> Callable[[int, int], int]:
    """Replaces the top two slots by their sum and the function's id."""

    def run(host: int, top: int) -> int:
        first, second = (int.from_bytes(machine.read(top - at, 8), "little") for at in (16, 8))
        machine.write_words(top - 16, first + second, host)
        return top

    return run


def test_imported_functions_run_in_their_own_context(machine: HandlerMachine) -> None:
    machine.write_words(machine.context + 96, _make_host_function(machine, _sum(machine)))
    assert machine.run("call imported", (1, 2, 3), imm=96) == Ran((1, 5, 0x7007))


def test_host_functions_decide_where_the_stack_ends(machine: HandlerMachine) -> None:
    machine.write_words(machine.context + 96, _make_host_function(machine, lambda _, top: top - 16))
    assert machine.run("call imported", (1, 2, 3), imm=96) == Ran((1,))


def test_call_indirect_calls_elements_of_its_type(machine: HandlerMachine) -> None:
    _make_table(machine, 0, _make_host_function(machine, _sum(machine)))
    machine.write_words(machine.context + TYPE_AT, TYPE_ID | GARBAGE)
    assert machine.run("call_indirect", (1, 2, 3, 1 | GARBAGE), TABLE_AT, TYPE_AT) == Ran((1, 5, 0x7007))


def test_call_indirect_traps_by_what_is_wrong(machine: HandlerMachine) -> None:
    _make_table(machine, 0, _make_host_function(machine, _sum(machine)))
    machine.write_words(machine.context + TYPE_AT, TYPE_ID + 1)
    assert machine.run("call_indirect", (2,), TABLE_AT, TYPE_AT) is TrapKind.UNDEFINED_ELEMENT
    assert machine.run("call_indirect", (0xFFFF_FFFF,), TABLE_AT, TYPE_AT) is TrapKind.UNDEFINED_ELEMENT
    assert machine.run("call_indirect", (0,), TABLE_AT, TYPE_AT) is TrapKind.UNINITIALIZED_ELEMENT
    assert machine.run("call_indirect", (1,), TABLE_AT, TYPE_AT) is TrapKind.INDIRECT_MISMATCH


def test_move_results_moves_any_number_over_any_distance(machine: HandlerMachine) -> None:
    for count in (3, 4, 9, 10, 33):
        for distance in (1, 2, 3, 50):
            slots = tuple(range(100, 100 + distance + count))
            ran = machine.run("move results", (1, *slots), 8 * count, 8 * distance)
            assert ran == Ran((1, *slots[distance:]))


def test_clear_locals_pushes_zeros(machine: HandlerMachine) -> None:
    machine.write(machine.stack, b"\xff" * 4096)
    for count in (3, 4, 17, 100):
        assert machine.run("clear locals", (1,), 8 * count) == Ran((1, *[0] * count))
