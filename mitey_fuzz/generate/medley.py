"""Many instructions in one module, each alone in a function of its own: `single` in breadth, where that goes deep.

A row that only some operands betray comes up in few random bodies; here each has its turn every few hundred cases, in
a shape of `shapes`, on boundary values.  Where all rows are about memories, tables and segments, their functions are
called in any order, again and again: what one leaves another finds.
"""

from functools import cache
from typing import Final

from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.opcodes import ROWS
from jit.wasm.types import I32, Limits, Value

from ..case import Call, Case
from ..choices import Choices
from .literals import value_bits
from .operands import betraying
from .shapes import SHAPES, Form
from .single import ROOM, STATE, Context, Room, module_of, pools_of, rows_of

FUNCTIONS: Final = (8, 24)
"""How many a module has."""
MORE_CALLS: Final = 4
"""Of a function whose row few numbers betray, each of which is as likely as any other of these."""
OF_THREE: Final = 4
"""How much more often a row of three operands has its turn: there are more ways in which they can lie."""
_LONG: Final = ("under pressure", "spilled")
"""Shapes ten times as long as the others, and a third as frequent."""
ROOMS: Final = (
    Room(Limits(0, 0), Limits(0, 0)),
    Room(Limits(0, 1), Limits(0, 1)),
    Room(Limits(0, 3), Limits(0, 12)),
    Room(Limits(1, 1), Limits(10, 10)),
    Room(Limits(2, 4), Limits(1, 3)),
    ROOM,
)
"""Memories and tables of any size: nothing, that may grow or not, and all that there may be."""
STATEFUL_CALLS: Final = 2
"""How much more often a function is called where all are about memories and tables."""
_SMALL: Final = 3
"""Up to this an index or a length is small: most that are taken at once are in bounds."""


class _Catalogue:
    """Every row with each of its immediates, and the shapes that put functions around them, made for one context."""

    def __init__(self, features: Features) -> None:
        self.context = Context(features)
        described = {row: rows_of(row, self.context) for row in ROWS if features.has(row.feature)}
        self._described = [
            (row, rows)
            for row, rows in described.items()
            if rows
            for _ in range(OF_THREE if len(rows[0].params) > 2 else 1)
        ]
        self._stateful = [(row, rows) for row, rows in self._described if row.family in STATE]
        self._shapes = [shape for name, shape in SHAPES.items() for _ in range(1 if name in _LONG else 3)]

    def draw(self, choices: Choices, *, stateful: bool) -> tuple[Form, list[tuple[Value, ...]], int]:
        """A function, what its parameters may hold, and how often to call it.

        Its row is about memories and tables where it is `stateful`.
        """
        described = self._stateful if stateful else self._described
        row, rows = described[choices.integer(0, len(described) - 1)]
        one = rows[choices.integer(0, len(rows) - 1)]
        forms: list[Form] = []
        while not forms:  # not every shape has functions for every row; the simplest one has
            forms = self._shapes[choices.integer(0, len(self._shapes) - 1)](one)
        form = forms[choices.integer(0, len(forms) - 1)]
        calls = MORE_CALLS if betraying(row)[1] else 1
        return form, pools_of(form, one, row), calls + choices.integer(0, 1)


_catalogue = cache(_Catalogue)


def some_medley(choices: Choices, features: Features) -> Case:
    """A module of many rows, and a script that calls each of its functions once or twice, some of them more often."""
    catalogue = _catalogue(features)
    forms: list[Form] = []
    script: list[Call] = []
    stateful = choices.integer(0, 3) == 3
    room = ROOMS[choices.integer(0, len(ROOMS) - 1)] if stateful else ROOM
    for index in range(choices.integer(*FUNCTIONS)):
        with choices.span("function"):
            form, pools, calls = catalogue.draw(choices, stateful=stateful)
            forms.append(form)
            calls += STATEFUL_CALLS * stateful
            script += [
                Call(f"f{index}", tuple([_argument(choices, pool, stateful=stateful) for pool in pools]))
                for _ in range(calls)
            ]
    if stateful:
        _shuffle(choices, script)
    passive = features.bulk_memory
    module = module_of(forms, catalogue.context, by_rule=True, in_memory=True, passive=passive, room=room)
    return Case(encode(module), tuple(script), choices=choices.record)


def _shuffle(choices: Choices, script: list[Call]) -> None:
    for last in range(len(script) - 1, 0, -1):
        other = last - choices.integer(0, last)
        script[last], script[other] = script[other], script[last]


def _argument(choices: Choices, pool: tuple[Value, ...], *, stateful: bool) -> Value:
    """A value of the pool, or one in four times any interesting one; half are small where all are stateful."""
    type = pool[0].type
    if stateful and type is I32 and choices.integer(0, 1):
        return Value(type, choices.integer(0, _SMALL))
    if choices.integer(0, 3) == 3 and not type.is_ref:
        return Value(type, value_bits(choices, type.letter))
    return pool[choices.integer(0, len(pool) - 1)]
