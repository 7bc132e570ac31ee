"""Rows whose operands are one local, written while they wait: one register that nobody else holds any more.

An emitter of several instructions may write its result, or half of it, where an operand still is; that shows where both
operands are in one register, and where this ends with the row, so that a result may take its place.
"""

from functools import cache
from typing import Final

from jit.wasm.features import Features

from .builder import Builder
from .candidates import NUMERIC, Candidate, candidates
from .emit import AS_INTEGER, FOLDS, HALVES, LOCAL_GET, LOCAL_SET, LOCAL_TEE, SELECT, plain
from .pusher import VALUES

_SCALARS: Final = "ilfd"
_ROTATIONS: Final = tuple(f"{kind}.{name}" for kind in ("i32", "i64") for name in ("rotl", "rotr"))
_SHIFTS: Final = tuple(f"{kind}.{name}" for kind in ("i32", "i64") for name in ("shl", "shr_s", "shr_u"))
_DIVISIONS: Final = tuple(f"{kind}.{name}" for kind in ("i32", "i64") for name in ("div_s", "div_u", "rem_s", "rem_u"))
_FLOATS: Final = tuple(f"{kind}.{name}" for kind in ("f32", "f64") for name in ("copysign", "copysign", "min", "max"))
_FLOAT_LANES: Final = tuple(
    f"{shape}.{name}" for shape in ("f32x4", "f64x2") for name in ("pmin", "pmax", "min", "max")
)
_NARROWS: Final = tuple(
    f"{shape}.narrow_{of}_{sign}" for shape, of in (("i8x16", "i16x8"), ("i16x8", "i32x4")) for sign in "su"
)
_WIDE: Final = tuple(f"i64x2.{name}" for name in ("mul", "mul", "mul", "eq", "ne", "lt_s", "gt_s", "le_s", "ge_s"))
_LANES: Final = ("i32x4.dot_i16x8_s", "i16x8.q15mulr_sat_s", "i8x16.swizzle", "v128.bitselect", "v128.andnot")
_MORE: Final = (*_ROTATIONS, *_ROTATIONS, *_SHIFTS, *_DIVISIONS, *_FLOATS, *_FLOAT_LANES, *_NARROWS, *_WIDE, *_LANES)
_COPIES: Final = 3
"""More of a row each time that it is named here: compilers make several instructions of it."""

_TO_I64: Final = plain("i64.extend_i32_u")
_AS_I64: Final = {
    "i": _TO_I64,
    "l": b"",
    "f": AS_INTEGER["f"][1] + _TO_I64,
    "d": AS_INTEGER["d"][1],
}
"""How a scalar becomes an i64 without losing a bit."""


@cache
def _rows(features: Features) -> dict[str, tuple[Candidate, ...]]:
    """By letter, the rows all of whose operands, two or three, are of that type."""
    families = candidates(features).families
    codes = [plain(name) for name in _MORE]
    rows: dict[str, tuple[Candidate, ...]] = {}
    for letter in VALUES:
        found: list[Candidate] = []
        for family in NUMERIC:
            for params in (2 * letter, 3 * letter):
                for row in dict.fromkeys(families[family].get(params, ())):
                    found += [row] * (1 + _COPIES * codes.count(row.code))
        rows[letter] = tuple(found)
    return rows


def twins(b: Builder) -> None:
    """Four to ten rows, each of one local twice, or of that and any other value; what they give is folded into one."""
    letters = _SCALARS + "vvvvv" * ("v" in b.types)
    b.leaf("l")
    for _ in range(b.draw(4, 10)):
        letter = letters[b.draw(0, len(letters) - 1)]
        local = b.some_local(letter)
        _unknown(b, letter, local)
        if b.draw(0, 7) == 7:
            _selected(b, letter, local)
            _fold(b, letter)
        else:
            rows = _rows(b.plan.profile.features)[letter]
            row = rows[b.draw(0, len(rows) - 1)]
            _computed(b, row, local)
            _fold(b, row.result)
    b.stack += "l"


def _unknown(b: Builder, letter: str, local: int) -> None:
    """Writes a local: a value computed mostly, which has a register of its own."""
    b.expression(letter, 1)
    b.out += LOCAL_SET[local]


def _computed(b: Builder, row: Candidate, local: int) -> None:
    """Applies a row to a local twice or thrice, in one of three with another value for one of its operands."""
    if row.guard is not None:
        b.out += LOCAL_GET[local] + row.guard.divisor + LOCAL_SET[local]
    operands = len(row.params)
    other = b.draw(0, 3 * operands - 1)  # none mostly
    for at in range(operands):
        if at != other:
            b.out += LOCAL_GET[local]
            continue
        b.leaf(row.params[at])
        if row.guard is not None and at == operands - 1:
            b.tame(row.guard)
    if b.draw(0, 7):
        _unknown(b, row.params[0], local)
    b.out += row.code
    if row.immediates:
        b.immediate(row)


def _selected(b: Builder, letter: str, local: int) -> None:
    """Selects between a local and itself, the condition being a comparison or, of an i32, the local once more."""
    b.out += LOCAL_GET[local] * 2
    if letter == "i" and b.draw(0, 1):
        b.out += LOCAL_GET[local]
        _unknown(b, letter, local)
    else:
        _unknown(b, letter, local)
        b.comparison()
    b.out += SELECT


def _fold(b: Builder, letter: str) -> None:
    """Mixes the value on top into the i64 below it, both halves of a vector."""
    fold = FOLDS["l"][b.draw(0, 2)]
    if letter == "v":
        local = b.some_local("v")
        b.out += LOCAL_TEE[local] + HALVES[0] + fold + LOCAL_GET[local] + HALVES[1]
    else:
        b.out += _AS_I64[letter]
    b.out += fold
