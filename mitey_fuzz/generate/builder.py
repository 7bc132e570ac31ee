"""A body under construction: the bytes so far, the typed stack, and what every step is made of.

The stack is a string of type letters; `base` is where the current block's part begins.  Two ways of construction meet
here.  Forward: a step looks at what is on the stack and applies something that fits.  Backward: a `pusher` is given a
type and makes code that pushes one such value; the operands of that never show on `stack`.
Results are not dropped: what is left over goes where it will be seen (`sink`).
"""

from collections.abc import Callable, Sequence
from typing import Final

from jit.wasm import writer
from jit.wasm.opcodes import Family

from ..choices import Choices
from .candidates import Candidate
from .emit import (
    AS_INTEGER,
    BLOCK_TYPES,
    DROP,
    FOLDS,
    GLOBAL_GET,
    GLOBAL_SET,
    HALVES,
    LOCAL_GET,
    LOCAL_SET,
    LOCAL_TEE,
    MOST_LOCALS,
    plain,
)
from .plan import FunctionPlan, Plan
from .pusher import VALUES, Pusher
from .terminate import Site

Step = Callable[["Builder"], None]

MOST_COST: Final = 12_000
"""Bytes of code one call may run through by estimate, loops and callees multiplied out."""
DEEPEST: Final = 7
"""Nested blocks, not counting those that a single step makes."""

_PAIRS: Final = ((Family.BINARY, Family.COMPARE), (Family.VECTOR_BINARY, Family.VECTOR_COMPARE))
"""Families that make one number, or one vector, of two."""


class Label:
    """What a branch may target.

    `types` are carried by a branch.  `counter` is the local that bounds a loop, -1 for other blocks; `conditional`
    says that the block may not be entered at all, so that leaving the blocks around it from inside costs little.
    """

    __slots__ = ("conditional", "counter", "counter_letter", "types")

    def __init__(self, types: str, *, counter: int = -1, counter_letter: str = "i", conditional: bool = False) -> None:
        self.types = types
        self.counter = counter
        self.counter_letter = counter_letter
        self.conditional = conditional


