"""Calls that may leave the instance: through tables and of imports, on every back end, watched by the paranoid.

Functions elsewhere have a memory and globals of their own, so whoever comes back to the wrong ones is found out.
"""

from collections.abc import Iterator, Sequence

import pytest

import jit
from jit.host import available
from jit.runtime.imports import TypedHostFunction
from jit.wasm.types import BY_NAME, V128, FuncType, Value
from support.wat import wasm

# More of each class than go in registers, one way and the other, with vectors between them.
MIXED = (
    *("i32", "f64", "v128", "i64", "f32", "v128", "i32", "i64", "f32", "i32", "v128", "f64", "i64", "i32", "f32"),
    *("v128", "i64", "f64", "i32", "v128", "i32", "i64", "f32", "v128", "i32"),
)
REVERSED = MIXED[::-1]
SIGNATURE = f"(param {' '.join(MIXED)}) (result {' '.join(REVERSED)})"
TYPES = tuple(BY_NAME[name] for name in MIXED)
TYPE = FuncType(TYPES, TYPES[::-1])
GETS = " ".join(f"(local.get {n})" for n in range(len(MIXED)))
BACKWARDS = " ".join(f"(local.get {n})" for n in reversed(range(len(MIXED))))


def values(start: int) -> tuple[Value, ...]:
    """A value of its own for each argument, no half of a vector like another."""
    made = []
    for number, type in enumerate(TYPES, start):
        word = 0x0102_0304_0506_0708 * (number + 1) % (1 << 64)
        bits = word << 64 | word ^ 0x5555 if type is V128 else word
        made.append(Value(type, bits % (1 << type.bits)))
    return tuple(made)


@pytest.fixture(
    scope="module", params=[(backend, host) for backend in jit.Engine.backends() for host in available()], ids=str
)
def engine(request: pytest.FixtureRequest) -> Iterator[jit.Engine]:
    backend, host = request.param
    with jit.Engine(backend, host, paranoid=True) as made:
        yield made


@pytest.fixture
def store(engine: jit.Engine) -> Iterator[jit.Store]:
    with engine.open_store() as made:
        yield made


def instantiate(engine: jit.Engine, store: jit.Store, text: str, given: jit.Instance | None = None) -> jit.Instance:
    """An instance that imports from `given` as from "a"."""
    return store.instantiate(engine.compile(wasm(text)), {} if given is None else {"a": given.exports})


# The callee reads its own memory and changes it; the caller reads its own, before and after.
GIVER = f"""(memory (export "m") 1) (data (i32.const 0) "\\07") (global $calls (mut i32) (i32.const 100))
  (table (export "t") 3 10 funcref) (elem (i32.const 1) $reverse $count)
  (func $reverse (export "reverse") {SIGNATURE} {BACKWARDS})
  (func $count (export "count") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
    (i32.add (global.get $calls) (i32.load8_u (i32.const 0))))"""
TAKER = f"""(type $mixed (func {SIGNATURE})) (type $count (func (result i32)))
  (import "a" "reverse" (func $reverse (type $mixed))) (import "a" "count" (func $count (type $count)))
  (import "a" "t" (table 3 funcref))
  (memory 1) (data (i32.const 0) "\\64") (global $g (mut i32) (i32.const 1000))
  (func (export "direct") {SIGNATURE} (call $reverse {GETS}))
  (func (export "indirect") {SIGNATURE} (call_indirect (type $mixed) {GETS} (i32.const 1)))
  (func (export "direct count") (result i32)
    (i32.add (call $count) (i32.add (i32.load8_u (i32.const 0)) (global.get $g))))
  (func (export "indirect count") (result i32)
    (i32.add (call_indirect (type $count) (i32.const 2)) (i32.add (i32.load8_u (i32.const 0)) (global.get $g))))
  (func (export "below") (param $x i64) (param $y f64) (param $index i32) (result i64 f64 i32 i32)
    (i64.mul (local.get $x) (i64.const 3)) (f64.mul (local.get $y) (f64.const 2))
    (i32.load8_u (i32.const 0)) (call_indirect (type $count) (local.get $index)))"""


