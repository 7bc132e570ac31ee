"""Typed mutations and joins: what was valid stays valid, and really changes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import pytest
import wasmtime

from jit.wasm.body import Instr, parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import Module
from jit.wasm.types import I32, Value
from jit.wasm.validate import validate
from mitey_fuzz.case import Call
from mitey_fuzz.choices import Choices, ReplayChoices, SeededChoices
from mitey_fuzz.generate import case_for, generate, swarm
from mitey_fuzz.generate.graft import can_merge, merge
from mitey_fuzz.generate.mutate import mutate, recombine
from mitey_fuzz.generate.stretches import stretches
from oracles.protocol import Returned
from oracles.wasmtime import WasmtimeEngine
from support.executed import run
from support.wasmtime_validation import engine, refusal

ONE = """
(module
  (import "host" "f" (func $f (param i32) (result i32)))
  (global $g (mut i32) (i32.const 7))
  (memory (export "m") 1)
  (data (i32.const 8) "one")
  (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func (export "run") (param i32) (result i32)
    (i32.add (call $twice (local.get 0)) (i32.add (global.get $g) (i32.load (i32.const 8))))))
"""
OTHER = """
(module
  (import "host" "f" (func $f (param f64)))
  (import "host" "g" (global $g i64))
  (type $t (func (param i32) (result i32)))
  (global $h (mut i64) (global.get $g))
  (memory 2)
  (data (i32.const 16) "other")
  (table 2 funcref) (elem (i32.const 0) $thrice $twice)
  (func $thrice (type $t) (i32.mul (local.get 0) (i32.const 3)))
  (func $twice (type $t) (i32.shl (local.get 0) (i32.const 1)))
  (func (export "run") (param i32) (result i32)
    (local i64)
    (global.set $h (i64.add (global.get $h) (i64.const 1)))
    (i32.add (call_indirect (type $t) (local.get 0) (i32.and (local.get 0) (i32.const 1)))
             (block (result i32) (br_if 0 (i32.const 5) (local.get 0)) (drop) (memory.size)))))
"""


def module_of(wat: str) -> Module:
    return decode(bytes(wasmtime.wat2wasm(wat)), WASM_2)


@pytest.fixture(scope="module")
def judge() -> Iterator[wasmtime.Engine]:
    made = engine(WASM_2)
    yield made
    made.close()


@cache
def sources(features: Features, count: int) -> list[bytes]:
    made = []
    for seed in range(count):
        choices = SeededChoices(seed)
        made.append(generate(choices, swarm(choices, features)).wasm)
    return made


def results(module: Module, calls: Sequence[Call]) -> list[object]:
    oracle = WasmtimeEngine(WASM_2)
    case = case_for(SeededChoices(0), encode(module), WASM_2)
    outcomes = run(replace(case, script=tuple(calls)), oracle)
    oracle.close()
    return [[value.bits for value in outcome.values] if isinstance(outcome, Returned) else None for outcome in outcomes]


def call(name: str, argument: int) -> Call:
    return Call(name, (Value(I32, argument),))


def test_joined_modules_compute_what_they_computed_apart() -> None:
    one, other = module_of(ONE), module_of(OTHER)
    joined = merge(one, other)
    validate(joined, WASM_2)
    calls = [call("run", 4), call("run", 5)]
    primed = [call("run'", 4), call("run'", 5)]
    assert results(joined, [*calls, *primed]) == results(one, calls) + results(other, calls)


def test_a_joined_module_has_the_larger_memory_and_all_imports() -> None:
    joined = merge(module_of(ONE), module_of(OTHER))
    assert [memory.limits.minimum for memory in joined.memory_types] == [2]
    assert [(entry.module, entry.name) for entry in joined.imports] == [("host", "f"), ("host", "f'"), ("host", "g")]
    assert [export.name for export in joined.exports] == ["m", "run", "run'"]


def test_what_a_module_imports_twice_stays_one_thing() -> None:
    twice = module_of('(module (import "host" "f" (func)) (import "host" "f" (func)) (import "host" "f\'" (func)))')
    assert [entry.name for entry in merge(Module(), twice).imports] == ["f", "f", "f'"]
    assert [entry.name for entry in merge(module_of(ONE), twice).imports] == ["f", "f''", "f''", "f'"]


def test_two_tables_cannot_be_joined_without_reference_types() -> None:
    other = module_of(OTHER)
    assert can_merge(other, other, WASM_2)
    assert not can_merge(other, other, WASM_1)
    assert can_merge(module_of(ONE), other, WASM_1)


def texts(module: Module, index: int) -> set[str]:
    body = parse(module.codes[index].body)
    found = stretches(module, index, body)
    return {f"{s.letter}: " + " ".join(instr.op.name for instr in body[s.start : s.end]) for s in found}


def test_stretches_are_what_computes_one_value() -> None:
    assert texts(module_of(OTHER), 2) == {
        "l: global.get", "l: i64.const", "l: global.get i64.const i64.add",
        "i: local.get", "i: i32.const", "i: local.get i32.const i32.and",
        "i: local.get local.get i32.const i32.and call_indirect", "i: memory.size",
        "i: block i32.const local.get br_if drop memory.size end",
        "i: local.get local.get i32.const i32.and call_indirect block i32.const local.get br_if drop memory.size end"
        " i32.add",
    }  # fmt: skip


def test_a_stretch_that_branches_out_is_not_closed() -> None:
    wat = """(module (func (result i32)
      (block (result i32) (i32.add (i32.const 1) (br_if 0 (i32.const 2) (i32.const 3))))))"""
    module = module_of(wat)
    body = parse(module.codes[0].body)
    closed = {body[s.end - 1].op.name: s.is_closed for s in stretches(module, 0, body)}
    assert closed == {"i32.const": True, "i32.add": False, "end": True}


@pytest.mark.parametrize("features", [WASM_1, WASM_2], ids=str)
def test_mutants_are_valid(features: Features) -> None:
    made = sources(features, 20)
    for seed in range(60):
        choices = SeededChoices(seed)
        module = mutate(choices, decode(made[seed % 20], features), features)
        validate(decode(encode(module), features), features)


def test_recombined_modules_are_valid_for_wasmtime_too(judge: wasmtime.Engine) -> None:
    made = sources(WASM_2, 20)
    for seed in range(60):
        assert refusal(judge, recombine(SeededChoices(seed), made, WASM_2).wasm) is None


def test_a_record_recombines_the_same_modules_again() -> None:
    made = sources(WASM_2, 6)
    for seed in range(20):
        case = recombine(SeededChoices(seed), made, WASM_2)
        assert case.choices is not None
        assert recombine(ReplayChoices(case.choices), made, WASM_2) == case


def instructions(module: Module) -> list[list[Instr]]:
    return [[Instr(i.op, i.immediates) for i in parse(code.body)] for code in module.codes]


def test_nearly_every_mutation_changes_something() -> None:
    made = sources(WASM_2, 10)
    changed = 0
    for seed in range(60):
        module = decode(made[seed % 10], WASM_2)
        choices: Choices = SeededChoices(seed)
        changed += instructions(mutate(choices, module, WASM_2)) != instructions(module)
    assert changed > 45
