"""Every vector handler that computes against the semantics, on boundary values, bit for bit."""

from collections.abc import Iterator

import pytest

from jit.backend.minimal.rows import IMPLEMENTED
from jit.wasm.opcodes import Op
from jit.wasm.semantics import operation
from jit.wasm.types import V128
from support.handler_machine import GARBAGE, HandlerMachine, Ran
from support.vectors import ROWS, boundaries, instructions

HANDLED = [row for row in ROWS if row.name != "i8x16.shuffle"]
"""Shuffles take their immediate in a vector register: see `test_moves`."""
MOST = 2000
"""Operands of a row, about; of more every nth is taken, an odd n, since the halves are exchanged in every second."""
_HALF = (1 << 64) - 1


@pytest.fixture(scope="module")
def machine() -> Iterator[HandlerMachine]:
    machine = HandlerMachine()
    yield machine
    machine.close()


def _slots(row: Op, operands: tuple[int, ...]) -> list[int]:
    """Operands as they lie on the stack: a v128 in two slots, low half first, garbage above an i32 or f32."""
    assert row.params is not None
    slots: list[int] = []
    for type, bits in zip(row.params, operands, strict=True):
        slots += [bits & _HALF, bits >> 64] if type is V128 else [bits | GARBAGE if type.bits == 32 else bits]
    return slots


def _result(row: Op, ran: object) -> int:
    assert isinstance(ran, Ran)
    assert row.results is not None
    assert len(ran.slots) == (2 if row.results == (V128,) else 1)
    return sum(slot << 64 * i for i, slot in enumerate(ran.slots)) & (1 << row.results[0].bits) - 1


def test_every_row_of_the_proposal_is_implemented() -> None:
    assert len([row for row in IMPLEMENTED if row.feature == "simd"]) == 236
    assert len(HANDLED) == 236 - 22 - 1 - 1  # accesses, v128.const, i8x16.shuffle


@pytest.mark.parametrize("row", HANDLED, ids=str)
def test_handler_computes_what_the_semantics_say(machine: HandlerMachine, row: Op) -> None:
    compute = operation(row)
    everything = boundaries(row)
    for instruction in instructions(row):
        distance = 16 // row.lanes * instruction.immediates[0] - 16 if row.lanes else 0
        for operands in everything[:: len(everything) // MOST | 1]:
            actual = _result(row, machine.run(row.name, _slots(row, operands), imm=distance))
            expected = compute(*instruction.immediates, *operands)
            assert actual == expected, (
                f"{row} {instruction.immediates} of {', '.join(map(hex, operands))}: {actual:#x}, not {expected:#x}"
            )