@pytest.mark.parametrize("way", ["direct", "indirect"])
def test_arguments_and_results_of_all_classes_cross_instances(engine: jit.Engine, store: jit.Store, way: str) -> None:
    taker = instantiate(engine, store, TAKER, instantiate(engine, store, GIVER))
    for start in (0, 100):
        assert taker.invoke(way, values(start)) == values(start)[::-1]


@pytest.mark.parametrize("way", ["direct count", "indirect count"])
def test_memory_and_context_are_ours_again_behind_a_call_of_another_instance(
    engine: jit.Engine, store: jit.Store, way: str
) -> None:
    taker = instantiate(engine, store, TAKER, instantiate(engine, store, GIVER))
    assert [taker.call(way) for _ in range(2)] == [101 + 8 + 100 + 1000, 102 + 9 + 100 + 1000]


def test_operands_below_a_call_through_a_table_are_there_behind_it(engine: jit.Engine, store: jit.Store) -> None:
    taker = instantiate(engine, store, TAKER, instantiate(engine, store, GIVER))
    assert taker.call("below", -5, 1.25, 2) == (-15, 2.5, 100, 109)


HOSTED = f"""(type $mixed (func {SIGNATURE})) (import "env" "f" (func $f (type $mixed)))
  (table (export "t") 2 funcref) (elem (i32.const 1) $f) (memory 1) (data (i32.const 0) "\\64")
  (func (export "direct") {SIGNATURE} (call $f {GETS}))
  (func (export "indirect") {SIGNATURE} (call_indirect (type $mixed) {GETS} (i32.const 1)))
  (func (export "own") (param {" ".join(MIXED)}) (result i32)
    (call_indirect (type $mixed) {GETS} (i32.const 1))
    {" ".join("drop" for _ in MIXED)} (i32.load8_u (i32.const 0)))"""
BORROWING = f"""(type $mixed (func {SIGNATURE})) (import "a" "t" (table 2 funcref))
  (func (export "indirect") {SIGNATURE} (call_indirect (type $mixed) {GETS} (i32.const 1)))"""


def test_host_functions_take_and_give_all_classes_from_everywhere(engine: jit.Engine, store: jit.Store) -> None:
    seen: list[Sequence[Value]] = []

    def answer(args: tuple[Value, ...]) -> Sequence[Value]:
        seen.append(args)
        return args[::-1]

    module = engine.compile(wasm(HOSTED))
    host = store.instantiate(module, {"env": {"f": TypedHostFunction(TYPE, answer)}})
    module.close()
    elsewhere = instantiate(engine, store, BORROWING, host)
    for start, (instance, way) in enumerate(((host, "direct"), (host, "indirect"), (elsewhere, "indirect"))):
        assert instance.invoke(way, values(start)) == values(start)[::-1]
    assert host.invoke("own", values(3)) == (Value(BY_NAME["i32"], 100),)
    assert seen == [values(start) for start in range(4)]


def test_a_host_function_of_one_module_is_called_by_another(engine: jit.Engine, store: jit.Store) -> None:
    """It was bound for the first of them; the second imports it by its export, and directly."""
    host = jit.HostFunction(FuncType((jit.I32, jit.F64), (jit.F64, jit.I32)), lambda x, y: (y * 2, x + 1))
    signature = "(param i32 f64) (result f64 i32)"
    first = store.instantiate(
        engine.compile(wasm(f'(import "env" "h" (func $h {signature})) (export "h" (func $h))')), {"env": {"h": host}}
    )
    text = f"""(import "a" "h" (func $a {signature})) (import "env" "h" (func $b {signature}))
      (func (export "a") {signature} (call $a (local.get 0) (local.get 1)))
      (func (export "b") {signature} (call $b (local.get 0) (local.get 1)))"""
    second = store.instantiate(engine.compile(wasm(text)), {"a": first.exports, "env": {"h": host}})
    assert [second.call(way, 6, 1.5) for way in "ab"] == [(3.0, 7)] * 2


