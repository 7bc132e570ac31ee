"""The kit: host functions and their trace, and what instances share."""

from jit.wasm.types import FUNCREF, FuncType, Limits, TableType, TrapKind

from ..hostcalls import respond
from ..protocol import Engine, HostCall, HostFunc, HostTable
from .check import (
    Check,
    built,
    calls,
    check,
    expect,
    expect_trap,
    expect_values,
    f32,
    f64,
    host_func,
    host_global,
    host_memory,
    i32,
    i64,
    refused,
)

CHECKS: list[Check] = []


@check(CHECKS, "state")
def host_calls_are_traced_and_their_results_used(engine: Engine) -> None:
    args = [i32(-5), i64(1 << 63), f32(0x7FA00001), f64(0xFFF4000000000001)]
    item = host_func(args, [i32(0)])
    narrow = host_func([f32(0)], [f32(0)])
    store = engine.open()
    store.define("host", "mix", item)
    store.define("höst", "", narrow)
    instance = built(
        store,
        """(module
        (import "host" "mix" (func $mix (param i32 i64 f32 f64) (result i32)))
        (import "höst" "" (func $narrow (param f32) (result f32)))
        (func (export "mix") (param i32 i64 f32 f64) (result i32)
          local.get 0 local.get 1 local.get 2 local.get 3 call $mix i32.const 1 i32.add)
        (func (export "twice") (param f32) (result f32) local.get 0 call $narrow call $narrow))""",
    )
    mixed = respond("host.mix", item.type, args, 0)
    once = respond("höst.", narrow.type, [args[2]], 1)
    twice = respond("höst.", narrow.type, once, 2)
    expect_values(instance, "mix", args, i32(mixed[0].bits + 1))
    expect_values(instance, "twice", [args[2]], *twice)
    trace = (HostCall("host.mix", tuple(args)), HostCall("höst.", (args[2],)), HostCall("höst.", once))
    expect(instance.snapshot().host_calls, trace, "trace")
    store.close()


@check(CHECKS, "state")
def silent_host_functions_are_called_but_not_counted(engine: Engine) -> None:
    loud = host_func([], [i64(0)])
    store = engine.open()
    store.define("host", "print", HostFunc(FuncType((i32(0).type,), ()), silent=True))
    store.define("host", "loud", loud)
    instance = built(
        store,
        """(module (import "host" "print" (func $print (param i32))) (import "host" "loud" (func $loud (result i64)))
        (func (export "f") (result i64) i32.const 1 call $print call $loud drop i32.const 2 call $print call $loud))""",
    )
    expect_values(instance, "f", [], *respond("host.loud", loud.type, (), 1))
    expect(instance.snapshot().host_calls, (HostCall("host.loud", ()),) * 2, "trace")
    store.close()


@check(CHECKS, "multi-value")
def host_functions_return_several_results(engine: Engine) -> None:
    item = host_func([i64(0)], [f64(0), i32(0), i64(0)])
    store = engine.open()
    store.define("host", "f", item)
    instance = built(
        store,
        """(module (import "host" "f" (func $f (param i64) (result f64 i32 i64)))
        (func (export "f") (param i64) (result f64 i32 i64) local.get 0 call $f))""",
    )
    expect_values(instance, "f", [i64(9)], *respond("host.f", item.type, [i64(9)], 0))
    store.close()


@check(CHECKS, "state")
def exported_host_functions_can_be_called_directly(engine: Engine) -> None:
    item = host_func([i32(0)], [i32(0)])
    store = engine.open()
    store.define("host", "f", item)
    instance = built(store, '(module (import "host" "f" (func $f (param i32) (result i32))) (export "g" (func $f)))')
    expect_values(instance, "g", [i32(3)], *respond("host.f", item.type, [i32(3)], 0))
    expect(instance.snapshot().host_calls, (HostCall("host.f", (i32(3),)),), "trace")
    store.close()


