"""Processes that judge candidates of one case at once, each with engines of its own.

They take longer to start than a planted bug takes to be minimized; what pays is a case whose candidates take long,
because they loop, or because an engine of somebody else runs them.
"""

import atexit
import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache, partial

from ..case import Case
from ..store.crashes import Setup
from .judging import Question, ask, limit
from .panel import Panel


class JudgePool:
    """As many processes as can be busy at once."""

    def __init__(self, setup: Setup, deadline_s: float, pool: ProcessPoolExecutor, width: int) -> None:
        self.width = width
        self._setup = setup
        self._deadline_s = deadline_s
        self._pool = pool

    def judging(self, question: Question) -> "PoolJudge":
        """Judges candidates by a question."""
        return PoolJudge(self._pool, partial(_ask, self._setup, self._deadline_s, question), self.width)


class PoolJudge:
    """Judges candidates in the processes of a pool.  `late` counts those that an emergency deadline ended."""

    def __init__(self, pool: ProcessPoolExecutor, answer: Callable[[Case], tuple[bool, bool]], width: int) -> None:
        self.width = width
        self.late = 0
        self._pool = pool
        self._answer = answer

    def answers(self, cases: Sequence[Case]) -> Generator[bool]:
        """Raises `BrokenProcessPool` where an engine ends its process."""
        answers = [self._pool.submit(self._answer, case) for case in cases]
        try:
            for future in answers:
                holds, late = future.result()
                self.late += late
                yield holds
        finally:
            for future in answers:
                future.cancel()


@contextmanager
def judge_pool(setup: Setup, deadline_s: float, width: int) -> Iterator[JudgePool | None]:
    """A pool for as long as a `with` lasts; None where there is to be one process, which needs none."""
    if width < 2:
        yield None
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(width, context, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        yield JudgePool(setup, deadline_s, pool, width)  # Ctrl-C is for whoever waits for them


# In a process of the pool


@cache
def _panel(setup: Setup, deadline_s: float, allowance: int) -> Panel:
    panel = Panel(setup, deadline_s=deadline_s)
    limit(panel, allowance)
    atexit.register(panel.close)
    return panel


def _ask(setup: Setup, deadline_s: float, question: Question, case: Case) -> tuple[bool, bool]:
    return ask(_panel(setup, deadline_s, question.allowance), question, case)
