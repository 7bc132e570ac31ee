"""Cuts and taps: modules that show what they have at a point."""

import pytest

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.types import I32, I64, Value
from mitey_fuzz.case import Call, Case
from mitey_fuzz.triage.probes import Cut, Kind, Look, cut, shown, start_as_call, tap, tapped
from mitey_fuzz.triage.search import run
from mitey_fuzz.triage.track import Site
from oracles.interp import InterpEngine
from oracles.protocol import Returned
from support.wat import wasm

LOOP = """(table 1 funcref) (elem (i32.const 0) func 0)
  (func (export "f") (param i32) (result i32)
    (local i64)
    (loop (result i32)
      (local.set 1 (i64.add (local.get 1) (i64.const 3)))
      (i32.sub (local.get 0) (i32.const 1))
      (local.tee 0)
      (br_if 0)
      (call_indirect (result i32) (i32.const 0)))
    )
  (func (result i32) (i32.const 9))"""
SUB = 7
"""The number of i32.sub in the body."""
CASE = Case(wasm(LOOP.replace("func 0)", "func 1)")), (Call("f", (Value(I32, 5),)),))


def show(kind: Kind, where: Cut) -> tuple[Value, ...] | None:
    made = cut(decode(CASE.wasm, WASM_2), CASE, kind, where)
    return shown(run(InterpEngine(WASM_2), made, 1.0).step, kind, where.look)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("is_soft", [False, True])
def test_a_cut_shows_the_operands_the_first_time(kind: Kind, is_soft: bool) -> None:
    seen = show(kind, Cut(Site(0, SUB), 1, Look((I32, I32)), is_soft))
    assert seen == (Value(I32, 5), Value(I32, 1))


@pytest.mark.parametrize("kind", Kind)
def test_a_cut_shows_the_operands_the_third_time(kind: Kind) -> None:
    assert show(kind, Cut(Site(0, SUB), 3, Look((I32, I32)))) == (Value(I32, 3), Value(I32, 1))


@pytest.mark.parametrize("kind", Kind)
def test_a_cut_shows_a_local(kind: Kind) -> None:
    assert show(kind, Cut(Site(0, SUB), 3, Look((I64,), local=1, pad=2))) == (Value(I64, 9),)


@pytest.mark.parametrize("kind", Kind)
def test_a_cut_shows_a_local_that_it_has_written(kind: Kind) -> None:
    look = Look((I64,), local=1, writes=((1, Value(I64, 77)),))
    assert show(kind, Cut(Site(0, SUB), 2, look)) == (Value(I64, 77),)


@pytest.mark.parametrize("kind", Kind)
def test_a_cut_that_is_never_come_to_changes_nothing(kind: Kind) -> None:
    made = cut(decode(CASE.wasm, WASM_2), CASE, kind, Cut(Site(0, SUB), 0, Look((I32, I32)), is_soft=True))
    step = run(InterpEngine(WASM_2), made, 1.0).step
    assert step.outcome == Returned((Value(I32, 9),))
    assert shown(step, kind, Look((I32, I32))) is None


def test_a_tap_copies_a_result_and_lets_the_program_be() -> None:
    step = run(InterpEngine(WASM_2), tap(decode(CASE.wasm, WASM_2), CASE, Site(0, SUB), I32), 1.0).step
    assert step.outcome == Returned((Value(I32, 9),))
    assert tapped(step) == Value(I32, 0)


def test_a_start_function_becomes_the_first_call() -> None:
    case = Case(wasm('(global (export "g") (mut i32) (i32.const 0)) (func (global.set 0 (i32.const 4))) (start 0)'), ())
    made = start_as_call(decode(case.wasm, WASM_2), case)
    assert made is not None
    assert made[0].start is None
    step = run(InterpEngine(WASM_2), made[1], 1.0).step
    assert step.state is not None
    assert step.state.globals == (("g", Value(I32, 4)),)
