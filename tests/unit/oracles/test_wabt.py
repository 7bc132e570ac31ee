"""wabt's interpreter, which is given another module for every step: it passes the kit, and shows all there is."""

import shutil
from collections.abc import Iterator

import pytest

from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, NULL, V128, FuncType, GlobalType, TrapKind, Value
from oracles import registry
from oracles.child import EngineLost
from oracles.hostcalls import respond
from oracles.kit import CHECKS, Check
from oracles.kit.check import built, calls, host_func, host_global, host_memory, i32, i64, refused
from oracles.protocol import (
    Crashed,
    Engine,
    Exhausted,
    HostCall,
    HostFunc,
    HostGlobal,
    Phase,
    Rejected,
    Returned,
    TimedOut,
    Trapped,
    Unsupported,
)
from oracles.wabt import WabtEngine
from oracles.wabt.customs import anonymous
from oracles.wabt.tool import Frame, Ref, read
from support.wat import wasm

needs_wabt = pytest.mark.skipif(shutil.which("wasm-interp") is None, reason="there is no command wasm-interp")
LEVELS = [WASM_1, WASM_2]
PATIENT = "an endless loop ends at its deadline"
"""The check that takes as long as reading a module may."""


@pytest.fixture(scope="module", params=LEVELS, ids=str)
def level(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = WabtEngine(request.param)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = WabtEngine(WASM_2)
    yield engine
    engine.close()


@needs_wabt
@pytest.mark.parametrize(
    "check",
    [pytest.param(check, marks=[pytest.mark.slow] if check.name == PATIENT else []) for check in CHECKS],
    ids=lambda check: check.name.replace(" ", "-"),
)
def test_engine_passes(level: Engine, check: Check) -> None:
    missing = check.missing(level)
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    check.run(level)


@needs_wabt
def test_functions_in_tables_are_named_by_their_lowest_index(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "f", host_func([], []))
    instance = built(
        store,
        """(module (import "host" "f" (func $host)) (import "host" "f" (func $again))
        (table $t (export "t") 6 6 funcref) (table (export "e") 2 2 externref) (table (export "u") 0 funcref)
        (global (export "g") funcref (ref.func $b)) (global (export "n") externref (ref.null extern))
        (func $unused) (func $a) (func $b (export "b"))
        (elem (table $t) (i32.const 1) func $b $again $host $a))""",
    )
    state = instance.snapshot()
    tokens = ("null", "func:4", "func:0", "func:0", "func:3", "null")
    assert state.tables == (("t", tokens), ("e", ("null", "null")), ("u", ()))
    assert state.globals == (("g", Value(FUNCREF, 4)), ("n", Value(EXTERNREF, NULL)))


@needs_wabt
def test_functions_cross_by_index_and_host_references_do_not_cross(engine: Engine) -> None:
    instance = built(
        engine.open(),
        """(module (func $f) (func (export "same") (param funcref externref) (result externref funcref)
        local.get 1 local.get 0))""",
    )
    null = Value(EXTERNREF, NULL)
    assert calls(instance, "same", Value(FUNCREF, 0), null) == Returned((null, Value(FUNCREF, 0)))
    assert calls(instance, "same", Value(FUNCREF, NULL), null) == Returned((null, Value(FUNCREF, NULL)))
    assert isinstance(calls(instance, "same", Value(FUNCREF, 0), Value(EXTERNREF, 3)), Unsupported)
    with pytest.raises(ValueError, match="there is no such function"):
        calls(instance, "same", Value(FUNCREF, 2), null)


# fmt: off
ARGUMENTS = {
    I32: [0, 0xFFFFFFFF], I64: [1 << 63], F32: [0x7FA00001, 0x80000000], F64: [0xFFF4000000000001],
    V128: [5, 1 << 64, (1 << 128) - 1],
}
# fmt: on


@needs_wabt
@pytest.mark.parametrize("type", ARGUMENTS, ids=str)
def test_host_functions_answer_as_they_do_everywhere(engine: Engine, type: object) -> None:
    (kind,) = [each for each in ARGUMENTS if each is type]
    host = HostFunc(FuncType((kind, FUNCREF), (V128, F64, I32, kind, FUNCREF)))
    store = engine.open()
    store.define("hö", "st", host)
    text = f"""(module (import "hö" "st" (func $f (param {kind.name} funcref)
        (result v128 f64 i32 {kind.name} funcref))) (export "f" (func $f)) (elem declare func $f)
        (func (export "own") (param {kind.name}) (result v128 f64 i32 {kind.name} funcref)
          local.get 0 ref.func $f call $f))"""
    instance = built(store, text)
    trace: list[HostCall] = []
    for bits in ARGUMENTS[kind]:
        for export, function in (("f", NULL), ("own", NULL - 1)):
            args = (Value(kind, bits), Value(FUNCREF, function))
            given = args if export == "f" else args[:1]
            assert calls(instance, export, *given) == Returned(respond("hö.st", host.type, args, len(trace)))
            trace.append(HostCall("hö.st", args))
            assert instance.snapshot().host_calls == tuple(trace)


@needs_wabt
def test_host_globals_stand_in_constant_expressions(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "at", host_global(i32(3)))
    store.define("host", "big", host_global(i64(-2)))
    instance = built(
        store,
        """(module (import "host" "big" (global $big i64)) (import "host" "at" (global $at i32))
        (global (export "copy") i64 (global.get $big)) (memory (export "m") 1) (table (export "t") 4 funcref)
        (data (global.get $at) "x") (elem (global.get $at) $f) (func $f))""",
    )
    state = instance.snapshot()
    assert state.globals == (("copy", i64(-2)),)
    assert state.memories[0][1][:5] == b"\0\0\0x\0"
    assert state.tables[0][1] == ("null", "null", "null", "func:0")


@needs_wabt
def test_start_functions_run_first_and_their_host_calls_are_traced(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "f", host_func([i32(0)], []))
    store.define("host", "m", host_memory(1, 1))
    instance = built(
        store,
        """(module (import "host" "f" (func $f (param i32))) (memory (export "m") 1 1) (data (i32.const 8) "\\2a")
        (start $s) (func $s i32.const 8 i32.load8_u call $f i32.const 9 i32.const 1 i32.store8)
        (func (export "again") i32.const 9 i32.load8_u call $f))""",
    )
    assert instance.snapshot().host_calls == (HostCall("host.f", (i32(42),)),)
    calls(instance, "again")
    assert instance.snapshot().host_calls == (HostCall("host.f", (i32(42),)), HostCall("host.f", (i32(1),)))
    assert instance.snapshot().memories[0][1][8:10] == b"\x2a\x01"


@needs_wabt
def test_instances_that_would_share_are_unsupported(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "m", host_memory(1, 2))
    store.define("host", "e", HostGlobal(GlobalType(EXTERNREF, mutable=False), Value(EXTERNREF, 1)))
    shared = '(module (import "host" "m" (memory 1)) (export "m" (memory 0)))'
    first = built(store, shared)
    assert isinstance(refused(store, shared), Unsupported)
    store.register("first", first)
    assert isinstance(refused(store, '(module (import "first" "m" (memory 1)))'), Unsupported)
    assert isinstance(refused(store, '(module (import "host" "e" (global externref)))'), Unsupported)
    built(store, "(module (memory 1))")


@needs_wabt
@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (WASM_1, (Rejected, Phase.LINK)),
        (WASM_2, (Trapped, TrapKind.OOB_MEMORY)),
    ],
    ids=str,
)
def test_segments_that_do_not_fit_follow_the_rule_of_the_version(features: Features, expected: object) -> None:
    engine = WabtEngine(features)
    outcome = refused(engine.open(), '(module (memory 1) (data (i32.const 65536) "x"))')
    engine.close()
    assert isinstance(outcome, Rejected | Trapped)
    assert (type(outcome), outcome.phase if isinstance(outcome, Rejected) else outcome.kind) == expected


