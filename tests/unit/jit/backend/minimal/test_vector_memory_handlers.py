"""Loads and stores of vectors and lanes: what they move, where they trap, and what a trapping store leaves behind."""

import re
from collections.abc import Iterator

import pytest

from jit.backend.code import CodegenOptions
from jit.backend.minimal import MinimalBackend
from jit.backend.minimal.rows import IMPLEMENTED
from jit.wasm.opcodes import Family, Op
from jit.wasm.types import PAGE, TrapKind
from support.handler_machine import GARBAGE, HandlerMachine, Ran

LOADS = [row for row in IMPLEMENTED if row.family is Family.VECTOR_LOAD]
STORES = [row for row in IMPLEMENTED if row.family is Family.VECTOR_STORE]
PATTERN = bytes(range(0x71, 0x79)) + bytes(range(0xF1, 0xF9)) + bytes(range(0x11, 0x21)) + bytes(16)
"""Bytes with their sign clear, then with it set, and others."""
OPERAND = bytes(range(0xA0, 0xB0))
"""The v128 that lane loads change and stores store."""


@pytest.fixture(scope="module")
def machine() -> Iterator[HandlerMachine]:
    machine = HandlerMachine()
    yield machine
    machine.close()


def _lanes(row: Op) -> range:
    """The lanes that a row can name; 0 for a row that names none."""
    return range(row.lanes or 1)


def _loaded(row: Op, content: bytes, lane: int) -> bytes:
    """What a load gives (spec: `exec-load-extend` and its neighbours), from the name of its row."""
    size = row.width // 8
    taken = content[:size]
    if row.lanes:
        return OPERAND[: lane * size] + taken + OPERAND[(lane + 1) * size :]
    if row.name.endswith("_splat"):
        return taken * (16 // size)
    if extended := re.fullmatch(r"v128\.load(\d+)x(\d+)_[su]", row.name):
        width, count = int(extended[1]) // 8, int(extended[2])
        parts = [taken[i * width : (i + 1) * width] for i in range(count)]
        numbers = [int.from_bytes(part, "little", signed=row.signed) for part in parts]
        return b"".join(number.to_bytes(2 * width, "little", signed=row.signed) for number in numbers)
    return taken.ljust(16, b"\0")


def _run(machine: HandlerMachine, row: Op, address: int, offset: int, lane: int) -> bytes | TrapKind:
    """Runs the handler that the composer would call, with the immediates that it would load; gives what it left."""
    slots = [address | GARBAGE]
    if row.sig.startswith("iv"):
        slots += [int.from_bytes(half, "little") for half in (OPERAND[:8], OPERAND[8:])]
    ran = machine.run(row.name if offset else f"{row.name} at 0", slots, offset, lane * (row.width // 8) - 16)
    if not isinstance(ran, Ran):
        return ran
    assert len(ran.slots) == (2 if row in LOADS else 0)
    return b"".join(slot.to_bytes(8, "little") for slot in ran.slots)


@pytest.mark.parametrize("row", LOADS, ids=str)
def test_loads_fill_all_lanes_from_unaligned_bytes(machine: HandlerMachine, row: Op) -> None:
    machine.write(machine.memory, PATTERN)
    for lane in _lanes(row):
        for address in range(16):
            for offset in (0, 1, 3, 16):
                expected = _loaded(row, PATTERN[address + offset :], lane)
                assert _run(machine, row, address, offset, lane) == expected


@pytest.mark.parametrize("row", LOADS, ids=str)
def test_loads_trap_exactly_beyond_the_end(machine: HandlerMachine, row: Op) -> None:
    size = row.width // 8
    machine.write(machine.memory + PAGE - 16, bytes(16))
    for lane in _lanes(row):
        for offset in (0, 1, 5, PAGE - 16):
            last = PAGE - size - offset
            assert _run(machine, row, last, offset, lane) == _loaded(row, bytes(16), lane)
            assert _run(machine, row, last + 1, offset, lane) is TrapKind.OOB_MEMORY


@pytest.mark.parametrize("row", STORES, ids=str)
def test_stores_write_their_lane_and_no_more(machine: HandlerMachine, row: Op) -> None:
    size = row.width // 8
    before = bytes(range(1, 33))
    for lane in _lanes(row):
        for offset in (0, 1, 4096):
            for address in (0, 1, 7):
                at = machine.memory + address + offset
                machine.write(at, before)
                assert _run(machine, row, address, offset, lane) == b""
                assert machine.read(at, 32) == OPERAND[lane * size : (lane + 1) * size] + before[size:]


@pytest.mark.parametrize("row", STORES, ids=str)
def test_a_store_across_the_end_traps_and_writes_nothing(machine: HandlerMachine, row: Op) -> None:
    tail = bytes(range(1, 17))
    for offset in (0, 1, 9):
        for inside in range(row.width // 8):
            machine.write(machine.memory + PAGE - 16, tail)
            assert _run(machine, row, PAGE - inside - offset, offset, row.lanes // 2) is TrapKind.OOB_MEMORY
            assert machine.read(machine.memory + PAGE - 16, 16) == tail


@pytest.mark.parametrize("row", LOADS + STORES, ids=str)
def test_addresses_are_33_bits_wide(machine: HandlerMachine, row: Op) -> None:
    for address, offset in ((0xFFFFFFFF, 0), (0xFFFFFFFF, 1), (0xFFFFFFFF, 0xFFFFFFFF), (0x80000000, 0x80000000)):
        assert _run(machine, row, address, offset, 0) is TrapKind.OOB_MEMORY


@pytest.mark.parametrize("row", STORES, ids=str)
def test_probes_are_left_out_where_the_host_needs_none(row: Op) -> None:
    probing = MinimalBackend().runtime_code(CodegenOptions(probe_stores=True))[row.name]
    plain = MinimalBackend().runtime_code(CodegenOptions(probe_stores=False))[row.name]
    assert len(probing.code) - len(plain.code) == (0 if row.width == 8 else 4)
    assert len(plain.traps) == 1
