"""Imports: matching, and host functions."""

import traceback
from typing import cast

import pytest

import jit
from jit.runtime.imports import Extern, Imports
from jit.wasm.types import (
    EXTERNREF,
    F32,
    F64,
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
    ValType,
    Value,
)
from support.wat import wasm

VOID = FuncType((), ())
UNARY = FuncType((I32,), (I32,))


def instantiate(engine: jit.Engine, store: jit.Store, text: str, item: Extern) -> jit.Instance:
    return store.instantiate(engine.compile(wasm(text)), {"env": {"x": item}})


def test_an_import_that_is_not_there_is_unknown(engine: jit.Engine, store: jit.Store) -> None:
    module = engine.compile(wasm('(import "env" "x" (func))'))
    for imports in ({}, {"env": {}}, {"other": {}}):
        with pytest.raises(jit.LinkError, match=r'^unknown import "env" "x"'):
            store.instantiate(module, imports)


def offers(store: jit.Store) -> dict[str, Extern]:
    return {
        "func": jit.HostFunction(UNARY, lambda x: x),
        "table": store.table(TableType(FUNCREF, Limits(2, 4))),
        "memory": store.memory(MemoryType(Limits(2, 4))),
        "memory without maximum": store.memory(MemoryType(Limits(2, None))),
        "const": store.global_(GlobalType(I32, mutable=False), 1),
        "mut": store.global_(GlobalType(I32, mutable=True), 1),
    }


@pytest.mark.parametrize(
    ("offer", "wanted", "fits"),
    [
        ("func", "(func (param i32) (result i32))", True),
        ("func", "(func (param i32))", False),
        ("func", "(func (param i64) (result i32))", False),
        ("func", "(memory 1)", False),
        ("table", "(table 2 4 funcref)", True),
        ("table", "(table 1 5 funcref)", True),
        ("table", "(table 0 funcref)", True),
        ("table", "(table 3 4 funcref)", False),
        ("table", "(table 2 3 funcref)", False),
        ("table", "(table 2 4 externref)", False),
        ("memory", "(memory 2 4)", True),
        ("memory", "(memory 1)", True),
        ("memory", "(memory 3)", False),
        ("memory", "(memory 2 3)", False),
        ("memory without maximum", "(memory 2)", True),
        ("memory without maximum", "(memory 2 65536)", False),
        ("const", "(global i32)", True),
        ("const", "(global (mut i32))", False),
        ("const", "(global i64)", False),
        ("mut", "(global (mut i32))", True),
        ("mut", "(global i32)", False),
    ],
)
def test_an_import_must_match_in_kind_type_and_limits(
    engine: jit.Engine, store: jit.Store, offer: str, wanted: str, fits: bool
) -> None:
    text = f'(import "env" "x" {wanted})'
    if fits:
        instantiate(engine, store, text, offers(store)[offer])
    else:
        with pytest.raises(jit.LinkError, match=r'^incompatible import type for "env" "x"'):
            instantiate(engine, store, text, offers(store)[offer])


def test_a_grown_memory_matches_by_its_present_size(engine: jit.Engine, store: jit.Store) -> None:
    memory = store.memory(MemoryType(Limits(1, 4)))
    memory.grow(2)
    instantiate(engine, store, '(import "env" "x" (memory 3))', memory)


def test_a_plain_python_function_is_misuse_that_names_the_fix(engine: jit.Engine, store: jit.Store) -> None:
    with pytest.raises(TypeError, match="must be a HostFunction"):
        instantiate(engine, store, '(import "env" "x" (func))', cast(Extern, print))


@pytest.mark.parametrize("imports", [{"env": None}, {"env": [1]}, [], 5])
def test_imports_that_are_no_mapping_are_misuse_that_names_the_fix(
    engine: jit.Engine, store: jit.Store, imports: object
) -> None:
    module = engine.compile(wasm('(import "env" "x" (func))'))
    with pytest.raises(TypeError, match="must be a mapping"):
        store.instantiate(module, cast(Imports, imports))


@pytest.mark.parametrize(
    "type",
    [
        FuncType(cast(tuple[ValType, ...], []), (I32,)),
        FuncType((I32,), cast(tuple[ValType, ...], [I32])),
        FuncType(cast(tuple[ValType, ...], ("i32",)), ()),
        cast(FuncType, ((I32,), ())),
    ],
)
def test_a_host_function_of_what_is_no_function_type_is_misuse_that_names_the_fix(type: FuncType) -> None:
    for kind in (jit.HostFunction, jit.TypedHostFunction):
        with pytest.raises(TypeError, match="FuncType"):
            kind(type, print)


