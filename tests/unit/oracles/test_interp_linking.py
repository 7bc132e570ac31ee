import pytest

from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.types import (
    EXTERNREF,
    F32,
    F64,
    FUNCREF,
    I32,
    I64,
    NULL,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    TrapKind,
    Value,
)
from oracles.hostcalls import respond
from oracles.interp import InterpEngine
from oracles.interp.instance import InterpInstance
from oracles.protocol import (
    FOREIGN,
    HostCall,
    HostFunc,
    HostGlobal,
    HostItem,
    HostMemory,
    HostTable,
    Phase,
    Rejected,
    Returned,
)
from support.interp import LIMIT_S, call, i32, instance_in, instance_of, new_store, refusal, returned, trap_of, wasm


def test_a_function_reference_crosses_as_the_index_of_the_function() -> None:
    store = new_store()
    maker = instance_in(
        store,
        """(module (table (export "t") 6 funcref) (elem declare func $f)
          (func $f) (func (export "self") (result funcref) (ref.func $f)))""",
    )
    store.register("maker", maker)
    other = instance_in(
        store,
        """(module (import "maker" "self" (func (result funcref))) (import "maker" "t" (table 1 funcref))
          (func (export "foreign") (result funcref) (call 0))
          (func $own (export "own") (result funcref) (ref.func $own))
          (func (export "same") (param funcref) (result funcref) (local.get 0))
          (func (export "put") (table.set (i32.const 0) (ref.func $own)))
          (table (export "mine") 2 funcref) (elem (table 1) (i32.const 0) func 0))""",
    )
    assert call(maker, "self") == returned(0, type=FUNCREF)
    assert call(other, "foreign") == returned(FOREIGN, type=FUNCREF)
    assert call(other, "own") == returned(2, type=FUNCREF)
    assert call(other, "same", Value(FUNCREF, 3)) == returned(3, type=FUNCREF)
    assert call(other, "same", Value(FUNCREF, NULL)) == returned(NULL, type=FUNCREF)
    assert call(other, "put") == Returned(())
    assert maker.snapshot().tables[0][1][0] == "foreign"
    assert other.snapshot().tables == (("mine", ("func:0", "null")),)


# --- host items and linking


def test_host_calls_answer_as_described_and_are_traced() -> None:
    store = new_store()
    type = FuncType((I32, F64), (I64, F32))
    store.define("h", "f", HostFunc(type))
    store.define("h", "quiet", HostFunc(FuncType((I32,), ()), silent=True))
    instance = instance_in(
        store,
        """(module
          (import "h" "f" (func $f (param i32 f64) (result i64 f32))) (import "h" "quiet" (func $q (param i32)))
          (func (export "twice") (result i64 f32 i64 f32)
            (call $q (i32.const 1)) (call $f (i32.const -1) (f64.const 2)) (call $f (i32.const 3) (f64.const nan:0x1)))
          (export "f" (func $f)))""",
    )
    calls = [(i32(0xFFFFFFFF), Value(F64, 0x4000 << 48)), (i32(3), Value(F64, 0x7FF0000000000001))]
    answers = [respond("h.f", type, args, index) for index, args in enumerate(calls)]
    assert call(instance, "twice") == Returned(answers[0] + answers[1])
    assert call(instance, "f", *calls[0]) == Returned(respond("h.f", type, calls[0], 2))
    assert instance.snapshot().host_calls == tuple(HostCall("h.f", args) for args in (*calls, calls[0]))


def test_a_host_sees_a_function_reference_as_foreign() -> None:
    store = new_store()
    store.define("h", "f", HostFunc(FuncType((FUNCREF,), ())))
    instance = instance_in(
        store,
        """(module (import "h" "f" (func $f (param funcref))) (elem declare func $f)
          (func (export "go") (call $f (ref.func $f)) (call $f (ref.null func))))""",
    )
    assert call(instance, "go") == Returned(())
    seen = [host_call.args[0].bits for host_call in instance.snapshot().host_calls]
    assert seen == [FOREIGN, NULL]


