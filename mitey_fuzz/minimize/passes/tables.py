"""Nearer elements: an active segment moves to place 0 of its table, with one constant that is an index into it."""

from collections.abc import Iterator
from dataclasses import replace

from jit.wasm.body import const, expr
from jit.wasm.module import Mode
from jit.wasm.opcodes import BY_NAME
from jit.wasm.types import I32

from ..draft import Draft
from ..problem import Problem
from ..search import put
from .memory import address_of

_CONST = BY_NAME["i32.const"]


def elements(problem: Problem) -> None:
    """Moves every segment home that can be."""
    for at in range(len(problem.best.module.elems)):
        problem.accept_any(_at_home(problem.best, at))


def _at_home(draft: Draft, at: int) -> Iterator[Draft]:
    module = draft.module
    segment = module.elems[at]
    start = address_of(segment.offset)
    if segment.mode is not Mode.ACTIVE or start is None:
        return
    for index, instrs in enumerate(draft.bodies):
        for place, instr in enumerate(instrs):
            skipped = instr.immediates[0] - start if instr.op is _CONST else -1
            if 0 <= skipped < len(segment.items) and instr.immediates[0]:
                home = replace(segment, offset=expr(const(I32, 0)), items=segment.items[skipped:])
                moved = draft.with_module(replace(module, elems=put(module.elems, at, home)))
                yield moved.with_body(index, put(instrs, place, const(I32, 0)))
