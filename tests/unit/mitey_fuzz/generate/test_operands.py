"""Rows alone are called with the numbers that betray them."""

from itertools import pairwise

import pytest

from jit.errors import Trap
from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.opcodes import ROWS, Op, op
from jit.wasm.semantics import operation
from jit.wasm.types import BY_LETTER
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate.medley import some_medley
from mitey_fuzz.generate.operands import betraying

TRUNCATIONS = [row for row in ROWS if ".trunc_f" in row.name]


def taken(name: str, bits: int) -> bool:
    try:
        operation(op(name))(bits)
    except Trap:
        return False
    return True


@pytest.mark.parametrize("row", TRUNCATIONS, ids=lambda row: row.name)
def test_both_ends_of_a_truncation_are_there_with_their_neighbours(row: Op) -> None:
    """A float grows with its bits, but for its sign: the last that fits stands before the first that traps."""
    letter, numbers = betraying(row)
    sign = 1 << BY_LETTER[letter].bits - 1
    for negative in (0, sign):
        ordered = sorted({bits for bits in numbers if bits & sign == negative})
        ends = [(one, other) for one, other in pairwise(ordered) if taken(row.name, one) and not taken(row.name, other)]
        assert any(other - one == 1 for one, other in ends), ends


@pytest.mark.parametrize("name", ["f32.convert_i64_s", "f32.convert_i64_u", "f64.convert_i64_u", "f32.convert_i32_s"])
def test_integers_between_two_floats_are_rounded_to_either(name: str) -> None:
    _, numbers = betraying(op(name))
    rounded = {bits: operation(op(name))(bits) for bits in numbers}
    neighbours = [(bits, bits + 1) for bits in numbers if bits + 1 in rounded]
    assert sum(rounded[one] != rounded[other] for one, other in neighbours) > 8


def test_demotions_are_rounded_to_either() -> None:
    _, numbers = betraying(op("f32.demote_f64"))
    rounded = {bits: operation(op("f32.demote_f64"))(bits) for bits in numbers}
    assert sum(rounded[bits] != rounded[bits + 1] for bits in numbers if bits + 1 in rounded) > 8


@pytest.mark.parametrize("row", [row for row in ROWS if betraying(row)[1]], ids=lambda row: row.name)
def test_numbers_are_of_the_operand_and_few(row: Op) -> None:
    letter, numbers = betraying(row)
    assert 5 <= len(set(numbers)) <= 80
    assert all(0 <= bits < 1 << BY_LETTER[letter].bits for bits in numbers)
    assert row.params is not None
    assert [param.letter for param in row.params] in ([letter], ["v"])


def test_medleys_truncate_minus_one() -> None:
    """It is the first number below zero that an unsigned truncation does not take."""
    calls = 0
    for seed in range(300):
        case = some_medley(SeededChoices(seed), WASM_2)
        module = decode(case.wasm, WASM_2)
        unsigned = {
            export.name
            for export in module.exports
            if export.name.startswith("f")
            and any(
                ".trunc_f" in instr.op.name and instr.op.name.endswith("_u")
                for instr in parse(module.codes[export.index].body)
            )
        }
        minus_one = (0xBF80_0000, 0xBFF0 << 48)
        calls += sum(
            call.export in unsigned and any(arg.bits in minus_one for arg in call.args) for call in case.script
        )
    assert calls >= 5
