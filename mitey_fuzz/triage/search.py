"""Finds the first point of a run at which an engine's state is wrong, by cutting the run short there.

The reference is an engine whose word is taken.  What an engine shows at a point is everything a program can know:
operand stack, memories, globals, tables, host calls.  Locals are not looked at unless somebody asks: reading one is an
instruction of its own, which may be what is wrong.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from jit.wasm.module import Module
from jit.wasm.types import FUNCREF, TrapKind, ValType, Value
from oracles.protocol import Capabilities, Engine, Exhausted, Rejected, Trapped, Unsupported

from ..case import Case
from ..compare import differ
from ..compare.differ import Step
from ..compare.rules import Pair
from ..compare.verdict import DivergenceKind
from .probes import Cut, Kind, Look, cut, shown, tap, tapped
from .stacks import Shape
from .track import CALLS, Site, Track

LINEAR = 48
"""Up to so many points are looked at one after the other, which finds the first wrong one; more are bisected."""
NEVER = 0
"""The coming by a site that a cut waits for in vain."""

Difference = tuple[DivergenceKind, str]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What two engines showed at one point, seen through one kind of cut."""

    kind: Kind
    look: Look
    case: Case
    expected: Step
    actual: Step
    difference: Difference | None

    @property
    def wanted(self) -> tuple[Value, ...]:
        return shown(self.expected, self.kind, self.look) or ()

    @property
    def found(self) -> tuple[Value, ...] | None:
        """What the engine under suspicion had; None where it did not come by."""
        return shown(self.actual, self.kind, self.look)


@dataclass(frozen=True, slots=True)
class Run:
    """How a case ended on an engine: the last step there was, which one that was, and what the engine can tell."""

    number: int
    step: Step
    can: Capabilities


def _shows_functions_alike(glimpse: Glimpse, others: Sequence[Glimpse]) -> bool:
    """Whether a host, which functions are handed to without a name, is asked about what differs in functions alone."""
    differing = {
        wanted.type
        for other in others
        if other.found is not None
        for wanted, found in zip(other.wanted, other.found, strict=True)
        if wanted != found
    }
    return glimpse.kind is Kind.HOST and not glimpse.difference and differing == {FUNCREF}


def run(engine: Engine, case: Case, deadline_s: float) -> Run:
    """Runs a case to its end."""
    steps = list(differ.observe(differ.oracle(engine), case, deadline_s, lambda _: nullcontext()))
    return Run(len(steps) - 1, steps[-1], engine.can)


def differ_in(expected: Run, actual: Run) -> Difference | None:
    """In what the last steps of two runs differ."""
    return differ.compare(expected.step, actual.step, Pair(expected.can, actual.can))


