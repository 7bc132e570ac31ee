"""Vectors wherever values go: locals, blocks, branches, calls, globals, slots near and far, all 128 bits of them."""

from collections.abc import Iterator, Sequence

import pytest

from jit.engine import Engine
from jit.errors import Trap
from jit.wasm.types import BY_NAME, F32, I32, V128, FuncType, GlobalType, Value
from mitey_fuzz.case import Call, Case, Definition
from oracles.protocol import HostFunc, HostGlobal
from support.agreement import Pair, paranoid_baseline
from support.wat import wasm


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with paranoid_baseline() as made:
        yield made


def vector(number: int) -> Value:
    """A vector of its own for each number: no two have the same half, nor the same word."""
    lanes = [(0x01020304 * (number + 1) ^ lane * 0x9E3779B9) % (1 << 32) for lane in range(4)]
    return Value(V128, sum(bits << lane * 32 for lane, bits in enumerate(lanes)))


def const(number: int) -> str:
    """The same vector as an instruction."""
    return f"(v128.const i64x2 {vector(number).bits & (1 << 64) - 1:#x} {vector(number).bits >> 64:#x})"


def case(text: str, *calls: Call, imports: Sequence[Definition] = ()) -> Case:
    return Case(wasm(text), calls, tuple(imports))


def f(*args: Value | int) -> Call:
    """A call of `f`; numbers are i32."""
    return Call("f", tuple(Value(I32, arg % (1 << 32)) if isinstance(arg, int) else arg for arg in args))


MIXED = ("v128", "i32", "f64", "v128", "v128", "i64", "v128", "f32", *["v128"] * 5, "i32", "v128")
"""More vectors and floats than there are registers for arguments and results, and all other classes between them."""


TYPES = tuple(BY_NAME[name] for name in MIXED)


def literal(type: str, number: int) -> str:
    return const(number) if type == "v128" else f"({type}.const {number})"


def reversing(name: str) -> str:
    """A function that gives its arguments back in the opposite order."""
    gets = " ".join(f"local.get {n}" for n in reversed(range(len(MIXED))))
    return f"(func {name} (param {' '.join(MIXED)}) (result {' '.join(reversed(MIXED))}) {gets})"


RESULTS = f"(result {' '.join(reversed(MIXED))})"
ARGS = " ".join(literal(type, number) for number, type in enumerate(MIXED))


def test_arguments_and_results_of_all_classes_come_in_order(pair: Pair) -> None:
    pair.agree(case(f"""{reversing("$r")} (func (export "f") {RESULTS} (call $r {ARGS}))""", f()))


def test_they_come_in_order_through_a_table(pair: Pair) -> None:
    text = f"""(type $t (func (param {" ".join(MIXED)}) {RESULTS}))
        (table funcref (elem $r)) {reversing("$r")}
        (func (export "f") {RESULTS} (call_indirect (type $t) {ARGS} (i32.const 0)))"""
    pair.agree(case(text, f()))


def test_they_come_in_order_from_outside(pair: Pair) -> None:
    args = [vector(n) if type is V128 else Value(type, n + 1) for n, type in enumerate(TYPES)]
    pair.agree(case(reversing('(export "f")'), f(*args)))


def test_they_come_in_order_to_and_from_a_host_function(pair: Pair) -> None:
    host = Definition("host", "g", HostFunc(FuncType(TYPES, TYPES[::-1])))
    text = f"""(import "host" "g" (func $g (param {" ".join(MIXED)}) {RESULTS}))
        (func (export "f") {RESULTS} (call $g {ARGS}))"""
    pair.agree(case(text, f(), f(), imports=[host]))


PINNED = 12
"""More locals than there are homes."""


def filled(body: str, more: str = "") -> str:
    """A function whose vectors hold different things, and which combines them all at its end."""
    sets = " ".join(f"(local.set {n + 1} {const(n)})" for n in range(PINNED))
    sums = " ".join(f"(i32x4.add (i32x4.mul (local.get {n + 1}) {const(n + 50)}))" for n in range(PINNED))
    return f"""{more} (func (export "f") (param i32) (result v128) (local {"v128 " * PINNED} f64)
        {sets} {body} (v128.const i64x2 0 0) {sums})"""


def test_locals_keep_all_their_bits_in_a_function_that_calls_nothing(pair: Pair) -> None:
    body = """(loop (local.set 2 (i8x16.add (local.get 2) (local.get 12)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"""
    pair.agree(case(filled(body), f(1), f(7)))


