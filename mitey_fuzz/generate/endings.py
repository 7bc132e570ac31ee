"""How blocks end: by falling out, by a branch that is always taken, and what follows such a branch.

Branches that leave blocks for good stand in arms of an `if`, or the rest of the body would be dead.
"""

from collections.abc import Callable
from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder, Label
from .dirty import dirty_i32
from .emit import LOCAL_GET, RETURN, UNREACHABLE, i32_const, i64_const, plain
from .unreached import from_nothing

Ending = Callable[[Builder, str], None]
"""Ends a block whose results are given: leaves them on the stack, or branches away and whatever it likes behind."""

LONG_TABLE: Final = 4_094, 4_104
"""Labels of a table that no 12-bit immediate counts, give or take."""
_AND: Final = plain("i32.and")


def any_ending(b: Builder, results: str) -> None:
    """Ends a block one way or another, mostly by its end."""
    which = b.draw(0, 19)
    if which == 17:
        branch_away(b, results)
    elif which == 18:
        table_away(b, results)
    elif which == 19 and _conditional(b):
        return_away(b, results)
    else:
        b.settle(results)


def last_ending(b: Builder, results: str) -> None:
    """Ends a function: by its end, by `return`, or by a branch to itself."""
    which = b.draw(0, 9)
    if which == 8:
        return_away(b, results)
    elif which == 9:
        table_away(b, results)
    else:
        b.settle(results)


def counter_holds(b: Builder, label: Label) -> None:
    """Pushes whether a loop's counter is not yet zero, as 0 or 1."""
    if label.counter_letter == "l":
        b.out += LOCAL_GET[label.counter] + i64_const(0) + plain("i64.ne")
    elif b.draw(0, 1):
        b.out += LOCAL_GET[label.counter] + i32_const(0) + plain("i32.gt_s")
    else:
        b.out += LOCAL_GET[label.counter] + plain("i32.eqz") + plain("i32.eqz")


def _conditional(b: Builder) -> bool:
    return any(label.conditional for label in b.labels)


def _depths(b: Builder) -> list[int]:
    """Labels that a branch may go to from here for good: this block's, and those around an arm of an `if`."""
    depths = []
    conditional = False
    for depth, label in enumerate(reversed(b.labels)):
        if label.counter < 0 and (depth == 0 or conditional):
            depths.append(depth)
        conditional = conditional or label.conditional
    return depths


def branch_away(b: Builder, results: str) -> None:
    depths = _depths(b)
    if not depths:
        b.settle(results)
        return
    depth = depths[b.draw(0, len(depths) - 1)]
    b.supply(b.labels[-1 - depth].types)
    b.out += instruction(op("br"), depth)
    dead(b, results)


def table_away(b: Builder, results: str) -> None:
    """A `br_table` over labels that carry the same types; any index will do."""
    depths = _depths(b)
    if not depths:
        b.settle(results)
        return
    types = b.labels[-1 - depths[b.draw(0, len(depths) - 1)]].types
    same = [depth for depth, label in enumerate(reversed(b.labels)) if label.types == types and label.counter < 0]
    b.supply(types)
    count = _labels(b)
    if count >= LONG_TABLE[0]:  # an index near the end shows whether all of them are counted
        dirty_i32(b, 3, count - 2)
    elif b.draw(0, 2):
        b.expression("i", 1)
        b.out += i32_const(7) + _AND
    else:
        b.comparison()
    b.out += instruction(op("br_table"), *[same[b.draw(0, len(same) - 1)] for _ in range(count + 1)])
    dead(b, results)


def _labels(b: Builder) -> int:
    """How many labels a table has besides the default: a few, or rarely many, or more than 12 bits count."""
    if b.draw(0, 31) < 31:
        return b.draw(0, 5)
    return b.draw(64, 300) if b.draw(0, 2) else b.draw(*LONG_TABLE)


def return_away(b: Builder, results: str) -> None:
    b.supply(b.function.results)
    b.out += RETURN
    dead(b, results)


def trap_away(b: Builder, results: str) -> None:
    b.out += UNREACHABLE
    dead(b, results)


def dead(b: Builder, results: str) -> None:
    """Code behind an unconditional branch: ordinary steps, and rows that take operands nobody pushed."""
    b.stack = b.stack[: b.base]
    outer, b.cost = b.cost, 0
    for _ in range(b.draw(0, 3)):
        if b.draw(0, 1):
            b.grow(len(b.out) + b.draw(1, 12))
        else:
            from_nothing(b)
    b.cost = outer
    b.settle_dead(results)
