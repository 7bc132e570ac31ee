"""Small programs with known results: one suite for every back end on every host, and for the interpreter as one more.

A program is a file of `programs/`: a module, then its calls in order, one instance for all of them:

    ;; name type:bits … => type:bits …       the results
    ;; name type:bits … => trap KIND         in the specification's words
    ;; name type:bits … => exhausted         the call stack is

A line `;; features: LEVEL` asks for more than WebAssembly 1.0 with several values.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from jit.host import available
from jit.wasm.features import Features
from jit.wasm.types import TrapKind
from mitey_fuzz.case import Call
from mitey_fuzz.subject import create, subjects
from oracles import registry
from oracles.protocol import Engine, Exhausted, Outcome, Returned, Trapped
from support.wat import call, value, wasm

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.wat"))
LEVEL = "wasm-1.0+multi-value"


class Step(NamedTuple):
    call: Call
    expected: Outcome


def read_step(line: str) -> Step:
    called, _, expected = line.removeprefix(";; ").partition("=>")
    match expected.split():
        case ["trap", *words]:
            return Step(call(called), Trapped(TrapKind(" ".join(words))))
        case ["exhausted"]:
            return Step(call(called), Exhausted("call stack exhausted"))
        case words:
            return Step(call(called), Returned(tuple(map(value, words))))


def make(name: str, features: Features) -> Engine:
    return create(name, features=features) if "@" in name else registry.create(name, features)


ENGINES = [f"{subject}@{host}" for subject in subjects() for host in available()] + ["interp"]


@pytest.fixture(scope="module", params=ENGINES)
def engines(request: pytest.FixtureRequest) -> Iterator[dict[str, Engine]]:
    """Engines of one kind by feature level."""
    name: str = request.param
    made = {level: make(name, Features.parse(level)) for level in (LEVEL, "wasm-2.0-simd")}
    yield made
    for engine in made.values():
        engine.close()


def without_words(outcome: Outcome) -> Outcome:
    """A trap's kind counts, not the engine's message."""
    return Trapped(outcome.kind) if isinstance(outcome, Trapped) else outcome


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_does_what_it_says(engines: dict[str, Engine], path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    level = next((line.split()[-1] for line in text.splitlines() if line.startswith(";; features:")), LEVEL)
    steps = [read_step(line) for line in text.splitlines() if line.startswith(";; ") and "=>" in line]
    assert steps
    store = engines[level].open()
    content = wasm(text[text.index("(module") :])
    instance = store.instantiate(content, deadline_s=60)
    assert not isinstance(instance, Outcome), instance
    outcomes = [without_words(instance.call(step.call.export, step.call.args, deadline_s=60)) for step in steps]
    store.close()
    assert list(zip(steps, outcomes, strict=True)) == [(step, step.expected) for step in steps]
