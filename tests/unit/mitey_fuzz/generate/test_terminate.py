"""Termination and observability, as passes over any module."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import wasmtime

from jit.wasm.body import Instr, parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Module
from jit.wasm.opcodes import Family, Op
from jit.wasm.types import I32, TrapKind, Value
from mitey_fuzz.case import Call, Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import case_for, ensure_termination, export_all, generate, swarm
from mitey_fuzz.generate.emit import END
from mitey_fuzz.generate.module import make_module
from mitey_fuzz.generate.planner import make_plan
from mitey_fuzz.generate.terminate import LOOP, PRICE, Way, sites
from mitey_fuzz.minimize.observe import work
from mitey_fuzz.triage.stacks import shapes
from oracles.protocol import Outcome, Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run
from support.wasmtime_validation import engine, refusal

FEATURES = Features.parse("wasm-2.0")
TRAP = Trapped(TrapKind.UNREACHABLE)
SHORT = Trapped(TrapKind.DIV_ZERO)


LOOPS = """(module
        (func (export "spin") (loop (br 0)))
        (func (export "count") (param i32) (result i32) (local i32)
          (loop (local.set 1 (i32.add (local.get 1) (i32.const 2)))
                (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
          (local.get 1)))"""
RECURSION = """(module
        (func $f (export "f") (param i32) (result i32)
          (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0)))))"""


def module_of(wat: str) -> Module:
    return decode(bytes(wasmtime.wat2wasm(wat)), FEATURES)


def outcomes_of(module: Module, *calls: Call) -> list[Outcome]:
    """What calls end in; traps without the engine's own words."""
    judge = WasmtimeEngine(FEATURES)
    outcomes = run(Case(encode(module), calls), judge)
    judge.close()
    return [Trapped(o.kind) if isinstance(o, Trapped) else o for o in outcomes]


def rows_of(module: Module) -> list[Op]:
    """The instructions of all bodies."""
    return [instr.op for code in module.codes for instr in parse(code.body)]


def returned(*numbers: int) -> Returned:
    return Returned(tuple(Value(I32, n) for n in numbers))


def number(n: int) -> tuple[Value, ...]:
    return (Value(I32, n),)


def test_an_endless_loop_traps_and_the_next_call_starts_afresh() -> None:
    module = module_of(LOOPS)
    bounded = ensure_termination(module, fuel=100)
    calls = (
        Call("spin"),
        Call("count", number(90)),
        Call("spin"),
        Call("count", number(100)),
        Call("count", number(1)),
    )
    assert outcomes_of(bounded, *calls) == [TRAP, returned(180), TRAP, returned(200), TRAP]


def test_endless_recursion_traps_before_the_stack_ends() -> None:
    module = module_of(RECURSION)
    bounded = ensure_termination(module, depth=50)
    calls = (Call("f", number(50)), Call("f", number(51)), Call("f", number(50)))
    assert outcomes_of(bounded, *calls) == [returned(50), TRAP, returned(50)]


def test_an_endless_loop_that_is_counted_without_branches_traps_and_the_next_call_starts_afresh() -> None:
    module = module_of(LOOPS)
    bounded = ensure_termination(module, fuel=100, way=Way.STRAIGHT)
    assert not any(row.name == "if" for row in rows_of(bounded))
    calls = (Call("spin"), Call("count", number(60)), Call("count", number(4)), Call("spin"), Call("count", number(63)))
    assert outcomes_of(bounded, *calls) == [SHORT, returned(120), SHORT, SHORT, returned(126)]
    assert outcomes_of(ensure_termination(module, fuel=1, way=Way.STRAIGHT), Call("spin")) == [SHORT]


