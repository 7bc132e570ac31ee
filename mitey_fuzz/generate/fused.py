"""Short runs of instructions that a back end makes one of: a product and a sum, a shifted or extended operand.

Arm ARM: "MADD", "MSUB", "ADD (shifted register)", "ADD (extended register)", "BIC (shifted register)", "UBFM", "TST".
Each run occurs in either order of operands, and with the inner value used twice, where it must not be fused; and with
a change of width between two of its links, where it must not be fused either, or only if bits beyond 32 do not matter.
"""

from collections.abc import Sequence
from typing import Final

from jit.wasm.types import BY_LETTER

from .builder import Builder
from .candidates import constant
from .emit import LOCAL_GET, LOCAL_SET, LOCAL_TEE, plain
from .literals import POOLS, shift_counts

_INNER: Final = ("mul", "mul", "mul", "shl", "shl", "shr_u", "shr_s", "rotr", "xor")
_OUTER: Final = ("add", "sub", "and", "or", "xor")
_SHIFTS: Final = ("shl", "shr_u", "shr_s", "rotl", "rotr")
_CHAINED: Final = ("and", "and", "or", "xor", "add", "sub", "mul", *_SHIFTS)
_TESTS: Final = ("eqz", "ne", "lt_s", "ge_u")
_ROWS: Final = {
    (letter, name): plain(f"{BY_LETTER[letter].name}.{name}")
    for letter in "il"
    for name in {*_INNER, *_OUTER, *_CHAINED, *_TESTS, "eq"}
}
_EXTENDS: Final = (plain("i64.extend_i32_s"), plain("i64.extend_i32_u"))
_WRAP: Final = plain("i32.wrap_i64")
_CROSSED: Final = ("shl", "shr_u", "shr_s", "rotr", "rotr", "mul", "xor")


def fused(b: Builder) -> None:
    """An inner operation, a local, an outer operation: in this order, or with the local first."""
    letter = "il"[b.draw(0, 1)]
    outer = _ROWS[letter, _OUTER[b.draw(0, len(_OUTER) - 1)]]
    which = b.draw(0, 24)
    if which < 5:
        _inner(b, letter)
        read_local(b, letter)
        b.out += outer
    elif which < 8:
        read_local(b, letter)
        _inner(b, letter)
        b.out += outer
    elif which < 10:
        _both(b, letter)
    elif which == 10:
        _used_twice(b, letter, outer)
    elif which == 11 or which > 20:
        letter = _field(b, letter)
    elif which == 12:
        _tested(b, letter)
    elif which < 19:
        letter = _chained(b, letter)
    else:
        letter = "l"
        _extended(b)
    b.stack += letter


def read_local(b: Builder, letter: str) -> None:
    """Pushes a local: what is fused takes its operands from registers."""
    indices = b.readable[letter]
    b.out += LOCAL_GET[indices[b.draw(0, len(indices) - 1)] if indices else b.some_local(letter)]


def _cross(b: Builder, letter: str) -> str:
    """Makes the number on top one of the other width, and gives that one's type."""
    b.out += _WRAP if letter == "l" else _EXTENDS[b.draw(0, 1)]
    return "i" if letter == "l" else "l"


def _inner(b: Builder, letter: str) -> None:
    """Pushes what an inner operation gives, one of the other width in one of four."""
    if b.draw(0, 3):
        _inner_of(b, letter, _INNER)
        return
    other = "i" if letter == "l" else "l"
    _inner_of(b, other, _CROSSED)
    _cross(b, other)


def _inner_of(b: Builder, letter: str, names: Sequence[str]) -> None:
    """Pushes a local multiplied by a constant or local, shifted by a constant, or inverted."""
    name = names[b.draw(0, len(names) - 1)]
    read_local(b, letter)
    if name == "xor":
        b.out += constant(letter, (1 << BY_LETTER[letter].bits) - 1)
    elif name != "mul":
        counts = shift_counts(letter) if b.draw(0, 1) else range(1, BY_LETTER[letter].bits)
        b.out += constant(letter, counts[b.draw(0, len(counts) - 1)])
    elif b.draw(0, 3) == 3:
        read_local(b, letter)
    else:
        pool = POOLS[letter]
        b.out += constant(letter, pool[b.draw(0, len(pool) - 1)])
    b.out += _ROWS[letter, name]


def _both(b: Builder, letter: str) -> None:
    """An inner operation on either side; half of the time two shifts whose counts add up to the width, or nearly."""
    if b.draw(0, 1):
        _inner(b, letter)
        _inner(b, letter)
    else:
        _both_shifted(b, letter)
    b.out += _ROWS[letter, _OUTER[b.draw(0, len(_OUTER) - 1)]]


