"""Steps that call: earlier functions freely, any function counting down, tables by index.

A call to a function that is not finished may come back here.  Such calls stand under a condition on the first
parameter, which they pass on less one: recursion is real, and ends.
"""

from collections.abc import Sequence
from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import MOST_COST, Builder
from .dirty import dirty_i32, exactly
from .emit import ELSE, END, IF, LOCAL_GET, i32_const, plain
from .plan import FunctionPlan, Run
from .terminate import INDIRECT

_AND: Final = plain("i32.and")
_ADD: Final = plain("i32.add")
_LESS_ONE: Final = i32_const(1) + plain("i32.sub")
DEEPEST_RECURSION: Final = 7
"""Recursive calls take the first parameter modulo one more than this."""


def _affordable(b: Builder, cost: int) -> bool:
    return b.cost + len(b.out) + b.trips * cost < MOST_COST


def call(b: Builder) -> None:
    """A direct call; where there are functions of other instances, one of those half of the time."""
    functions: Sequence[FunctionPlan] = b.plan.functions
    if b.plan.linked and b.draw(0, 1):
        functions = b.plan.linked
    callee = functions[b.draw(0, len(functions) - 1)]
    if callee.last >= b.function.index:
        code = instruction(op("call"), callee.index)
        if callee.counts_down and b.function.counts_down and _may_recurse(b):
            _recurse(b, callee.params, callee.results, code, callee.index)
            return
        if b.function.index == 0:
            b.push_leaf("i")
            return
        callee = b.plan.functions[b.draw(0, b.function.index - 1)]
    if callee.last >= b.function.index or not _affordable(b, callee.cost):
        b.push_leaf("i")
        return
    start = len(b.out)
    if b.draw(0, 5) == 5:
        _crowd(b)
    _arguments(b, callee.params)
    b.mark(instruction(op("call"), callee.index), callee.index, start)
    b.pop(callee.params)
    b.stack += callee.results
    b.cost += callee.cost * b.trips


def _crowd(b: Builder) -> None:
    """Values of several types, and a comparison, that have to live through the call."""
    letters = "".join([b.some_number() for _ in range(b.draw(2, 7))])
    for letter in letters:
        b.leaf(letter)
    b.comparison()
    b.stack += letters + "i"


def _arguments(b: Builder, params: str) -> None:
    """What is on the stack as far as it fits; or all fresh, each i32 with a dirty upper half, or still flags."""
    if "i" not in params or b.draw(0, 3) < 3:
        b.supply(params)
        return
    for letter in params:
        if letter != "i":
            b.expression(letter, 1)
        elif b.draw(0, 2) == 2:
            b.comparison()
        else:
            dirty_i32(b)
    b.stack += params


def _may_recurse(b: Builder) -> bool:
    """One recursive call in a function, outside loops, and cheap: several would multiply at each depth."""
    return b.trips == 1 and not b.calls_itself and b.cost < MOST_COST // (DEEPEST_RECURSION + 1)


def _recurse(b: Builder, params: str, results: str, code: bytes, callee: int, index: bytes = b"") -> None:
    """A call under the condition that the first parameter's low bits are not zero; they are passed on less one.

    `code` is the call, `callee` as in a `Site`; `index` pushes the table index of an indirect one.
    """
    b.calls_itself = True
    b.out += LOCAL_GET[0] + i32_const(DEEPEST_RECURSION) + _AND + IF + b.block_type("", results)
    start = len(b.out)
    b.out += LOCAL_GET[0] + i32_const(DEEPEST_RECURSION) + _AND + _LESS_ONE
    for letter in params[1:]:
        b.expression(letter, 1)
    b.out += index
    b.mark(code, callee, start)
    if results:
        b.out += ELSE
        for letter in results:
            b.leaf(letter)
    b.out += END
    b.stack += results


def call_indirect(b: Builder) -> None:
    """A call through a run of slots that hold functions of one type; a wild one takes any index or type."""
    runs = b.plan.runs
    run = runs[b.draw(0, len(runs) - 1)]
    costs = [b.plan.functions[index].cost for index in run.functions] or [run.cost]
    code = instruction(op("call_indirect"), b.plan.types.index(run.params, run.results), run.table)
    if run.last >= b.function.index:
        if run.params[:1] == "i" and b.function.counts_down and _may_recurse(b):
            _recurse(b, run.params, run.results, code, INDIRECT, i32_const(run.base + b.draw(0, run.mask)))
        else:
            call(b)
        return
    if not _affordable(b, costs[0]):
        b.push_leaf("i")
        return
    start = len(b.out)
    _arguments(b, run.params)
    _slot(b, run)
    b.mark(code, INDIRECT, start)
    b.pop(run.params)
    b.stack += run.results
    b.cost += max(costs) * b.trips


def call_written(b: Builder) -> None:
    """A call through a slot that was written, or appended, just before."""
    candidates = [f for f in map(b.plan.functions.__getitem__, b.plan.exported) if f.last < b.function.index]
    tables = [index for index in b.plan.tables_of("r") if b.plan.tables[index].scratch < b.plan.tables[index].minimum]
    if not candidates or not tables:
        b.push_leaf("i")
        return
    callee = candidates[b.draw(0, len(candidates) - 1)]
    index = tables[b.draw(0, len(tables) - 1)]
    if not _affordable(b, callee.cost):
        b.push_leaf("i")
        return
    table = b.plan.tables[index]
    slot = b.draw(table.scratch, table.minimum - 1)
    start = len(b.out)
    _arguments(b, callee.params)
    exactly(b, slot)
    b.out += instruction(op("ref.func"), callee.index)
    if b.draw(0, 1):
        b.out += instruction(op("table.set"), index)
    else:
        b.out += i32_const(b.draw(1, table.minimum - slot)) + instruction(op("table.fill"), index)
    exactly(b, slot)
    b.mark(instruction(op("call_indirect"), b.plan.types.index(callee.params, callee.results), index), INDIRECT, start)
    b.pop(callee.params)
    b.stack += callee.results
    b.cost += callee.cost * b.trips


def _slot(b: Builder, run: Run) -> None:
    """Pushes an index into a run: computed, or a constant; a wild one is any slot, or none."""
    if b.wild and b.draw(0, 1023) > 1023 - 8 * b.wild:
        table = b.plan.tables[run.table]
        b.out += i32_const(b.draw(0, table.minimum + 1) if b.draw(0, 3) else b.choices.bits(32))
        return
    which = b.draw(0, 5)
    if which < 2:
        b.out += i32_const(run.base + b.draw(0, run.mask))
    elif which < 4:
        dirty_i32(b, run.mask, run.base)
    else:
        b.leaf("i")
        b.out += i32_const(run.mask) + _AND
        if run.base:
            b.out += i32_const(run.base) + _ADD
