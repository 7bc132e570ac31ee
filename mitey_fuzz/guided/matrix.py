"""Which cells were reached and which never, row by row, as text and as JSON."""

from collections.abc import Iterable, Sequence, Set

from jit.backend.code import Situation
from jit.wasm.opcodes import Op

from ..store.layout import JsonObject
from .cells import ALIKE, PLACES, PRESSURES, Cell, Shape, sizes, text_of, universe

REACHED, NEVER, NONE = "+", "-", " "
_LETTERS = ", ".join(f"{letter} {place}" for letter, place in PLACES.items())
LEGEND = (
    f"operands: where they are, the deepest first: {_LETTERS}; {ALIKE} behind them: two are one value.  "
    f"{', '.join(PRESSURES)}: many, few or no registers are free.  pending: a comparison below the operands is in the "
    "flags still.  size: of the immediate.  live, dead: whether the instruction can be reached."
)
"""What `detail` shows, for people."""


def total(rows: Sequence[Op], reached: Set[Cell]) -> tuple[int, int]:
    """How many cells of these rows were reached, and how many there are."""
    return sum(len(universe(row) & reached) for row in rows), sum(len(universe(row)) for row in rows)


def overview(rows: Sequence[Op], reached: Set[Cell]) -> str:
    """A line for each row: how many of its cells were reached, and of how many.

    `operands` counts the combinations of places, whatever else holds; the columns behind it count the states in which
    registers are tight, all are taken, or a comparison is pending; `live` and `dead` count sizes of immediates.
    """
    titles = ("row", "cells", "operands", *PRESSURES[1:], "pending", "live", "dead")
    table = [titles, *([row.name, *_columns(universe(row), reached)] for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(titles))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in table
    )


def _columns(cells: Iterable[Cell], reached: Set[Cell]) -> list[str]:
    states = [cell for cell in cells if isinstance(cell, Situation)]
    shapes = [cell for cell in cells if isinstance(cell, Shape)]
    places = {cell.operands for cell in states}
    met = {cell.operands for cell in states if cell in reached}
    counted: tuple[Sequence[Cell], ...] = (
        [*states, *shapes],
        *([cell for cell in states if cell.pressure == pressure] for pressure in range(1, len(PRESSURES))),
        [cell for cell in states if cell.pending],
        [cell for cell in shapes if not cell.is_dead],
        [cell for cell in shapes if cell.is_dead],
    )
    shares = [f"{sum(cell in reached for cell in group)}/{len(group)}" for group in counted]
    return [shares[0], f"{len(met)}/{len(places)}", *shares[1:]]


def detail(row: Op, reached: Set[Cell]) -> str:
    """The cells of one row: a line for each combination of places, a mark for each state; then sizes of immediates."""
    cells = universe(row)
    places = sorted({cell.operands for cell in cells if isinstance(cell, Situation)})
    width = max(map(len, (*places, *sizes(row), "operands")))
    states = [(pressure, pending) for pending in (False, True) for pressure in range(len(PRESSURES))]
    lines = [
        f"{row.name}: {REACHED} reached, {NEVER} never",
        f"  {'operands':{width}}  {' '.join(PRESSURES)}  pending: {' '.join(PRESSURES)}",
    ]
    for operands in places:
        marks = [_mark(Situation(row, operands, *state), cells, reached) for state in states]
        columns = [mark.center(len(PRESSURES[place % 3])) for place, mark in enumerate(marks)]
        lines.append(
            f"  {operands or '(none)':{width}}  {' '.join(columns[:3])}           {' '.join(columns[3:])}".rstrip()
        )
    lines.append(f"  {'size':{width}}  live dead")
    for size in sizes(row):
        live, dead = (_mark(Shape(row, size, is_dead), cells, reached).center(4) for is_dead in (False, True))
        lines.append(f"  {size:{width}}  {live} {dead}".rstrip())
    return "\n".join(lines)


def _mark(cell: Cell, cells: Set[Cell], reached: Set[Cell]) -> str:
    if cell not in cells:
        return NONE
    return REACHED if cell in reached else NEVER


def to_json(rows: Sequence[Op], reached: Set[Cell]) -> JsonObject:
    """Of each row how many cells there are and how many were reached, and the others by name."""
    described: JsonObject = {}
    for row in rows:
        cells = universe(row)
        never = sorted(map(text_of, cells - reached))
        described[row.name] = {"cells": len(cells), "reached": len(cells) - len(never), "never": never}
    count, all_ = total(rows, reached)
    return {"cells": all_, "reached": count, "rows": described}
