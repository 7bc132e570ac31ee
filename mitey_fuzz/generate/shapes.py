"""Functions around one instruction: where its operands come from, and where its result goes.

Each shape puts the operands into a location that compilers tell apart (a parameter, a constant, a fresh register, a
slot on the stack, pending flags, a local that is read twice or written too early), or consumes the result in a way of
its own.  Rule 1: a shape uses the features of the row and those of WebAssembly 1.0, nothing newer.
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Final, NamedTuple

from jit.wasm.body import instruction
from jit.wasm.opcodes import op
from jit.wasm.types import BY_LETTER, I32, NULL

from .candidates import constant
from .emit import BLOCK, BLOCK_TYPES, ELSE, END, IF, LOCAL_GET, LOCAL_SET, SELECT, i32_const, i64_const, plain
from .literals import float_bits, shift_counts
from .literals_vector import FULL, of_lanes

_ONE: Final = {"f": float_bits("f", 0), "d": float_bits("d", 0)}


def numbers(letter: str) -> tuple[int, ...]:
    """A few boundary values of a type but v128: small enough that pairs of them are a short script."""
    if letter in "re":
        return (NULL,)
    bits = BY_LETTER[letter].bits
    if letter in _ONE:
        one, infinity = _ONE[letter], float_bits(letter, 128 if letter == "f" else 1024)
        sign, quiet = 1 << bits - 1, 1 << (22 if letter == "f" else 51)
        edges = (float_bits(letter, 31), float_bits(letter, 63) - 1)
        return (0, sign, one, sign | one | 1, 1, infinity, sign | infinity, infinity | quiet, infinity | 1, *edges)
    return _integers(bits)


def _integers(bits: int) -> tuple[int, ...]:
    sign, mask = 1 << bits - 1, (1 << bits) - 1
    return (0, 1, mask, sign, sign - 1, bits - 1, bits, 0x80 & mask, 0xFFFF & mask, 0x5555_AAAA_0000_8001 & mask)


_ROTATIONS: Final = (0, 1, 2, 3, 5, 7)


def vectors(lane: str) -> tuple[int, ...]:
    """A few vectors of boundary lanes, of a shape such as `f32x4`: in two different ones, all kinds of lanes meet."""
    width = int(lane[1 : lane.index("x")])
    pool = numbers("fd"[width == 64]) if lane[0] == "f" else _integers(width)
    rotated = [of_lanes(width, pool[k:] + pool[:k]) for k in _ROTATIONS]
    return (0, FULL, *rotated, of_lanes(8, range(16)), of_lanes(8, range(31, 15, -1)))


class Form(NamedTuple):
    """A function around the row: parameter letters, letters of its own locals, result letters, code without `end`."""

    params: str
    locals: str
    results: str
    code: bytes


class Row(NamedTuple):
    """A row with its immediates: what shapes are made from.

    `lane` is the shape of its vectors, `offset` what an access adds to its address.
    """

    params: str
    results: str
    code: bytes
    lane: str = "i32x4"
    offset: int = 0

    def numbers(self, letter: str) -> tuple[int, ...]:
        """A few boundary values for an operand."""
        return vectors(self.lane) if letter == "v" else numbers(letter)


def _gets(count: int) -> bytes:
    return b"".join(LOCAL_GET[:count])


# --- one location for all operands


def _params(row: Row) -> list[Form]:
    """Every operand a parameter."""
    return [Form(row.params, "", row.results, _gets(len(row.params)) + row.code)]


def _params_kept(row: Row) -> list[Form]:
    """Every operand a parameter, one of which is read again: the row must not have written to it."""
    head = _gets(len(row.params)) + row.code + (plain("drop") if row.results else b"")
    return [Form(row.params, "", letter, head + LOCAL_GET[k]) for k, letter in enumerate(row.params)]


def _interesting(row: Row, letter: str) -> tuple[int, ...]:
    if letter in "il":
        return (*numbers(letter), 0xFFF, 0x1000, 0xFFF000, 0xFF00FF, 0x12345, *shift_counts(letter))
    return row.numbers(letter)


def _last_constant(row: Row) -> list[Form]:
    """The operand on top a constant, the others parameters."""
    if not row.params:
        return []
    rest, last = row.params[:-1], row.params[-1]
    return [
        Form(rest, "", row.results, _gets(len(rest)) + constant(last, bits) + row.code)
        for bits in _interesting(row, last)
    ]


def _first_constant(row: Row) -> list[Form]:
    """The lowest operand a constant, the others parameters."""
    first, rest = row.params[:1], row.params[1:]
    if not rest:
        return []
    return [
        Form(rest, "", row.results, constant(first, bits) + _gets(len(rest)) + row.code) for bits in row.numbers(first)
    ]


def _constants(row: Row) -> list[Form]:
    """Every operand a constant: the form that compilers fold."""
    pools = [row.numbers(letter)[: 6 if len(row.params) < 3 else 3] for letter in row.params]
    return [Form("", "", row.results, b"".join(map(constant, row.params, bits)) + row.code) for bits in product(*pools)]


def _same(row: Row) -> list[Form]:
    """Every operand the same local."""
    letter = row.params[:1]
    if len(row.params) < 2 or row.params.strip(letter):
        return []
    return [Form(letter, "", row.results, LOCAL_GET[0] * len(row.params) + row.code)]


def _same_overwritten(row: Row) -> list[Form]:
    """Every operand the same local, which is written before the row runs: all are in one register that is nobody's."""
    return [
        Form(form.params, "", form.results, LOCAL_GET[0] * len(row.params) + _sets(row, 1) + row.code)
        for form in _same(row)
    ]