def test_memories_globals_and_tables_are_shared_between_instances() -> None:
    store = new_store()
    store.define("h", "g", HostGlobal(GlobalType(I32, mutable=True), i32(5)))
    store.define("h", "m", HostMemory(MemoryType(Limits(1, 2))))
    store.define("h", "t", HostTable(TableType(FUNCREF, Limits(2, None))))
    imports = '(import "h" "g" (global (mut i32))) (import "h" "m" (memory 1)) (import "h" "t" (table 2 funcref))'
    writer = instance_in(
        store,
        f"""(module {imports} (func $seven (result i32) (i32.const 7)) (elem (i32.const 1) $seven)
          (func (export "go") (global.set 0 (i32.const 6)) (i32.store8 (i32.const 0) (i32.const 9))
            (drop (memory.grow (i32.const 1)))))""",
    )
    reader = instance_in(
        store,
        f"""(module {imports} (export "g" (global 0)) (func (export "read") (result i32 i32 i32)
          (i32.load8_u (i32.const 0)) (memory.size) (call_indirect (result i32) (i32.const 1))))""",
    )
    assert call(reader, "read") == returned(0, 1, 7)
    assert call(writer, "go") == Returned(())
    assert call(reader, "read") == returned(9, 2, 7)
    assert reader.read_global("g") == i32(6)


HOST: dict[str, HostItem] = {
    "f": HostFunc(FuncType((I32,), ())),
    "g": HostGlobal(GlobalType(I32, mutable=False), Value(I32, 0)),
    "m": HostMemory(MemoryType(Limits(2, 4))),
    "unbounded": HostMemory(MemoryType(Limits(2, None))),
    "t": HostTable(TableType(FUNCREF, Limits(2, 4))),
}


@pytest.mark.parametrize(
    ("name", "wanted", "fits"),
    [
        ("f", "(func (param i32))", True),
        ("f", "(func (param i64))", False),
        ("f", "(memory 1)", False),
        ("g", "(global i32)", True),
        ("g", "(global (mut i32))", False),
        ("g", "(global i64)", False),
        ("m", "(memory 1)", True),
        ("m", "(memory 2 4)", True),
        ("m", "(memory 3)", False),
        ("m", "(memory 2 3)", False),
        ("unbounded", "(memory 2 9)", False),
        ("t", "(table 2 4 funcref)", True),
        ("t", "(table 3 funcref)", False),
        ("t", "(table 2 externref)", False),
        ("t", "(func)", False),
    ],
)
def test_imports_match_by_kind_type_and_limits(name: str, wanted: str, fits: bool) -> None:
    store = new_store()
    for key, item in HOST.items():
        store.define("h", key, item)
    linked = store.instantiate(wasm(f'(module (import "h" "{name}" {wanted}))'), deadline_s=LIMIT_S)
    if fits:
        assert isinstance(linked, InterpInstance)
    else:
        assert linked == Rejected(Phase.LINK, f"incompatible import type for h.{name}")


def test_a_memory_that_has_grown_is_matched_with_its_size() -> None:
    store = new_store()
    grower = instance_in(
        store, '(module (memory (export "m") 1 4) (func (export "go") (drop (memory.grow (i32.const 2)))))'
    )
    store.register("a", grower)
    wanted = '(module (import "a" "m" (memory 3)))'
    assert isinstance(refusal(store, wanted), Rejected)
    call(grower, "go")
    instance_in(store, wanted)


def test_an_import_that_nobody_defined_is_unknown() -> None:
    assert refusal(new_store(), '(module (import "a" "b" (func)))') == Rejected(Phase.LINK, "unknown import a.b")


# --- instantiation


