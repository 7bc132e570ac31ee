"""The kit: what a snapshot holds, exactly; growth; references."""

from jit.wasm.types import EXTERNREF, F32, FUNCREF, I32, NULL, TrapKind, Value

from ..protocol import FOREIGN, Engine, HostCall, Returned, Snapshot
from .check import (
    Check,
    Failed,
    built,
    calls,
    check,
    expect,
    expect_tables,
    expect_trap,
    expect_values,
    host_func,
    i32,
    i64,
    refused,
)

CHECKS: list[Check] = []
_PAGE = 65536


@check(CHECKS, "state")
def snapshots_hold_what_is_exported_in_export_order(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module
        (global $a i32 (i32.const 1)) (global $b (mut f32) (f32.const nan:0x200001)) (global $hidden i64 (i64.const 3))
        (memory 1 1) (table 3 3 funcref) (func $f) (elem (i32.const 2) $f) (data (i32.const 65535) "z")
        (export "β" (global $b)) (export "t2" (table 0)) (export "m2" (memory 0)) (export "f" (func $f))
        (export "" (global $a)) (export "m1" (memory 0)) (export "t1" (table 0)))""",
    )
    memory = bytes(_PAGE - 1) + b"z"
    tokens = ("null", "null", engine.can.shows("func:0"))
    expected = Snapshot(
        memories=(("m2", memory), ("m1", memory)),
        globals=(("β", Value(F32, 0x7FA00001)), ("", Value(I32, 1))),
        tables=(("t2", tokens), ("t1", tokens)),
        host_calls=(),
    )
    expect(instance.snapshot(), expected, "snapshot")
    empty = built(store, "(module (memory 1) (global i32 (i32.const 0)))")
    expect(empty.snapshot(), Snapshot((), (), (), ()), "snapshot of an instance that exports nothing")
    store.close()


@check(CHECKS, "state")
def exports_are_found_by_name_and_kind(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store, '(module (global (export "g") i32 (i32.const 4)) (func (export "") (result i32) i32.const 1))'
    )
    expect_values(instance, "", [], i32(1))
    expect(instance.read_global("g"), i32(4), "global")
    for name in ("g", "nothing"):
        try:
            outcome = instance.call(name, (), deadline_s=1.0)
        except KeyError:
            continue
        raise Failed(f"a call of {name!r}, which is no function, gave {outcome} instead of KeyError")
    store.close()


@check(CHECKS, "state")
def memory_grows_to_its_maximum_and_not_past_it(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module (memory (export "m") 1 3) (data (i32.const 0) "kept")
        (func (export "grow") (param i32) (result i32) local.get 0 memory.grow)
        (func (export "size") (result i32) memory.size)
        (func (export "load") (param i32) (result i32) local.get 0 i32.load))""",
    )
    expect_trap(engine, calls(instance, "load", i32(_PAGE)), TrapKind.OOB_MEMORY, "load past one page")
    for pages, result in ((0, 1), (1, 1), (2, -1), (1, 2), (1, -1), (-1, -1), (0, 3)):
        expect_values(instance, "grow", [i32(pages)], i32(result))
    expect_values(instance, "size", [], i32(3))
    expect_values(instance, "load", [i32(3 * _PAGE - 4)], i32(0))
    expect(instance.snapshot().memories[0][1], b"kept" + bytes(3 * _PAGE - 4), "memory after growth")
    empty = built(store, '(module (memory (export "m") 0 0) (func (export "g") (result i32) i32.const 1 memory.grow))')
    expect_values(empty, "g", [], i32(-1))
    expect(empty.snapshot().memories, (("m", b""),), "a memory of no pages")
    store.close()


