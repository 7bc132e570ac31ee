"""Small cases about imports: what fits is linked and tells its size, and what nearly fits is refused."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing, nullcontext

import pytest

from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.types import FuncType, GlobalType, MemoryType, TableType, ValType
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Agreed
from mitey_fuzz.generate.importing import some_importing
from mitey_fuzz.store.crashes import Setup
from oracles.interp import InterpEngine
from oracles.protocol import Phase, Rejected

MANY = 700


def cases(features: Features) -> list[Case]:
    return [some_importing(SeededChoices(seed), features) for seed in range(MANY)]


def is_refused(case: Case) -> bool:
    with closing(InterpEngine(WASM_2)) as engine:
        first = next(iter(differ.observe(differ.oracle(engine), case, 10, lambda _: nullcontext())))
    assert not isinstance(first.outcome, Rejected) or first.outcome.phase is Phase.LINK
    return isinstance(first.outcome, Rejected)


@pytest.mark.parametrize("features", [WASM_1, WASM_2], ids=str)
def test_engines_agree_about_what_fits(features: Features) -> None:
    setup = Setup(("jit:minimal", "jit:baseline"), ("wasmtime", "interp"), str(features))
    with Panel(setup, deadline_s=60) as panel:
        verdicts = [panel.judge(case) for case in cases(features)[:100]]
    assert all(isinstance(verdict, Agreed) for verdict in verdicts)


@pytest.mark.parametrize("features", [WASM_1, WASM_2], ids=str)
def test_modules_are_valid_and_half_of_the_cases_are_refused(features: Features) -> None:
    refused = 0
    for case in cases(features):
        for wasm in case.modules:
            validate(decode(wasm, features), features)
        refused += is_refused(case)
    assert MANY * 2 // 5 < refused < MANY * 3 // 5


KINDS = {FuncType: "FUNC", GlobalType: "GLOBAL", MemoryType: "MEMORY", TableType: "TABLE"}


def way(have: Sequence[ValType], want: Sequence[ValType]) -> str:
    """How the types of some values differ from others."""
    if len(have) != len(want):
        return "more" if len(want) > len(have) else "fewer"
    return "order" if Counter(have) == Counter(want) else "type"


def amiss(case: Case) -> str | None:
    """In what the one import differs that is refused, which the message names; None where all are taken."""
    with closing(InterpEngine(WASM_2)) as engine:
        first = next(iter(differ.observe(differ.oracle(engine), case, 10, lambda _: nullcontext())))
    if not isinstance(first.outcome, Rejected):
        return None
    exporter, importer = decode(case.companions[0].wasm, WASM_2), decode(case.wasm, WASM_2)
    name = first.outcome.message.rpartition(".")[2]
    want = next(entry.type for entry in importer.imports if entry.name == name)
    index = next(export.index for export in exporter.exports if export.name == name)
    if next(export.kind.name for export in exporter.exports if export.name == name) != KINDS[want.__class__]:
        return "kind"
    if isinstance(want, FuncType):
        have = exporter.func_types[index]
        if have.params != want.params:
            return f"params {way(have.params, want.params)}"
        return f"results {way(have.results, want.results)}"
    if isinstance(want, GlobalType):
        cell = exporter.globals[index].type
        if want.type is not cell.type:
            return "type"
        return "mutable" if want.mutable else "constant"
    is_table = isinstance(want, TableType)
    limits = exporter.tables[index].limits if is_table else exporter.memories[index].limits
    kind = "table" if is_table else "memory"
    if isinstance(want, TableType) and want.element is not exporter.tables[index].element:
        return "element"
    if limits.maximum is None and want.limits.maximum is not None:
        return f"{kind} {'most' if want.limits.maximum >= 1 << 16 else 'bounded'}"
    less = limits.maximum is not None and want.limits.maximum is not None and want.limits.maximum < limits.maximum
    return f"{kind} {'less' if less else 'more'}"


def test_what_is_refused_is_of_every_kind() -> None:
    seen = Counter(map(amiss, cases(WASM_2)))
    kinds = ("mutable", "constant", "type", "element", "kind")
    values = tuple(f"{of} {way}" for of in ("params", "results") for way in ("more", "fewer", "type", "order"))
    limits = tuple(f"{kind} {end}" for kind in ("table", "memory") for end in ("bounded", "most", "less", "more"))
    assert {kind for kind in (*kinds, *values, *limits) if seen[kind] < 3} == set()


def test_what_has_grown_is_imported_as_what_it_is() -> None:
    """A minimum over the declared one fits, since the start function has grown what is imported."""
    grown = 0
    for case in cases(WASM_2):
        exporter, importer = decode(case.companions[0].wasm, WASM_2), decode(case.wasm, WASM_2)
        wanted = [e.type for e in importer.imports if isinstance(e.type, MemoryType)]
        above = wanted and wanted[0].limits.minimum > exporter.memories[0].limits.minimum
        grown += bool(above) and not is_refused(case)
    assert grown > 5


def test_what_growth_comes_to_is_seen() -> None:
    """In the last global of the companion: where there is room, and where there is none."""
    seen: Counter[str] = Counter()
    for case in cases(WASM_2):
        exporter = decode(case.companions[0].wasm, WASM_2)
        if len(exporter.memories) + len(exporter.tables) != 1:
            continue
        with closing(InterpEngine(WASM_2)) as engine:
            first = next(iter(differ.observe(differ.oracle(engine), case, 10, lambda _: nullcontext())))
        _, grown = dict(first.companions)["c0"].globals[-1]
        seen["failed" if grown.bits == (1 << 32) - 1 else "from nothing" if grown.bits == 0 else "grown"] += 1
    assert min(seen["failed"], seen["from nothing"], seen["grown"]) > 3
