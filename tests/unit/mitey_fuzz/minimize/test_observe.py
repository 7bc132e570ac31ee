"""What the minimizer is told about a run, and how work is counted without a clock."""

from jit.wasm.types import NULL
from mitey_fuzz.case import Case
from mitey_fuzz.minimize.observe import EXPLORED_LOOKS, MOST_KEPT, explored, observe, work
from support.linked import linked
from support.wat import call, case

CALLS = """
    (func $leaf (param i32 f64) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func $never (result i32) (i32.const 9))
    (func (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (i32.mul (call $leaf (local.get 0) (f64.const 1)) (i32.const 3)))
        (else (call $never))))
"""
"""Instructions of "f": 0 get, 1 if, 2 get, 3 const, 4 call, 5 const, 6 mul, 7 else, 8 call, 9 end, 10 end."""

ENDLESS = '(func (export "f") (loop (br 0)))'


def test_values_behind_instructions_and_calls_are_seen() -> None:
    seen = observe(case(CALLS, "f i32:5")).behind
    assert seen[2, 0] == [(5,)]
    assert seen[2, 4] == [(6,)]
    assert seen[2, 5] == [(6, 3)]
    assert seen[2, 9] == [(18,)]


def test_what_did_not_run_was_not_reached() -> None:
    reached = observe(case(CALLS, "f i32:5")).reached
    assert {(2, 2), (2, 4), (2, 6), (0, 2)} <= reached
    assert not {(2, 8), (1, 0)} & reached


def test_arguments_of_every_call_are_seen_up_to_a_number() -> None:
    calls = [f"f i32:{n}" for n in range(1, 3 + MOST_KEPT)]
    seen = observe(case(CALLS, *calls)).arguments
    assert seen[0] == [(n, 0x3FF0_0000_0000_0000) for n in range(1, 1 + MOST_KEPT)]
    assert 1 not in seen


def test_references_are_seen_as_what_they_are() -> None:
    text = '(func (export "f") (param externref) (drop (local.get 0)))'
    assert observe(case(text, f"f externref:{NULL}")).arguments == {0: [(NULL,)]}


def test_a_run_without_end_is_seen_as_far_as_it_gets() -> None:
    assert (0, 1) in observe(case(ENDLESS, "f")).reached


def test_work_is_counted_in_jumps_and_bounded() -> None:
    counting = """(func (export "f") (param i32)
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))"""
    assert work(case(counting, "f i32:1"), 10) == 1
    assert work(case(counting, "f i32:10000"), 10) == work(case(counting, "f i32:10000", "f i32:1"), 10) == 5
    assert work(case(counting, "f i32:10000"), 3) is None
    assert work(case(ENDLESS, "f"), 10) is None


def test_a_start_function_without_end_is_too_much_work() -> None:
    assert work(case("(func $f (loop (br 0))) (start $f)"), 10) is None


def test_what_the_interpreter_refuses_is_no_work() -> None:
    assert work(Case(b"\0asm", (call("f"),)), 10) == 0
    assert work(case(ENDLESS, "g"), 10) == 0
    assert work(case('(import "a" "b" (func))'), 10) == 0


def test_companions_run_but_are_not_looked_into() -> None:
    seen = observe(linked("both i32:0", "back i32:0"))
    assert seen.arguments[0] == [(0,)], "called by the companion, and by the host"
    assert {index for index, _ in seen.reached} == {0, 2, 3}


def test_exports_are_called_where_there_is_no_script() -> None:
    seen = observe(case(CALLS))
    assert seen.arguments[2] == [(0,), (1,)]
    assert (1, 0) in seen.reached, "on zero"
    assert seen.behind[2, 4] == [(2,)], "on one"


def test_what_is_imported_is_offered_where_there_is_no_script() -> None:
    imported = """(import "a" "f" (func $f (result i32))) (import "a" "m" (memory 1))
                  (import "a" "g" (global $g f64)) (import "a" "t" (table 1 funcref))"""
    seen = observe(case(f'{imported} (func (export "f") (param f64 externref) (call $f) (drop))'))
    assert seen.arguments[0] == [(0, NULL), (0x3FF0_0000_0000_0000, NULL)]
    assert (0, 1) in seen.reached


def test_an_export_without_end_does_not_hide_the_next() -> None:
    endless = '(func (export "f{}") (loop (br 0)))'
    last = '(func (export "g") (nop))'
    assert (2, 0) in observe(case(endless.format(0) + endless.format(1) + last)).reached
    many = "".join(endless.format(number) for number in range(EXPLORED_LOOKS))
    assert (EXPLORED_LOOKS, 0) not in observe(case(many + last)).reached


def test_a_module_that_is_not_valid_is_left_alone() -> None:
    for wasm in (b"\0asm", b"\0asm\1\0\0\0\x03\x02\x01\x05\x0a\x04\x01\x02\0\x0b"):
        assert explored(Case(wasm, ())) == Case(wasm, ())
