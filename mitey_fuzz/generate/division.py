"""Divisions at their edges: the least integer, minus one, powers of two, and what looks like these in 32 bits.

A pair that traps stands in an arm of an `if`, so that what follows it is seen.
"""

from functools import partial
from typing import Final

from jit.wasm.types import BY_LETTER

from .builder import Builder
from .candidates import constant
from .emit import BLOCK_TYPES, ELSE, END, FOLDS, IF, LOCAL_GET, LOCAL_SET, plain
from .fused import read_local
from .places import moved, rarely

_OPERATIONS: Final = ("div_s", "rem_s", "div_s", "rem_s", "div_u", "rem_u")
_ROWS: Final = {
    letter: {name: plain(f"{BY_LETTER[letter].name}.{name}") for name in _OPERATIONS} for letter in "il"
}  # fmt: skip
_OR: Final = {letter: plain(f"{BY_LETTER[letter].name}.or") for letter in "il"}

_MOST: Final = 5
"""Divisions one after the other."""
_MINUS_ONE_BELOW: Final = (0xFFFF_FFFF, 0x1_FFFF_FFFF, 1 << 63 | 0xFFFF_FFFF)
"""i64 divisors that are minus one in their lower half alone."""


def _dividends(bits: int) -> tuple[int, ...]:
    """Least and greatest, their odd neighbours, small odd numbers of either sign."""
    least = 1 << bits - 1
    values = [
        least,
        least,
        least,
        least + 1,
        least + 3,
        least - 1,
        -1,
        -3,
        -7,
        -8,
        -9,
        -100,
        0,
        1,
        7,
        100,
        1 << bits - 2,
    ]
    if bits == 64:
        values += [1 << 31, -1 << 31, 0xFFFF_FFFF, 1 << 32, 1 << 63 | 0x8000_0000, -1 << 32]
    return tuple(value & (1 << bits) - 1 for value in values)


def _divisors(bits: int) -> tuple[int, ...]:
    """Ones and powers of two of either sign; of 64 bits, those whose lower half is -1 or 0.  Never zero."""
    values = [*[-1] * 8, *[1] * 6, 1 << bits - 1, (1 << bits - 1) - 1, 3, 10, -10]
    values += [sign << k for k in (1, 2, 3, 4, 7, 8, 15, 16, 30, bits - 2) for sign in (1, -1)]
    if bits == 64:
        values += [1 << 32, 1 << 32, -1 << 32, *_MINUS_ONE_BELOW, 1 << 31]
    return tuple(value & (1 << bits) - 1 for value in values)


_DIVIDENDS: Final = {"i": _dividends(32), "l": _dividends(64)}
_DIVISORS: Final = {"i": _divisors(32), "l": _divisors(64)}


def division(b: Builder) -> None:
    """Divisions of one type, two to five, by interesting numbers; what they give is folded into one value."""
    letter = "il"[b.draw(0, 1)]
    if b.wild and b.draw(0, 7) == 7:
        rarely(b, partial(_trapping, letter=letter))
        return
    for at in range(b.draw(2, _MOST)):
        _one(b, letter)
        if at:
            b.out += FOLDS[letter][b.draw(0, 2)]
    b.stack += letter


def _one(b: Builder, letter: str) -> None:
    """Pushes what one division gives, or two of the same: of a local by a constant mostly."""
    which = b.draw(0, 7)
    if which < 5:
        _by_constant(b, letter)
        return
    operation, dividend, divisor = _least(b, letter) if which == 7 else _pair(b, letter)
    if which == 5:
        _twice(b, letter, dividend, divisor)
        return
    if b.draw(0, 3) == 0 and _may_divide_anything(letter, operation, divisor):
        b.leaf(letter)
    else:
        _operand(b, letter, dividend, _DIVIDENDS[letter][-1])
    _operand(b, letter, divisor, 1)
    b.out += _ROWS[letter][operation]


