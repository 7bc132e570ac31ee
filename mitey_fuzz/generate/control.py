"""Blocks, branches, and what follows a branch that is always taken.

A loop counts a local of its own down at its head, and every branch back asks for it: so loops end by themselves, and
`terminate` has to step in only where generated code is wrong about that.  Branches that leave blocks for good stand in
arms of an `if`, or the rest of the body would be dead.
"""

from collections.abc import Callable
from typing import Literal

from jit.wasm.body import instruction
from jit.wasm.opcodes import Family, op

from . import terminate
from .builder import Builder, Label
from .emit import (
    BLOCK,
    DROP,
    ELSE,
    END,
    IF,
    LOCAL_GET,
    LOCAL_SET,
    LOOP,
    NOP,
    RETURN,
    SELECT,
    UNREACHABLE,
    i32_const,
    i64_const,
    plain,
)

MOST_TRIPS = 64
"""Iterations of the innermost loop in a nest, multiplied out."""

Ending = Callable[[Builder, str], None]
"""Ends a block whose results are given: leaves them on the stack, or branches away and whatever it likes behind."""


def _signature(b: Builder) -> tuple[str, str]:
    """Parameters, taken from what is on the stack, and results of a block."""
    if not b.plan.profile.multi_value:
        return "", b.some_type() if b.draw(0, 1) else ""
    count = min(b.draw(0, 4), b.draw(0, 4), b.height)
    return b.stack[len(b.stack) - count :], b.some_types(min(b.plan.profile.values, 6))


