"""Host functions answer the same on every engine: fixed vectors, also for engines in other languages."""

import pytest

from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, NULL, V128, FuncType, ValType, Value
from oracles.hostcalls import respond

NOTHING_TO_I32 = FuncType((), (I32,))


def test_the_index_of_the_call_changes_the_answer() -> None:
    assert respond("env.f", NOTHING_TO_I32, (), 0) == (Value(I32, 0xA6ACD6A6),)
    assert respond("env.f", NOTHING_TO_I32, (), 1) == (Value(I32, 0xEB1405AB),)


def test_the_name_changes_the_answer() -> None:
    assert respond("env.g", NOTHING_TO_I32, (), 0) == (Value(I32, 0x9C04BC65),)


def test_several_arguments_and_results_have_fixed_answers() -> None:
    args = (Value(I32, 1), Value(I64, 1 << 63), Value(F32, 0x7FA00001), Value(F64, 0xFFF4 << 48))
    type = FuncType((I32, I64, F32, F64), (I64, F32))
    assert respond("host.mix", type, args, 7) == (Value(I64, 0xCC7F00467EF7334C), Value(F32, 0x6FA2A037))


def test_vectors_and_names_outside_ascii_have_fixed_answers() -> None:
    results = respond("höst.", FuncType((V128,), (V128, F64)), (Value(V128, (1 << 127) | 5),), 2)
    assert results == (Value(V128, 0xAF9BF41F063849CA50640BE0F9C7B635), Value(F64, 0x2C4EEC949246C0DC))


def test_references_are_answered_with_null() -> None:
    type = FuncType((FUNCREF, EXTERNREF), (FUNCREF, I32, EXTERNREF))
    results = respond("h.r", type, (Value(FUNCREF, NULL), Value(EXTERNREF, 3)), 0)
    assert results == (Value(FUNCREF, NULL), Value(I32, 0x93F4AFC7), Value(EXTERNREF, NULL))


@pytest.mark.parametrize("type", [I32, I64, F32, F64, V128, EXTERNREF], ids=repr)
def test_every_bit_of_an_argument_changes_the_answer(type: ValType) -> None:
    answers = {
        respond("env.f", FuncType((type,), (I64,)), (Value(type, bits),), 0)
        for bits in [0, *(1 << bit for bit in range(type.bits))]
    }
    assert len(answers) == type.bits + 1
