"""Values in scripts: constants read to the bit, and the patterns results are held against.

Rule 1: no Python float on the way: a literal is an exact fraction, rounded once (spec: `text-float`, `aux-ieee`).
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, NULL, V128, ValType, Value

from .sexpr import Atom, Form, Node, ScriptError


class UnknownValue(ScriptError):
    """A value of a proposal that the engines' protocol cannot express."""


@dataclass(frozen=True, slots=True)
class Exactly:
    """This value, bit for bit."""

    value: Value


@dataclass(frozen=True, slots=True)
class AnyNan:
    """A NaN: the canonical one of either sign, or, `arithmetic`, any with the top bit of its fraction set."""

    type: ValType
    arithmetic: bool


@dataclass(frozen=True, slots=True)
class AnyReference:
    """Any reference of this type that is not null."""

    type: ValType


@dataclass(frozen=True, slots=True)
class Lanes:
    """A v128 whose lanes match, the lowest first."""

    lanes: tuple["Exactly | AnyNan", ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """What the standard leaves open."""

    patterns: tuple["Pattern", ...]


Pattern = Exactly | AnyNan | AnyReference | Lanes | OneOf

_FLOATS = {F32: (8, 23), F64: (11, 52)}
"""Exponent and fraction bits."""
_NUMBERS = {"i32.const": I32, "i64.const": I64, "f32.const": F32, "f64.const": F64}
_SHAPES: dict[str, int | ValType] = {"i8x16": 8, "i16x8": 16, "i32x4": 32, "i64x2": 64, "f32x4": F32, "f64x2": F64}
_HEAPS = {"func": FUNCREF, "funcref": FUNCREF, "extern": EXTERNREF, "externref": EXTERNREF}
_INTEGER = re.compile(r"([+-]?)(0x[0-9a-fA-F][0-9a-fA-F_]*|[0-9][0-9_]*)\Z")
_HEXADECIMAL = re.compile(r"0x([0-9a-f_]+)\.?([0-9a-f_]*)(?:p([+-]?[0-9_]+))?\Z")
_DECIMAL = re.compile(r"([0-9_]+)\.?([0-9_]*)(?:e([+-]?[0-9_]+))?\Z")


def integer_bits(text: str, width: int) -> int:
    """The bits of an integer literal, signed or unsigned (spec: `text-int`)."""
    match = _INTEGER.match(text)
    if match is None:
        raise ScriptError(f"{text!r} is not an integer")
    value = int(match[2].replace("_", ""), 16 if match[2].startswith("0x") else 10)
    value = -value if match[1] == "-" else value
    if not -(1 << width - 1) <= value < 1 << width:
        raise ScriptError(f"{text} does not fit {width} bits")
    return value & (1 << width) - 1


def float_bits(text: str, type: ValType) -> int:
    """The bits of a float literal, rounded to nearest, ties to even (spec: `text-float`)."""
    exponent_bits, fraction_bits = _FLOATS[type]
    sign = text.startswith("-") << exponent_bits + fraction_bits
    body = text[text.startswith(("+", "-")) :]
    infinity = (1 << exponent_bits) - 1 << fraction_bits
    if body == "inf":
        return sign | infinity
    if body == "nan":
        return sign | infinity | 1 << fraction_bits - 1
    if body.startswith("nan:0x"):
        return sign | infinity | int(body[6:].replace("_", ""), 16)
    return sign | _round(_exact(body), exponent_bits, fraction_bits)


def _exact(body: str) -> Fraction:
    """The number that an unsigned literal stands for."""
    body = body.lower()
    for pattern, radix, base in ((_HEXADECIMAL, 16, 2), (_DECIMAL, 10, 10)):
        match = pattern.match(body)
        if match is not None:
            whole, fraction, exponent = ((part or "").replace("_", "") for part in match.groups())
            digits = Fraction(int(whole + fraction, radix), radix ** len(fraction))
            return digits * Fraction(base) ** int(exponent or "0")
    raise ScriptError(f"{body!r} is not a float")


def _round(number: Fraction, exponent_bits: int, fraction_bits: int) -> int:
    """Exponent and fraction fields of the float nearest to a number that is not negative."""
    if not number:
        return 0
    bias = (1 << exponent_bits - 1) - 1
    exponent = number.numerator.bit_length() - number.denominator.bit_length()
    if Fraction(2) ** exponent > number:
        exponent -= 1
    exponent = max(exponent, 1 - bias)
    # round() takes ties to even; a carry out of the fraction moves into the exponent by itself.
    significand = round(number / Fraction(2) ** (exponent - fraction_bits))
    bits = significand + (exponent + bias - 1 << fraction_bits)
    return min(bits, (1 << exponent_bits) - 1 << fraction_bits)


def constant(node: Node) -> Value:
    """An argument.  Raises `ScriptError` for what is no constant."""
    pattern = expected(node)
    if isinstance(pattern, Exactly):
        return pattern.value
    raise ScriptError(f"{show(pattern)} is no argument")


def expected(node: Node) -> Pattern:
    """What a result is held against."""
    if not isinstance(node, Form):
        raise ScriptError("expected a result in parentheses")
    words = [item.text for item in node.items[1:] if isinstance(item, Atom)]
    match node.head, words:
        case ("i32.const" | "i64.const" | "f32.const" | "f64.const") as head, [literal]:
            return _number(_NUMBERS[head], literal)
        case "v128.const", [shape, *literals] if shape in _SHAPES:
            return _vector(shape, literals)
        case "ref.null", [heap] if heap in _HEAPS:
            return Exactly(Value(_HEAPS[heap], NULL))
        case "ref.extern", [handle]:
            return Exactly(Value(EXTERNREF, integer_bits(handle, 64)))
        case "ref.extern", []:
            return AnyReference(EXTERNREF)
        case "ref.func", _:
            return AnyReference(FUNCREF)
        case "either", []:
            return OneOf(tuple(expected(item) for item in node.items[1:]))
        case _:
            raise UnknownValue(f"({' '.join((node.head, *words))})")


def _number(type: ValType, literal: str) -> "Exactly | AnyNan":
    if literal in ("nan:canonical", "nan:arithmetic"):
        return AnyNan(type, literal == "nan:arithmetic")
    bits = float_bits(literal, type) if type in _FLOATS else integer_bits(literal, type.bits)
    return Exactly(Value(type, bits))


def _vector(shape: str, literals: list[str]) -> "Exactly | Lanes":
    lane = _SHAPES[shape]
    if isinstance(lane, int):
        return Exactly(_joined([integer_bits(literal, lane) for literal in literals], lane))
    lanes = tuple(_number(lane, literal) for literal in literals)
    exact = [one.value.bits for one in lanes if isinstance(one, Exactly)]
    return Exactly(_joined(exact, lane.bits)) if len(exact) == len(lanes) else Lanes(lanes)


def _joined(lanes: list[int], width: int) -> Value:
    if len(lanes) * width != V128.bits:
        raise ScriptError(f"{len(lanes)} lanes of {width} bits are no v128")
    return Value(V128, sum(bits << place * width for place, bits in enumerate(lanes)))


def matches(pattern: Pattern, value: Value) -> bool:
    """Whether a result is what was expected."""
    match pattern:
        case Exactly(wanted):
            return value == wanted
        case AnyNan(type, arithmetic):
            return value.type is type and _is_nan(value, arithmetic=arithmetic)
        case AnyReference(type):
            return value.type is type and value.bits != NULL
        case Lanes(lanes):
            return value.type is V128 and all(map(matches, lanes, _split(value, lanes)))
        case OneOf(patterns):
            return any(matches(one, value) for one in patterns)
        case _:
            assert_never(pattern)


def _split(value: Value, lanes: tuple[Exactly | AnyNan, ...]) -> list[Value]:
    """A v128 as values of its lanes' type."""
    width = V128.bits // len(lanes)
    type = F32 if width == F32.bits else F64
    return [Value(type, value.bits >> place * width & (1 << width) - 1) for place in range(len(lanes))]


def _is_nan(value: Value, *, arithmetic: bool) -> bool:
    exponent_bits, fraction_bits = _FLOATS[value.type]
    magnitude = value.bits & (1 << exponent_bits + fraction_bits) - 1
    canonical = (1 << exponent_bits + 1) - 1 << fraction_bits - 1
    return magnitude >= canonical if arithmetic else magnitude == canonical


def show(pattern: Pattern) -> str:
    """A pattern in words, for reports."""
    match pattern:
        case Exactly(value):
            return str(value)
        case AnyNan(type, arithmetic):
            return f"{type.name}:nan:{'arithmetic' if arithmetic else 'canonical'}"
        case AnyReference(type):
            return f"{type.name}:not null"
        case Lanes(lanes):
            return f"v128:({' '.join(map(show, lanes))})"
        case OneOf(patterns):
            return f"one of {', '.join(map(show, patterns))}"
        case _:
            assert_never(pattern)
