"""Two instructions, the second of what the first has just given, in functions of their own, on boundary values.

Where a back end makes one instruction of two, or leaves one out, it is right about most numbers: what tells is a
product that overflows, a sum that wraps, a negation of zero, a NaN with bits of its own, a load that is outside with
its last byte.  In random bodies the pair, the constant beside it and the number hardly ever meet.

Rule 1: nothing stands between the two but what pushes the other operands, which are parameters or constants.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from jit.wasm import writer
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.opcodes import Family, op
from jit.wasm.types import BY_LETTER, PAGE, Value

from ..case import Call, Case
from ..choices import Choices
from .candidates import VECTOR, Access, Candidate, Candidates, candidates, constant, letters
from .emit import AS_INTEGER, FOLDS, HALVES, LOCAL_GET, LOCAL_TEE, SELECT, plain
from .literals import float_bits, value_bits
from .shapes import Form, numbers, vectors
from .single import Context, module_of

FUNCTIONS: Final = (8, 16)
"""How many a module has."""
CALLS: Final = (4, 7)
"""How often each of them is called."""
_PAIRS: Final = (5, 10)
"""How many pairs a function has where none of them traps."""
_PARAMS: Final = "iillffdd"
"""What such a function takes, and two vectors where there are any; behind them is a local for a vector."""
_INNER: Final = (*(Family.BINARY,) * 5, *(Family.UNARY,) * 2, *(Family.CONVERT,) * 2, Family.COMPARE)
_OUTER: Final = (
    Family.BINARY,
    Family.BINARY,
    Family.BINARY,
    Family.COMPARE,
    Family.COMPARE,
    Family.UNARY,
    Family.CONVERT,
)
_TO_I64: Final = plain("i64.extend_i32_u")
_CUTS: Final = {
    "i": (
        "i64.extend_i32_s",
        "i64.extend_i32_u",
        "i32.extend8_s",
        "i32.extend16_s",
        *("i32.eqz",) * 3,
        "i32.and",
        "i32.and",
    ),
    "l": (*("i32.wrap_i64",) * 3, "i64.extend8_s", "i64.extend16_s", "i64.extend32_s", "i64.eqz", "i64.and", "i64.and"),
    "f": (
        "f32.neg",
        "f32.abs",
        "f64.promote_f32",
        *(f"{kind}.trunc_sat_f32_{sign}" for kind in ("i32", "i64") for sign in "su"),
    ),
    "d": (
        "f64.neg",
        "f64.abs",
        "f32.demote_f64",
        *(f"{kind}.trunc_sat_f64_{sign}" for kind in ("i32", "i64") for sign in "su"),
    ),
}
"""What takes a part of a number, or makes it wider, or another kind of number: what compilers do on the way."""
_MASKS: Final = {
    letter: tuple(constant(letter, bits) for bits in (0xFF, 0xFF, 0xFFFF, 0xFFFF, 1, 0x7F, most))
    for letter, most in (("i", 0x8000_0000), ("l", 0xFFFF_FFFF))
}
_OFFSETS: Final = (0, 0, 0, 1, 4, 8, 255, 256, 4096)


def _ends(letter: str) -> tuple[int, ...]:
    """Zero and the ends of an integer's ranges; zeros, one, halves, and NaNs with bits of their own."""
    sign, mask = 1 << BY_LETTER[letter].bits - 1, (1 << BY_LETTER[letter].bits) - 1
    if letter in "il":
        return (0, 0, 1, mask, sign, sign - 1)
    infinity, quiet = float_bits(letter, 128 if letter == "f" else 1024), 1 << (22 if letter == "f" else 51)
    halves = float_bits(letter, -1), sign | float_bits(letter, 1, quiet >> 1)  # 0.5 and -2.5
    return (0, sign, float_bits(letter, 0), *halves, infinity | 1, infinity | quiet | 2, sign | infinity | quiet | 1)


_ENDS: Final = {letter: _ends(letter) for letter in "ilfd"}
_ONES: Final = {letter: 1 if letter in "il" else float_bits(letter, 0) for letter in "ilfd"}
_NEUTRAL: Final = {
    letter: (
        *(constant(letter, bits) for bits in (0, one, 1 << BY_LETTER[letter].bits - 1)),
        constant(
            letter, (1 << BY_LETTER[letter].bits) - 1 if letter in "il" else one | 1 << BY_LETTER[letter].bits - 1
        ),
    )
    for letter, one in _ONES.items()
}
"""Zero, one, the sign alone, and minus one: what leaves other numbers as they are, or makes one thing of them all."""
_DIVISORS: Final = (3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 19, 21, 25, 27, 28, 60, 100, 125, 127, 255, 365, 641, 1000,
                    3600, 10_000, 65_537, 1_000_000)  # fmt: skip
