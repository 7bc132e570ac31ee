"""Numbers that lie halfway between two floats, or next to it, and what makes a float of them.

An i64 that becomes an f32 by way of an f64 is rounded twice, and so is what is computed wider than it should be.
"""

from functools import partial
from typing import Final

from .builder import Builder
from .candidates import constant
from .emit import plain
from .literals import float_bits
from .places import moved

_FROM_INTEGER: Final = {
    23: (plain("f32.convert_i64_s"), plain("f32.convert_i64_u")),
    52: (plain("f64.convert_i64_s"), plain("f64.convert_i64_u")),
}
"""By the bits of the float's fraction."""
_DEMOTE: Final = plain("f32.demote_f64")
_LOST: Final = 52 - 23
"""Bits of the fraction that a demotion rounds off."""


def rounded(b: Builder) -> None:
    """A conversion of a number that is not a constant, mostly."""
    if b.draw(0, 2):
        _from_integer(b)
        return
    kept = b.choices.bits(2) << _LOST
    half = (1 << _LOST - 1) + b.draw(0, 2) - 1
    _push(b, "d", float_bits("d", b.draw(-130, 127), kept + half, negative=b.draw(0, 1) == 1))
    b.out += _DEMOTE
    b.stack += "f"


def _from_integer(b: Builder) -> None:
    """An i64, mostly one whose last bit an f64 does not hold, though it decides how an f32 is rounded."""
    fraction = (23, 23, 52)[b.draw(0, 2)]
    signed = b.draw(0, 1)
    least = 54 if fraction == 23 and b.draw(0, 3) else fraction + 2
    exponent = b.draw(least, 63 - signed)
    kept, off = b.choices.bits(2), (0, 1, -1)[b.draw(0, 2)]
    if off and b.draw(0, 3):
        kept = kept & 2 | (off < 0)  # what a tie would go away from: rounded twice, it goes there
    bits = (1 << exponent) + (kept << exponent - fraction) + (1 << exponent - fraction - 1) + off
    if signed and b.draw(0, 1):
        bits = (1 << 64) - bits
    _push(b, "l", bits)
    b.out += _FROM_INTEGER[fraction][1 - signed]
    demoted = fraction == 52 and b.draw(0, 2) == 0  # so it is rounded twice, and must be
    b.out += _DEMOTE * demoted
    b.stack += "f" if fraction == 23 or demoted else "d"


def _push(b: Builder, letter: str, bits: int) -> None:
    moved(b, letter, partial(_constant, letter=letter, bits=bits))


def _constant(b: Builder, *, letter: str, bits: int) -> None:
    b.out += constant(letter, bits)
