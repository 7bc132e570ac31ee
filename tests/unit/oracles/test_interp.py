from collections.abc import Iterator
from itertools import count

import pytest

from jit.wasm.body import EMPTY, END, Instr, assemble, const
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import Code, Export, ExternKind, Module
from jit.wasm.opcodes import op
from jit.wasm.types import (
    FUNCREF,
    I32,
    I64,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TrapKind,
    Value,
)
from oracles.interp import InterpEngine
from oracles.interp.instance import InterpInstance
from oracles.interp.machine import JUMPS_PER_LOOK
from oracles.protocol import (
    Exhausted,
    HostFunc,
    HostGlobal,
    HostMemory,
    Returned,
    TimedOut,
)
from support.interp import LIMIT_S, call, i32, instance_in, instance_of, new_store, refusal, returned, trap_of

# --- control


def test_operands_are_taken_in_order() -> None:
    instance = instance_of('(module (func (export "f") (result i32) (i32.sub (i32.const 7) (i32.const 5))))')
    assert call(instance, "f") == returned(2)


def test_recursion_and_if_with_values() -> None:
    instance = instance_of(
        """(module (func $fac (export "fac") (param i64) (result i64)
          (if (result i64) (i64.eqz (local.get 0))
            (then (i64.const 1))
            (else (i64.mul (local.get 0) (call $fac (i64.sub (local.get 0) (i64.const 1))))))))"""
    )
    assert call(instance, "fac", Value(I64, 20)) == returned(2432902008176640000, type=I64)


@pytest.mark.parametrize(("index", "expected"), [(0, 10), (1, 21), (2, 32), (3, 32), (0xFFFFFFFF, 32)])
def test_br_table_takes_the_default_for_every_index_past_the_end(index: int, expected: int) -> None:
    instance = instance_of(
        """(module (func (export "f") (param i32) (result i32)
          (block (block (block
            (br_table 0 1 2 (local.get 0)))
            (return (i32.const 10)))
            (return (i32.const 21)))
          (i32.const 32)))"""
    )
    assert call(instance, "f", i32(index)) == returned(expected)


def test_a_branch_drops_what_lies_below_the_values_it_carries() -> None:
    instance = instance_of(
        """(module (func (export "f") (param i32) (result i32 i64)
          i32.const 1
          block (result i32 i64)
            i32.const 2
            i32.const 3
            i32.const 4
            i64.const 5
            local.get 0
            br_if 0
            br 1
          end
          drop
          i32.add
          i64.const 9))"""
    )
    assert call(instance, "f", i32(1)) == Returned((Value(I32, 5), Value(I64, 9)))
    assert call(instance, "f", i32(0)) == Returned((Value(I32, 4), Value(I64, 5)))


def test_a_loop_takes_its_parameters_again_at_every_branch() -> None:
    instance = instance_of(
        """(module (func (export "sum") (param i32) (result i32)
          i32.const 0
          loop (param i32) (result i32)
            local.get 0
            i32.add
            local.get 0
            i32.const 1
            i32.sub
            local.tee 0
            br_if 0
          end))"""
    )
    assert call(instance, "sum", i32(100)) == returned(5050)


def test_an_if_without_else_passes_its_parameters_on() -> None:
    instance = instance_of(
        """(module (func (export "f") (param i32) (result i32)
          i32.const 5
          local.get 0
          if (param i32) (result i32)
            i32.const 3
            i32.mul
          end))"""
    )
    assert call(instance, "f", i32(0)) == returned(5)
    assert call(instance, "f", i32(1)) == returned(15)


def test_code_behind_a_branch_is_skipped_with_all_its_blocks() -> None:
    instance = instance_of(
        """(module (func (export "f") (param i32) (result i32)
          block
            local.get 0
            if (result i32)
              i32.const 1
              return
              i32.add block (result i64) loop br 0 end unreachable end
              drop
            else
              br 1
              if nop else nop end
            end
            drop
          end
          i32.const 2))"""
    )
    assert call(instance, "f", i32(1)) == returned(1)
    assert call(instance, "f", i32(0)) == returned(2)


