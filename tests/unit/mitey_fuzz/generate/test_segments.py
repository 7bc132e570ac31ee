"""Element segments in every form: what they mean stays, engines agree about them, and campaigns have them."""

from collections import Counter
from dataclasses import replace

import pytest

from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.module import Elem, Mode
from jit.wasm.types import EXTERNREF, FUNCREF
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare.verdict import Agreed
from mitey_fuzz.generate import generate, link, segments, swarm
from mitey_fuzz.store.crashes import Setup

SETUP = Setup(("jit:minimal", "jit:baseline"), ("wasmtime", "interp"), str(WASM_2))


def forms(elem: Elem) -> set[str]:
    """What is in an element segment, in words."""
    items = {"index" if isinstance(item, int) else item.code[:1].hex() for item in elem.items}
    return {f"{elem.mode.name} {elem.type.name} {item}" for item in items or {"empty"}}


@pytest.mark.parametrize("with_calls_back", [False, True])
def test_engines_agree_about_all_forms(monkeypatch: pytest.MonkeyPatch, with_calls_back: bool) -> None:
    monkeypatch.setattr(segments, "ONE_IN", 1)
    ended = Counter[bool]()
    with Panel(SETUP, deadline_s=60) as panel:
        for seed in range(60):
            choices = SeededChoices(seed)
            profile = replace(swarm(choices, WASM_2), instructions=60, endless=False)
            case = generate(choices, link(choices, profile, calls_back=with_calls_back))
            validate(decode(case.wasm, WASM_2), WASM_2)
            verdict = panel.judge(case)
            assert isinstance(verdict, Agreed)
            ended[verdict.steps == 1] += 1
    assert min(ended[True], ended[False]) >= 3, "some do not fit, and most do"


def test_segments_keep_their_functions_and_their_indices() -> None:
    for seed in range(40):
        choices = SeededChoices(seed)
        module = decode(generate(choices, swarm(choices, WASM_2)).wasm, WASM_2)
        changed = decode(encode(segments.reshaped(choices, module)), WASM_2)
        assert [code.body for code in changed.codes] == [code.body for code in module.codes]
        for before, after in zip(module.elems, changed.elems, strict=False):
            assert (after.mode, after.type, after.table) == (before.mode, before.type, before.table)
            assert (after.offset and after.offset.code) == (before.offset and before.offset.code)
            assert len(after.items) == len(before.items)


def test_campaigns_have_every_form() -> None:
    seen = Counter[str]()
    for seed in range(5_000):
        choices = SeededChoices(seed)
        case = generate(choices, replace(swarm(choices, WASM_2), instructions=20))
        seen.update({form for elem in decode(case.wasm, WASM_2).elems for form in forms(elem)})
    functions = {f"{mode.name} {FUNCREF.name} {item}" for mode in Mode for item in ("d0", "d2", "index")}
    handles = {f"{mode.name} {EXTERNREF.name} d0" for mode in Mode}
    wanted = (functions | handles) - {f"DECLARATIVE {FUNCREF.name} index"}
    assert {form: seen[form] for form in wanted if seen[form] < 3} == {}


def test_modules_of_the_first_version_keep_their_indices() -> None:
    for seed in range(200):
        choices = SeededChoices(seed)
        case = generate(choices, replace(swarm(choices, WASM_1), instructions=20))
        assert all(isinstance(item, int) for elem in decode(case.wasm, WASM_1).elems for item in elem.items)
