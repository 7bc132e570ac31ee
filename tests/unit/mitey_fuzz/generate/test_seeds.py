"""The hand-written corpus: each seed states its idea and runs."""

from pathlib import Path

import pytest
import wasmtime

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.validate import validate
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import case_for
from oracles.protocol import Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run

FEATURES = WASM_2
SEEDS = sorted((Path(__file__).parents[4] / "corpus" / "seeds").glob("*.wat"))


def test_there_are_seeds() -> None:
    assert len(SEEDS) >= 39


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_runs(path: Path) -> None:
    text = path.read_text()
    assert text.startswith(";; ")
    wasm = bytes(wasmtime.wat2wasm(text))
    validate(decode(wasm, FEATURES), FEATURES)
    case = case_for(SeededChoices(1), wasm, FEATURES)
    oracle = WasmtimeEngine(FEATURES)
    outcomes = run(case, oracle)
    oracle.close()
    assert len(outcomes) == len(case.script)
    assert all(isinstance(outcome, Returned | Trapped) for outcome in outcomes)
    assert any(isinstance(outcome, Returned) for outcome in outcomes)
