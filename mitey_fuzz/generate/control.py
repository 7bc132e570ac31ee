"""Blocks and branches.

A loop counts a local of its own down at its head, and every branch back asks for it: so loops end by themselves, and
`terminate` has to step in only where generated code is wrong about that.
"""

from collections.abc import Callable
from typing import Final, Literal

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from . import terminate
from .builder import Builder, Label, Step
from .carried import permute
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
    i32_const,
    i64_const,
    plain,
)
from .endings import Ending, any_ending, branch_away, counter_holds, dead, return_away, table_away, trap_away

MOST_TRIPS: Final = 64
"""Iterations of the innermost loop in a nest, multiplied out."""
WIDEST: Final = 12
"""Parameters or results of a block at most: more than any engine carries in registers."""


def _signature(b: Builder) -> tuple[str, str]:
    """Parameters, taken from what is on the stack, and results of a block."""
    if not b.plan.profile.multi_value:
        return "", b.some_type() if b.draw(0, 1) else ""
    if b.draw(0, 7) == 7:
        count, most = min(b.draw(0, WIDEST), b.height), WIDEST
    else:
        count, most = min(b.draw(0, 4), b.draw(0, 4), b.height), min(b.plan.profile.values, 6)
    return b.stack[len(b.stack) - count :], b.some_types(most)


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


# --- blocks


def block(b: Builder) -> None:
    if not b.has_room:
        b.push_leaf("i")
        return
    params, results = _signature(b)
    b.out += BLOCK + b.block_type(params, results)
    _inside(b, Label(results), params, results, size=_size(b), ending=any_ending)
    b.out += END


def if_(b: Builder) -> None:
    b.want_condition()
    if_on_top(b)


