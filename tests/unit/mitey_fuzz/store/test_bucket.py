"""What makes two findings the same bug."""

from jit.wasm.types import I32, TrapKind, Value
from mitey_fuzz.compare.verdict import Divergence, DivergenceKind
from mitey_fuzz.store import bucket
from mitey_fuzz.triage.cause import Cause, Certainty, Effect
from oracles.protocol import Outcome, Returned, Snapshot, Trapped
from support.wat import case

EMPTY = Snapshot((), (), (), ())


def divergence(kind: DivergenceKind, expected: Outcome | Snapshot, actual: Outcome | Snapshot) -> Divergence:
    return Divergence(kind, "jit:minimal", "wasmtime", 1, expected, actual, "")


WRONG = divergence(DivergenceKind.RESULT, Returned((Value(I32, 1),)), Returned((Value(I32, 2),)))
STATE = divergence(DivergenceKind.STATE, EMPTY, EMPTY)
TRAP = divergence(DivergenceKind.TRAP, Trapped(TrapKind.OVERFLOW), Returned(()))


def test_a_wrong_result_and_a_wrong_state_are_one_effect() -> None:
    assert bucket.signature(WRONG) == bucket.signature(STATE)


def test_traps_are_told_apart_by_what_took_the_place_of_what() -> None:
    other = divergence(DivergenceKind.TRAP, Returned(()), Trapped(TrapKind.OVERFLOW))
    assert len({bucket.signature(d) for d in (WRONG, TRAP, other)}) == 3


def test_the_name_says_who_how_and_which_instructions() -> None:
    small = case('(func (export "a") (param i32) (result i32) (i32.shr_s (local.get 0) (i32.const 1)))')
    assert bucket.name(WRONG, small) == "jit-minimal-value-i32.shr_s"
    assert bucket.name(TRAP, small) == "jit-minimal-trap.overflow.value-i32.shr_s"


def test_carriers_name_a_bug_only_where_nothing_else_is_left() -> None:
    small = case('(func (export "a") (param i32) (br_if 0 (local.get 0)))')
    assert bucket.name(WRONG, small) == "jit-minimal-value-br_if-local.get"
    assert bucket.operations(case("(func (drop (i32.clz (i32.const 1))))")) == ("i32.clz",)


def test_many_instructions_are_summed_up_so_that_names_stay_short() -> None:
    body = "(f64.add (f64.sub (f64.mul (f64.sqrt (f64.const 1)) (f64.const 2)) (f64.const 1)) (f64.neg (f64.const 1)))"
    name = bucket.name(WRONG, case(f'(func (export "a") (result f64) {body})'))
    assert name.startswith("jit-minimal-value-f64.add-f64.mul-f64.neg-")
    assert len(name) < 60


def test_engines_named_after_paths_and_command_lines_give_names_of_one_short_directory() -> None:
    assert bucket.part_of_name("jit:minimal") == "jit-minimal"
    assert bucket.part_of_name("wasmtime@releases/1.0.1") == "wasmtime-releases-1.0.1"
    long = "exec:python " + "very/" * 60 + "long/engine.py"
    short = bucket.part_of_name(long)
    assert len(short) < 60
    assert "/" not in short
    assert short != bucket.part_of_name(long.replace("very", "vary"))


def cause(certainty: Certainty) -> Cause:
    return Cause("jit:minimal", Effect.VALUE, 0, 9, "i32.clz", "i32.clz", 1, (), "", "", certainty)


def test_a_known_cause_names_the_bug_whatever_else_the_module_needs() -> None:
    small = case('(func (export "a") (result i32) (i32.popcnt (i32.clz (i32.const 1))))')
    assert bucket.name(WRONG, small, cause(Certainty.OBSERVED)) == "jit-minimal-value-i32.clz"
    assert bucket.name(STATE, case("(func)"), cause(Certainty.LIKELY)) == "jit-minimal-value-i32.clz"


def test_a_cause_found_by_elimination_alone_names_nothing() -> None:
    small = case('(func (export "a") (result i32) (i32.popcnt (i32.clz (i32.const 1))))')
    assert bucket.name(WRONG, small, cause(Certainty.ELIMINATED)) == "jit-minimal-value-i32.clz-i32.popcnt"
