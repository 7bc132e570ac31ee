"""The conformance kit passes on the engines there are, and fails on engines that lie."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from jit.wasm.features import WASM_2, Features
from jit.wasm.types import F32, TrapKind, Value
from oracles import registry
from oracles.kit import CHECKS, Check, callbacks, check_engine
from oracles.protocol import Crashed, Engine, Exhausted, HostFunc, HostItem, Outcome, Returned, Snapshot, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.liar import Bend, Blur, Liar, Lie, clear, honest, straight

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


def crashes_where_it_trapped(outcome: Outcome) -> Outcome:
    return Crashed("a host function failed") if isinstance(outcome, Trapped) else outcome


def expects_someone_to_call(outcome: Outcome) -> Outcome:
    return Crashed("there is nobody to call back") if isinstance(outcome, Returned) else outcome


def forgets_what_came_back(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, host_calls=tuple(c for c in snapshot.host_calls if not c.name.startswith("main.")))


def test_an_engine_that_never_calls_back_is_caught() -> None:
    def answers_alone(item: HostItem) -> HostItem:
        return replace(item, calls_back=None) if isinstance(item, HostFunc) else item

    assert _caught(bend=answers_alone) == {
        "host functions call back with arguments of their own",
        "what is called back changes what its caller sees",
        "calls back nest and return to their own instances",
        "traps of what is called back reach the caller",
        "runaway calls back exhaust the call stack and no more",
    }


@pytest.mark.parametrize(
    ("lie", "blur", "caught_by"),
    [
        (honest, forgets_what_came_back, "host functions call back with arguments of their own"),
        (expects_someone_to_call, clear, "a host function without anyone to call answers alone"),
        (crashes_where_it_trapped, clear, "traps of what is called back reach the caller"),
        (traps_on_stack_overflow, clear, "runaway calls back exhaust the call stack and no more"),
    ],
)
def test_a_lie_about_calls_back_is_caught(lie: Lie, blur: Blur, caught_by: str) -> None:
    assert caught_by in _caught(lie, blur)


def test_engines_that_cannot_call_back_are_not_asked_to() -> None:
    report = check_engine(lambda: Liar(claim=lambda can: replace(can, calls_back=False)), callbacks.CHECKS)
    assert (report.passed, report.failed, len(report.skipped)) == ((), (), len(callbacks.CHECKS))


def _caught(lie: Lie = honest, blur: Blur = clear, bend: Bend = straight) -> set[str]:
    """The checks of calls back that an engine with this fault fails."""
    report = check_engine(lambda: Liar(lie, blur, bend=bend, inner=WasmtimeEngine(WASM_2)), callbacks.CHECKS)
    return {name for name, _ in report.failed}
