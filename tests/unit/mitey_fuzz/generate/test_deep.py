"""Deep recursion: it returns where engines have the room, else they are exhausted; and campaigns have it."""

from collections import Counter
from dataclasses import replace

import pytest

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare.verdict import Agreed, Poisoned
from mitey_fuzz.generate import deep, generate, swarm
from mitey_fuzz.store.crashes import Setup

SETUP = Setup(("jit:minimal", "jit:baseline"), ("wasmtime",), str(WASM_2))
ROOM = 40 << 20
"""More bytes than the subject has for a value stack and its guard."""


def test_engines_agree_or_are_exhausted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "ONE_IN", 1)
    seen = Counter[str]()
    with Panel(SETUP, deadline_s=60) as panel:
        for seed in range(24):
            choices = SeededChoices(seed)
            drawn = replace(swarm(choices, WASM_2), instructions=20, wild=0, endless=True)
            verdict = panel.judge(generate(choices, drawn))
            assert isinstance(verdict, (Agreed, Poisoned))
            seen[type(verdict).__name__] += 1
    assert seen["Agreed"] > 2
    assert seen["Poisoned"] > 8


def test_operands_that_wait_take_more_room_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "ONE_IN", 1)
    found = 0
    for seed in range(40):
        choices = SeededChoices(seed)
        case = generate(choices, replace(swarm(choices, WASM_2), instructions=20, endless=True))
        call = next(call for call in case.script if call.export == deep.NAME)
        module = decode(case.wasm, WASM_2)
        index = next(export.index for export in module.exports if export.name == deep.NAME)
        body = parse(module.codes[index - module.imported_funcs].body)
        waiting = sum(instr.op.name == "drop" for instr in body)
        found += waiting * 8 * call.args[0].bits > ROOM
    assert found > 4


def test_some_generated_cases_end_with_it() -> None:
    found = 0
    for seed in range(2_000):
        choices = SeededChoices(seed)
        features = (WASM_1, WASM_2)[seed % 2]
        case = generate(choices, swarm(choices, features))
        if any(call.export == deep.NAME for call in case.script):
            found += 1
            validate(decode(case.wasm, features), features)
    assert 1 < found < 20
