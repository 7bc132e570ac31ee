"""The wasmtime adapter where the kit does not reach: switches, naming, aborts, host failures, closing, leaks."""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from wasmtime import wat2wasm

from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.types import (
    EXTERNREF,
    FUNCREF,
    I32,
    V128,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    TrapKind,
    Value,
)
from oracles import reader
from oracles.hostcalls import Find, respond
from oracles.kit.check import built, calls, expect_trap, host_func, host_global, host_memory, i32, refused
from oracles.protocol import (
    Crashed,
    Exhausted,
    HostCall,
    HostFunc,
    HostGlobal,
    HostItem,
    HostMemory,
    HostTable,
    Phase,
    Rejected,
    Returned,
    TimedOut,
    Unsupported,
)
from oracles.wasmtime import WasmtimeEngine, ffi, store


@pytest.fixture
def engine() -> Iterator[WasmtimeEngine]:
    engine = WasmtimeEngine(WASM_2)
    yield engine
    engine.close()


@pytest.fixture
def old_engine() -> Iterator[WasmtimeEngine]:
    engine = WasmtimeEngine(WASM_1)
    yield engine
    engine.close()


def _wasm(wat: str) -> bytes:
    return bytes(wat2wasm(wat))


PROPOSALS_OF_2 = {
    "multi-value": "(module (func (result i32 i32) i32.const 1 i32.const 2))",
    "bulk-memory": "(module (memory 1) (func i32.const 1 i32.const 2 i32.const 3 memory.fill))",
    "reference-types": "(module (table 1 externref))",
    "simd": "(module (func (param v128)))",
}
PROPOSALS_AFTER_2 = {
    "relaxed-simd": "(module (func (param v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))",
    "threads": "(module (memory 1 1 shared))",
    "tail-call": "(module (func return_call 0))",
    "multi-memory": "(module (memory 1) (memory 1))",
    "memory64": "(module (memory i64 1))",
    "table64": "(module (table i64 1 funcref))",
    "gc": "(module (type (struct)))",
    "function-references": "(module (type $t (func)) (func (param (ref $t))))",
    "exceptions": "(module (tag))",
    "extended-const": "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))",
    "extended-const in an offset": "(module (memory 1) (data (offset (i32.mul (i32.const 1) (i32.const 2)))))",
    "wide-arithmetic": """(module (func (param i64 i64 i64 i64) (result i64 i64)
        local.get 0 local.get 1 local.get 2 local.get 3 i64.add128))""",
    "custom-page-sizes": "(module (memory 1 (pagesize 1)))",
    "globals in constants": "(module (global i32 (i32.const 1)) (global i32 (global.get 0)))",
}


@pytest.mark.parametrize("name", PROPOSALS_OF_2)
def test_a_proposal_is_on_exactly_when_asked_for(name: str) -> None:
    for features, accepted in ((WASM_1, False), (Features.of(frozenset({name})), True), (WASM_2, True)):
        engine = WasmtimeEngine(features)
        assert (engine.validate(_wasm(PROPOSALS_OF_2[name])) is None) is accepted
        assert engine.can.features.has(name) is accepted
        engine.close()


@pytest.mark.parametrize("name", PROPOSALS_AFTER_2)
def test_what_came_after_version_2_is_off(engine: WasmtimeEngine, name: str) -> None:
    wasm = _wasm(PROPOSALS_AFTER_2[name])
    verdict = engine.validate(wasm)
    assert isinstance(verdict, Rejected)
    assert verdict.phase is Phase.VALIDATE
    assert engine.open().instantiate(wasm, deadline_s=1.0) == verdict


def test_what_cannot_be_switched_off_is_declared(old_engine: WasmtimeEngine) -> None:
    assert old_engine.can.features == Features(sign_extension=True, saturating_conversions=True)
    assert old_engine.validate(_wasm("(module (func (result i32) i32.const 1 i32.extend8_s))")) is None


