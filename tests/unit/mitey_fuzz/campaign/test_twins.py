"""Which case runs on which perturbed twin, and that what a twin shows can be shown again."""

import pytest

from jit.backend.mutants import dumps, loads
from jit.wasm.features import WASM_2
from jit.wasm.types import I32, Value
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.campaign.twins import EACH, NONE, Twins
from mitey_fuzz.case import Call, Case
from mitey_fuzz.compare.verdict import Agreed, Divergence, DivergenceKind
from mitey_fuzz.store.crashes import Setup
from oracles.protocol import Returned
from support.wat import wasm

SUBJECTS = ("jit:minimal", "jit:baseline")
ADD = wasm('(module (func (export "f") (param i32) (result i64) (i64.extend_i32_u (local.get 0))))')
CASE = Case(ADD, (Call("f", (Value(I32, 5),)),))
ALWAYS = Twins(1, ("jit:baseline:perturbed-2",))

BELIEVED = """
[[mutant]]
id = "upper-half-is-believed"
why = "i64.extend_i32_u moves all 64 bits"
backend = ["baseline"]
mask = 0xFFE0FFE0
match = 0x2A0003E0
xor = 0x80000000
"""


def of_number(number: int) -> Case:
    return Case(wasm(f'(module (func (export "f") (result i32) (i32.const {number})))'), (Call("f"),))


def test_twins_follow_from_the_seed_of_the_campaign() -> None:
    assert Twins.of(SUBJECTS, 7, 32) == Twins.of(SUBJECTS, 7, 32)
    assert Twins.of(SUBJECTS, 7, 32).names != Twins.of(SUBJECTS, 8, 32).names
    assert len(Twins.of(SUBJECTS, 7, 32).names) == EACH * len(SUBJECTS)


def test_only_subjects_of_ours_that_are_not_perturbed_yet_have_twins() -> None:
    assert Twins.of(("wasmtime", "jit:baseline:paranoid", "jit:baseline:perturbed-3"), 7, 32).names == ()


def test_a_share_of_the_cases_has_a_twin_and_every_twin_has_cases() -> None:
    twins = Twins.of(SUBJECTS, 7, 4)
    chosen = [twins.chosen(of_number(number)) for number in range(400)]
    assert 60 < sum(name is not None for name in chosen) < 140
    assert set(chosen) == {None, *twins.names}


def test_without_a_share_there_are_none() -> None:
    assert NONE.chosen(CASE) is None
    assert Twins(0, ALWAYS.names).chosen(CASE) is None


def test_a_twin_agrees_with_its_subject_and_the_oracle() -> None:
    with Panel(Setup(SUBJECTS, ("interp",), str(WASM_2)), deadline_s=5, twins=ALWAYS) as panel:
        assert isinstance(panel.judge(CASE), Agreed)


def test_what_only_a_twin_shows_is_its_own_divergence_and_shown_again_by_its_name() -> None:
    inject = dumps(loads(BELIEVED, "the test")["upper-half-is-believed"])
    setup = Setup(SUBJECTS, ("interp",), str(WASM_2), inject)
    with Panel(setup, deadline_s=5) as plain:
        assert isinstance(plain.judge(CASE), Agreed)
    with Panel(setup, deadline_s=5, twins=ALWAYS) as panel:
        verdict = panel.judge(CASE)
        assert isinstance(verdict, Divergence)
        assert (verdict.kind, verdict.subject) == (DivergenceKind.RESULT, "jit:baseline:perturbed-2")
        with panel.showing(verdict) as showing:
            assert showing.setup.subjects == (*SUBJECTS, "jit:baseline:perturbed-2")
            assert showing.judge(CASE) == verdict


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_divergence_of_a_plain_subject_needs_no_other_panel(name: str) -> None:
    plain = Divergence(DivergenceKind.RESULT, name, "interp", 1, Returned(()), Returned(()), "")
    setup = Setup(SUBJECTS, ("interp",), str(WASM_2))
    with Panel(setup, deadline_s=5, twins=ALWAYS) as panel, panel.showing(plain) as showing:
        assert showing is panel