def if_on_top(b: Builder) -> None:
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
    _inside(b, Label(results, conditional=True), params, results, size=size, ending=any_ending)
    if params != results or b.draw(0, 1):
        b.out += ELSE
        b.stack = before
        _inside(b, Label(results, conditional=True), params, results, size=size // 2, ending=any_ending)
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
    way = b.draw(0, 4)
    by_table, by_branch = way == 3, way == 4
    label = Label(params, counter=counter, counter_letter=kind)
    if by_table:
        results = params if b.plan.profile.multi_value else ""
        b.out += BLOCK + b.block_type(params, results)
        b.labels.append(Label(results))
    b.mark(LOOP + b.block_type(params, results), terminate.LOOP)
    start, outer_trips = len(b.out), b.trips
    b.trips *= trips
    b.out += LOCAL_GET[counter] + _STEP[kind] + LOCAL_SET[counter]
    if by_branch:
        _inside_of_block(b, label, params, results)
    else:
        _inside(b, label, params, results, size=_size(b), ending=_back_by_table if by_table else _back_by_condition)
    b.out += END
    if by_table:
        b.labels.pop()
        b.out += END
    b.trips = outer_trips
    b.cost += (len(b.out) - start) * (trips - 1) * outer_trips
    b.counters[kind].append(counter)


_STEP: Final = {"i": i32_const(1) + plain("i32.sub"), "l": i64_const(1) + plain("i64.sub")}
_MASK: Final = {"i": plain("i32.and"), "l": plain("i64.and")}
_OR: Final = {"i": plain("i32.or"), "l": plain("i64.or")}
_EQZ: Final = {"i": plain("i32.eqz"), "l": plain("i64.eqz")}
_NUMBER: Final = {"i": i32_const, "l": i64_const}


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


def _back_by_condition(b: Builder, results: str) -> None:
    label = b.labels[-1]
    _supply(b, label.types)
    if label.counter_letter == "i" and b.draw(0, 1):
        b.out += LOCAL_GET[label.counter]
    else:
        counter_holds(b, label)
    b.out += instruction(op("br_if"), 0)
    b.settle(results)


def _back_by_table(b: Builder, results: str) -> None:
    """Zero leaves through the block around, all else goes back."""
    label = b.labels[-1]
    _supply(b, label.types)
    if label.counter_letter == "i":
        b.out += LOCAL_GET[label.counter]
    else:
        counter_holds(b, label)
    b.out += instruction(op("br_table"), 1, 0)
    dead(b, results)


def _inside_of_block(b: Builder, label: Label, params: str, results: str) -> None:
    """The inside of a loop that is a block: a condition leaves it, and with it the loop; its end goes back."""
    b.labels.append(label)
    b.out += BLOCK + b.block_type(params, results)
    _inside(b, Label(results), params, results, size=_size(b), ending=_back_by_branch)
    b.out += END
    b.labels.pop()


def _back_by_branch(b: Builder, results: str) -> None:
    label = b.labels[-2]
    _supply(b, results)
    b.out += LOCAL_GET[label.counter] + _EQZ[label.counter_letter] + instruction(op("br_if"), 0)
    b.settle(label.types)
    b.out += instruction(op("br"), 1)
    dead(b, results)


# --- branches


def _supply(b: Builder, types: str) -> None:
    """What a branch carries: as it is found, or in another order than that, half of the time."""
    b.supply(types)
    if len(types) > 1 and b.draw(0, 1):
        permute(b, types)


def br_if(b: Builder) -> None:
    """A branch that may be taken, its operands staying on the stack; back to a loop only while its counter lasts."""
    depth = b.draw(0, len(b.labels) - 1)
    label = b.labels[-1 - depth]
    if label.types.endswith("i") or b.draw(0, 2) == 0 or b.top() != "i":
        _supply(b, label.types)
        b.comparison()
    else:
        b.stack = b.stack[:-1]
        pending = b.some_local("i")
        b.out += LOCAL_SET[pending]
        b.supply(label.types)
        b.out += LOCAL_GET[pending]
    if label.counter >= 0:
        counter_holds(b, label)
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


def continue_(b: Builder) -> None:
    """A branch back to a loop, from within whatever blocks are in it, while its counter lasts."""
    loops = [depth for depth, label in enumerate(reversed(b.labels)) if label.counter >= 0]
    if not loops or not b.has_room:
        b.push_leaf("i")
        return
    depth = loops[b.draw(0, len(loops) - 1)]
    label = b.labels[-1 - depth]

    def back(b: Builder, results: str) -> None:
        _supply(b, label.types)
        b.out += instruction(op("br"), depth + 1)
        dead(b, results)

    counter_holds(b, label)
    b.out += IF + b.block_type("", "")
    _inside(b, Label("", conditional=True), "", "", size=b.draw(0, 8), ending=back)
    b.out += END


br: Step = _leaving(branch_away)
return_: Step = _leaving(return_away)
_leave_by_table = _leaving(table_away)


def br_table(b: Builder) -> None:
    """A block that ends in a `br_table`, or an arm that does and so may leave the blocks around it."""
    if not b.has_room or b.draw(0, 1):
        _leave_by_table(b)
        return
    params, results = _signature(b)
    b.out += BLOCK + b.block_type(params, results)
    _inside(b, Label(results), params, results, size=b.draw(0, 12), ending=table_away)
    b.out += END


_NEVER: Final = (plain("i32.eq"), plain("i32.ne") + plain("i32.eqz"))


def unreachable(b: Builder) -> None:
    """A trap behind a condition that hardly ever holds; any condition in as many cases as the profile is wild."""
    if b.wild and b.draw(0, 1023) > 1023 - 8 * b.wild:
        b.want_condition()
        b.stack = b.stack[:-1]
    else:
        b.expression("i", 1)
        b.out += i32_const(b.choices.bits(32)) + _NEVER[b.draw(0, 1)]
    b.out += IF + b.block_type("", "")
    _inside(b, Label("", conditional=True), "", "", size=0, ending=trap_away)
    b.out += END


def nop(b: Builder) -> None:
    b.out += NOP