class Builder(Pusher):
    """Builds one function body."""

    def __init__(self, plan: Plan, function: FunctionPlan, choices: Choices, steps: Sequence[Sequence[Step]]) -> None:
        super().__init__(plan, function, choices)
        self.steps = steps
        self.stack = ""
        self.base = 0
        self.limit = 0
        self.sites: list[Site] = []
        self.labels = [Label(function.results)]
        self.trips = 1
        self.cost = 0
        self.calls_itself = False
        self.low, self.high = plan.profile.pressure

    @property
    def has_room(self) -> bool:
        """Whether nested blocks, which may need locals, are still welcome."""
        return len(self.labels) <= DEEPEST and len(self.locals) < MOST_LOCALS - 2 * DEEPEST - 32

    # --- the stack

    @property
    def height(self) -> int:
        return len(self.stack) - self.base

    def top(self) -> str:
        """The type on top of the block's part of the stack; empty where it is empty."""
        return self.stack[-1] if len(self.stack) > self.base else ""

    def push_leaf(self, letter: str) -> None:
        """Pushes a simple value, on `stack` too."""
        self.leaf(letter)
        self.stack += letter

    def push_some(self) -> str:
        """Makes sure of a value on top, and gives its type."""
        if len(self.stack) == self.base:
            self.push_leaf(self.some_type())
        return self.stack[-1]

    def supply(self, types: str) -> None:
        """Makes the top of the stack these types, using what is there as far as it fits."""
        count = min(len(types), self.height)
        while count and not self.stack.endswith(types[:count]):
            count -= 1
        for letter in types[count:]:
            self.expression(letter, 1)
            self.stack += letter

    def pop(self, types: str) -> None:
        """Takes these types off; they are there."""
        if types:
            self.stack = self.stack[: -len(types)]

    def want_condition(self) -> None:
        """Makes sure of an i32 on top, to be consumed as a condition."""
        if self.top() != "i" or self.draw(0, 3) == 3:
            self.comparison()
            self.stack += "i"

    # --- where values are seen

    def sink(self) -> None:
        """Takes the top value off to where it can be observed."""
        letter = self.stack[-1]
        self.stack = self.stack[:-1]
        if letter not in VALUES:
            self._sink_other(letter)
            return
        where = self.draw(0, 7)
        if where > 5 and self.memory is not None and letter in self.plan.candidates.stores:
            self.store_top(letter)
        elif where > 2 and self._fold_into_global(letter):
            return
        elif where != 2 or letter not in FOLDS:
            self.out += LOCAL_SET[self.some_local(letter)]
        else:
            local = self.some_local(letter)
            self.out += LOCAL_GET[local] + FOLDS[letter][self.draw(0, 2)] + LOCAL_SET[local]

    def _join(self) -> bool:
        """Makes one value of the two on top; False where no row does."""
        families = self.plan.candidates.families
        below, letter = self.stack[-2], self.stack[-1]
        if below != letter:
            converting = Family.VECTOR_LANE if "v" in (below, letter) else Family.CONVERT
            rows = [row for row in families[converting].get(letter, ()) if row.result == below]
            if not rows:
                return False
            self.apply(rows, 1)
        combining, comparing = _PAIRS[below == "v"]
        pairs = families[combining if self.draw(0, 7) else comparing].get(below + below)
        if pairs is None:
            return False
        self.apply(pairs, 2)
        return True

    def apply(self, rows: Sequence[Candidate], operands: int) -> None:
        """Applies one of these rows to the operands on top."""
        row = rows[self.draw(0, len(rows) - 1)]
        if row.guard is not None:
            self.tame(row.guard)
        self.out += row.code
        if row.immediates:
            self.immediate(row)
        self.stack = self.stack[:-operands] + row.result

    def _sink_other(self, letter: str) -> None:
        globals_ = self.plan.writable[letter]
        if globals_ and self.draw(0, 1):
            self.out += GLOBAL_SET[globals_[self.draw(0, len(globals_) - 1)]]
        elif letter in "re" and self.draw(0, 1):
            self.out += plain("ref.is_null")
            if not self._fold_into_global("i"):
                self.out += LOCAL_SET[self.some_local("i")]
        else:
            self.out += LOCAL_SET[self.some_local(letter)]

    def _fold_into_global(self, letter: str) -> bool:
        """Mixes the value on top into an accumulator; False where the module has none for it."""
        if letter in AS_INTEGER:
            globals_ = self.plan.writable[letter]
            if globals_ and self.draw(0, 2) == 0:
                self.out += GLOBAL_SET[globals_[self.draw(0, len(globals_) - 1)]]
                return True
            integer, reinterpret = AS_INTEGER[letter]
            if not self.plan.writable[integer]:
                return False
            self.out += reinterpret
            letter = integer
        globals_ = self.plan.writable[letter]
        if not globals_:
            return letter == "v" and self._fold_halves()
        index = globals_[self.draw(0, len(globals_) - 1)]
        self.out += GLOBAL_GET[index] + FOLDS[letter][self.draw(0, 2)] + GLOBAL_SET[index]
        return True

    def _fold_halves(self) -> bool:
        """Mixes both halves of the vector on top into 64-bit accumulators; False where the module has none."""
        globals_ = self.plan.writable["l"]
        if not globals_:
            return False
        local = self.some_local("v")
        self.out += LOCAL_TEE[local]
        for half, next_ in zip(HALVES, (LOCAL_GET[local], b""), strict=True):
            index = globals_[self.draw(0, len(globals_) - 1)]
            self.out += half + GLOBAL_GET[index] + FOLDS["l"][self.draw(0, 2)] + GLOBAL_SET[index] + next_
        return True

    def store_top(self, letter: str) -> None:
        """Stores the value on top, already off `stack`, through a local: its address must come below it."""
        assert self.memory is not None
        accesses = self.plan.candidates.stores[letter]
        code, width, lanes = accesses[self.draw(0, len(accesses) - 1)]
        local = self.some_local(letter)
        self.out += LOCAL_SET[local]
        memarg = self.memory.address(self, width)
        self.out += LOCAL_GET[local] + code + memarg
        if lanes:
            self.out += lanes[self.draw(0, len(lanes) - 1)]

    def settle(self, types: str) -> None:
        """Leaves exactly these types on the block's part of the stack: sinks what is over, supplies what is missing."""
        while not types.startswith(self.stack[self.base :]):
            if self.height < 2 or self.draw(0, 3) == 0 or not self._join():
                self.sink()
        for letter in types[self.height :]:
            self.expression(letter, 2)
            self.stack += letter

    def settle_dead(self, types: str) -> None:
        """As `settle`, after an unconditional branch: what is missing may be missing at the bottom."""
        while not types.endswith(self.stack[self.base :]):
            self.out += DROP
            self.stack = self.stack[:-1]
        self.stack = self.stack[: self.base] + types

    # --- growing

    def mark(self, code: bytes, callee: int, start: int | None = None) -> None:
        """Appends an instruction that `terminate` has to know of.

        It counts a call where its arguments begin to be pushed, if that is given as `start`, a length of `out`: what
        counts settles whatever waits on the stack, and would leave no argument where it was.
        """
        start = len(self.out) if start is None else start
        self.out += code
        self.sites.append(Site(start, len(self.out), callee))

    def grow(self, limit: int) -> None:
        """Takes steps until the body has `limit` bytes."""
        outer, self.limit = self.limit, limit
        out, draw = self.out, self.draw
        while len(out) < limit:
            height = len(self.stack) - self.base
            steps = self.steps[0 if height < self.low else 2 if height > self.high else 1]
            steps[draw(0, len(steps) - 1)](self)
        self.limit = outer

    def block_type(self, params: str, results: str) -> bytes:
        """The block type of these letters: the short form where there is one, but for one in sixteen."""
        if not params and len(results) < 2 and (not self.plan.profile.multi_value or self.draw(0, 15) < 15):
            return BLOCK_TYPES[results]
        return writer.s33(self.plan.types.index(params, results))
