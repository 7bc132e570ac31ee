"""The minimizer ends in the smallest module that still shows what it must, whatever it starts from."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from jit.errors import InvalidError
from jit.wasm import body
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2, Features
from jit.wasm.opcodes import BY_NAME
from jit.wasm.text import to_wat
from jit.wasm.types import I32, FuncType, Value
from jit.wasm.validate import validate
from mitey_fuzz.case import Case, Companion
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.differ import Step
from mitey_fuzz.generate import generate, swarm
from mitey_fuzz.generate.script import definitions
from mitey_fuzz.minimize import Ended, minimize
from mitey_fuzz.minimize.draft import Draft
from mitey_fuzz.minimize.observe import work
from mitey_fuzz.minimize.problem import is_valid
from mitey_fuzz.minimize.trees import tree
from oracles.interp import InterpEngine
from oracles.protocol import HostFunc, Outcome, Returned
from support.linked import linked
from support.wat import call, case, wasm

FEATURES = Features.parse("wasm-1.0+multi-value+sign-extension+saturating-conversions")


def names(given: Case) -> list[str]:
    return [i.op.name for code in decode(given.wasm, WASM_2).codes for i in body.parse(code.body)]


def live_names(given: Case) -> list[str]:
    """The instructions that are not in dead code, and have their operands in the same block."""
    draft = Draft.of(given)
    trees = [(instrs, tree(draft.module, i, instrs)) for i, instrs in enumerate(draft.bodies)]
    return [instrs[unit.end].op.name for instrs, found in trees for unit in found.units]


def smallest(start: Case, reproduces: Callable[[Case], bool]) -> Case:
    return minimize(start, reproduces).case


def results(given: Case) -> list[object]:
    """What the reference interpreter says to each call."""
    store = InterpEngine(FEATURES).open()
    for item in given.imports:
        store.define(item.module, item.name, item.item)
    instance = store.instantiate(given.wasm, deadline_s=5)
    if not hasattr(instance, "call"):
        return []
    try:
        return [instance.call(c.export, c.args, deadline_s=5) for c in given.script]
    except KeyError:
        return []


BIG = """
    (import "h" "f" (func $h (param i32) (result i32)))
    (memory (export "m") 2 4) (data (i32.const 8) "hello, world")
    (global $g (export "g") (mut i64) (i64.const 77))
    (table (export "t") 4 funcref) (elem (i32.const 0) $helper $main)
    (func $helper (param i32 i64) (result i64) (local f64)
      (global.set $g (i64.add (global.get $g) (local.get 1)))
      (if (i32.eqz (local.get 0)) (then (i64.store (i32.const 16) (local.get 1))))
      (i64.mul (local.get 1) (i64.const 3)))
    (func $main (export "main") (param i32 f32) (result i32 i64)
      (local $x i32)
      (local.set $x (call $h (local.get 0)))
      (block $out
        (loop $again
          (br_if $out (i32.ge_u (local.get $x) (i32.const 100)))
          (local.set $x (i32.add (local.get $x) (i32.const 7)))
          (br $again)))
      (i32.rotl (i32.xor (local.get $x) (i32.const 0x12345)) (i32.and (local.get 0) (i32.const 15)))
      (call $helper (local.get $x) (i64.const 5)))
    (func (export "other") (result f64) (f64.sqrt (f64.const 2)))
