"""Rows of two operands where these are equal, or nearly, or opposite: what pairs drawn one by one hardly ever are.

Whether an order is strict shows for equals alone, which of two zeros is the lesser for zeros of both signs.
"""

from functools import partial
from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import ROWS, Family
from jit.wasm.types import BY_LETTER

from .builder import Builder
from .candidates import constant
from .conditions import judged
from .emit import FOLDS, GLOBAL_GET, GLOBAL_SET, HALVES, LOCAL_GET, LOCAL_SET, i32_const, plain
from .literals import POOLS, float_bits
from .literals_vector import of_lanes
from .places import Push, in_both_arms, moved

_SCALARS: Final = "ilfd"
_NEXT: Final = i32_const(1) + plain("i32.shl")
_JOIN: Final = plain("i32.or")


def _decisive(letter: str) -> tuple[int, ...]:
    """Zeros mostly, ones, infinities and NaNs, of both signs; or the ends of an integer's two ranges."""
    bits = BY_LETTER[letter].bits
    sign, mask = 1 << bits - 1, (1 << bits) - 1
    if letter in "il":
        return (0, 1, mask, sign, sign - 1)
    one, infinity = float_bits(letter, 0), float_bits(letter, 128 if letter == "f" else 1024)
    quiet = 1 << (22 if letter == "f" else 51)
    positive = (0, 0, 0, one, infinity, infinity | quiet, infinity | 1)
    return (*positive, *(number | sign for number in positive))


_DECISIVE: Final = {letter: _decisive(letter) for letter in _SCALARS}
_OF_SHAPE: Final = {
    lane: [instruction(row) for row in ROWS if row.family is Family.VECTOR_COMPARE and row.name.startswith(shape)]
    for lane, shape in (("f", "f32x4"), ("d", "f64x2"))
}
"""Comparisons of vectors of floats, by type of lane."""


def met(b: Builder) -> None:
    """Comparisons of a number that no compiler knows with a constant, in either order; or another row of numbers."""
    letters = _SCALARS + "ilvvvv" * ("v" in b.types)
    letter = letters[b.draw(0, len(letters) - 1)]
    if letter == "v" and b.draw(0, 3) == 3:
        _zeros(b)
        return
    one = _some(b, letter)
    bits = one, _other(b, letter, one)
    if b.draw(0, 3) == 3:
        _computed(b, letter, bits)
        return
    if letter != "v" and b.draw(0, 2) == 2:
        judged(b, partial(_compared, letter=letter, bits=bits, count=1))
        return
    _compared(b, letter=letter, bits=bits, count=b.draw(4, 10) if letter == "v" else b.draw(2, 7))
    if letter == "v":
        b.out += HALVES[b.draw(0, 1)]
    b.stack += "l" if letter == "v" else "i"


def _compared(b: Builder, *, letter: str, bits: tuple[int, int], count: int) -> None:
    """Pushes what so many comparisons say, folded into one value of which each has a part."""
    rows = b.plan.candidates.families[Family.VECTOR_COMPARE if letter == "v" else Family.COMPARE][2 * letter]
    known, unknown = (constant(letter, number) for number in bits)
    local = b.some_local(letter)
    _hidden(b, letter, partial(_literal, code=unknown))
    b.out += LOCAL_SET[local]
    for at in range(count):
        b.out += _NEXT if at and letter != "v" else b""
        for code in (known, LOCAL_GET[local]) if b.draw(0, 1) else (LOCAL_GET[local], known):
            b.out += code
        b.out += rows[b.draw(0, len(rows) - 1)].code
        b.out += (FOLDS["v"][-1] if letter == "v" else _JOIN) if at else b""


def _zeros(b: Builder) -> None:
    """Zeros of both signs, and other lanes, compared with zeros, as floats of the shape that they are of."""
    lane = "fd"[b.draw(0, 1)]
    width = BY_LETTER[lane].bits
    lanes = [(0, 1 << width - 1, 1, _DECISIVE[lane][3])[b.draw(0, 3)] for _ in range(128 // width)]
    local = b.some_local("v")
    _hidden(b, "v", partial(_literal, code=constant("v", of_lanes(width, lanes))))
    b.out += LOCAL_SET[local]
    rows = _OF_SHAPE[lane]
    for at in range(b.draw(2, 5)):
        zero = constant("v", 0)
        first = b.draw(0, 1)
        b.out += zero * first + LOCAL_GET[local] + zero * (1 - first)
        b.out += rows[b.draw(0, len(rows) - 1)] + (FOLDS["v"][-1] if at else b"")
    b.out += HALVES[b.draw(0, 1)]
    b.stack += "l"


def _computed(b: Builder, letter: str, bits: tuple[int, int]) -> None:
    """Of two constants a compiler would make a third: one of them is hidden mostly."""
    family = Family.VECTOR_BINARY if letter == "v" else Family.BINARY
    rows = [row for row in b.plan.candidates.families[family][2 * letter] if row.guard is None and not row.immediates]
    row = rows[b.draw(0, len(rows) - 1)]
    hidden = b.draw(0, 2)
    for at, number in enumerate(bits):
        push = partial(_literal, code=constant(letter, number))
        (_hidden if at == hidden else moved)(b, letter, push)
    b.out += row.code
    b.stack += row.result


def _hidden(b: Builder, letter: str, push: Push) -> None:
    """Pushes a value that no compiler knows: by way of a global, or of both arms of an `if`."""
    globals_ = b.plan.writable[letter]
    if globals_ and b.draw(0, 3):
        place = globals_[b.draw(0, len(globals_) - 1)]
        push(b)
        b.out += GLOBAL_SET[place] + GLOBAL_GET[place]
        return
    in_both_arms(b, letter, push)


def _literal(b: Builder, *, code: bytes) -> None:
    b.out += code


def _some(b: Builder, letter: str) -> int:
    """Of vectors, one whose lanes are all kinds of numbers mostly, or zero."""
    which = b.draw(0, 5)
    if letter == "v" and which < 3:
        return 0
    if letter == "v" and which < 5:
        lane = _SCALARS[b.draw(0, 3)]
        pool = _DECISIVE[lane]
        width = BY_LETTER[lane].bits
        return of_lanes(width, [pool[b.draw(0, len(pool) - 1)] for _ in range(128 // width)])
    pool = _DECISIVE[letter] if letter != "v" and which else POOLS[letter]
    return pool[b.draw(0, len(pool) - 1)]


def _other(b: Builder, letter: str, one: int) -> int:
    """The same in one of two; else negated, one away, or any, which vectors are mostly."""
    bits = BY_LETTER[letter].bits
    which = b.draw(0, 7) if letter != "v" or b.draw(0, 2) == 2 else 7
    if which < 4:
        return one
    if which in (4, 5):
        return one ^ 1 << bits - 1
    if which == 6:
        return one + 1 & (1 << bits) - 1
    return _some(b, letter)