@check(CHECKS, "state", "links")
def function_references_in_tables_are_named_by_index(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "f", host_func([], []))
    owner = built(
        store,
        """(module (import "host" "f" (func $host)) (table (export "t") 8 8 funcref)
        (func $unused) (func $a) (func $b (export "b"))
        (elem (i32.const 1) $b $host $a) (elem (i32.const 6) $a))""",
    )
    tokens = ["null", "func:3", "func:0", "func:2", "null", "null", "func:2", "null"]
    expect_tables(engine, owner, ("t", tuple(tokens)))
    store.register("owner", owner)
    guest = built(
        store,
        """(module (import "owner" "b" (func $b)) (import "owner" "b" (func $b2)) (import "owner" "t" (table 8 funcref))
        (import "host" "f" (func $unused)) (export "t" (table 0)) (func $own) (elem (i32.const 4) $own $b2))""",
    )
    tokens[4:6] = ["foreign", "func:3"]
    expect_tables(engine, owner, ("t", tuple(tokens)))
    seen = ("null", "func:0", "func:2", "foreign", "func:3", "func:0", "foreign", "null")
    expect_tables(engine, guest, ("t", seen))
    refused(
        store,
        """(module (import "owner" "b" (func $b)) (import "owner" "t" (table 8 funcref)) (func $own) (start $trap)
        (func $trap unreachable) (elem (i32.const 0) $b) (elem (i32.const 7) $own))""",
    )
    tokens[0], tokens[7] = "func:3", "foreign"
    expect_tables(engine, owner, ("t", tuple(tokens)))  # an instance that failed to start wrote to it
    store.close()


@check(CHECKS, "state", "reference-types", "links", "host-references")
def references_cross_by_index_and_host_number(engine: Engine) -> None:
    store = engine.open()
    other = built(store, '(module (func (export "f")))')
    store.register("other", other)
    instance = built(
        store,
        """(module (import "other" "f" (func $f))
        (table $e (export "e") 3 5 externref) (table $t (export "t") 2 4 funcref)
        (global (export "g") funcref (ref.func $own)) (global (export "n") externref (ref.null extern))
        (elem declare func $f)
        (func $own (export "own") (result i32) i32.const 1)
        (func (export "extern") (param i32 externref) (result externref)
          local.get 0 local.get 1 table.set $e local.get 0 table.get $e)
        (func (export "func") (param i32 funcref) (result funcref)
          local.get 0 local.get 1 table.set $t local.get 0 table.get $t)
        (func (export "is_null") (param externref) (result i32) local.get 0 ref.is_null)
        (func (export "f") (result funcref) ref.func $f)
        (func (export "grow") (param externref) (result i32) local.get 0 i32.const 2 table.grow $e)
        (func (export "get") (param i32) (result externref) local.get 0 table.get $e))""",
    )
    for number in (0, 1, 0xFFFFFFFF):
        reference = Value(EXTERNREF, number)
        expect_values(instance, "extern", [i32(1), reference], reference)
        expect_values(instance, "is_null", [reference], i32(0))
    null = Value(EXTERNREF, NULL)
    expect_values(instance, "extern", [i32(2), null], null)
    expect_values(instance, "is_null", [null], i32(1))
    expect_values(instance, "func", [i32(0), Value(FUNCREF, 1)], Value(FUNCREF, 1))
    expect_values(instance, "func", [i32(1), Value(FUNCREF, NULL)], Value(FUNCREF, NULL))
    expect_values(instance, "f", [], Value(FUNCREF, 0))
    expect_values(instance, "grow", [Value(EXTERNREF, 7)], i32(3))
    expect_values(instance, "grow", [Value(EXTERNREF, 8)], i32(-1))
    expect_trap(engine, calls(instance, "get", i32(5)), TrapKind.OOB_TABLE, "table.get past the end")
    snapshot = instance.snapshot()
    extern = ("null", "extern:4294967295", "null", "extern:7", "extern:7")
    expect(snapshot.tables, (("e", extern), ("t", ("func:1", "null"))), "tables")
    expect(snapshot.globals, (("g", Value(FUNCREF, 1)), ("n", null)), "globals")
    store.close()


@check(CHECKS, "reference-types", "links")
def functions_of_other_instances_are_foreign(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "f", host_func([], []))
    owner = built(
        store,
        """(module (import "host" "f" (func $host)) (table (export "t") 3 3 funcref) (elem (i32.const 0) $a $host)
        (func $a) (func (export "get") (param i32) (result funcref) local.get 0 table.get 0))""",
    )
    store.register("owner", owner)
    guest = built(
        store,
        """(module (import "owner" "t" (table 3 funcref))
        (import "owner" "get" (func $get (param i32) (result funcref)))
        (export "get" (func $get)) (func (export "read") (param i32) (result funcref) local.get 0 table.get 0))""",
    )
    for export in ("get", "read"):
        expect_values(guest, export, [i32(0)], Value(FUNCREF, FOREIGN))
        expect_values(guest, export, [i32(1)], Value(FUNCREF, FOREIGN))
        expect_values(guest, export, [i32(2)], Value(FUNCREF, NULL))
    expect_values(owner, "get", [i32(0)], engine.can.gives(Value(FUNCREF, 1)))
    expect_values(owner, "get", [i32(1)], engine.can.gives(Value(FUNCREF, 0)))
    store.close()


