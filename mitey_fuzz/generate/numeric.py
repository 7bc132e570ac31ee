"""Steps that compute: rows of the numeric families applied to what is on the stack."""

from typing import Final

from jit.wasm.opcodes import Family

from .builder import Builder, Step
from .candidates import VECTOR, Candidate
from .emit import LOCAL_GET


def _one_operand(family: Family) -> Step:
    def step(b: Builder) -> None:
        by_params = b.plan.candidates.families[family]
        letter = b.push_some()
        if letter not in by_params:
            letter = b.some_number()
            b.push_leaf(letter)
        if letter in by_params:
            b.apply(by_params[letter], 1)

    return step


def _two_operands(family: Family) -> Step:
    def step(b: Builder) -> None:
        """Takes the two values on top where they fit, else supplies the right one: simple, deep, or the same again."""
        by_params = b.plan.candidates.families[family]
        letter = b.push_some()
        if b.height > 1 and b.stack[-2:] in by_params and b.draw(0, 3):
            b.apply(by_params[b.stack[-2:]], 2)
            return
        if letter + letter not in by_params:
            letter = b.some_number()
            b.push_leaf(letter)
        rows = by_params[letter + letter]
        row = rows[b.draw(0, len(rows) - 1)]
        b.last_operand(row, b.draw(0, 1))
        b.out += row.code
        b.stack = b.stack[:-1] + row.result

    return step


def _vector_operands(family: Family) -> Step:
    def step(b: Builder) -> None:
        """Takes the values on top where some row of the family fits them, else supplies what a row of it takes."""
        by_params = b.plan.candidates.families[family]
        fitting = [params for params in by_params if b.stack.endswith(params, b.base)]
        if fitting and b.draw(0, 3):
            params = fitting[b.draw(0, len(fitting) - 1)]
            b.apply(by_params[params], len(params))
            return
        signatures = tuple(by_params)
        params = signatures[b.draw(0, len(signatures) - 1)]
        rows = by_params[params]
        if len(params) > 2 and b.readable["v"] and b.draw(0, 1):
            _of_locals(b, rows[b.draw(0, len(rows) - 1)])
            return
        b.supply(params[:-1])
        row = rows[b.draw(0, len(rows) - 1)]
        b.last_operand(row, b.draw(0, 1))
        b.out += row.code
        if row.immediates:
            b.immediate(row)
        b.pop(params[:-1])
        b.stack += row.result

    return step


def _of_locals(b: Builder, row: Candidate) -> None:
    """All operands are locals, one of which is read again: none of them may become the result."""
    locals_ = b.readable["v"]
    operands = [LOCAL_GET[locals_[b.draw(0, len(locals_) - 1)]] for _ in row.params]
    b.out += b"".join(operands) + row.code + operands[b.draw(0, len(operands) - 1)]
    b.stack += row.result + "v"


unary = _one_operand(Family.UNARY)
convert = _one_operand(Family.CONVERT)
test = _one_operand(Family.TEST)
binary = _two_operands(Family.BINARY)
compare = _two_operands(Family.COMPARE)
VECTOR_STEPS: Final = {family.name.lower().replace("_", " "): _vector_operands(family) for family in VECTOR}
"""A step for each family of vector rows, named like it: `vector shift`."""


def const(b: Builder) -> None:
    letter = b.some_type()
    b.constant(letter)
    b.stack += letter


def expression(b: Builder) -> None:
    letter = b.some_type()
    b.expression(letter, b.draw(1, 4))
    b.stack += letter
