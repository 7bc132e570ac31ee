"""The kit: traps of every kind, exhaustion, deadlines, refusals; and that the world goes on after each."""

from jit.wasm.types import TrapKind

from ..protocol import Engine, Exhausted, Outcome, Phase, Rejected, TimedOut
from .check import (
    DEADLINE_S,
    Check,
    Failed,
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
    wasm,
)

CHECKS: list[Check] = []
_SHORT_S = 0.3


@check(CHECKS)
def numeric_traps_have_the_right_kind(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module
        (func (export "unreachable") unreachable)
        (func (export "div_s") (param i32 i32) (result i32) local.get 0 local.get 1 i32.div_s)
        (func (export "rem_u") (param i64 i64) (result i64) local.get 0 local.get 1 i64.rem_u)
        (func (export "trunc") (param f32) (result i32) local.get 0 i32.trunc_f32_s)
        (func (export "trunc_u") (param f64) (result i64) local.get 0 i64.trunc_f64_u))""",
    )
    # fmt: off
    cases = [
        ("unreachable", [],                            TrapKind.UNREACHABLE),
        ("div_s",       [i32(1), i32(0)],              TrapKind.DIV_ZERO),
        ("div_s",       [i32(0x80000000), i32(-1)],    TrapKind.OVERFLOW),
        ("rem_u",       [i64(1), i64(0)],              TrapKind.DIV_ZERO),
        ("trunc",       [f32(0x7FC00000)],             TrapKind.BAD_CONVERSION),
        ("trunc",       [f32(0x4F000000)],             TrapKind.OVERFLOW),
        ("trunc_u",     [f64(0xBFF0000000000000)],     TrapKind.OVERFLOW),
        ("trunc_u",     [f64(0xFFF0000000000001)],     TrapKind.BAD_CONVERSION),
    ]
    # fmt: on
    for export, args, kind in cases:
        expect_trap(engine, calls(instance, export, *args), kind, f"{export}({', '.join(map(str, args))})")
    expect_values(instance, "div_s", [i32(7), i32(2)], i32(3))
    store.close()


@check(CHECKS, "state")
def memory_accesses_trap_at_the_exact_end(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module (memory (export "memory") 1 2)
        (func (export "load") (param i32) (result i64) local.get 0 i64.load)
        (func (export "load8") (param i32) (result i32) local.get 0 i32.load8_u offset=0xffffffff)
        (func (export "store") (param i32 i64) local.get 0 local.get 1 i64.store)
        (func (export "store16") (param i32) local.get 0 i32.const -1 i32.store16 offset=1)
        (func (export "grow") (param i32) (result i32) local.get 0 memory.grow))""",
    )
    before = instance.snapshot()
    for address in (65529, 65535, 65536, 0x7FFFFFFF, 0xFFFFFFFF):
        expect_trap(engine, calls(instance, "load", i32(address)), TrapKind.OOB_MEMORY, f"load at {address:#x}")
        expect_trap(
            engine, calls(instance, "store", i32(address), i64(-1)), TrapKind.OOB_MEMORY, f"store at {address:#x}"
        )
    for address in (0, 1, 0xFFFFFFFF):
        expect_trap(
            engine, calls(instance, "load8", i32(address)), TrapKind.OOB_MEMORY, f"load of {address:#x} + 2**32 - 1"
        )
    expect_trap(engine, calls(instance, "store16", i32(65534)), TrapKind.OOB_MEMORY, "store16 across the end")
    expect(instance.snapshot(), before, "memory after stores that trapped")
    expect_values(instance, "store", [i32(65528), i64(-1)])
    expect_values(instance, "load", [i32(65528)], i64(-1))
    expect_values(instance, "grow", [i32(1)], i32(1))
    expect_values(instance, "load", [i32(65529)], i64(0x00FFFFFFFFFFFFFF))
    store.close()


