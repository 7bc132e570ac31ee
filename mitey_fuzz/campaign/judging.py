"""What is asked of a candidate while a divergence is minimized, so that no clock decides what comes out.

A candidate is judged by work: the reference interpreter counts its jumps and refuses what makes far more of them than
the case as found, and subjects may execute so many machine instructions, where their host can count them.  Deadlines
are for emergencies alone.
"""

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from ..case import Case
from ..compare.verdict import Divergence
from ..minimize.observe import work
from ..store import bucket
from ..subject import JitEngine
from .panel import Panel

#: Seconds after which a step of a candidate is given up, whatever it would do.
EMERGENCY_S = 10.0

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a candidate shows the divergence of a signature, within bounds of work.

    sign       what the divergence looks like
    looks      the most work of the interpreter in one step, in looks of 2,048 jumps; None where it is not counted
    allowance  the most instructions of a subject of ours in one step
    """

    sign: bucket.Signature
    looks: int | None
    allowance: int


def ask(panel: Panel, question: Question, case: Case, clock: Clock = time.monotonic) -> tuple[bool, bool]:
    """The answer to the question, of a panel that is limited to its allowance; and whether a deadline gave it."""
    if question.looks is not None and work(case, question.looks) is None:
        return False, False
    start = clock()
    verdict = panel.judge_once(case, EMERGENCY_S)
    late = clock() - start >= EMERGENCY_S
    return isinstance(verdict, Divergence) and bucket.signature(verdict) == question.sign, late


class PanelJudge:
    """Judges candidates by a question with one panel, which is limited to its allowance.

    `late` counts those that an emergency deadline ended.
    """

    width = 1

    def __init__(self, panel: Panel, question: Question, clock: Clock) -> None:
        self.late = 0
        self._panel = panel
        self._question = question
        self._clock = clock

    def answers(self, cases: Sequence[Case]) -> Generator[bool]:
        for case in cases:
            holds, late = ask(self._panel, self._question, case, self._clock)
            self.late += late
            yield holds


def limit(panel: Panel, instructions: int | None) -> bool:
    """From now on a step of a subject of ours ends after so many machine instructions, whatever the time.

    Gives whether all subjects can count; the others have deadlines alone.  None takes the bound away.
    """
    ours = [engine for engine in panel.subjects if isinstance(engine, JitEngine)]
    able = [engine.limit_work(instructions) for engine in ours]
    return all(able) and len(ours) == len(panel.subjects)