@check(CHECKS, "state", "links")
def start_functions_run_after_segments_are_written(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "f", host_func([i32(0)], []))
    store.define("host", "m", host_memory(1, 1))
    instance = built(
        store,
        """(module (import "host" "f" (func $f (param i32))) (memory (export "m") 1 1)
        (data (i32.const 8) "\\2a") (start $s)
        (func $s i32.const 8 i32.load8_u call $f i32.const 9 i32.const 1 i32.store8))""",
    )
    snapshot = instance.snapshot()
    expect(snapshot.host_calls, (HostCall("host.f", (i32(42),)),), "trace of the start function")
    expect(snapshot.memories[0][1][8:10], b"\x2a\x01", "memory after the start function")
    viewer = built(store, '(module (import "host" "m" (memory 1)) (export "m" (memory 0)))')
    wrong = refused(
        store,
        """(module (import "host" "m" (memory 1)) (start $s)
        (func $s i32.const 0 i32.const 7 i32.store8 i32.const 65536 i32.load drop))""",
    )
    expect_trap(engine, wrong, TrapKind.OOB_MEMORY, "start function that traps")
    expect(viewer.snapshot().memories[0][1][0], 7, "memory after a start function that trapped")
    store.close()


@check(CHECKS, "links")
def functions_of_a_module_that_trapped_run_from_a_table(engine: Engine) -> None:
    store = engine.open()
    owner = built(
        store,
        """(module (table (export "t") 1 1 funcref)
        (func (export "call") (result i32) i32.const 0 call_indirect (result i32)))""",
    )
    store.register("owner", owner)
    failed = refused(
        store,
        """(module (import "owner" "t" (table 1 1 funcref)) (memory 1) (data (i32.const 4) "\\2a")
        (elem (i32.const 0) $get) (func $get (result i32) i32.const 4 i32.load8_u) (start $s) (func $s unreachable))""",
    )
    expect_trap(engine, failed, TrapKind.UNREACHABLE, "start function that traps")
    expect_values(owner, "call", [], i32(42))
    store.close()


@check(CHECKS, "state", "links")
def memories_and_globals_are_shared(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "m", host_memory(1, 3))
    store.define("host", "g", host_global(i64(5), mutable=True))
    text = """(module (import "host" "m" (memory 1 3)) (import "host" "g" (global $g (mut i64)))
        (export "m" (memory 0)) (export "g" (global $g))
        (func (export "poke") (param i32 i32) local.get 0 local.get 1 i32.store8)
        (func (export "peek") (param i32) (result i32) local.get 0 i32.load8_u)
        (func (export "size") (result i32) memory.size)
        (func (export "grow") (result i32) i32.const 1 memory.grow)
        (func (export "set") (param i64) local.get 0 global.set $g)
        (func (export "get") (result i64) global.get $g))"""
    one, other = built(store, text), built(store, text)
    expect_values(one, "poke", [i32(70000 - 65536), i32(9)])
    expect_values(other, "peek", [i32(70000 - 65536)], i32(9))
    expect_values(other, "grow", [], i32(1))
    expect_values(one, "size", [], i32(2))
    expect_values(one, "poke", [i32(131071), i32(8)])
    expect_values(other, "peek", [i32(131071)], i32(8))
    expect_values(one, "set", [i64(-6)])
    expect_values(other, "get", [], i64(-6))
    expect(other.read_global("g"), i64(-6), "shared global")
    expect(one.snapshot(), other.snapshot(), "snapshots of what is shared")
    store.close()