TRAPPING = """(table (export "t") 4 funcref) (elem (i32.const 0) $divide $twice)
  (func $divide (export "divide") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))"""
THROUGH = """(type $divide (func (param i32 i32) (result i32)))
  (import "a" "divide" (func $divide (type $divide))) (import "a" "t" (table 4 funcref))
  (func (export "direct") (param i32 i32) (result i32) (call $divide (local.get 0) (local.get 1)))
  (func (export "indirect") (param i32 i32 i32) (result i32)
    (call_indirect (type $divide) (local.get 0) (local.get 1) (local.get 2)))"""


def test_a_trap_elsewhere_is_told_where_it_happened(engine: jit.Engine, store: jit.Store) -> None:
    giver = instantiate(engine, store, TRAPPING)
    taker = instantiate(engine, store, THROUGH, giver)
    division = giver.module.wasm.codes[0].offset + 4  # behind two times local.get
    for way, args in (("direct", (7, 0)), ("indirect", (7, 0, 0))):
        with pytest.raises(jit.Trap) as caught:
            taker.call(way, *args)
        trap = caught.value
        assert (trap.kind, trap.function, trap.offset) == (jit.TrapKind.DIV_ZERO, 0, division)
    assert (taker.call("direct", 42, 6), taker.call("indirect", 42, 6, 0)) == (7, 7)


def test_what_is_wrong_with_an_element_is_told_at_the_call(engine: jit.Engine, store: jit.Store) -> None:
    taker = instantiate(engine, store, THROUGH, instantiate(engine, store, TRAPPING))
    call = taker.module.wasm.codes[1].offset + 6  # behind three times local.get
    for index, kind in (
        (1, jit.TrapKind.INDIRECT_MISMATCH),
        (2, jit.TrapKind.UNINITIALIZED_ELEMENT),
        (4, jit.TrapKind.UNDEFINED_ELEMENT),
        (-1, jit.TrapKind.UNDEFINED_ELEMENT),
    ):
        with pytest.raises(jit.Trap) as caught:
            taker.call("indirect", 42, 6, index)
        assert (caught.value.kind, caught.value.function, caught.value.offset) == (kind, 2, call)
    assert taker.call("indirect", 42, 6, 0) == 7


@pytest.mark.parametrize("maximum", ["", "own", "10000"])
@pytest.mark.parametrize("length", [1, 4095, 4096, 4097, 65_537])
def test_the_end_of_a_table_is_where_it_is(engine: jit.Engine, store: jit.Store, length: int, maximum: str) -> None:
    """Tables that can grow and that cannot, of lengths that instructions hold and do not; their own and imported."""
    limits = f"{length} {max(length, 10_000) if maximum == '10000' else length if maximum else ''}"
    body = f"""(type $t (func (result i32)))
      (func $f (type $t) (i32.const 7)) (elem (i32.const {length - 1}) $f)
      (func (export "f") (param i32) (result i32) (call_indirect (type $t) (local.get 0)))
      (func (export "get") (param i32) (result i32) (ref.is_null (table.get (local.get 0))))"""
    own = instantiate(engine, store, f'(table (export "t") {limits} funcref) {body}')
    for instance in (own, instantiate(engine, store, f'(import "a" "t" (table {limits} funcref)) {body}', own)):
        assert (instance.call("f", length - 1), instance.call("get", length - 1)) == (7, 0)
        for index in (length, length + 1, 1 << 31, -1):
            for name, kind in (("f", jit.TrapKind.UNDEFINED_ELEMENT), ("get", jit.TrapKind.OOB_TABLE)):
                with pytest.raises(jit.Trap) as caught:
                    instance.call(name, index - (index >> 31 << 32))
                assert caught.value.kind is kind