"""Divisors whose reciprocals compilers multiply with."""
_NEGATED: Final = {
    "i": (constant("i", 0), plain("i32.sub")), "l": (constant("l", 0), plain("i64.sub")),
    "f": (b"", plain("f32.neg")), "d": (b"", plain("f64.neg")),
}  # fmt: skip
"""What stands in front of a number that is negated, and behind it."""
_SHAPES: Final = ("i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2")
_BITSELECT: Final = plain("v128.bitselect")
_AND: Final = {"i": plain("i32.and"), "l": plain("i64.and")}


class _Links(NamedTuple):
    """What pairs are made of: rows by family, and by the type of an operand as well."""

    found: Candidates
    inner: dict[Family, tuple[Candidate, ...]]
    outer: dict[tuple[str, Family], tuple[Candidate, ...]]
    cuts: dict[str, tuple[tuple[bytes, str], ...]]
    """By the type that they take: what code each has, and what it gives."""
    has_vectors: bool


@cache
def _links(features: Features) -> _Links:
    found = candidates(features)
    rows = {family: tuple(row for of in found.families[family].values() for row in of) for family in found.families}
    outer = {
        (letter, family): tuple(row for row in rows[family] if letter in row.params)
        for letter in "ildfv"
        for family in rows
    }
    cuts = {
        letter: tuple(_cut(name) for name in names if features.has(op(name).feature)) for letter, names in _CUTS.items()
    }
    return _Links(found, rows, outer, cuts, features.simd)


def _cut(name: str) -> tuple[bytes, str]:
    results = op(name).results
    assert results is not None
    return plain(name), letters(results)


class _Function:
    """A function under construction: its code, and what it is called with."""

    def __init__(self, choices: Choices, links: _Links) -> None:
        self.draw = choices.integer
        self.links = links
        self.params = _PARAMS + "vv" * links.has_vectors
        self.code = b""
        self.last = 0
        """Where the last access begins that fits, in bytes; the first parameter is its address.  0 without one."""
        self.divisor = 0
        """What numbers are divided by; 0 without it."""

    def operand(self, letter: str) -> bytes:
        """A parameter: one of two."""
        return LOCAL_GET[self.params.index(letter) + self.draw(0, 1)]

    def some(self, rows: Sequence[Candidate]) -> Candidate:
        return rows[self.draw(0, len(rows) - 1)]

    def complete(self, row: Candidate) -> bytes:
        """A row with one of its immediates."""
        return row.code + (row.immediates[self.draw(0, len(row.immediates) - 1)] if row.immediates else b"")

    def inner(self) -> tuple[bytes, str, bool]:
        """The first instruction with its operands, the last a constant half of the time; its type, whether it traps."""
        draw = self.draw
        if draw(0, 11) == 11:
            letter = "ilfd"[draw(0, 3)]
            before, behind = _NEGATED[letter]
            return before + self.operand(letter) + behind, letter, False
        if self.links.has_vectors and draw(0, 5) == 5:
            row = self.some(self.links.found.producers["v"])
        else:
            row = self.some(self.links.inner[_INNER[draw(0, len(_INNER) - 1)]])
        pushes = [self.operand(letter) for letter in row.params]
        is_constant = len(pushes) > 1 and draw(0, 1) == 1
        at = 0 if draw(0, 3) == 3 else len(pushes) - 1
        if is_constant:
            pushes[at] = self.constant(row, at)
        divisor = b"" if row.guard is None else row.guard.divisor
        if divisor and not (is_constant and at):
            pushes[-1] += divisor
        return b"".join(pushes) + self.complete(row), row.result, row.guard is not None and not divisor

    def constant(self, row: Candidate, at: int) -> bytes:
        """A constant for an operand: the simplest in one of three."""
        letter = row.params[at]
        if at == len(row.params) - 1 and row.constants and (row.guard is not None or self.draw(0, 2)):
            return row.constants[self.draw(0, len(row.constants) - 1)]
        pool = vectors("i32x4") if letter == "v" else numbers(letter)
        return constant(letter, pool[self.draw(0, len(pool) - 1) if self.draw(0, 2) else 0])

    def outer(self, before: bytes, letter: str) -> tuple[bytes, str, bool]:
        """The second instruction around what gives one operand; its type, and whether it traps."""
        draw = self.draw
        if letter in _CUTS and draw(0, 2) == 2:
            code, result = self.cut(before, letter)
            return code, result, False
        families = VECTOR if letter == "v" or (self.links.has_vectors and draw(0, 9) == 9) else _OUTER
        rows: tuple[Candidate, ...] = ()
        while not rows:
            rows = self.links.outer[letter, families[draw(0, len(families) - 1)]]
        row = self.some(rows)
        places = [at for at, param in enumerate(row.params) if param == letter]
        place = places[draw(0, len(places) - 1)]
        pushes = [before if at == place else self.operand(param) for at, param in enumerate(row.params)]
        at = 0 if place else len(pushes) - 1
        is_constant = len(pushes) > 1 and draw(0, 2) > 0
        if is_constant:
            pushes[at] = self.constant(row, at)
        is_safe = row.guard is None or (is_constant and at > 0)
        return b"".join(pushes) + self.complete(row), row.result, not is_safe

    def cut(self, before: bytes, letter: str) -> tuple[bytes, str]:
        """What takes a part of what was pushed just before, and its type."""
        cuts = self.links.cuts[letter]
        code, result = cuts[self.draw(0, len(cuts) - 1)]
        if code == _AND.get(letter):
            before += _MASKS[letter][self.draw(0, len(_MASKS[letter]) - 1)]
        return before + code, result

    def add(self, code: bytes, letter: str) -> None:
        """Folds a value of this type into what the function gives."""
        mixed = FOLDS["l"][self.draw(0, 2)] if self.code else b""
        self.code += code + self.fold(letter) + mixed

    def fold(self, letter: str) -> bytes:
        """Makes an i64 of the value on top, and loses no bit of a scalar."""
        if letter == "v":
            local = len(self.params)
            return LOCAL_TEE[local] + HALVES[0] + LOCAL_GET[local] + HALVES[1] + FOLDS["l"][1]
        if letter in AS_INTEGER:
            return AS_INTEGER[letter][1] + (_TO_I64 if letter == "f" else b"")
        return _TO_I64 if letter == "i" else b""


