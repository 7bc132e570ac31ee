"""Conditions in a row, with nothing between them, and values that change their width between two operations.

What a compiler knows of the last word it wrote is worth a fusion, and wrong as soon as it outlives the word: such as
the note of a test of a bit that a branch on the bit did without, or of a mask whose result is read at another width.
(Arm: "TBZ", "CBZ", "TST", "SXTW".)
"""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op
from jit.wasm.types import BY_LETTER

from .builder import Builder
from .candidates import constant
from .conditions import judged
from .emit import BLOCK, BLOCK_TYPES, ELSE, END, IF, LOCAL_GET, LOCAL_SET, SELECT, i32_const, plain
from .fused import read_local
from .literals import POOLS
from .places import Push

_EQZ: Final = plain("i32.eqz")
_BR_IF: Final = tuple(instruction(op("br_if"), depth) for depth in range(3))
_WRAP: Final = plain("i32.wrap_i64")
_EXTENDS: Final = (plain("i64.extend_i32_s"), plain("i64.extend_i32_u"))
_MOST: Final = 5
"""Conditions in a row."""

_AGAINST_ZERO: Final = ("eq", "ne", "lt_s", "ge_s", "gt_s", "le_s", "gt_u", "le_u")
_COMPARISONS: Final = {
    "i": (*_AGAINST_ZERO, "lt_u", "ge_u"), "l": (*_AGAINST_ZERO, "lt_u", "ge_u"),
    "f": ("eq", "ne", "lt", "gt", "le", "ge"), "d": ("eq", "ne", "lt", "gt", "le", "ge"),
}  # fmt: skip
_SHIFTS: Final = ("shl", "shr_u", "shr_s", "rotl", "rotr")
_INNER: Final = ("and", "and", "and", "or", "xor", "add", "sub", "mul", *_SHIFTS)
_OUTER: Final = ("and", "and", "or", "xor", "add", "sub", "mul", *_SHIFTS)
_ROWS: Final = {
    (letter, name): plain(f"{BY_LETTER[letter].name}.{name}")
    for letter, comparisons in _COMPARISONS.items()
    for name in (*comparisons, *(("eqz", *_INNER) if letter in "il" else ()))
}


# --- conditions


def _masked(b: Builder, letter: str) -> None:
    """Pushes a bit of a local, or a few, where it is or at the bottom."""
    bits = BY_LETTER[letter].bits
    read_local(b, letter)
    if b.draw(0, 2):
        mask = 1 << b.draw(0, bits - 1)
    else:
        b.out += constant(letter, b.draw(0, bits - 1)) + _ROWS[letter, ("shr_u", "shr_s")[b.draw(0, 1)]]
        mask = (1, 1, 1, 3)[b.draw(0, 3)]
    b.out += constant(letter, mask) + _ROWS[letter, "and"]


def _bit(b: Builder) -> None:
    """Tests a bit, in its own width or another."""
    letter = "il"[b.draw(0, 1)]
    _masked(b, letter)
    if letter == "l" and b.draw(0, 3) == 0:
        b.out += _WRAP
        letter = "i"
    elif letter == "i" and b.draw(0, 5) == 0:
        b.out += _EXTENDS[b.draw(0, 1)]
        letter = "l"
    if letter == "i" and b.draw(0, 1):
        return
    names = _AGAINST_ZERO if b.draw(0, 2) == 0 else ("eqz", "eqz", "eq", "ne")
    name = names[b.draw(0, len(names) - 1)]
    b.out += (b"" if name == "eqz" else constant(letter, 0)) + _ROWS[letter, name]


def _zero(b: Builder) -> None:
    """Compares a local with zero."""
    letter = "il"[b.draw(0, 1)]
    read_local(b, letter)
    name = _AGAINST_ZERO[b.draw(0, len(_AGAINST_ZERO) - 1)]
    b.out += constant(letter, 0) + _ROWS[letter, name]


def _compared(b: Builder) -> None:
    """Compares a local with another, or a number with a constant."""
    letter = b.some_number()
    read_local(b, letter)
    if letter in "il" and b.draw(0, 1):
        pool = POOLS[letter]
        b.out += constant(letter, pool[b.draw(0, len(pool) - 1)])
    else:
        read_local(b, letter)
    names = _COMPARISONS[letter]
    b.out += _ROWS[letter, names[b.draw(0, len(names) - 1)]]


_CONDITIONS: Final = (_bit, _bit, _bit, _zero, _compared, _compared)