"""


def test_a_module_that_must_contain_an_instruction_becomes_little_more_than_it() -> None:
    start = case(BIG, "other", "main i32:3 f32:0", "main i32:4 f32:1")
    small = smallest(start, lambda c: "i32.rotl" in names(c))
    assert is_valid(small.wasm)
    assert small.script == ()
    assert names(small) == ["i32.const", "i32.const", "i32.rotl", "end"]
    assert len(small.wasm) <= 30


def test_a_result_that_must_stay_keeps_what_makes_it() -> None:
    start = replace(case(BIG, "other", "main i32:3 f32:0"), imports=definitions(decode(wasm(BIG), WASM_2)))

    def reproduces(candidate: Case) -> bool:
        told = results(candidate)
        return "i32.rotl" in names(candidate) and bool(told) and isinstance(told[-1], Returned) and any(
            v.type.name == "i32" and v.bits > 0xFF for v in told[-1].values
        )  # fmt: skip

    small = smallest(start, reproduces)
    assert reproduces(small)
    assert len(small.script) == 1
    assert names(small).count("i32.rotl") == 1
    assert len(names(small)) <= 5
    assert len(small.wasm) <= 60, to_wat(decode(small.wasm, WASM_2))


@pytest.mark.parametrize("seed", range(6))
def test_generated_modules_shrink_to_one_instruction_of_interest(seed: int) -> None:
    for number in range(100):
        choices = SeededChoices(1000 * seed + number)
        start = generate(choices, swarm(choices, FEATURES))
        rare = [n for n in live_names(start) if BY_NAME[n].sig == "ll>l"]
        if rare:
            break
    assert rare
    wanted = rare[0]
    small = smallest(start, lambda c: wanted in live_names(c))
    assert is_valid(small.wasm)
    kept = [n for n in names(small) if n != "drop"]
    assert kept[:3] == ["i64.const", "i64.const", wanted]
    assert len(kept) <= 5, "a function that nobody calls keeps the type of its result, and what makes it so"


def test_the_same_case_is_minimized_to_the_same_case() -> None:
    start = case(BIG, "main i32:3 f32:0")
    one, other = (smallest(start, lambda c: "i64.mul" in names(c)) for _ in range(2))
    assert one == other


def test_minimizing_the_minimum_changes_nothing() -> None:
    small = smallest(case(BIG), lambda c: "f64.sqrt" in names(c))
    assert smallest(small, lambda c: "f64.sqrt" in names(c)) == small


def test_when_time_is_over_the_best_so_far_stands() -> None:
    asked = 0

    def expired() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    start = case(BIG, "main i32:3 f32:0")
    some = minimize(start, lambda c: "i32.rotl" in names(c), expired=expired)
    assert "i32.rotl" in names(some.case)
    assert len(some.case.wasm) < len(start.wasm)
    assert some.ended is Ended.TIME


@pytest.mark.parametrize("most", [0, 1, 5, 20])
def test_no_more_candidates_are_run_than_are_allowed(most: int) -> None:
    run: list[Case] = []

    def reproduces(candidate: Case) -> bool:
        run.append(candidate)
        return "i32.rotl" in names(candidate)

    some = minimize(case(BIG, "main i32:3 f32:0"), reproduces, most=most)
    assert len(run) == some.candidates == most
    assert some.ended is Ended.CANDIDATES
    assert "i32.rotl" in names(some.case)


def test_what_was_run_is_told() -> None:
    some = minimize(case(BIG, "main i32:3 f32:0"), lambda c: "i32.rotl" in names(c))
    assert some.ended is Ended.FIXED_POINT
    assert 0 < some.accepted < some.candidates


def test_bytes_that_are_no_module_lose_what_is_not_needed() -> None:
    broken = Case(wasm(BIG) + b"\xff\xfe\xff", (call("main i32:1 f32:0"),))
    small = smallest(broken, lambda c: b"\xfe\xff" in c.wasm)
    assert small == Case(b"\xfe\xff", ())


def test_an_invalid_module_stays_the_invalid_module_that_it_is() -> None:
    start = case(BIG, "main i32:1 f32:0")
    swapped = decode(start.wasm, WASM_2)
    invalid = Case(encode(replace(swapped, start=1)), start.script)  # a start function must not have parameters

    def refused_for_its_start(candidate: Case) -> bool:
        try:
            validate(decode(candidate.wasm, WASM_2), WASM_2)
        except InvalidError as error:
            return error.message.startswith("start function")
        return False

    assert refused_for_its_start(invalid)
    small = smallest(invalid, refused_for_its_start)
    assert refused_for_its_start(small)
    assert small.script == ()
    assert len(small.wasm) < len(invalid.wasm)


def outcomes(given: Case) -> list[Outcome]:
    """What the interpreter shows of each step of a case with companions."""
    return [step.outcome for step in _steps(given)]


def _steps(given: Case) -> list[Step]:
    engine = differ.oracle(InterpEngine(WASM_2))
    return list(differ.observe(engine, given, 5, lambda _: nullcontext()))


def returns(value: int, given: Case) -> bool:
    return any(isinstance(o, Returned) and value in [v.bits for v in o.values] for o in outcomes(given))


def test_companions_that_do_not_matter_go() -> None:
    small = smallest(linked("both i32:0", "own i32:0"), lambda c: returns(700, c))
    assert small.companions == ()
    assert small.imports == ()


def test_a_companion_that_matters_alone_becomes_the_case() -> None:
    def loads(given: Case) -> bool:
        """What is returned depends on the 42 in the memory of some module."""
        holders = [
            at for at, w in enumerate(given.modules) if any(d.content[:1] == b"*" for d in decode(w, WASM_2).datas)
        ]
        told = [value for value in (42, 49, 749) if returns(value, given)]
        return any(not returns(value, _wiped(given, at)) for value in told for at in holders)

    small = smallest(linked("back i32:0", "both i32:0", "direct i32:0"), loads)
    assert (small.companions, small.imports) == ((), ())
    assert names(small) == ["i32.const", "i32.load8_u", "end"]


def test_a_companion_whose_exports_are_handed_on_becomes_the_case_with_all_calls() -> None:
    visited = wasm("""(memory 1 3)
        (func (export "grow") (drop (memory.grow (i32.const 1))))
        (func (export "size") (result i32) (memory.size))""")
    visitor = wasm("""
        (import "visited" "grow" (func $grow)) (import "visited" "size" (func $size (result i32)))
        (export "grow" (func $grow)) (export "size" (func $size))
        (func (export "visit") (result i32) (i32.const 9))""")
    script = (call("visit"), call("grow"), call("size"), call("visit"))

    def forgets(given: Case) -> bool:
        """Another call than the one that grows a memory tells its size."""
        codes = [code.body for w in given.modules for code in decode(w, WASM_2).codes]
        told = {instr.op.name for code in codes if b"\x3f\0" in code for instr in body.parse(code)}
        return returns(2, given) and "memory.size" in told and "memory.grow" not in told

    small = smallest(Case(visitor, script, companions=(Companion("visited", visited),)), forgets)
    assert small.companions == ()
    assert len(small.script) == 2
    assert names(small) == ["i32.const", "memory.grow", "drop", "end", "memory.size", "end"]


def test_a_companion_that_matters_keeps_only_what_does() -> None:
    def shows(given: Case) -> bool:
        """What is returned is the sum of what is in two memories."""
        return returns(42 + 7, given) and not any(returns(42 + 7, _wiped(given, at)) for at in range(2))

    small = smallest(linked("back i32:0", "direct i32:0", "both i32:0"), shows)
    companion = decode(small.companions[0].wasm, WASM_2)
    assert [e.name for e in companion.exports] == ["load"]
    assert not companion.tables
    assert not companion.globals
    assert len(companion.codes) == 1
    assert len(small.script) == 1
    assert [(i.module, i.name) for i in decode(small.wasm, WASM_2).imports] == [("c0", "load")]
    assert small.imports == ()


def _wiped(given: Case, at: int) -> Case:
    """The case without the data of one of its modules."""
    bare = [encode(replace(decode(w, WASM_2), datas=())) if n == at else w for n, w in enumerate(given.modules)]
    linked = (replace(c, wasm=w) for c, w in zip(given.companions, bare[1:], strict=True))
    return replace(given, wasm=bare[0], companions=tuple(linked))


def test_a_host_function_that_need_not_call_back_does_not() -> None:
    def is_called(given: Case) -> bool:
        return any(c.name == "host.back" for step in _steps(given) if step.state for c in step.state.host_calls)

    small = smallest(linked("back i32:0"), is_called)
    assert [d.item for d in small.imports] == [HostFunc(FuncType((), ()))]


def test_what_is_called_back_stays_and_may_be_renamed() -> None:
    def calls_back(given: Case) -> bool:
        traces = [step.state.host_calls for step in _steps(given) if step.state is not None]
        calls = traces[-1] if traces else ()
        return any(c.name.startswith("main.") and c.args == (Value(I32, 700),) for c in calls)

    small = smallest(linked("back i32:0"), calls_back)
    assert [back.export for back in small.calls_back] == ["b"]
    assert [e.name for e in decode(small.wasm, WASM_2).exports] == ["a", "b"]


def test_without_a_script_what_exports_compute_becomes_constants_all_the_same() -> None:
    start = case("""(func (export "f") (result i32) (local i32 i32)
        (local.set 0 (i32.const 12345)) (local.set 1 (i32.const 10))
        (loop
          (local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 1103515245)) (i32.const 12345)))
          (br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
        (i32.shr_s (local.get 0) (i32.const 3)))""")

    def interesting(candidate: Case) -> bool:
        """What only its owner knows: "f" is called, ends soon and returns this number, by means of a shift."""
        told = outcomes(replace(candidate, script=(call("f"),)))
        ends = work(replace(candidate, script=(call("f"),)), 10) is not None
        returned = Returned((Value(I32, -167991686 % (1 << 32)),))
        return ends and "i32.shr_s" in names(candidate) and told[-1:] == [returned]

    small = smallest(start, interesting)
    assert [name for name in names(small) if name != "end"] == ["i32.const", "i32.const", "i32.shr_s"]
