"""What pushes values into a body under construction: constants, locals, globals, loads, whole expressions.

Backward construction: `expression` is given a type and makes code that leaves one such value, whatever lies below.  The
typed stack is `builder`'s: nothing here looks at it or changes it.
"""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import Family, op
from jit.wasm.types import BY_LETTER

from ..choices import Choices
from .candidates import Candidate, Guard, constant, constants
from .emit import GLOBAL_GET, LOCAL_GET, LOCAL_TEE, SELECT
from .literals import value_bits
from .memory import Memory
from .plan import FunctionPlan, Plan

NUMBERS: Final = "ildf"
VALUES: Final = "ildfv"
"""Letters of the types that have literals and operations."""


class Pusher:
    """One function body so far, its locals, and ways to push a value."""

    def __init__(self, plan: Plan, function: FunctionPlan, choices: Choices) -> None:
        self.plan = plan
        self.function = function
        self.choices = choices
        self.draw = choices.integer
        self.out = bytearray()
        self.wild = plan.profile.wild
        self.types = plan.profile.types
        self.memory = self._memory()
        self.locals = ""
        self.readable: dict[str, list[int]] = {letter: [] for letter in BY_LETTER}
        self.writable: dict[str, list[int]] = {letter: [] for letter in BY_LETTER}
        self.counters: dict[str, list[int]] = {"i": [], "l": []}
        self.written: dict[int, str] = {}
        for letter in function.params:
            self.add_local(letter, writable=bool(self.locals) or not function.counts_down)

    def _memory(self) -> Memory | None:
        """How to address memory; None where there is none, and mostly where it has no page: all accesses trap there."""
        plan = self.plan.memory
        if plan is None or (plan.minimum == 0 and self.draw(0, 7) < 7):
            return None
        return Memory(plan)

    # --- locals

    def add_local(self, letter: str, *, writable: bool = True) -> int:
        """A new local, readable by all code; reserved ones are written by their owner alone."""
        index = len(self.locals)
        self.locals += letter
        self.readable[letter].append(index)
        if writable:
            self.writable[letter].append(index)
        return index

    def some_local(self, letter: str) -> int:
        """A local to write; made when there is none of its type."""
        writable = self.writable[letter]
        if not writable:
            return self.add_local(letter)
        index = writable[self.draw(0, len(writable) - 1)]
        self.written[index] = letter
        return index

    def take_counter(self, letter: str) -> int:
        """A local that only its loop writes; give it back with `counters[letter].append`."""
        free = self.counters[letter]
        return free.pop() if free else self.add_local(letter, writable=False)

    # --- pushing

    def some_type(self) -> str:
        types = self.types
        return types[self.draw(0, len(types) - 1)]

    def some_types(self, most: int) -> str:
        """Up to `most` types, fewer of them more often."""
        count = min(self.draw(0, most), self.draw(0, most)) if most > 1 else self.draw(0, most)
        return "".join([self.some_type() for _ in range(count)])

    def constant(self, letter: str) -> None:
        """Pushes a literal, mostly an interesting one; where a function is wanted, seldom null."""
        exported = self.plan.exported
        if letter == "r" and exported and self.draw(0, 3):
            self.out += instruction(op("ref.func"), exported[self.draw(0, len(exported) - 1)])
            return
        pool = constants(letter)
        if self.draw(0, 7) < 7 or letter not in VALUES:
            self.out += pool[self.draw(0, len(pool) - 1)]
        else:
            self.out += constant(letter, value_bits(self.choices, letter))

    def leaf(self, letter: str) -> None:
        """Pushes a value that costs one instruction."""
        which = self.draw(0, 15)
        if which >= 5:
            indices = self.readable[letter]
            if indices and which < 14:
                self.out += LOCAL_GET[indices[self.draw(0, len(indices) - 1)]]
                return
            globals_ = self.plan.readable[letter]
            if globals_:
                self.out += GLOBAL_GET[globals_[self.draw(0, len(globals_) - 1)]]
                return
        self.constant(letter)

    def expression(self, letter: str, depth: int) -> None:
        """Pushes a value computed by a tree of at most this depth; leaves `stack` alone."""
        draw = self.draw
        which = draw(0, 7) if depth > 0 else 0
        if which < 2 or letter not in self.plan.candidates.producers:
            self.leaf(letter)
        elif which == 2 and self.memory is not None:
            self.load(letter)
        elif which == 3:
            self.expression(letter, depth - 1)
            self.leaf(letter)
            self.comparison()
            self.out += SELECT
        else:
            rows = self.plan.candidates.producers[letter]
            row = rows[draw(0, len(rows) - 1)]
            for param in row.params[:-1]:
                self.expression(param, depth - 1)
            self.last_operand(row, depth - 1)
            self.out += row.code
            if row.immediates:
                self.immediate(row)

    def immediate(self, row: Candidate) -> None:
        """Appends one of the immediates that a row may have; one shuffle in four is any, half of those of one alone."""
        count = len(row.immediates)
        if len(row.immediates[0]) > 1 and self.draw(0, 3) == 3:
            bits = self.choices.bits(80)
            keep, add = ((31, 0), (31, 0), (15, 0), (15, 16))[self.draw(0, 3)]
            self.out += bytes((bits >> 5 * lane & keep) + add for lane in range(16))
        else:
            self.out += row.immediates[self.draw(0, count - 1)]

    def last_operand(self, row: Candidate, depth: int) -> None:
        """Pushes the operand on top for a row, kept from trapping; often the row's own kind of constant."""
        if len(row.params) > 1 and self.draw(0, 2) == 0:
            self.out += row.constants[self.draw(0, len(row.constants) - 1)]
            return
        self.expression(row.params[-1], depth)
        if row.guard is not None:
            self.tame(row.guard)

    def comparison(self) -> None:
        """Pushes an i32 that a comparison or test of simple values gives."""
        families = self.plan.candidates.families
        letter = self.some_type()
        if letter == "v" and self.draw(0, 1):
            rows = families[Family.VECTOR_TEST]["v"]
            self.leaf(letter)
        elif letter in "il" and self.draw(0, 3) == 0:
            rows = families[Family.TEST][letter]
            self.leaf(letter)
        else:
            letter = letter if letter in NUMBERS else "i"
            rows = families[Family.COMPARE][letter + letter]
            self.leaf(letter)
            self.leaf(letter)
        self.out += rows[self.draw(0, len(rows) - 1)].code

    def some_number(self) -> str:
        letter = self.some_type()
        return letter if letter in NUMBERS else "i"

    def load(self, letter: str) -> None:
        """Pushes what a load of this type finds at an address of its own."""
        accesses = self.plan.candidates.loads.get(letter)
        if accesses is None or self.memory is None:
            self.leaf(letter)
            return
        if letter == "v" and self.draw(0, 3) == 3:
            self.load_lane(0)
            return
        code, width, _ = accesses[self.draw(0, len(accesses) - 1)]
        memarg = self.memory.address(self, width)
        self.out += code + memarg

    def load_lane(self, depth: int) -> None:
        """Pushes a vector of which one lane was loaded; a module that has vectors has a memory here."""
        assert self.memory is not None
        accesses = self.plan.candidates.lane_loads
        code, width, lanes = accesses[self.draw(0, len(accesses) - 1)]
        memarg = self.memory.address(self, width)
        self.expression("v", depth)
        self.out += code + memarg + lanes[self.draw(0, len(lanes) - 1)]

    def tame(self, guard: Guard) -> None:
        """Runs the guard of a row over its operand; leaves it out as often as the profile is wild."""
        if self.wild and self.draw(0, 1023) > 1023 - 6 * self.wild:
            return
        if guard.divisor:
            self.out += guard.divisor
            return
        local = self.some_local(guard.letter)
        substitute = guard.substitutes[self.draw(0, len(guard.substitutes) - 1)]
        self.out += guard.before + LOCAL_TEE[local] + substitute
        self.out += LOCAL_GET[local] + guard.after + guard.limit + SELECT