class Search:
    """The runs of one case on the suspect and the reference.  `track` are the reference's points.

    All runs are made by `run`, and what that raises leaves every method.
    """

    def __init__(
        self,
        module: Module,
        case: Case,
        track: Track,
        shapes: dict[Site, Shape],
        suspect: Engine,
        reference: Engine,
        run: Callable[[Engine, Case], Run],
    ) -> None:
        self.module = module
        self.case = case
        self.track = track
        self.shapes = shapes
        self.suspect = suspect
        self.reference = reference
        self.run = run
        self.pair = Pair(reference.can, suspect.can)
        self.is_soft = False
        """Whether cuts keep what follows them alive (see `probes.Cut`)."""
        self._seen: dict[tuple[int, Look, bool], tuple[Glimpse, ...]] = {}

    def shape(self, at: int) -> Shape:
        return self.shapes[self.track.points[at]]

    def stack(self, at: int) -> Look:
        """What there is to see at a point: its operand stack."""
        return self.look(self.track.points[at])

    def look(self, site: Site) -> Look:
        return Look(self.shapes[site].stack)

    def glimpses(self, at: int, look: Look) -> tuple[Glimpse, ...]:
        """What the engines show at a point, through every kind of cut that works there."""
        key = at, look, self.is_soft
        if key not in self._seen:
            where = Cut(self.track.points[at], self.track.occurrence(at), look, self.is_soft)
            self._seen[key] = self._glimpses(self.module, where)
        return self._seen[key]

    def _glimpses(self, module: Module, where: Cut) -> tuple[Glimpse, ...]:
        seen = (self._glimpse(module, kind, where) for kind in Kind)
        return tuple(glimpse for glimpse in seen if glimpse is not None)

    def _glimpse(self, module: Module, kind: Kind, where: Cut) -> Glimpse | None:
        """None where the reference does not come by, or the suspect refuses the module."""
        case = cut(module, self.case, kind, where)
        expected = self.run(self.reference, case)
        if not _stops(expected.step) or shown(expected.step, kind, where.look) is None:
            return None
        actual = self.run(self.suspect, case)
        if isinstance(actual.step.outcome, Rejected | Unsupported | Exhausted):
            return None
        return Glimpse(kind, where.look, case, expected.step, actual.step, differ_in(expected, actual))

    def is_wrong(self, at: int, look: Look | None = None) -> bool | None:
        """Whether the state at a point is wrong, in every way of looking at it; None where none works.

        Where they do not agree, those are left out that are blind there, if the others have been right in the function:
        what is wrong may be what a cut is made of.
        """
        look = self.stack(at) if look is None else look
        seen = self.glimpses(at, look)
        verdict = _all_differ(seen)
        if verdict is not False or not any(glimpse.difference for glimpse in seen):
            return verdict
        return all(
            self._has_been_right(at, glimpse.kind) if glimpse.difference else self._is_blind(at, glimpse)
            for glimpse in seen
            if not _shows_functions_alike(glimpse, seen)
        )

    def agree(self, at: int) -> bool:
        """Whether every way of looking at the operand stack at a point that can shows that it is wrong."""
        seen = self.glimpses(at, self.stack(at))
        return _all_differ(tuple(g for g in seen if not _shows_functions_alike(g, seen))) is True

    def leaves_module(self, at: int) -> bool:
        """Whether the instruction at a point calls into a companion, where nobody looks on."""
        track = self.track
        calls = track.instr(track.points[at]).op in CALLS
        return calls and bool(self.case.companions) and track.frames[at : at + 2] == [track.frames[at]] * 2

    def _is_blind(self, at: int, glimpse: Glimpse) -> bool:
        """Whether a cut of this kind, even if it never happens, makes the difference go away."""
        where = Cut(self.track.points[at], NEVER, glimpse.look, is_soft=True)
        return not _count_as_different(*self._pair(cut(self.module, self.case, glimpse.kind, where)))

    def _has_been_right(self, at: int, kind: Kind) -> bool:
        """Whether a cut of this kind shows what is expected where the function of a point is entered."""
        frame = self.track.frames[at]
        first = self.track.frames.index(frame, self.track.begins)
        return any(g.kind is kind and g.difference is None for g in self.glimpses(first, self.stack(first)))

    def is_wrong_in(self, module: Module, where: Cut) -> bool | None:
        """The same of another module than the case's own."""
        return _all_differ(self._glimpses(module, where))

    def outlasts(self, at: int) -> bool:
        """Whether the suspect still differs in the end with a cut at this point that never happens."""
        where = Cut(self.track.points[at], NEVER, self.stack(at), is_soft=True)
        return any(_count_as_different(*self._pair(cut(self.module, self.case, kind, where))) for kind in Kind)

    def tapped(self, at: int, type: ValType) -> tuple[Value, Value] | None:
        """The result of the instruction at a point, expected and actual, where tapping it leaves the difference."""
        case = tap(self.module, self.case, self.track.points[at], type)
        expected, actual = self._pair(case)
        if not _count_as_different(expected, actual):
            return None
        one, other = tapped(expected.step), tapped(actual.step)
        return None if one is None or other is None else (one, other)

    def passed(self, at: int) -> tuple[Value, ...] | None:
        """What the suspect has behind the instruction of the last point, where the reference traps; None if it too.

        None, too, where cuts behind the instruction do not agree about that.
        """
        site = self.track.points[at]
        behind = site._replace(number=site.number + 1)
        if behind not in self.shapes:
            return None
        where = Cut(behind, self.track.points.count(behind) + 1, self.look(behind))
        cases = [(kind, cut(self.module, self.case, kind, where)) for kind in Kind]
        steps = [(kind, self.run(self.suspect, case).step) for kind, case in cases]
        seen = [shown(step, kind, where.look) if _stops(step) else None for kind, step in steps]
        return None if None in seen else seen[0]

    def ends(self) -> tuple[Step, Step]:
        """How the case ends, expected and actual."""
        expected, actual = self._pair(self.case)
        return expected.step, actual.step

    def _pair(self, case: Case) -> tuple[Run, Run]:
        return self.run(self.reference, case), self.run(self.suspect, case)


def _count_as_different(expected: Run, actual: Run) -> bool:
    refused = isinstance(actual.step.outcome, Rejected | Unsupported | Exhausted)
    return not refused and differ_in(expected, actual) is not None


def _all_differ(seen: tuple[Glimpse, ...]) -> bool | None:
    return all(glimpse.difference is not None for glimpse in seen) if seen else None


def _stops(step: Step) -> bool:
    return isinstance(step.outcome, Trapped) and step.outcome.kind is TrapKind.UNREACHABLE


def flip(candidates: Sequence[int], is_wrong: Callable[[int], bool | None]) -> tuple[int | None, int | None]:
    """The last right candidate before the first wrong one, and that; None for one that there is not.

    Of many candidates it is *a* wrong one behind a right one.
    """
    if len(candidates) <= LINEAR:
        right: int | None = None
        for candidate in candidates:
            verdict = is_wrong(candidate)
            if verdict:
                return right, candidate
            if verdict is False:
                right = candidate
        return right, None
    low, high = -1, len(candidates)
    while high - low > 1:
        middle = (low + high) // 2
        nearby = (*range(middle, high), *range(middle - 1, low, -1))
        told = next(((n, v) for n in nearby if (v := is_wrong(candidates[n])) is not None), None)
        if told is None:
            break
        low, high = (low, told[0]) if told[1] else (told[0], high)
    return candidates[low] if low >= 0 else None, candidates[high] if high < len(candidates) else None
