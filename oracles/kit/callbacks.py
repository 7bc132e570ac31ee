"""The kit: host functions that call back into instances."""

from jit.wasm.types import F32, F64, I32, I64, FuncType, TrapKind

from ..hostcalls import respond
from ..protocol import CallBack, Engine, Exhausted, HostCall, HostFunc, Store
from .check import CALLS_BACK, Check, built, calls, check, expect, expect_trap, expect_values, f32, f64, i32, i64

CHECKS: list[Check] = []

_UNARY = FuncType((I32,), (I32,))


def _open(engine: Engine, type: FuncType, module: str, export: str) -> Store:
    """A new store with a host function `host.back` that calls this back."""
    store = engine.open()
    store.define("host", "back", HostFunc(type, calls_back=CallBack(module, export)))
    return store


@check(CHECKS, CALLS_BACK, "state", "multi-value")
def host_functions_call_back_with_arguments_of_their_own(engine: Engine) -> None:
    type = FuncType((I32, F64, F32), (I64,))
    store = _open(engine, type, "main", "f")
    instance = built(
        store,
        """(module (import "host" "back" (func $back (param i32 f64 f32) (result i64)))
        (func (export "f") (param i32 f64 i64 f32) (result f32 i64 i32 f64)
          local.get 3 local.get 2 local.get 0 local.get 1)
        (func (export "go") (param i32 f64 f32) (result i64) local.get 0 local.get 1 local.get 2 call $back))""",
    )
    store.register("main", instance)
    args = (i32(-5), f64(0xFFF4000000000001), f32(0x7FA00001))
    trace: list[HostCall] = []
    for index in (0, 2):
        made = respond("host.back", FuncType((), (I32, F64, I64, F32)), args, index)
        results = (made[3], made[2], args[0], args[1])
        expect_values(instance, "go", args, *respond("host.back", type, (*args, *results), index))
        trace += [HostCall("host.back", args), HostCall("main.f", results)]
        expect(instance.snapshot().host_calls, tuple(trace), "trace")
    store.close()


@check(CHECKS, CALLS_BACK)
def a_host_function_without_anyone_to_call_answers_alone(engine: Engine) -> None:
    store = _open(engine, _UNARY, "main", "g")
    instance = built(
        store,
        """(module (import "host" "back" (func $back (param i32) (result i32))) (global (export "g") i32 (i32.const 1))
        (func (export "go") (param i32) (result i32) local.get 0 call $back))""",
    )
    expect_values(instance, "go", [i32(3)], *respond("host.back", _UNARY, (i32(3),), 0))
    store.register("main", instance)
    expect_values(instance, "go", [i32(3)], *respond("host.back", _UNARY, (i32(3),), 1))
    store.close()


@check(CHECKS, CALLS_BACK, "state")
def what_is_called_back_changes_what_its_caller_sees(engine: Engine) -> None:
    store = _open(engine, _UNARY, "first", "f")
    first = built(
        store,
        """(module (memory (export "m") 1 2) (global $n (export "n") (mut i32) (i32.const 0))
        (func (export "f") (param i32) (result i32)
          i32.const 65536 local.get 0 i32.const 1 memory.grow drop i32.store8
          global.get $n i32.const 1 i32.add global.set $n local.get 0))""",
    )
    store.register("first", first)
    second = built(
        store,
        """(module (import "host" "back" (func $back (param i32) (result i32)))
        (import "first" "m" (memory 1)) (import "first" "n" (global $n (mut i32)))
        (func (export "go") (param i32) (result i32)
          local.get 0 call $back drop i32.const 65536 i32.load8_u global.get $n i32.const 8 i32.shl i32.or))""",
    )
    expect_values(second, "go", [i32(7)], i32(0x107))
    expect_values(second, "go", [i32(9)], i32(0x209))
    store.close()


@check(CHECKS, CALLS_BACK)
def calls_back_nest_and_return_to_their_own_instances(engine: Engine) -> None:
    store = _open(engine, _UNARY, "main", "down")
    store.define("host", "there", HostFunc(_UNARY, calls_back=CallBack("other", "byte")))
    other = built(
        store,
        """(module (memory 1) (data (i32.const 4) "\\05")
        (func (export "byte") (param i32) (result i32)
          i32.const 4 i32.const 4 i32.load8_u i32.const 1 i32.add i32.store8 i32.const 4 i32.load8_u))""",
    )
    store.register("other", other)
    main = built(
        store,
        """(module (import "host" "back" (func $back (param i32) (result i32)))
        (import "host" "there" (func $there (param i32) (result i32))) (memory 1) (data (i32.const 4) "\\64")
        (global $sum (mut i32) (i32.const 0))
        (func (export "down") (param i32) (result i32)
          local.get 0 if local.get 0 i32.const 1 i32.sub call $back drop local.get 0 call $there drop end
          global.get $sum i32.const 4 i32.load8_u i32.add local.get 0 i32.add global.set $sum local.get 0)
        (func (export "sum") (result i32) global.get $sum))""",
    )
    store.register("main", main)
    expect_values(main, "down", [i32(5)], i32(5))
    expect_values(main, "sum", [], i32(6 * 100 + 15))
    expect_values(other, "byte", [i32(0)], i32(11))
    store.close()


@check(CHECKS, CALLS_BACK)
def traps_of_what_is_called_back_reach_the_caller(engine: Engine) -> None:
    store = _open(engine, _UNARY, "main", "f")
    instance = built(
        store,
        """(module (import "host" "back" (func $back (param i32) (result i32))) (table 1 funcref) (memory 1)
        (func (export "f") (param i32) (result i32)
          block block block local.get 0 br_table 0 1 2 end
          i32.const 1 i32.const 0 i32.div_s return end
          i32.const 1 call_indirect (result i32) return end
          i32.const -1 i32.load)
        (func (export "go") (param i32) (result i32) local.get 0 call $back drop i32.const 1))""",
    )
    store.register("main", instance)
    kinds = (TrapKind.DIV_ZERO, TrapKind.UNDEFINED_ELEMENT, TrapKind.OOB_MEMORY)
    for number, kind in enumerate(kinds):
        expect_trap(engine, calls(instance, "go", i32(number)), kind, "a trap behind a host function")
    store.close()


@check(CHECKS, CALLS_BACK)
def runaway_calls_back_exhaust_the_call_stack_and_no_more(engine: Engine) -> None:
    store = _open(engine, _UNARY, "main", "f")
    instance = built(
        store,
        """(module (import "host" "back" (func $back (param i32) (result i32)))
        (func (export "f") (param i32) (result i32) local.get 0 call $back)
        (func (export "one") (result i64) i64.const 1))""",
    )
    store.register("main", instance)
    expect(calls(instance, "f", i32(1)), Exhausted(TrapKind.EXHAUSTED.value), "endless calls back")
    expect_values(instance, "one", [], i64(1))
    store.close()