SPOILER = f"""(func $spoil (result f64) (local {"f64 " * 8})
    {" ".join(f"(local.set {n} (f64.const {n + 1}.5))" for n in range(8))}
    {" ".join(f"local.get {n}" for n in range(8))} {"f64.add " * 7})"""
"""A function that uses every home there is."""


@pytest.mark.parametrize(
    "call",
    [
        "(drop (call $spoil))",
        "(drop (memory.grow (i32.const 0)))",
        "(memory.fill (i32.const 0) (i32.const 1) (i32.const 2))",
        "(drop (call_indirect (result f64) (i32.const 0)))",
        "(call $host)",
    ],
)
def test_locals_keep_all_their_bits_across_calls(pair: Pair, call: str) -> None:
    host = Definition("host", "h", HostFunc(FuncType((), ())))
    body = f"""(loop (local.set 3 (i8x16.add (local.get 3) (local.get 12))) {call}
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"""
    more = f'(import "host" "h" (func $host)) (memory 1) (table funcref (elem $spoil)) {SPOILER}'
    pair.agree(case(filled(body, more=more), f(1), f(5), imports=[host]))


def test_operands_keep_all_their_bits_across_calls(pair: Pair) -> None:
    n = 20
    text = f"""{SPOILER} (func (export "f") (param v128) (result v128)
        {" ".join(f"(i16x8.mul (local.get 0) {const(k)})" for k in range(n))}
        {const(70)} {const(71)} {const(72)} {const(73)} {const(74)} {const(75)}
        (drop (call $spoil)) {"i64x2.sub " * (n + 5)})"""
    pair.agree(case(text, f(vector(3)), f(vector(4))))


def test_an_argument_that_is_only_passed_on_keeps_its_bits(pair: Pair) -> None:
    text = f"""{SPOILER} (func $g (param v128 f64 v128) (result v128) (drop (call $spoil))
        (i64x2.sub (local.get 0) (local.get 2)))
        (func (export "f") (param v128 v128) (result v128)
          (drop (call $spoil)) (call $g (local.get 1) (f64.const 1) (local.get 0)))"""
    pair.agree(case(text, f(vector(1), vector(2))))


def test_vectors_travel_round_a_loop(pair: Pair) -> None:
    """A rotation of more than the registers that labels have, with an i32 between."""
    kinds = ["v128", "v128", "i32", "v128", "v128", "v128", "v128", "v128"]
    locals_ = " ".join(kinds)
    sets = " ".join(f"local.set {n + 1}" for n in reversed(range(8)))
    order = [2, 4, 3, 5, 6, 7, 8, 1]
    text = f"""(func (export "f") (param i32) (result {locals_}) (local {locals_})
        {" ".join(const(n) if kind == "v128" else "i32.const 5" for n, kind in enumerate(kinds))}
        (loop (param {locals_}) (result {locals_})
          {sets} {" ".join(f"local.get {n}" for n in order)}
          (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))"""
    pair.agree(case(text, *(f(n) for n in range(1, 9))))


def test_vectors_travel_to_the_labels_of_a_table(pair: Pair) -> None:
    carried = "v128 i32 v128 f64 v128 v128 v128"
    values = f"{const(0)} i32.const 1 {const(2)} f64.const 3 {const(4)} {const(5)} {const(6)}"
    text = f"""(func (export "f") (param i32) (result {carried})
        (block $a (result {carried}) (drop {const(9)})
          (block $b (result {carried}) i64.const 4
            (block $c (result {carried}) {values} (br_table $c $b $a $b (local.get 0)))
            (br $a))
          br $a))"""
    pair.agree(case(text, *(f(n) for n in range(5))))


CONDITIONS = ("(local.get 2)", "(i32.eqz (local.get 2))", "(i32.lt_s (local.get 2) (i32.const 7))")


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("left", ["(local.get 0)", "(i8x16.neg (local.get 0))", const(1)])
@pytest.mark.parametrize("right", ["(local.get 1)", "(i8x16.neg (local.get 1))", const(2), "(local.get 0)"])
def test_select_takes_one_of_two_vectors_whole(pair: Pair, condition: str, left: str, right: str) -> None:
    text = f'(func (export "f") (param v128 v128 i32) (result v128) (select {left} {right} {condition}))'
    pair.agree(case(text, *(f(vector(3), vector(4), n) for n in (0, 1, 9))))


