"""Values computed in one width and used in the other by what could be one instruction with it, were it of that width.

Bits above the lower 32 come down by rotations and by shifts to the right; so counts are below 32 mostly, masks and
second counts about where a register of 32 bits would end.  (Arm: "UBFM", "SBFM", "EOR (shifted register)".)
"""

from typing import Final

from jit.wasm.types import BY_LETTER

from .builder import Builder
from .candidates import constant
from .emit import FOLDS, LOCAL_GET, LOCAL_SET, plain

_INNER: Final = ("shr_u", "shr_u", "shr_u", "shr_s", "shl", "rotr", "rotr", "rotl", "and", "xor", "mul")
_WITH_CONSTANT: Final = ("and", "and", "shl", "shr_u", "shr_s", "rotl", "rotr")
_WITH_LOCAL: Final = ("and", "or", "xor", "add", "sub")
_ROWS: Final = {
    (letter, name): plain(f"{BY_LETTER[letter].name}.{name}")
    for letter in "il"
    for name in {*_INNER, *_WITH_CONSTANT, *_WITH_LOCAL}
}
_WRAP: Final = plain("i32.wrap_i64")
_EXTENDS: Final = (plain("i64.extend_i32_u"), plain("i64.extend_i32_s"))

Locals = dict[str, int]
"""A local of each type, whose bits are anything."""


def widths(b: Builder) -> None:
    """Three to seven such values, of which most begin as an i64, folded into one."""
    locals = {letter: b.some_local(letter) for letter in "il"}
    for letter, local in locals.items():
        b.leaf(letter)
        b.out += constant(letter, b.choices.bits(BY_LETTER[letter].bits)) + _ROWS[letter, "xor"] + LOCAL_SET[local]
    b.leaf("l")
    for _ in range(b.draw(3, 7)):
        inner, outer = ("l", "i") if b.draw(0, 3) else ("i", "l")
        cross = _WRAP if outer == "i" else _EXTENDS[b.draw(0, 1)]
        if b.draw(0, 1):
            _cut(b, inner, outer, cross, locals)
        else:
            _joined(b, inner, outer, cross, locals)
        b.out += (_EXTENDS[0] if outer == "i" else b"") + FOLDS["l"][b.draw(0, 2)]
    b.stack += "l"


def _computed(b: Builder, letter: str, locals: Locals) -> int:
    """Pushes what an operation gives for a local; gives the constant by which it shifts, if it does."""
    name = _INNER[b.draw(0, len(_INNER) - 1)]
    bits = BY_LETTER[letter].bits
    count = b.draw(1, 31) if b.draw(0, 3) else b.draw(0, bits - 1)
    b.out += LOCAL_GET[locals[letter]]
    if name == "mul":
        b.out += LOCAL_GET[locals[letter]]
    elif name == "xor":
        b.out += constant(letter, (1 << bits) - 1)
    elif name == "and":
        b.out += constant(letter, (1 << 1 + b.draw(0, bits - 2)) - 1)
    else:
        b.out += constant(letter, count)
    b.out += _ROWS[letter, name]
    return count


def _cut(b: Builder, inner: str, outer: str, cross: bytes, locals: Locals) -> None:
    """Pushes a value cut to its low bits, shifted or rotated after its width has changed."""
    count = _computed(b, inner, locals)
    bits = BY_LETTER[outer].bits
    left = max(1, (32 - count, 64 - count, 32 - count + b.draw(-1, 2), b.draw(1, bits - 1))[b.draw(0, 3)])
    left = min(left, bits - 1) if b.draw(0, 1) else b.draw(min(left, bits - 1), bits - 1)
    name = _WITH_CONSTANT[b.draw(0, len(_WITH_CONSTANT) - 1)]
    b.out += cross + constant(outer, (1 << left) - 1 if name == "and" else left) + _ROWS[outer, name]


def _joined(b: Builder, inner: str, outer: str, cross: bytes, locals: Locals) -> None:
    """Pushes a value joined with a local after its width has changed, in either order."""
    is_first = b.draw(0, 1)
    b.out += LOCAL_GET[locals[outer]] * (1 - is_first)
    _computed(b, inner, locals)
    name = _WITH_LOCAL[b.draw(0, len(_WITH_LOCAL) - 1)]
    b.out += cross + LOCAL_GET[locals[outer]] * is_first + _ROWS[outer, name]