def condition(b: Builder) -> None:
    """Pushes an i32 that is cheap to branch on, negated now and then."""
    _CONDITIONS[b.draw(0, len(_CONDITIONS) - 1)](b)
    b.out += _EQZ * (0, 0, 1, 2)[b.draw(0, 3)]


# --- in a row


def ladder(b: Builder) -> None:
    """Conditions one behind the other; a local says which way control went, and is pushed."""
    told = b.some_local("i")
    b.out += i32_const(b.draw(0, 99)) + LOCAL_SET[told]
    _LADDERS[b.draw(0, len(_LADDERS) - 1)](b, LOCAL_SET[told], b.draw(2, _MOST))
    b.out += LOCAL_GET[told]
    b.stack += "i"


def _leaves(b: Builder, tell: bytes, count: int) -> None:
    """Branches out of one block or of two; what is between two of them is nothing mostly."""
    depth = b.draw(1, 2)
    b.out += (BLOCK + BLOCK_TYPES[""]) * depth
    for number in range(count):
        condition(b)
        b.out += _BR_IF[b.draw(0, depth - 1)]
        if b.draw(0, 7) == 7:
            b.out += i32_const(200 + number) + tell
    for level in range(depth):
        b.out += i32_const(100 + level) + tell + END


def _nested(b: Builder, tell: bytes, count: int) -> None:
    """Each condition is asked where the one before holds."""
    for _ in range(count):
        condition(b)
        b.out += IF + BLOCK_TYPES[""]
    for number in range(count):
        b.out += i32_const(100 + number) + tell
        if b.draw(0, 1):
            b.out += ELSE + i32_const(200 + number) + tell
        b.out += END


def _one_after_another(b: Builder, tell: bytes, count: int) -> None:
    """Arms that are short, or empty: the next condition stands right behind the last one's end."""
    for number in range(count):
        condition(b)
        b.out += IF + BLOCK_TYPES[""] + (i32_const(100 + number) + tell) * b.draw(0, 1) + END


def _selects(b: Builder, tell: bytes, count: int) -> None:
    """Selects by one condition each, the result of one an operand of the next."""
    read_local(b, "i")
    for _ in range(count):
        b.constant("i")
        condition(b)
        b.out += SELECT
    b.out += tell


_LADDERS: Final = (_leaves, _leaves, _nested, _one_after_another, _selects)

# --- from one width to another


def crossed(b: Builder) -> None:
    """An operation, wrapped or extended, and what could be one instruction with it were it of one width."""
    inner, outer, cross = ("l", "i", _WRAP) if b.draw(0, 2) else ("i", "l", _EXTENDS[b.draw(0, 1)])

    def value(b: Builder) -> None:
        if b.draw(0, 2):
            read_local(b, inner)
            _with_other(b, inner, _INNER)
        else:
            _masked(b, inner)
        b.out += cross

    which = b.draw(0, 3)
    if which == 0:
        value(b)
        _with_other(b, outer, _OUTER)
        b.stack += outer
    elif which == 1:
        read_local(b, outer)
        value(b)
        b.out += _ROWS[outer, _OUTER[b.draw(0, len(_OUTER) - 1)]]
        b.stack += outer
    else:
        judged(b, _tested(value, outer))


def _with_other(b: Builder, letter: str, names: tuple[str, ...]) -> None:
    """Applies an operation to what was pushed and a constant, or a local."""
    name = names[b.draw(0, len(names) - 1)]
    bits = BY_LETTER[letter].bits
    if name in _SHIFTS:
        b.out += constant(letter, b.draw(0, bits - 1))
    elif b.draw(0, 2) == 0:
        read_local(b, letter)
    elif b.draw(0, 1):
        b.out += constant(letter, 1 << b.draw(0, bits - 1))
    else:
        b.constant(letter)
    b.out += _ROWS[letter, name]


def _tested(value: Push, letter: str) -> Push:
    """Pushes a value as a condition: as it is, or compared with zero or a constant."""

    def test(b: Builder) -> None:
        value(b)
        which = b.draw(0, 3) if letter == "i" else b.draw(1, 3)
        if which == 1:
            b.out += _ROWS[letter, "eqz"]
        elif which > 1:
            b.out += constant(letter, 0) if which == 2 else b""
            if which == 3:
                b.constant(letter)
            names = _COMPARISONS[letter]
            b.out += _ROWS[letter, names[b.draw(0, len(names) - 1)]]

    return test
