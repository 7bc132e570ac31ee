"""Pairs of instructions: valid, adjacent, on numbers that tell; the same from the same choices."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest

from jit.wasm.body import Instr, parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.opcodes import Family, op
from jit.wasm.types import F32, F64, I32, I64, PAGE
from jit.wasm.validate import validate
from mitey_fuzz.case import Case
from mitey_fuzz.choices import ReplayChoices, SeededChoices
from mitey_fuzz.generate.pairs import FUNCTIONS, some_pairs
from oracles.interp import InterpEngine
from oracles.protocol import Outcome, Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run

MODULES = 600


@cache
def cases() -> list[Case]:
    return [some_pairs(SeededChoices(seed), WASM_2) for seed in range(MODULES)]


def bodies() -> Iterator[tuple[Case, int, list[Instr]]]:
    """Every function with its number in its case."""
    for case in cases():
        for index, code in enumerate(decode(case.wasm, WASM_2).codes):
            yield case, index, parse(code.body)


@pytest.mark.parametrize("features", [WASM_1, WASM_2, Features.parse("wasm-2.0-simd-sign-extension")])
def test_pairs_are_valid_and_all_are_called(features: Features) -> None:
    for seed in range(60):
        case = some_pairs(SeededChoices(seed), features)
        module = decode(case.wasm, features)
        validate(module, features)
        called = {call.export for call in case.script}
        assert called == {f"f{index}" for index in range(len(module.codes))}
        assert FUNCTIONS[0] <= len(called) <= FUNCTIONS[1]


def test_pairs_are_made_again_from_their_choices() -> None:
    case = some_pairs(SeededChoices(3), WASM_2)
    assert case.choices is not None
    some_pairs(SeededChoices(4), WASM_2)  # what was drawn before must not matter
    assert some_pairs(ReplayChoices(case.choices), WASM_2) == case
    assert some_pairs(ReplayChoices(()), WASM_2).script


def said(outcome: Outcome) -> object:
    """An outcome without an engine's own words."""
    return outcome.kind if isinstance(outcome, Trapped) else outcome


def test_most_calls_return_and_engines_agree() -> None:
    wasmtime, interp = WasmtimeEngine(WASM_2), InterpEngine(WASM_2)
    outcomes: list[Outcome] = []
    for case in cases()[:8]:
        outcomes += run(case, wasmtime)
        assert list(map(said, outcomes[-len(run(case, interp)) :])) == list(map(said, run(case, interp)))
    wasmtime.close()
    interp.close()
    assert sum(isinstance(outcome, Returned) for outcome in outcomes) > len(outcomes) * 0.7


def neighbours() -> Counter[tuple[str, str]]:
    """How often one row comes right behind another."""
    return Counter((one.op.name, other.op.name) for _, _, body in bodies() for one, other in pairwise(body))


def test_what_compilers_make_one_instruction_of_stands_together() -> None:
    seen = neighbours()
    wanted = [
        ("i32.mul", "i64.extend_i32_s"),
        ("i64.shr_u", "i32.wrap_i64"),
        ("i64.div_u", "i32.wrap_i64"),
        ("i32.load8_s", "i64.extend_i32_u"),
        ("i64.load", "i32.wrap_i64"),
        ("f32.demote_f64", "f64.promote_f32"),
        ("i32.sub", "i32.lt_u"),
        ("f64.lt", "i32.eqz"),
    ]
    assert {pair: seen[pair] for pair in wanted if seen[pair] < 2} == {}


