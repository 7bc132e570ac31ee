"""Modules of test suite scripts become entries of a corpus."""

from pathlib import Path

from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.validate import validate
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.conformance.donors import donors
from mitey_fuzz.generate.mutate import recombine

SCRIPT = """
(module (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
(assert_return (invoke "f" (i32.const 1)) (i32.const 2))
(module (memory 1) (func (export "f") (memory.fill (i32.const 0) (i32.const 1) (i32.const 2))))
(module (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
(assert_invalid (module (func (result i32))) "type mismatch")
"""


def test_valid_modules_of_all_scripts_are_taken_once(tmp_path: Path) -> None:
    (tmp_path / "a.wast").write_text(SCRIPT)
    (tmp_path / "b.wast").write_text("(module (global i32 (i32.const 1)))")
    (tmp_path / "broken.wast").write_text("(module")
    assert [entry.name for entry in donors(tmp_path, WASM_2)] == ["suite/a/2", "suite/a/4", "suite/b/1"]
    assert [entry.name for entry in donors(tmp_path, WASM_1)] == ["suite/a/2", "suite/b/1"]


def test_they_can_be_recombined(tmp_path: Path) -> None:
    (tmp_path / "a.wast").write_text(SCRIPT)
    sources = [entry.wasm for entry in donors(tmp_path, WASM_2)]
    for seed in range(20):
        validate(decode(recombine(SeededChoices(seed), sources, WASM_2).wasm, WASM_2), WASM_2)
