"""Conversions at the ends of what an integer holds, and conversions one after the other, there and back again.

A truncation traps from the first float on whose integer part does not fit, and not for the one before (spec:
`op-trunc_s`); two conversions that look like nothing are something for a NaN, or for bits that the first one drops.
"""

from functools import cache, partial
from typing import Final

from jit.wasm.opcodes import Family, op

from .builder import Builder
from .candidates import Candidate, constant
from .emit import plain
from .literals import POOLS, float_bits, returns
from .places import moved, rarely

_TRUNCATIONS: Final = tuple(
    f"{integer}.trunc_{float}_{sign}" for integer in ("i32", "i64") for float in ("f32", "f64") for sign in "su"
)
_CODE: Final = {name: plain(name) for name in _TRUNCATIONS}
_RESULT: Final = {name: "i" if name.startswith("i32") else "l" for name in _TRUNCATIONS}
_MOST_CHAINED: Final = 3


def truncated(b: Builder) -> None:
    """A number whose integer part is the last that fits, or nearly; rarely the first that does not."""
    name = _TRUNCATIONS[b.draw(0, len(_TRUNCATIONS) - 1)]
    fitting, others = _edges(name)
    letter = "f" if "f32" in name else "d"
    if b.wild and b.draw(0, 3) == 3:
        rarely(b, partial(_trapping, letter=letter, bits=others[b.draw(0, len(others) - 1)], name=name))
        return
    bits = fitting[b.draw(0, len(fitting) - 1)]
    moved(b, letter, partial(_number, letter=letter, bits=bits))
    b.out += _CODE[name]
    b.stack += _RESULT[name]


def _number(b: Builder, *, letter: str, bits: int) -> None:
    b.out += constant(letter, bits)


def _trapping(b: Builder, *, letter: str, bits: int, name: str) -> None:
    moved(b, letter, partial(_number, letter=letter, bits=bits))
    b.out += _CODE[name]
    b.stack += _RESULT[name]
    b.sink()


@cache
def _edges(name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Bits of floats around the ends of a truncation's range: those that it takes, and those for which it traps.

    Half of either are the last of their kind.
    """
    row = op(name)
    letter, mantissa = ("f", 23) if "f32" in name else ("d", 52)
    width = 32 if name.startswith("i32") else 64
    around = []
    for exponent in {width - 1, width, 31, 0, -1}:
        for negative in (False, True):
            edge = float_bits(letter, exponent, negative=negative)
            one = 1 << mantissa - exponent if 0 < exponent < mantissa else 1
            around += [
                edge,
                edge - 1,
                edge + 1,
                edge + one,
                edge + one - 1,
                edge - one,
                edge + one // 2,
                edge - 2 * one,
            ]
    fitting = list(dict.fromkeys(bits for bits in around if returns(row, bits)))
    others = list(dict.fromkeys(bits for bits in around if not returns(row, bits)))
    last = [bits for bits in fitting if not returns(row, bits + 1)]
    first = [bits for bits in others if returns(row, bits - 1)]
    return (
        (*fitting, *last * (len(fitting) // len(last))),
        (*others, *first * (len(others) // len(first))),
    )


@cache
def ends(name: str) -> tuple[int, ...]:
    """Bits of floats at the very ends of a truncation's range, twice on either side of them; at zero; far outside."""
    letter = "f" if "f32" in name else "d"
    row, (fitting, others) = op(name), _edges(name)
    last = [bits for bits in fitting if not returns(row, bits + 1)]
    first = [bits for bits in others if returns(row, bits - 1)]
    near_zero = [float_bits(letter, exponent, negative=negative) for exponent in (-1, 0) for negative in (False, True)]
    infinite = 128 if letter == "f" else 1024
    far = [
        float_bits(letter, exponent, negative=negative) for exponent in (31, 64, infinite) for negative in (False, True)
    ]
    return (*last, *first, *dict.fromkeys((*last, *first, *near_zero, *far, *_NANS[letter][:2])))


def chained(b: Builder) -> None:
    """Two or three conversions that never trap, one of which often undoes the one before."""
    letter, before = "fd"[b.draw(0, 1)] if b.draw(0, 1) else b.some_number(), ""
    pool = _NANS[letter] if letter in _NANS and b.draw(0, 1) else POOLS[letter]
    moved(b, letter, partial(_number, letter=letter, bits=pool[b.draw(0, len(pool) - 1)]))
    for _ in range(b.draw(2, _MOST_CHAINED)):
        rows = _harmless(b.plan.candidates.families[Family.CONVERT].get(letter, ()))
        back = tuple(row for row in rows if row.result == before)
        if back and b.draw(0, 2):
            rows = back
        row = rows[b.draw(0, len(rows) - 1)]
        b.out += row.code
        letter, before = row.result, letter
    b.stack += letter


@cache
def _harmless(rows: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    return tuple(row for row in rows if row.guard is None)


def _nans(letter: str, infinity: int, sign: int) -> tuple[int, ...]:
    return tuple(bits for bits in POOLS[letter] if bits & ~sign > infinity)


_NANS: Final = {"f": _nans("f", 0x7F80_0000, 1 << 31), "d": _nans("d", 0x7FF0 << 48, 1 << 63)}
