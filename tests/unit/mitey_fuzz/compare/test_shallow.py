"""Exhaustion where there is room for everything: it counts against subjects that promise the room, and only there."""

import dataclasses
from contextlib import nullcontext

import pytest

from jit.wasm.features import WASM_2
from jit.wasm.types import I32, TrapKind, Value
from mitey_fuzz import subject
from mitey_fuzz.case import Case, Companion
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Agreed, Divergence, DivergenceKind, Poisoned, Verdict
from oracles.interp import InterpEngine
from oracles.protocol import Exhausted, Outcome, Returned
from support.liar import TRUE_FEATURES, Liar
from support.linked import linked
from support.wat import case, wasm

ROOM = 4 << 20
STACK = Exhausted(TrapKind.EXHAUSTED.value)

CODE = """
    (func $down (export "down") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (call $down (i32.sub (local.get 0) (i32.const 1))))
        (else (i32.const 7))))
    (func (export "trap") unreachable)
    (func $endless (export "endless") (call $endless))
"""


def promising(outcome: Outcome = STACK, stack_bytes: int = ROOM) -> Liar:
    """An engine that says this of every call, and that it has so much room."""
    return Liar(lie=lambda _true: outcome, claim=lambda can: dataclasses.replace(can, stack_bytes=stack_bytes))


def judge(given: Case, engine: Liar, reference: Liar | None = None) -> Verdict:
    first = differ.oracle(reference or Liar(name="interp"))
    return differ.run(given, first, [differ.subject(engine)], deadline_s=5, watch=lambda _stage: nullcontext())


def test_exhaustion_of_a_shallow_program_is_a_wrong_result() -> None:
    verdict = judge(case(CODE, "down i32:0", "down i32:3"), promising())
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.step, verdict.subject) == (DivergenceKind.RESULT, 1, "liar")
    assert verdict.detail == "expected (i32:0x7), got exhausted: call stack exhausted"


def test_exhaustion_where_a_trap_is_due_is_a_wrong_trap() -> None:
    verdict = judge(case(CODE, "trap"), promising())
    assert isinstance(verdict, Divergence)
    assert verdict.kind is DivergenceKind.TRAP


def test_exhaustion_in_a_start_function_counts() -> None:
    given = case("(func $f) (start $f)")
    engine = dataclasses.replace(promising(), refuse=lambda _wasm: STACK)
    verdict = judge(given, engine)
    assert isinstance(verdict, Divergence)
    assert verdict.step == 0


def test_calls_150_deep_are_shallow_and_no_more() -> None:
    assert isinstance(judge(case(CODE, "down i32:149"), promising()), Divergence)
    assert judge(case(CODE, "down i32:150"), promising()) == Poisoned("exhausted", 1)
    assert judge(case(CODE, "endless"), promising()) == Poisoned("exhausted", 1)


def wide(locals_: int) -> str:
    """The code with this many locals in the function that calls itself."""
    return CODE.replace("(result i32)\n", f"(result i32) (local {'i64 ' * locals_})\n", 1)


def test_of_wide_frames_fewer_are_shallow() -> None:
    code = wide(25_000)
    assert isinstance(judge(case(code, "down i32:9"), promising()), Divergence)
    assert judge(case(code, "down i32:10"), promising()) == Poisoned("exhausted", 1)


def test_a_call_with_many_results_may_be_wide() -> None:
    many = f'(func $many (result {"i32 " * 900}) unreachable) (func (export "wide") (drop (block (result i32) '
    code = CODE + many + "unreachable " + "(call $many) " * 300 + "unreachable)))"
    assert judge(case(code, "down i32:3"), promising()) == Poisoned("exhausted", 1)


def test_frames_of_companions_count() -> None:
    given = dataclasses.replace(case(CODE, "down i32:10"), companions=(Companion("c0", wasm(wide(25_000))),))
    assert judge(given, promising()) == Poisoned("exhausted", 1)


def test_nothing_is_shallow_for_an_engine_that_promises_nothing() -> None:
    assert judge(case(CODE, "down i32:0"), promising(stack_bytes=0)) == Poisoned("exhausted", 1)


def test_no_other_exhaustion_counts() -> None:
    for what in ("memory", "limit: too many tables", "allocation too large"):
        assert judge(case(CODE, "down i32:0"), promising(Exhausted(what))) == Poisoned("exhausted", 1)


def test_oracles_are_not_convicted_of_exhaustion() -> None:
    given = case(CODE, "down i32:0")
    honest, exhausted = Liar(name="honest"), promising()
    for first, second in ((honest, exhausted), (exhausted, honest)):
        others = [differ.subject(Liar(name="subject")), differ.oracle(second)]
        verdict = differ.run(given, differ.oracle(first), others, deadline_s=5, watch=lambda _: nullcontext())
        assert verdict == Poisoned("exhausted", 1)


def test_a_reference_that_the_interpreter_contradicts_proves_nothing() -> None:
    nine = Liar(lie=lambda _true: Returned((Value(I32, 9),)))
    assert judge(case(CODE, "down i32:0"), promising(), nine) == Poisoned("exhausted", 1)


def test_cases_whose_host_calls_back_are_not_shallow() -> None:
    engine = dataclasses.replace(promising(), inner=InterpEngine(TRUE_FEATURES))
    assert judge(linked("back i32:0"), engine) == Poisoned("exhausted", 1)


@pytest.mark.parametrize("name", ["jit:minimal", "jit:baseline"])
@pytest.mark.parametrize(("width", "type"), [(0, "i64"), (1_500, "i64"), (1_500, "v128"), (25_000, "v128")])
def test_subjects_bear_what_is_shallow(name: str, width: int, type: str) -> None:
    code = wide(width).replace("i64", type)
    inner = InterpEngine(WASM_2)
    promise, reference = dataclasses.replace(promising(), inner=inner), Liar(inner=inner)

    def is_shallow(depth: int) -> bool:
        verdict = judge(case(code, f"down i32:{depth}"), promise, reference)
        return isinstance(verdict, Divergence) and verdict.step == 1

    deepest = next(depth for depth in (149, 100, 50, 9, 0) if is_shallow(depth))
    assert deepest == {0: 149, 1_500: 149, 25_000: 9}[width]
    engine = subject.create(name)
    others = [differ.subject(engine)]
    given = case(code, f"down i32:{deepest}")
    verdict = differ.run(given, differ.oracle(inner), others, deadline_s=60, watch=lambda _stage: nullcontext())
    engine.close()
    assert verdict == Agreed(2)
