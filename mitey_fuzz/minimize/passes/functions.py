"""Whole functions get empty bodies."""

from dataclasses import replace

from jit.wasm.body import END, Instr

from ..draft import Body, Draft
from ..problem import Problem
from ..search import delete
from ..trees import zero


def empty(problem: Problem) -> None:
    """Bodies become constants, many at once where possible: `delete` keeps those that matter."""
    start = problem.best
    hollow = [_hollow(start, index) for index in range(len(start.bodies))]

    def attempt(kept: tuple[int, ...]) -> bool:
        full = set(kept)
        bodies = tuple(b if i in full else hollow[i] for i, b in enumerate(start.bodies))
        return problem.accept(replace(start, bodies=bodies))

    delete(tuple(range(len(start.bodies))), attempt)


def _hollow(draft: Draft, index: int) -> Body:
    results = draft.module.types[draft.module.functions[index]].results
    shorter = (*map(zero, results), Instr(END))
    return shorter if len(shorter) < len(draft.bodies[index]) else draft.bodies[index]
