"""Minimizing a divergence with the engines of a panel, so that no clock decides what comes out.

A candidate is judged by work: the reference interpreter counts its jumps and refuses what makes far more of them than
the case as found, and subjects may execute so many machine instructions, where their host can count them.  Deadlines
are for emergencies alone; where one was met, or time ran out, the result says that another machine may find another.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..case import Case
from ..compare.verdict import Divergence, DivergenceKind
from ..minimize import Ended, minimize
from ..minimize.observe import work
from ..store import bucket
from ..store.layout import JsonObject
from ..subject import JitEngine
from .panel import Panel

#: Instructions that a subject may execute in one step of a candidate: the first of these at which the case itself still
#: shows its divergence.  One that hangs needs more to be believed.
ALLOWANCES = (1 << 20, 1 << 23, 1 << 27)

#: The most work of the interpreter in one step of a candidate beyond twice the case's own, in looks of 2,048 jumps.
LOOKS = 1

#: The most work of a case itself that is worth counting.
MOST_LOOKS = 2000

#: Seconds after which a step of a candidate is given up, whatever it would do.
EMERGENCY_S = 10.0

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Effort:
    """What a minimization took.

    `late` counts candidates that an emergency deadline ended, and `counted` says whether work was counted at all.
    """

    candidates: int
    accepted: int
    ended: Ended
    late: int
    counted: bool

    def to_json(self) -> JsonObject:
        """What a finding's provenance says of it."""
        return {
            "candidates": self.candidates,
            "accepted": self.accepted,
            "ended": self.ended.value,
            "late": self.late,
            "counted": self.counted,
            "deterministic": self.deterministic,
        }

    @property
    def deterministic(self) -> bool:
        """Whether any machine would have come to the same result."""
        return self.counted and not self.late and self.ended is not Ended.TIME


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A minimized case, how it diverges, and what that took."""

    case: Case
    divergence: Divergence
    effort: Effort


class _Judge:
    """Whether a candidate shows the divergence of a signature, within bounds of work."""

    def __init__(self, panel: Panel, sign: bucket.Signature, looks: int | None, clock: Clock) -> None:
        self.panel = panel
        self.sign = sign
        self.looks = looks
        self.clock = clock
        self.late = 0

    def __call__(self, case: Case) -> bool:
        if self.looks is not None and work(case, self.looks) is None:
            return False
        start = self.clock()
        verdict = self.panel.judge_once(case, EMERGENCY_S)
        self.late += self.clock() - start >= EMERGENCY_S
        return isinstance(verdict, Divergence) and bucket.signature(verdict) == self.sign


def shrink(
    panel: Panel,
    case: Case,
    divergence: Divergence,
    *,
    seconds: float,
    stopped: Callable[[], bool] = lambda: False,
    clock: Clock = time.monotonic,
) -> Shrunk:
    """The smallest case found that diverges with the same signature; the case itself where that is all.

    `seconds` are the emergency stop, and so is whoever says `stopped`.  What is found diverges under the panel's own
    deadlines too.
    """
    end = clock() + seconds
    sign = bucket.signature(divergence)
    own = work(case, MOST_LOOKS)
    looks = None if own is None else 2 * own + LOOKS
    judge = _Judge(panel, sign, looks, clock)
    allowances = ALLOWANCES[1:] if divergence.kind is DivergenceKind.HANG else ALLOWANCES
    effort = Effort(0, 0, Ended.FIXED_POINT, 0, counted=False)
    with panel.unwatched():
        for allowance in allowances:
            with _counting(panel, allowance) as counted:
                if not judge(case):
                    continue
                small = minimize(case, judge, expired=lambda: clock() >= end or stopped())
            counts = counted and looks is not None
            effort = Effort(small.candidates, small.accepted, small.ended, judge.late, counts)
            verdict = panel.judge(small.case)
            if isinstance(verdict, Divergence) and bucket.signature(verdict) == sign:
                return Shrunk(small.case, verdict, effort)
    return Shrunk(case, divergence, effort)


@contextmanager
def _counting(panel: Panel, instructions: int) -> Iterator[bool]:
    """While this lasts, a step of a subject of ours ends after so many machine instructions, whatever the time.

    Gives whether all subjects can count; the others have deadlines alone.
    """
    ours = [engine for engine in panel.subjects if isinstance(engine, JitEngine)]
    able = [engine.limit_work(instructions) for engine in ours]
    try:
        yield all(able) and len(ours) == len(panel.subjects)
    finally:
        for engine in ours:
            engine.limit_work(None)
