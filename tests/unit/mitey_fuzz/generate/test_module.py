"""Whole modules: valid for any draws, the same for the same draws, observable, and worth running."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator

import pytest
import wasmtime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import ExternKind
from jit.wasm.opcodes import ROWS
from jit.wasm.validate import validate
from mitey_fuzz.case import Case
from mitey_fuzz.choices import BytesChoices, Choices, ReplayChoices, SeededChoices
from mitey_fuzz.generate import Profile, boundless, generate, swarm
from mitey_fuzz.generate.plan import ROOMY
from mitey_fuzz.strategies import cases, small
from oracles.protocol import Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import rows_run, run
from support.wasmtime_validation import engine, refusal

FIRST = Features.parse("wasm-1.0+multi-value+sign-extension+saturating-conversions")
SECOND = WASM_2


@pytest.fixture(scope="module")
def judge() -> Iterator[wasmtime.Engine]:
    """wasmtime's validator; it takes the features of both levels, and ours tells them apart."""
    made = engine(SECOND)
    yield made
    made.close()


def case_of(choices: Choices, features: Features = FIRST) -> Case:
    return generate(choices, swarm(choices, features))


def assert_valid(case: Case, features: Features, judge: wasmtime.Engine) -> None:
    """Both validators take the module."""
    assert refusal(judge, case.wasm) is None
    validate(decode(case.wasm, features), features)


@pytest.mark.parametrize("features", [FIRST, SECOND], ids=str)
def test_modules_are_valid(features: Features, judge: wasmtime.Engine) -> None:
    for seed in range(120):
        assert_valid(case_of(SeededChoices(seed), features), features, judge)


def test_modules_of_webassembly_1_use_nothing_newer() -> None:
    for seed in range(60):
        validate(decode(case_of(SeededChoices(seed), WASM_1).wasm, WASM_1), WASM_1)


def test_a_seed_makes_the_same_case_in_any_process() -> None:
    program = (
        "from mitey_fuzz.choices import SeededChoices as S\n"
        "from mitey_fuzz.generate import generate, swarm\n"
        "from jit.wasm.features import Features\n"
        f"features = Features.parse({str(SECOND)!r})\n"
        "for seed in range(12):\n"
        "    choices = S(seed)\n"
        "    print(generate(choices, swarm(choices, features)).digest())\n"
    )
    expected = "".join(f"{case_of(SeededChoices(seed), SECOND).digest()}\n" for seed in range(12))
    for hash_seed in ("0", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        assert done.stdout.decode() == expected


def test_a_record_makes_the_case_again() -> None:
    for seed in range(40):
        case = case_of(SeededChoices(seed), SECOND)
        assert case.choices is not None
        assert case_of(ReplayChoices(case.choices), SECOND) == case


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_any_damaged_record_makes_a_valid_module(judge: wasmtime.Engine, seed: int, data: st.DataObject) -> None:
    record = list(case_of(SeededChoices(seed)).choices or ())
    start = data.draw(st.integers(0, len(record)))
    end = data.draw(st.integers(start, min(len(record), start + 200)))
    record[start:end] = data.draw(st.lists(st.integers(-2, 300), max_size=20))
    assert_valid(case_of(ReplayChoices(record)), FIRST, judge)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), length=st.integers(0, 3_000))
def test_any_start_of_a_record_makes_a_valid_module(judge: wasmtime.Engine, seed: int, length: int) -> None:
    record = case_of(SeededChoices(seed), SECOND).choices or ()
    assert_valid(case_of(ReplayChoices(record[:length]), SECOND), SECOND, judge)


@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=3_000))
def test_any_bytes_make_a_valid_module(judge: wasmtime.Engine, data: bytes) -> None:
    assert_valid(case_of(BytesChoices(data), SECOND), SECOND, judge)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(small(FIRST)))
def test_hypothesis_makes_valid_modules(judge: wasmtime.Engine, case: Case) -> None:
    assert_valid(case, FIRST, judge)


def test_the_simplest_case_is_small() -> None:
    assert len(case_of(ReplayChoices(())).wasm) < 160


