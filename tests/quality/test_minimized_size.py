"""Planted faults that move when something else is taken away are minimized to little all the same, on both back ends.

Each variant is planted in turn; the cases are those of a campaign of seed 1.  Nothing here depends on the clock.
"""

from pathlib import Path

import pytest

from jit.backend.mutants import Mutant, dumps, load
from mitey_fuzz.campaign.cases import make
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.campaign.shrinking import shrink
from mitey_fuzz.case import Case
from mitey_fuzz.compare.verdict import Agreed, Divergence
from mitey_fuzz.engines import ALL
from mitey_fuzz.store.crashes import Setup

VARIANTS = load(Path(__file__).with_name("variants.toml"))
BACK_ENDS = ("minimal", "baseline")
PLANTED = [(id, backend) for id, mutant in VARIANTS.items() for backend in BACK_ENDS if mutant.concerns(backend)]
QUICK = [("select-takes-the-other", "minimal"), ("second-branch-inverted", "minimal")]

CASES = 300
BYTES = 250
"""More than what most come to: a fault in every ninth constant keeps nine of them, and blocks to have so many."""


def _setup(backend: str, mutant: Mutant | None) -> Setup:
    return Setup((f"jit:{backend}",), ("wasmtime",), str(ALL), None if mutant is None else dumps(mutant))


def _first_divergence(panel: Panel) -> tuple[Case, Divergence] | None:
    for number in range(CASES):
        case = make(1, number, ALL, ()).case
        verdict = panel.judge(case)
        if isinstance(verdict, Divergence):
            return case, verdict
    return None


def _check(id: str, backend: str) -> None:
    with Panel(_setup(backend, VARIANTS[id]), deadline_s=0.5) as panel:
        found = _first_divergence(panel)
        assert found is not None, f"{id} is not found within {CASES} cases"
        shrunk = shrink(panel, *found, seconds=600.0)
        assert sum(map(len, shrunk.case.modules)) <= BYTES
        assert shrunk.effort.deterministic
        assert isinstance(panel.judge(shrunk.case), Divergence)
    with Panel(_setup(backend, None), deadline_s=2.0) as panel:
        assert isinstance(panel.judge(shrunk.case), Agreed), "without the mutant the minimized case must agree"


@pytest.mark.parametrize(("id", "backend"), QUICK)
def test_a_variant_is_minimized_to_little(id: str, backend: str) -> None:
    _check(id, backend)


@pytest.mark.slow
@pytest.mark.parametrize(("id", "backend"), [planted for planted in PLANTED if planted not in QUICK])
def test_every_variant_is_minimized_to_little(id: str, backend: str) -> None:
    _check(id, backend)
