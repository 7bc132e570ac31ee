"""A function body as it is drawn: its variables, the labels around the next instruction, and where its ways come from.

Every *way* is a function that draws one kind of value or statement and gives its bytes.  Which ways there are, and how
often each, is decided in `ways`; this file draws one of them, and must not know any.

Bodies end by construction: only a loop's own counter lets a branch go back to it, and nothing else writes that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Protocol

from jit.wasm.body import instruction
from jit.wasm.features import Features
from jit.wasm.module import Code
from jit.wasm.opcodes import op
from jit.wasm.types import BY_LETTER

from ..generate.candidates import constant
from ..generate.emit import DROP, END
from ..generate.literals import POOLS
from .draft import Draft
from .drawing import Drawing

DEEPEST = 3
"""Values within values, and statements within statements."""
OWN = 2
"""Locals, and globals, of each type, that a body may mention."""
_LOCAL_GET, _LOCAL_SET = op("local.get"), op("local.set")
_GLOBAL_GET, _GLOBAL_SET = op("global.get"), op("global.set")


class Ways(Protocol):
    """What a body may do; ways are listed as often as they are likely, the simplest first."""

    def values(self, features: Features, letter: str) -> "tuple[ValueWay, ...]":
        """Ways to push a value of this type."""

    def statements(self, features: Features) -> "tuple[StatementWay | None, ...]":
        """Ways to leave the stack as it is; None ends a list of statements."""


@dataclass(frozen=True)
class Label:
    """What a branch to it carries; `loop` is the number of a loop, which must count the branches that go back to it."""

    types: str
    loop: int | None = None


@cache
def types(features: Features) -> str:
    """Letters of the types that there are, the simplest first."""
    return "ildf" + "v" * features.simd + "re" * features.reference_types


def most_results(features: Features) -> int:
    return 2 if features.multi_value else 1


@cache
def some(features: Features, most: int) -> tuple[str, ...]:
    """None, one or two types, and each number of them as often: one choice, so that no other moves with it."""
    singles = tuple(types(features))
    pairs = tuple(one + other for one in singles for other in singles)
    return ("",) * len(pairs) + singles * len(singles) + pairs * (most > 1)


class Body:
    """The body of one function while it is drawn.

    Locals that are mentioned come behind the parameters in the order in which they are first asked for.  `depth` is how
    deep statements may still nest; a function that is drawn where it is called may nest one less than its caller.
    """

    def __init__(self, draft: Draft, drawing: Drawing, ways: Ways, params: str, results: str, depth: int) -> None:
        self.draft, self.drawing, self.ways = draft, drawing, ways
        self.features = draft.features
        self.depth = depth
        self.signature = params, results
        self.labels = [Label(results)]
        self._locals = [*params]
        self._named: dict[tuple[str, int], int] = {}
        self._loops = 0
        self._counters: dict[int, int] = {}

    # --- variables

    def local(self, letter: str) -> int:
        """One more local."""
        self._locals.append(letter)
        return len(self._locals) - 1

    def named(self, letter: str, number: int) -> int:
        """The local of this type and number."""
        if (letter, number) not in self._named:
            self._named[letter, number] = self.local(letter)
        return self._named[letter, number]

    def begin_loop(self) -> int:
        """The number of one more loop."""
        self._loops += 1
        return self._loops

    def is_counted(self, loop: int) -> bool:
        """Whether a loop has a counter."""
        return loop in self._counters

    def counter(self, loop: int) -> int:
        """The local that counts branches back to a loop."""
        if loop not in self._counters:
            self._counters[loop] = self.local("i")
        return self._counters[loop]

    def variable(self, letter: str, *, mutable: bool) -> tuple[bool, int]:
        """A variable of this type, that one may write or any: whether it is a global, and its index."""
        params = [index for index, other in enumerate(self.signature[0]) if other == letter]
        imported = self.draft.imported_variables(letter, mutable=mutable)
        number = self.drawing.below(2 * OWN + len(params) + len(imported))
        if number < OWN:
            return False, self.named(letter, number)
        number -= OWN
        if number < len(params):
            return False, params[number]
        number -= len(params)
        return True, self.draft.variable(letter, number) if number < OWN else imported[number - OWN]

    def get(self, letter: str) -> bytes:
        """Code that reads a variable."""
        is_global, index = self.variable(letter, mutable=False)
        return instruction(_GLOBAL_GET if is_global else _LOCAL_GET, index)

    def sink(self, letter: str, dropped: int = 3) -> bytes:
        """Code that takes a value from the stack, dropped so many times of four, or put into a variable."""
        if self.drawing.below(4) < dropped:
            return DROP
        is_global, index = self.variable(letter, mutable=True)
        return instruction(_GLOBAL_SET if is_global else _LOCAL_SET, index)

    def sinks(self, letters: str) -> bytes:
        """Code that takes all of these, the last first."""
        return b"".join([self.sink(letter) for letter in reversed(letters)])

    # --- trees

    def value(self, letter: str, depth: int) -> bytes:
        """Code that pushes a value of this type, `depth` rows high at most; it may trap, or go elsewhere."""
        return self.drawing.value(lambda: self._value(letter, depth))

    def _value(self, letter: str, depth: int) -> bytes:
        if depth > 0:
            return self.drawing.one(self.ways.values(self.features, letter))(self, letter, depth - 1)
        return self.get(letter) if self.drawing.below(2) else zero(letter)

    def values(self, letters: str, depth: int) -> bytes:
        return b"".join([self.value(letter, depth) for letter in letters])

    def statements(self) -> bytes:
        """Statements one after the other, none where they would nest too deep.

        Whatever their number the end is drawn: then any of them can go, and nothing behind it moves.
        """
        code = bytearray()
        self.depth -= 1
        while self.depth >= 0 and (drawn := self.drawing.statement(self._statement)) is not None:
            code += drawn
        self.depth += 1
        return bytes(code)

    def _statement(self) -> bytes | None:
        way = self.drawing.one(self.ways.statements(self.features))
        return None if way is None else way(self)

    def beside(self, params: str, results: str) -> "Body":
        """The body of one more function, to be drawn where this one needs it."""
        return Body(self.draft, self.drawing, self.ways, params, results, self.depth - 1)

    def finish(self) -> int:
        """Draws the whole body, adds the function to the draft, and gives its index."""
        self.draft.begun += 1
        return self._finish(self.statements() + self.values(self.signature[1], DEEPEST))

    def finish_simplest(self) -> int:
        """Like `finish`, without anything to draw."""
        self.draft.begun += 1
        return self._finish(b"".join(map(zero, self.signature[1])))

    def _finish(self, code: bytes) -> int:
        params = len(self.signature[0])
        own = tuple((len([*run]), BY_LETTER[letter]) for letter, run in groupby(self._locals[params:]))
        return self.draft.finish(self.signature, Code(own, code + END))


ValueWay = Callable[[Body, str, int], bytes]
"""Draws a value of a type from values that are so many rows high."""
StatementWay = Callable[[Body], bytes]


@cache
def zero(letter: str) -> bytes:
    """The simplest constant of a type."""
    return constant(letter, POOLS[letter][0])
