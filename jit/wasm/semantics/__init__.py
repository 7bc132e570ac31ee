"""The living definition of every numeric instruction: one pure function on bits for each row (spec: `exec-numeric`).

Operands and results are unsigned integers, floats as their bit patterns.  NaNs follow the deterministic profile: every
NaN that an operation makes is the positive canonical NaN.  A row's definition carries the name that its anchor has in
the specification.  Interpreter, constant folding and tests read it here; nobody else may say what `i32.add` does.
"""

from inspect import signature

from ..opcodes import ROWS, Family, Op, bind
from .conversion import CONVERSION
from .floating import FLOATING
from .integer import INTEGER
from .registry import Operation

__all__ = ["NUMERIC_ROWS", "OPERATIONS", "Operation", "operation"]

NUMERIC_ROWS: tuple[Op, ...] = tuple(
    row
    for row in ROWS
    if row.family in (Family.CONST, Family.TEST, Family.COMPARE, Family.UNARY, Family.BINARY, Family.CONVERT)
)

OPERATIONS: list[Operation | None] = bind(INTEGER | FLOATING | CONVERSION, NUMERIC_ROWS)
"""By `Op.index`; a constant's operation takes its immediate."""


def operation(row: Op) -> Operation:
    """The definition of a numeric row."""
    found = OPERATIONS[row.index]
    assert found is not None, f"{row} is not numeric"
    return found


def _check_arity() -> None:
    for row in NUMERIC_ROWS:
        expected = len(row.params or ()) + len(row.immediates)
        actual = len(signature(operation(row)).parameters)
        assert actual == expected, f"{row} takes {expected} operands, its definition {actual}"


_check_arity()
