"""Every bug once found stays found: each file of wat is the smallest module that showed one, with its cause in a line.

They hold on every back end, with its invariants checked after each instruction, and on the interpreter.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jit.engine import BACKENDS
from jit.engine import Engine as JustInTime
from jit.wasm.features import WASM_2
from mitey_fuzz.subject import JitEngine
from oracles import registry
from oracles.protocol import Engine
from support.program import read_steps, run_steps

REGRESSIONS = sorted(Path(__file__).parent.glob("*.wat"))


@pytest.fixture(scope="module", params=[*BACKENDS, "interp"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    name: str = request.param
    made: Engine
    if name in BACKENDS:
        made = JitEngine(JustInTime(name, features=WASM_2, paranoid=True))
    else:
        made = registry.create(name, WASM_2)
    yield made
    made.close()


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.stem)
def test_what_was_wrong_once_is_right(engine: Engine, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ";; Cause: " in text
    assert run_steps(engine, text) == read_steps(text)