def test_a_table_grows_under_a_call_that_saw_it_short(engine: jit.Engine, store: jit.Store) -> None:
    text = """(type $t (func (result i32))) (table 1 5 funcref) (elem declare func $f)
      (func $f (type $t) (i32.const 7))
      (func (export "grow") (result i32) (table.grow (ref.func $f) (i32.const 4)))
      (func (export "f") (param i32) (result i32) (call_indirect (type $t) (local.get 0)))"""
    instance = instantiate(engine, store, text)
    with pytest.raises(jit.Trap):
        instance.call("f", 4)
    assert (instance.call("grow"), instance.call("f", 4)) == (1, 7)


CONSTANTS = " ".join(f"(i64.const {n})" for n in range(12))
RECURSIONS = {
    "nothing": ("", "", ""),
    "constants below": ("", CONSTANTS, "i64.add " * 12),
    "locals": (f"(local {'i64 ' * 14})", "", ""),
    "wide": (f"(local {'i64 ' * 20_000})", "", ""),
}
"""What a function has besides the call of itself: locals, and what is before and behind the call."""


@pytest.mark.parametrize("shape", RECURSIONS)
def test_recursion_through_a_table_exhausts_the_stack(engine: jit.Engine, store: jit.Store, shape: str) -> None:
    locals, before, behind = RECURSIONS[shape]
    text = f"""(type $t (func (param i32 i32) (result i64))) (table 1 funcref) (elem (i32.const 0) $f)
      (func $f (export "f") (type $t) {locals}
        (if (i32.eqz (local.get 1)) (then (return (i64.const 5))))
        {before}
        (call_indirect (type $t) (local.get 0) (i32.sub (local.get 1) (i32.const 1)) (local.get 0))
        {behind})"""
    instance = instantiate(engine, store, text)
    shallow = instance.call("f", 0, 20)
    for _ in range(2):
        with pytest.raises(jit.Trap) as caught:
            instance.call("f", 0, -1)
        assert caught.value.kind is jit.TrapKind.EXHAUSTED
        assert instance.call("f", 0, 20) == shallow


def test_recursion_across_two_instances_exhausts_the_stack(engine: jit.Engine, store: jit.Store) -> None:
    text = """(type $t (func (param i32) (result i32))) (table (export "t") 2 funcref) (elem (i32.const 0) $f)
      (func $f (export "f") (type $t) (if (result i32) (local.get 0)
        (then (i32.add (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 1)) (i32.const 1)))
        (else (i32.const 0))))"""
    one = instantiate(engine, store, text)
    other = """(type $t (func (param i32) (result i32))) (import "a" "f" (func $f (type $t)))
      (import "a" "t" (table 2 funcref)) (elem (i32.const 1) $g)
      (func $g (type $t) (if (result i32) (local.get 0)
        (then (i32.add (call $f (i32.sub (local.get 0) (i32.const 1))) (i32.const 1))) (else (i32.const 0))))"""
    instantiate(engine, store, other, one)
    assert one.call("f", 5000) == 5000
    with pytest.raises(jit.Trap) as caught:
        one.call("f", -1)
    assert caught.value.kind is jit.TrapKind.EXHAUSTED
    assert one.call("f", 5000) == 5000


def test_recursion_that_ends_in_a_host_call_exhausts_the_stack(engine: jit.Engine, store: jit.Store) -> None:
    """The host function has neither arguments nor results, so nothing of its own touches the value stack."""
    text = f"""(import "env" "h" (func $h)) (type $t (func)) (table 1 funcref) (elem (i32.const 0) $f)
      (func $f (export "f") {CONSTANTS} (call $h) (call_indirect (type $t) (i32.const 0)) {"drop " * 12})"""
    calls = [0]

    def count() -> None:
        calls[0] += 1

    instance = store.instantiate(engine.compile(wasm(text)), {"env": {"h": jit.HostFunction(FuncType((), ()), count)}})
    with pytest.raises(jit.Trap) as caught:
        instance.call("f")
    assert caught.value.kind is jit.TrapKind.EXHAUSTED
    assert calls[0] > 5000
