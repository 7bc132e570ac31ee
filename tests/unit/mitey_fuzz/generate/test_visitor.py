"""Visitors use what another module has: through tables others filled, in memories that others grow."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import replace

import pytest

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import ExternKind
from jit.wasm.opcodes import op
from jit.wasm.types import PAGE, TrapKind
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.differ import Step
from mitey_fuzz.compare.verdict import Agreed, Poisoned
from mitey_fuzz.generate import endless, generate, link, swarm, visitor
from mitey_fuzz.store.crashes import Setup
from oracles.interp import InterpEngine
from oracles.protocol import Returned, Trapped

SETUP = Setup(("jit:minimal", "jit:baseline"), ("wasmtime", "interp"), str(WASM_2))


def linked(seed: int, features: Features = WASM_2) -> Case:
    choices = SeededChoices(seed)
    return generate(choices, link(choices, replace(swarm(choices, features), endless=False), calls_back=True))


def test_calls_that_do_not_end_stay_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "ONE_IN", 1)
    monkeypatch.setattr(endless, "ONE_IN", 1)
    for seed in range(20):
        choices = SeededChoices(seed)
        case = generate(choices, link(choices, swarm(choices, WASM_2), calls_back=True))
        assert not is_visited(case)
        assert case.script[-1].export == endless.NAME


def is_visited(case: Case) -> bool:
    return any(companion.name == visitor.VISITED for companion in case.companions)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visitor, "ONE_IN", 1)
        return [case for case in map(linked, range(120)) if is_visited(case)]


def steps(case: Case) -> Iterator[tuple[str, Step]]:
    """What the calls of a case do, by the names of what they call."""
    with closing(InterpEngine(WASM_2)) as engine:
        seen = list(differ.observe(differ.oracle(engine), case, 10, lambda _: nullcontext()))
    yield from zip((call.export for call in case.script), seen[1:], strict=False)


def grows(wasm: bytes) -> bool:
    bodies = (parse(code.body) for code in decode(wasm, WASM_2).codes)
    return any(instr.op is op("memory.grow") for body in bodies for instr in body)


def test_engines_agree(cases: list[Case]) -> None:
    with Panel(SETUP, deadline_s=60) as panel:
        verdicts = Counter(type(panel.judge(case)) for case in cases[:60])
    assert verdicts[Agreed] >= 55
    assert set(verdicts) <= {Agreed, Poisoned}


def test_nothing_else_of_a_case_changes(monkeypatch: pytest.MonkeyPatch, cases: list[Case]) -> None:
    monkeypatch.setattr(visitor, "ONE_IN", 1 << 30)
    plain = [case for case in map(linked, range(120)) if case.companions]
    assert len(plain) == len(cases)
    for before, after in zip(plain, cases, strict=True):
        assert after.companions[:-1] == before.companions
        one, other = (decode(wasm, WASM_2) for wasm in (before.wasm, after.companions[-1].wasm))
        count = len(one.codes)
        assert [code.body for code in other.codes[:count]] == [code.body for code in one.codes]
        assert [export.name for export in other.exports[len(one.exports) :]] in ([], [visitor.GROW])
        kept = [call for call in after.script if not call.export.startswith((visitor.VISIT, visitor.GROW))]
        assert [call for call in before.script if call in kept] == kept


def test_it_hands_on_what_it_does_not_define(cases: list[Case]) -> None:
    returned = 0
    for case in cases:
        module = decode(case.wasm, WASM_2)
        exports = {e.name: e.index for e in module.exports if e.kind is ExternKind.FUNC}
        assert {call.export for call in case.script} <= set(exports)
        for name, step in steps(case):
            returned += exports[name] < module.imported_funcs and isinstance(step.outcome, Returned)
    assert returned > 300


def test_of_a_single_type_it_meets_functions_of_others(cases: list[Case]) -> None:
    met = Counter[object]()
    for case in cases:
        if len(decode(case.wasm, WASM_2).types) == 1:
            met.update(s.outcome.kind for _, s in steps(case) if isinstance(s.outcome, Trapped))
    assert met[TrapKind.INDIRECT_MISMATCH] > 100
    assert met[TrapKind.UNINITIALIZED_ELEMENT] > 100


def test_memories_grow_behind_its_back(cases: list[Case]) -> None:
    seen = 0
    for case in cases:
        module = decode(case.wasm, WASM_2)
        if not module.memory_types or grows(case.wasm):
            continue
        first = module.memory_types[0].limits.minimum
        sizes = [len(memory) // PAGE for _, s in steps(case) if s.state for _, memory in s.state.memories]
        seen += any(size > first for size in sizes)
    assert seen > 10


@pytest.mark.parametrize("features", [WASM_1, WASM_2], ids=str)
def test_visitors_have_no_more_than_their_features(monkeypatch: pytest.MonkeyPatch, features: Features) -> None:
    monkeypatch.setattr(visitor, "ONE_IN", 1)
    visited = [case for case in (linked(seed, features) for seed in range(60)) if is_visited(case)]
    assert len(visited) > 30
    for case in visited:
        validate(decode(case.wasm, features), features)


def test_campaigns_have_them() -> None:
    found = [case for case in map(linked, range(200)) if case.companions]
    assert 25 < sum(map(is_visited, found)) < 75