def test_select_by_a_constant_takes_what_it_names(pair: Pair) -> None:
    text = f"""(func (export "f") (param v128) (result v128 v128)
        (select (result v128) (local.get 0) {const(1)} (i32.const 1))
        (select (local.get 0) {const(1)} (i32.const 0)))"""
    pair.agree(case(text, f(vector(3))))


def test_globals_hold_vectors(pair: Pair) -> None:
    given = Definition("host", "v", HostGlobal(GlobalType(V128, mutable=True), vector(5)))
    text = f"""(import "host" "v" (global $v (mut v128))) (global $w (mut v128) {const(2)}) (global $c v128 {const(3)})
        (func (export "f") (param v128) (result v128 v128 v128)
          (global.get $v) (global.set $v (local.get 0)) (global.set $w (i8x16.add (global.get $w) (global.get $v)))
          (global.set $v {const(8)}) (global.get $w) (global.get $c))"""
    pair.agree(case(text, f(vector(3)), f(vector(4)), imports=[given]))


@pytest.mark.parametrize("locals_", [0, 1, 40, 10_000, 10_001])
def test_more_vectors_than_registers_find_their_way_back(pair: Pair, locals_: int) -> None:
    """Spilled to near and far slots, at even and odd ones."""
    n = 50
    text = f"""(func (export "f") (param v128 i32) (result v128) (local {"i64 " * locals_})
        {" ".join(f"(i16x8.mul (local.get 0) {const(k)})" for k in range(n))}
        (block (param {"v128 " * n}) (result {"v128 " * n}) (br_if 0 (local.get 1)) (i32x4.neg))
        {"i64x2.sub " * (n - 1)})"""
    pair.agree(case(text, f(vector(3), 0), f(vector(4), 1)))


def test_hundreds_of_vectors_are_arguments_and_results(pair: Pair) -> None:
    n = 250
    text = f"""(func $g (param {"v128 " * n}) (result {"v128 " * n})
          {" ".join(f"(i8x16.add (local.get {k}) {const(k)})" for k in range(n))})
        (func (export "f") (param v128) (result v128)
          (call $g {"(local.get 0) " * n}) {"i32x4.add " * (n - 1)})"""
    pair.agree(case(text, f(vector(3))))


def test_ten_thousand_vectors_are_locals(pair: Pair) -> None:
    sets = " ".join(f"(local.set {k} {const(k)})" for k in range(1, 10_000, 3))
    text = f"""(func (export "f") (param v128) (result v128 v128 v128) (local {"v128 " * 10_000}) {sets}
        (i8x16.add (local.get 9999) (local.get 9997)) (local.get 4) (i64x2.sub (local.get 10000) (local.get 0)))"""
    pair.agree(case(text, f(vector(3))))


def test_the_first_lane_is_the_float_that_it_is(pair: Pair) -> None:
    """Without an instruction: in a register, in a local that then changes, and in a slot."""
    text = """(func (export "f") (param v128 f32) (result f32 f32 f64 f32) (local v128)
        (f32x4.extract_lane 0 (local.get 0))
        (local.set 0 (f32x4.splat (local.get 1)))
        (f32x4.extract_lane 0 (i8x16.neg (local.get 0)))
        (block (result v128) (br_if 0 (i32x4.neg (local.get 0)) (i32.const 1)) (br 0)) f64x2.extract_lane 0
        (f32x4.extract_lane 0 (local.tee 2 (f32x4.splat (local.get 1)))) (local.set 2 (v128.const i64x2 0 0)))"""
    pair.agree(case(text, f(vector(3), Value(F32, 0x7FA00001)), f(vector(4), Value(F32, 0x80000000))))


def test_a_recursion_over_vectors_that_nobody_reads_is_exhausted_in_the_end() -> None:
    """Parameters are unused and constants below the call unwritten, but no frame passes the guard without a trace.

    There is machine stack for all these frames; the value stack is too small by far.
    """
    text = f"""(global $left (mut i32) (i32.const 125000))
        (func $last (local {"v128 " * 20}) (local.set 19 {const(1)}))
        (func $g (export "f") (param {"v128 " * 8})
          (global.set $left (i32.sub (global.get $left) (i32.const 1)))
          (if (i32.eqz (global.get $left)) (then (call $last) (return)))
          {" ".join(const(n) for n in range(4))} (call $g {" ".join(const(n) for n in range(8))}) {"drop " * 4})"""
    with Engine("baseline") as engine:
        instance = engine.instantiate(engine.compile(wasm(text)))
        with pytest.raises(Trap, match="exhausted"):
            instance.call("f", *range(8))
