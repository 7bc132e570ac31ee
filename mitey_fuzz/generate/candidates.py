"""Which rows fit: the opcode table, arranged by the types on top of the stack and by the type wanted.

Derived from the table once per set of features, every row listed as often as its weight, its bytes ready to append:
a candidate is found by one look-up and one draw.  Rows typed by rule are not here; each has a step of its own
(`function.STEPS`).
"""

from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

from jit.wasm.body import const, instruction
from jit.wasm.features import Features
from jit.wasm.opcodes import ROWS, Family, Imm, Op, Traps, op
from jit.wasm.types import BY_LETTER, ValType

from .literals import POOLS, convertible, divisors, float_bits, shift_counts
from .literals_vector import SHUFFLES, lane_counts
from .weights import weight

SCALAR: Final = (Family.UNARY, Family.CONVERT, Family.TEST, Family.BINARY, Family.COMPARE)
VECTOR: Final = (
    Family.VECTOR_LANE, Family.VECTOR_BITWISE, Family.VECTOR_TEST, Family.VECTOR_COMPARE, Family.VECTOR_SHIFT,
    Family.VECTOR_UNARY, Family.VECTOR_BINARY, Family.VECTOR_CONVERT,
)  # fmt: skip
NUMERIC: Final = (*SCALAR, *VECTOR)
"""The families of rows that compute a value from values alone."""
LOADS: Final = (Family.LOAD, Family.VECTOR_LOAD)
STORES: Final = (Family.STORE, Family.VECTOR_STORE)


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
    """A row ready to emit: its bytes and types, how to keep it from trapping, constants for its last operand.

    `immediates` are what may follow `code`; none for most rows, which have no immediate.
    """

    code: bytes
    params: str
    result: str
    guard: Guard | None
    constants: tuple[bytes, ...]
    immediates: tuple[bytes, ...]


class Access(NamedTuple):
    """A load or store ready to emit, but for its memarg; `width` in bytes, `lanes` what may follow the memarg."""

    code: bytes
    width: int
    lanes: tuple[bytes, ...]


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


_COUNTED: Final = ("shl", "shr_s", "shr_u", "rotl", "rotr")


def lane_width(row: Op) -> int:
    """Bits of a lane of the shape that a vector row's name begins with: 16 for `i16x8.shl`."""
    return int(row.name[1 : row.name.index("x")])


def immediates(row: Op) -> tuple[bytes, ...]:
    """Lane indices or shuffles for a row that has such an immediate."""
    if row.immediates == (Imm.LANES,):
        return SHUFFLES
    return tuple(bytes((lane,)) for lane in range(row.lanes))


def _last_constants(row: Op, params: str) -> tuple[bytes, ...]:
    if row.family is Family.VECTOR_SHIFT:
        return _counts(params[-1], lane_counts(lane_width(row)), lane_width(row))
    operation = row.name.partition(".")[2]
    if operation in _COUNTED:
        return _counts(params[-1], shift_counts(params[-1]), BY_LETTER[params[-1]].bits)
    if Traps.DIV_ZERO in row.traps:
        return tuple(constant(params[-1], bits) for bits in divisors(params[-1]))
    return _often(constants(params[-1]), _NEUTRAL)


_NEUTRAL: Final = 2
"""How many of the simplest constants compilers give instructions of their own, or none: zero, and one or all ones."""


def _often(pool: tuple[bytes, ...], simplest: int) -> tuple[bytes, ...]:
    """A pool, a third of which are copies of its simplest."""
    return pool + pool[:simplest] * (len(pool) // (2 * simplest))


def _counts(letter: str, edges: tuple[int, ...], width: int) -> tuple[bytes, ...]:
    """Shift counts: the edges, and once more each that shifts (CVE-2023-41880 was wrong between half and width)."""
    return tuple(constant(letter, bits) for bits in (*edges, *range(1, width)))


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


@cache
def _candidate(row: Op) -> Candidate:
    assert row.params is not None
    assert row.results is not None
    params = letters(row.params)
    choices = immediates(row)
    code = instruction(row, *choices[0])[: -len(choices[0])] if choices else instruction(row)
    return Candidate(code, params, letters(row.results), _guard(row, params), _last_constants(row, params), choices)


class Candidates:
    """The rows of a set of features.

    `families[family][params]` are the candidates of a numeric family for these operands, `producers[t]` all numeric
    ones that give a `t`; `loads[t]` and `stores[t]` the accesses to a value of this type.  `lane_loads` take a vector
    above the address and replace a lane of it.
    """

    def __init__(self, features: Features) -> None:
        # FAST: rows become candidates once for all sets of features; each of 64 sets would cost 12 ms without
        self.families: dict[Family, dict[str, tuple[Candidate, ...]]] = {family: {} for family in NUMERIC}
        self.producers: dict[str, tuple[Candidate, ...]] = {}
        self.loads: dict[str, tuple[Access, ...]] = {}
        self.stores: dict[str, tuple[Access, ...]] = {}
        self.lane_loads: tuple[Access, ...] = ()
        allowed = features.names | {""}
        for row in ROWS:
            if row.feature not in allowed or row.params is None or row.results is None:
                continue
            copies = weight(row)
            if row.family in self.families:
                candidate = _candidate(row)
                by_params = self.families[row.family]
                by_params[candidate.params] = by_params.get(candidate.params, ()) + (candidate,) * copies
                self.producers[candidate.result] = self.producers.get(candidate.result, ()) + (candidate,) * copies
            elif row.family in LOADS and len(row.params) > 1:
                self.lane_loads += (_access(row),) * copies
            elif row.family in LOADS:
                letter = letters(row.results)
                self.loads[letter] = self.loads.get(letter, ()) + (_access(row),) * copies
            elif row.family in STORES:
                letter = letters(row.params[1:])
                self.stores[letter] = self.stores.get(letter, ()) + (_access(row),) * copies


@cache
def _access(row: Op) -> Access:
    lanes = immediates(row)
    memarg_and_lane = (0, 0, 0) if lanes else (0, 0)
    return Access(instruction(row, *memarg_and_lane)[: -len(memarg_and_lane)], row.width // 8, lanes)


@cache
def candidates(features: Features) -> Candidates:
    """The candidates of a set of features; one object for equal sets (building it takes 2 ms)."""
    return Candidates(features)