def test_limits_in_overlong_leb128_are_refused_though_the_librarys_validator_takes_them(engine: WasmtimeEngine) -> None:
    overlong = b"\0asm\1\0\0\0" + b"\x05\x08\x01\x00\x82\x80\x80\x80\x80\x00"
    verdict = engine.validate(overlong)
    assert isinstance(verdict, Rejected)
    assert "integer representation too long" in verdict.message
    assert engine.open().instantiate(overlong, deadline_s=1.0) == verdict


# Naming

MENTIONING = """(module
    (import "h" "f" (func $host)) (table 9 funcref) (table $e 2 externref)
    (func $a) (func $b) (func $c) (func $d (export "function:1")) (func $unmentioned)
    (global funcref (ref.func $a))
    (elem (i32.const 0) func $host $b)
    (elem func $d)
    (elem declare func $c)
    (elem (table 0) (i32.const 3) funcref (item ref.func $b) (item ref.null func))
    (@custom "after" "payload"))"""


def test_names_are_given_to_exactly_the_defined_functions_that_can_be_referred_to() -> None:
    wasm = _wasm(MENTIONING)
    outline = reader.read(wasm)
    named, names = reader.with_names(wasm, outline)
    assert outline.referable == {0, 1, 2, 3, 4}
    assert names == {4: "function:1", 1: "function::1", 2: "function::2", 3: "function::3"}
    added = [(e.name, e.index) for e in reader.read(named).exports]
    assert added == [("function:1", 4), ("function::1", 1), ("function::2", 2), ("function::3", 3)]


def test_naming_changes_nothing_but_the_export_section() -> None:
    wasm = _wasm(MENTIONING)
    outline = reader.read(wasm)
    named, _ = reader.with_names(wasm, outline)
    assert outline.export_section is not None
    before, _, after = outline.export_section
    assert named[:before] == wasm[:before]
    assert named.endswith(wasm[after:])


@pytest.mark.parametrize(
    "wat",
    [
        "(module (table 1 funcref) (func $f) (elem (i32.const 0) $f))",
        "(module (func $f) (elem declare func $f))",
        '(module (@custom "c" (before first) "x") (func $f) (global funcref (ref.func $f)) (@custom "c" "x"))',
        '(module (memory 1) (data $d "x") (func $f (data.drop $d)) (start $f) (elem declare func $f))',
    ],
)
def test_a_section_of_exports_is_inserted_where_it_belongs(engine: WasmtimeEngine, wat: str) -> None:
    wasm = _wasm(wat)
    named, names = reader.with_names(wasm, reader.read(wasm))
    assert names
    assert len(named) > len(wasm)
    assert engine.validate(named) is None


def test_naming_does_not_make_an_undeclared_reference_valid(engine: WasmtimeEngine) -> None:
    undeclared = _wasm("(module (func $f) (func (result funcref) ref.func $f))")
    verdict = engine.validate(undeclared)
    assert isinstance(verdict, Rejected)
    assert "undeclared function reference" in verdict.message


def test_names_of_the_adapter_cannot_be_imported_or_called(engine: WasmtimeEngine) -> None:
    world = engine.open()
    instance = built(world, '(module (table (export "t") 1 funcref) (func $f) (elem (i32.const 0) $f))')
    assert instance.snapshot().tables == (("t", ("func:0",)),)
    with pytest.raises(KeyError, match="no exported function 'function:0'"):
        calls(instance, "function:0")
    world.register("m", instance)
    outcome = refused(world, '(module (import "m" "function:0" (func)))')
    assert outcome == Rejected(Phase.LINK, "unknown import m.function:0")


