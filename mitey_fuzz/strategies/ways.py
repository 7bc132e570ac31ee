"""All that bodies do: which way needs which feature, and how often it is taken.

The simplest comes first, because Hypothesis shrinks towards it.
"""

from functools import cache
from typing import NamedTuple

from jit.wasm.features import Features

from . import calls, computed, control, memory, tables
from .body import StatementWay, ValueWay

_ALL = "ildfvre"
_NUMBERS = "ildfv"


class Values(NamedTuple):
    """A way to push values of these types, `weight` times in the list."""

    way: ValueWay
    weight: int
    letters: str = _ALL
    feature: str = ""


class Statements(NamedTuple):
    """A way that leaves the stack as it is; None ends the list."""

    way: StatementWay | None
    weight: int
    feature: str = ""


_BULK, _REFERENCES = "bulk-memory", "reference-types"

# fmt: off
VALUES = (
    #      way                            weight  types
    Values(computed.simplest,              2),
    Values(computed.literal,               4, _NUMBERS),
    Values(computed.variable,              6),
    Values(computed.computed,             24, _NUMBERS),
    Values(computed.tee,                   2),
    Values(computed.select,                1, _NUMBERS),
    Values(computed.typed_select,          1, feature=_REFERENCES),
    Values(computed.is_null,               1, "i", _REFERENCES),
    Values(computed.function,              4, "r", _REFERENCES),
    Values(memory.load,                    3, _NUMBERS),
    Values(memory.load_lane,               2, "v"),
    Values(memory.size,                    1, "i"),
    Values(memory.grown,                   1, "i"),
    Values(tables.get,                     3, "re", _REFERENCES),
    Values(tables.size,                    1, "i", _REFERENCES),
    Values(tables.grown,                   1, "i", _REFERENCES),
    Values(control.value_of_br_if,         1),
    Values(control.value_of_construct,     2),
    Values(calls.value_of_call,            1),
    Values(calls.value_of_indirect_call,   1),
    Values(control.leave,                  1),
)

STATEMENTS = (
    Statements(None,                      20),
    Statements(control.nop,                1),
    Statements(computed.assign,           10),
    Statements(memory.store,               5),
    Statements(control.construct,          8),
    Statements(control.br_if,              6),
    Statements(calls.call,                 3),
    Statements(calls.call_indirect,        3),
    Statements(memory.grow,                1),
    Statements(memory.fill,                1, _BULK),
    Statements(memory.copy,                1, _BULK),
    Statements(memory.init,                1, _BULK),
    Statements(memory.drop_data,           1, _BULK),
    Statements(tables.put,                 2, _REFERENCES),
    Statements(tables.grow,                1, _REFERENCES),
    Statements(tables.fill,                1, _REFERENCES),
    Statements(tables.copy,                1, _BULK),
    Statements(tables.init,                1, _BULK),
    Statements(tables.drop_elem,           1, _BULK),
    Statements(control.br_table,           2),
    Statements(control.br,                 2),
    Statements(control.return_,            1),
    Statements(control.unreachable,        1),
)
# fmt: on


@cache
def values(features: Features, letter: str) -> tuple[ValueWay, ...]:
    """Ways to push a value of this type, each as often as its weight, the simplest first."""
    possible = [row for row in VALUES if letter in row.letters and features.has(row.feature)]
    return tuple(row.way for row in possible for _ in range(row.weight))


@cache
def statements(features: Features) -> tuple[StatementWay | None, ...]:
    """Ways to leave the stack as it is; None ends a list of them."""
    return tuple(row.way for row in STATEMENTS if features.has(row.feature) for _ in range(row.weight))
