import re

import pytest
from wasmtime import wat2wasm

from jit.wasm.features import WASM_1
from mitey_fuzz.listing import of_module, side_by_side

SUBJECTS = ("jit:minimal", "jit:baseline")
CHOICE = bytes(
    wat2wasm(
        "(module (func (param i32) (result i32) (if (result i32) (i32.lt_s (local.get 0) (i32.const 7))"
        " (then (i32.mul (local.get 0) (local.get 0))) (else (i32.const 4)))) (func))"
    )
)
MULTIPLIED = '[[mutant]]\nid = "m"\nwhy = "w"\nmask = 0xFFE0FC00\nmatch = 0x1B007C00\nxor = 0x8000\n'


def words(text: str) -> list[str]:
    return re.findall(r"\b[0-9a-f]{9}  ([0-9a-f]{8})\b", text)


def columns(text: str) -> list[str]:
    """What stands in each column, all lines together."""
    cells = [line.split("│") for line in text.splitlines() if "│" in line]
    return ["\n".join(cell[place] for cell in cells if len(cell) > place) for place in range(2)]


def test_both_columns_hold_the_code_that_each_subject_has_alone() -> None:
    text = side_by_side(SUBJECTS, CHOICE, WASM_1, None)
    for subject, column in zip(SUBJECTS, columns(text), strict=True):
        alone = of_module(subject, CHOICE, WASM_1, None)
        functions, _, _ = alone.partition("\ni32.lt_s\n")  # the minimal back end's handlers follow
        assert words(column) == words(functions)
        assert len(words(column)) > 10


def test_each_wasm_instruction_stands_above_the_code_of_both() -> None:
    text = side_by_side(SUBJECTS, CHOICE, WASM_1, None, 0)
    instructions = re.findall(r"^  0x[0-9a-f]{4}  (.*)$", text, re.MULTILINE)
    assert instructions == [
        "local.get 0", "i32.const 7", "i32.lt_s", "if (result i32)", "local.get 0", "local.get 0", "i32.mul", "else",
        "i32.const 4", "end", "end",
    ]  # fmt: skip
    multiplication = text[text.index("  i32.mul") :].splitlines()[1]
    assert re.search(r"bl +i32\.mul +│.*mul +w", multiplication)


def test_one_function_can_be_chosen() -> None:
    assert "function 0" not in side_by_side(SUBJECTS, CHOICE, WASM_1, None, 1)
    with pytest.raises(LookupError, match="function 2 is not defined; defined: 0 to 1"):
        side_by_side(SUBJECTS, CHOICE, WASM_1, None, 2)


def test_a_mutant_is_planted_in_both() -> None:
    assert "mneg" in columns(side_by_side(SUBJECTS, CHOICE, WASM_1, MULTIPLIED, 0))[1]