# Segments under the 1.0 rule


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ('(data (i32.const 65536) "x")', "data segment does not fit"),
        ('(data (i32.const -1) "x")', "data segment does not fit"),
        ("(data (i32.const 65537))", "data segment does not fit"),
        ('(data (global.get $g) "123456")', "data segment does not fit"),
        ("(elem (i32.const 2) $f)", "elements segment does not fit"),
        ("(elem (i32.const 3))", "elements segment does not fit"),
        ('(data (i32.const 65536) "x") (elem (i32.const 2) $f)', "elements segment does not fit"),
    ],
)
def test_segments_outside_their_memory_or_table_are_unlinkable(
    old_engine: WasmtimeEngine, segments: str, message: str
) -> None:
    world = old_engine.open()
    world.define("h", "g", host_global(i32(65531)))
    prefix = '(import "h" "g" (global $g i32)) (memory 1) (table 2 funcref) (func $f)'
    assert refused(world, f"(module {prefix} {segments})") == Rejected(Phase.LINK, message)


def test_segments_that_end_at_the_end_fit(old_engine: WasmtimeEngine) -> None:
    world = old_engine.open()
    world.define("h", "g", host_global(i32(65531)))
    world.define("h", "m", host_memory(0, 1))
    built(
        world,
        """(module (import "h" "g" (global $g i32)) (memory 1) (table 2 funcref) (func $f)
        (data (global.get $g) "12345") (data (i32.const 65536)) (elem (i32.const 1) $f) (elem (i32.const 2)))""",
    )
    built(world, '(module (import "h" "m" (memory 0)) (data (i32.const 0)))')


# Traps


def test_table_traps_are_told_apart_by_the_instruction_in_whatever_module_it_is(engine: WasmtimeEngine) -> None:
    world = engine.open()
    inner = built(
        world,
        """(module (table (export "t") 2 funcref) (func $unexported) (elem (i32.const 0) $unexported)
        (func (export "get") (drop (table.get 0 (i32.const 2))))
        (func (export "fill") (table.fill 0 (i32.const 1) (ref.null func) (i32.const 2)))
        (func (export "call") (param i64) (local f32) (call_indirect (i32.const 2))))""",
    )
    world.register("inner", inner)
    outer = built(
        world,
        """(module (import "inner" "call" (func $call (param i64))) (import "inner" "get" (func $get))
        (table $t 1 funcref) (func $unexported) (elem (i32.const 0) $unexported)
        (func (export "call") (call $call (i64.const 0))) (func (export "get") (call $get))
        (func (export "own") (call_indirect (i32.const 7))))""",
    )
    expect_trap(engine, calls(inner, "get"), TrapKind.OOB_TABLE, "table.get")
    expect_trap(engine, calls(inner, "fill"), TrapKind.OOB_TABLE, "table.fill")
    expect_trap(engine, calls(outer, "get"), TrapKind.OOB_TABLE, "table.get of another instance")
    expect_trap(engine, calls(outer, "call"), TrapKind.UNDEFINED_ELEMENT, "call_indirect of another instance")
    expect_trap(engine, calls(outer, "own"), TrapKind.UNDEFINED_ELEMENT, "call_indirect")
    late = refused(world, "(module (table 1 funcref) (func $f) (elem (i32.const 1) $f))")
    expect_trap(engine, late, TrapKind.OOB_TABLE, "element segment")


def test_tables_past_the_cap_are_exhaustion_and_growth_past_it_fails(engine: WasmtimeEngine) -> None:
    world = engine.open()
    outcome = refused(world, "(module (table 10000001 funcref))")
    assert isinstance(outcome, Exhausted)
    assert outcome.what.startswith("instantiation: ")
    grow = "local.get 0 table.grow 0"
    instance = built(
        world, f'(module (table 0 funcref) (func (export "g") (param i32) (result i32) ref.null func {grow}))'
    )
    assert calls(instance, "g", i32(10_000_001)) == Returned((i32(-1),))
    assert calls(instance, "g", i32(-1)) == Returned((i32(-1),))
    assert calls(instance, "g", i32(3)) == Returned((i32(0),))


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("incompatible import type for `m::n`", Rejected),
        ("table minimum size of 10000001 elements exceeds table limits", Exhausted),
        ("memory minimum size of 2 pages exceeds memory limits", Exhausted),
        ("resource limit exceeded: instance count too high at 10001", Exhausted),
        ("mmap failed to reserve 0x100000000 bytes: Cannot allocate memory (os error 12)", Exhausted),
        ("expected 1 imports, found 0", Crashed),
    ],
)
def test_only_a_want_of_room_is_exhaustion_at_instantiation(
    engine: WasmtimeEngine, monkeypatch: pytest.MonkeyPatch, message: str, outcome: type
) -> None:
    def fails(*_: object) -> int:
        return 1

    def take(_: int) -> str:
        return message

    monkeypatch.setattr(ffi, "instance_new", fails)
    monkeypatch.setattr(ffi, "take_error", take)
    assert isinstance(refused(engine.open(), "(module)"), outcome)


