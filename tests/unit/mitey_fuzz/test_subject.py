"""The subject in the dress of the oracle protocol."""

from collections.abc import Iterator

import pytest

from jit.backend.mutants import Mutant
from jit.host import available, best
from jit.runtime.imports import HostFunction
from jit.wasm.features import WASM_1
from jit.wasm.types import (
    EXTERNREF,
    F32,
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
from mitey_fuzz.subject import (
    JitEngine,
    JitInstance,
    JitStore,
    create,
    subjects,
)
from mitey_fuzz.subject_names import on_host, paranoid, perturbed, without_seed
from oracles.hostcalls import respond
from oracles.kit import check_engine
from oracles.protocol import (
    FOREIGN,
    Crashed,
    Exhausted,
    HostCall,
    HostFunc,
    HostGlobal,
    HostMemory,
    HostTable,
    Phase,
    Rejected,
    Returned,
    TimedOut,
    Trapped,
)
from support.wat import wasm

UNARY = FuncType((I32,), (I32,))


def i32(number: int) -> Value:
    return Value(I32, number & 0xFFFFFFFF)


@pytest.fixture(scope="module")
def engine() -> Iterator[JitEngine]:
    made = create("jit:minimal")
    yield made
    made.close()


@pytest.fixture
def store(engine: JitEngine) -> Iterator[JitStore]:
    made = engine.open()
    yield made
    made.close()


def instantiate(store: JitStore, text: str) -> JitInstance:
    instance = store.instantiate(wasm(text), deadline_s=10)
    assert isinstance(instance, JitInstance), instance
    return instance


@pytest.mark.parametrize("name", subjects())
def test_every_subject_passes_the_conformance_kit(name: str) -> None:
    report = check_engine(lambda: create(name))
    assert report.failed == ()
    assert len(report.passed) >= 30


def test_a_subject_says_who_it_is_and_what_it_can(engine: JitEngine) -> None:
    assert engine.name == "jit:minimal"
    assert engine.version.endswith(f", {best()} host")
    assert engine.can.front_end == "jit.wasm"
    assert engine.can.reads_state
    assert engine.can.tells_phases
    limited = create("jit:minimal", features=WASM_1)
    assert limited.can.features == WASM_1
    limited.close()


def test_a_subject_runs_on_the_host_that_its_name_says() -> None:
    for host in available():
        made = create(f"jit:baseline@{host}")
        assert (made.name, made.code_name, made.engine.host) == (f"jit:baseline@{host}", "jit:baseline", host)
        others = [f"jit:baseline@{other}" for other in available() if other != host]
        assert made.elsewhere == (others[0] if others else None)
        made.close()


def test_a_host_is_added_to_names_of_subjects_that_have_none() -> None:
    names = ["jit:minimal", "jit:minimal@emulator", "wasmtime"]
    assert [on_host(name, "native") for name in names] == ["jit:minimal@native", "jit:minimal@emulator", "wasmtime"]
    assert [on_host(name, "auto") for name in names] == names


@pytest.mark.parametrize("spec", ["minimal", "jit:", "jit:maximal", "wasmtime", "jit:minimal@", "jit:maximal@native"])
def test_an_unknown_subject_is_answered_with_the_known_ones(spec: str) -> None:
    with pytest.raises(ValueError, match="there are jit:minimal"):
        create(spec)


def test_results_and_traps_are_outcomes(store: JitStore) -> None:
    instance = instantiate(
        store,
        """(func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
        (func $r (export "rec") (call $r)) (func (export "loop") (loop (br 0)))""",
    )
    assert instance.call("div", (i32(-6), i32(4)), deadline_s=10) == Returned((i32(-1),))
    trapped = instance.call("div", (i32(1), i32(0)), deadline_s=10)
    assert isinstance(trapped, Trapped)
    assert trapped.kind is TrapKind.DIV_ZERO
    assert "in function 0" in trapped.message
    assert instance.call("rec", (), deadline_s=10) == Exhausted("call stack exhausted")
    assert instance.call("loop", (), deadline_s=0.05) == TimedOut(0.05)
    assert instance.call("div", (i32(8), i32(2)), deadline_s=10) == Returned((i32(4),))


def test_misuse_raises(store: JitStore) -> None:
    instance = instantiate(store, '(func (export "f") (param i32)) (memory (export "m") 1)')
    with pytest.raises(KeyError, match="no exported function 'm'"):
        instance.call("m", (), deadline_s=1)
    with pytest.raises(KeyError, match="no exported global 'm'"):
        instance.read_global("m")
    for args in ((), (Value(I64, 1),), (i32(1), i32(2))):
        with pytest.raises(ValueError, match="f has type"):
            instance.call("f", args, deadline_s=1)


def test_refusals_tell_their_phase_and_place(engine: JitEngine, store: JitStore) -> None:
    malformed = engine.validate(b"\0asm\x01\0\0\0\x0f")
    assert isinstance(malformed, Rejected)
    assert malformed.phase is Phase.DECODE
    assert malformed.offset is not None
    assert store.instantiate(b"\0asm\x01\0\0\0\x0f", deadline_s=1) == malformed
    invalid = engine.validate(wasm("(memory 1)").replace(b"\x05\x03\x01\x00\x01", b"\x05\x05\x01\x00\x81\x80\x04"))
    assert isinstance(invalid, Rejected)
    assert invalid.phase is Phase.VALIDATE
    unlinkable = store.instantiate(wasm('(import "a" "b" (func))'), deadline_s=1)
    assert unlinkable == Rejected(Phase.LINK, 'unknown import "a" "b"')
    assert engine.validate(wasm("(func)")) is None


def test_a_module_past_a_limit_is_refused_and_a_table_too_large_exhausts(engine: JitEngine, store: JitStore) -> None:
    body = b"\x01\xd1\x86\x03\x7f\x0b"  # 50,001 locals
    code = b"\x0a" + bytes((len(body) + 2,)) + b"\x01" + bytes((len(body),)) + body
    large = b"\0asm\x01\0\0\0" + b"\x01\x04\x01\x60\0\0" + b"\x03\x02\x01\0" + code
    refused = engine.validate(large)
    assert isinstance(refused, Rejected)
    assert refused.phase is Phase.VALIDATE
    assert store.instantiate(large, deadline_s=1) == Exhausted(f"limit: {refused.message}")
    exhausted = store.instantiate(wasm("(table 10000001 funcref)"), deadline_s=1)
    assert isinstance(exhausted, Exhausted)


def test_traps_of_segments_and_start_are_outcomes_of_instantiation(store: JitStore) -> None:
    trapped = store.instantiate(wasm('(memory 1) (data (i32.const 65536) "x")'), deadline_s=1)
    assert isinstance(trapped, Trapped)
    assert trapped.kind is TrapKind.OOB_MEMORY
    trapped = store.instantiate(wasm("(func $s unreachable) (start $s)"), deadline_s=1)
    assert isinstance(trapped, Trapped)
    assert trapped.kind is TrapKind.UNREACHABLE
    assert store.instantiate(wasm("(func $s (loop (br 0))) (start $s)"), deadline_s=0.05) == TimedOut(0.05)


def test_host_functions_respond_as_the_protocol_says_and_are_traced(store: JitStore) -> None:
    store.define("env", "h", HostFunc(UNARY))
    store.define("env", "quiet", HostFunc(UNARY, silent=True))
    instance = instantiate(
        store,
        """(import "env" "h" (func $h (param i32) (result i32)))
        (import "env" "quiet" (func $q (param i32) (result i32)))
        (func (export "f") (param i32) (result i32) (drop (call $q (i32.const 9))) (call $h (local.get 0)))""",
    )
    for index in range(2):
        expected = respond("env.h", UNARY, (i32(5),), index)
        assert instance.call("f", (i32(5),), deadline_s=1) == Returned(expected)
    assert instance.snapshot().host_calls == (HostCall("env.h", (i32(5),)),) * 2


def test_host_items_are_shared_by_all_that_import_them(store: JitStore) -> None:
    store.define("env", "m", HostMemory(MemoryType(Limits(1, 2))))
    store.define("env", "g", HostGlobal(GlobalType(I32, mutable=True), i32(7)))
    store.define("env", "t", HostTable(TableType(FUNCREF, Limits(2, 2))))
    text = """(import "env" "m" (memory 1 2)) (import "env" "g" (global $g (mut i32)))
      (import "env" "t" (table 2 funcref)) (export "m" (memory 0)) (export "g" (global $g)) (export "t" (table 0))"""
    writer = instantiate(
        store,
        f"""{text} (func $f (export "w") (global.set $g (i32.const 8)) (i32.store8 (i32.const 1) (i32.const 3)))
        (elem (i32.const 1) $f)""",
    )
    reader = instantiate(store, text)
    assert writer.call("w", (), deadline_s=1) == Returned(())
    state = reader.snapshot()
    assert state.globals == (("g", i32(8)),)
    assert state.memories[0][1][:3] == b"\0\3\0"
    assert state.tables == (("t", ("null", "foreign")),)
    assert writer.snapshot().tables == (("t", ("null", "func:0")),)


def test_snapshots_hold_exports_in_their_order_and_bit_for_bit(store: JitStore) -> None:
    instance = instantiate(
        store,
        """(global (export "b") f32 (f32.const nan:0x200001)) (memory (export "m") 1)
        (global (export "a") i64 (i64.const -1)) (table (export "t") 3 externref) (data (i32.const 0) "x")
        (export "again" (memory 0))
        (func (export "set") (param i32 externref) (table.set (local.get 0) (local.get 1)))""",
    )
    instance.call("set", (i32(1), Value(EXTERNREF, 0)), deadline_s=1)
    instance.call("set", (i32(2), Value(EXTERNREF, 41)), deadline_s=1)
    state = instance.snapshot()
    assert [name for name, _ in state.memories] == ["m", "again"]
    assert state.memories[0][1] == b"x" + bytes(65535)
    assert state.globals == (("b", Value(F32, 0x7FA00001)), ("a", Value(I64, (1 << 64) - 1)))
    assert state.tables == (("t", ("null", "extern:0", "extern:41")),)
    assert instance.read_global("b") == Value(F32, 0x7FA00001)


def test_function_references_cross_as_indices_of_the_instance(store: JitStore) -> None:
    other = instantiate(store, '(func (export "f"))')
    store.register("other", other)
    instance = instantiate(
        store,
        """(import "other" "f" (func $a)) (import "other" "f" (func $b)) (elem declare func $a $b $c)
        (func $c (export "c")) (func (export "id") (param funcref) (result funcref) (local.get 0))
        (global (export "g") funcref (ref.func $b))""",
    )
    for given, seen in ((NULL, NULL), (0, 0), (1, 0), (2, 2)):
        assert instance.call("id", (Value(FUNCREF, given),), deadline_s=1) == Returned((Value(FUNCREF, seen),))
    assert instance.read_global("g") == Value(FUNCREF, 0)
    for wrong in (4, FOREIGN):
        with pytest.raises(ValueError, match="there is none"):
            instance.call("id", (Value(FUNCREF, wrong),), deadline_s=1)


def test_instances_of_other_engines_cannot_be_registered(store: JitStore) -> None:
    class Stranger:
        def call(self, export: str, args: object, *, deadline_s: float) -> Returned:
            return Returned(())

        def read_global(self, export: str) -> Value:
            return i32(0)

        def snapshot(self) -> object:
            return None

    with pytest.raises(TypeError, match="no instance of the subject"):
        store.register("x", Stranger())


def test_what_no_trap_explains_is_a_crash_with_a_report() -> None:
    ret_becomes_udf = Mutant("x", "y", mask=0xFFFFFFFF, match=0xD65F03C0, xor=0xD65F03C0)
    engine = create("jit:minimal", mutants=[ret_becomes_udf])
    store = engine.open()
    outcome = instantiate(store, '(func (export "f"))').call("f", (), deadline_s=1)
    assert isinstance(outcome, Crashed)
    assert outcome.message.startswith("Traceback")
    assert "WildFault: wild fault: UNDEFINED" in outcome.message
    engine.close()


def test_ctrl_c_is_not_taken_for_an_outcome(store: JitStore) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    store._imports["env"] = {"x": HostFunction(FuncType((), ()), interrupt)}
    instance = instantiate(store, '(import "env" "x" (func $x)) (func (export "f") (call $x))')
    with pytest.raises(KeyboardInterrupt):
        instance.call("f", (), deadline_s=1)


def test_the_code_of_a_function_and_of_a_handler_can_be_shown(engine: JitEngine) -> None:
    content = wasm('(import "a" "b" (func)) (func (result i32) (i32.add (i32.const 1) (i32.const 2)))')
    rows = engine.listing(content, 1)
    assert [row.instruction for row in rows if row.lines][1:4] == ["i32.const 1", "i32.const 2", "i32.add"]
    assert any("add" in line for line in engine.handler_listing("i32.add"))
    for function in (0, 2):
        with pytest.raises(KeyError):
            engine.listing(content, function)


@pytest.mark.parametrize("name", ["jit:baseline:paranoid", "jit:minimal:perturbed-0", "jit:baseline:perturbed-71"])
@pytest.mark.parametrize("at", ["", f"@{best()}"])
def test_a_variant_is_part_of_a_name_and_of_what_has_the_same_code(name: str, at: str) -> None:
    made = create(name + at)
    assert (made.name, made.code_name) == (name + at, name)
    made.close()


@pytest.mark.parametrize(
    "name",
    [
        "jit:baseline:", "jit:baseline:odd", "jit:baseline:perturbed", "jit:baseline:perturbed-", "jit::paranoid",
        "jit:baseline:perturbed-07", "jit:baseline:perturbed--1", "jit:baseline@emulator:paranoid", "jit:baseline@",
        "jit:baseline:paranoid@", "jit:baseline:perturbed-1:paranoid",
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_variant_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(ValueError, match=":paranoid or :perturbed-SEED"):
        create(name)


def test_names_of_variants_are_made_of_names_of_subjects() -> None:
    assert paranoid("jit:baseline") == "jit:baseline:paranoid"
    assert paranoid("jit:baseline@emulator") == "jit:baseline:paranoid@emulator"
    assert paranoid("jit:baseline:perturbed-3") == "jit:baseline:perturbed-3"
    assert paranoid("wasmtime") == "wasmtime"
    assert perturbed("jit:minimal@native", 7) == "jit:minimal:perturbed-7@native"
    assert perturbed("jit:minimal:paranoid", 7) is None
    assert perturbed("wasmtime", 7) is None
    assert on_host("jit:minimal:paranoid", "emulator") == "jit:minimal:paranoid@emulator"


def test_a_seed_is_no_part_of_what_a_bug_is_called() -> None:
    assert without_seed("jit:baseline:perturbed-17@emulator") == "jit:baseline:perturbed@emulator"
    for name in ("jit:baseline:paranoid", "jit:baseline", "wasmtime@1.0", "exec:jit:baseline:perturbed-1"):
        assert without_seed(name) == name
