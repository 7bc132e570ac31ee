"""Vectors for tests, put together without the package's own notion of lanes, and vectors full of boundaries."""

import re
from collections.abc import Iterator, Sequence
from itertools import product

from jit.wasm.body import Instr
from jit.wasm.opcodes import VECTOR, Family, Imm, Op
from jit.wasm.types import F32, F64, V128, ValType
from support.numeric import integers, interesting

ROWS = [row for row in VECTOR if row.family not in (Family.VECTOR_LOAD, Family.VECTOR_STORE, Family.VECTOR_CONST)]
"""The rows that compute something from operands."""

# fmt: off
SHUFFLES: tuple[tuple[int, ...], ...] = (
    tuple(range(16)),
    tuple(range(16, 32)),
    tuple(range(31, 15, -1)),
    (0,) * 16,
    (31,) * 16,
    (0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
    (8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31),
    (3, 31, 16, 0, 15, 15, 17, 2, 30, 9, 20, 20, 1, 7, 29, 12),
)
_LANES: dict[str, list[int]] = {
    "i8x16": list(range(256)),
    "i16x8": integers(16),
    "i32x4": integers(32),
    "i64x2": integers(64),
    "f32x4": interesting(F32),
    "f64x2": interesting(F64),
}
# fmt: on


def vector(width: int, *lanes: int) -> int:
    """The vector of lanes of so many bits, signed or unsigned, the lowest first; lanes left out are zero."""
    return sum((lane & (1 << width) - 1) << width * place for place, lane in enumerate(lanes))


def instructions(row: Op) -> list[Instr]:
    """A row with every lane number it can have, or with some shuffles."""
    if row.immediates == (Imm.LANES,):
        return [Instr(row, lanes) for lanes in SHUFFLES]
    return [Instr(row, (lane,)) for lane in range(row.lanes)] if row.immediates else [Instr(row)]


def operand_shape(row: Op) -> str:
    """The shape that a row sees its vectors in: what its name ends on, or begins with; bits are seen as numbers."""
    shapes = re.findall("|".join(_LANES), row.name)
    return shapes[-1] if shapes else "i64x2"


def boundaries(row: Op) -> list[tuple[int, ...]]:
    """Operands in which each pair of boundary values of a lane (of 8 bits: each pair there is) meets in some lane.

    Lanes appear in both halves of a vector, since some rows look at one half only.
    """
    assert row.params is not None
    shape = operand_shape(row)
    if row.params == (V128, V128):
        pairs = list(product(_LANES[shape], repeat=2))
        firsts, seconds = (list(_packed(shape, [pair[n] for pair in pairs])) for n in (0, 1))
        return list(zip(firsts, seconds, strict=True))
    return list(product(*[_operands(type, shape) for type in row.params]))


def _operands(type: ValType, shape: str) -> list[int]:
    return list(_packed(shape, _LANES[shape])) if type is V128 else interesting(type)


def _packed(shape: str, lanes: Sequence[int]) -> Iterator[int]:
    """Vectors of these lanes in their order, each followed by itself with its halves exchanged."""
    width = 128 // int(shape.partition("x")[2])
    count = 128 // width
    for start in range(0, len(lanes), count):
        whole = vector(width, *lanes[start : start + count])
        yield whole
        yield whole >> 64 | (whole & (1 << 64) - 1) << 64