def _sets(row: Row, count: int | None = None) -> bytes:
    """Writes every parameter, or so many."""
    written = enumerate(row.params[:count])
    return b"".join(constant(letter, row.numbers(letter)[-1]) + LOCAL_SET[k] for k, letter in written)


def _overwritten(row: Row) -> list[Form]:
    """Operands read from locals that are written before the row runs; what they hold then is seen as well."""
    count = len(row.params)
    if not count:
        return []
    last = LOCAL_GET[count - 1]
    if not row.results:
        return [Form(row.params, "", row.params[-1], _gets(count) + _sets(row) + row.code + last)]
    own = row.results[0]
    code = _gets(count) + _sets(row) + row.code + LOCAL_SET[count] + last + plain("drop") + LOCAL_GET[count]
    return [Form(row.params, own, row.results, code)]


def _aliased(row: Row) -> list[Form]:
    """Operands read twice and then written: the row takes one copy, the other is the result."""
    count = len(row.params)
    forms = []
    for seen, letter in enumerate(row.params):
        code = LOCAL_GET[seen] + _gets(count) + _sets(row) + row.code + (plain("drop") if row.results else b"")
        forms.append(Form(row.params, "", letter, code))
    return forms


_TWICE: Final = {
    "i": (i32_const(-1) + plain("i32.xor")) * 2,
    "l": (i64_const(-1) + plain("i64.xor")) * 2,
    "f": plain("f32.neg") * 2,
    "d": plain("f64.neg") * 2,
    "v": plain("v128.not") * 2,
}
"""Inverts a value and inverts it back: the same value, in a place that is no local's."""


def _fresh(letter: str, index: int) -> bytes:
    if letter in _TWICE:
        return LOCAL_GET[index] + _TWICE[letter]
    return BLOCK + BLOCK_TYPES[letter] + LOCAL_GET[index] + END


def _computed(row: Row) -> list[Form]:
    """Every operand a value just computed, in a register of its own."""
    code = b"".join(_fresh(letter, k) for k, letter in enumerate(row.params))
    return [Form(row.params, "", row.results, code + row.code)]


def _pressure(count: int) -> tuple[bytes, bytes]:
    """Code that pushes 20 integers and 28 floats, made of parameters `count` and the next; and code that folds them."""
    integers = b"".join(LOCAL_GET[count] + i32_const(k) + plain("i32.add") for k in range(20))
    floats = b"".join(LOCAL_GET[count + 1] + constant("d", k) + plain("f64.add") for k in range(28))
    folds = plain("f64.add") * 27 + plain("i64.reinterpret_f64") + plain("i32.wrap_i64") + plain("i32.add") * 20
    return integers + floats, folds


def _crowded(row: Row) -> list[Form]:
    """Operands read late, above 20 integers and 28 floats that are live across the row."""
    count = len(row.params)
    pushes, folds = _pressure(count)
    keep = LOCAL_SET[count + 2] if row.results else b""
    code = pushes + _gets(count) + row.code + keep + folds
    if not row.results:
        return [Form(row.params + "id", "", "i", code)]
    return [Form(row.params + "id", row.results, row.results, code + LOCAL_SET[count] + LOCAL_GET[count + 2])]


