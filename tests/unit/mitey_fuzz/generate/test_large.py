"""Ranges of more than a mebibyte: all engines fill and copy them alike, and campaigns have them."""

from collections import Counter
from contextlib import closing, nullcontext
from dataclasses import replace

import pytest

from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from jit.wasm.types import I32, PAGE, Limits, MemoryType, Value
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Call, Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Agreed
from mitey_fuzz.generate import export_all, generate, large, swarm
from mitey_fuzz.store.crashes import Setup
from oracles.interp import InterpEngine
from oracles.protocol import Returned

SETUP = Setup(("jit:minimal", "jit:baseline"), ("wasmtime", "interp"), str(WASM_2))


def small(seed: int) -> Case:
    choices = SeededChoices(seed)
    return generate(choices, replace(swarm(choices, WASM_2), instructions=20, wild=0, endless=False))


def is_large(case: Case) -> bool:
    return any(call.export == large.NAME for call in case.script)


def test_engines_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "ONE_IN", 1)
    found = list(filter(is_large, map(small, range(40))))
    assert len(found) > 15
    with Panel(SETUP, deadline_s=60) as panel:
        for case in found:
            validate(decode(case.wasm, WASM_2), WASM_2)
        verdicts = Counter(type(panel.judge(case)) for case in found)
    assert verdicts[Agreed] == len(found)


def test_the_range_is_more_than_a_mebibyte_and_moves() -> None:
    empty = export_all(Module(memories=(MemoryType(Limits(1, 2)),)))
    ends = set()
    for seed in range(20):
        case = Case(encode(large.large(SeededChoices(seed), empty)), (Call(large.NAME),))
        with closing(InterpEngine(WASM_2)) as engine:
            *_, last = differ.observe(differ.oracle(engine), case, 10, lambda _: nullcontext())
        assert last.outcome == Returned((Value(I32, 1),))
        assert last.state is not None
        memory = last.state.memories[0][1]
        assert len(memory) == 19 * PAGE
        ends.add(len(memory.rstrip(b"\0")))
    assert min(ends) > 1 << 20
    assert len(ends) > 5


def test_campaigns_have_them() -> None:
    assert 5 < sum(is_large(small(seed)) for seed in range(3_000)) < 50
