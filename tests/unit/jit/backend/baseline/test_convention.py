"""The register convention across modules: every function has a fast entry, and the stubs lose nothing on either way."""

from collections.abc import Iterator, Sequence

import pytest

import jit
from jit.abi import FuncRef
from jit.backend.code import host_symbol
from jit.runtime.imports import TypedHostFunction
from jit.wasm.types import F32, I32, I64, V128, FuncType, ValType, Value
from support.wat import wasm


@pytest.fixture(scope="module")
def engine() -> Iterator[jit.Engine]:
    with jit.Engine("baseline", paranoid=True) as made:
        yield made


def fast_entry(instance: jit.Instance, function: int) -> int:
    return instance.records.arena.read(instance.function(function).address + FuncRef.FAST)


TEXT = """(import "env" "h" (func (param i32) (result i32))) (import "env" "h" (func (param i32) (result i32)))
  (func (param i32 i64)) (func (result f64) (f64.const 1))"""
HOST = jit.HostFunction(FuncType((I32,), (I32,)), lambda x: x)


def test_every_function_has_a_fast_entry_in_the_modules_image(engine: jit.Engine) -> None:
    with engine.open_store() as store:
        module = engine.compile(wasm(TEXT))
        instance = store.instantiate(module, {"env": {"h": HOST}})
        entries = [fast_entry(instance, index) for index in range(4)]
        pieces = [module.image.piece(entry) for entry in entries]
        host = host_symbol(HOST.type)
        assert [None if piece is None else piece.symbol for piece in pieces] == [host, host, 2, 3]
        assert entries[0] == entries[1]
        module.close()


def test_minimal_has_none() -> None:
    with jit.Engine("minimal") as engine:
        instance = engine.instantiate(engine.compile(wasm(TEXT)), {"env": {"h": HOST}})
        assert [fast_entry(instance, index) for index in range(4)] == [0] * 4


def test_a_host_function_stays_callable_when_the_module_that_bound_it_is_closed(engine: jit.Engine) -> None:
    other = wasm("""(import "a" "h" (func $h (param i32) (result i32)))
      (func (export "f") (param i32) (result i32) (call $h (local.get 0)))""")
    with engine.open_store() as store:
        first = engine.compile(wasm('(import "env" "h" (func $h (param i32) (result i32))) (export "h" (func $h))'))
        given = store.instantiate(first, {"env": {"h": HOST}})
        first.close()
        module = engine.compile(other)
        assert store.instantiate(module, {"a": given.exports}).call("f", 7) == 7
        module.close()
    assert not first.is_loaded


def test_a_host_function_is_bound_anew_after_a_failed_link(engine: jit.Engine) -> None:
    """What the failed instantiation bound had its entry in a module that is gone."""
    failing = wasm('(import "env" "h" (func (param i32) (result i32))) (import "env" "missing" (func))')
    text = """(import "env" "h" (func $h (param i32) (result i32)))
      (func (export "f") (param i32) (result i32) (call $h (local.get 0)))"""
    with engine.open_store() as store:
        first = engine.compile(failing)
        with pytest.raises(jit.LinkError):
            store.instantiate(first, {"env": {"h": HOST}})
        first.close()
        assert not first.is_loaded
        module = engine.compile(wasm(text))
        assert store.instantiate(module, {"env": {"h": HOST}}).call("f", 7) == 7
        module.close()


ROWS: tuple[tuple[ValType, ...], ...] = (
    (),
    (I32,) * 8,
    (I32,) * 9,
    (I64,) * 20,
    (F32,) * 9,
    (V128,) * 8,
    (V128,) * 9,
    (*(V128,) * 9, I32, V128),
    (*(I64,) * 8, V128, F32, I64, V128, I32),
    (F32, V128, I64) * 7,
)
"""Around the ends of the registers, and far behind them: what goes on the stack moves there by less than its size."""


@pytest.mark.parametrize("types", ROWS, ids=lambda types: " ".join(map(str, types)) or "none")
def test_all_of_a_types_arguments_reach_the_host_and_come_back(engine: jit.Engine, types: Sequence[ValType]) -> None:
    args = tuple(
        Value(type, (0x0123_4567_89AB_CDEF_0F1E_2D3C_4B5A_6978 * (n + 1)) % (1 << type.bits))
        for n, type in enumerate(types)
    )
    seen: list[Sequence[Value]] = []

    def answer(given: tuple[Value, ...]) -> Sequence[Value]:
        seen.append(given)
        return given[::-1]

    signature = f"(param {' '.join(map(str, types))}) (result {' '.join(map(str, types[::-1]))})"
    gets = " ".join(f"(local.get {n})" for n in range(len(types)))
    text = f"""(import "env" "h" (func $h {signature})) (func (export "f") {signature} (call $h {gets}))"""
    with engine.open_store() as store:
        module = engine.compile(wasm(text))
        host = TypedHostFunction(FuncType(tuple(types), tuple(types[::-1])), answer)
        instance = store.instantiate(module, {"env": {"h": host}})
        assert instance.invoke("f", args) == args[::-1]
        assert seen == [args]
        module.close()