@check(CHECKS, "state", "links")
def exports_of_an_instance_can_be_imported(engine: Engine) -> None:
    store = engine.open()
    first = built(
        store,
        """(module (memory (export "m") 1 2) (table (export "t") 4 4 funcref) (elem (i32.const 0) $seven)
        (global (export "c") i32 (i32.const 12)) (global $n (export "n") (mut i32) (i32.const 0))
        (func $seven (result i32) i32.const 7)
        (func (export "count") (param f32) (result i32)
          global.get $n i32.const 1 i32.add global.set $n global.get $n))""",
    )
    store.register("first", first)
    store.register("again", first)
    second = built(
        store,
        """(module
        (import "first" "count" (func $count (param f32) (result i32)))
        (import "again" "m" (memory 1)) (import "first" "t" (table 4 funcref))
        (import "first" "c" (global $c i32)) (import "again" "n" (global $n (mut i32)))
        (elem (i32.const 1) $nine) (func $nine (result i32) i32.const 9)
        (global (export "copy") i32 (global.get $c))
        (data (global.get $c) "shared")
        (func (export "count") (result i32) f32.const 0 call $count)
        (func (export "n") (result i32) global.get $n)
        (func (export "call") (param i32) (result i32) local.get 0 call_indirect (result i32)))""",
    )
    expect_values(second, "count", [], i32(1))
    expect_values(first, "count", [f32(0)], i32(2))
    expect_values(second, "n", [], i32(2))
    expect(second.read_global("copy"), i32(12), "global initialised from another instance's")
    expect(first.snapshot().memories[0][1][12:18], b"shared", "data written into another instance's memory")
    expect_values(second, "call", [i32(0)], i32(7))
    expect_values(second, "call", [i32(1)], i32(9))
    store.close()


@check(CHECKS, "state", "links")
def indirect_calls_across_instances_use_the_callees_state(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "t", HostTable(TableType(FUNCREF, Limits(6, 6))))

    def part(number: int) -> str:
        return f"""(module (import "host" "t" (table 6 funcref)) (memory 1)
        (type $unused{number} (func (param f64 f64))) (type $get (func (param i32) (result i32)))
        (data (i32.const 4) "\\0{number}") (elem (i32.const {number}) $get)
        (global $last (export "last") (mut i32) (i32.const -1))
        (func $get (type $get) local.get 0 global.set $last local.get 0 i32.load8_u)
        (func (export "via") (param i32 i32) (result i32) local.get 1 local.get 0 call_indirect (type $get))
        (func (export "wrong") (param i32) (result i64) local.get 0 call_indirect (result i64))
        (func (export "local") (result i32) i32.const 4 i32.load8_u))"""

    one, two, three = (built(store, part(number)) for number in (1, 2, 3))
    expect_values(one, "via", [i32(2), i32(4)], i32(2))
    expect_values(three, "via", [i32(1), i32(4)], i32(1))
    expect_values(two, "local", [], i32(2))
    expect([i.read_global("last") for i in (one, two, three)], [i32(4), i32(4), i32(-1)], "globals of the callees")
    expect_trap(
        engine, calls(one, "wrong", i32(2)), TrapKind.INDIRECT_MISMATCH, "another instance's function, wrong type"
    )
    expect_trap(engine, calls(one, "via", i32(0), i32(0)), TrapKind.UNINITIALIZED_ELEMENT, "null in a shared table")
    expect_trap(engine, calls(two, "via", i32(6), i32(0)), TrapKind.UNDEFINED_ELEMENT, "past the end of a shared table")
    expect_trap(engine, calls(two, "via", i32(3), i32(65536)), TrapKind.OOB_MEMORY, "a trap in another instance")
    expect_values(two, "via", [i32(3), i32(4)], i32(3))
    store.close()


@check(CHECKS, "state")
def stores_do_not_see_each_other(engine: Engine) -> None:
    one, other = engine.open(), engine.open()
    text = """(module (memory (export "m") 1 1) (global (export "g") (mut i32) (i32.const 1))
        (func (export "f") i32.const 0 i32.const 5 i32.store8 i32.const 9 global.set 0))"""
    first, second = built(one, text), built(other, text)
    before = second.snapshot()
    expect_values(first, "f", [])
    expect(second.snapshot(), before, "state in another store")
    one.close()
    expect_values(second, "f", [])
    other.close()