@check(CHECKS)
def indirect_calls_trap_three_ways(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module (table 4 funcref) (elem (i32.const 0) $seven $nothing)
        (func $seven (result i32) i32.const 7)
        (func $nothing)
        (func (export "call") (param i32) (result i32) local.get 0 call_indirect (result i32)))""",
    )
    expect_values(instance, "call", [i32(0)], i32(7))
    expect_trap(engine, calls(instance, "call", i32(1)), TrapKind.INDIRECT_MISMATCH, "wrong type")
    expect_trap(engine, calls(instance, "call", i32(2)), TrapKind.UNINITIALIZED_ELEMENT, "null")
    expect_trap(engine, calls(instance, "call", i32(4)), TrapKind.UNDEFINED_ELEMENT, "past the end")
    expect_trap(engine, calls(instance, "call", i32(-1)), TrapKind.UNDEFINED_ELEMENT, "index 2**32 - 1")
    expect_values(instance, "call", [i32(0)], i32(7))
    store.close()


@check(CHECKS, "state", "bulk-memory")
def bulk_operations_check_bounds_before_they_write(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module (memory (export "memory") 1 1) (table (export "table") 2 2 funcref)
        (data $d "abc") (elem $e func $f $f $f) (func $f)
        (func (export "fill") (param i32 i32) local.get 0 i32.const 255 local.get 1 memory.fill)
        (func (export "init") (param i32) local.get 0 i32.const 0 i32.const 3 memory.init $d)
        (func (export "table.init") i32.const 0 i32.const 0 i32.const 3 table.init $e)
        (func (export "drop") data.drop $d))""",
    )
    before = instance.snapshot()
    expect_trap(engine, calls(instance, "fill", i32(65535), i32(2)), TrapKind.OOB_MEMORY, "fill across the end")
    expect_trap(
        engine, calls(instance, "fill", i32(65537), i32(0)), TrapKind.OOB_MEMORY, "fill of nothing past the end"
    )
    expect_trap(engine, calls(instance, "init", i32(65534)), TrapKind.OOB_MEMORY, "init across the end")
    expect_trap(engine, calls(instance, "table.init"), TrapKind.OOB_TABLE, "table.init across the end")
    expect(instance.snapshot(), before, "state after bulk operations that trapped")
    expect_values(instance, "fill", [i32(65536), i32(0)])
    expect_values(instance, "init", [i32(65533)])
    expect_values(instance, "drop", [])
    expect_trap(engine, calls(instance, "init", i32(0)), TrapKind.OOB_MEMORY, "init from a dropped segment")
    store.close()


@check(CHECKS, "state")
def state_before_a_trap_stays_and_calls_go_on(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "f", host_func([i32(0)], []))
    instance = built(
        store,
        """(module (import "host" "f" (func $host (param i32)))
        (memory (export "memory") 1 1) (global $g (export "g") (mut i32) (i32.const 0))
        (func (export "work") (param i32)
          i32.const 4 local.get 0 i32.store8
          local.get 0 global.set $g
          local.get 0 call $host
          local.get 0 i32.const 3 i32.eq if unreachable end)
        (func (export "deep") (param i32) local.get 0 call $inner)
        (func $inner (param i32) i32.const 9 local.get 0 i32.store8 i32.const 1 i32.const 0 i32.div_u drop))""",
    )
    expect_trap(engine, calls(instance, "work", i32(3)), TrapKind.UNREACHABLE, "work(3)")
    expect_trap(engine, calls(instance, "deep", i32(5)), TrapKind.DIV_ZERO, "deep(5)")
    expect_values(instance, "work", [i32(2)])
    expect_trap(engine, calls(instance, "work", i32(3)), TrapKind.UNREACHABLE, "work(3) again")
    snapshot = instance.snapshot()
    expect(snapshot.memories[0][1][4:10], bytes([3, 0, 0, 0, 0, 5]), "memory after traps")
    expect(instance.read_global("g"), i32(3), "global after traps")
    expect([call.args for call in snapshot.host_calls], [(i32(3),), (i32(2),), (i32(3),)], "host calls")
    store.close()


