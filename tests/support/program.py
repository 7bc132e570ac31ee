"""Programs: a file of wat with its calls in comments, `;; name type:bits … => …`, and what they must come to.

The right side is the results, or `trap KIND` in the specification's words, or `exhausted`.
"""

from typing import NamedTuple

from jit.wasm.types import TrapKind
from mitey_fuzz.case import Call
from oracles.protocol import Engine, Exhausted, Outcome, Returned, Trapped
from support.wat import call, value, wasm


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


def read_steps(text: str) -> list[Step]:
    """All calls, in order; at least one."""
    steps = [read_step(line) for line in text.splitlines() if line.startswith(";; ") and "=>" in line]
    assert steps, "a program calls something"
    return steps


def run_steps(engine: Engine, text: str) -> list[Step]:
    """What the calls come to on one instance; a trap's kind counts, not the engine's message."""
    store = engine.open()
    instance = store.instantiate(wasm(text[text.index("(module") :]), deadline_s=60)
    assert not isinstance(instance, Outcome), instance
    ran = []
    for step in read_steps(text):
        outcome = instance.call(step.call.export, step.call.args, deadline_s=60)
        ran.append(Step(step.call, Trapped(outcome.kind) if isinstance(outcome, Trapped) else outcome))
    store.close()
    return ran
