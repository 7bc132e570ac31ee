"""The conformance kit passes on the engines there are, and fails on engines that lie."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from jit.wasm.features import WASM_2, Features
from jit.wasm.types import F32, TrapKind, Value
from oracles import registry
from oracles.kit import CHECKS, Check, check_engine
from oracles.protocol import Engine, Exhausted, Outcome, Returned, Snapshot, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.liar import Blur, Liar, Lie, clear, honest

# fmt: off
PROFILES = [
    ("wasmtime",         "wasm-1.0"),
    ("wasmtime",         "wasm-1.0+sign-extension+saturating-conversions+multi-value"),
    ("wasmtime",         "wasm-2.0"),
    ("wasmtime:speed",   "wasm-2.0"),
    ("wasmtime:pulley",  "wasm-2.0"),
    ("wasmtime:winch",   "wasm-2.0"),
    ("process:wasmtime", "wasm-2.0"),
    ("interp",           "wasm-1.0"),
    ("interp",           "wasm-2.0"),
]
# fmt: on


@pytest.fixture(scope="module", params=PROFILES, ids="-".join)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    name, level = request.param
    engine = registry.create(name, Features.parse(level))
    yield engine
    engine.close()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name.replace(" ", "-"))
def test_engine_passes(engine: Engine, check: Check) -> None:
    missing = check.missing(engine)
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    check.run(engine)


def test_names_of_checks_are_distinct() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_report_names_what_passed_and_what_was_skipped_for_which_feature() -> None:
    report = check_engine(lambda: registry.create("wasmtime", Features.parse("wasm-1.0+multi-value+simd")))
    assert report.engine == "wasmtime"
    assert report.failed == ()
    assert ("bulk operations check bounds before they write", ("bulk-memory",)) in report.skipped
    assert len(report.passed) + len(report.skipped) == len(CHECKS)


def quiets_signalling_nans(outcome: Outcome) -> Outcome:
    if not isinstance(outcome, Returned):
        return outcome
    return Returned(tuple(_quiet(value) for value in outcome.values))


def _quiet(value: Value) -> Value:
    is_nan = value.type is F32 and value.bits & 0x7FFFFFFF > 0x7F800000
    return Value(F32, value.bits | 0x00400000) if is_nan else value


def confuses_trap_kinds(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Trapped) and outcome.kind is TrapKind.UNDEFINED_ELEMENT:
        return Trapped(TrapKind.OOB_TABLE)
    return outcome


def traps_on_stack_overflow(outcome: Outcome) -> Outcome:
    return Trapped(TrapKind.EXHAUSTED) if isinstance(outcome, Exhausted) else outcome


def forgets_host_calls(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, host_calls=snapshot.host_calls[:1])


def sorts_exports(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, memories=tuple(sorted(snapshot.memories)))


def calls_every_function_foreign(snapshot: Snapshot) -> Snapshot:
    tables = tuple((name, tuple(t if t == "null" else "foreign" for t in tokens)) for name, tokens in snapshot.tables)
    return replace(snapshot, tables=tables)


@pytest.mark.parametrize(
    ("lie", "blur", "caught_by"),
    [
        (quiets_signalling_nans, clear, "nan bits survive parameters results and locals"),
        (confuses_trap_kinds, clear, "indirect calls trap three ways"),
        (traps_on_stack_overflow, clear, "runaway recursion exhausts the call stack and no more"),
        (honest, forgets_host_calls, "host calls are traced and their results used"),
        (honest, sorts_exports, "snapshots hold what is exported in export order"),
        (honest, calls_every_function_foreign, "function references in tables are named by index"),
    ],
)
def test_a_lie_is_caught(lie: Lie, blur: Blur, caught_by: str) -> None:
    checks = [check for check in CHECKS if check.name == caught_by]
    report = check_engine(lambda: Liar(lie, blur, inner=WasmtimeEngine(WASM_2)), checks)
    assert [name for name, _ in report.failed] == [caught_by]
