"""Where a value is when something reads it: every location that a compiler tells apart, on purpose and mixed.

`placed` takes one row and puts each operand into a location of its own: a constant, a local, a local that is written
before the row runs, flags of a comparison, a fresh register, the result of a block.  Then comes a disturbance: code
that leaves the stack as it is, but not the registers.  `moved` takes one value through a location to wherever it is
needed.
"""

from collections.abc import Callable
from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder
from .candidates import Candidate
from .emit import BLOCK, BLOCK_TYPES, ELSE, END, FOLDS, IF, LOCAL_GET, LOCAL_SET, LOCAL_TEE, plain

# --- disturbances


def statement(b: Builder) -> None:
    """Something that leaves the stack as it was."""
    letter = b.some_type()
    b.expression(letter, 2)
    b.stack += letter
    b.sink()


def _in_block(b: Builder) -> None:
    b.out += BLOCK + BLOCK_TYPES[""]
    statement(b)
    b.out += END


def _in_if(b: Builder) -> None:
    b.comparison()
    b.out += IF + BLOCK_TYPES[""]
    statement(b)
    if b.draw(0, 1):
        b.out += ELSE
        statement(b)
    b.out += END


def _crowd(b: Builder) -> None:
    """More values above than there are registers, folded into one again: what lies below has to move."""
    letter = "ilv"[b.draw(0, 2 if "v" in b.types else 1)]
    count = b.draw(15, 20) if letter != "v" else b.draw(24, 30)
    fold = FOLDS[letter][b.draw(0, 2)]
    for _ in range(count):
        b.leaf(letter)
    b.out += fold * (count - 1)
    b.out += LOCAL_SET[b.some_local(letter)]


_DISTURBANCES: Final = (statement, statement, statement, statement, _in_block, _in_if, _in_if, _crowd)


def disturb(b: Builder) -> None:
    """A statement, alone, in a block or in an arm of an `if`; or a crowd of values."""
    _DISTURBANCES[b.draw(0, len(_DISTURBANCES) - 1)](b)


# --- locations

_WRAP: Final = plain("i32.wrap_i64")
_SHAPES: Final = {"i": "i32x4", "l": "i64x2", "f": "f32x4", "d": "f64x2"}
_PARTS: Final = {letter: instruction(op(f"{shape}.extract_lane"), 0) for letter, shape in _SHAPES.items()}
"""The lowest lane of a vector, by its letter."""

Late = list[tuple[int, str]]
"""Locals to write, of these types, once all operands are on the stack."""


def _constant(b: Builder, letter: str, _: Late) -> None:
    b.constant(letter)


def _leaf(b: Builder, letter: str, _: Late) -> None:
    b.leaf(letter)


def _written_later(b: Builder, letter: str, late: Late) -> None:
    index = b.some_local(letter)
    b.out += LOCAL_GET[index]
    late.append((index, letter))


def _narrowed(b: Builder, letter: str, late: Late) -> None:
    """A part of a local that is written while the part waits: what holds the whole must not take its place."""
    if letter in _PARTS and "v" in b.types:
        whole, code = "v", _PARTS[letter]
    elif letter == "i":
        whole, code = "l", _WRAP
    else:
        whole, code = letter, b""
    index = b.some_local(whole)
    b.out += LOCAL_GET[index] + code
    late.append((index, whole))


def _flags(b: Builder, letter: str, late: Late) -> None:
    """What a comparison gives, where the operand is an i32."""
    if letter == "i":
        b.comparison()
    else:
        _computed(b, letter, late)


def _computed(b: Builder, letter: str, _: Late) -> None:
    b.expression(letter, 1)


def _of_block(b: Builder, letter: str, _: Late) -> None:
    b.out += BLOCK + BLOCK_TYPES[letter]
    b.leaf(letter)
    b.out += END


def _of_if(b: Builder, letter: str, _: Late) -> None:
    b.comparison()
    b.out += IF + BLOCK_TYPES[letter]
    b.leaf(letter)
    b.out += ELSE
    b.expression(letter, 1)
    b.out += END


Push = Callable[[Builder], None]
"""Pushes one value, or none where a statement is asked for, and leaves `stack` alone."""


def moved(b: Builder, letter: str, push: Push) -> None:
    """Pushes a value: straight, or by way of a local, of a block, or of both arms of an `if`."""
    which = b.draw(0, 7)
    if which < 3:
        push(b)
    elif which == 3:
        push(b)
        b.out += LOCAL_TEE[b.some_local(letter)]
    elif which < 6:
        push(b)
        local = b.some_local(letter)
        b.out += LOCAL_SET[local] + LOCAL_GET[local]
    elif which == 6:
        b.out += BLOCK + BLOCK_TYPES[letter]
        push(b)
        b.out += END
    else:
        in_both_arms(b, letter, push)


def in_both_arms(b: Builder, letter: str, push: Push) -> None:
    """Pushes a value in either arm of an `if`: no compiler knows what it is."""
    b.comparison()
    b.out += IF + BLOCK_TYPES[letter]
    push(b)
    b.out += ELSE
    push(b)
    b.out += END


def rarely(b: Builder, statement: Push) -> None:
    """A statement where a comparison happens to hold: what traps each time hides all that follows."""
    b.comparison()
    b.out += IF + BLOCK_TYPES[""]
    statement(b)
    b.out += END


Place = Callable[[Builder, str, Late], None]
PLACES: Final[tuple[Place, ...]] = (
    _leaf, _constant, _written_later, _written_later, _narrowed, _flags, _computed, _of_block, _of_if,
)  # fmt: skip


def placed(b: Builder) -> None:
    """One row, each operand in a location of its own, all of them disturbed before it runs."""
    producers = b.plan.candidates.producers
    letter = b.some_type()
    rows = producers.get(letter) or producers["i"]
    row = rows[b.draw(0, len(rows) - 1)]
    late: Late = []
    for param in row.params:
        PLACES[b.draw(0, len(PLACES) - 1)](b, param, late)
    for index, written in late:
        b.expression(written, 1)
        b.out += LOCAL_SET[index]
    if b.draw(0, 1):
        disturb(b)
    apply(b, row)


def apply(b: Builder, row: Candidate) -> None:
    """Applies a row to operands that `stack` does not know of; its result it does."""
    if row.guard is not None:
        b.tame(row.guard)
    b.out += row.code
    if row.immediates:
        b.immediate(row)
    b.stack += row.result
