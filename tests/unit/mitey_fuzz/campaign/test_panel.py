"""The border where everything that goes wrong becomes a verdict."""

import pytest

from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.compare.verdict import Agreed, Divergence, DivergenceKind, Poisoned
from mitey_fuzz.engines import ALL
from mitey_fuzz.store.crashes import Setup
from oracles.interp import InterpEngine
from oracles.protocol import Store
from support.wat import case

SETUP = Setup(("jit:minimal",), ("interp",), str(ALL))
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


def test_a_case_that_outlasts_the_oracle_is_poisoned() -> None:
    forever = '(func (export "spin") (loop (br 0)))'
    with Panel(SETUP, deadline_s=0.1) as panel:
        assert panel.judge(case(forever, "spin")) == Poisoned("timeout", 1)


def test_a_setup_without_oracle_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one subject and one oracle"):
        Panel(Setup(("jit:minimal",), (), str(ALL)), deadline_s=1)
