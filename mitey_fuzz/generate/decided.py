"""Single bits that decide: masked, shifted down or into the sign, in one width, and judged in that or the other.

A back end branches on a bit of a register (Arm ARM: "TBZ", "TBNZ"), which it must find again behind a change of width,
and not where that has cut it off.
"""

from typing import Final

from jit.wasm.types import BY_LETTER

from .builder import Builder
from .candidates import constant
from .conditions import judged
from .emit import LOCAL_TEE, plain
from .fused import read_local

_ROWS: Final = {
    (letter, name): plain(f"{BY_LETTER[letter].name}.{name}")
    for letter in "il"
    for name in ("and", "shl", "shr_u", "shr_s", "xor", "eqz", "eq", "ne", "lt_s", "ge_s")
}
_WRAP: Final = plain("i32.wrap_i64")
_EXTENDS: Final = (plain("i64.extend_i32_u"), plain("i64.extend_i32_s"))


def decided(b: Builder) -> None:
    """Two such decisions, on bits of which nobody knows whether they are set."""
    judged(b, _bit)
    judged(b, _bit)


def _bit(b: Builder) -> None:
    """Pushes a condition that depends on one bit of a local, or on none that is left."""
    letter = "ill"[b.draw(0, 2)]
    bits = BY_LETTER[letter].bits
    number = b.draw(0, bits - 1)
    read_local(b, letter)
    if b.draw(0, 1):
        b.out += constant(letter, b.choices.bits(bits)) + _ROWS[letter, "xor"]
    which = b.draw(0, 4)
    if which < 2:
        b.out += constant(letter, 1 << number) + _ROWS[letter, "and"]
    elif which < 4:
        b.out += constant(letter, number) + _ROWS[letter, ("shr_u", "shr_s")[which - 2]]
        b.out += constant(letter, 1) + _ROWS[letter, "and"]
    else:
        b.out += constant(letter, bits - 1 - number) + _ROWS[letter, "shl"]
    if b.draw(0, 7) == 7:
        b.out += LOCAL_TEE[b.some_local(letter)]
    if b.draw(0, 1):
        b.out += _WRAP if letter == "l" else _EXTENDS[b.draw(0, 1)]
        letter = "i" if letter == "l" else "l"
    _judge(b, letter, is_shifted=which == 4)


def _judge(b: Builder, letter: str, *, is_shifted: bool) -> None:
    """Makes a condition of the bit: whether it is set or not, or whether the number is negative."""
    if is_shifted:
        b.out += constant(letter, 0) + _ROWS[letter, ("lt_s", "ge_s")[b.draw(0, 1)]]
        return
    which = b.draw(0, 3)
    if which == 0:
        b.out += constant(letter, 0) + _ROWS[letter, ("eq", "ne")[b.draw(0, 1)]]
    elif letter == "l" or which == 1:
        b.out += _ROWS[letter, "eqz"]
