"""Short runs of instructions that a back end makes one of: a product and a sum, a shifted or extended operand.

Arm ARM: "MADD", "MSUB", "ADD (shifted register)", "ADD (extended register)", "BIC (shifted register)", "UBFM", "TST".
Each run occurs in either order of operands, and with the inner value used twice, where it must not be fused.
"""

from jit.wasm.types import BY_LETTER

from .builder import Builder
from .candidates import constant
from .emit import LOCAL_GET, LOCAL_SET, LOCAL_TEE, plain
from .literals import POOLS, shift_counts

_INNER = ("mul", "mul", "mul", "shl", "shl", "shr_u", "shr_s", "rotr", "xor")
_OUTER = ("add", "sub", "and", "or", "xor")
_SHIFTS = ("shl", "shr_u", "shr_s", "rotl", "rotr")
_CHAINED = ("and", "and", "or", "xor", "add", "sub", "mul", *_SHIFTS)
_TESTS = ("eqz", "ne", "lt_s", "ge_u")
_ROWS = {
    (letter, name): plain(f"{BY_LETTER[letter].name}.{name}")
    for letter in "il"
    for name in {*_INNER, *_OUTER, *_CHAINED, *_TESTS, "eq"}
}
_EXTENDS = (plain("i64.extend_i32_s"), plain("i64.extend_i32_u"))


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
        _field(b, letter)
    elif which == 12:
        _tested(b, letter)
    elif which < 19:
        _chained(b, letter)
    else:
        letter = "l"
        _extended(b)
    b.stack += letter


def read_local(b: Builder, letter: str) -> None:
    """Pushes a local: what is fused takes its operands from registers."""
    indices = b.readable[letter]
    b.out += LOCAL_GET[indices[b.draw(0, len(indices) - 1)] if indices else b.some_local(letter)]


def _inner(b: Builder, letter: str) -> None:
    """Pushes a local multiplied by a constant or local, shifted by a constant, or inverted."""
    name = _INNER[b.draw(0, len(_INNER) - 1)]
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
        bits = BY_LETTER[letter].bits
        count = (0, bits, bits // 2, b.draw(1, bits - 1), b.draw(1, bits - 1))[b.draw(0, 4)]
        names = ("shl", "shr_u") if b.draw(0, 1) else ("shr_u", "shl")
        read_local(b, letter)
        b.out += constant(letter, count) + _ROWS[letter, names[0]]
        read_local(b, letter)
        b.out += constant(letter, bits - count + (b.draw(0, 7) == 7)) + _ROWS[letter, names[1]]
    b.out += _ROWS[letter, _OUTER[b.draw(0, len(_OUTER) - 1)]]


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


def _field(b: Builder, letter: str) -> None:
    """A bit field, of a negative number often: shifted right and masked, or shifted left and right again.

    Masks are often about as wide as what the shift has left, of which copies of the sign are no part.
    """
    bits = BY_LETTER[letter].bits
    read_local(b, letter)
    if b.draw(0, 1):
        b.out += constant(letter, 1 << bits - 1) + _ROWS[letter, "or"]
    if b.draw(0, 1):
        off = b.draw(0, bits - 1)
        kept = min(bits, max(1, bits - off + b.draw(-1, 1))) if b.draw(0, 3) else b.draw(1, bits)
        b.out += constant(letter, off) + _ROWS[letter, ("shr_u", "shr_s", "shr_s")[b.draw(0, 2)]]
        b.out += constant(letter, (1 << kept) - 1) + _ROWS[letter, "and"]
    else:
        b.out += constant(letter, b.draw(0, bits - 1)) + _ROWS[letter, "shl"]
        b.out += constant(letter, b.draw(0, bits - 1)) + _ROWS[letter, ("shr_u", "shr_s")[b.draw(0, 1)]]


def _chained(b: Builder, letter: str) -> None:
    """Operations in a row, each with a constant: some pairs are one instruction, or one operation, and others not."""
    bits = BY_LETTER[letter].bits
    pool = POOLS[letter]
    read_local(b, letter)
    for _ in range(b.draw(2, 3)):
        name = _CHAINED[b.draw(0, len(_CHAINED) - 1)]
        if name in _SHIFTS:
            value = b.draw(0, bits - 1)
        elif name == "and" and b.draw(0, 2):  # a field anywhere
            value = (1 << b.draw(1, bits)) - 1 << b.draw(0, 3) * b.draw(0, bits // 4) & (1 << bits) - 1
        else:
            value = pool[b.draw(0, len(pool) - 1)]
        b.out += constant(letter, value) + _ROWS[letter, name]


def _tested(b: Builder, letter: str) -> None:
    """A sum, difference or masked value, compared with zero; the comparison is kept, the value stays."""
    read_local(b, letter)
    read_local(b, letter)
    b.out += _ROWS[letter, ("and", "sub", "add")[b.draw(0, 2)]]
    local = b.some_local(letter)
    b.out += LOCAL_TEE[local]
    name = _TESTS[b.draw(0, 3)]
    b.out += _ROWS[letter, name] if name == "eqz" else constant(letter, 0) + _ROWS[letter, name]
    b.out += LOCAL_SET[b.some_local("i")] + LOCAL_GET[local]


def shifted(b: Builder) -> None:
    """A 64-bit shift by an i32 that is masked and extended first: only the right mask may be left out."""
    read_local(b, "l")
    read_local(b, "i")
    mask = (31, 63, 63, 127, 62)[b.draw(0, 4)]
    b.out += constant("i", mask) + _ROWS["i", "and"] + _EXTENDS[b.draw(0, 1)]
    b.out += _ROWS["l", ("shl", "shr_u", "shr_s", "rotr")[b.draw(0, 3)]]
    b.stack += "l"