@check(CHECKS, "state", "reference-types")
def looking_at_a_second_table_leaves_its_functions_there(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module (table 1 1 funcref) (table $t (export "t") 2 2 funcref) (func $f (result i32) i32.const 7)
        (elem (table $t) (i32.const 1) func $f)
        (func (export "call") (result i32) i32.const 1 call_indirect $t (result i32)))""",
    )
    for _ in range(2):
        expect_tables(engine, instance, ("t", ("null", "func:0")))
        expect_values(instance, "call", [], i32(7))
    store.close()


@check(CHECKS, "state", "reference-types")
def functions_and_nulls_cross_in_every_place(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "f", host_func([Value(FUNCREF, 0), i64(0), Value(EXTERNREF, 0)], [Value(FUNCREF, 0), i32(0)]))
    instance = built(
        store,
        """(module (import "host" "f" (func $host (param funcref i64 externref) (result funcref i32)))
        (table $e (export "e") 2 70000 externref) (table $t (export "t") 2 4 funcref)
        (global $g (export "g") (mut funcref) (ref.null func)) (global (export "n") externref (ref.null extern))
        (elem declare func $own)
        (func $own (export "own") (param i32) (result i32) local.get 0 i32.const 1 i32.add)
        (func (export "set") (param i32 funcref externref i32) (result funcref i32 externref)
          local.get 0 local.get 1 table.set $t local.get 1 global.set $g
          local.get 1 local.get 3 local.get 2)
        (func (export "call") (param i32 i32) (result i32)
          local.get 1 local.get 0 call_indirect $t (param i32) (result i32))
        (func (export "host") (param funcref externref) (result funcref i32)
          local.get 0 i64.const 1 local.get 1 call $host)
        (func (export "grow") (param i32) (result i32) ref.null extern local.get 0 table.grow $e))""",
    )
    function, null, extern = Value(FUNCREF, 1), Value(FUNCREF, NULL), Value(EXTERNREF, NULL)
    seen = engine.can.gives(function)
    expect_values(instance, "set", [i32(1), function, extern, i32(9)], seen, i32(9), extern)
    expect_values(instance, "call", [i32(1), i32(41)], i32(42))
    expect(instance.snapshot().globals, (("g", seen), ("n", extern)), "globals")
    expect_tables(engine, instance, ("e", ("null", "null")), ("t", ("null", "func:1")))
    expect_values(instance, "set", [i32(1), null, extern, i32(8)], null, i32(8), extern)
    expect_trap(engine, calls(instance, "call", i32(1), i32(0)), TrapKind.UNINITIALIZED_ELEMENT, "a call of null")
    expect_values(instance, "grow", [i32(69998)], i32(2))
    expect_tables(engine, instance, ("e", ("null",) * 70000), ("t", ("null", "null")))
    for given, told in ((function, Value(FUNCREF, FOREIGN)), (null, null)):
        outcome = calls(instance, "host", given, extern)
        expect(isinstance(outcome, Returned) and outcome.values[0], null, "what a host function answers")
        expect(instance.snapshot().host_calls[-1], HostCall("host.f", (told, i64(1), extern)), "trace")
    store.close()


@check(CHECKS, "state", "reference-types", "host-references")
def host_functions_take_host_references(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "f", host_func([Value(EXTERNREF, 0), i64(0)], [Value(EXTERNREF, 0)]))
    instance = built(
        store,
        """(module (import "host" "f" (func $f (param externref i64) (result externref)))
        (func (export "f") (param externref) (result i32) local.get 0 i64.const 1 call $f ref.is_null))""",
    )
    expect_values(instance, "f", [Value(EXTERNREF, 12)], i32(1))
    expect_values(instance, "f", [Value(EXTERNREF, NULL)], i32(1))
    traced = tuple(HostCall("host.f", (Value(EXTERNREF, bits), i64(1))) for bits in (12, NULL))
    expect(instance.snapshot().host_calls, traced, "trace")
    store.close()