def test_the_whole_state_is_exported() -> None:
    for seed in range(60):
        module = decode(case_of(SeededChoices(seed), SECOND).wasm, SECOND)
        shown = {(export.kind, export.index) for export in module.exports}
        for kind, types in ((ExternKind.MEMORY, module.memory_types), (ExternKind.TABLE, module.table_types)):
            assert {(kind, index) for index in range(len(types))} <= shown
        variables = {index for index, type in enumerate(module.global_types) if type.mutable}
        assert {(ExternKind.GLOBAL, index) for index in variables} <= shown


def test_scripts_call_exported_functions_with_arguments_of_their_types() -> None:
    for seed in range(60):
        case = case_of(SeededChoices(seed), SECOND)
        module = decode(case.wasm, SECOND)
        types = {e.name: module.func_types[e.index] for e in module.exports if e.kind is ExternKind.FUNC}
        assert case.script
        for call in case.script:
            assert tuple(arg.type for arg in call.args) == types[call.export].params
            assert all(0 <= arg.bits < 1 << arg.type.bits for arg in call.args)


def test_memories_and_tables_declare_their_maximum(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is near the minimum, save where ranges of more than a mebibyte need room, or a table grows by thousands.

    Modules that are `boundless` are left out.
    """
    monkeypatch.setattr(boundless, "ONE_IN", 1 << 30)
    roomy = 0
    for seed in range(120):
        module = decode(case_of(SeededChoices(seed), SECOND).wasm, SECOND)
        for limits in [m.limits for m in module.memory_types] + [t.limits for t in module.table_types]:
            assert limits.maximum is not None
            assert limits.maximum <= limits.minimum + ROOMY + 32
            roomy += limits.maximum > limits.minimum + 32
    assert 0 < roomy < 12


def test_calls_end_in_results_mostly_and_in_traps_sometimes() -> None:
    oracle = WasmtimeEngine(FIRST)
    outcomes = [outcome for seed in range(150) for outcome in run(case_of(SeededChoices(seed)), oracle)]
    oracle.close()
    returned = sum(isinstance(outcome, Returned) for outcome in outcomes)
    trapped = sum(isinstance(outcome, Trapped) for outcome in outcomes)
    assert returned + trapped >= 0.99 * len(outcomes)
    assert 0.02 * len(outcomes) < trapped < 0.3 * len(outcomes)


def rows_missing(cases: Iterable[Case], oracle: WasmtimeEngine) -> set[str]:
    """Rows that none of these cases runs to a result.  Emitted is not enough: behind a trap, or dead, a row is idle."""
    missing = {row.name for row in ROWS} - {"end"}
    for case in cases:
        missing -= rows_run(case, SECOND, oracle)
        if not missing:
            break
    return missing


EVERYTHING = Profile(features=SECOND, types="iillffddvvvvvvre", instructions=3_000, functions=8, calls=16, wild=16)


def test_nearly_every_row_runs_to_a_result_in_a_few_modules() -> None:
    oracle = WasmtimeEngine(SECOND)
    missing = rows_missing((generate(SeededChoices(seed), EVERYTHING) for seed in range(16)), oracle)
    oracle.close()
    assert len(missing) < 0.1 * len(ROWS)


@pytest.mark.slow
def test_every_row_runs_to_a_result() -> None:
    oracle = WasmtimeEngine(SECOND)
    missing = rows_missing((generate(SeededChoices(seed), EVERYTHING) for seed in range(100)), oracle)
    oracle.close()
    assert not missing


@pytest.mark.slow
def test_every_row_runs_to_a_result_in_a_campaign() -> None:
    oracle = WasmtimeEngine(SECOND)
    missing = rows_missing((case_of(SeededChoices(seed), SECOND) for seed in range(2_000)), oracle)
    oracle.close()
    assert not missing


def test_some_start_functions_are_imported() -> None:
    modules = [decode(case_of(SeededChoices(seed), SECOND).wasm, SECOND) for seed in range(1_500)]
    starts = [module.start < module.imported_funcs for module in modules if module.start is not None]
    assert 3 <= sum(starts) < len(starts)
