"""Conditions: every way to consume one, floats of which one is no number, and what is known when compiling."""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import Family, op

from .builder import Builder
from .candidates import constant
from .emit import (
    BLOCK,
    BLOCK_TYPES,
    ELSE,
    END,
    IF,
    LOCAL_GET,
    LOCAL_SET,
    SELECT,
    SELECT_T,
    i32_const,
    plain,
)
from .literals import POOLS, float_bits
from .places import Push, disturb, moved

_EQZ: Final = plain("i32.eqz")
_OUT: Final = instruction(op("br_if"), 0)

# --- consuming a condition


def judged(b: Builder, condition: Push) -> None:
    """Consumes a condition in one of the ways there are; what comes of it is left on `stack`."""
    _JUDGES[b.draw(0, len(_JUDGES) - 1)](b, condition)


def _selects(b: Builder, condition: Push) -> None:
    letter = b.some_number()
    b.leaf(letter)
    b.leaf(letter)
    condition(b)
    b.out += (SELECT, _EQZ + SELECT)[b.draw(0, 3) == 3]
    b.stack += letter


def _parts(b: Builder, condition: Push) -> None:
    letter = b.some_number()
    condition(b)
    b.out += IF + BLOCK_TYPES[letter]
    b.leaf(letter)
    b.out += ELSE
    b.leaf(letter)
    b.out += END
    b.stack += letter


def _skips(b: Builder, condition: Push) -> None:
    """An `if` without `else`, its condition negated half of the time."""
    letter = b.some_number()
    condition(b)
    b.out += (IF, _EQZ + IF)[b.draw(0, 1)] + BLOCK_TYPES[""]
    b.leaf(letter)
    b.out += LOCAL_SET[b.some_local(letter)] + END
    b.push_leaf(letter)


def _branches(b: Builder, condition: Push) -> None:
    letter = b.some_number()
    b.out += BLOCK + BLOCK_TYPES[letter]
    b.leaf(letter)
    condition(b)
    b.out += (_OUT, _EQZ + _OUT)[b.draw(0, 3) == 3] + LOCAL_SET[b.some_local(letter)]
    b.leaf(letter)
    b.out += END
    b.stack += letter


def _is_a_value(b: Builder, condition: Push) -> None:
    condition(b)
    b.out += (b"", b"", _EQZ, _EQZ + _EQZ)[b.draw(0, 3)]
    b.stack += "i"


_JUDGES: Final = (_selects, _selects, _parts, _skips, _branches, _branches, _is_a_value)

# --- floats that do not compare


def _is_nan(letter: str, bits: int) -> bool:
    exponent = float_bits(letter, 128 if letter == "f" else 1024)
    return bits & exponent == exponent and bits & (exponent & -exponent) - 1 != 0


_NANS: Final = {letter: tuple(constant(letter, v) for v in POOLS[letter] if _is_nan(letter, v)) for letter in "fd"}


def _number_or_not(b: Builder, letter: str) -> None:
    """Pushes a NaN in one of two, else any value."""
    if b.draw(0, 1):
        nans = _NANS[letter]
        code = nans[b.draw(0, len(nans) - 1)]
        moved(b, letter, lambda b: _literal(b, code))
    else:
        b.leaf(letter)


def _literal(b: Builder, code: bytes) -> None:
    b.out += code


def _unordered(b: Builder) -> None:
    letter = "fd"[b.draw(0, 1)]
    _number_or_not(b, letter)
    _number_or_not(b, letter)
    rows = b.plan.candidates.families[Family.COMPARE][letter + letter]
    b.out += rows[b.draw(0, len(rows) - 1)].code


def unordered(b: Builder) -> None:
    """Compares floats, a NaN among them mostly, and consumes that."""
    judged(b, _unordered)


# --- known conditions

_KNOWN: Final = (0, 1, 2, 256, 0x1_0000, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFFE)


def chosen(b: Builder) -> None:
    """A `select` by a constant, between constants, locals, flags, fresh values, or one local twice."""
    letter = b.some_type()
    which = b.draw(0, 5)
    if which == 0:
        local = b.some_local(letter)
        b.out += LOCAL_GET[local] * 2
    else:
        _candidate(b, letter)
        _candidate(b, letter)
    if which == 1:
        disturb(b)
    named = b.plan.profile.features.reference_types and (letter in "re" or which > 3)
    b.out += i32_const(_KNOWN[b.draw(0, len(_KNOWN) - 1)])
    b.out += SELECT_T[letter] if named else SELECT
    b.stack += letter


def _candidate(b: Builder, letter: str) -> None:
    which = b.draw(0, 3)
    if which == 0:
        b.constant(letter)
    elif which == 1:
        b.leaf(letter)
    elif which == 2 and letter == "i":
        b.comparison()
    else:
        b.expression(letter, 1)