def _both_shifted(b: Builder, letter: str) -> None:
    """Pushes two locals, one shifted left, one right; of i32s one may have been shifted as a 64-bit number."""
    bits = BY_LETTER[letter].bits
    count = (0, bits, bits // 2, b.draw(1, bits - 1), b.draw(1, bits - 1))[b.draw(0, 4)]
    names = ("shl", "shr_u") if b.draw(0, 1) else ("shr_u", "shl")
    crossed = b.draw(0, 5)  # neither mostly
    for at, by in enumerate((count, bits - count + (b.draw(0, 7) == 7))):
        width = "l" if at == crossed else letter
        read_local(b, width)
        b.out += constant(width, by) + _ROWS[width, names[at]]
        if width != letter:
            _cross(b, width)


def _extended(b: Builder) -> None:
    """A sum, difference, product or comparison of which an operand, or either, is extended."""
    which = b.draw(1, 3)
    for side in (1, 2):
        if which & side:
            read_local(b, "i")
            b.out += _EXTENDS[b.draw(0, 1)]
        else:
            read_local(b, "l")
    name = ("add", "sub", "mul", "add", "sub", "lt_s", "ge_u", "eq")[b.draw(0, 7)]
    b.out += _ROWS["l", name]
    if name in ("lt_s", "ge_u", "eq"):
        b.out += _EXTENDS[b.draw(0, 1)]


def _used_twice(b: Builder, letter: str, outer: bytes) -> None:
    """The inner value is kept in a local, fused, and read again."""
    _inner(b, letter)
    local = b.some_local(letter)
    b.out += LOCAL_TEE[local]
    read_local(b, letter)
    b.out += outer + LOCAL_GET[local] + _ROWS[letter, _OUTER[b.draw(0, len(_OUTER) - 1)]]


def _field(b: Builder, letter: str) -> str:
    """A bit field, of a negative number often: shifted right and masked, or shifted left and right again.

    Masks are often about as wide as what the shift has left, of which copies of the sign are no part.  In one of three
    the width changes before the mask, or before the second shift: then masks go up to what the other width has left.
    """
    bits = BY_LETTER[letter].bits
    read_local(b, letter)
    if b.draw(0, 1):
        b.out += constant(letter, 1 << bits - 1) + _ROWS[letter, "or"]
    off = b.draw(0, bits - 1) if b.draw(0, 1) else b.draw(0, 31)
    masked = b.draw(0, 1)
    names = ("shr_u", "shr_s", "shr_s") if masked else ("shl", "shl", "shr_u")
    b.out += constant(letter, off) + _ROWS[letter, names[b.draw(0, 2)]]
    if b.draw(0, 2) == 0:
        letter = _cross(b, letter)
        bits = BY_LETTER[letter].bits
    if masked:
        kept = min(bits, max(1, _left(b, bits, off) + b.draw(-1, 1))) if b.draw(0, 3) else b.draw(1, bits)
        b.out += constant(letter, (1 << kept) - 1) + _ROWS[letter, "and"]
    else:
        by = (b.draw(0, bits - 1), off, _left(b, bits, off))[b.draw(0, 2)] % bits
        b.out += constant(letter, by) + _ROWS[letter, ("shr_u", "shr_s")[b.draw(0, 1)]]
    return letter


def _left(b: Builder, bits: int, off: int) -> int:
    """Bits that a shift leaves of either width, or of the one in which it is not."""
    left = (bits - off, 32 - off, 64 - off)[b.draw(0, 2)]
    return left if left > 0 else bits


def _chained(b: Builder, letter: str) -> str:
    """Operations in a row, each with a constant: some pairs are one instruction, or one operation, and others not.

    Between two of them the width changes in one of four; gives the type of the result.
    """
    read_local(b, letter)
    count = 0
    for link in range(b.draw(2, 3)):
        if link and b.draw(0, 3) == 0:
            letter = _cross(b, letter)
        bits = BY_LETTER[letter].bits
        name = _CHAINED[b.draw(0, len(_CHAINED) - 1)]
        if name in _SHIFTS:
            value = count = b.draw(0, bits - 1) if b.draw(0, 2) else (32 - count) % bits
        elif name == "and" and b.draw(0, 2):  # a field anywhere
            value = (1 << b.draw(1, bits)) - 1 << b.draw(0, 3) * b.draw(0, bits // 4) & (1 << bits) - 1
        else:
            pool = POOLS[letter]
            value = pool[b.draw(0, len(pool) - 1)]
        b.out += constant(letter, value) + _ROWS[letter, name]
    return letter


def _tested(b: Builder, letter: str) -> None:
    """A sum, difference or masked value, compared with zero; the comparison is kept, the value stays.

    What is compared is the value in the other width in one of four.
    """
    read_local(b, letter)
    read_local(b, letter)
    b.out += _ROWS[letter, ("and", "sub", "add")[b.draw(0, 2)]]
    local = b.some_local(letter)
    b.out += LOCAL_TEE[local]
    width = _cross(b, letter) if b.draw(0, 3) == 0 else letter
    name = _TESTS[b.draw(0, 3)]
    b.out += _ROWS[width, name] if name == "eqz" else constant(width, 0) + _ROWS[width, name]
    b.out += LOCAL_SET[b.some_local("i")] + LOCAL_GET[local]


def shifted(b: Builder) -> None:
    """A 64-bit shift by an i32 that is masked and extended first: only the right mask may be left out."""
    read_local(b, "l")
    read_local(b, "i")
    mask = (31, 63, 63, 127, 62)[b.draw(0, 4)]
    b.out += constant("i", mask) + _ROWS["i", "and"] + _EXTENDS[b.draw(0, 1)]
    b.out += _ROWS["l", ("shl", "shr_u", "shr_s", "rotr")[b.draw(0, 3)]]
    b.stack += "l"
