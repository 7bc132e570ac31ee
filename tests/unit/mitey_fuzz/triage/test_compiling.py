"""Where compiling is what fails, the first instruction that cannot be compiled is named."""

from contextlib import nullcontext
from dataclasses import replace

import pytest

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from mitey_fuzz.case import Case
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Divergence
from mitey_fuzz.generate.script import definitions
from mitey_fuzz.triage import Cause, explain
from mitey_fuzz.triage.cause import Certainty, Effect
from oracles.interp import InterpEngine
from oracles.protocol import Crashed, Outcome, Unsupported
from support.liar import Liar
from support.wat import case


def unable(name: str) -> Liar:
    """An engine that crashes on modules with an instruction of this name."""

    def refuse(wasm: bytes) -> Outcome | None:
        return Crashed("it is not known") if any(name in body for body in names(wasm)) else None

    return Liar(refuse=refuse, inner=InterpEngine(WASM_2))


def names(wasm: bytes) -> list[list[str]]:
    """The mnemonics of every body."""
    return [[instr.op.name for instr in parse(code.body)] for code in decode(wasm, WASM_2).codes]


def explained(made: Case, culprit: Liar) -> Cause | None:
    oracle = InterpEngine(WASM_2)
    found = differ.run(
        made, differ.oracle(oracle), [differ.subject(culprit)], deadline_s=1.0, watch=lambda _: nullcontext()
    )
    assert isinstance(found, Divergence)
    return explain(made, found, (culprit, oracle), 1.0)


TEXTS = {
    "alone": '(func (export "f") (result i32) (i32.popcnt (i32.const 7)))',
    "in the second function, twice": """(func (export "f") (result i32) (i32.const 7))
        (func (param i32) (result i32) (i32.add (i32.popcnt (local.get 0)) (i32.popcnt (i32.const 1))))""",
    "in an arm of an if with results": """(func (export "f") (result i32)
        (block (result i32)
          (if (result i32) (i32.const 1)
            (then (i32.popcnt (i32.const 3)))
            (else (i32.const 2)))))""",
    "in the other arm": """(func (export "f") (result i32)
        (loop (result i32) (if (result i32) (i32.const 1) (then (i32.const 2)) (else (i32.popcnt (i32.const 3))))))""",
    "behind dead code": '(func (export "f") (block (br 0) (drop (i32.const 1))) (drop (i32.popcnt (i32.const 3))))',
    "beside an import": """(import "host" "f" (func)) (func (export "f") (call 0) (drop (i32.popcnt (i32.const 3))))
        (start 1)""",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_first_instruction_that_cannot_be_compiled_is_named(text: str) -> None:
    made = case(text, "f")
    made = replace(made, imports=definitions(decode(made.wasm, WASM_2)))
    found = explained(made, unable("i32.popcnt"))
    assert found is not None
    assert (found.mnemonic, found.effect, found.certainty) == ("i32.popcnt", Effect.COMPILE, Certainty.OBSERVED)
    assert found.offset == made.wasm.index(b"\x69", made.wasm.index(b"\x0a"))
    assert found.occurrence == 0
    assert (found.right, found.wrong) == (("interp",), ("liar",))
    assert (found.expected, found.actual) == ("to be compiled", "crash: it is not known")


def test_where_bodies_are_not_to_blame_nothing_is_named() -> None:
    made = case('(func (export "f") (nop))', "f")
    culprit = Liar(refuse=lambda _: Crashed("no module is known"), inner=InterpEngine(WASM_2))
    assert explained(made, culprit) is None


def test_what_fails_in_another_way_once_it_is_cut_is_not_blamed() -> None:
    """Each cut plants dead code, which this engine does not bear behind `clz`."""

    def refuse(wasm: bytes) -> Outcome | None:
        bodies = names(wasm)
        if any("i32.popcnt" in body for body in bodies):
            return Crashed("popcnt is not known")
        if any("i32.clz" in body and "unreachable" in body for body in bodies):
            return Crashed("there is no code")
        return None

    text = '(func (export "f") (result i32) (i32.clz (i32.const 1)) (i32.const 2) (i32.add) (i32.popcnt))'
    found = explained(case(text, "f"), Liar(refuse=refuse, inner=InterpEngine(WASM_2)))
    assert found is not None
    assert found.mnemonic == "i32.popcnt"


def test_of_many_functions_and_instructions_few_are_tried() -> None:
    tried = 0

    def refuse(wasm: bytes) -> Outcome | None:
        nonlocal tried
        tried += 1
        has_it = any("i32.popcnt" in body for body in names(wasm))
        return Crashed("it is not known") if has_it else None

    others = "(func)" * 200
    long = "(drop (i32.const 1))" * 200
    text = f'(func (export "f")) {others} (func {long} (drop (i32.popcnt (i32.const 1))) {long}) {others}'
    found = explained(case(text, "f"), Liar(refuse=refuse, inner=InterpEngine(WASM_2)))
    assert found is not None
    assert (found.mnemonic, found.function) == ("i32.popcnt", 201)
    assert tried < 60


def test_who_says_nothing_is_neither_right_nor_wrong() -> None:
    made = case('(func (export "f") (drop (i32.popcnt (i32.const 7))))', "f")
    culprit, oracle = unable("i32.popcnt"), InterpEngine(WASM_2)
    silent = Liar(refuse=lambda _: Unsupported("nothing"), inner=InterpEngine(WASM_2), name="silent")
    found = differ.run(
        made, differ.oracle(oracle), [differ.subject(culprit)], deadline_s=1.0, watch=lambda _: nullcontext()
    )
    assert isinstance(found, Divergence)
    told = explain(made, found, (culprit, silent, oracle), 1.0)
    assert told is not None
    assert (told.right, told.wrong) == (("interp",), ("liar",))
