"""Modules that fail when they are instantiated: what they had written by then stays, and engines agree about it."""

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace

import pytest

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Agreed
from mitey_fuzz.generate import generate, link, misfit, swarm
from mitey_fuzz.store.crashes import Setup
from oracles.interp import InterpEngine
from oracles.protocol import Trapped

SETUP = Setup(("jit:minimal", "jit:baseline"), ("wasmtime", "interp"), str(WASM_2))

EMPTY = encode(Module())


def linked(seed: int) -> Case:
    choices = SeededChoices(seed)
    profile = replace(swarm(choices, WASM_2), instructions=20, endless=False)
    return generate(choices, link(choices, profile, calls_back=False))


def test_engines_agree_about_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misfit, "ONE_IN", 1)
    ended = Counter[bool]()
    with Panel(SETUP, deadline_s=60) as panel:
        for seed in range(60):
            case = linked(seed)
            for wasm in case.modules:
                validate(decode(wasm, WASM_2), WASM_2)
            verdict = panel.judge(case)
            assert isinstance(verdict, Agreed)
            ended[verdict.steps == 1] += 1
    assert ended[True] > 20


def test_what_was_written_is_seen_in_the_companion(monkeypatch: pytest.MonkeyPatch) -> None:
    """In its memory and in its table, which are other than behind a module that does nothing."""
    monkeypatch.setattr(misfit, "ONE_IN", 1)
    changed = Counter[str]()
    for case in map(linked, range(200)):
        failed = _first(case)
        if not isinstance(failed.outcome, Trapped):
            continue
        before = dict(_first(replace(case, wasm=EMPTY)).companions)
        for name, state in failed.companions:
            changed["memory"] += name in before and state.memories != before[name].memories
            changed["table"] += name in before and state.tables != before[name].tables
    assert min(changed["memory"], changed["table"]) >= 5


def _first(case: Case) -> differ.Step:
    return next(iter(differ.observe(differ.oracle(InterpEngine(WASM_2)), case, 20, lambda _: nullcontext())))


def test_campaigns_have_segments_of_nothing_far_outside() -> None:
    """Of a memory; its start is negative for those who take it as signed."""
    far = 0
    for seed in range(6_000):
        choices = SeededChoices(seed)
        case = generate(choices, replace(swarm(choices, WASM_2), instructions=20))
        starts = [
            parse(data.offset.code)[0] for data in decode(case.wasm, WASM_2).datas if data.offset and not data.content
        ]
        far += any(start.op.name == "i32.const" and start.immediates[0] % (1 << 32) >= 1 << 31 for start in starts)
    assert far >= 3