@check(CHECKS, "state")
def runaway_recursion_exhausts_the_call_stack_and_no_more(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module (global $depth (export "depth") (mut i32) (i32.const 0))
        (func $down (export "down") (param i64 f64)
          global.get $depth i32.const 1 i32.add global.set $depth
          local.get 0 local.get 1 call $down)
        (func $even (export "even") (param i32) (result i32)
          local.get 0 i32.eqz if (result i32) i32.const 1 else local.get 0 i32.const 1 i32.sub call $odd end)
        (func $odd (param i32) (result i32)
          local.get 0 i32.eqz if (result i32) i32.const 0 else local.get 0 i32.const 1 i32.sub call $even end))""",
    )
    overflow = Exhausted(TrapKind.EXHAUSTED.value)
    for _ in range(3):
        expect(calls(instance, "down", i64(1), f64(0)), overflow, "runaway recursion")
        expect_values(instance, "even", [i32(100)], i32(1))
    if instance.read_global("depth").bits < 300:
        raise Failed(f"the call stack holds {instance.read_global('depth')} frames in three attempts")
    expect(refused(store, "(module (func $f call $f) (start $f))"), overflow, "runaway start function")
    store.close()


@check(CHECKS)
def an_endless_loop_ends_at_its_deadline(engine: Engine) -> None:
    store = engine.open()
    instance = built(store, '(module (func (export "loop") (loop br 0)) (func (export "f") (result i32) i32.const 7))')
    expect_values(instance, "f", [], i32(7))
    expect(instance.call("loop", (), deadline_s=_SHORT_S), TimedOut(_SHORT_S), "endless loop")
    store.close()
    store = engine.open()
    endless = refused(store, "(module (func $f (loop br 0)) (start $f))", _SHORT_S)
    expect(endless, TimedOut(_SHORT_S), "endless start function")
    store.close()
    store = engine.open()
    expect_values(built(store, '(module (func (export "f") (result i32) i32.const 8))'), "f", [], i32(8))
    store.close()


@check(CHECKS)
def refusals_tell_malformed_invalid_and_unlinkable_apart(engine: Engine) -> None:
    invalid = "(module (func (result i32) i64.const 0))"
    malformed = wasm('(module (memory 1) (func (export "f") (result i32) i32.const 0))')[:-1]
    decode = Phase.DECODE if engine.can.tells_phases else Phase.VALIDATE
    store = engine.open()
    for bytes_, phase in (
        (malformed, decode),
        (b"\0asm\2\0\0\0", decode),
        (b"", decode),
        (wasm(invalid), Phase.VALIDATE),
    ):
        verdict, outcome = engine.validate(bytes_), store.instantiate(bytes_, deadline_s=DEADLINE_S)
        for found in (verdict, outcome):
            if not isinstance(found, Rejected) or found.phase is not phase:
                raise Failed(f"{bytes_!r}: expected a refusal as {phase.value}, found {found}")
    good = '(module (import "no" "where" (func)))'
    expect(engine.validate(wasm(good)), None, "validity of a module that cannot be linked")
    _expect_unlinkable(refused(store, good), "an import nobody defines")
    store.close()


@check(CHECKS)
def imports_must_match_in_kind_type_and_limits(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "f", host_func([i32(0)], [i32(0)]))
    store.define("host", "g", host_global(i32(0)))
    store.define("host", "m", host_memory(1, 2))
    for wanted in (
        '(import "host" "f" (func (param i32)))',
        '(import "host" "f" (func (param i64) (result i32)))',
        '(import "host" "f" (global i32))',
        '(import "host" "g" (func))',
        '(import "host" "g" (global (mut i32)))',
        '(import "host" "g" (global i64))',
        '(import "host" "m" (memory 2))',
        '(import "host" "m" (memory 1 1))',
        '(import "host" "m" (table 1 funcref))',
    ):
        _expect_unlinkable(refused(store, f"(module {wanted})"), wanted)
    built(store, _MATCHING)
    store.close()


_MATCHING = """(module (import "host" "f" (func (param i32) (result i32))) (import "host" "g" (global i32))
  (import "host" "m" (memory 0 3)))"""


def _expect_unlinkable(outcome: Outcome, what: str) -> None:
    if not isinstance(outcome, Rejected) or outcome.phase is not Phase.LINK:
        raise Failed(f"{what}: expected a refusal as unlinkable, found {outcome}")


@check(CHECKS, "state", "links")
def segments_that_do_not_fit_follow_the_rule_of_the_version(engine: Engine) -> None:
    """Without bulk memory all are checked before any is written; with it they are written one after the other."""
    store = engine.open()
    store.define("host", "m", host_memory(1, 1))
    viewer = built(store, '(module (import "host" "m" (memory 1)) (export "m" (memory 0)))')
    outcome = refused(
        store,
        """(module (import "host" "m" (memory 1)) (data (i32.const 0) "first") (data (i32.const 65535) "xx"))""",
    )
    written = viewer.snapshot().memories[0][1][:5]
    if engine.can.features.bulk_memory:
        expect_trap(engine, outcome, TrapKind.OOB_MEMORY, "a data segment that does not fit")
        expect(written, b"first", "what an earlier segment wrote")
    else:
        _expect_unlinkable(outcome, "a data segment that does not fit")
        expect(written, bytes(5), "memory of a module that was not instantiated")
    store.close()
