"""Minimizing a divergence with the engines of a panel, so that no clock decides what comes out (see `judging`).

Where a deadline was met all the same, or time ran out, the result says that another machine may find another.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..case import Case
from ..compare.verdict import Divergence, DivergenceKind
from ..minimize import MOST_CANDIDATES, Ended, minimize
from ..minimize.observe import work
from ..store import bucket
from ..store.layout import JsonObject
from .judging import Clock, PanelJudge, Question, limit
from .panel import Panel
from .pool import JudgePool

#: Instructions that a subject may execute in one step of a candidate: the first of these at which the case itself still
#: shows its divergence.  One that hangs needs more to be believed.
ALLOWANCES = (1 << 20, 1 << 23, 1 << 27)

#: The most work of the interpreter in one step of a candidate beyond twice the case's own, in looks of 2,048 jumps.
LOOKS = 1

#: The most work of a case itself that is worth counting.
MOST_LOOKS = 2000


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


def shrink(
    panel: Panel,
    case: Case,
    divergence: Divergence,
    *,
    seconds: float,
    most: int = MOST_CANDIDATES,
    stopped: Callable[[], bool] = lambda: False,
    clock: Clock = time.monotonic,
    pool: JudgePool | None = None,
) -> Shrunk:
    """The smallest case found among `most` that diverges with the same signature; the case itself where that is all.

    `seconds` are the emergency stop, and so is whoever says `stopped`.  What is found diverges under the panel's own
    deadlines too.  With a `pool` the same comes out, sooner where candidates take long.
    """
    end = clock() + seconds
    sign = bucket.signature(divergence)
    own = work(case, MOST_LOOKS)
    looks = None if own is None else 2 * own + LOOKS
    late = 0
    effort = Effort(0, 0, Ended.FIXED_POINT, 0, counted=False)
    with panel.unwatched():
        for allowance in ALLOWANCES[1:] if divergence.kind is DivergenceKind.HANG else ALLOWANCES:
            question = Question(sign, looks, allowance)
            alone = PanelJudge(panel, question, clock)
            counted = limit(panel, allowance)
            try:
                shows = next(alone.answers([case]))
                late += alone.late
                if not shows:
                    continue
                judge = PanelJudge(panel, question, clock) if pool is None else pool.judging(question)
                small = minimize(case, judge, expired=lambda: clock() >= end or stopped(), most=most)
            finally:
                limit(panel, None)
            late += judge.late
            effort = Effort(small.candidates, small.accepted, small.ended, late, counted and looks is not None)
            if small.ended is Ended.TIME and not small.accepted:
                return Shrunk(case, divergence, effort)
            verdict = panel.judge(small.case)
            if isinstance(verdict, Divergence) and bucket.signature(verdict) == sign:
                return Shrunk(small.case, verdict, effort)
    return Shrunk(case, divergence, effort)
