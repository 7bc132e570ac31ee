"""Functions that call themselves without end: all engines say that they are exhausted, and campaigns have them."""

from collections import Counter
from dataclasses import replace

import pytest

from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.types import V128
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare.verdict import Agreed, Poisoned
from mitey_fuzz.generate import Profile, endless, generate, link, swarm
from mitey_fuzz.store.crashes import Setup

SETUP = Setup(("jit:minimal", "jit:baseline"), ("wasmtime", "interp"), str(WASM_2))


def is_endless(case: Case) -> bool:
    return any(call.export == endless.NAME for call in case.script)


def width(case: Case) -> int:
    """The locals of its function that calls itself, or of the wider of two."""
    module = decode(case.wasm, WASM_2)
    first = next(export.index for export in module.exports if export.name == endless.NAME)
    codes = module.codes[first - len(module.func_types) :]
    return max(sum(count for count, _ in code.locals) for code in codes)


def small(seed: int, features: Features = WASM_2) -> Case:
    choices = SeededChoices(seed)
    return generate(choices, replace(swarm(choices, features), instructions=20, wild=0))


def test_engines_agree_that_they_are_exhausted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endless, "ONE_IN", 1)
    ended = Counter[bool]()
    with Panel(SETUP, deadline_s=60) as panel:
        for seed in range(40):
            case = small(seed)
            validate(decode(case.wasm, WASM_2), WASM_2)
            verdict = panel.judge(case)
            if isinstance(verdict, Agreed):  # a trap of its own in the instantiation
                assert verdict.steps == 1
            else:
                assert verdict == Poisoned("exhausted", len(case.script))
            ended[isinstance(verdict, Poisoned)] += 1
    assert ended[True] >= 35


def test_linked_modules_may_be_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endless, "ONE_IN", 1)
    with Panel(SETUP, deadline_s=60) as panel:
        for seed in range(8):
            choices = SeededChoices(seed)
            case = generate(choices, link(choices, replace(swarm(choices, WASM_2), instructions=20), calls_back=True))
            assert isinstance(panel.judge(case), Agreed | Poisoned)


def test_nothing_else_of_a_case_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = [small(seed) for seed in range(40)]
    monkeypatch.setattr(endless, "ONE_IN", 1)
    for seed, case in enumerate(plain):
        if is_endless(case):
            continue
        changed = small(seed)
        before, after = decode(case.wasm, WASM_2), decode(changed.wasm, WASM_2)
        assert changed.script[:-1] == case.script
        assert changed.script[-1].export == endless.NAME
        assert [code.body for code in after.codes[: len(before.codes)]] == [code.body for code in before.codes]
        assert len(after.codes) - len(before.codes) in (1, 2)


def test_who_does_not_ask_for_it_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endless, "ONE_IN", 1)
    assert not any(is_endless(generate(SeededChoices(seed), Profile())) for seed in range(5))


def test_modules_have_no_more_than_their_features(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endless, "ONE_IN", 1)
    for seed in range(100):
        validate(decode(small(seed, WASM_1).wasm, WASM_1), WASM_1)


def test_campaigns_have_narrow_and_wide_ones() -> None:
    found = [case for case in map(small, range(6_000)) if is_endless(case)]
    assert 8 <= len(found) <= 40
    assert all(case.script[-1].export == endless.NAME for case in found)
    widths = list(map(width, found))
    assert min(widths) < 8
    assert max(widths) > 1_000


def test_frames_are_of_all_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endless, "ONE_IN", 1)
    cases = [small(seed) for seed in range(150)]
    modules = [decode(case.wasm, WASM_2) for case in cases]
    types = [module.func_types[-1] for module in modules]
    assert any(not type.params and not type.results for type in types)
    assert any(len(type.params) > 8 and len(type.results) > 8 for type in types)
    assert any((5_000 >= count > 1_000, type) == (True, V128) for m in modules for count, type in m.codes[-1].locals)
