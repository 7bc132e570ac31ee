"""What ran, with the instructions that the interpreter has no step for."""

from jit.wasm.features import WASM_2
from jit.wasm.types import I32, FuncType, Value
from mitey_fuzz.case import Call, Case, Definition
from mitey_fuzz.triage.track import OUTSIDE, Track, follow
from oracles.protocol import HostFunc, Returned
from support.linked import linked
from support.wat import wasm


def track(text: str, *args: int, most: int = 1000, imports: tuple[Definition, ...] = ()) -> Track:
    case = Case(wasm(text), (Call("f", tuple(Value(I32, arg) for arg in args)),), imports)
    followed = follow(case, WASM_2, most)
    assert followed is not None
    return followed[0]


def names(track: Track) -> list[str]:
    return [str(track.instr(site)) for site in track.points]


def test_blocks_that_control_falls_into_and_out_of_are_points() -> None:
    found = track('(func (export "f") (block (nop)) (loop (nop)))')
    assert names(found) == ["block -64", "nop", "end", "loop -64", "nop", "end", "end"]


def test_a_branch_goes_past_the_end_of_its_block() -> None:
    text = '(func (export "f") (param i32) (block (br_if 0 (local.get 0)) (nop)) (nop))'
    assert names(track(text, 1)) == ["block -64", "local.get 0", "br_if 0", "nop", "end"]
    assert names(track(text, 0)) == ["block -64", "local.get 0", "br_if 0", "nop", "end", "nop", "end"]


def test_a_return_leaves_out_the_end_that_it_goes_past() -> None:
    assert names(track('(func (export "f") (return) (nop))')) == ["return"]


def test_each_call_has_a_frame_and_its_caller() -> None:
    found = track('(func (export "f") (call 1) (nop)) (func (nop))')
    assert names(found) == ["call 1", "nop", "end", "nop", "end"]
    assert found.frames == [0, 1, 1, 0, 0]
    assert found.callers == [OUTSIDE, 0]


def test_recursion_makes_new_frames_of_the_same_function() -> None:
    text = """(func (export "f") (param i32)
      (if (local.get 0) (then (call 0 (i32.sub (local.get 0) (i32.const 1))))))"""
    found = track(text, 2)
    assert found.callers == [OUTSIDE, 5, 11]
    assert found.occurrence(6) == 2


def test_a_host_call_makes_no_frame() -> None:
    host = Definition("env", "h", HostFunc(FuncType((), ())))
    found = track('(import "env" "h" (func)) (func (export "f") (call 0) (nop))', imports=(host,))
    assert names(found) == ["call 0", "nop", "end"]
    assert found.callers == [OUTSIDE]


def test_a_run_that_takes_too_long_is_not_followed() -> None:
    case = Case(wasm('(func (export "f") (loop (br 0)))'), (Call("f"),))
    assert follow(case, WASM_2, 100) is None


def test_only_the_cases_own_module_has_points_whoever_calls_it() -> None:
    followed = follow(linked("both i32:0", "back i32:0", "own i32:0"), WASM_2, 1000)
    assert followed is not None
    assert {point.function for point in followed[0].points} == {4, 6, 7}
    assert followed[1] == Returned((Value(I32, 700),))