def test_deeply_nested_code_runs() -> None:
    depth = 30_000
    body = [Instr(op("block"), (EMPTY,))] * depth + [Instr(op("br"), (depth - 1,))] + [Instr(END)] * depth
    code = Code((), assemble([*body, const(I32, 1), Instr(END)]))
    exports = (Export("f", ExternKind.FUNC, 0),)
    module = Module(types=(FuncType((), (I32,)),), functions=(0,), codes=(code,), exports=exports)
    instance = new_store().instantiate(encode(module), deadline_s=LIMIT_S)
    assert isinstance(instance, InterpInstance)
    assert call(instance, "f") == returned(1)


INDIRECT = """(module
  (type $ii (func (param i32) (result i32)))
  (table 4 funcref)
  (elem (i32.const 0) $double $nothing)
  (func $double (type $ii) (i32.mul (local.get 0) (i32.const 2)))
  (func $nothing)
  (func (export "f") (param i32) (result i32) (call_indirect (type $ii) (i32.const 21) (local.get 0))))"""


@pytest.mark.parametrize(
    ("index", "kind"),
    [
        (1, TrapKind.INDIRECT_MISMATCH),
        (2, TrapKind.UNINITIALIZED_ELEMENT),
        (4, TrapKind.UNDEFINED_ELEMENT),
        (0xFFFFFFFF, TrapKind.UNDEFINED_ELEMENT),
    ],
)
def test_indirect_calls_trap_for_what_is_not_there(index: int, kind: TrapKind) -> None:
    instance = instance_of(INDIRECT)
    assert trap_of(call(instance, "f", i32(index))) is kind
    assert call(instance, "f", i32(0)) == returned(42)


# --- bounds on execution


def test_endless_recursion_exhausts_the_call_stack_and_leaves_the_instance_callable() -> None:
    instance = instance_of(
        """(module (global (export "g") (mut i32) (i32.const 0))
          (func $f (export "f") (global.set 0 (i32.add (global.get 0) (i32.const 1))) (call $f))
          (func (export "one") (result i32) (i32.const 1)))"""
    )
    assert call(instance, "f") == Exhausted("call stack exhausted")
    assert instance.read_global("g").bits > 1000
    assert call(instance, "one") == returned(1)


def test_an_interpreter_bears_as_many_calls_at_a_time_as_it_is_made_for() -> None:
    down = """(module (func $f (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 7)))))"""
    instance = instance_in(InterpEngine(WASM_2, most_calls=5).open(), down)
    assert call(instance, "f", i32(4)) == returned(7)
    assert call(instance, "f", i32(5)) == Exhausted("call stack exhausted")


def test_a_few_calls_with_very_many_locals_exhaust_the_call_stack_too() -> None:
    instance = instance_of(f'(module (func $f (export "f") (local {"i64 " * 40_000}) (call $f)))')
    assert call(instance, "f") == Exhausted("call stack exhausted")


def test_operands_that_wait_for_a_call_count_as_well() -> None:
    waiting = 50_000
    body = [const(I32, 1)] * waiting + [Instr(op("call"), (0,))] + [Instr(op("drop"))] * waiting
    code = Code((), assemble([*body, Instr(END)]))
    exports = (Export("f", ExternKind.FUNC, 0),)
    module = Module(types=(FuncType((), ()),), functions=(0,), codes=(code,), exports=exports)
    clock = ticking()
    store = InterpEngine(WASM_2, clock=lambda: next(clock)).open()
    instance = store.instantiate(encode(module), deadline_s=LIMIT_S)
    assert isinstance(instance, InterpInstance)
    # In 200 calls the stack is full; the clock, which ticks at every look, is not looked at before 2048.
    assert instance.call("f", (), deadline_s=0.5) == Exhausted("call stack exhausted")


def ticking() -> Iterator[float]:
    return iter(count(0.0, 1.0))