def _computed(function: _Function) -> str:
    """Makes pairs of rows that compute, folded into one i64, or one that may trap; gives the type of the result."""
    count = function.draw(*_PAIRS)
    for at in range(count):
        before, letter, traps = function.inner()
        code, result, traps_too = function.outer(before, letter)
        if not (traps or traps_too):
            function.add(code, result)
        elif not at:
            function.code = code
            return result
    return "l"


def _chosen(function: _Function) -> str:
    """Makes choices between two numbers by how these compare: the lesser, the greater, an absolute value, or nearly.

    Some are between constants of which compilers make one thing with the condition.
    """
    draw = function.draw
    letters = "ilffdd" + "v" * function.links.has_vectors
    for _ in range(draw(*_PAIRS)):
        letter = letters[draw(0, len(letters) - 1)]
        one, other = function.operand(letter), function.operand(letter)
        left, right, which = one, other, draw(0, 4) if letter != "v" else 4
        if which == 0:
            before, behind = _NEGATED[letter]
            other, right = before + one + behind, constant(letter, 0)
        elif which == 1:
            other = right = constant(letter, 0)
        elif which == 2:
            one, other = _NEUTRAL[letter][draw(0, 3)], _NEUTRAL[letter][draw(0, 3)]
        row = function.some(function.links.outer[letter, Family.VECTOR_COMPARE if letter == "v" else Family.COMPARE])
        condition = (left + right, right + left)[draw(0, 1)] + row.code
        select = _BITSELECT if letter == "v" else SELECT
        function.add((one + other, other + one)[draw(0, 1)] + condition + select, letter)
    return "l"


def _neutral(function: _Function) -> str:
    """Rows of two operands of which one is neutral, or nearly, or both are one; and rows of one vector."""
    draw = function.draw
    for at in range(draw(*_PAIRS)):
        if function.links.has_vectors and draw(0, 3) == 3:
            row = function.some(function.links.inner[Family.VECTOR_UNARY])
            function.add(function.operand("v") + row.code, row.result)
            continue
        letter = "ilfd"[draw(0, 3)]
        family = Family.COMPARE if draw(0, 3) == 3 else Family.BINARY
        row = function.some(function.links.found.families[family][2 * letter])
        one = other = function.operand(letter)
        if draw(0, 2):
            other = _NEUTRAL[letter][draw(0, 3)]
        code = (one + other, other + one)[draw(0, 1)] + row.code
        if row.guard is None:
            function.add(code, row.result)
        elif not at:
            function.code = code
            return row.result
    return "l"


