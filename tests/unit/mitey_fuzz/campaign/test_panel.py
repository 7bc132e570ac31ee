"""The border where everything that goes wrong becomes a verdict."""

import gc
from collections.abc import Sequence

import pytest

from jit import Engine, Module
from jit.wasm.types import I32, Value
from mitey_fuzz import planted
from mitey_fuzz.campaign.cases import make
from mitey_fuzz.campaign.findings import finding
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.compare.verdict import Agreed, Divergence, DivergenceKind, Poisoned
from mitey_fuzz.engines import common_features
from mitey_fuzz.store import bucket
from mitey_fuzz.store.crashes import Setup, State
from mitey_fuzz.subject import JitEngine, JitInstance
from oracles.interp import InterpEngine
from oracles.protocol import Outcome, Returned, Store
from support.wat import case

FEATURES = common_features(("jit:minimal",))
SETUP = Setup(("jit:minimal",), ("interp",), str(FEATURES))
ADD = '(func (export "add") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))'


def test_engines_of_a_setup_agree() -> None:
    with Panel(SETUP, deadline_s=5) as panel:
        assert panel.judge(case(ADD, "add i32:1")) == Agreed(2)
        assert set(panel.versions) == {"jit:minimal", "interp"}
        assert panel.instructions == 4


def test_an_exception_that_leaves_an_engine_is_its_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_engine: InterpEngine) -> Store:
        raise RuntimeError("boom")

    monkeypatch.setattr(InterpEngine, "open", fail)
    with Panel(SETUP, deadline_s=5) as panel:
        verdict = panel.judge(case(ADD, "add i32:1"))
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.subject) == (DivergenceKind.CRASH, "interp")
    assert "boom" in verdict.detail


def test_judging_leaves_nothing_to_the_garbage_collector() -> None:
    """Its work grows with the cycles of objects that a case leaves, of which two thousand objects once were in each."""
    setup = Setup(("jit:minimal", "jit:baseline"), ("wasmtime",), str(FEATURES))
    cases = [make(1, number, FEATURES, ()).case for number in range(40)]
    with Panel(setup, deadline_s=5) as panel:
        for one in cases[:20]:
            panel.judge(one)
        gc.collect()
        gc.disable()
        try:
            for one in cases[20:]:
                panel.judge(one)
            left = gc.collect()
        finally:
            gc.enable()
    assert left <= 20 * len(cases[20:]), "those of a few types of arrays at most"


def test_a_case_that_outlasts_the_oracle_is_poisoned() -> None:
    forever = '(func (export "spin") (loop (br 0)))'
    with Panel(SETUP, deadline_s=0.1) as panel:
        assert panel.judge(case(forever, "spin")) == Poisoned("timeout", 1)


def test_a_setup_without_oracle_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one subject and one oracle"):
        Panel(Setup(("jit:minimal",), (), str(FEATURES)), deadline_s=1)


def test_a_crash_of_the_compiler_is_a_finding_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_engine: Engine, _wasm: bytes) -> Module:
        raise AssertionError("no register left")

    monkeypatch.setattr(Engine, "compile", fail)
    given = case(ADD, "add i32:1")
    with Panel(SETUP, deadline_s=5) as panel:
        verdict = panel.judge(given)
        assert isinstance(verdict, Divergence)
        assert (verdict.kind, verdict.subject, verdict.step) == (DivergenceKind.CRASH, "jit:minimal", 0)
        stored = finding(panel, verdict, given, given, None, State.FOUND)
    assert "no register left" in verdict.detail
    assert "no register left" in stored.listing


def test_mutants_have_buckets_of_their_own() -> None:
    one, other = (f"[[mutant]]\nid = 'x'\nwhy = 'w'\nmask = 1\nmatch = 0\nxor = {n}\n" for n in (1, 2))
    assert planted.tag(one).startswith("planted-x-")
    assert planted.tag(one) != planted.tag(other)


def test_a_divergence_is_shown_to_the_subject_on_another_host_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other host is a second emulator here, whose subject computes what the first one gets wrong."""
    made: list[JitEngine] = []

    def elsewhere(engine: JitEngine) -> str | None:
        made.append(engine)
        return "jit:minimal@emulator"

    def wrong(instance: JitInstance, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        on_first = instance._store._engine is made[0].engine if made else True
        return Returned((Value(I32, 9 if on_first else 2),))

    monkeypatch.setattr(JitEngine, "elsewhere", property(elsewhere))
    monkeypatch.setattr(JitInstance, "call", wrong)
    with Panel(SETUP, deadline_s=5) as panel:
        verdict = panel.judge(case(ADD, "add i32:1"))
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.subject) == (DivergenceKind.HOST_SPLIT, "jit:minimal")
    assert "jit:minimal@emulator agrees" in verdict.detail
    assert bucket.name(verdict, case(ADD, "add i32:1")) == "jit-minimal-host-split.value.value-i32.add"
