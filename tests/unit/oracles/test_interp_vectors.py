"""Vectors in the reference interpreter: in memory, against wasmtime; and wherever else a value can be, by hand."""

from collections.abc import Iterator

import pytest

from jit.wasm.features import WASM_2
from jit.wasm.opcodes import VECTOR, Family, Imm, Op
from jit.wasm.types import I32, V128, FuncType, GlobalType, TrapKind, Value
from oracles.hostcalls import respond
from oracles.interp import InterpEngine
from oracles.protocol import Engine, HostCall, HostFunc, HostGlobal, Outcome, Returned, Snapshot, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.interp import LIMIT_S, call, i32, instance_in, instance_of, new_store, returned, trap_of, wasm
from support.vectors import vector

LANES = vector(8, *range(0x80, 0x90))
A = Value(V128, LANES)
B = Value(V128, (1 << 128) - 1)
SIZE = 65536

ACCESSES = [row for row in VECTOR if row.family in (Family.VECTOR_LOAD, Family.VECTOR_STORE)]


# --- memory


def accesses(row: Op) -> str:
    """A module that applies a row with each of its lanes, at offsets 0 and 5, to a memory full of different bytes."""
    lanes = [f" {lane}" for lane in range(row.lanes)] if Imm.LANE in row.immediates else [""]
    assert row.params is not None
    params = " ".join(type.name for type in row.params)
    result = "(result v128)" if row.results else ""
    operands = " ".join(f"local.get {n}" for n in range(len(row.params)))
    functions = [
        f'(func (export "{offset}{lane}") (param {params}) {result} {operands} {row} offset={offset}{lane})'
        for lane in lanes
        for offset in (0, 5)
    ]
    pattern = "".join(f"\\{value:02x}" for value in range(255, 223, -1))
    data = f'(data (i32.const 0) "{pattern}") (data (i32.const {SIZE - 32}) "{pattern}")'
    return f'(module (memory (export "memory") 1) {data} {" ".join(functions)})'


def places(row: Op) -> list[int]:
    """Addresses at the beginning, at the last place that fits with and without the offset, and past those."""
    last = SIZE - row.width // 8
    return [0, 3, last - 6, last - 5, last - 4, last, last + 1, SIZE, 0xFFFF_FFF0, 0xFFFF_FFFF]


def observe(engine: Engine, row: Op) -> Iterator[tuple[str, Outcome, Snapshot]]:
    store = engine.open()
    instance = store.instantiate(wasm(accesses(row)), deadline_s=LIMIT_S)
    assert not isinstance(instance, Outcome), instance
    lanes = [f" {lane}" for lane in range(row.lanes)] if row.lanes else [""]
    vectors = [A] if row.params == (I32, V128) else []
    for export in [f"{offset}{lane}" for lane in lanes for offset in (0, 5)]:
        for address in places(row):
            outcome = instance.call(export, [Value(I32, address), *vectors], deadline_s=LIMIT_S)
            yield f"{row} {export} at {address}", outcome, instance.snapshot()
    store.close()


@pytest.mark.parametrize("row", ACCESSES, ids=str)
def test_every_access_gives_writes_and_traps_as_in_wasmtime(row: Op) -> None:
    ours, theirs = InterpEngine(WASM_2), WasmtimeEngine(WASM_2)
    traps = 0
    for (what, outcome, state), (_, expected, expected_state) in zip(
        observe(ours, row), observe(theirs, row), strict=True
    ):
        if isinstance(expected, Trapped):
            traps += 1
            assert isinstance(outcome, Trapped), what
            assert outcome.kind is expected.kind, what
        else:
            assert outcome == expected, what
        assert state.memories == expected_state.memories, what
    assert traps == (4 + 6) * max(row.lanes, 1)


def test_all_accesses_are_compared() -> None:
    assert len(ACCESSES) == 22


