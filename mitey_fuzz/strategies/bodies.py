"""Bodies as trees that Hypothesis draws and shrinks: expressions of a type, and statements.

Every strategy gives bytes.  An expression may shrink to a part of it that has its type, a list of statements by leaving
some out.  Bodies end by construction: loops count a local down that nothing else writes, and calls go to earlier
functions only.

Trees are drawn by composite strategies that call one another, so that only what is drawn is ever built.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from jit.wasm.body import instruction
from jit.wasm.features import Features
from jit.wasm.opcodes import op
from jit.wasm.types import BY_LETTER

from ..generate.candidates import Access, Candidate, candidates, constant
from ..generate.emit import (
    BLOCK,
    BLOCK_TYPES,
    DROP,
    ELSE,
    END,
    GLOBAL_GET,
    GLOBAL_SET,
    IF,
    LOCAL_GET,
    LOCAL_SET,
    LOCAL_TEE,
    LOOP,
    SELECT,
    i32_const,
    plain,
)
from ..generate.literals import POOLS

Item = TypeVar("Item")

DEEPEST = 3
"""Nested expressions, and statements within statements."""
MOST_STATEMENTS = 3
_MASK = i32_const(0xFF) + plain("i32.and")
_COUNT_DOWN = i32_const(1) + plain("i32.sub")
_BACK = instruction(op("br_if"), 0)
_NUMBERS = "ildfv"


@dataclass(frozen=True)
class Scope:
    """What a body can name: letters of its locals (parameters first), of mutable globals, of the functions before it.

    Behind `locals` lie `DEEPEST` i32 that count loops.
    """

    features: Features
    locals: str
    globals: str
    functions: tuple[tuple[str, str], ...]
    has_memory: bool

    def gets(self, letter: str) -> list[bytes]:
        """Code that reads each variable of a type."""
        return _named(LOCAL_GET, self.locals, letter) + _named(GLOBAL_GET, self.globals, letter)

    def sets(self, letter: str) -> list[bytes]:
        """Code that writes each variable of a type."""
        return _named(LOCAL_SET, self.locals, letter) + _named(GLOBAL_SET, self.globals, letter)


def _named(codes: Sequence[bytes], letters: str, letter: str) -> list[bytes]:
    return [codes[index] for index, other in enumerate(letters) if other == letter]


@cache
def _rows(features: Features, letter: str) -> tuple[Candidate, ...]:
    """Rows that give a type, each once."""
    return tuple(dict.fromkeys(candidates(features).producers.get(letter, ())))


@cache
def _loads(features: Features, letter: str) -> tuple[Access, ...]:
    return tuple(dict.fromkeys(candidates(features).loads.get(letter, ())))


@cache
def _stores(features: Features, letter: str) -> tuple[Access, ...]:
    return tuple(dict.fromkeys(candidates(features).stores.get(letter, ())))


@cache
def _below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


def _one(draw: st.DrawFn, items: Sequence[Item]) -> Item:
    """One of some items, the first the simplest."""
    return items[draw(_below(len(items)))]


@cache
def literal(letter: str) -> st.SearchStrategy[bytes]:
    """A constant, interesting half of the time; shrinks towards zero."""
    if letter in "re":
        return st.just(constant(letter, POOLS[letter][0]))
    bits = st.one_of(st.sampled_from(POOLS[letter]), st.integers(0, (1 << BY_LETTER[letter].bits) - 1))
    return bits.map(lambda drawn: constant(letter, drawn))


@st.composite
def expression(draw: st.DrawFn, scope: Scope, letter: str, depth: int) -> bytes:
    """Code that pushes a value of this type, `depth` rows high at most; it may trap."""
    way = _one(draw, _ways(scope, letter)) if depth else "leaf"
    if way == "row":
        row = _one(draw, _rows(scope.features, letter))
        operands = b"".join([draw(expression(scope, param, depth - 1)) for param in row.params])
        return operands + row.code + (_one(draw, row.immediates) if row.immediates else b"")
    if way == "load":
        address = draw(expression(scope, "i", depth - 1))
        return address + _MASK + _one(draw, _loads(scope.features, letter)).code + b"\0\0"
    if way == "if":
        condition = draw(expression(scope, "i", depth - 1))
        arms = [draw(expression(scope, letter, depth - 1)) for _ in range(2)]
        return condition + IF + BLOCK_TYPES[letter] + arms[0] + ELSE + arms[1] + END
    if way == "select":
        return b"".join([draw(expression(scope, kind, depth - 1)) for kind in (letter, letter, "i")]) + SELECT
    if way == "call":
        index = _one(draw, [k for k, (_, results) in enumerate(scope.functions) if results == letter])
        arguments = [draw(expression(scope, param, 0)) for param in scope.functions[index][0]]
        return b"".join(arguments) + instruction(op("call"), index)
    names = scope.gets(letter)
    which = draw(_below(2 * len(names))) if names else 0
    return names[which - len(names)] if which >= len(names) > 0 else draw(literal(letter))


def _ways(scope: Scope, letter: str) -> list[str]:
    """How an expression of a type can be made here, rows more often than anything else."""
    ways = ["leaf", *["row"] * (4 if _rows(scope.features, letter) else 0), "if"]
    if letter in _NUMBERS:
        ways.append("select")
    if scope.has_memory and _loads(scope.features, letter):
        ways.append("load")
    if any(results == letter for _, results in scope.functions):
        ways.append("call")
    return ways


@st.composite
def _statement(draw: st.DrawFn, scope: Scope, types: str, depth: int) -> bytes:
    """Code that leaves the stack as it is: a value put somewhere, a conditional, a block that is left, a loop."""
    way = _one(draw, ("assign", "assign", "assign", "store", "if", "block", "loop"))
    letter = _one(draw, types)
    if way == "store" and scope.has_memory and _stores(scope.features, letter):
        access = _one(draw, _stores(scope.features, letter))
        address, value = draw(expression(scope, "i", 1)), draw(expression(scope, letter, DEEPEST))
        lane = _one(draw, access.lanes) if access.lanes else b""
        return address + _MASK + value + access.code + b"\0\0" + lane
    if not depth or way in ("assign", "store"):
        return draw(expression(scope, letter, DEEPEST)) + _one(draw, [DROP, *scope.sets(letter)])
    inside = draw(statements(scope, types, depth - 1))
    if way == "loop":
        return _loop(len(scope.locals) + depth - 1, draw(_below(4)) + 1, inside)
    condition, behind = draw(expression(scope, "i", 1)), draw(statements(scope, types, depth - 1))
    if way == "if":
        return condition + IF + BLOCK_TYPES[""] + inside + ELSE + behind + END
    return BLOCK + BLOCK_TYPES[""] + inside + condition + _BACK + behind + END


def _loop(counter: int, trips: int, inside: bytes) -> bytes:
    step = LOCAL_GET[counter] + _COUNT_DOWN + LOCAL_TEE[counter] + _BACK
    return i32_const(trips) + LOCAL_SET[counter] + LOOP + BLOCK_TYPES[""] + inside + step + END


def statements(scope: Scope, types: str, depth: int = DEEPEST) -> st.SearchStrategy[bytes]:
    """A few statements one after the other; `types` are those of the values they handle."""
    return st.lists(_statement(scope, types, depth), max_size=MOST_STATEMENTS).map(b"".join)


@st.composite
def body(draw: st.DrawFn, scope: Scope, types: str, results: str) -> bytes:
    """Statements, then the results, then `end`."""
    values = [expression(scope, letter, DEEPEST) for letter in results]
    return draw(statements(scope, types)) + b"".join([draw(value) for value in values]) + END
