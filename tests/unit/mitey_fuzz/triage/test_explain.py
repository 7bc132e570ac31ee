"""The first instruction whose effect differs is found on engines that are known to be wrong in one place."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest

from jit.wasm.body import Instr
from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.types import I32, V128, Value
from mitey_fuzz.case import Case
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Divergence
from mitey_fuzz.triage import Cause, Stopped, explain
from mitey_fuzz.triage.cause import ENTRY, Certainty, Effect
from oracles.interp import InterpEngine
from oracles.interp.objects import Function, Step, WasmFunction
from oracles.protocol import Engine, Snapshot
from oracles.wasmtime import WasmtimeEngine
from support.bent import Bend, BentEngine, then, wherever
from support.liar import Liar
from support.linked import linked
from support.wat import case


def divergence(made: Case, subject: Engine, oracle: Engine) -> Divergence:
    found = differ.run(
        made, differ.oracle(oracle), [differ.subject(subject)], deadline_s=1.0, watch=lambda _: nullcontext()
    )
    assert isinstance(found, Divergence)
    return found


def cause(bend: Bend, text: str, call: str = "f") -> Cause:
    made = case(text, *call.split(";")) if call else case(text)
    subject, oracle = BentEngine(bend), WasmtimeEngine(WASM_2)
    found = explain(made, divergence(made, subject, oracle), (subject, oracle), 1.0)
    assert found is not None
    assert found.culprit == "bent"
    assert found.right == ("interp", "wasmtime")
    assert found.wrong == ("bent",)
    return found


def more(stack: list[int], _: list[int]) -> None:
    stack[-1] += 1


def test_a_wrong_result_is_named_with_its_operands() -> None:
    text = '(func (export "f") (result i32) (i32.xor (i32.mul (i32.const 6) (i32.const 7)) (i32.const 3)))'
    found = cause(wherever("i32.mul", more), text)
    assert (found.mnemonic, found.effect, found.certainty) == ("i32.mul", Effect.VALUE, Certainty.OBSERVED)
    assert found.operands == (Value(I32, 6), Value(I32, 7))
    assert (found.expected, found.actual) == ("i32:0x2a", "i32:0x2b")


def test_the_offset_is_that_of_the_opcode_in_the_module_as_given() -> None:
    made = case('(func (export "f") (result i32) (i32.popcnt (i32.const 7)))', "f")
    found = cause(wherever("i32.popcnt", more), '(func (export "f") (result i32) (i32.popcnt (i32.const 7)))')
    assert found.offset is not None
    assert made.wasm[found.offset] == 0x69


def test_the_first_of_many_wrong_results_is_named_with_its_occurrence() -> None:
    text = """(func (export "f") (param i32) (result i32) (local i32)
      (loop
        (local.set 1 (i32.add (local.get 1) (i32.popcnt (local.get 0))))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 1))"""

    def wrong_of_three(stack: list[int], locals_: list[int]) -> None:
        stack[-1] += locals_[0] == 3

    found = cause(wherever("i32.popcnt", wrong_of_three), text, "f i32:100")
    assert (found.mnemonic, found.operands, found.occurrence) == ("i32.popcnt", (Value(I32, 3),), 98)


def test_what_is_right_wherever_something_is_called_is_seen_without_a_call() -> None:
    """A compiler may give a function other registers once it calls; one kind of cut is a call."""

    def where_nothing_is_called(_index: int, instr: Instr, step: Step, body: Sequence[Instr]) -> Step:
        calls = any(other.op.name == "call" for other in body)
        return step if calls or instr.op.name != "i32.popcnt" else then(step, more)

    text = '(func (export "f") (result i32) (i32.xor (i32.popcnt (i32.const 6)) (i32.const 3)))'
    found = cause(where_nothing_is_called, text)
    assert (found.mnemonic, found.effect, found.certainty) == ("i32.popcnt", Effect.VALUE, Certainty.LIKELY)


@pytest.mark.parametrize(("absent", "named"), [("br_if", "global.set"), ("block", "global.set"), ("call", "end")])
def test_what_a_cut_is_made_of_is_not_blamed_on_others(absent: str, named: str) -> None:
    """Writing globals is wrong unless there is an instruction that one kind of cut brings along.

    Of a call nobody sees it before the end: one kind of cut is made of what is wrong, the other hides it.
    """

    def wrong(_index: int, instr: Instr, step: Step, body: Sequence[Instr]) -> Step:
        if instr.op.name != "global.set" or any(other.op.name == absent for other in body):
            return step

        def run(stack: list[int], locals_: list[int]) -> int | Function | None:
            stack[-1] += 1
            return step(stack, locals_)

        return run

    text = """(global $g (export "g") (mut i32) (i32.const 0))
        (func (export "f") (result i32) (global.set $g (i32.const 5)) (i32.const 3))"""
    found = cause(wrong, text)
    assert found.mnemonic == named


def test_an_operand_that_changes_while_it_waits_is_blamed_on_who_ran() -> None:
    def spoil(stack: list[int], _: list[int]) -> None:
        stack[0] ^= 8

    found = cause(
        wherever("i32.clz", spoil),
        """(func (export "f") (result i32)
      (i32.add (i32.const 1) (i32.add (i32.clz (i32.const 2)) (i32.popcnt (i32.const 3)))))""",
    )
    assert (found.mnemonic, found.effect) == ("i32.clz", Effect.OPERAND)


@pytest.mark.parametrize(("block", "blamed"), [("block", "i32.clz"), ("loop", "loop")])
def test_an_operand_that_changes_while_it_waits_outside_a_block_is_found_by_leaving_early(
    block: str, blamed: str
) -> None:
    def spoil(stack: list[int], _: list[int]) -> None:
        stack[0] ^= 8

    text = f"""(func (export "f") (result i32) (i32.const 1)
      ({block} (result i32) (drop (i32.popcnt (i32.const 1))) (drop (i32.clz (i32.const 2))) (i32.popcnt (i32.const 3)))
      (i32.add))"""
    found = cause(wherever("i32.clz", spoil), text)
    assert (found.mnemonic, found.effect) == (blamed, Effect.OPERAND)


def test_a_local_that_changes_between_write_and_read_is_blamed_on_who_ran() -> None:
    def spoil(_: list[int], locals_: list[int]) -> None:
        locals_[0] ^= 8

    found = cause(
        wherever("i32.clz", spoil),
        """(func (export "f") (result i32) (local i32)
      (local.set 0 (i32.const 5))
      (drop (i32.popcnt (i32.const 1)))
      (drop (i32.clz (i32.const 1)))
      (drop (i32.popcnt (i32.const 1)))
      (local.get 0))""",
    )
    assert (found.mnemonic, found.effect, found.certainty) == ("i32.clz", Effect.LOCAL, Certainty.OBSERVED)
    assert (found.expected, found.actual) == ("local 0 = i32:0x5", "local 0 = i32:0xd")


@pytest.mark.parametrize("name", ["local.set", "local.get"])
def test_a_wrong_write_of_a_local_is_told_from_a_wrong_read(name: str) -> None:
    def bend(_index: int, instr: Instr, step: Step, _body: Sequence[Instr]) -> Step:
        if instr.op.name != name or instr.immediates != (1,):
            return step
        return then(step, (lambda _, locals_: locals_.__setitem__(1, 8)) if name == "local.set" else more)

    found = cause(
        bend,
        """(func (export "f") (param i32) (result i32) (local i32)
      (local.set 1 (i32.popcnt (local.get 0))) (i32.popcnt (local.get 1)))""",
        "f i32:7",
    )
    assert found.instruction == f"{name} 1"


def test_a_local_that_begins_wrong_is_blamed_on_the_entry() -> None:
    class DirtyEngine(BentEngine):
        """Locals that are no parameters begin with 4."""

        def _watch(self, function: WasmFunction, behind: list[int], steps: list[Step]) -> list[Step]:
            function.zeros = [4 for _ in function.zeros]
            return steps

    made = case('(func (export "f") (param i32) (result i32) (local i32) (nop) (local.get 1))', "f i32:7")
    subject, oracle = DirtyEngine(wherever("nop", more)), WasmtimeEngine(WASM_2)
    found = explain(made, divergence(made, subject, oracle), (subject, oracle), 1.0)
    assert found is not None
    assert (found.mnemonic, found.offset, found.effect) == (ENTRY, None, Effect.LOCAL)


def test_a_branch_that_goes_elsewhere_is_named() -> None:
    text = """(func (export "f") (param i32) (result i32)
      (block (br_if 0 (local.get 0)) (return (i32.const 1))) (i32.const 2))"""
    inverted = wherever("local.get", lambda stack, _: stack.__setitem__(-1, int(not stack[-1])))
    assert cause(inverted, text, "f i32:1").mnemonic == "local.get"

    def never(_index: int, instr: Instr, step: Step, _body: Sequence[Instr]) -> Step:
        return (lambda stack, _: stack.clear()) if instr.op.name == "br_if" else step

    found = cause(never, text, "f i32:1")
    assert (found.mnemonic, found.effect) == ("br_if", Effect.CONTROL)


def test_a_missing_trap_and_one_too_many_are_told_apart() -> None:
    text = '(func (export "f") (param i32) (result i32) (i32.div_u (i32.const 8) (local.get 0)))'

    def lenient(_index: int, instr: Instr, step: Step, _body: Sequence[Instr]) -> Step:
        return (lambda stack, _: stack.__delitem__(-1)) if instr.op.name == "i32.div_u" else step

    found = cause(lenient, text, "f i32:0")
    assert (found.mnemonic, found.effect) == ("i32.div_u", Effect.NO_TRAP)
    assert (found.expected, found.actual) == ("trap: integer divide by zero", "(i32:0x8)")
    strict = wherever("local.get", lambda stack, _: stack.__setitem__(-1, 0))
    assert cause(strict, text, "f i32:2").mnemonic == "local.get"


@pytest.mark.parametrize(
    ("name", "effect"), [("i32.store", Effect.MEMORY), ("global.set", Effect.GLOBAL), ("table.set", Effect.TABLE)]
)
def test_a_write_that_is_not_made_is_named_though_nobody_exports_what_it_writes(name: str, effect: Effect) -> None:
    text = """(memory 1) (global (mut i32) (i32.const 0)) (table 1 funcref) (elem declare func 0)
      (func (export "f") (result i32)
        (i32.store (i32.const 16) (i32.const 5))
        (global.set 0 (i32.const 6))
        (table.set 0 (i32.const 0) (ref.func 0))
        (i32.add (i32.add (i32.load (i32.const 16)) (global.get 0)) (ref.is_null (table.get 0 (i32.const 0)))))"""
    pops = 1 if name == "global.set" else 2

    def skip(_index: int, instr: Instr, step: Step, _body: Sequence[Instr]) -> Step:
        return (lambda stack, _: stack.__delitem__(slice(-pops, None))) if instr.op.name == name else step

    assert (found := cause(skip, text)).mnemonic == name
    assert found.effect is effect


def test_a_wrong_function_is_seen_though_hosts_cannot_tell_functions_apart() -> None:
    text = """(elem declare func 0 1) (func) (func)
      (func (export "f") (result funcref) (select (result funcref) (ref.func 0) (ref.func 1) (i32.const 1)))"""
    found = cause(wherever("select t", more), text)
    assert (found.mnemonic, found.certainty) == ("select t", Certainty.OBSERVED)
    assert (found.expected, found.actual) == ("funcref:0", "funcref:1")


def test_what_an_engine_cannot_tell_of_a_table_is_no_effect() -> None:
    def skip(_index: int, instr: Instr, step: Step, _body: Sequence[Instr]) -> Step:
        return (lambda stack, _: stack.__delitem__(slice(-2, None))) if instr.op.name == "table.set" else step

    def nameless(state: Snapshot) -> Snapshot:
        tables = [(name, tuple(token.split(":")[0] for token in tokens)) for name, tokens in state.tables]
        return replace(state, tables=tuple(tables))

    made = case(
        """(table (export "t") 2 funcref) (elem (i32.const 0) func 0)
      (func (export "f") (table.set 0 (i32.const 1) (ref.func 0)))""",
        "f",
    )
    subject = Liar(blur=nameless, inner=BentEngine(skip, "liar"), claim=lambda can: replace(can, names_functions=False))
    oracle = WasmtimeEngine(WASM_2)
    found = explain(made, divergence(made, subject, oracle), (subject, oracle), 1.0)
    assert found is not None
    assert (found.effect, found.expected, found.actual) == (Effect.TABLE, "t[1] = func", "t[1] = null")


def test_a_vector_is_a_value_like_any_other() -> None:
    text = '(func (export "f") (result v128) (i8x16.add (v128.const i64x2 1 2) (v128.const i64x2 3 4)))'
    found = cause(wherever("i8x16.add", more), text)
    assert (found.mnemonic, found.operands[0].type) == ("i8x16.add", V128)


def test_a_start_function_is_searched_too() -> None:
    found = cause(
        wherever("i32.popcnt", more),
        """(global (export "g") (mut i32) (i32.const 0))
      (func (global.set 0 (i32.popcnt (i32.const 3)))) (start 0)""",
        call="",
    )
    assert found.mnemonic == "i32.popcnt"


def test_a_callee_is_searched_and_a_caller_blamed_for_what_it_loses() -> None:
    text = """(func (export "f") (result i32) (i32.add (i32.const 1) (call 1 (i32.const 3))))
      (func (param i32) (result i32) (i32.popcnt (local.get 0)))"""
    found = cause(wherever("i32.popcnt", more), text)
    assert (found.function, found.mnemonic) == (1, "i32.popcnt")


def test_an_error_that_needs_its_neighbours_is_named_where_it_ends() -> None:
    """As with a compiler that takes two instructions for one."""

    def bend(_index: int, instr: Instr, step: Step, body: Sequence[Instr]) -> Step:
        at = body.index(instr)
        fused = instr.op.name == "i32.popcnt" and body[at - 1].op.name == "i32.clz"
        return then(step, more) if fused else step

    found = cause(bend, '(func (export "f") (result i32) (i32.extend8_s (i32.popcnt (i32.clz (i32.const 1)))))')
    assert found.mnemonic == "i32.popcnt"


def test_an_error_that_no_cut_shows_is_found_by_taps() -> None:
    """As with a compiler that optimizes only where nothing can trap."""

    def bend(_index: int, instr: Instr, step: Step, body: Sequence[Instr]) -> Step:
        plain = all(other.op.name not in ("unreachable", "if", "br_if") for other in body)
        return then(step, more) if plain and instr.op.name == "i32.clz" else step

    found = cause(bend, '(func (export "f") (result i32) (i32.mul (i32.clz (i32.const 1)) (i32.const 5)))')
    assert (found.mnemonic, found.certainty) == ("i32.clz", Certainty.LIKELY)


@pytest.mark.parametrize("later", ["unreachable", "(drop (i32.div_u (i32.const 1) (i32.const 0)))"])
def test_a_missing_trap_is_one_whatever_traps_later(later: str) -> None:
    def lenient(_index: int, instr: Instr, step: Step, _body: Sequence[Instr]) -> Step:
        return (lambda stack, _: stack.__delitem__(-1)) if instr.op.name == "i32.rem_u" else step

    text = f"""(global (export "g") (mut i32) (i32.const 0))
      (func (export "f") (global.set 0 (i32.rem_u (i32.const 8) (i32.const 0))) {later})"""
    found = cause(lenient, text)
    assert (found.mnemonic, found.effect, found.certainty) == ("i32.rem_u", Effect.NO_TRAP, Certainty.OBSERVED)
    assert (found.expected, found.actual) == ("trap: integer divide by zero", "to go on with i32:0x8")


@pytest.mark.parametrize("last", ["i32.div_s (i32.const 0) (i32.const 0)", "i32.load (i32.const -1)"])
def test_who_traps_as_it_should_is_not_blamed_for_what_was_wrong_before(last: str) -> None:
    """As with a compiler that allocates registers by what comes later: what is cut off behind makes it go right."""

    def bend(_index: int, instr: Instr, step: Step, body: Sequence[Instr]) -> Step:
        depth = 0
        for other in body:
            depth += (other.op.name in ("if", "block")) - (other.op.name == "end")
            if other.op.name == "unreachable" and not depth:
                return step
        return then(step, more) if instr.op.name == "i32.clz" else step

    text = f"""(memory 1) (global (export "g") (mut i32) (i32.const 0))
      (func (export "f") (global.set 0 (i32.clz (i32.const 1))) (drop ({last})))"""
    found = cause(bend, text)
    assert (found.mnemonic, found.effect, found.expected, found.actual) == (
        "i32.clz", Effect.VALUE, "i32:0x1f", "i32:0x20",
    )  # fmt: skip


def test_an_error_that_shies_every_look_is_named_by_elimination() -> None:
    def bend(_index: int, instr: Instr, step: Step, body: Sequence[Instr]) -> Step:
        return then(step, more) if len(body) == 3 and instr.op.name == "i32.clz" else step

    found = cause(bend, '(func (export "f") (result i32) (i32.clz (i32.const 1)))')
    assert found.certainty is Certainty.ELIMINATED


def test_an_oracle_can_be_the_culprit() -> None:
    made = case('(func (export "f") (result i32) (i32.clz (i32.const 1)))', "f")
    subject, oracle = WasmtimeEngine(WASM_2), BentEngine(wherever("i32.clz", more))
    found = explain(made, divergence(made, subject, oracle), (subject, oracle), 1.0)
    assert found is not None
    assert (found.culprit, found.mnemonic) == ("bent", "i32.clz")


def test_what_does_not_differ_has_no_cause() -> None:
    made = case('(func (export "f") (result i32) (i32.clz (i32.const 1)))', "f")
    subject = BentEngine(wherever("i32.clz", more))
    found = divergence(made, subject, InterpEngine(WASM_2))
    assert explain(made, found, (InterpEngine(WASM_2), WasmtimeEngine(WASM_2)), 1.0) is None


def test_the_search_ends_before_the_next_run_when_somebody_says_so() -> None:
    made = case('(func (export "f") (result i32) (i32.clz (i32.const 1)))', "f")
    subject, oracle = BentEngine(wherever("i32.clz", more)), WasmtimeEngine(WASM_2)
    found = divergence(made, subject, oracle)
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked == 5

    with pytest.raises(Stopped):
        explain(made, found, (subject, oracle), 1.0, stopped)
    assert asked == 5


def _explained(bend: Bend, made: Case) -> Cause:
    subject, oracle = BentEngine(bend), WasmtimeEngine(WASM_2)
    found = explain(made, divergence(made, subject, oracle), (subject, oracle), 1.0)
    assert found is not None
    return found


def test_what_goes_wrong_in_a_companion_is_the_call_that_leads_there() -> None:
    def lost(_index: int, instr: Instr, step: Step, _body: Sequence[Instr]) -> Step:
        return (lambda stack, _: stack.clear()) if instr.op.name == "i32.store8" else step

    found = _explained(lost, linked("direct i32:0", "poke i32:8 i32:255"))
    assert (found.mnemonic, found.function, found.effect) == ("call", 8, Effect.MEMORY)
    assert found.operands == (Value(I32, 8), Value(I32, 255))
    assert found.actual == "c0: m at 0x8: 00000000000000000000000000000000"
    assert found.certainty is Certainty.LIKELY, "the call or what is called"


def test_what_goes_wrong_in_a_module_that_others_call_is_found_there() -> None:
    def twice(stack: list[int], _: list[int]) -> None:
        stack[-1] *= 2

    for script in ("both i32:0", "back i32:0"):
        found = _explained(wherever("i32.mul", twice), linked(script))
        assert (found.mnemonic, found.function, found.expected) == ("i32.mul", 4, "i32:0x2bc")


def test_the_last_point_that_was_right_stays_so_where_it_cannot_be_looked_at_in_another_way() -> None:
    """Without multiple values no block carries what lies on the stack past a cut that lets what follows live."""

    def inverted(_index: int, instr: Instr, step: Step, _body: Sequence[Instr]) -> Step:
        def run(stack: list[int], locals_: list[int]) -> int | Function | None:
            stack[-1] ^= 1
            return step(stack, locals_)

        return run if instr.op.name == "if" else step

    made = case('(func (export "f") (if (i32.const 0) (then unreachable)))', "f")
    subject, oracle = BentEngine(inverted, features=WASM_1), WasmtimeEngine(WASM_1)
    found = explain(made, divergence(made, subject, oracle), (subject, oracle), 1.0)
    assert found is not None
    assert (found.mnemonic, found.right, found.wrong) == ("if", ("interp", "wasmtime"), ("bent",))
