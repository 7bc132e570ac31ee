"""Planted bugs must be found, within a number of cases, and minimized to little more than the bug.

Mutants of the catalogue are planted in turn (`mitey-fuzz selftest` plants them all); the cases are those of a campaign
of seed 1.  Nothing here depends on the clock: what is bounded is the number of cases and the size of what is left.
"""

from dataclasses import replace

import pytest

from jit.backend.mutants import dumps
from mitey_fuzz.campaign.cases import make
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.campaign.shrinking import shrink
from mitey_fuzz.compare.verdict import Agreed, Divergence
from mitey_fuzz.engines import common_features
from mitey_fuzz.selftest import catalogue
from mitey_fuzz.store.crashes import Setup

MUTANTS = {id: mutant for id, mutant in catalogue.machine().items() if mutant.concerns("minimal")}
#: A few of each family, for every run; `slow` plants a fourth of all.
QUICK = ("asr-becomes-lsr", "sub-becomes-add", "fsub-becomes-fadd", "load8_s-is-unsigned", "if-inverted")

CASES = 1500
BYTES = 200
FEATURES = common_features(("jit:minimal",))
SETUP = Setup(("jit:minimal",), ("wasmtime",), str(FEATURES))


def _first_divergence(panel: Panel) -> tuple[int, Divergence] | None:
    for number in range(CASES):
        verdict = panel.judge(make(1, number, FEATURES, ()).case)
        if isinstance(verdict, Divergence):
            return number, verdict
    return None


def _check(id: str) -> tuple[int, int]:
    """Plants a mutant; gives the number of the case that found it and the size of the minimized module."""
    setup = replace(SETUP, inject=dumps(MUTANTS[id]))
    with Panel(setup, deadline_s=2.0) as panel:
        found = _first_divergence(panel)
        assert found is not None, f"{id} is not found within {CASES} cases"
        number, verdict = found
        shrunk = shrink(panel, make(1, number, FEATURES, ()).case, verdict, seconds=300.0)
        small = shrunk.case
        size = sum(map(len, small.modules))
        assert size <= BYTES, f"{id} is minimized to {size} bytes only"
        assert shrunk.effort.deterministic
        assert isinstance(panel.judge(small), Divergence)
    with Panel(SETUP, deadline_s=2.0) as panel:
        assert isinstance(panel.judge(small), Agreed), "without the mutant the minimized case must agree"
    return number, size


@pytest.mark.parametrize("id", QUICK)
def test_a_planted_bug_is_found_and_minimized(id: str) -> None:
    _check(id)


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.parametrize("id", [id for id in list(MUTANTS)[::4] if id not in QUICK])
def test_every_fourth_planted_bug_is_found_and_minimized(id: str) -> None:
    _check(id)
