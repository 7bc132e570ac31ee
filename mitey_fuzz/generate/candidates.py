"""Which rows fit: the opcode table, arranged by the types on top of the stack and by the type wanted.

Derived from the table once per set of features, every row listed as often as its weight, its bytes ready to append:
a candidate is found by one look-up and one draw.  Rows typed by rule are not here; each has a step of its own
(`function.STEPS`).
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from jit.wasm.body import const, instruction
from jit.wasm.features import Features
from jit.wasm.opcodes import ROWS, Family, Op, Traps, op
from jit.wasm.types import BY_LETTER, ValType

from .literals import POOLS, convertible, divisors, float_bits, shift_counts
from .weights import weight

NUMERIC = (Family.UNARY, Family.CONVERT, Family.TEST, Family.BINARY, Family.COMPARE)
"""The families of rows that compute a value from values alone."""


class Guard(NamedTuple):
    """Code that keeps a row from trapping.

    A division has `divisor`, to run on its right operand.  A truncation has the rest: the operand is replaced by one of
    `substitutes` unless its magnitude is under `limit`; `before` and `after` say whether the magnitude replaces the
    operand too, as it must where negative ones trap.
    """

    divisor: bytes = b""
    letter: str = ""
    before: bytes = b""
    after: bytes = b""
    limit: bytes = b""
    substitutes: tuple[bytes, ...] = ()


class Candidate(NamedTuple):
    """A row ready to emit: its bytes and types, how to keep it from trapping, constants for its last operand."""

    code: bytes
    params: str
    result: str
    guard: Guard | None
    constants: tuple[bytes, ...]


class Access(NamedTuple):
    """A load or store ready to emit, but for its memarg; `width` in bytes."""

    code: bytes
    width: int


def constant(letter: str, bits: int) -> bytes:
    """The instruction that pushes these bits."""
    instr = const(BY_LETTER[letter], bits)
    return instruction(instr.op, *instr.immediates)


@cache
def constants(letter: str) -> tuple[bytes, ...]:
    """Instructions that push the interesting values of a type, simplest first; none for a type without literals."""
    return tuple(constant(letter, bits) for bits in POOLS[letter])


def letters(types: Iterable[ValType]) -> str:
    """Types as a string of letters: the form in which the generator keeps stacks and signatures."""
    return "".join(t.letter for t in types)


_COUNTED = ("shl", "shr_s", "shr_u", "rotl", "rotr")


def _last_constants(row: Op, params: str) -> tuple[bytes, ...]:
    operation = row.name.partition(".")[2]
    if operation in _COUNTED:
        return tuple(constant(params[-1], bits) for bits in shift_counts(params[-1]))
    if Traps.DIV_ZERO in row.traps:
        return tuple(constant(params[-1], bits) for bits in divisors(params[-1]))
    return constants(params[-1])


def _guard(row: Op, params: str) -> Guard | None:
    if Traps.DIV_ZERO in row.traps:
        kind = BY_LETTER[params[-1]].name
        return Guard(divisor=constant(params[-1], 1) + instruction(op(f"{kind}.or")))
    if Traps.BAD_CONVERSION not in row.traps:
        return None
    assert row.results is not None
    kind = BY_LETTER[params].name
    signed = row.name.endswith("_s")
    width = row.results[0].bits
    magnitude = instruction(op(f"{kind}.abs"))
    return Guard(
        letter=params,
        before=b"" if signed else magnitude,
        after=magnitude if signed else b"",
        limit=constant(params, float_bits(params, width - signed)) + instruction(op(f"{kind}.lt")),
        substitutes=tuple(constant(params, bits) for bits in convertible(row)),
    )


def _candidate(row: Op) -> Candidate:
    assert row.params is not None
    assert row.results is not None
    params = letters(row.params)
    return Candidate(instruction(row), params, letters(row.results), _guard(row, params), _last_constants(row, params))


class Candidates:
    """The rows of a set of features.

    `families[family][params]` are the candidates of a numeric family for these operands, `producers[t]` all numeric
    ones that give a `t`; `loads[t]` and `stores[t]` the accesses to a value of this type.
    """

    def __init__(self, features: Features) -> None:
        self.families: dict[Family, dict[str, tuple[Candidate, ...]]] = {family: {} for family in NUMERIC}
        self.producers: dict[str, tuple[Candidate, ...]] = {}
        self.loads: dict[str, tuple[Access, ...]] = {}
        self.stores: dict[str, tuple[Access, ...]] = {}
        for row in ROWS:
            if not features.has(row.feature) or row.params is None or row.results is None:
                continue
            copies = weight(row)
            if row.family in self.families and not row.immediates:
                candidate = _candidate(row)
                by_params = self.families[row.family]
                by_params[candidate.params] = by_params.get(candidate.params, ()) + (candidate,) * copies
                self.producers[candidate.result] = self.producers.get(candidate.result, ()) + (candidate,) * copies
            elif row.family is Family.LOAD:
                self._access(self.loads, row, letters(row.results))
            elif row.family is Family.STORE:
                self._access(self.stores, row, letters(row.params[1:]))

    @staticmethod
    def _access(accesses: dict[str, tuple[Access, ...]], row: Op, letter: str) -> None:
        code = instruction(row, 0, 0)[:-2]
        accesses[letter] = accesses.get(letter, ()) + (Access(code, row.width // 8),) * weight(row)


@cache
def candidates(features: Features) -> Candidates:
    """The candidates of a set of features; one object for equal sets (building it takes milliseconds)."""
    return Candidates(features)
