"""A trial: a fault is found by a campaign's cases, and minimized; or the budget is used up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

import pytest

from jit.backend.mutants import dumps
from mitey_fuzz.selftest.catalogue import machine
from mitey_fuzz.selftest.record import Found, Minimized, Missed, Named, Task
from mitey_fuzz.selftest.trial import longest, run
from support.wat import wasm

TASK = Task(
    subjects=("jit:minimal",),
    oracles=("wasmtime",),
    features="wasm-1.0",
    inject=dumps(machine()["asr-becomes-lsr"]),
    patch=None,
    corpus=(),
    seed=1,
    budget_s=1000.0,
    minimize_s=1e9,
    deadline_s=2.0,
)
SHIFTS = (("shifts", wasm('(module (func (export "f") (result i32) (i32.shr_s (i32.const -7) (i32.const 3))))')),)
UNHIT = '[[mutant]]\nid = "m"\nwhy = "w"\nmask = 0xffffffff\nmatch = 0x12345678\nxor = 1\n'


@dataclass
class Current:
    value: int = 0


def ticking() -> Callable[[], float]:
    """A clock that moves on by a second whenever it is asked."""
    times = count()
    return lambda: float(next(times))


def test_a_fault_is_found_and_minimized_to_little_more_than_itself() -> None:
    found, minimized, named = run(TASK, Current(), clock=ticking())
    assert isinstance(found, Found) and isinstance(minimized, Minimized) and isinstance(named, Named)
    assert (found.subject, found.effect) == ("jit:minimal", "value")
    assert found.seconds == found.cases + 1
    assert minimized.size <= 60 and minimized.instructions <= 6
    assert "shr_s" in minimized.wat
    assert named.mnemonic.endswith(".shr_s") and named.is_right
    assert named.effect == "value"


def test_the_time_of_explaining_is_told_by_itself() -> None:
    """The clock ticks when it is asked: when explaining begins, and when it ended."""
    *_, named = run(replace(TASK, corpus=SHIFTS), Current(), clock=ticking())
    assert isinstance(named, Named) and named.seconds == 1.0


def test_two_trials_of_one_seed_are_the_same_but_for_times() -> None:
    task = replace(TASK, corpus=SHIFTS)
    first, second = (tuple(run(task, Current(), clock=ticking())) for _ in range(2))
    assert first == second


def test_the_corpus_comes_first() -> None:
    found = next(run(replace(TASK, corpus=SHIFTS), Current(), clock=ticking()))
    assert isinstance(found, Found) and found.cases == 1


def test_a_mutant_of_no_emitted_word_is_never_planted() -> None:
    (missed,) = run(replace(TASK, inject=UNHIT, budget_s=5.0), Current(), clock=ticking())
    assert missed == Missed(cases=4, seconds=6.0, changed=0)


def test_a_mutant_that_is_planted_and_not_found_has_changed_words() -> None:
    (missed,) = run(replace(TASK, budget_s=1.0), Current(), clock=ticking())
    assert isinstance(missed, Missed) and missed.cases == 0 and missed.changed


@pytest.mark.parametrize(
    ("body", "length"),
    [("", 0), ("(nop)", 1), ("(block (nop)) (nop)", 3), ("(if (i32.const 1) (then (nop)) (else (nop)))", 4)],
)
def test_ends_and_elses_are_no_instructions(body: str, length: int) -> None:
    assert longest(wasm(f"(module (func) (func {body}))")) == length


def test_what_is_malformed_has_no_instructions() -> None:
    assert longest(b"\0asm") == 0