@needs_wabt
def test_a_memory_beyond_the_bound_is_exhaustion(engine: Engine) -> None:
    assert refused(engine.open(), "(module (memory 65536))") == Exhausted("memory")


@needs_wabt
def test_an_instance_that_timed_out_is_gone_and_others_are_not(engine: Engine) -> None:
    text = '(module (func (export "loop") (loop br 0)) (func (export "f") (result i32) i32.const 7))'
    store = engine.open()
    instance, other = built(store, text), built(store, text)
    assert instance.call("loop", (), deadline_s=0.01) == TimedOut(0.01)
    assert isinstance(calls(instance, "f"), Crashed)
    assert calls(other, "f") == Returned((i32(7),))


@needs_wabt
def test_features_that_are_off_are_refused(engine: Engine) -> None:
    several = wasm("(module (func (result i32 i32) i32.const 1 i32.const 2))")
    assert engine.validate(several) is None
    first = WabtEngine(WASM_1)
    assert isinstance(first.validate(several), Rejected)
    first.close()


NAMES_IN_THE_MIDDLE = b"\0asm\1\0\0\0" + b"\1\4\1\x60\0\0" + b"\0\7\4name\x01\xff" + b"\3\2\1\0" + b"\12\4\1\2\0\x0b"


@needs_wabt
def test_custom_sections_mean_nothing_wherever_they_stand(engine: Engine) -> None:
    assert engine.validate(NAMES_IN_THE_MIDDLE) is None
    assert not isinstance(engine.open().instantiate(NAMES_IN_THE_MIDDLE, deadline_s=1.0), Rejected)


def test_custom_sections_lose_their_names_and_nothing_else() -> None:
    assert anonymous(NAMES_IN_THE_MIDDLE) == NAMES_IN_THE_MIDDLE.replace(b"name", b"xxxx")
    broken = b"\0asm\1\0\0\0" + b"\0\5\4nam\xff" + b"\0\5\4name"
    assert anonymous(broken) == broken
    for end in range(8, len(NAMES_IN_THE_MIDDLE)):
        assert len(anonymous(NAMES_IN_THE_MIDDLE[:end])) == end


def test_what_is_printed_is_read_by_function() -> None:
    printed = "called host host.print(i64:1, i64:18446744073709551615) =>\n0() => error: unreachable executed\n"
    more = "called host host.print(funcref:6) =>\n1() =>\n"
    assert read(printed + more) == [Frame([(1, NULL)], "unreachable executed"), Frame([Ref("funcref", 6)])]
    with pytest.raises(EngineLost, match="wasm-interp printed 'hello'"):
        read("hello\n")


def test_a_machine_without_wabt_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(registry.AbsentEngine, match="there is no command wasm-interp; install wabt: apt-get"):
        registry.create("wabt", WASM_2)
