"""Where compiling is what fails, the first instruction that cannot be compiled is named."""

from contextlib import nullcontext

import pytest

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from mitey_fuzz.case import Case
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Divergence
from mitey_fuzz.triage import Cause, explain
from mitey_fuzz.triage.cause import Certainty, Effect
from oracles.interp import InterpEngine
from oracles.protocol import Crashed, Outcome
from support.liar import Liar
from support.wat import case


def unable(name: str) -> Liar:
    """An engine that crashes on modules with an instruction of this name."""

    def refuse(wasm: bytes) -> Outcome | None:
        bodies = (parse(code.body) for code in decode(wasm, WASM_2).codes)
        has_it = any(instr.op.name == name for body in bodies for instr in body)
        return Crashed("it is not known") if has_it else None

    return Liar(refuse=refuse, inner=InterpEngine(WASM_2))


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
    found = explained(made, unable("i32.popcnt"))
    assert found is not None
    assert (found.mnemonic, found.effect, found.certainty) == ("i32.popcnt", Effect.CRASH, Certainty.OBSERVED)
    assert found.offset == made.wasm.index(b"\x69", made.wasm.index(b"\x0a"))
    assert found.occurrence == 0
    assert (found.right, found.wrong) == (("interp",), ("liar",))
    assert (found.expected, found.actual) == ("to be compiled", "crash: it is not known")


def test_where_bodies_are_not_to_blame_nothing_is_named() -> None:
    made = case('(func (export "f") (nop))', "f")
    culprit = Liar(refuse=lambda _: Crashed("no module is known"), inner=InterpEngine(WASM_2))
    assert explained(made, culprit) is None