def _by_constant(b: Builder, letter: str) -> None:
    """Pushes what a division of a local gives by a number of which compilers make another instruction, or none."""
    bits = BY_LETTER[letter].bits
    divisors = _DIVISORS[letter]
    known = (1, (1 << bits) - 1, 1 << bits - 1, 1 << b.draw(1, bits - 2), divisors[b.draw(0, len(divisors) - 1)])
    divisor = known[b.draw(0, len(known) - 1)]
    operation = _OPERATIONS[b.draw(2, len(_OPERATIONS) - 1)]
    read_local(b, letter)
    if not _may_divide_anything(letter, operation, divisor):
        b.out += constant(letter, 1) + _OR[letter]  # no longer the least integer
    b.out += constant(letter, divisor) + _ROWS[letter][operation]


def _least(b: Builder, letter: str) -> tuple[str, int, int]:
    """The least integer, signed, by minus one, where that does not trap, or by what looks like it in 32 bits."""
    if letter == "i" or b.draw(0, 1) == 0:
        return "rem_s", _DIVIDENDS[letter][0], (1 << BY_LETTER[letter].bits) - 1
    return ("div_s", "rem_s")[b.draw(0, 1)], _DIVIDENDS[letter][0], _MINUS_ONE_BELOW[b.draw(0, 2)]


def _pair(b: Builder, letter: str) -> tuple[str, int, int]:
    """A signed or unsigned operation, and operands for which it does not trap."""
    operation = _OPERATIONS[b.draw(0, len(_OPERATIONS) - 1)]
    dividends, divisors = _DIVIDENDS[letter], _DIVISORS[letter]
    divisor = divisors[b.draw(0, len(divisors) - 1)]
    first = 0 if _may_divide_anything(letter, operation, divisor) else 3  # behind the least integer
    return operation, dividends[b.draw(first, len(dividends) - 1)], divisor


def _may_divide_anything(letter: str, operation: str, divisor: int) -> bool:
    return operation != "div_s" or divisor != (1 << BY_LETTER[letter].bits) - 1


def _trapping(b: Builder, *, letter: str) -> None:
    """Anything by zero, or the least integer by minus one, signed."""
    if b.draw(0, 1):
        b.leaf(letter)
        _operand(b, letter, 0, 0)
        operation = _OPERATIONS[b.draw(0, len(_OPERATIONS) - 1)]
    else:
        _operand(b, letter, _DIVIDENDS[letter][0], _DIVIDENDS[letter][0])
        _operand(b, letter, (1 << BY_LETTER[letter].bits) - 1, (1 << BY_LETTER[letter].bits) - 1)
        operation = "div_s"
    b.out += _ROWS[letter][operation]
    b.stack += letter
    b.sink()


def _operand(b: Builder, letter: str, bits: int, other: int) -> None:
    """Pushes a number: as a constant, by way of a location, or as one of two that an `if` chooses between."""
    which = b.draw(0, 5)
    if which < 3:
        b.out += constant(letter, bits)
    elif which < 5:
        moved(b, letter, partial(_number, letter=letter, bits=bits))
    else:
        b.comparison()
        b.out += IF + BLOCK_TYPES[letter] + constant(letter, bits) + ELSE + constant(letter, other) + END


def _number(b: Builder, *, letter: str, bits: int) -> None:
    b.out += constant(letter, bits)


def _twice(b: Builder, letter: str, dividend: int, divisor: int) -> None:
    """Quotient and remainder of the same locals, folded; in two of three one is of the other sign."""
    _operand(b, letter, divisor, divisor)
    _operand(b, letter, dividend, dividend)
    above, below = b.some_local(letter), b.some_local(letter)
    b.out += LOCAL_SET[above] + LOCAL_SET[below]  # were they one local, it would hold the divisor, which is not zero
    pairs = (("div_u", "rem_u"), ("rem_s", "div_u"), ("rem_s", "rem_u"), ("rem_u", "div_u"))
    if _may_divide_anything(letter, "div_s", divisor):
        pairs = (("div_s", "rem_s"), ("rem_s", "div_s"), ("div_u", "rem_u"), ("div_s", "rem_u"))
    first, second = pairs[b.draw(0, 3)]
    both = LOCAL_GET[above] + LOCAL_GET[below]
    b.out += both + _ROWS[letter][first] + both + _ROWS[letter][second] + FOLDS[letter][b.draw(0, 2)]
