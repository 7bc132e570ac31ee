"""Small programs with known results: one suite for every back end on every host, and for the interpreter as one more.

A program is a file of `programs/`: a module, then its calls in order, one instance for all of them:

    ;; name type:bits … => type:bits …       the results
    ;; name type:bits … => trap KIND         in the specification's words
    ;; name type:bits … => exhausted         the call stack is

A line `;; features: LEVEL` asks for more than WebAssembly 1.0 with several values.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jit.host import available
from jit.wasm.features import Features
from mitey_fuzz.subject import create, subjects
from oracles import registry
from oracles.protocol import Engine
from support.program import read_steps, run_steps

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.wat"))
LEVEL = "wasm-1.0+multi-value"


def make(name: str, features: Features) -> Engine:
    return create(name, features=features) if "@" in name else registry.create(name, features)


ENGINES = [f"{subject}@{host}" for subject in subjects() for host in available()] + ["interp"]


@pytest.fixture(scope="module", params=ENGINES)
def engines(request: pytest.FixtureRequest) -> Iterator[dict[str, Engine]]:
    """Engines of one kind by feature level."""
    name: str = request.param
    made = {level: make(name, Features.parse(level)) for level in (LEVEL, "wasm-2.0")}
    yield made
    for engine in made.values():
        engine.close()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_does_what_it_says(engines: dict[str, Engine], path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    level = next((line.split()[-1] for line in text.splitlines() if line.startswith(";; features:")), LEVEL)
    assert run_steps(engines[level], text) == read_steps(text)