def test_loads_whose_parts_are_taken_are_called_across_the_end_of_memory() -> None:
    """With the first bytes inside, of which some are all that is left."""
    seen: Counter[str] = Counter()
    for case, index, body in bodies():
        for load, nxt in pairwise(body):
            if load.op.family is Family.LOAD and load.op.width > 8:
                ends = [
                    call.args[0].bits + load.immediates[1] + load.op.width // 8 - PAGE
                    for call in case.script
                    if call.export == f"f{index}"
                ]
                if any(0 < end < load.op.width // 8 for end in ends):
                    seen[nxt.op.name] += 1
    assert seen["i32.wrap_i64"] > 2
    assert seen["i32.const"] > 2  # a mask
    assert seen["i64.extend_i32_s"] > 2


def test_neutral_constants_meet_nans_with_bits_of_their_own() -> None:
    seen: Counter[str] = Counter()
    for case, index, body in bodies():
        for constant, row in pairwise(body):
            if constant.op.name in ("f32.const", "f64.const") and row.op.family is Family.BINARY:
                type = F32 if constant.op.name == "f32.const" else F64
                infinity, quiet = (0xFF << 23, 1 << 22) if type is F32 else (0x7FF << 52, 1 << 51)
                for call in case.script:
                    nans = [arg.bits & ~(1 << type.bits - 1) for arg in call.args if arg.type is type]
                    if call.export == f"f{index}" and any(nan > infinity and nan != infinity | quiet for nan in nans):
                        seen[row.op.name] += 1
    assert min(seen[f"{kind}.{name}"] for kind in ("f32", "f64") for name in ("add", "sub", "mul", "div")) > 5


def test_constants_divide_large_numbers_next_to_their_multiples() -> None:
    seen: Counter[str] = Counter()
    for case, index, body in bodies():
        for constant, row in pairwise(body):
            kind = {"i32.const": I32, "i64.const": I64}.get(constant.op.name)
            if kind is None or row.op.name[4:] not in ("div_u", "rem_u") or constant.immediates[0] < 3:
                continue
            divisor = constant.immediates[0]
            args = [
                arg.bits for call in case.script if call.export == f"f{index}" for arg in call.args if arg.type is kind
            ]
            if any(arg % divisor == divisor - 1 and arg >> kind.bits - 2 for arg in args):
                seen[row.op.name] += 1
    assert min(seen[f"{kind}.{name}"] for kind in ("i32", "i64") for name in ("div_u", "rem_u")) > 20


def test_one_of_two_numbers_is_chosen_by_how_they_compare() -> None:
    """The last comparison is of what is chosen from, in either order."""
    seen: Counter[str] = Counter()
    for _, _, body in bodies():
        for at, instr in enumerate(body):
            if instr.op is op("select") and at >= 5:
                one, other, left, right, compare = body[at - 5 : at]
                gets = {i.op.name for i in (one, other, left, right)}
                if gets == {"local.get"} and {one.immediates, other.immediates} == {left.immediates, right.immediates}:
                    seen[compare.op.name.partition(".")[0]] += 1
    assert min(seen[kind] for kind in ("i32", "i64", "f32", "f64")) > 20


def test_constants_that_are_all_bits_or_none_are_chosen_between() -> None:
    seen: Counter[str] = Counter()
    for _, _, body in bodies():
        for at, instr in enumerate(body):
            if instr.op is op("select") and at >= 5:
                one, other = body[at - 5 : at - 3]
                for name, ones in (("i32.const", 0xFFFF_FFFF), ("i64.const", 0xFFFF_FFFF_FFFF_FFFF)):
                    if {(one.op.name, *one.immediates), (other.op.name, *other.immediates)} == {
                        (name, 0),
                        (name, ones),
                    }:
                        seen[name] += 1
    assert min(seen["i32.const"], seen["i64.const"]) > 5


def test_lanes_are_stored_across_the_end_of_memory() -> None:
    """But for one byte or two they are inside."""
    seen: Counter[str] = Counter()
    for case, index, body in bodies():
        for instr in body:
            if instr.op.family is Family.VECTOR_STORE and instr.op.width > 8:
                width = instr.op.width // 8
                ends = [
                    call.args[0].bits + instr.immediates[1] + width - PAGE
                    for call in case.script
                    if call.export == f"f{index}"
                ]
                if any(0 < end <= width // 4 for end in ends) or (width == 2 and 1 in ends):
                    seen[instr.op.name] += 1
    assert min(seen[name] for name in ("v128.store", *(f"v128.store{bits}_lane" for bits in (16, 32, 64)))) > 2
