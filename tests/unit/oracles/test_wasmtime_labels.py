"""The 1.0 rule of `br_table` on wasmtime."""

from collections.abc import Iterator

import pytest
from wasmtime import wat2wasm

from jit.wasm.features import WASM_1, WASM_2, Features
from oracles.protocol import Phase, Rejected
from oracles.wasmtime import WasmtimeEngine

DEAD = """(module (func
  (block (result f64) (block (result f32) unreachable (br_table {labels} (i32.const 1))) drop (f64.const 0)) drop))"""
LIVE = {
    "a loop's label is its start": """(module (func (param i32) (result i32)
        (block (result i32) (loop (br_table 0 0 (local.get 0))) (i32.const 14))))""",
    "equal results": """(module (func (result i32)
        (block (result i32) (block (result i32) (br_table 0 1 2 (i32.const 1) (i32.const 0))))))""",
    "the function's label": "(module (func $f) (func (result i32) (br_table 0 0 (i32.const 1) (i32.const 0))))",
    "no br_table, but its byte": "(module (func (result i32) (i32.const 14)))",
}


@pytest.fixture(params=["wasm-1.0", "wasm-1.0+multi-value"])
def old_engine(request: pytest.FixtureRequest) -> Iterator[WasmtimeEngine]:
    engine = WasmtimeEngine(Features.parse(request.param))
    yield engine
    engine.close()


@pytest.mark.parametrize("labels", ["0 1", "1 0", "0 0 0 1", "1 1 0 1"])
def test_labels_of_different_types_are_invalid_in_dead_code_without_reference_types(
    old_engine: WasmtimeEngine, labels: str
) -> None:
    wasm = bytes(wat2wasm(DEAD.format(labels=labels)))
    assert old_engine.validate(wasm) == Rejected(Phase.VALIDATE, "type mismatch")
    assert old_engine.open().instantiate(wasm, deadline_s=9) == Rejected(Phase.VALIDATE, "type mismatch")


def test_labels_of_different_types_are_valid_in_dead_code_with_reference_types() -> None:
    engine = WasmtimeEngine(WASM_2)
    assert engine.validate(bytes(wat2wasm(DEAD.format(labels="0 1")))) is None
    engine.close()


@pytest.mark.parametrize("wat", [*LIVE.values(), DEAD.format(labels="0 0"), DEAD.format(labels="1 1 1")], ids=str)
def test_labels_of_one_type_are_valid(old_engine: WasmtimeEngine, wat: str) -> None:
    assert old_engine.validate(bytes(wat2wasm(wat))) is None


def test_the_rule_says_nothing_about_modules_that_are_refused_anyway() -> None:
    engine = WasmtimeEngine(WASM_1)
    wasm = bytes(wat2wasm(DEAD.format(labels="0 2")))
    refused = engine.validate(wasm)
    assert refused is not None
    assert refused.message != "type mismatch"
    engine.close()
