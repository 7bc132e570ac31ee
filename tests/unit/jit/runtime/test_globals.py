"""Globals as objects."""

from typing import cast

import pytest

import jit
from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, NULL, V128, GlobalType, ValType, Value
from support.wat import wasm

SIGNALLING = 0x7FA00001


@pytest.mark.parametrize(
    ("type", "bits"),
    [
        (I32, 0xFFFFFFFF),
        (I64, 1 << 63 | 1),
        (F32, SIGNALLING),
        (F64, 0x7FF0000000000001),
        (V128, 0x7FF00000_00000001_DEADBEEF_7FA00001),
        (EXTERNREF, 0),
        (EXTERNREF, NULL),
        (FUNCREF, NULL),
    ],
)
def test_a_global_keeps_its_bits(store: jit.Store, type: ValType, bits: int) -> None:
    made = store.global_(GlobalType(type, mutable=True), Value(type, bits))
    assert made.get() == Value(type, bits)
    made.set(Value(type, bits))
    assert made.get() == Value(type, bits)


def test_a_global_is_set_with_python_numbers(store: jit.Store) -> None:
    made = store.global_(GlobalType(I32, mutable=True), -1)
    assert made.value == -1
    made.value = 0xFFFFFFFE
    assert made.value == -2


def test_an_immutable_global_cannot_be_set(store: jit.Store) -> None:
    made = store.global_(GlobalType(I32, mutable=False), 5)
    with pytest.raises(TypeError, match="immutable"):
        made.value = 6
    assert made.value == 5


def test_a_value_of_another_type_is_refused(store: jit.Store) -> None:
    made = store.global_(GlobalType(I32, mutable=True), 5)
    with pytest.raises(TypeError, match=r"\[i32\] wanted, \[i64\] given"):
        made.set(Value(I64, 5))
    with pytest.raises(TypeError, match="global: typed values such as"):
        made.set(cast(Value, 5))
    with pytest.raises(TypeError, match="more than the 32 bits"):
        made.set(Value(I32, 1 << 32))


def test_an_address_that_is_no_function_is_refused(store: jit.Store) -> None:
    with pytest.raises(ValueError, match="no function of this store"):
        store.global_(GlobalType(FUNCREF, mutable=True), Value(FUNCREF, 0x1234))


def test_a_global_is_shared_by_those_that_import_it(engine: jit.Engine, store: jit.Store) -> None:
    counter = store.global_(GlobalType(I64, mutable=True), 40)
    text = """(import "env" "g" (global $g (mut i64))) (export "g" (global $g))
      (func (export "up") (global.set $g (i64.add (global.get $g) (i64.const 1))))"""
    module = engine.compile(wasm(text))
    one, two = (store.instantiate(module, {"env": {"g": counter}}) for _ in range(2))
    one.call("up")
    two.call("up")
    assert counter.value == 42
    assert one.exports["g"] is two.exports["g"]
