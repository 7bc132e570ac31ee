"""Each idea of making a case smaller, on a case that nothing else makes smaller in that way."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import Custom
from jit.wasm.text import to_wat
from jit.wasm.types import F32, F64, I32, I64, FuncType
from mitey_fuzz.case import Case
from mitey_fuzz.generate.script import definitions
from mitey_fuzz.minimize import minimize
from mitey_fuzz.minimize.draft import Draft
from mitey_fuzz.minimize.guesses import Guesses, OneByOne
from mitey_fuzz.minimize.passes import (
    arguments,
    canonical,
    control,
    extract,
    imports,
    labels,
    memory,
    observed,
    sections,
    signatures,
    stretches,
    tables,
    types,
)
from mitey_fuzz.minimize.problem import Problem, is_valid
from mitey_fuzz.minimize.trees import bridge, sequences, tidy
from oracles.interp import InterpEngine
from oracles.protocol import HostGlobal, Outcome, Returned
from support.wat import case

FEATURES = Features.parse("wasm-2.0")
Pass = Callable[[Problem], None]


def outcome(given: Case) -> Outcome | None:
    """How the last call of a case ends in the interpreter; None where it cannot be made."""
    store = InterpEngine(FEATURES).open()
    for item in given.imports:
        store.define(item.module, item.name, item.item)
    instance = store.instantiate(given.wasm, deadline_s=5)
    if not hasattr(instance, "call"):
        return None
    try:
        return [instance.call(c.export, c.args, deadline_s=5) for c in given.script][-1]
    except (KeyError, ValueError, IndexError):
        return None


def results(given: Case) -> tuple[int, ...]:
    told = outcome(given)
    return tuple(value.bits for value in told.values) if isinstance(told, Returned) else ()


def after(start: Case, reproduces: Callable[[Case], bool], *passes: Pass) -> Case:
    """The case after these passes, each run once."""
    assert reproduces(start)
    problem = Problem(Draft.of(start), Guesses(OneByOne(reproduces), lambda: False), 10_000)
    for each in passes:
        each(problem)
    small = problem.best.case
    assert reproduces(small)
    assert is_valid(small.wasm)
    return small


def text(given: Case) -> str:
    return " ".join(to_wat(decode(given.wasm, WASM_2)).split())


def test_what_was_never_reached_goes_in_one_candidate() -> None:
    tries = 0

    def reproduces(candidate: Case) -> bool:
        nonlocal tries
        tries += 1
        return results(candidate) == (7,)

    start = case(
        """(func (export "f") (param i32) (result i32)
             (if (local.get 0) (then (return (i32.const 7))) (else (call $other)))
             (i32.const 8))
           (func $other (drop (i32.const 1)) (drop (i32.const 2)))""",
        "f i32:1",
    )
    small = after(start, reproduces, observed.unreached)
    assert text(small).count("unreachable") == 3
    assert tries == 3  # the first and the last ask for the case as it is


def test_a_callee_is_called_with_the_arguments_it_was_seen_with() -> None:
    start = case(
        """(func $inner (param i32 i64) (result i64) (i64.mul (local.get 1) (i64.extend_i32_u (local.get 0))))
           (func (export "f") (param i32) (result i64)
             (call $inner (i32.add (local.get 0) (i32.const 1)) (i64.const 5)))""",
        "f i32:2",
    )
    small = after(start, lambda c: results(c) == (15,), observed.promote)
    assert [str(a) for a in small.script[0].args] == ["i32:0x3", "i64:0x5"]
    assert "call" not in text(small)


def test_a_stretch_of_code_becomes_what_it_left() -> None:
    start = case(
        """(func (export "f") (result i32 f32)
             (i32.const 5) (f32.const 1) (f32.sqrt) (i32.trunc_f32_s) (i32.add) (f32.const 1))""",
        "f",
    )
    small = after(start, lambda c: results(c) == (6, 0x3F80_0000), stretches.stretches)
    assert "(result i32 f32) i32.const 6 f32.const 0x1p+0)" in text(small)


def test_stacks_are_made_up_for_by_drops_and_constants() -> None:
    made = [str(instr) for instr in bridge((I32, F32, I64), (I32, F64, I32), {2: 7})]
    assert made == ["drop", "drop", "f64.const 0", "i32.const 7"]


def test_a_function_ends_with_the_unit_that_tells() -> None:
    start = case(
        """(memory (export "m") 1)
           (func (export "f") (param i32)
             (i32.store (i32.const 8) (i32.div_u (local.get 0) (i32.const 3)))
             (i32.store (i32.const 4) (i32.const 2)))""",
        "f i32:12",
    )
    small = after(start, lambda c: "i32.div_u" in text(c) and results(c) in ((), (4,)), extract.extract)
    assert results(small) == (4,)
    assert "store" not in text(small)


def test_what_must_not_be_a_constant_becomes_an_argument() -> None:
    start = case(
        """(func (export "f") (param i32) (result i32) (i32.shl (i32.const 1) (i32.popcnt (i32.clz (local.get 0)))))""",
        "f i32:1",
    )

    def reproduces(candidate: Case) -> bool:
        told = text(candidate)
        return "i32.shl" in told and "i32.const 1 i32.const" not in told and results(candidate) == (1 << 5,)

    small = after(start, reproduces, arguments.arguments)
    assert [str(a) for a in small.script[0].args] == ["i32:0x1", "i32:0x5"]
    assert "i32.const 1 local.get 1 i32.shl" in text(small)


@pytest.mark.parametrize(
    ("calls", "kept"),
    [
        ("(call $g (i32.const 1) (f64.const 2) (i64.const 3))", "call 0"),
        ("(call_indirect (type $t) (i32.const 1) (f64.const 2) (i64.const 3) (i32.const 0))", "call_indirect"),
    ],
    ids=["direct", "indirect"],
)
def test_parameters_and_results_go_at_every_call(calls: str, kept: str) -> None:
    start = case(
        f"""(type $t (func (param i32 f64 i64) (result f32 i32)))
            (table 1 funcref) (elem (i32.const 0) $g)
            (func $g (export "g") (type $t) (f32.const 0) (i32.const 7))
            (func (export "f") (result i32) (local i32)
              {calls} (local.set 0) (drop) (local.get 0) {calls} drop drop)""",
        "g i32:1 f64:2 i64:3",
        "f",
    )
    small = after(start, lambda c: results(c) == (7,) and kept in text(c), types.types)
    assert decode(small.wasm, WASM_2).types == (FuncType((), (I32,)),)
    assert small.script[0].args == ()


def test_an_imported_function_loses_parameters_with_what_is_offered_for_it() -> None:
    start = case(
        """(import "h" "f" (func $h (param i32 i64) (result f64 i32)))
           (func (export "f") (result i32) (local i32)
             (call $h (i32.const 1) (i64.const 2)) (local.set 0) (drop) (i32.const 3))""",
        "f",
    )
    start = replace(start, imports=definitions(decode(start.wasm, WASM_2)))
    small = after(start, lambda c: results(c) == (3,) and "call 0" in text(c), types.types)
    assert [str(d.item.type) for d in small.imports if hasattr(d.item, "type")] == ["[] -> []"]


def test_a_parameter_that_is_read_becomes_a_local() -> None:
    start = case('(func (export "f") (param i32 i64) (result i32) (i32.eqz (local.get 0)))', "f i32:0 i64:0")
    small = after(start, lambda c: results(c) == (1,) and "local.get" in text(c), types.types)
    assert "(func (;0;) (type 0) (result i32) (local i32) local.get 0 i32.eqz)" in text(small)


@pytest.mark.parametrize("opening", ["block", "loop"])
def test_blocks_take_and_leave_nothing_where_that_will_do(opening: str) -> None:
    start = case(
        f"""(func (export "f") (result i32)
             (i32.const 3) (f64.const 1)
             ({opening} (param i32 f64) (result i32 i32) (drop) (i32.const 4))
             (i32.add))""",
        "f",
    )
    small = after(start, lambda c: results(c) == (7,) and opening in text(c), control.types, control.types)
    assert f"{opening} end i32.const 3 i32.const 4 i32.add)" in text(small)


def test_an_if_gives_its_condition_up_and_becomes_a_block() -> None:
    start = case(
        '(func (export "f") (result i32) (if (i32.const 1) (then (br_if 0 (i32.const 0)) (nop))) (i32.const 2))', "f"
    )
    small = after(start, lambda c: results(c) == (2,) and "br_if 0" in text(c), control.blocks)
    assert " if" not in text(small)
    assert "block" in text(small)


def test_data_moves_to_address_0_with_its_reader_and_loses_its_front() -> None:
    start = case(
        """(memory (export "m") 1) (data (i32.const 1000) "abcdefgh")
           (func (export "f") (result i32) (i32.load8_u offset=4 (i32.const 1000)))""",
        "f",
    )
    small = after(start, lambda c: results(c) == (ord("e"),), memory.data)
    assert '(offset i32.const 0) "e' in text(small)
    assert "i32.const 0 i32.load8_u)" in text(small)


def test_a_segment_that_reaches_into_an_access_from_behind_moves_too() -> None:
    start = case(
        """(memory (export "m") 1) (data (i32.const 1001) "\\80")
           (func (export "f") (result i32) (i32.load16_u (i32.const 1000)))""",
        "f",
    )
    small = after(start, lambda c: results(c) == (0x8000,), memory.data)
    assert '(offset i32.const 1) "\\80"' in text(small)


def test_elements_move_to_place_0_with_the_index_that_finds_them() -> None:
    start = case(
        """(table 10 funcref) (elem (i32.const 5) $a $b)
           (func $a (result i32) (i32.const 7)) (func $b (result i32) (i32.const 8))
           (func (export "f") (result i32) (call_indirect (result i32) (i32.const 6)))""",
        "f",
    )
    small = after(start, lambda c: results(c) == (8,), tables.elements)
    assert "(elem (;0;) (offset i32.const 0) func 1)" in text(small)
    assert "i32.const 0 call_indirect" in text(small)


def test_locals_stand_in_the_order_of_their_first_use_types_together() -> None:
    start = case(
        """(func (export "f") (result i32) (local i64 i32 f32 i32 f64)
             (local.set 4 (f64.const 0)) (local.set 3 (i32.const 5)) (local.set 1 (local.get 3)) (local.get 1))""",
        "f",
    )
    small = after(start, lambda c: results(c) == (5,), signatures.locals)
    assert "(local f64 i32 i32)" in text(small)
    assert "i32.const 5 local.set 1 local.get 1 local.set 2 local.get 2" in text(small)


def test_modules_that_differ_in_their_order_alone_get_one_form() -> None:
    one = """(type $a (func (result i32))) (type $b (func (param f32)))
             (global $x (export "late") (mut i32) (i32.const 1)) (global $y (mut i64) (i64.const 2))
             (func $p (type $b) (global.set $y (i64.const 3)))
             (func $q (export "main") (type $a) (call $p (f32.const 0)) (global.get $x))"""
    other = """(type $b (func (param f32))) (type $a (func (result i32)))
               (global $y (mut i64) (i64.const 2)) (global $x (mut i32) (i32.const 1))
               (func $q (export "go") (type $a) (call $p (f32.const 0)) (global.get $x))
               (func $p (type $b) (global.set $y (i64.const 3)))
               (export "g" (global $x))"""
    order = (sections.customs, canonical.canonical, canonical.canonical)
    forms = [after(case(*given), lambda c: results(c) == (1,), *order) for given in ((one, "main"), (other, "go"))]
    assert forms[0] == forms[1]
    assert forms[0].script[0].export == "a"


def test_the_custom_section_that_is_needed_becomes_the_simplest() -> None:
    start = case('(func (export "f") (result i32) i32.const 1)', "f")
    module = decode(start.wasm, WASM_2)
    several = tuple(Custom(name, b"content", place) for place, name in enumerate(("some", "none", "other")))
    start = replace(start, wasm=encode(replace(module, customs=several, source=b"")))

    def has_a_name(given: Case) -> bool:
        return any(custom.name for custom in decode(given.wasm, WASM_2).customs)

    small = after(start, has_a_name, sections.customs)
    assert decode(small.wasm, WASM_2).customs == (Custom("a", b"", 0),)


def test_items_of_every_block_are_whole() -> None:
    draft = Draft.of(case("(func (i32.const 1) (if (then (block (nop)) (nop)) (else (loop))) (nop))"))
    # 0 const, 1 if, 2 block, 3 nop, 4 end, 5 nop, 6 else, 7 loop, 8 end, 9 end, 10 nop, 11 end
    assert sequences(draft.bodies[0]) == [[(0, 0), (1, 9), (10, 10)], [(2, 4), (5, 5)], [(3, 3)], [(7, 8)], []]


def test_constants_that_are_dropped_at_once_go() -> None:
    draft = Draft.of(case("(func i32.const 1 f64.const 2 drop drop i32.const 3 i32.eqz drop)"))
    assert [i.op.name for i in tidy(draft.bodies[0])] == ["i32.const", "i32.eqz", "drop", "end"]


def test_vectors_become_constants_and_lanes_zero() -> None:
    start = case(
        """(func (export "f") (result i32)
             (i32x4.extract_lane 3 (i32x4.add (v128.const i32x4 1 2 3 4) (i32x4.splat (i32.const 1)))))""",
        "f",
    )
    small = minimize(start, lambda c: "i32x4.add" in text(c) and "extract_lane" in text(c)).case
    assert text(small).count("v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000") == 2
    assert "i32x4.extract_lane 0" in text(small)


STATE = """
    (import "h" "a" (global $a i32)) (import "h" "m" (memory 1 3)) (import "h" "b" (global $b (mut i64)))
    (import "h" "t" (table $t 4 funcref)) (import "h" "c" (global $c i32))
    (global $own i32 (global.get $a)) (data (global.get $c) "x") (elem (global.get $a) $f)
    (func $f (export "f") (result i32)
      (global.set $b (i64.add (global.get $b) (i64.const 1)))
      (i32.add (i32.add (global.get $own) (global.get $c)) (i32.add (memory.size) (table.size $t))))"""


def offered(start: Case, *globals: int) -> Case:
    """The case with all that it imports, and these values of its globals."""
    values = iter(globals)
    items = definitions(decode(start.wasm, WASM_2))
    return replace(
        start,
        imports=tuple(
            replace(d, item=replace(d.item, value=replace(d.item.value, bits=next(values))))
            if isinstance(d.item, HostGlobal)
            else d
            for d in items
        ),
    )


def test_state_of_the_host_becomes_the_modules_own_with_its_values() -> None:
    start = offered(case(STATE, "f"), 2, 30, 400)
    assert results(start) == (2 + 400 + 1 + 4,)
    small = after(start, lambda c: results(c) == results(start), imports.imports)
    module = decode(small.wasm, WASM_2)
    assert module.imports == ()
    told = text(small)
    assert all(f"{number})" in told for number in ("i32.const 2", "i64.const 30", "i32.const 400"))
    assert "memory (;0;) 1 3" in told
    assert "table (;0;) 4 funcref" in told


def test_what_must_be_imported_stays_and_keeps_its_number() -> None:
    start = offered(case(STATE, "f"), 2, 30, 400)

    def reproduces(candidate: Case) -> bool:
        names = [entry.name for entry in decode(candidate.wasm, WASM_2).imports]
        return results(candidate) == results(start) and {"b", "t"} <= set(names)

    small = after(start, reproduces, imports.imports)
    assert [entry.name for entry in decode(small.wasm, WASM_2).imports] == ["b", "t"]
    assert "global.get 0 i64.const 1 i64.add global.set 0" in text(small)


def test_functions_and_references_of_the_host_stay_imported() -> None:
    start = case('(import "h" "f" (func $f)) (import "h" "g" (global externref)) (func (export "f") (call $f))', "f")
    start = offered(start, 5)
    small = after(start, lambda c: results(c) == (), imports.imports)
    assert [entry.name for entry in decode(small.wasm, WASM_2).imports] == ["f", "g"]


def test_a_bug_that_shows_in_imported_and_in_defined_state_ends_in_one_case() -> None:
    body = '(func (export "f") (result i32) (i32.add (i32.load8_u (i32.const 0)) (memory.size)))'
    forms = [
        minimize(offered(case(f"{memory} {body}", "f")), lambda c: results(c) == (1,) and "i32.load8_u" in text(c)).case
        for memory in ('(import "host" "m" (memory 1 3))', "(memory 1)")
    ]
    assert forms[0].wasm == forms[1].wasm


@pytest.mark.parametrize("result", ["i64", "f64 i32", "f32 v128 f64"])
def test_blocks_that_one_branch_can_go_to_lose_results_together(result: str) -> None:
    values = " ".join("(v128.const i64x2 0 0)" if t == "v128" else f"({t}.const 5)" for t in result.split())
    start = case(
        f"""(func (export "f") (param i32) (result {result})
             (block (result {result}) (block (result {result})
               {values} (br_if 0 (local.get 0)) (local.get 0) (br_table 0 1 2))))""",
        "f i32:1",
    )
    kept = len(result.split()) - 1
    small = after(start, lambda c: len(results(c)) >= kept and "br_table 0 1 2" in text(c), labels.results)
    assert len(results(small)) == kept
    least = after(start, lambda c: "br_table 0 1 2" in text(c), labels.results)
    assert decode(least.wasm, WASM_2).func_types[0].results == ()
    assert "result" not in text(least)