@pytest.mark.parametrize(
    ("module", "phase", "message"),
    [
        (b"\0asm\2\0\0\0", Phase.DECODE, "unknown binary version"),
        (wasm("(module (func (result i32)))"), Phase.VALIDATE, "type mismatch"),
    ],
)
def test_modules_are_refused_with_their_phase(module: bytes, phase: Phase, message: str) -> None:
    verdict = InterpEngine(WASM_2).validate(module)
    assert verdict is not None
    assert (verdict.phase, verdict.message[: len(message)]) == (phase, message)
    assert new_store().instantiate(module, deadline_s=LIMIT_S) == verdict


MISFITS = """(module (import "h" "m" (memory 1)) (import "h" "t" (table 2 funcref)) (func $f)
  (elem (i32.const 0) $f) (data (i32.const 0) "x") {misfit})"""


@pytest.mark.parametrize(
    ("misfit", "message", "kind", "data"),
    [
        ('(data (i32.const 65536) "y")', "data segment does not fit", TrapKind.OOB_MEMORY, b"x"),
        ("(elem (i32.const 2) $f)", "elements segment does not fit", TrapKind.OOB_TABLE, b"\0"),
    ],
)
def test_a_segment_that_does_not_fit_unlinks_in_1_0_and_traps_later(
    misfit: str, message: str, kind: TrapKind, data: bytes
) -> None:
    for features, element, written in ((WASM_1, "null", b"\0"), (WASM_2, "foreign", data)):
        store = new_store(features)
        store.define("h", "m", HostMemory(MemoryType(Limits(1, None))))
        store.define("h", "t", HostTable(TableType(FUNCREF, Limits(2, None))))
        probe = instance_in(
            store,
            """(module (import "h" "m" (memory 1)) (import "h" "t" (table 2 funcref))
              (export "m" (memory 0)) (export "t" (table 0)))""",
        )
        outcome = refusal(store, MISFITS.format(misfit=misfit))
        if features is WASM_1:
            assert outcome == Rejected(Phase.LINK, message)
        else:
            assert trap_of(outcome) is kind
        assert probe.snapshot().tables[0][1] == (element, "null")
        assert probe.snapshot().memories[0][1][:1] == written


def test_the_start_function_runs_after_the_segments() -> None:
    instance = instance_of(
        """(module (memory 1) (data (i32.const 3) "\\2a") (global (export "g") (mut i32) (i32.const 0))
          (func $s (global.set 0 (i32.load8_u (i32.const 3)))) (start $s))"""
    )
    assert instance.read_global("g") == i32(42)


def test_a_trap_in_the_start_function_is_the_outcome_and_its_effects_stay() -> None:
    store = new_store()
    store.define("h", "g", HostGlobal(GlobalType(I32, mutable=True), i32(0)))
    text = '(module (import "h" "g" (global (mut i32))) (func $s (global.set 0 (i32.const 1)) unreachable) (start $s))'
    assert trap_of(refusal(store, text)) is TrapKind.UNREACHABLE
    probe = instance_in(store, '(module (import "h" "g" (global (mut i32))) (export "g" (global 0)))')
    assert probe.read_global("g") == i32(1)


def test_globals_are_initialised_in_order_from_imports_and_functions() -> None:
    store = new_store()
    store.define("h", "g", HostGlobal(GlobalType(F32, mutable=False), Value(F32, 0x7F800001)))
    instance = instance_in(
        store,
        """(module (import "h" "g" (global f32)) (func $f)
          (global (export "a") f32 (global.get 0)) (global (export "b") funcref (ref.func $f))
          (global (export "c") externref (ref.null extern)) (global (export "d") i64 (i64.const -2)))""",
    )
    assert instance.snapshot().globals == (
        ("a", Value(F32, 0x7F800001)),
        ("b", Value(FUNCREF, 0)),
        ("c", Value(EXTERNREF, NULL)),
        ("d", Value(I64, (1 << 64) - 2)),
    )
