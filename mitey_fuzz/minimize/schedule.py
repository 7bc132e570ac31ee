"""Which passes run in which order, to a fixed point.

First what cuts most, then what cuts finely; the round is repeated until a whole one changes nothing.  The result of the
same case and the same predicate is always the same, unless time runs out, and then it is the best so far.
"""

from collections.abc import Callable
from contextlib import suppress

from jit.errors import WasmError

from ..case import Case
from .draft import Draft
from .passes import constants, control, functions, instructions, script, sections, signatures
from .problem import Expired, Problem, Reproduces

Pass = Callable[[Problem], None]

CUTS: tuple[Pass, ...] = (
    script.calls,
    functions.empty,
    sections.exports,
    sections.start,
    sections.customs,
    sections.segments,
    sections.unused,
)
"""Passes that take away large parts, run once before everything else."""

ROUND: tuple[Pass, ...] = (
    control.dead,
    instructions.units,
    control.blocks,
    control.branches,
    signatures.writes,
    functions.promote,
    functions.empty,
    script.calls,
    signatures.types,
    signatures.locals,
    sections.exports,
    sections.segments,
    sections.unused,
    sections.limits,
    sections.globals,
    constants.constants,
    script.arguments,
    sections.names,
)
"""Passes that are repeated until none of them makes progress."""


def minimize(case: Case, reproduces: Reproduces, *, expired: Callable[[], bool]) -> Case:
    """The simplest case found that still reproduces, by `order.key`; `case` itself where nothing simpler does.

    `reproduces` must hold for `case`.  `expired` is asked before every candidate; when it says so, the best so far is
    the result.
    """
    try:
        problem = Problem(Draft.of(case), reproduces, expired)
    except WasmError:
        return case
    with suppress(Expired):
        _fixed_point(problem)
    sections.definitions(problem)
    return problem.best.case if problem.accepted else case


def _fixed_point(problem: Problem) -> None:
    for each in CUTS:
        each(problem)
    before = -1
    while problem.accepted != before:
        before = problem.accepted
        for each in ROUND:
            each(problem)
