"""v128 values on every way between Python, instances and machine code, on both back ends."""

from collections.abc import Iterator

import pytest

import jit
from jit.runtime.globals import Global
from jit.runtime.imports import HostFunction, TypedHostFunction
from jit.wasm.types import F32, I32, I64, V128, FuncType, GlobalType, Value
from support.wat import wasm

BITS = 0x7FF00000_00000001_DEADBEEF_7FA00001
"""No half equals the other; as floats, signalling NaNs."""
OTHER = 0x0F0E0D0C0B0A09080706050403020100
MIXED = FuncType((F32, V128, I64, V128), (V128, I64, V128, F32))
MIXED_TEXT = "(param f32 v128 i64 v128) (result v128 i64 v128 f32)"


@pytest.fixture(params=["minimal", "baseline"])
def engine(request: pytest.FixtureRequest) -> Iterator[jit.Engine]:
    with jit.Engine(request.param, "emulator") as engine:
        yield engine


def _mixed() -> list[Value]:
    return [Value(F32, 0x7FA00001), Value(V128, BITS), Value(I64, 1 << 63 | 7), Value(V128, OTHER)]


def test_typed_host_functions_get_and_give_every_bit(engine: jit.Engine) -> None:
    seen: list[tuple[Value, ...]] = []

    def answer(args: tuple[Value, ...]) -> list[Value]:
        seen.append(args)
        return [args[3], args[2], args[1], args[0]]

    module = engine.compile(
        wasm(
            f"""(import "env" "f" (func $f {MIXED_TEXT})) (type $t (func {MIXED_TEXT}))
                (table funcref (elem $f))
                (func (export "direct") {MIXED_TEXT}
                  (call $f (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
                (func (export "indirect") {MIXED_TEXT}
                  (call_indirect (type $t) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 0)))
                (export "itself" (func $f))"""
        )
    )
    instance = engine.instantiate(module, {"env": {"f": TypedHostFunction(MIXED, answer)}})
    one, two, three, four = _mixed()
    for name in ("direct", "indirect", "itself"):
        assert instance.invoke(name, _mixed()) == (four, three, two, one)
    assert seen == [tuple(_mixed())] * 3


def test_python_functions_see_vectors_as_unsigned_numbers(engine: jit.Engine) -> None:
    module = engine.compile(
        wasm(
            """(import "env" "not" (func $not (param v128) (result v128)))
               (func (export "f") (param v128) (result v128) (call $not (local.get 0)))"""
        )
    )
    invert = HostFunction(FuncType((V128,), (V128,)), lambda number: number ^ (1 << 128) - 1)
    instance = engine.instantiate(module, {"env": {"not": invert}})
    assert instance.call("f", BITS) == BITS ^ (1 << 128) - 1


def test_globals_share_all_16_bytes_between_instances(engine: jit.Engine) -> None:
    shared = engine.store.global_(GlobalType(V128, mutable=True), Value(V128, BITS))
    owner = engine.instantiate(
        engine.compile(
            wasm(
                f"""(global (export "g") (mut v128) (v128.const i64x2 {OTHER & (1 << 64) - 1} {OTHER >> 64}))
                    (global $beside (mut i64) (i64.const -1))
                    (func (export "beside") (result i64) (global.get $beside))"""
            )
        )
    )
    module = engine.compile(
        wasm(
            """(import "env" "a" (global $a (mut v128))) (import "env" "b" (global $b (mut v128)))
               (func (export "swap") (global.get $a) (global.set $a (global.get $b)) (global.set $b))"""
        )
    )
    engine.instantiate(module, {"env": {"a": shared, "b": owner.exports["g"]}}).call("swap")
    assert shared.get() == Value(V128, OTHER)
    exported = owner.exports["g"]
    assert isinstance(exported, Global)
    assert exported.get() == Value(V128, BITS)
    assert owner.call("beside") == -1


def test_vectors_are_carried_chosen_and_dropped_whole(engine: jit.Engine) -> None:
    """Branches over values in between, loop parameters, `select` and `drop` next to values of one slot."""
    instance = engine.instantiate(
        engine.compile(
            wasm(
                """(func (export "br") (param v128 i64 i32) (result i64 v128)
                     (block (result i64 v128)
                       (i64.const 1) (v128.const i64x2 2 3) drop
                       (local.get 1) (local.get 0)
                       (br_table 0 1 0 (local.get 2))))
                   (func (export "loop") (param v128 i32) (result v128)
                     (local.get 0) (local.get 1)
                     (loop (param v128 i32) (result v128)
                       (local.set 1) (i8x16.add (local.get 0)) (i32.sub (local.get 1) (i32.const 1))
                       (local.tee 1) (br_if 0 (local.get 1)) drop))
                   (func (export "select") (param v128 v128 i32) (result i64 v128 i64)
                     (i64.const 5) (select (local.get 0) (local.get 1) (local.get 2)) (i64.const 6))"""
            )
        )
    )
    vector, other = Value(V128, BITS), Value(V128, OTHER)
    for index in (0, 1, 2):
        arguments = [vector, Value(I64, 9), Value(I32, index)]
        assert instance.invoke("br", arguments) == (Value(I64, 9), vector)
    assert instance.call("loop", OTHER, 3) == sum((4 * byte & 255) << 8 * byte for byte in range(16))
    for condition, chosen in ((1, vector), (0, other)):
        arguments = [vector, other, Value(I32, condition)]
        assert instance.invoke("select", arguments) == (Value(I64, 5), chosen, Value(I64, 6))