def _spilled(row: Row) -> list[Form]:
    """Operands computed early, then more values than there are registers above them, gone again when the row runs."""
    count = len(row.params)
    pushes, folds = _pressure(count)
    operands = b"".join(_fresh(letter, k) for k, letter in enumerate(row.params))
    code = operands + pushes + folds + LOCAL_SET[count] + row.code
    return [Form(row.params + "id", "", row.results, code)]


def _dirty(row: Row) -> list[Form]:
    """32-bit integer operands cut from 64-bit ones, so that a register's upper half holds something."""
    if "i" not in row.params:
        return []
    wrap = plain("i32.wrap_i64")
    code = b"".join(LOCAL_GET[k] + (wrap if letter == "i" else b"") for k, letter in enumerate(row.params))
    return [Form(row.params.replace("i", "l"), "", row.results, code + row.code)]


# --- locations mixed

_COMPARISONS: Final = (
    ("l", i64_const(1) + plain("i64.lt_s")),
    ("i", plain("i32.eqz")),
    ("d", constant("d", _ONE["d"]) + plain("f64.lt")),
)


def _flags(row: Row) -> list[Form]:
    """An i32 operand that a comparison has just given, the others parameters."""
    forms = []
    for place in (k for k, letter in enumerate(row.params) if letter == "i"):
        for letter, compare in _COMPARISONS:
            params = row.params[:place] + letter + row.params[place + 1 :]
            code = _gets(place + 1) + compare + b"".join(LOCAL_GET[place + 1 : len(params)]) + row.code
            forms.append(Form(params, "", row.results, code))
    return forms


def _places(row: Row, letter: str, index: int) -> list[bytes]:
    """Every way to push an operand that needs no parameter of another type; the first reads its parameter."""
    ways = [LOCAL_GET[index], _fresh(letter, index), constant(letter, row.numbers(letter)[-1])]
    if letter == "i":
        ways.append(LOCAL_GET[index] + i32_const(1) + plain("i32.gt_u"))
    ways.append(LOCAL_GET[index] + constant(letter, row.numbers(letter)[0]) + LOCAL_SET[index])
    return ways


def _mixed(row: Row) -> list[Form]:
    """Operands in different locations: all pairs of them, or all of three vectors, any of which may become the result.

    Of three other operands, neighbours in the list of locations.
    """
    ways = [_places(row, letter, k) for k, letter in enumerate(row.params)]
    if len(ways) < 2:
        return []
    chosen: Sequence[tuple[bytes, ...]] = list(product(*ways))
    if len(ways) > 2 and row.params.strip("v"):
        chosen = [tuple(way[(k + j) % len(way)] for j, way in enumerate(ways)) for k in range(5)]
    return [Form(row.params, "", row.results, b"".join(codes) + row.code) for codes in chosen]


# --- where the result goes


def _extended(row: Row) -> list[Form]:
    """A 32-bit result widened at once, both ways: its upper half must not show."""
    if row.results != "i":
        return []
    return [
        Form(row.params, "", "l", _gets(len(row.params)) + row.code + plain(f"i64.extend_i32_{sign}")) for sign in "su"
    ]


def _condition(row: Row) -> list[Form]:
    """An i32 result consumed as a condition: by `select`, `if`, `br_if` and behind a block."""
    if row.results != "i":
        return []
    head = _gets(len(row.params)) + row.code
    ways = (
        i32_const(10) + i32_const(20) + head + SELECT,
        head + IF + bytes((I32.code,)) + i32_const(1) + ELSE + i32_const(2) + END,
        i32_const(3) + head + instruction(op("br_if"), 0) + plain("drop") + i32_const(4),
        i32_const(10) + i32_const(20) + head + BLOCK + BLOCK_TYPES[""] + plain("nop") + END + SELECT,
        head + plain("i32.eqz") + IF + bytes((I32.code,)) + i32_const(5) + ELSE + i32_const(6) + END,
    )
    return [Form(row.params, "", "i", code) for code in ways]


SHAPES: Final[dict[str, Callable[[Row], list[Form]]]] = {
    "parameters": _params,
    "parameters read again": _params_kept,
    "last constant": _last_constant,
    "first constant": _first_constant,
    "constants": _constants,
    "same local": _same,
    "same local overwritten": _same_overwritten,
    "overwritten locals": _overwritten,
    "aliased twice": _aliased,
    "computed": _computed,
    "under pressure": _crowded,
    "spilled": _spilled,
    "dirty upper half": _dirty,
    "pending flags": _flags,
    "mixed": _mixed,
    "extended": _extended,
    "condition": _condition,
}
"""Where operands come from, and where the result goes; a row without such an operand or result gives no form."""
