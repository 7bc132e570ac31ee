"""Every instruction, its operands in every location that compilers tell apart, boundary values: against interp.

The cases are those of `mitey_fuzz.generate.single`; nothing is drawn.  How many there are is stated here, so that a
case that disappears is noticed.
"""

from collections.abc import Sequence

import pytest

from jit.wasm.features import WASM_2
from jit.wasm.opcodes import ROWS, Op
from mitey_fuzz.campaign.stats import Stopwatch
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Agreed
from mitey_fuzz.generate.single import SHAPES, single, singles
from mitey_fuzz.subject import create, subjects
from oracles.interp import InterpEngine

CASES = 5_157
CALLS = 393_899
PARTS = 8
"""In how many tests the instructions are run, so that several processes share them."""


def run_rows(name: str, rows: Sequence[Op]) -> int:
    """Judges the cases of these instructions in every shape they have; gives their number."""
    interpreter, subject = InterpEngine(WASM_2), create(name, features=WASM_2)
    judged = 0
    try:
        for row in rows:
            for shape in SHAPES:
                case = single(row, shape, WASM_2)
                if case is not None:
                    others = [differ.subject(subject)]
                    verdict = differ.run(case, differ.oracle(interpreter), others, deadline_s=10, watch=Stopwatch())
                    assert isinstance(verdict, Agreed), f"{row}, {shape}: {verdict}"
                    assert verdict.steps == 1 + len(case.script), f"{row}, {shape}"
                    judged += 1
    finally:
        interpreter.close()
        subject.close()
    return judged


@pytest.mark.slow
def test_there_are_as_many_cases_and_calls_as_stated() -> None:
    found = [(title, len(case.script)) for title, case in singles(WASM_2)]
    assert (len(found), sum(calls for _, calls in found)) == (CASES, CALLS)
    assert {title.split(", ")[-1] for title, _ in found} == set(SHAPES)


@pytest.mark.parametrize("name", subjects())
def test_a_sample_of_instructions_agrees_in_all_shapes(name: str) -> None:
    assert run_rows(name, ROWS[20::80]) == 63


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", subjects())
def test_every_instruction_agrees_in_every_shape(name: str, part: int) -> None:
    assert run_rows(name, ROWS[part::PARTS]) > CASES // PARTS * 0.9
