"""The planted faults of `mutants.toml` change words that are really emitted, into instructions."""

from pathlib import Path

import pytest
import wasmtime

from jit.a64.listing import disassemble
from jit.backend.code import CodegenOptions, Compiled
from jit.backend.minimal import MinimalBackend
from jit.backend.mutants import Counter, apply, load
from jit.wasm.decode import decode
from jit.wasm.features import Features
from jit.wasm.validate import validate

MUTANTS = load(Path(__file__).with_name("mutants.toml"))
FEATURES = "wasm-1.0+sign-extension+saturating-conversions+multi-value+reference-types+bulk-memory"

INLINE = """(module
  (global $g (mut i64) (i64.const 0))
  (func (param i32) (result i32 i32) (local i64)
    (global.set $g (local.get 1))
    (block (br_if 0 (local.get 0)) (br_if 0 (local.get 0)) (nop))
    (if (local.get 0) (then (nop)))
    (block (block (block (br_table 0 1 2 (local.get 0)))))
    (block (result i32 i32)
      (i32.const 1) (i32.const 2) (i32.const 3)
      (br 0))))"""
"""A function of inline control flow and moves, which no handler holds."""


def emitted_code() -> list[Compiled]:
    """All runtime code of the minimal back end, and a function of what is inline."""
    backend, options, features = MinimalBackend(), CodegenOptions(), Features.parse(FEATURES)
    module = decode(bytes(wasmtime.wat2wasm(INLINE)), features)
    sink = backend.sink(module, options)
    functions: list[Compiled] = []
    validate(module, features, sink, lambda _: functions.append(sink.take()))
    return [*backend.runtime_code(options).values(), *functions]


EMITTED = emitted_code()


def test_there_are_planted_faults_enough() -> None:
    assert len(MUTANTS) >= 24


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_turns_emitted_instructions_into_other_instructions(name: str) -> None:
    counter = Counter()
    for compiled in EMITTED:
        changed = apply(MUTANTS[name], compiled.code, compiled.data, counter)
        before = disassemble(compiled.code, 0, compiled.data)
        for (_, old), (_, new) in zip(before, disassemble(changed, 0, compiled.data), strict=True):
            assert old == new or not new.startswith(".inst"), f"{old} became no instruction"
    assert counter.changed > 0
