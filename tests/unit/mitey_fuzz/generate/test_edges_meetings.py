"""Operands that meet in generated modules: constants compared with what equals them, or lies next to them."""

from collections.abc import Iterator

from jit.wasm.body import Instr
from jit.wasm.opcodes import ROWS, Family
from support.bodies import Bodies, generated, holds, runs

_COMPARISONS = (Family.COMPARE, Family.VECTOR_COMPARE)


def compared(bodies: Bodies) -> Iterator[tuple[int, Instr, Instr, str]]:
    """Comparisons of a constant with a local that was written just before: the row, the constant, and its side."""
    for number, run in runs(bodies, 3):
        if run[2].op.family in _COMPARISONS:
            names = [instr.op.name for instr in run[:2]]
            if names[1] == "local.get" and names[0].endswith(".const"):
                yield number, run[2], run[0], "left"
            elif names[0] == "local.get" and names[1].endswith(".const"):
                yield number, run[2], run[1], "right"


def test_constants_are_compared_from_either_side() -> None:
    found = ((number, f"{row.op.name} {side}") for number, row, _, side in compared(generated()))
    rows = [row.name for row in ROWS if row.family is Family.COMPARE]
    holds(found, *(f"{row} {side}" for row in rows for side in ("left", "right")))


def test_vectors_are_compared_with_zero_from_the_left() -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, row, constant, side in compared(bodies):
            if constant.op.name == "v128.const" and not constant.immediates[0]:
                yield number, f"{row.op.name[:5]} {side}"

    shapes = ("i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2")
    holds(found(generated()), *(f"{shape} {side}" for shape in shapes for side in ("left", "right")))


def test_what_is_compared_is_equal_or_next_to_it_or_of_the_other_sign() -> None:
    """The local is written from an `if` with one constant in both arms, right before."""

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, run in runs(bodies, 9):
            names = tuple(instr.op.name for instr in run)
            if names[:6:2] != ("if", "else", "end") or names[5:8] != ("local.set", "local.get", names[1]):
                continue
            hidden, known = run[1].immediates[0], run[7].immediates[0]
            sign = 1 << (31 if "32" in names[1] else 63)
            for apart, is_so in (
                ("same", hidden == known),
                ("next", hidden - known == 1),
                ("sign", hidden ^ known == sign),
            ):
                if is_so:
                    yield number, f"{names[1][:3]} {apart}"

    types = ("i32", "i64", "f32", "f64")
    holds(found(generated()), *(f"{type} {apart}" for type in types for apart in ("same", "next", "sign")))


def test_negative_zeros_of_vectors_are_compared_with_zero_as_what_they_are() -> None:
    """A vector with such a lane comes by way of a local, which nothing but that comparison reads in between."""

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, _, _, _, body in bodies:
            lanes = {"f32x4": False, "f64x2": False}
            for place, instr in enumerate(body[2:], 2):
                if instr.op.name == "v128.const" and instr.immediates[0]:
                    bits = instr.immediates[0]
                    lanes["f32x4"] = any(bits >> 32 * k & 0xFFFF_FFFF == 1 << 31 for k in range(4))
                    lanes["f64x2"] = any(bits >> 64 * k & (1 << 64) - 1 == 1 << 63 for k in range(2))
                before = {earlier.op.name: earlier for earlier in body[place - 2 : place]}
                shape, _, relation = instr.op.name.partition(".")
                is_read = set(before) == {"v128.const", "local.get"} and not before["v128.const"].immediates[0]
                if is_read and lanes.get(shape) and relation in ("eq", "ne"):
                    yield number, instr.op.name

    holds(found(generated()), "f32x4.eq", "f64x2.eq", "f32x4.ne", "f64x2.ne")
