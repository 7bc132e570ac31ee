"""Medleys: valid, called throughout, reaching every row, the same from the same choices."""

from collections import Counter

import pytest

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import ExternKind
from jit.wasm.opcodes import ROWS
from jit.wasm.types import I32
from jit.wasm.validate import validate
from mitey_fuzz.choices import ReplayChoices, SeededChoices
from mitey_fuzz.generate.medley import FUNCTIONS, some_medley
from oracles.interp import InterpEngine
from oracles.protocol import Outcome, Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run

SEGMENTS = ("memory.init", "table.init", "data.drop", "elem.drop")


@pytest.mark.parametrize("features", [WASM_1, WASM_2, Features.parse("wasm-2.0-simd")])
def test_medleys_are_valid_and_call_all_that_they_export(features: Features) -> None:
    for seed in range(40):
        case = some_medley(SeededChoices(seed), features)
        module = decode(case.wasm, features)
        validate(module, features)
        functions = {call.export for call in case.script}
        assert FUNCTIONS[0] <= len(functions) <= FUNCTIONS[1]
        assert functions <= {export.name for export in module.exports}


def test_every_row_comes_up_that_goes_on_behind_itself() -> None:
    seen: Counter[str] = Counter()
    for seed in range(400):
        wasm = some_medley(SeededChoices(seed), WASM_2).wasm
        seen.update({instr.op.name for code in decode(wasm, WASM_2).codes for instr in parse(code.body)})
    assert {row.name for row in ROWS} - set(seen) <= {"unreachable", "return", "local.tee"}


def test_a_medley_is_made_again_from_its_choices() -> None:
    case = some_medley(SeededChoices(3), WASM_2)
    assert case.choices is not None
    some_medley(SeededChoices(4), WASM_2)  # what was drawn before must not matter
    assert some_medley(ReplayChoices(case.choices), WASM_2) == case


def said(outcome: Outcome) -> object:
    """An outcome without an engine's own words."""
    return outcome.kind if isinstance(outcome, Trapped) else outcome


def test_most_calls_return_and_engines_agree() -> None:
    returned = total = 0
    wasmtime, interp = WasmtimeEngine(WASM_2), InterpEngine(WASM_2)
    for seed in range(10):
        case = some_medley(SeededChoices(seed), WASM_2)
        outcomes = run(case, wasmtime)
        assert list(map(said, outcomes)) == list(map(said, run(case, interp)))
        returned += sum(isinstance(outcome, Returned) for outcome in outcomes)
        total += len(outcomes)
    wasmtime.close()
    interp.close()
    assert returned > total * 0.7


def test_memories_and_tables_grow_from_nothing_and_not_at_all() -> None:
    """Called with at least one page or element, where there is none yet, and where there may never be one."""
    seen: Counter[str] = Counter()
    for seed in range(1_500):
        case = some_medley(SeededChoices(seed), WASM_2)
        module = decode(case.wasm, WASM_2)
        bodies = {e.name: parse(module.codes[e.index].body) for e in module.exports if e.kind is ExternKind.FUNC}
        for call in case.script:
            names = {instr.op.name for instr in bodies[call.export]}
            grows = any(0 < arg.bits < 4 for arg in call.args if arg.type is I32)
            for name, limits in (("memory", module.memories[0].limits), ("table", module.tables[0].limits)):
                if f"{name}.grow" in names and grows and limits.minimum == 0:
                    seen[f"{name} {'from nothing' if limits.maximum else 'never'}"] += 1
    assert {shape: seen[shape] for shape in seen if seen[shape] < 3} == {}
    assert len(seen) == 4


def test_what_one_function_drops_others_find_dropped() -> None:
    """Segments of either type are copied from, in bounds, after they were dropped."""
    seen: Counter[str] = Counter()
    for seed in range(2_000):
        case = some_medley(SeededChoices(seed), WASM_2)
        module = decode(case.wasm, WASM_2)
        bodies = {e.name: parse(module.codes[e.index].body) for e in module.exports if e.kind is ExternKind.FUNC}
        dropped: set[tuple[str, int]] = set()
        found = set()
        for call in case.script:
            for name, segment in ((i.op.name, i.immediates[0]) for i in bodies[call.export] if i.op.name in SEGMENTS):
                kind, _, what = name.partition(".")
                kind = {"table": "elem", "memory": "data"}.get(kind, kind)
                if what == "drop":
                    dropped.add((kind, segment))
                elif (kind, segment) in dropped and all(arg.bits == 0 for arg in call.args if arg.type is I32):
                    found.add(f"{kind} {segment}")
        seen.update(found)
    assert {shape: seen[shape] for shape in ("elem 0", "elem 1", "data 0") if seen[shape] < 3} == {}