def test_a_snapshot_asks_for_all_of_a_memory_of_four_gib(
    engine: WasmtimeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = built(engine.open(), '(module (memory (export "m") 65536))')
    sizes = []

    def measure(address: int, count: int) -> bytes:
        sizes.append(len(load(address, count)))
        return b""

    load = ffi.load_bytes
    monkeypatch.setattr(ffi, "load_bytes", measure)
    instance.snapshot()
    assert sizes == [1 << 32]


def test_a_timeout_does_not_interrupt_the_next_call(engine: WasmtimeEngine) -> None:
    instance = built(engine.open(), '(module (func (export "loop") (loop br 0)) (func (export "f") (loop)))')
    for _ in range(3):
        assert instance.call("loop", (), deadline_s=0.02) == TimedOut(0.02)
        assert all(calls(instance, "f") == Returned(()) for _ in range(200))


# Host items


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_what_a_host_function_raises_comes_out_of_the_call(
    engine: WasmtimeEngine, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    world = engine.open()
    world.define("h", "f", host_func([], [i32(0)]))
    wat = '(module (import "h" "f" (func $f (result i32))) (func $g (export "g") (result i32) call $f))'
    instance = built(world, wat)
    answer = store.answer

    def fail(name: str, item: HostFunc, args: tuple[Value, ...], trace: list[HostCall], find: Find) -> NoReturn:
        raise error(name)

    monkeypatch.setattr(store, "answer", fail)
    for _ in range(2):
        with pytest.raises(error, match=r"h\.f"):
            calls(instance, "g")
    with pytest.raises(error, match=r"h\.f"):
        world.instantiate(
            _wasm('(module (import "h" "f" (func $f (result i32))) (func $s call $f drop) (start $s))'), deadline_s=1.0
        )
    monkeypatch.setattr(store, "answer", answer)
    assert calls(instance, "g") == Returned(respond("h.f", FuncType((), (I32,)), (), 0))


def test_host_globals_hold_vectors_but_no_functions(engine: WasmtimeEngine) -> None:
    world = engine.open()
    vector = Value(V128, (1 << 127) | 9)
    world.define("h", "v", HostGlobal(GlobalType(V128, mutable=False), vector))
    instance = built(world, '(module (import "h" "v" (global v128)) (export "v" (global 0)))')
    assert instance.read_global("v") == vector
    with pytest.raises(ValueError, match="cannot hold a function reference"):
        world.define("h", "f", HostGlobal(GlobalType(FUNCREF, mutable=False), Value(FUNCREF, 0)))


def test_host_items_too_large_to_make_are_refused(engine: WasmtimeEngine) -> None:
    world = engine.open()
    with pytest.raises(MemoryError):
        world.define("h", "t", HostTable(TableType(FUNCREF, Limits(10_000_001, None))))


@pytest.mark.parametrize(
    "item",
    [
        HostMemory(MemoryType(Limits(65_537, None))),
        HostMemory(MemoryType(Limits(2, 1))),
        HostTable(TableType(FUNCREF, Limits(3, 2))),
        HostTable(TableType(FUNCREF, Limits(0, 1 << 32))),
    ],
)
def test_limits_no_module_could_declare_are_refused(engine: WasmtimeEngine, item: HostItem) -> None:
    with pytest.raises(ValueError, match="no valid limits"):
        engine.open().define("h", "x", item)


# Misuse that would abort the process


def test_arguments_of_the_wrong_type_or_number_are_refused(engine: WasmtimeEngine) -> None:
    instance = built(engine.open(), '(module (func (export "f") (param v128)))')
    for args in ((), (i32(1),), (Value(V128, 1), i32(1))):
        with pytest.raises(ValueError, match=r"of f is|f takes"):
            instance.call("f", args, deadline_s=1.0)


def test_instances_of_other_stores_cannot_be_registered(engine: WasmtimeEngine) -> None:
    other = built(engine.open(), '(module (memory (export "m") 1))')
    with pytest.raises(ValueError, match="belongs to another store"):
        engine.open().register("m", other)


def test_a_closed_store_refuses_every_use(engine: WasmtimeEngine) -> None:
    world = engine.open()
    instance = built(
        world, '(module (memory (export "m") 1) (global (export "g") i32 (i32.const 1)) (func (export "f")))'
    )
    assert calls(instance, "f") == Returned(())
    world.close()
    world.close()
    for use in (
        lambda: calls(instance, "f"),
        instance.snapshot,
        lambda: instance.read_global("g"),
        lambda: world.define("h", "m", host_memory(1, 1)),
        lambda: world.instantiate(_wasm("(module)"), deadline_s=1.0),
    ):
        with pytest.raises(ValueError, match="the store is closed"):
            use()


def test_a_store_survives_its_engine() -> None:
    engine = WasmtimeEngine(WASM_2)
    world = engine.open()
    instance = built(world, '(module (memory (export "m") 1))')
    engine.close()
    assert len(instance.snapshot().memories[0][1]) == 65536
    world.close()


# Leaks

BUSY = """(module (import "h" "f" (func $h (param externref) (result i32)))
    (memory (export "m") 1 2) (table (export "t") 8 8 externref) (table (export "u") 2 2 funcref)
    (elem (table 1) (i32.const 0) func $f)
    (func $f (export "f") (param externref) (result externref)
      (drop (call $h (local.get 0))) (table.set 0 (i32.const 1) (local.get 0)) (local.get 0))
    (func (export "trap") unreachable))"""


def _grown_kib(engine: WasmtimeEngine, warm_up: int, modules: int) -> int:
    """Growth of the resident set, in KiB, over so many modules after so many."""
    truncated = _wasm(BUSY)[:-1]
    before = 0
    for count in range(warm_up + modules):
        if count == warm_up:
            before = _resident_kib()
        world = engine.open()
        world.define("h", "f", host_func([Value(EXTERNREF, 0)], [i32(0)]))
        instance = built(world, BUSY)
        calls(instance, "f", Value(EXTERNREF, count))
        calls(instance, "trap")
        instance.snapshot()
        world.instantiate(truncated, deadline_s=10.0)
        world.close()
    return _resident_kib() - before


def _resident_kib() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc to measure memory")


@needs_proc
def test_a_thousand_modules_leave_nothing_behind(engine: WasmtimeEngine) -> None:
    assert _grown_kib(engine, 500, 1000) < 512


@needs_proc
@pytest.mark.nightly
@pytest.mark.slow
def test_a_hundred_thousand_modules_leave_nothing_behind(engine: WasmtimeEngine) -> None:
    assert _grown_kib(engine, 1000, 100_000) < 4096


@pytest.mark.parametrize(
    "text",
    [
        "(module " + 101 * "(table 1 funcref)" + ")",
        f'(module (func (export "{100_001 * "x"}")))',
    ],
)
def test_a_module_larger_than_the_library_takes_is_not_said_to_be_invalid(text: str) -> None:
    engine = WasmtimeEngine(WASM_2)
    module = bytes(wat2wasm(text))
    assert isinstance(engine.open().instantiate(module, deadline_s=9), Unsupported)
    assert engine.validate(module) is None
    engine.close()
