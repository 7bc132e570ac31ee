"""The matrix of cells: every mark by hand for a small set that was reached."""

import re

from jit.backend.code import Situation
from jit.wasm.opcodes import BY_NAME
from mitey_fuzz.guided import matrix
from mitey_fuzz.guided.cells import Shape, universe

NEG = BY_NAME["f64.neg"]
REACHED = {
    Situation(NEG, "H", 0, pending=False), Situation(NEG, "H", 2, pending=False), Situation(NEG, "R", 1, pending=True),
    Shape(NEG, "-", is_dead=False),
}  # fmt: skip


def test_a_row_in_detail_has_a_line_for_each_place() -> None:
    assert matrix.detail(NEG, REACHED).splitlines() == [
        "f64.neg: + reached, - never",
        "  operands  roomy tight full  pending: roomy tight full",
        "  C           -     -    -               -     -    -",
        "  H           +     -    +               -     -    -",
        "  L           -     -    -               -     -    -",
        "  R           -     -    -               -     +    -",
        "  S           -     -    -               -     -    -",
        "  size      live dead",
        "  -          +    -",
    ]


def test_the_legend_tells_every_letter_and_word_of_a_row() -> None:
    lines = matrix.detail(BY_NAME["i32.add"], set()).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  size"))
    letters = {letter for line in lines[2:at] for letter in line.split()[0]}
    words = {word.strip(":") for line in (lines[1], lines[at]) for word in line.split()}
    assert letters == {*"CRHLSF="}
    told = re.findall(r"[\w=]+", matrix.LEGEND)
    assert letters | words <= set(told)


def test_states_that_cannot_be_have_no_mark() -> None:
    lines = matrix.detail(BY_NAME["i32.eqz"], set()).splitlines()
    assert "  F           -     -    -" in lines


def test_the_overview_counts_each_dimension() -> None:
    assert matrix.overview([NEG], REACHED).splitlines() == [
        "row      cells  operands  tight  full  pending  live  dead",
        "f64.neg   4/32       2/5   1/10  1/10     1/15   1/1   0/1",
    ]


def test_the_json_names_what_was_never_reached() -> None:
    content = matrix.to_json([NEG], REACHED)
    assert (content["cells"], content["reached"]) == (32, 4)
    (row,) = content["rows"].values()
    assert len(row["never"]) == 28
    assert "f64.neg [H] tight" in row["never"]
    assert "f64.neg [H] full" not in row["never"]


def test_what_was_all_reached_is_nowhere_never() -> None:
    content = matrix.to_json([NEG], universe(NEG))
    assert content["reached"] == content["cells"]
