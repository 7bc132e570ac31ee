"""Small modules in which every row is applied to the types that it takes, but for one that is not.

What a validator must refuse is one operand, or one result, of another type, one too few or too many; what it must take
are operands of unknown type, in unreachable code, wherever one fits (spec: `valid-instr`).  Nothing is called.
"""

from functools import cache
from typing import Final

from jit.wasm.body import BLOCKS, Instr, assemble, parse
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.opcodes import ROWS, Imm

from ..case import Case
from ..choices import Choices
from .emit import DROP, END, LOCAL_GET, UNREACHABLE
from .shapes import Form, Row
from .single import Context, module_of, rows_of

FUNCTIONS: Final = (2, 10)
"""How many functions a module has."""
_NAMING: Final = (
    Imm.LABEL, Imm.LABELS, Imm.FUNC, Imm.TYPE, Imm.TABLE, Imm.GLOBAL, Imm.ELEM, Imm.DATA, Imm.MEMARG, Imm.LANE,
    Imm.LANES,
)  # fmt: skip
"""Kinds of immediates that are bounded by something."""


class _Rows:
    """Every row of some features with each of its immediates, and the types that they have."""

    def __init__(self, features: Features) -> None:
        self.context = Context(features)
        described = [(row, rows_of(row, self.context)) for row in ROWS if features.has(row.feature)]
        self._all = [rows for _, rows in described if rows]
        self._by_rule = [rows for row, rows in described if rows and (row.params is None or row.results is None)]
        of_kind = [[rows for row, rows in described if rows and kind in row.immediates] for kind in _NAMING]
        self._naming = [several for several in of_kind if several]

    def draw(self, choices: Choices) -> Row:
        """Any row; in one of two that has no fixed type, of which there are few."""
        rules = self._by_rule if choices.integer(0, 1) else self._all
        rows = rules[choices.integer(0, len(rules) - 1)]
        return rows[choices.integer(0, len(rows) - 1)]

    def naming(self, choices: Choices) -> Row:
        """A row with an immediate that may name what does not exist, of each kind as often."""
        several = self._naming[choices.integer(0, len(self._naming) - 1)]
        rows = several[choices.integer(0, len(several) - 1)]
        return rows[choices.integer(0, len(rows) - 1)]


_rows = cache(_Rows)


def some_misapplied(choices: Choices, features: Features) -> Case:
    """A module of a few rows, in three of four cases with one mistake, or one that may be one."""
    rows = _rows(features)
    count = choices.integer(*FUNCTIONS)
    wrong = choices.integer(0, count - 1) if choices.integer(0, 3) else count
    forms = []
    for index in range(count):
        with choices.span("function"):
            forms.append(_wrong(choices, rows) if index == wrong else _applied(choices, rows.draw(choices)))
    module = module_of(forms, rows.context, by_rule=True, in_memory=True, passive=features.bulk_memory)
    return Case(encode(module), (), choices=choices.record)


def _wrong(choices: Choices, rows: _Rows) -> Form:
    """A function with a mistake: in one of three, what it names may not exist."""
    if choices.integer(0, 2) == 2:
        row = rows.naming(choices)
        return _misnaming(choices, row, _applied(choices, row))
    row = rows.draw(choices)
    return _mistaken(choices, row, _applied(choices, row), rows.context.letters)


def _applied(choices: Choices, row: Row) -> Form:
    """A function whose parameters are the row's operands; or which is unreachable, and has only the last of these."""
    missing = 0
    dead = b""
    if choices.integer(0, 1):
        missing = choices.integer(0, len(row.params))
        dead = UNREACHABLE
    gets = b"".join(LOCAL_GET[missing : len(row.params)])
    return Form(row.params, "", row.results, dead + gets + row.code)


def _mistaken(choices: Choices, row: Row, form: Form, letters: str) -> Form:
    """The same with an operand or a result of another type, or all of one type; one too few, or one too many."""
    other = letters[choices.integer(0, len(letters) - 1)]
    which = choices.integer(0, 9)
    if which == 0 and form.params:
        one = form.params[0]
        return form._replace(params=form.params.replace(one, other), results=form.results.replace(one, other))
    if which < 4 and form.params:
        place = choices.integer(0, len(form.params) - 1)
        return form._replace(params=form.params[:place] + other + form.params[place + 1 :])
    if which < 6 and form.results:
        return form._replace(results=form.results[:-1] + other)
    if which == 6:
        return form._replace(code=form.code + DROP * (len(row.results) + 1))
    if choices.integer(0, 1):
        return _misnaming(choices, row, form)
    return form._replace(code=LOCAL_GET[0] + form.code) if form.params else form._replace(results=form.results + other)


def _misnaming(choices: Choices, row: Row, form: Form) -> Form:
    return form._replace(code=form.code[: len(form.code) - len(row.code)] + _misnamed(choices, row.code))


def _misnamed(choices: Choices, code: bytes) -> bytes:
    """The row with another number as one of its immediates: an index, a lane, an alignment; a small one mostly."""
    body = parse(code + END)[:-1]
    at = choices.integer(0, len(body) - 1)
    row, immediates, _ = body[at]
    if immediates and row not in BLOCKS and all(bits < 1 << 32 for bits in immediates):
        changed = list(immediates)
        number = choices.integer(0, 5) if choices.integer(0, 2) else choices.integer(6, 40)
        changed[choices.integer(0, len(changed) - 1)] = number
        body[at] = Instr(row, tuple(changed))
    return assemble(body)