def test_things_of_another_store_cannot_be_imported(engine: jit.Engine, store: jit.Store) -> None:
    with engine.open_store() as other:
        memory = other.memory(MemoryType(Limits(1, None)))
        with pytest.raises(ValueError, match="another store"):
            instantiate(engine, store, '(import "env" "x" (memory 1))', memory)


CALL = """(import "env" "x" (func $x (param i32) (result i32)))
  (func (export "f") (param i32) (result i32) (call $x (local.get 0)))"""


def test_a_host_function_gets_signed_numbers_and_gives_any_in_range(engine: jit.Engine, store: jit.Store) -> None:
    seen = []

    def host(x: int) -> int:
        seen.append(x)
        return 0xFFFFFFFF if x < 0 else x + 1

    instance = instantiate(engine, store, CALL, jit.HostFunction(UNARY, host))
    assert [instance.call("f", x) for x in (-5, 0xFFFFFFFF, 7)] == [-1, -1, 8]
    assert seen == [-5, -1, 7]


def test_a_host_function_of_many_types_and_results(engine: jit.Engine, store: jit.Store) -> None:
    type = FuncType((I64, F32, F64, EXTERNREF), (F64, I64, EXTERNREF, F32))
    names = "(param i64 f32 f64 externref) (result f64 i64 externref f32)"
    text = f"""(import "env" "x" (func $x {names})) (func (export "f") {names}
      local.get 0 local.get 1 local.get 2 local.get 3 call $x)"""
    swap = jit.HostFunction(type, lambda a, b, c, d: (c, a, d, b))
    instance = instantiate(engine, store, text, swap)
    assert instance.call("f", -(1 << 63), 0.5, -0.0, 12) == (-0.0, -(1 << 63), 12, 0.5)
    assert instance.call("f", 1, 0.5, 2.5, None) == (2.5, 1, None, 0.5)


def test_more_results_than_arguments_do_not_disturb_the_caller(engine: jit.Engine, store: jit.Store) -> None:
    many = FuncType((), (I32,) * 20)
    text = f"""(import "env" "x" (func $x (result {"i32 " * 20})))
      (func (export "f") (result {"i32 " * 22}) i32.const 100 call $x i32.const 200)"""
    instance = instantiate(engine, store, text, jit.HostFunction(many, lambda: tuple(range(20))))
    assert instance.call("f") == (100, *range(20), 200)


def test_a_typed_host_function_keeps_every_bit(engine: jit.Engine, store: jit.Store) -> None:
    type = FuncType((F32, F64), (F64, F32))
    text = """(import "env" "x" (func $x (param f32 f64) (result f64 f32)))
      (func (export "f") (param f32 f64) (result f64 f32) local.get 0 local.get 1 call $x)"""
    instance = instantiate(engine, store, text, jit.TypedHostFunction(type, lambda args: args[::-1]))
    args = (Value(F32, 0x7FA00001), Value(F64, 0xFFF0000000000001))
    assert instance.invoke("f", args) == args[::-1]


@pytest.mark.parametrize("answer", [None, "1", 1.5, (1,), (1, 2)])
def test_a_host_function_that_returns_something_else_is_told_so(
    engine: jit.Engine, store: jit.Store, answer: object
) -> None:
    instance = instantiate(engine, store, CALL, jit.HostFunction(UNARY, lambda _: answer))
    with pytest.raises(TypeError):
        instance.call("f", 1)


@pytest.mark.parametrize(
    "answer", [(), (Value(I64, 1),), (Value(I32, 1 << 32),), None, (1,), (Value(I32, 1),) * 2, (Value(I32, 1), 1)]
)
def test_a_typed_host_function_that_returns_something_else_is_told_so(
    engine: jit.Engine, store: jit.Store, answer: tuple[Value, ...]
) -> None:
    instance = instantiate(engine, store, CALL, jit.TypedHostFunction(UNARY, lambda _: answer))
    with pytest.raises(TypeError):
        instance.call("f", 1)


def test_a_host_function_cannot_forge_a_function_reference(engine: jit.Engine, store: jit.Store) -> None:
    text = '(import "env" "x" (func $x (result funcref))) (func (export "f") (result funcref) call $x)'
    forge = jit.TypedHostFunction(FuncType((), (FUNCREF,)), lambda _: (Value(FUNCREF, 0x1000),))
    with pytest.raises(ValueError, match="no function of this store"):
        instantiate(engine, store, text, forge).call("f")


