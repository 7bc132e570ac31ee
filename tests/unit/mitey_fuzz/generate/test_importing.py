"""Small cases about imports: what fits is linked and tells its size, and what nearly fits is refused."""

from collections import Counter
from contextlib import closing, nullcontext

import pytest

from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.types import FuncType, GlobalType, MemoryType, TableType
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

MANY = 300


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


def test_what_is_refused_is_of_every_kind() -> None:
    seen = Counter[str]()
    for case in filter(is_refused, cases(WASM_2)):
        exporter, importer = decode(case.companions[0].wasm, WASM_2), decode(case.wasm, WASM_2)
        globals_, tables, memories = iter(exporter.globals), iter(exporter.tables), iter(exporter.memories)
        functions = iter(exporter.func_types[1:])
        for entry in importer.imports:
            want = entry.type
            if isinstance(want, FuncType):
                have = next(functions)
                seen["params"] += have.params != want.params
                seen["results"] += have.results != want.results
            elif isinstance(want, GlobalType):
                cell = next(globals_).type
                seen["mutable"] += want.mutable > cell.mutable
                seen["constant"] += want.mutable < cell.mutable
                seen["type"] += want.type is not cell.type
            else:
                offered = next(tables) if isinstance(want, TableType) else next(memories)
                kind = "table" if isinstance(want, TableType) else "memory"
                seen[f"{kind} bounded"] += offered.limits.maximum is None and want.limits.maximum is not None
                seen[f"{kind} less"] += (want.limits.maximum or 99) < (offered.limits.maximum or 0)
                seen[f"{kind} more"] += want.limits.minimum > offered.limits.minimum
    kinds = ("params", "results", "mutable", "constant", "type")
    limits = tuple(f"{kind} {end}" for kind in ("table", "memory") for end in ("bounded", "less", "more"))
    assert {kind for kind in (*kinds, *limits) if seen[kind] < 3} == set()


def test_what_has_grown_is_imported_as_what_it_is() -> None:
    """A minimum over the declared one fits, since the start function has grown what is imported."""
    grown = 0
    for case in cases(WASM_2):
        exporter, importer = decode(case.companions[0].wasm, WASM_2), decode(case.wasm, WASM_2)
        wanted = [e.type for e in importer.imports if isinstance(e.type, MemoryType)]
        above = wanted and wanted[0].limits.minimum > exporter.memories[0].limits.minimum
        grown += bool(above) and not is_refused(case)
    assert grown > 5
