"""Values computed from values: constants, variables, every numeric row, choices between two, and references."""

from collections.abc import Sequence
from functools import cache

from hypothesis import strategies as st

from jit.wasm.body import instruction
from jit.wasm.features import Features
from jit.wasm.opcodes import op
from jit.wasm.types import BY_LETTER

from ..generate.candidates import Candidate, candidates, constant
from ..generate.emit import SELECT, SELECT_T, plain
from ..generate.literals import POOLS
from .body import DEEPEST, Body, types, zero
from .calls import any_function

_LOCAL_TEE = op("local.tee")
_GLOBAL_GET, _GLOBAL_SET = op("global.get"), op("global.set")
_IS_NULL = plain("ref.is_null")
_REF_FUNC = op("ref.func")


@cache
def rows(features: Features, letter: str) -> tuple[Candidate, ...]:
    """Rows that compute a type, each once."""
    return tuple(dict.fromkeys(candidates(features).producers.get(letter, ())))


@cache
def bits(letter: str) -> st.SearchStrategy[int]:
    """The bits of a number or vector, interesting half of the time; shrinks towards zero."""
    return st.one_of(st.sampled_from(POOLS[letter]), st.integers(0, (1 << BY_LETTER[letter].bits) - 1))


def simplest(_: Body, letter: str, __: int) -> bytes:
    """Zero or null."""
    return zero(letter)


def literal(body: Body, letter: str, _: int) -> bytes:
    """Any constant."""
    return constant(letter, body.drawing.of(bits(letter)))


def variable(body: Body, letter: str, _: int) -> bytes:
    return body.get(letter)


def computed(body: Body, letter: str, depth: int) -> bytes:
    """A row and its operands."""
    row = body.drawing.one(rows(body.features, letter))
    operands = body.values(row.params, depth)
    return operands + row.code + (body.drawing.one(row.immediates) if row.immediates else b"")


def tee(body: Body, letter: str, depth: int) -> bytes:
    """A value that is put into a variable as well."""
    value = body.value(letter, depth)
    is_global, number = body.variable(letter, mutable=True)
    if is_global:
        return value + instruction(_GLOBAL_SET, number) + instruction(_GLOBAL_GET, number)
    return value + instruction(_LOCAL_TEE, number)


def select(body: Body, letter: str, depth: int) -> bytes:
    return body.values(letter * 2 + "i", depth) + SELECT


def typed_select(body: Body, letter: str, depth: int) -> bytes:
    return body.values(letter * 2 + "i", depth) + SELECT_T[letter]


def is_null(body: Body, _: str, depth: int) -> bytes:
    return body.value(body.drawing.one("re"), depth) + _IS_NULL


def function(body: Body, letter: str, _: int) -> bytes:
    """A reference to a function that is finished, or null where there is none."""
    index = any_function(body)
    if index is None:
        return zero(letter)
    body.draft.refer(index)
    return instruction(_REF_FUNC, index)


def index(body: Body, below: int, depth: int = 1) -> bytes:
    """An i32 that is mostly below a power of two, and rarely anything at all."""
    way = body.drawing.below(6)
    if way == 0:
        return zero("i")
    if way in (2, 3):
        return constant("i", body.drawing.below(below))
    return body.value("i", depth) + (b"" if way == 1 else constant("i", below - 1) + plain("i32.and"))


def indices(body: Body, bounds: Sequence[int]) -> bytes:
    return b"".join([index(body, below) for below in bounds])


def assign(body: Body) -> bytes:
    """A value that is dropped or put into a variable."""
    letter = body.drawing.one(types(body.features))
    return body.value(letter, DEEPEST) + body.sink(letter, 1)