def _size(b: Builder) -> int:
    """Bytes for a nested block: a small part of what is left, sometimes most of it."""
    left = max(8, b.limit - len(b.out))
    return b.draw(2, max(6, left // 4)) if b.draw(0, 3) else b.draw(2, max(6, left * 3 // 4))


def _inside(b: Builder, label: Label, params: str, results: str, *, size: int, ending: Ending) -> None:
    """Grows the inside of a block whose opcode is out and whose parameters are on top; the results are left there."""
    outer_base, outer = b.base, b.stack[: len(b.stack) - len(params)]
    b.base = len(outer)
    b.labels.append(label)
    with b.choices.span("block"):
        b.grow(len(b.out) + size)
        ending(b, results)
    b.labels.pop()
    b.base, b.stack = outer_base, outer + results


def _any_ending(b: Builder, results: str) -> None:
    """Ends a block one way or another, mostly by its end."""
    which = b.draw(0, 19)
    if which == 17:
        _branch_away(b, results)
    elif which == 18:
        _table_away(b, results)
    elif which == 19 and _conditional(b):
        _return_away(b, results)
    else:
        b.settle(results)


def last_ending(b: Builder, results: str) -> None:
    """Ends a function: by its end, by `return`, or by a branch to itself."""
    which = b.draw(0, 9)
    if which == 8:
        _return_away(b, results)
    elif which == 9:
        _table_away(b, results)
    else:
        b.settle(results)


# --- blocks


def block(b: Builder) -> None:
    if not b.has_room:
        b.push_leaf("i")
        return
    params, results = _signature(b)
    b.out += BLOCK + b.block_type(params, results)
    _inside(b, Label(results), params, results, size=_size(b), ending=_any_ending)
    b.out += END


def if_(b: Builder) -> None:
    b.want_condition()
    _if_on_top(b)


def _if_on_top(b: Builder) -> None:
    """An `if` on the condition on top of the stack; without `else` half of the time that it may."""
    b.stack = b.stack[:-1]
    if not b.has_room:
        b.out += DROP
        return
    params, results = _signature(b)
    if b.draw(0, 2) == 0:
        results = params if b.plan.profile.multi_value or not params else ""
    b.out += IF + b.block_type(params, results)
    before = b.stack
    size = _size(b)
    _inside(b, Label(results, conditional=True), params, results, size=size, ending=_any_ending)
    if params != results or b.draw(0, 1):
        b.out += ELSE
        b.stack = before
        _inside(b, Label(results, conditional=True), params, results, size=size // 2, ending=_any_ending)
    b.out += END


def loop(b: Builder) -> None:
    """A loop that runs a few times, its counter an i32 or i64, left by its end or by a `br_table` around it."""
    most = MOST_TRIPS // b.trips
    if not b.has_room or most < 2:
        b.push_leaf("i")
        return
    kind: Literal["i", "l"] = "i" if b.draw(0, 3) < 3 else "l"
    counter = b.take_counter(kind)
    trips = _count(b, kind, counter, most)
    params, results = _signature(b)
    by_table = b.draw(0, 3) == 3
    label = Label(params, counter=counter, counter_letter=kind)
    if by_table:
        results = params if b.plan.profile.multi_value else ""
        b.out += BLOCK + b.block_type(params, results)
        b.labels.append(Label(results))
    b.mark(LOOP + b.block_type(params, results), terminate.LOOP)
    start, outer_trips = len(b.out), b.trips
    b.trips *= trips
    b.out += LOCAL_GET[counter] + _STEP[kind] + LOCAL_SET[counter]
    _inside(b, label, params, results, size=_size(b), ending=_back_by_table if by_table else _back_by_condition)
    b.out += END
    if by_table:
        b.labels.pop()
        b.out += END
    b.trips = outer_trips
    b.cost += (len(b.out) - start) * (trips - 1) * outer_trips
    b.counters[kind].append(counter)


_STEP = {"i": i32_const(1) + plain("i32.sub"), "l": i64_const(1) + plain("i64.sub")}
_MASK = {"i": plain("i32.and"), "l": plain("i64.and")}
_OR = {"i": plain("i32.or"), "l": plain("i64.or")}
_NUMBER = {"i": i32_const, "l": i64_const}


def _count(b: Builder, kind: Literal["i", "l"], counter: int, most: int) -> int:
    """Sets a counter to a constant, or to some value's low bits but at least one; gives the most it can be."""
    trips = min(most, (1, 2, 2, 3, 3, 4, 5, 8, 13, 30)[b.draw(0, 9)])
    number = _NUMBER[kind]
    if b.draw(0, 2) or trips < 2:
        b.out += number(trips)
    else:
        trips = 3 if trips == 2 and most > 2 else (1 << trips.bit_length() - 1) - 1
        b.leaf(kind)
        b.out += number(trips) + _MASK[kind] + number(1) + _OR[kind]
    b.out += LOCAL_SET[counter]
    return trips


def _counter_holds(b: Builder, label: Label) -> None:
    """Pushes whether a loop's counter is not yet zero, as 0 or 1."""
    if label.counter_letter == "l":
        b.out += LOCAL_GET[label.counter] + i64_const(0) + plain("i64.ne")
    elif b.draw(0, 1):
        b.out += LOCAL_GET[label.counter] + i32_const(0) + plain("i32.gt_s")
    else:
        b.out += LOCAL_GET[label.counter] + plain("i32.eqz") + plain("i32.eqz")


def _back_by_condition(b: Builder, results: str) -> None:
    label = b.labels[-1]
    b.supply(label.types)
    if label.counter_letter == "i" and b.draw(0, 1):
        b.out += LOCAL_GET[label.counter]
    else:
        _counter_holds(b, label)
    b.out += instruction(op("br_if"), 0)
    b.settle(results)


def _back_by_table(b: Builder, results: str) -> None:
    """Zero leaves through the block around, all else goes back."""
    label = b.labels[-1]
    b.supply(label.types)
    if label.counter_letter == "i":
        b.out += LOCAL_GET[label.counter]
    else:
        _counter_holds(b, label)
    b.out += instruction(op("br_table"), 1, 0)
    dead(b, results)


# --- branches


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


def _branch_away(b: Builder, results: str) -> None:
    depths = _depths(b)
    if not depths:
        b.settle(results)
        return
    depth = depths[b.draw(0, len(depths) - 1)]
    b.supply(b.labels[-1 - depth].types)
    b.out += instruction(op("br"), depth)
    dead(b, results)


def _table_away(b: Builder, results: str) -> None:
    """A `br_table` over labels that carry the same types; any index will do."""
    depths = _depths(b)
    if not depths:
        b.settle(results)
        return
    types = b.labels[-1 - depths[b.draw(0, len(depths) - 1)]].types
    same = [depth for depth, label in enumerate(reversed(b.labels)) if label.types == types and label.counter < 0]
    b.supply(types)
    count = b.draw(0, 5)
    if b.draw(0, 2):
        b.expression("i", 1)
        b.out += i32_const(7) + _MASK["i"]
    else:
        b.comparison()
    b.out += instruction(op("br_table"), *[same[b.draw(0, len(same) - 1)] for _ in range(count + 1)])
    dead(b, results)


def _return_away(b: Builder, results: str) -> None:
    b.supply(b.function.results)
    b.out += RETURN
    dead(b, results)


def _trap_away(b: Builder, results: str) -> None:
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
            _from_nothing(b)
    b.cost = outer
    b.settle_dead(results)


def _from_nothing(b: Builder) -> None:
    """A row whose operands are taken as far as they are there: below them the stack holds any type."""
    here = b.stack[b.base :]
    which = b.draw(0, 5)
    if which == 0:
        b.out += (UNREACHABLE, DROP + NOP, SELECT + DROP)[b.draw(0, 2) if not here else 0]
        return
    if which == 1 and "i".endswith(here):
        label = b.draw(0, len(b.labels) - 1)
        b.out += instruction(op("br_if"), label)
        b.stack = b.stack[: b.base] + b.labels[-1 - label].types
        return
    rows = b.plan.candidates.producers[b.some_number()]
    row = rows[b.draw(0, len(rows) - 1)]
    if row.params.endswith(here) or here.endswith(row.params):
        b.out += row.code
        b.stack = b.stack[: max(b.base, len(b.stack) - len(row.params))] + row.result


def br_if(b: Builder) -> None:
    """A branch that may be taken, its operands staying on the stack; back to a loop only while its counter lasts."""
    depth = b.draw(0, len(b.labels) - 1)
    label = b.labels[-1 - depth]
    if label.types.endswith("i") or b.draw(0, 2) == 0 or b.top() != "i":
        b.supply(label.types)
        b.comparison()
    else:
        b.stack = b.stack[:-1]
        pending = b.some_local("i")
        b.out += LOCAL_SET[pending]
        b.supply(label.types)
        b.out += LOCAL_GET[pending]
    if label.counter >= 0:
        _counter_holds(b, label)
        b.out += _MASK["i"]
    b.out += instruction(op("br_if"), depth)


def _leaving(ending: Ending) -> Callable[[Builder], None]:
    def step(b: Builder) -> None:
        b.want_condition()
        b.stack = b.stack[:-1]
        if not b.has_room:
            b.out += DROP
            return
        b.out += IF + b.block_type("", "")
        _inside(b, Label("", conditional=True), "", "", size=b.draw(0, 8), ending=ending)
        b.out += END

    return step


br = _leaving(_branch_away)
return_ = _leaving(_return_away)
_leave_by_table = _leaving(_table_away)


def br_table(b: Builder) -> None:
    """A block that ends in a `br_table`, or an arm that does and so may leave the blocks around it."""
    if not b.has_room or b.draw(0, 1):
        _leave_by_table(b)
        return
    params, results = _signature(b)
    b.out += BLOCK + b.block_type(params, results)
    _inside(b, Label(results), params, results, size=b.draw(0, 12), ending=_table_away)
    b.out += END


_NEVER = (plain("i32.eq"), plain("i32.ne") + plain("i32.eqz"))


def unreachable(b: Builder) -> None:
    """A trap behind a condition that hardly ever holds; any condition in as many cases as the profile is wild."""
    if b.wild and b.draw(0, 1023) > 1023 - 8 * b.wild:
        b.want_condition()
        b.stack = b.stack[:-1]
    else:
        b.expression("i", 1)
        b.out += i32_const(b.choices.bits(32)) + _NEVER[b.draw(0, 1)]
    b.out += IF + b.block_type("", "")
    _inside(b, Label("", conditional=True), "", "", size=0, ending=_trap_away)
    b.out += END


def nop(b: Builder) -> None:
    b.out += NOP


# --- conditions


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
    """A comparison that is consumed only after other statements: its flags cannot live that long, its value must."""
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
        _statement(b)
    if which == 0:
        _select_on_top(b)
    elif which == 1:
        _if_on_top(b)
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


def _statement(b: Builder) -> None:
    """Something that leaves the stack as it was."""
    letter = b.some_type()
    b.expression(letter, 2)
    b.stack += letter
    b.sink()
