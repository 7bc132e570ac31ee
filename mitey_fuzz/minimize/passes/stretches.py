"""Stretches of a body go, and what they leave undone on the operand stack is made up for by drops and constants.

A stretch is any run of whole items in one block.  Where it leaves values, zeros are tried first and then the values
that were there when the case ran.
"""

from collections.abc import Iterator

from jit.wasm.body import Instr

from ..draft import Draft
from ..problem import Problem
from ..trees import Stack, bridge, sequences, tidy


def stretches(problem: Problem) -> None:
    """Takes stretches away, long ones first, outer blocks first."""
    for index in range(len(problem.best.bodies)):
        block = 0
        while block < len(sequences(problem.best.bodies[index])):
            _shorten(problem, index, block)
            block += 1


def _shorten(problem: Problem, index: int, block: int) -> None:
    """Shortens one sequence of items; only those behind it in the order of sequences change with it."""
    size = len(sequences(problem.best.bodies[index])[block])
    while size:
        end = len(sequences(problem.best.bodies[index])[block])
        while end > 0:
            start = max(0, end - size)
            problem.accept_any(_without(problem, index, block, start, end))
            end = start
        size //= 2


def _without(problem: Problem, index: int, block: int, start: int, end: int) -> Iterator[Draft]:
    instrs = problem.best.bodies[index]
    items = sequences(instrs)[block]
    if end > len(items):
        return
    first, last = items[start][0], items[end - 1][1]
    stacks = problem.tree(index).stacks
    before, after = stacks[first], stacks[last + 1]
    if before is None or after is None:
        return
    tried: set[tuple[Instr, ...]] = set()
    for bits in _fillings(problem, index, last, after):
        made_up = bridge(before, after, bits)
        if made_up not in tried:
            tried.add(made_up)
            yield problem.best.with_body(index, tidy((*instrs[:first], *made_up, *instrs[last + 1 :])))


def _fillings(problem: Problem, index: int, last: int, after: Stack) -> Iterator[dict[int, int]]:
    """Bits for the operands behind an instruction: zeros, then what was seen there."""
    yield {}
    for operands in problem.seen.behind.get((index, last), ()) if after else ():
        top = operands[-len(after) :]
        yield dict(enumerate(top, len(after) - len(top)))
