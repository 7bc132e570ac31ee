"""The instruction that triage names is the guilty one: its code holds a word that the planted fault changed.

Every fourth mutant of the catalogue is planted in each back end it concerns, and the first case of seed 1 that finds it
is explained as it was found, without being minimized first.  Linked cases are left out: what goes wrong in a companion
is named by the call that leads there.  What counts as an instruction's code is in `mitey_fuzz/selftest/guilt.py`; a
self-test asks the same of minimized cases.
"""

import pytest

from jit.backend.mutants import Mutant, dumps
from mitey_fuzz import subject
from mitey_fuzz.campaign.cases import make
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Case
from mitey_fuzz.compare.verdict import Divergence
from mitey_fuzz.engines import ALL
from mitey_fuzz.selftest import catalogue
from mitey_fuzz.selftest.guilt import is_guilty
from mitey_fuzz.store.crashes import Setup
from mitey_fuzz.subject_names import PREFIX
from mitey_fuzz.triage import Cause

MUTANTS = catalogue.machine()
QUICK = ("asr-becomes-lsr", "if-inverted")
SHARE = 0.90
"""Of cases as they were found, which do far more than the fault needs.  Of minimized ones a self-test wants 95 %."""
CASES = 400


def explained(name: str, mutant: Mutant) -> tuple[Case, Cause | str | None] | None:
    """The first case that finds a mutant, and what triage says; None where none does."""
    setup = Setup((name,), ("wasmtime",), str(ALL), dumps(mutant))
    with Panel(setup, deadline_s=1.0) as panel:
        for number in range(CASES):
            case = make(1, number, ALL, (), profile="generated").case
            verdict = panel.judge(case)
            if isinstance(verdict, Divergence):
                return case, panel.explain(case, verdict)
    return None


def is_blamed_rightly(name: str, mutant: Mutant, case: Case, cause: Cause) -> bool:
    engine = subject.create(name)
    try:
        return is_guilty(engine, mutant, case.wasm, cause)
    finally:
        engine.close()


@pytest.mark.parametrize("id", QUICK)
def test_the_guilty_instruction_is_named(id: str) -> None:
    found = explained("jit:minimal", MUTANTS[id])
    assert found is not None
    case, cause = found
    assert isinstance(cause, Cause)
    assert is_blamed_rightly("jit:minimal", MUTANTS[id], case, cause)
    assert cause.wrong == ("jit:minimal",)
    with Panel(Setup(("jit:minimal",), ("wasmtime",), str(ALL)), deadline_s=1.0) as panel:
        assert not isinstance(panel.judge(case), Divergence)


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.parametrize("name", subject.subjects())
def test_of_all_planted_faults_nearly_all_are_blamed_on_the_guilty_instruction(name: str) -> None:
    wrong: list[str] = []
    judged = 0
    for id, mutant in list(MUTANTS.items())[::4]:
        found = explained(name, mutant) if mutant.concerns(name.removeprefix(PREFIX)) else None
        if found is None:
            continue
        judged += 1
        case, cause = found
        if not isinstance(cause, Cause) or not is_blamed_rightly(name, mutant, case, cause):
            wrong.append(f"{id}: {cause}")
    assert judged >= 25
    assert len(wrong) <= (1 - SHARE) * judged, "\n".join(wrong)