def test_recursion_counted_without_branches_traps_and_the_next_call_starts_afresh() -> None:
    module = module_of(RECURSION)
    calls = (Call("f", number(31)), Call("f", number(32)), Call("f", number(31)), Call("f", number(1)))
    for way in (Way.STRAIGHT, Way.CALLS):
        bounded = ensure_termination(module, depth=50, way=way)
        assert outcomes_of(bounded, *calls) == [returned(31), SHORT, returned(31), returned(1)]
    few = ensure_termination(module, fuel=4 * PRICE, depth=50, way=Way.CALLS)
    assert outcomes_of(few, Call("f", number(3)), Call("f", number(1)), Call("f", number(3))) == [
        returned(3),
        SHORT,
        returned(3),
    ]


def test_loops_that_end_by_themselves_are_left_as_they_are() -> None:
    module = module_of("(module (func (loop (br_if 0 (i32.const 0)))))")
    assert [code.body for code in ensure_termination(module, way=Way.CALLS).codes] == [module.codes[0].body]


@pytest.mark.parametrize("seed", range(60))
def test_generated_cases_end_soon_however_they_are_counted(seed: int) -> None:
    choices = SeededChoices(seed)
    case = generate(choices, replace(swarm(choices, FEATURES), endless=False))
    assert work(case, 100) is not None, "more than 200,000 jumps in one call"


def test_mutual_recursion_through_a_table_traps() -> None:
    module = module_of("""(module
        (type $t (func)) (table 2 funcref) (elem (i32.const 0) $ping $pong)
        (func $ping (export "ping") (call $middle))
        (func $middle (call_indirect (type $t) (i32.const 1)))
        (func $pong (call_indirect (type $t) (i32.const 0))))""")
    assert outcomes_of(ensure_termination(module), Call("ping"), Call("ping")) == [TRAP, TRAP]


def test_a_tree_of_calls_that_would_take_for_ever_traps() -> None:
    doubling = "".join(f"(func $f{n} (call $f{n + 1}) (call $f{n + 1}))" for n in range(40))
    module = module_of(f'(module {doubling} (func $f40) (export "f" (func $f0)))')
    assert outcomes_of(ensure_termination(module), Call("f")) == [TRAP]


def test_plain_calls_and_straight_code_are_left_alone() -> None:
    module = module_of('(module (func $a (export "a")) (func (export "b") (call $a) (call $a)))')
    assert [code.body for code in ensure_termination(module).codes] == [code.body for code in module.codes]


def test_results_and_arguments_pass_through_a_counted_call() -> None:
    module = module_of("""(module
        (type $t (func (param i32 i32) (result i32 i32))) (table 1 funcref) (elem (i32.const 0) $swap)
        (func $swap (type $t) (local.get 1) (local.get 0))
        (func (export "f") (param i32 i32) (result i32 i32)
          (call_indirect (type $t) (local.get 0) (local.get 1) (i32.const 0))))""")
    assert outcomes_of(ensure_termination(module), Call("f", number(3) + number(4))) == [returned(4, 3)]


def test_padded_instructions_are_kept_as_they_are() -> None:
    padded = bytes.fromhex("0061736d01000000 010401600000 03020100 070501016600000a0c010a00 0340 0c80808000 0b0b")
    module = decode(padded, FEATURES)
    assert outcomes_of(ensure_termination(module, fuel=9), Call("f")) == [TRAP]


@pytest.mark.parametrize("seed", range(40))
def test_the_generator_knows_its_loops_and_calls(seed: int) -> None:
    choices = SeededChoices(seed)
    module, known = make_module(choices, make_plan(choices, swarm(choices, FEATURES)))
    module = decode(encode(module), FEATURES)
    reached = shapes(module, FEATURES)
    for own, code in zip(known, module.codes, strict=True):
        ends = {site.end for site in own}
        found = [site for site in sites(code.body) if site.end in ends or code.offset + site.start in reached]
        assert [(site.end, site.callee) for site in own] == [(site.end, site.callee) for site in found]
        assert all(mine.start <= site.start for mine, site in zip(own, found, strict=True)), "where arguments begin"
        assert all(before.end <= behind.start for before, behind in pairwise(own)), "no site lies within another"
        for site in own:
            if site.callee != LOOP:
                stays_inside(parse(code.body[site.start : site.end] + END)[:-1])


