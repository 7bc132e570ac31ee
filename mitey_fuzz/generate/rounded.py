"""Numbers that lie halfway between two floats, or next to it, and what makes a float of them.

An i64 that becomes an f32 by way of an f64 is rounded twice, and so is what is computed wider than it should be.
"""

from functools import partial

from .builder import Builder
from .candidates import constant
from .emit import plain
from .literals import float_bits
from .places import moved

_FROM_INTEGER = {
    23: (plain("f32.convert_i64_s"), plain("f32.convert_i64_u")),
    52: (plain("f64.convert_i64_s"), plain("f64.convert_i64_u")),
}
"""By the bits of the float's fraction."""
_DEMOTE = plain("f32.demote_f64")
_LOST = 52 - 23
"""Bits of the fraction that a demotion rounds off."""


def rounded(b: Builder) -> None:
    """A conversion of a number that is not a constant, mostly."""
    if b.draw(0, 2):
        fraction = (23, 23, 52)[b.draw(0, 2)]
        exponent = b.draw(fraction + 2, 63)
        kept = b.choices.bits(2) << exponent - fraction
        bits = (1 << exponent) + kept + (1 << exponent - fraction - 1) + b.draw(0, 2) - 1
        if exponent < 63 and b.draw(0, 1):
            bits = (1 << 64) - bits
        _push(b, "l", bits)
        b.out += _FROM_INTEGER[fraction][b.draw(0, 1)]
        b.stack += "f" if fraction == 23 else "d"
        return
    kept = b.choices.bits(2) << _LOST
    half = (1 << _LOST - 1) + b.draw(0, 2) - 1
    _push(b, "d", float_bits("d", b.draw(-130, 127), kept + half, negative=b.draw(0, 1) == 1))
    b.out += _DEMOTE
    b.stack += "f"


def _push(b: Builder, letter: str, bits: int) -> None:
    moved(b, letter, partial(_constant, letter=letter, bits=bits))


def _constant(b: Builder, *, letter: str, bits: int) -> None:
    b.out += constant(letter, bits)
