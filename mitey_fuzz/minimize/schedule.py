"""Which passes run in which order, to a fixed point.

First what cuts most, then what cuts finely; the round is repeated until a whole one changes nothing.  Work is bounded
by the number of candidates, so the result of the same case and the same predicate is always the same; time is for
emergencies, and then the best so far is the result, which says so.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from jit.errors import WasmError

from ..case import Case
from . import framed
from .draft import Draft
from .guesses import Expired, Guesses, Judge, Mistaken, OneByOne, Reproduces
from .passes import (
    arguments,
    canonical,
    companions,
    constants,
    control,
    extract,
    functions,
    imports,
    instructions,
    labels,
    memory,
    observed,
    script,
    sections,
    signatures,
    stretches,
    tables,
    types,
)
from .problem import Mark, Problem
from .raw import Bytes

Pass = Callable[[Problem], None]

MOST_CANDIDATES = 5000
"""Candidates run for one case; planted bugs take some hundreds."""

INSIDE: tuple[Pass, ...] = (
    functions.empty,
    sections.exports,
    sections.start,
    sections.customs,
    sections.segments,
    sections.unused,
    control.dead,
    stretches.stretches,
    instructions.units,
    control.blocks,
    control.branches,
    control.types,
    signatures.locals,
    sections.limits,
    sections.globals,
    memory.data,
    tables.elements,
    constants.constants,
)
"""Passes for a companion: those that need no script, and leave its functions the types that they are imported with."""


def _inside(problem: Problem) -> None:
    companions.inside(problem, INSIDE)


CUTS: tuple[Pass, ...] = (
    script.calls,
    companions.hosted,
    companions.alone,
    companions.calls_back,
    observed.promote,
    observed.unreached,
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
    stretches.stretches,
    observed.promote,
    extract.extract,
    instructions.units,
    arguments.arguments,
    control.blocks,
    control.branches,
    control.types,
    labels.results,
    functions.empty,
    script.calls,
    types.types,
    signatures.locals,
    sections.exports,
    sections.customs,
    sections.segments,
    sections.unused,
    imports.imports,
    sections.limits,
    sections.globals,
    memory.data,
    tables.elements,
    constants.constants,
    script.arguments,
    companions.hosted,
    companions.alone,
    companions.calls_back,
    _inside,
    canonical.canonical,
)
"""Passes that are repeated until none of them makes progress."""

UNTYPED: tuple[Pass, ...] = (
    script.calls,
    sections.exports,
    sections.start,
    sections.customs,
    sections.segments,
    script.arguments,
)
"""What can be tried on a module that is not valid, about whose code nothing can be assumed."""


class Ended(Enum):
    """Why minimizing ended."""

    FIXED_POINT = "fixed point"  # no pass makes it simpler
    CANDIDATES = "candidates"  # the bound on work: the same everywhere
    TIME = "time"  # the emergency stop: another machine may get further


@dataclass(frozen=True, slots=True)
class Minimum:
    """The simplest case found, and what that took: candidates run, and those that were simpler and reproduced."""

    case: Case
    candidates: int
    accepted: int
    ended: Ended


def minimize(
    case: Case,
    reproduces: Reproduces | Judge,
    *,
    expired: Callable[[], bool] = lambda: False,
    most: int = MOST_CANDIDATES,
) -> Minimum:
    """The simplest case found that still reproduces, by `order.key`; `case` itself where nothing simpler does.

    `reproduces` must hold for `case`, and be a function of its argument alone for the result to be one of `case`.
    `expired` is asked before candidates are judged and ends the search; `most` bounds the candidates.
    """
    guesses = Guesses(OneByOne(reproduces) if callable(reproduces) else reproduces, expired)
    try:
        problem = Problem(Draft.of(case), guesses, most)
    except WasmError:
        return _raw(case, guesses, most)
    ended = Ended.FIXED_POINT
    try:
        _fixed_point(problem, guesses)
    except Expired as expiry:
        ended = Ended(str(expiry))
    sections.definitions(problem)
    return Minimum(problem.best.case if problem.accepted else case, problem.tried, problem.accepted, ended)


def _raw(case: Case, guesses: Guesses, most: int) -> Minimum:
    """What is left of bytes that do not decode."""
    while True:
        raw = Bytes(case, guesses, most)
        ended = Ended.FIXED_POINT
        try:
            with _settling(guesses):
                framed.shrink(raw)
        except Mistaken:
            continue
        except Expired as expiry:
            ended = Ended(str(expiry))
        return Minimum(raw.best, raw.tried, raw.accepted, ended)


def _fixed_point(problem: Problem, guesses: Guesses) -> None:
    """Runs pass after pass until a whole round accepts nothing; where a guess was wrong, again from its pass."""
    marks: list[Mark] = []
    while True:
        try:
            with _settling(guesses):
                _advance(problem, guesses, marks)
        except Mistaken as mistaken:
            problem.rewind(marks[mistaken.stage])
            del marks[mistaken.stage :]
        else:
            return


def _advance(problem: Problem, guesses: Guesses, marks: list[Mark]) -> None:
    """Runs the passes behind those that have left their marks."""
    cuts, around = (CUTS, ROUND) if problem.only_valid else ((), UNTYPED)
    while True:
        rounds, at = divmod(len(marks) - len(cuts), len(around))
        if rounds > 0 and at == 0 and problem.accepted == marks[-len(around)].accepted:
            return
        guesses.stage = len(marks)
        marks.append(problem.mark())
        (cuts[guesses.stage] if rounds < 0 else around[at])(problem)


@contextmanager
def _settling(guesses: Guesses) -> Iterator[None]:
    """Has nothing guessed when a `with` ends, be it because all that is allowed is used up."""
    try:
        yield
    except Expired:
        guesses.settle()
        raise
    guesses.settle()
