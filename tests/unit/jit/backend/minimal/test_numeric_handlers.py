"""Every numeric handler against the semantics, on boundary values, bit for bit."""

from collections.abc import Iterator
from itertools import product

import pytest

from jit.backend.minimal.rows import IMPLEMENTED
from jit.errors import Trap
from jit.wasm.opcodes import Family, Op
from jit.wasm.semantics import operation
from jit.wasm.types import F32, F64, I32, I64, TrapKind, ValType
from support.handler_machine import GARBAGE, HandlerMachine, Ran

I32_VALUES = (
    0, 1, 2, 5, 31, 32, 33, 63, 64, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x12345678,
    0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xDEADBEEF, 0xFFFFFFFE, 0xFFFFFFFF,
)  # fmt: skip
I64_VALUES = (
    *I32_VALUES,
    0x1_0000_0000, 0x1_0000_0001, 0x0123456789ABCDEF, 0x7FFF_FFFF_FFFF_FFFE, 0x7FFF_FFFF_FFFF_FFFF,
    0x8000_0000_0000_0000, 0x8000_0000_0000_0001, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_7FFF_FFFF,
    0xFFFF_FFFF_8000_0000, 0xFFFF_FFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFF,
)  # fmt: skip
# Both signs of: zero, the subnormals' ends, the least normal, 0.5 and its neighbours, 1, 1.5, 2.5, the neighbours of
# 2^23, 2^31, 2^32, 2^63 and 2^64, the greatest, infinity, NaNs canonical, quiet, and signalling.
_F32 = (
    0, 1, 0x7FFFFF, 0x800000, 0x3EFFFFFF, 0x3F000000, 0x3F000001, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0x3FC00000,
    0x40200000, 0x4AFFFFFF, 0x4B000000, 0x4B000001, 0x4EFFFFFF, 0x4F000000, 0x4F000001, 0x4F7FFFFF, 0x4F800000,
    0x5EFFFFFF, 0x5F000000, 0x5F000001, 0x5F7FFFFF, 0x5F800000, 0x7F7FFFFF, 0x7F800000, 0x7FC00000, 0x7FE00001,
    0x7F800001, 0x7FBFFFFF,
)  # fmt: skip
_F64 = (
    0, 1, 0xFFFFFFFFFFFFF, 0x10000000000000, 0x3FDFFFFFFFFFFFFF, 0x3FE0000000000000, 0x3FE0000000000001,
    0x3FEFFFFFFFFFFFFF, 0x3FF0000000000000, 0x3FF0000000000001, 0x3FF8000000000000, 0x4004000000000000,
    0x36A0000000000000, 0x380FFFFFC0000000, 0x47EFFFFFE0000000, 0x47EFFFFFF0000000, 0x47F0000000000000,
    0x41DFFFFFFFC00000, 0x41DFFFFFFFFFFFFF, 0x41E0000000000000, 0x41E0000000100000, 0x41E00000001FFFFF,
    0x41E0000000200000, 0x41EFFFFFFFE00000, 0x41EFFFFFFFFFFFFF, 0x41F0000000000000, 0x432FFFFFFFFFFFFF,
    0x4330000000000000, 0x43DFFFFFFFFFFFFF, 0x43E0000000000000, 0x43E0000000000001, 0x43EFFFFFFFFFFFFF,
    0x43F0000000000000, 0x7FEFFFFFFFFFFFFF, 0x7FF0000000000000, 0x7FF8000000000000, 0x7FF8000020000001,
    0x7FF0000000000001, 0x7FF7FFFFFFFFFFFF,
)  # fmt: skip
VALUES: dict[ValType, tuple[int, ...]] = {
    I32: I32_VALUES,
    I64: I64_VALUES,
    F32: _F32 + tuple(bits | 1 << 31 for bits in _F32),
    F64: _F64 + tuple(bits | 1 << 63 for bits in _F64),
}

# What changes no bits has no handler; constants take their operand from the immediate.
BITS_STAY = ("i32.wrap_i64", "i32.reinterpret_f32", "i64.reinterpret_f64", "f32.reinterpret_i32", "f64.reinterpret_i64")
_COMPUTING = (Family.TEST, Family.COMPARE, Family.UNARY, Family.BINARY, Family.CONVERT)
NUMERIC = [row for row in IMPLEMENTED if row.family in _COMPUTING and row.name not in BITS_STAY]


@pytest.fixture(scope="module")
def machine() -> Iterator[HandlerMachine]:
    machine = HandlerMachine()
    yield machine
    machine.close()


def _expected(row: Op, operands: tuple[int, ...]) -> int | TrapKind:
    try:
        return operation(row)(*operands)
    except Trap as trap:
        return trap.kind


def _slot(type: ValType, bits: int) -> int:
    return bits | GARBAGE if type.bits == 32 else bits


def test_all_136_computing_rows_but_five_have_handlers() -> None:
    assert len(NUMERIC) == 136 - 5


@pytest.mark.parametrize("row", NUMERIC, ids=str)
def test_handler_computes_what_the_semantics_say(machine: HandlerMachine, row: Op) -> None:
    assert row.params is not None
    assert row.results is not None
    mask = (1 << row.results[0].bits) - 1
    for operands in product(*(VALUES[type] for type in row.params)):
        slots = [_slot(type, bits) for type, bits in zip(row.params, operands, strict=True)]
        ran = machine.run(row.name, slots)
        actual = ran.slots[0] & mask if isinstance(ran, Ran) else ran
        expected = _expected(row, operands)
        assert actual == expected, (
            f"{row} of {', '.join(map(hex, operands))}: {actual if not isinstance(actual, int) else hex(actual)}, "
            f"not {expected if not isinstance(expected, int) else hex(expected)}"
        )
        if isinstance(ran, Ran):
            assert len(ran.slots) == 1