def test_an_exception_of_a_host_function_travels_to_the_caller(engine: jit.Engine, store: jit.Store) -> None:
    def breaks(_: int) -> int:
        raise LookupError("of the host")

    instance = instantiate(engine, store, CALL, jit.HostFunction(UNARY, breaks))
    with pytest.raises(LookupError, match="of the host") as caught:
        instance.call("f", 1)
    frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert frames[-1] == "breaks"


def test_a_trap_raised_by_a_host_function_is_a_trap(engine: jit.Engine, store: jit.Store) -> None:
    def traps(_: int) -> int:
        raise jit.Trap(TrapKind.UNREACHABLE)

    instance = instantiate(engine, store, CALL, jit.HostFunction(UNARY, traps))
    with pytest.raises(jit.Trap) as caught:
        instance.call("f", 1)
    assert caught.value.kind is TrapKind.UNREACHABLE


def test_host_functions_call_back_to_any_depth(engine: jit.Engine, store: jit.Store) -> None:
    def countdown(x: int) -> object:
        return 0 if x == 0 else instance.call("f", x - 1)

    text = CALL.replace("(call $x (local.get 0))", "(i32.add (call $x (local.get 0)) (i32.const 1))")
    instance = instantiate(engine, store, text, jit.HostFunction(UNARY, countdown))
    assert instance.call("f", 1000) == 1001


def test_endless_calling_back_exhausts_the_call_stack(engine: jit.Engine, store: jit.Store) -> None:
    instance = instantiate(engine, store, CALL, jit.HostFunction(UNARY, lambda x: instance.call("f", x)))
    with pytest.raises(jit.Trap) as caught:
        instance.call("f", 1)
    assert caught.value.kind is TrapKind.EXHAUSTED
    other = instantiate(engine, store, CALL, jit.HostFunction(UNARY, lambda x: x))
    assert other.call("f", 3) == 3


def test_a_recursion_error_of_the_hosts_own_is_not_a_trap(engine: jit.Engine, store: jit.Store) -> None:
    def forever(x: int) -> int:
        return forever(x) + 1

    instance = instantiate(engine, store, CALL, jit.HostFunction(UNARY, forever))
    with pytest.raises(RecursionError):
        instance.call("f", 1)


def test_a_nested_call_does_not_disturb_its_callers_operands(engine: jit.Engine, store: jit.Store) -> None:
    text = """(import "env" "x" (func $x (param i32) (result i32)))
      (func (export "sum") (param i64 i64 i64) (result i64)
        local.get 0 local.get 1 local.get 2 i64.add i64.add)
      (func (export "f") (param i32) (result i32)
        i32.const 1000 i32.const 200 local.get 0 call $x i32.const 3 i32.add i32.add i32.add)"""

    def host(x: int) -> int:
        assert instance.call("sum", -1, -1, -1) == -3
        return x

    instance = instantiate(engine, store, text, jit.HostFunction(UNARY, host))
    assert instance.call("f", 40) == 1243


def test_one_host_function_imported_twice_is_one_function(engine: jit.Engine, store: jit.Store) -> None:
    text = """(import "env" "x" (func $a)) (import "env" "x" (func $b))
      (export "a" (func $a)) (export "b" (func $b))"""
    host = jit.HostFunction(VOID, lambda: None)
    one, two = (instantiate(engine, store, text, host) for _ in range(2))
    assert len({one.exports["a"], one.exports["b"], two.exports["a"]}) == 1


def test_an_exported_host_function_can_be_called_and_imported(engine: jit.Engine, store: jit.Store) -> None:
    text = '(import "env" "x" (func $x (param i32) (result i32))) (export "x" (func $x))'
    instance = instantiate(engine, store, text, jit.HostFunction(UNARY, lambda x: x * 2))
    assert instance.call("x", 21) == 42
    again = instantiate(engine, store, CALL, instance.exports["x"])
    assert again.call("f", -3) == -6


def test_null_and_functions_cross_as_objects(engine: jit.Engine, store: jit.Store) -> None:
    text = """(import "env" "x" (func $x (param funcref) (result funcref)))
      (func (export "f") (param funcref) (result funcref) local.get 0 call $x)"""
    seen = []

    def host(function: object) -> object:
        seen.append(function)
        return function

    type = FuncType((FUNCREF,), (FUNCREF,))
    instance = instantiate(engine, store, text, jit.HostFunction(type, host))
    f = instance.exports["f"]
    assert instance.call("f", None) is None
    assert instance.call("f", f) == f
    assert seen == [None, f]
    assert instance.invoke("f", [Value(FUNCREF, NULL)]) == (Value(FUNCREF, NULL),)