@pytest.mark.parametrize("body", ["(loop (br 0))", "(loop (call 1) (br 0))", "(loop (call 0) (br 0))"])
def test_a_call_that_does_not_end_runs_out_of_time(body: str) -> None:
    clock = ticking()
    engine = InterpEngine(WASM_2, clock=lambda: next(clock))
    store = engine.open()
    store.define("h", "f", HostFunc(FuncType((), ()), silent=True))
    instance = instance_in(store, f'(module (import "h" "f" (func)) (func) (func (export "f") {body}))')
    assert instance.call("f", (), deadline_s=3.0) == TimedOut(3.0)


def test_the_clock_is_not_looked_at_for_every_instruction() -> None:
    looks = count()
    engine = InterpEngine(WASM_2, clock=lambda: float(next(looks)))
    text = """(module (func (export "f") (param i32)
      (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))"""
    instance_in(engine.open(), text).call("f", (i32(JUMPS_PER_LOOK * 2 + 10),), deadline_s=1e9)
    assert next(looks) == 3  # the start, and two looks


# --- memory


def test_a_store_over_the_end_traps_and_writes_nothing() -> None:
    instance = instance_of(
        """(module (memory (export "m") 1 1)
          (func (export "store") (param i32) (i64.store offset=4 (local.get 0) (i64.const -1))))"""
    )
    for address in (65525, 65531, 65532, 0xFFFFFFFF):
        assert trap_of(call(instance, "store", i32(address))) is TrapKind.OOB_MEMORY
    assert instance.snapshot().memories == (("m", bytes(65536)),)
    assert call(instance, "store", i32(65524)) == Returned(())
    assert instance.snapshot().memories[0][1].endswith(b"\0\xff\xff\xff\xff\xff\xff\xff\xff")


def test_narrow_loads_extend_as_their_row_says() -> None:
    instance = instance_of(
        r"""(module (memory 1) (data (i32.const 8) "\80\ff\fe\fd")
          (func (export "f") (result i32 i32 i64 i64)
            (i32.load8_s (i32.const 8)) (i32.load16_u offset=8 (i32.const 0))
            (i64.load8_s (i32.const 8)) (i64.load32_u (i32.const 8))))"""
    )
    assert call(instance, "f") == Returned(
        (Value(I32, 0xFFFFFF80), Value(I32, 0xFF80), Value(I64, (1 << 64) - 0x80), Value(I64, 0xFDFEFF80))
    )


def test_memory_grows_to_its_maximum_and_not_beyond() -> None:
    instance = instance_of(
        """(module (memory (export "m") 1 3)
          (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
          (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))"""
    )
    assert call(instance, "grow", i32(2)) == returned(1)
    assert call(instance, "load", i32(3 * 65536 - 4)) == returned(0)
    assert call(instance, "grow", i32(1)) == returned(0xFFFFFFFF)
    assert call(instance, "grow", i32(0xFFFFFFFF)) == returned(0xFFFFFFFF)
    assert call(instance, "grow", i32(0)) == returned(3)


def test_a_memory_larger_than_the_cap_exhausts_the_engine() -> None:
    assert refusal(new_store(), "(module (memory 65536))") == Exhausted("memory")
    instance = instance_of('(module (memory 0) (func (export "f") (drop (memory.grow (i32.const 65536)))))')
    assert call(instance, "f") == Exhausted("memory")
    with pytest.raises(MemoryError):
        new_store().define("h", "m", HostMemory(MemoryType(Limits(65536, None))))


# --- misuse


def test_misuse_is_refused_in_words() -> None:
    instance = instance_of('(module (func (export "f") (param i32)) (memory (export "m") 1))')
    with pytest.raises(KeyError, match="no exported function 'm'"):
        call(instance, "m")
    with pytest.raises(KeyError, match="no exported global 'f'"):
        instance.read_global("f")
    with pytest.raises(ValueError, match=r"f has type \[i32\] -> \[\]"):
        call(instance, "f", Value(I64, 1))
    with pytest.raises(ValueError, match="function reference other than null"):
        new_store().define("h", "g", HostGlobal(GlobalType(FUNCREF, mutable=False), Value(FUNCREF, 0)))


@pytest.mark.parametrize("level", ["wasm-1.0", "wasm-2.0", "wasm-2.0-simd"])
def test_features_are_those_asked_for(level: str) -> None:
    assert InterpEngine(Features.parse(level)).can.features == Features.parse(level)
