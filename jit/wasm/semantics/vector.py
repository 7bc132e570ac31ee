"""Vectors as lanes (spec: `aux-lanes`), and how the definition of a lane becomes the definition of a vector.

A v128 is an unsigned integer of 128 bits whose lane 0 lies in the least significant ones.  Rule 1: nobody else takes
it apart.  Where the specification lifts an operation lane by lane (spec: `exec-vbinop`), so does a `LaneRegistry`, and
lanes of 32 and 64 bits compute by the very definitions of the scalars.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from struct import Struct
from typing import Generic, TypeVar

from .floating import F32, F64, Format
from .integer import W32, W64, Width
from .registry import Registry

_LETTERS = {8: "b", 16: "h", 32: "i", 64: "q"}
_BYTES = 16

W128 = Width(128)

L = TypeVar("L")
Unary = Callable[[L, int], int]
Binary = Callable[[L, int, int], int]


class Shape(Generic[L]):
    """Lanes of one type, `count` of them (spec: `syntax-shape`)."""

    __slots__ = ("_lanes", "count", "lane", "ones")

    def __init__(self, count: int, lane: L) -> None:
        self._lanes = Struct(f"<{count}{_LETTERS[8 * _BYTES // count].upper()}")
        self.count = count
        self.lane = lane
        self.ones = (1 << 8 * _BYTES // count) - 1

    def split(self, vector: int) -> tuple[int, ...]:
        """The bits of each lane, lane 0 first."""
        return self._lanes.unpack(vector.to_bytes(_BYTES, "little"))

    def join(self, lanes: Iterable[int]) -> int:
        """The vector of exactly these lanes."""
        return int.from_bytes(self._lanes.pack(*lanes), "little")

    def padded(self, lanes: list[int]) -> int:
        """The vector of these lanes, zero in those above."""
        return self.join(lanes + [0] * (self.count - len(lanes)))


class IntegerShape(Shape[Width]):
    """Lanes of integers, which also come and go as numbers."""

    __slots__ = ("_signed",)

    def __init__(self, count: int, width: Width) -> None:
        super().__init__(count, width)
        self._signed = Struct(f"<{count}{_LETTERS[width.bits]}")

    def signed(self, vector: int) -> tuple[int, ...]:
        """The signed interpretation of each lane (spec: `aux-signed`)."""
        return self._signed.unpack(vector.to_bytes(_BYTES, "little"))

    def wrap(self, numbers: Iterable[int]) -> int:
        """The vector of these numbers modulo 2 to the width of a lane."""
        return self.join([number & self.ones for number in numbers])


I8X16 = IntegerShape(16, Width(8))
I16X8 = IntegerShape(8, Width(16))
I32X4 = IntegerShape(4, W32)
I64X2 = IntegerShape(2, W64)
F32X4 = Shape(4, F32)
F64X2 = Shape(2, F64)

INTEGER_SHAPES: dict[str, IntegerShape] = {"i8x16": I8X16, "i16x8": I16X8, "i32x4": I32X4, "i64x2": I64X2}
FLOAT_SHAPES: dict[str, Shape[Format]] = {"f32x4": F32X4, "f64x2": F64X2}


def lift_unary(shape: Shape[L], definition: Unary[L]) -> Callable[[int], int]:
    apply = partial(definition, shape.lane)
    split, join = shape.split, shape.join

    def lifted(a: int) -> int:
        return join(map(apply, split(a)))

    return lifted


def lift_binary(shape: Shape[L], definition: Binary[L]) -> Callable[[int, int], int]:
    apply = partial(definition, shape.lane)
    split, join = shape.split, shape.join

    def lifted(a: int, b: int) -> int:
        return join(map(apply, split(a), split(b)))

    return lifted


def lift_comparison(shape: Shape[L], definition: Binary[L]) -> Callable[[int, int], int]:
    """A lane of the result has all bits set where the comparison holds, none where it does not."""
    apply = partial(definition, shape.lane)
    split, join, ones = shape.split, shape.join, shape.ones

    def lifted(a: int, b: int) -> int:
        return join([ones if holds else 0 for holds in map(apply, split(a), split(b))])

    return lifted


class LaneRegistry(Registry, Generic[L]):
    """Vector operations by mnemonic, defined by what they do to a lane; the mnemonic begins with the shape's name."""

    def __init__(self, shapes: Mapping[str, Shape[L]]) -> None:
        super().__init__()
        self._shapes = shapes

    def unary(self, *names: str) -> Callable[[Unary[L]], Unary[L]]:
        """Registers the decorated definition of a lane under each mnemonic."""

        def register(definition: Unary[L]) -> Unary[L]:
            for name in names:
                self._add(name, lift_unary(self._shape(name), definition))
            return definition

        return register

    def binary(self, *names: str) -> Callable[[Binary[L]], Binary[L]]:
        """The same for two operands."""

        def register(definition: Binary[L]) -> Binary[L]:
            for name in names:
                self._add(name, lift_binary(self._shape(name), definition))
            return definition

        return register

    def comparison(self, *names: str) -> Callable[[Binary[L]], Binary[L]]:
        """The same for a definition that says 1 or 0."""

        def register(definition: Binary[L]) -> Binary[L]:
            for name in names:
                self._add(name, lift_comparison(self._shape(name), definition))
            return definition

        return register

    def _shape(self, name: str) -> Shape[L]:
        return self._shapes[name.partition(".")[0]]

    def _add(self, name: str, lifted: Callable[..., int]) -> None:
        assert name not in self, name
        self[name] = lifted