def stays_inside(instrs: Sequence[Instr]) -> None:
    """Blocks end where they begin, and no branch leaves the stretch."""
    depth = 0
    for instr in instrs:
        if instr.op.name in ("block", "loop", "if"):
            depth += 1
        elif instr.op.name == "end":
            depth -= 1
        elif instr.op.name in ("br", "br_if", "br_table"):
            assert max(instr.immediates) < depth, "it would leave depth as it is"
        assert depth >= 0
        assert instr.op.name != "return"
    assert depth == 0


def test_arguments_of_indirect_calls_are_where_they_were_computed() -> None:
    """Comparisons still pending, two instructions before the call: what counts it does not stand between."""
    pending = 0
    for seed in range(800):
        choices = SeededChoices(seed)
        case = generate(choices, swarm(choices, FEATURES))
        for code in decode(case.wasm, FEATURES).codes:
            instrs = parse(code.body)
            for one, other, call in zip(instrs, instrs[1:], instrs[2:], strict=False):
                is_pending = one.op.family is Family.COMPARE and other.op.name == "i32.const"
                pending += is_pending and call.op.name == "call_indirect"
    assert pending > 2


def test_all_state_is_exported_and_existing_exports_stay() -> None:
    module = module_of("""(module
        (memory 1) (table 1 funcref) (global i32 (i32.const 1))
        (global (export "state:global:0") i64 (i64.const 2)))""")
    names = [(export.name, export.kind.name, export.index) for export in export_all(module).exports]
    assert names == [
        ("state:global:0", "GLOBAL", 1),
        ("state:memory:0", "MEMORY", 0),
        ("state:table:0", "TABLE", 0),
        ("state:global:0'", "GLOBAL", 0),
    ]


def test_a_module_from_elsewhere_becomes_a_case_that_ends() -> None:
    wasm = bytes(
        wasmtime.wat2wasm("""(module
        (import "env" "log" (func $log (param i32))) (import "env" "base" (global i64)) (memory 1)
        (func (export "grow") (result i32) (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
          (memory.size))
        (func (export "spin") (param i32) (call $log (local.get 0)) (loop (br 0))))""")
    )
    case = case_for(SeededChoices(1), wasm, FEATURES)
    judge = WasmtimeEngine(FEATURES)
    outcomes = run(case, judge)
    judge.close()
    assert refusal(engine(FEATURES), case.wasm) is None
    assert {call.export for call in case.script} == {"grow", "spin"}
    for call, outcome in zip(case.script, outcomes, strict=True):
        assert outcome == returned(17) if call.export == "grow" else isinstance(outcome, Trapped)


def test_memories_and_tables_too_large_for_a_snapshot_are_not_exported() -> None:
    for pages, elements, seen in ((256, 65_536, {"m", "t"}), (257, 65_537, set())):
        wat = f"""(module (memory (export "m") {pages}) (table (export "t") {elements} funcref)
          (global (export "g") i32 (i32.const 7)) (func (export "f")))"""
        case = case_for(SeededChoices(1), bytes(wasmtime.wat2wasm(wat)), FEATURES)
        exports = {export.name for export in decode(case.wasm, FEATURES).exports}
        assert {"f", "g"} <= exports
        assert exports & {"m", "t", "state:memory:0", "state:table:0"} == seen
        assert {call.export for call in case.script} == {"f"}


SEEDS = sorted((Path(__file__).parents[4] / "corpus" / "seeds").glob("*.wat"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_bounded_bodies_still_parse_to_the_same_instructions_in_order(path: Path) -> None:
    module = module_of(path.read_text())
    for before, after in zip(module.codes, ensure_termination(module).codes, strict=True):
        rest = iter(parse(after.body))
        assert all(any(i[:2] == instr[:2] for i in rest) for instr in parse(before.body))