def _divided(function: _Function) -> str:
    """Quotients and remainders by one constant, of numbers on either side of its multiples."""
    draw = function.draw
    letter = "il"[draw(0, 1)]
    function.divisor = _DIVISORS[draw(0, len(_DIVISORS) - 1)] if draw(0, 3) else draw(2, 1 << draw(2, 20))
    for name in ("div_u", "rem_u", "div_s", "rem_s"):
        row = plain(f"{BY_LETTER[letter].name}.{name}")
        function.add(function.operand(letter) + constant(letter, function.divisor) + row, letter)
    return "l"


def _loaded(function: _Function) -> str:
    """Makes a load, and what cuts a part of it, or any other row; gives the type of the result."""
    draw = function.draw
    letter = "iiillllfd"[draw(0, 8)]
    accesses: tuple[Access, ...] = function.links.found.loads[letter]
    access = accesses[draw(0, len(accesses) - 1)]
    offset = _OFFSETS[draw(0, len(_OFFSETS) - 1)]
    load = LOCAL_GET[0] + access.code + b"\0" + writer.u32(offset)
    if letter in "il" and draw(0, 3):
        function.code, result = function.cut(load, letter)
    else:
        function.code, result, _ = function.outer(load, letter)
    function.last = PAGE - offset - access.width
    return result


def _stored(function: _Function) -> str:
    """Makes a value and its store, of a lane of a vector often, where nothing is left behind that does not fit."""
    draw, links = function.draw, function.links
    letter = ("iillfd" + "vvvv" * links.has_vectors)[draw(0, 5 + 4 * links.has_vectors)]
    access = links.found.stores[letter][draw(0, len(links.found.stores[letter]) - 1)]
    offset = _OFFSETS[draw(0, len(_OFFSETS) - 1)]
    value = function.operand(letter)
    if letter in "il" and draw(0, 1):
        value += _MASKS[letter][draw(0, len(_MASKS[letter]) - 1)] + _AND[letter]
    lane = access.lanes[draw(0, len(access.lanes) - 1)] if access.lanes else b""
    function.code = LOCAL_GET[0] + value + access.code + b"\0" + writer.u32(offset) + lane
    function.last = PAGE - offset - access.width
    return ""


def some_pairs(choices: Choices, features: Features) -> Case:
    """A module of functions of such pairs, and of rows that a compiler may leave out; and a script that calls them."""
    links = _links(features)
    context = _context(features)
    forms: list[Form] = []
    script: list[Call] = []
    for index in range(choices.integer(*FUNCTIONS)):
        with choices.span("function"):
            function = _Function(choices, links)
            result = _KINDS[choices.integer(0, len(_KINDS) - 1)](function)
            forms.append(Form(function.params, "v" * links.has_vectors, result, function.code))
            calls = choices.integer(*CALLS)
            script += [Call(f"f{index}", _arguments(choices, function)) for _ in range(calls)]
    module = module_of(forms, context, by_rule=False, in_memory=True, passive=False)
    return Case(encode(module), tuple(script), choices=choices.record)


_KINDS: Final = (
    _loaded, _loaded, _loaded, _stored, _stored, *(_computed,) * 6, _chosen, _neutral, _neutral, _divided,
)  # fmt: skip
_context: Final = cache(Context)


def _arguments(choices: Choices, function: _Function) -> tuple[Value, ...]:
    """Numbers at the ends of their types mostly; the address, if there is one, about the last that fits."""
    numbers = [_number(choices, letter) for letter in function.params]
    if function.last:
        near = (0, 1, *(function.last + past for past in (0, 0, 1, 1, 2, 3, 4, 7)))
        numbers[0] = near[choices.integer(0, len(near) - 1)]
    if function.divisor:
        numbers = [
            _near_multiple(choices, function.divisor, BY_LETTER[letter].bits) if letter in "il" else number
            for letter, number in zip(function.params, numbers, strict=True)
        ]
    return tuple([Value(BY_LETTER[letter], bits) for letter, bits in zip(function.params, numbers, strict=True)])


def _near_multiple(choices: Choices, divisor: int, bits: int) -> int:
    """A multiple of the divisor, of the greatest mostly, or what is next to it; of either sign."""
    most = (1 << bits) // divisor
    times = (most, most - choices.integer(0, 9), most // 2, choices.bits(bits) // divisor)[choices.integer(0, 3)]
    return times * divisor + choices.integer(-1, 1) & (1 << bits) - 1


def _number(choices: Choices, letter: str) -> int:
    which = choices.integer(0, 3)
    if which == 0 or (which == 1 and letter == "v"):
        return value_bits(choices, letter)
    if letter == "v":
        pool = vectors(_SHAPES[choices.integer(0, len(_SHAPES) - 1)])
    else:
        pool = _ENDS[letter] if which == 1 and letter in _ENDS else numbers(letter)
    return pool[choices.integer(0, len(pool) - 1)]
