"""`drop` and `select`, and comparisons kept pending until something far away consumes them."""

from jit.wasm.body import instruction
from jit.wasm.opcodes import Family, op

from .builder import Builder
from .control import if_on_top
from .emit import DROP, LOCAL_GET, LOCAL_SET, LOCAL_TEE, SELECT
from .places import disturb


def drop(b: Builder) -> None:
    """Drops the top value; a copy of it stays in a local, or it was a mere leaf: nothing computed gets lost."""
    if b.draw(0, 3) == 3:
        b.leaf(b.some_type())
        b.out += DROP
        return
    letter = b.push_some()
    b.out += LOCAL_TEE[b.some_local(letter)] + DROP
    b.stack = b.stack[:-1]


def select(b: Builder) -> None:
    """Chooses between two values, what is on the stack if it fits."""
    b.want_condition()
    _select_on_top(b)


def _select_on_top(b: Builder) -> None:
    """A select on the condition on top, on two values below it if they are there, else with them supplied."""
    below = b.stack[b.base : -1][-2:]
    if len(below) == 2 and below[0] == below[1] and below[0] in "ildfv":
        b.stack = b.stack[:-2]
        b.out += SELECT
        return
    b.stack = b.stack[:-1]
    pending = b.some_local("i")
    letter = b.some_number()
    b.out += LOCAL_SET[pending]
    b.expression(letter, 1)
    b.leaf(letter)
    b.out += LOCAL_GET[pending] + SELECT
    b.stack += letter


def deferred(b: Builder) -> None:
    """A comparison that is consumed only after other statements, and blocks: its flags cannot live that long."""
    which = b.draw(0, 2)
    if which == 0:
        letter = b.some_number()
        b.leaf(letter)
        b.leaf(letter)
        b.stack += letter + letter
    if b.draw(0, 2) and b.height:
        _compare_top(b)
    else:
        b.comparison()
        b.stack += "i"
    for _ in range(b.draw(1, 4)):
        disturb(b)
    if which == 0:
        _select_on_top(b)
    elif which == 1:
        if_on_top(b)
    else:
        _branch_on_top(b)


def _compare_top(b: Builder) -> None:
    """Compares the top of the stack with a value of its type."""
    letter = b.stack[-1]
    rows = b.plan.candidates.families[Family.COMPARE].get(letter + letter)
    if rows is None:
        b.comparison()
        b.stack += "i"
        return
    row = rows[b.draw(0, len(rows) - 1)]
    b.leaf(letter)
    b.out += row.code
    b.stack = b.stack[:-1] + "i"


def _branch_on_top(b: Builder) -> None:
    """A `br_if` on the condition on top, to a label that wants nothing; folded into the state where there is none."""
    empty = [depth for depth, label in enumerate(reversed(b.labels)) if not label.types and label.counter < 0]
    if not empty:
        b.sink()
        return
    b.stack = b.stack[:-1]
    b.out += instruction(op("br_if"), empty[b.draw(0, len(empty) - 1)])
