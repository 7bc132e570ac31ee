"""Memories and tables without bounds: valid, grown by little only, and all engines agree about them."""

from collections import Counter
from contextlib import closing, nullcontext
from dataclasses import replace

import pytest

from jit.limits import MAX_MEMORY_PAGES, MAX_TABLE_LENGTH
from jit.wasm.body import assemble, const, instruction
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import Code, Export, ExternKind, Module
from jit.wasm.opcodes import op
from jit.wasm.types import EXTERNREF, I32, NULL, PAGE, FuncType, Limits, MemoryType, TableType, Value
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Call, Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Agreed
from mitey_fuzz.generate import boundless, export_all, generate, swarm
from mitey_fuzz.generate.plan import ROOMY
from mitey_fuzz.store.crashes import Setup
from oracles.interp import InterpEngine
from oracles.protocol import Returned

SETUP = Setup(("jit:minimal", "jit:baseline"), ("wasmtime", "interp"), str(WASM_2))
LARGEST = (None, MAX_MEMORY_PAGES, MAX_TABLE_LENGTH)


def small(seed: int, features: Features = WASM_2) -> Case:
    choices = SeededChoices(seed)
    return generate(choices, replace(swarm(choices, features), instructions=60, endless=False))


def is_boundless(module: Module) -> bool:
    return any(type.limits.maximum in LARGEST for type in (*module.memories, *module.tables))


def test_one_of_some_modules_is_boundless() -> None:
    found = sum(is_boundless(decode(small(seed).wasm, WASM_2)) for seed in range(600))
    assert 12 < found < 48


def test_engines_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundless, "ONE_IN", 1)
    found = [case for case in map(small, range(60)) if is_boundless(decode(case.wasm, WASM_2))]
    assert len(found) > 30
    with Panel(SETUP, deadline_s=60) as panel:
        verdicts = Counter(type(panel.judge(case)) for case in found)
    assert verdicts[Agreed] == len(found)


@pytest.mark.parametrize("features", [WASM_1, WASM_2], ids=str)
def test_modules_are_valid(monkeypatch: pytest.MonkeyPatch, features: Features) -> None:
    monkeypatch.setattr(boundless, "ONE_IN", 1)
    for seed in range(60):
        validate(decode(small(seed, features).wasm, features), features)


def grower(delta: int) -> Module:
    """Grows a memory and a table of two without bounds by this much, and gives what both say."""
    null = const(EXTERNREF, NULL)
    body = assemble([const(I32, delta & 0xFFFF_FFFF)]) + instruction(op("memory.grow"), 0)
    body += assemble([null, const(I32, delta & 0xFFFF_FFFF)]) + instruction(op("table.grow"), 1)
    module = Module(
        types=(FuncType((), (I32, I32)),),
        functions=(0,),
        tables=(TableType(EXTERNREF, Limits(1, 1)), TableType(EXTERNREF, Limits(2, 3))),
        memories=(MemoryType(Limits(1, 2)),),
        exports=(Export("grow", ExternKind.FUNC, 0),),
        codes=(Code((), body + instruction(op("end"))),),
    )
    return export_all(boundless.boundless(module, is_declared=False))


@pytest.mark.parametrize(
    ("delta", "says", "pages", "elements"),
    [(1, (1, 2), 5, 6), (4, (1, 2), 5, 6), (5, (-1, 2), 1, 7), (ROOMY, (-1, 2), 1, 2 + ROOMY), (-1, (-1, -1), 1, 2)],
)
def test_growth_goes_on_while_it_is_small(delta: int, says: tuple[int, int], pages: int, elements: int) -> None:
    case = Case(encode(grower(delta)), (Call("grow"),) * 10)
    with closing(InterpEngine(WASM_2)) as engine:
        _, first, *_, last = differ.observe(differ.oracle(engine), case, 10, lambda _: nullcontext())
    assert first.outcome == Returned(tuple(Value(I32, value & 0xFFFF_FFFF) for value in says))
    assert last.state is not None
    assert len(last.state.memories[0][1]) == pages * PAGE
    assert len(last.state.tables[1][1]) == elements
