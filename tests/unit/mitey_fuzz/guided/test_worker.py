"""What a worker makes of what the driven process tells, and of its end."""

from multiprocessing import Pipe
from pathlib import Path
from types import SimpleNamespace

import pytest

from jit.wasm.features import WASM_2
from mitey_fuzz.campaign.config import Campaign
from mitey_fuzz.campaign.messages import Answer, Found, Minimized
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.campaign.supervisor import Supervisor
from mitey_fuzz.compare.verdict import Divergence, DivergenceKind
from mitey_fuzz.guided.messages import Differed, Spent
from mitey_fuzz.guided.scratch import Scratch, export
from mitey_fuzz.guided.target import case_of
from mitey_fuzz.guided.worker import PROFILE, Guided, GuidedWorker
from mitey_fuzz.planted import text_of as planted
from mitey_fuzz.store.crashes import State
from oracles.protocol import Crashed, Returned
from support.wat import wasm

MODULE = wasm("""(module (func (export "f") (param i32 i32) (result i32)
    (i32.shr_s (i32.or (local.get 0) (i32.const 0x80000000)) (i32.or (local.get 1) (i32.const 1)))))""")
TOLD = Divergence(DivergenceKind.RESULT, "jit:baseline", "wasmtime", 1, Returned(()), Crashed("x"), "said so")
SPENT = Spent(40, 0.5, {"compile": 0.25})


def campaign(tmp_path: Path, inject: str | None = None) -> Campaign:
    return Campaign(
        subjects=("jit:baseline",), oracles=("wasmtime",), features=WASM_2, seed=1, cases=1, seconds=None, workers=1,
        corpus=tmp_path / "corpus", crashes=tmp_path / "crashes", inject=inject, minimize_s=20.0,
    )  # fmt: skip


def heard(tmp_path: Path, inject: str | None = None) -> tuple[GuidedWorker, list[object]]:
    """A worker that has heard of a divergence, and what it told its supervisor, who wanted it minimized."""
    ours, theirs = Pipe()
    asked = campaign(tmp_path, inject)
    worker = GuidedWorker(Scratch(tmp_path), asked, (), None, theirs, SimpleNamespace(value=0))
    ours.send(Answer(minimize=True))
    with Panel(asked.setup(), deadline_s=2.0) as panel:
        worker._hear(panel, Differed(MODULE, TOLD, SPENT), 7)
    return worker, [ours.recv(), ours.recv()]


def test_a_divergence_that_was_told_of_is_judged_again_and_minimized(tmp_path: Path) -> None:
    worker, (found, minimized) = heard(tmp_path, planted("mitey_fuzz/selftest/mutants.toml#asr-becomes-lsr"))
    assert isinstance(found, Found)
    assert isinstance(minimized, Minimized)
    assert minimized.finding.state is State.MINIMIZED
    assert minimized.operations == ("i32.shr_s",)
    assert found.finding.case == case_of(MODULE, WASM_2)
    assert worker.stats.divergences == 1


def test_a_divergence_that_nobody_else_sees_is_kept_as_unrepeatable(tmp_path: Path) -> None:
    worker, (found, last) = heard(tmp_path)
    assert isinstance(found, Found)
    assert found.finding.divergence["detail"] == "said so"
    assert isinstance(last, Minimized)
    assert last.finding.state is State.UNREPEATABLE
    assert worker.stats.divergences == 1


def test_what_the_driven_process_spent_counts(tmp_path: Path) -> None:
    _, theirs = Pipe()
    worker = GuidedWorker(Scratch(tmp_path), campaign(tmp_path), (), None, theirs, SimpleNamespace(value=0))
    before = worker.cpu
    worker._book(SPENT)
    assert worker.stats.instructions == 40
    assert worker.stats.stages["compile"] == 0.25
    assert before - worker.cpu == pytest.approx(0.5)


def test_a_case_that_a_worker_died_of_is_made_again(tmp_path: Path) -> None:
    heard(tmp_path)
    again = Guided(Scratch(tmp_path)).again(campaign(tmp_path), (), 7)
    assert (again.case, again.profile) == (case_of(MODULE, WASM_2), PROFILE)


def test_modules_are_exported_once_by_their_digests(tmp_path: Path) -> None:
    assert export(tmp_path, [MODULE, MODULE, wasm("(module)")]) == 2
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".wasm", ".wasm"]


@pytest.mark.slow
def test_a_driven_process_that_cannot_start_is_a_failure_with_its_last_words(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    scratch = Scratch(tmp_path)
    scratch.known.write_text("")  # and no directories for libFuzzer
    summary = Supervisor(campaign(tmp_path), lambda _: None, Guided(scratch)).run()
    (failure,) = summary.failures
    assert "live" in failure
    assert "does not exist" in failure
    assert scratch.is_wanted
