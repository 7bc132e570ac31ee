"""Loads, stores and memory sizes: what they move, where they trap, and what a trapping store leaves behind."""

from collections.abc import Iterator

import pytest

from jit.abi import MemoryRecord
from jit.backend.code import CodegenOptions
from jit.backend.minimal import MinimalBackend
from jit.backend.minimal.rows import IMPLEMENTED
from jit.wasm.opcodes import Family, Op
from jit.wasm.types import PAGE, TrapKind
from support.handler_machine import GARBAGE, HandlerMachine, Ran

LOADS = [row for row in IMPLEMENTED if row.family is Family.LOAD]
STORES = [row for row in IMPLEMENTED if row.family is Family.STORE]
PATTERN = bytes(range(0x71, 0x79)) + bytes(range(0xF1, 0xF9)) + bytes(16)
"""Bytes with their sign clear, then with it set."""


@pytest.fixture(scope="module")
def machine() -> Iterator[HandlerMachine]:
    machine = HandlerMachine()
    yield machine
    machine.close()


def _loaded(row: Op, content: bytes) -> int:
    """What a load of this row gives (spec: `exec-load`), as the bits of its result."""
    assert row.results is not None
    number = int.from_bytes(content[: row.width // 8], "little", signed=row.signed)
    return number & (1 << row.results[0].bits) - 1


def _run_load(machine: HandlerMachine, row: Op, address: int, offset: int) -> int | TrapKind:
    """Runs the handler that the composer would call."""
    name = row.name if offset else f"{row.name} at 0"
    ran = machine.run(name, (address | GARBAGE,), imm=offset)
    if not isinstance(ran, Ran):
        return ran
    assert len(ran.slots) == 1
    assert row.results is not None
    return ran.slots[0] & (1 << row.results[0].bits) - 1


def _run_store(machine: HandlerMachine, row: Op, address: int, value: int, offset: int) -> TrapKind | None:
    name = row.name if offset else f"{row.name} at 0"
    ran = machine.run(name, (address | GARBAGE, value), imm=offset)
    if isinstance(ran, Ran):
        assert ran.slots == ()
        return None
    return ran


@pytest.mark.parametrize("row", LOADS, ids=str)
def test_loads_extend_unaligned_bytes(machine: HandlerMachine, row: Op) -> None:
    machine.write(machine.memory, PATTERN)
    for address in range(16):
        expected = _loaded(row, PATTERN[address:])
        assert _run_load(machine, row, address, 0) == expected
        for offset in (1, 3, address):
            assert _run_load(machine, row, address - offset if address >= offset else 0, offset) == _loaded(
                row, PATTERN[max(address, offset) :]
            )


@pytest.mark.parametrize("row", LOADS, ids=str)
def test_loads_trap_exactly_beyond_the_end(machine: HandlerMachine, row: Op) -> None:
    size = row.width // 8
    machine.write(machine.memory + PAGE - 8, bytes(8))
    for offset in (0, 1, 5, PAGE - 8):
        last = PAGE - size - offset
        assert _run_load(machine, row, last, offset) == 0
        assert _run_load(machine, row, last + 1, offset) is TrapKind.OOB_MEMORY


@pytest.mark.parametrize("row", STORES, ids=str)
def test_stores_write_their_width_and_no_more(machine: HandlerMachine, row: Op) -> None:
    value, size = 0x8877665544332211, row.width // 8
    for offset in (0, 1, 4095, 4096):
        for address in (0, 1, 7):
            at = machine.memory + address + offset
            before = bytes(range(1, 33))
            machine.write(at, before)
            assert _run_store(machine, row, address, value, offset) is None
            assert machine.read(at, 32) == value.to_bytes(8, "little")[:size] + before[size:]


@pytest.mark.parametrize("row", STORES, ids=str)
def test_a_store_across_the_end_traps_and_writes_nothing(machine: HandlerMachine, row: Op) -> None:
    size = row.width // 8
    for offset in (0, 1, 9):
        for inside in range(size):
            tail = bytes(range(1, 9))
            machine.write(machine.memory + PAGE - 8, tail)
            trap = _run_store(machine, row, PAGE - inside - offset, 0xFFFF_FFFF_FFFF_FFFF, offset)
            assert trap is TrapKind.OOB_MEMORY
            assert machine.read(machine.memory + PAGE - 8, 8) == tail


@pytest.mark.parametrize("row", LOADS + STORES, ids=str)
def test_addresses_are_33_bits_wide(machine: HandlerMachine, row: Op) -> None:
    """Neither the index nor its sum with the offset wraps around, and no index is negative."""
    for address, offset in ((0xFFFFFFFF, 0), (0xFFFFFFFF, 1), (0xFFFFFFFF, 0xFFFFFFFF), (0x80000000, 0x80000000)):
        if row in LOADS:
            assert _run_load(machine, row, address, offset) is TrapKind.OOB_MEMORY
        else:
            assert _run_store(machine, row, address, 0, offset) is TrapKind.OOB_MEMORY


@pytest.mark.parametrize("row", STORES, ids=str)
def test_probes_are_left_out_where_the_host_needs_none(row: Op) -> None:
    probing = MinimalBackend().runtime_code(CodegenOptions(probe_stores=True))[row.name]
    plain = MinimalBackend().runtime_code(CodegenOptions(probe_stores=False))[row.name]
    saved = 0 if row.width == 8 else 4
    assert len(probing.code) - len(plain.code) == saved
    assert len(plain.traps) == 1


def test_memory_size_reads_the_record(machine: HandlerMachine) -> None:
    record = machine.context + 1024
    machine.write_words(machine.context + 88, record)
    machine.write_words(record + MemoryRecord.PAGES, 65536)
    assert machine.run("memory.size", (3,), imm=88) == Ran((3, 65536))
