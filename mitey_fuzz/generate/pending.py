"""Comparisons that are pending while flags are overwritten by whatever a compiler compares on its own account."""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import Family, op
from jit.wasm.types import BY_LETTER

from . import tables
from .builder import Builder
from .candidates import constant
from .conditions import judged
from .emit import FOLDS, LOCAL_GET, LOCAL_SET, SELECT, i32_const, plain

_GROW: Final = instruction(op("memory.grow"), 0)
_IS_NULL: Final = plain("ref.is_null")


def pending(b: Builder) -> None:
    """A comparison that waits on the stack for a division, a conversion, a grown memory, a slot of a table..."""
    judged(b, _waiting)


def _waiting(b: Builder) -> None:
    """Pushes a comparison, and runs code that overwrites flags above it; its value is mixed in, or kept in a local."""
    b.comparison()
    letter = _CLOBBERS[b.draw(0, len(_CLOBBERS) - 1)](b)
    if letter == "i" and b.draw(0, 1):
        b.out += FOLDS["i"][b.draw(0, 2)]
    else:
        b.out += LOCAL_SET[b.some_local(letter)]


_DIVISIONS: Final = ("div_s", "div_s", "rem_s", "div_u", "rem_u")


def _division(b: Builder) -> str:
    letter = "il"[b.draw(0, 1)]
    kind = BY_LETTER[letter].name
    b.leaf(letter)
    b.leaf(letter)
    b.out += constant(letter, 1) + plain(f"{kind}.or") + plain(f"{kind}.{_DIVISIONS[b.draw(0, 4)]}")
    return letter


def _conversion(b: Builder) -> str:
    letter = "fd"[b.draw(0, 1)]
    rows = [row for row in b.plan.candidates.families[Family.CONVERT][letter] if row.guard is not None]
    row = rows[b.draw(0, len(rows) - 1)]
    assert row.guard is not None
    if b.draw(0, 3):  # a guard compares, and so would take the flags before the conversion can
        local, numbers = b.some_local(letter), row.guard.substitutes
        b.out += numbers[b.draw(0, len(numbers) - 1)] + LOCAL_SET[local] + LOCAL_GET[local]
    else:
        b.leaf(letter)
        b.tame(row.guard)
    b.out += row.code
    return row.result


def _comparison(b: Builder) -> str:
    b.comparison()
    return "i"


def _selection(b: Builder) -> str:
    letter = b.some_number()
    b.leaf(letter)
    b.leaf(letter)
    b.comparison()
    b.out += SELECT
    return letter


def _growth(b: Builder) -> str:
    """Grows memory by nothing, which gives its size; where there is none, a comparison."""
    if b.plan.memory is None:
        return _comparison(b)
    b.out += i32_const(0) + _GROW
    return "i"


def _access(b: Builder) -> str:
    letter = b.some_number()
    b.load(letter)
    return letter


def _slot(b: Builder) -> str:
    """Reads or writes a table, whose bounds are compared; where there is none, a comparison."""
    if not (b.plan.tables and b.plan.profile.features.reference_types):
        return _comparison(b)
    if b.draw(0, 1):
        tables.table_get(b)
        b.stack = b.stack[:-1]
        b.out += _IS_NULL
    else:
        tables.table_set(b)
        b.leaf("i")
    return "i"


_CLOBBERS: Final = (_division, _division, _conversion, _comparison, _selection, _growth, _access, _slot)