def test_a_store_that_does_not_fit_writes_nothing() -> None:
    instance = instance_of(
        """(module (memory (export "m") 1)
          (func (export "whole") (param v128) (v128.store (i32.const 65521) (local.get 0)))
          (func (export "lane") (param v128) (v128.store64_lane offset=65529 1 (i32.const 0) (local.get 0))))"""
    )
    for export in ("whole", "lane"):
        assert trap_of(call(instance, export, B)) is TrapKind.OOB_MEMORY
    assert instance.snapshot().memories == (("m", bytes(SIZE)),)


def test_a_lane_is_loaded_into_the_vector_given() -> None:
    instance = instance_of(
        """(module (memory 1) (data (i32.const 7) "\\01\\02\\03\\04")
          (func (export "f") (param v128) (result v128) (v128.load16_lane offset=4 3 (i32.const 4) (local.get 0))))"""
    )
    expected = vector(16, *[LANES >> 16 * n & 0xFFFF for n in range(3)], 0x0302) | LANES >> 64 << 64
    assert call(instance, "f", A) == returned(expected, type=V128)


# --- everywhere else


def test_vectors_are_parameters_results_and_locals_which_begin_as_zero() -> None:
    instance = instance_of(
        """(module
          (func $swap (param v128 i32 v128) (result v128 i32 v128) (local $fresh v128)
            (v128.or (local.get 2) (local.get $fresh)) (local.get 1) (local.tee 0 (local.get 0)))
          (func (export "f") (param v128 i32 v128) (result v128 i32 v128)
            (call $swap (local.get 0) (local.get 1) (local.get 2))))"""
    )
    assert call(instance, "f", A, i32(7), B) == Returned((B, i32(7), A))


def test_vectors_are_chosen_branched_with_and_passed_through_blocks() -> None:
    instance = instance_of(
        """(module (func (export "f") (param v128 v128 i32) (result v128)
          (select (local.get 0) (local.get 1) (local.get 2))
          (if (param v128) (result v128) (local.get 2)
            (then (block (param v128) (result v128) (i32.const 9) (drop) (local.get 1) (i8x16.add) (br 0)))
            (else (drop) (local.get 0) (select (result v128) (local.get 1) (local.get 2))))))"""
    )
    less_one = vector(8, *range(0x7F, 0x8F))
    assert call(instance, "f", A, B, i32(1)) == returned(less_one, type=V128)
    assert call(instance, "f", A, B, i32(0)) == Returned((B,))


def test_vectors_are_globals_of_the_host_and_of_modules_and_are_seen_in_snapshots() -> None:
    store = new_store()
    store.define("host", "v", HostGlobal(GlobalType(V128, mutable=False), A))
    instance = instance_in(
        store,
        """(module
          (import "host" "v" (global $given v128))
          (global (export "copy") v128 (global.get $given))
          (global $own (export "own") (mut v128) (v128.const i32x4 1 2 3 -1))
          (func (export "set") (global.set $own (v128.not (global.get $given)))))""",
    )
    assert instance.read_global("own") == Value(V128, vector(32, 1, 2, 3, -1))
    assert call(instance, "set") == Returned(())
    assert instance.snapshot().globals == (("copy", A), ("own", Value(V128, LANES ^ B.bits)))


def test_vectors_cross_into_host_functions_and_back() -> None:
    type = FuncType((V128, I32), (V128,))
    store = new_store()
    store.define("host", "f", HostFunc(type))
    instance = instance_in(
        store,
        """(module (import "host" "f" (func $f (param v128 i32) (result v128)))
          (func (export "g") (param v128) (result v128) (call $f (local.get 0) (i32.const 3))))""",
    )
    assert call(instance, "g", A) == Returned(respond("host.f", type, (A, i32(3)), 0))
    assert instance.snapshot().host_calls == (HostCall("host.f", (A, i32(3))),)


def test_vectors_go_through_tables_of_functions() -> None:
    instance = instance_of(
        """(module (type $t (func (param v128) (result i32)))
          (table funcref (elem $mask)) (func $mask (type $t) (i8x16.bitmask (local.get 0)))
          (func (export "f") (param v128) (result i32) (call_indirect (type $t) (local.get 0) (i32.const 0))))"""
    )
    assert call(instance, "f", A) == returned(0xFFFF)
