"""Companions that trap as they are instantiated: their functions stay in tables, and engines agree about them."""

from contextlib import nullcontext
from dataclasses import replace

import pytest

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Case
from mitey_fuzz.choices import ReplayChoices, SeededChoices
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Agreed
from mitey_fuzz.generate.fallen import some_fallen
from mitey_fuzz.store.crashes import Setup
from oracles.interp import InterpEngine

PLAIN = Features.parse("wasm-1.0+bulk-memory")


def steps(case: Case) -> list[differ.Step]:
    return list(differ.observe(differ.oracle(InterpEngine(WASM_2)), case, 100, lambda _: nullcontext()))


@pytest.mark.parametrize("features", [WASM_2, PLAIN], ids=str)
def test_they_are_valid_and_fall_and_engines_agree_about_what_is_left(features: Features) -> None:
    setup = Setup(("jit:minimal", "jit:baseline"), ("wasmtime", "interp"), str(features))
    with Panel(setup, deadline_s=60) as panel:
        for seed in range(60):
            case = some_fallen(SeededChoices(seed), features)
            for wasm in case.modules:
                validate(decode(wasm, features), features)
            assert [name for name, _ in steps(case)[0].fallen] == ["fallen"]
            verdict = panel.judge(case)
            assert isinstance(verdict, Agreed)
            assert verdict.steps == 1 + len(case.script)


def test_their_functions_are_called() -> None:
    """What calls come to is other than without them, in nearly every case."""
    differing = 0
    for seed in range(60):
        case = some_fallen(SeededChoices(seed), WASM_2)
        without = steps(replace(case, companions=case.companions[:1]))
        differing += any(one.outcome != other.outcome for one, other in zip(steps(case), without, strict=True))
    assert differing > 40


def test_a_case_is_made_again_from_its_choices() -> None:
    case = some_fallen(SeededChoices(3), WASM_2)
    assert some_fallen(ReplayChoices(case.choices or ()), WASM_2) == case
