"""How wasm values cross: between Python's own numbers, typed `Value`s, and the slots of the value stack.

A slot is 64 bits.  A reference in a slot, a cell or a table is an *element*: 0 is null, a function is its FuncRef's
address, an extern handle N is N + 1.  A v128 takes two slots, low half first (see `jit.abi`).
"""

import math
import struct
from collections.abc import Sequence
from typing import Final

from ..wasm.types import EXTERNREF, F32, F64, FUNCREF, NULL, V128, ValType, Value

_WORD: Final = (1 << 64) - 1
_F32_INFINITY: Final = 0x7F800000


def count_slots(types: Sequence[ValType]) -> int:
    """How many slots values of these types take."""
    return len(types) + types.count(V128)


def element_of(value: Value) -> int:
    """A reference as elements of tables and cells hold it."""
    if value.bits == NULL:
        return 0
    return value.bits + 1 if value.type is EXTERNREF else value.bits


def reference_of(type: ValType, element: int) -> Value:
    """The typed form of an element."""
    if element == 0:
        return Value(type, NULL)
    return Value(type, element - 1 if type is EXTERNREF else element)


def to_slots(values: Sequence[Value], upper: int = 0) -> list[int]:
    """The slots of these values, first value lowest; `upper` is what an i32 or f32 slot has above its 32 bits."""
    slots = []
    for value in values:
        if value.type.is_ref:
            slots.append(element_of(value))
        elif value.type is V128:
            slots += (value.bits & _WORD, value.bits >> 64)
        elif value.type.bits == 32:
            slots.append(value.bits | upper)
        else:
            slots.append(value.bits)
    return slots


def from_slots(types: Sequence[ValType], slots: Sequence[int]) -> tuple[Value, ...]:
    """The values in these slots; what an i32 or f32 slot holds above its 32 bits is dropped."""
    values = []
    words = iter(slots)
    for type in types:
        word = next(words)
        if type.bits == 32:
            values.append(Value(type, word & 0xFFFFFFFF))
        elif type.is_ref:
            values.append(reference_of(type, word))
        elif type is V128:
            values.append(Value(type, word | next(words) << 64))
        else:
            values.append(Value(type, word))
    return tuple(values)


def check_types(values: Sequence[object], types: Sequence[ValType], what: str) -> None:
    """Raises `TypeError` unless these are `Value`s of exactly these types, and of bits that fit them."""
    if len(values) != len(types):
        raise TypeError(f"{what}: {len(types)} values of types [{_names(types)}] wanted, {len(values)} given")
    typed = [value for value in values if isinstance(value, Value)]
    if len(typed) != len(values):
        raise TypeError(f"{what}: typed values such as Value(I32, 1) wanted, {values!r} given")
    for value, type in zip(typed, types, strict=True):
        if value.type is not type:
            raise TypeError(f"{what}: types [{_names(types)}] wanted, [{_names([v.type for v in typed])}] given")
        if value.bits >> type.bits:
            raise TypeError(f"{what}: {value.bits:#x} has more than the {type.bits} bits of {type}")


def encode_number(type: ValType, number: object) -> Value:
    """A Python number as a wasm value.

    Integers may be given signed or unsigned; floats take integers too, f32 rounds to the nearest.  `TypeError` for
    another Python type, `ValueError` for an integer out of range.
    """
    if type is F32 or type is F64:
        if not isinstance(number, int | float):
            raise TypeError(f"{type} takes a float, not {number!r}")
        try:
            return Value(type, _f64_bits(float(number)) if type is F64 else _f32_bits(_once_rounded(number)))
        except OverflowError:
            raise ValueError(f"{number} is out of the range of {type}") from None
    if type is EXTERNREF:
        return _encode_handle(number)
    if not isinstance(number, int):
        raise TypeError(f"{type} takes an int, not {number!r}")
    low = 0 if type is V128 else -(1 << type.bits - 1)
    if not low <= number < 1 << type.bits:
        raise ValueError(f"{number} is out of the range of {type}")
    return Value(type, number & (1 << type.bits) - 1)


def decode_number(value: Value) -> int | float | None:
    """A wasm number as Python's: integers signed, floats as floats, an extern handle as itself, null as None."""
    type, bits = value.type, value.bits
    if type is F32:
        return float(struct.unpack("<f", bits.to_bytes(4, "little"))[0])
    if type is F64:
        return float(struct.unpack("<d", bits.to_bytes(8, "little"))[0])
    if type is EXTERNREF:
        return None if bits == NULL else bits
    assert type is not FUNCREF, "function references are decoded by their store"
    if type is V128:
        return bits
    return bits - (bits >> type.bits - 1 << type.bits)


def _encode_handle(number: object) -> Value:
    if number is None:
        return Value(EXTERNREF, NULL)
    if not isinstance(number, int):
        raise TypeError(f"externref takes an int that you choose as a handle, or None, not {number!r}")
    if not 0 <= number < NULL:
        raise ValueError(f"{number} is out of the range of extern handles")
    return Value(EXTERNREF, number)


def _f64_bits(number: float) -> int:
    return int.from_bytes(struct.pack("<d", number), "little")


def _once_rounded(number: int | float) -> float:
    """A number as a double that is rounded to an f32 as the number itself is.  `OverflowError` for a huge integer."""
    if isinstance(number, float) or number.bit_length() <= 53:
        return float(number)
    excess = number.bit_length() - 53
    high = abs(number) >> excess
    odd = high | (high << excess != abs(number))  # what is lost must not look like a tie
    return math.copysign(math.ldexp(odd, excess), number)


def _f32_bits(number: float) -> int:
    try:
        return int.from_bytes(struct.pack("<f", number), "little")
    except OverflowError:  # a finite double that rounds beyond the largest f32
        return _F32_INFINITY | (math.copysign(1, number) < 0) << 31


def _names(types: Sequence[ValType]) -> str:
    return " ".join(type.name for type in types)
