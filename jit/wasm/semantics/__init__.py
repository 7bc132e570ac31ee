"""The living definition of every numeric instruction: one pure function on bits for each row (spec: `exec-numeric`).

Operands and results are unsigned integers, floats and vectors as their bit patterns.  NaNs follow the deterministic
profile: every NaN that an operation makes is the positive canonical NaN.  A row's definition carries the name that its
anchor has in the specification.  Interpreter, constant folding and tests read it here; nobody else may say what
`i32.add` does.
"""

from inspect import signature

from ..opcodes import ROWS, Family, Imm, Op, bind
from .conversion import CONVERSION
from .floating import FLOATING
from .integer import INTEGER
from .registry import Operation
from .vector_conversion import VECTOR_CONVERSION
from .vector_floating import VECTOR_FLOATING
from .vector_integer import VECTOR_INTEGER
from .vector_lanes import VECTOR_LANES
from .vector_width import VECTOR_WIDTH

__all__ = ["NUMERIC_ROWS", "OPERATIONS", "Operation", "operation"]

# fmt: off
_FAMILIES = frozenset((
    Family.CONST, Family.TEST, Family.COMPARE, Family.UNARY, Family.BINARY, Family.CONVERT,
    Family.VECTOR_CONST, Family.VECTOR_LANE, Family.VECTOR_BITWISE, Family.VECTOR_TEST, Family.VECTOR_COMPARE,
    Family.VECTOR_SHIFT, Family.VECTOR_UNARY, Family.VECTOR_BINARY, Family.VECTOR_CONVERT,
))
# fmt: on
NUMERIC_ROWS: tuple[Op, ...] = tuple(row for row in ROWS if row.family in _FAMILIES)

_SCALARS = INTEGER | FLOATING | CONVERSION
_VECTORS = VECTOR_LANES | VECTOR_INTEGER | VECTOR_WIDTH | VECTOR_FLOATING | VECTOR_CONVERSION
OPERATIONS: list[Operation | None] = bind(_SCALARS | _VECTORS, NUMERIC_ROWS)
"""By `Op.index`; an operation takes the immediates of its row, as `body` holds them, and then the operands."""


def operation(row: Op) -> Operation:
    """The definition of a numeric row."""
    found = OPERATIONS[row.index]
    assert found is not None, f"{row} is not numeric"
    return found


def _check_arity() -> None:
    """Every definition takes what its row has; `TypeError` when one does not."""
    for row in NUMERIC_ROWS:
        immediates = 16 if row.immediates == (Imm.LANES,) else len(row.immediates)
        signature(operation(row)).bind(*range(immediates + len(row.params or ())))


_check_arity()
