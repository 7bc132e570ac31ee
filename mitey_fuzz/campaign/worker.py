"""A worker process: makes its share of the cases, judges them, minimizes what the supervisor finds worth it.

With n workers each takes every n-th number, so that the cases of a campaign do not depend on how many there are.  A
worker keeps its engines for life.  What it is busy with stands in shared memory, so that the supervisor can say which
case killed it.
"""

import math
import time
import traceback
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from typing import Protocol

from ..case import Case
from ..compare.verdict import Agreed, Divergence, DivergenceKind, Poisoned, Verdict
from ..store import bucket
from ..store.bucket import Signature
from ..store.corpus import Entry
from ..store.crashes import Crashes, Finding, Setup, State
from ..subject_names import without_seed
from . import findings
from .cases import Numbered
from .config import Campaign
from .messages import Answer, Done, Failed, Found, Minimized, Report
from .panel import Panel
from .settled import settled
from .shrinking import shrink
from .stats import Stats, Stopwatch
from .stopping import deafen

#: Seconds between two reports of a worker.
REPORT_S = 0.25

#: Seconds that a minimization may go on when the campaign's time is over.
OVERRUN_S = 5.0


class Current(Protocol):
    """A number in shared memory: the case at hand."""

    value: int


class Source(Protocol):
    """Where the cases of a campaign come from.  Crosses to the workers whole."""

    def work(
        self,
        campaign: Campaign,
        corpus: tuple[Entry, ...],
        start: int,
        until: float | None,
        pipe: Connection,
        current: Current,
    ) -> None:
        """The body of a worker process.  `until` is on the clock of `time.monotonic`, which processes share."""
        ...

    def again(self, campaign: Campaign, corpus: tuple[Entry, ...], number: int) -> Numbered:
        """The case that a worker was busy with when it said this number."""
        ...

    def setup(self, campaign: Campaign, case: Case) -> Setup:
        """The engines on which a worker runs this case."""
        ...


class Numbers:
    """Cases that follow from their number: see `cases`."""

    def work(
        self,
        campaign: Campaign,
        corpus: tuple[Entry, ...],
        start: int,
        until: float | None,
        pipe: Connection,
        current: Current,
    ) -> None:
        attend(Worker(campaign, corpus, until, pipe, current), start)

    def again(self, campaign: Campaign, corpus: tuple[Entry, ...], number: int) -> Numbered:
        return campaign.case(number, corpus)

    def setup(self, campaign: Campaign, case: Case) -> Setup:
        setup, twin = campaign.setup(), campaign.twins().chosen(case)
        return setup if twin is None else replace(setup, subjects=(*setup.subjects, twin))


def attend(worker: "Worker", start: int) -> None:
    """Runs a worker in its process, and tells the supervisor how it ended."""
    deafen()
    worker.current.value = start
    try:
        worker.run(start)
        worker.pipe.send(Done())
    except (BrokenPipeError, EOFError):
        return  # the supervisor is gone
    except Exception:
        worker.pipe.send(Failed(worker.current.value, traceback.format_exc()))


class Worker:
    def __init__(
        self, campaign: Campaign, corpus: tuple[Entry, ...], until: float | None, pipe: Connection, current: Current
    ) -> None:
        self.campaign = campaign
        self.corpus = corpus
        self.until = until
        self.pipe = pipe
        self.current = current
        self.watch = Stopwatch()
        self.stats = Stats(stages=self.watch.seconds)
        self.reported = time.monotonic()
        self.cpu = time.process_time()

    def run(self, start: int) -> None:
        """Judges cases until there are no more, time is up, or the supervisor says stop (by any message)."""
        campaign = self.campaign
        number = start
        opened = Panel(campaign.setup(), deadline_s=campaign.deadline_s, watch=self.watch, twins=campaign.twins())
        with opened as panel, settled():
            while (campaign.cases is None or number < campaign.cases) and not self._stopped():
                self.current.value = number
                with self.watch("generate"):
                    numbered = campaign.case(number, self.corpus)
                compiled = panel.instructions
                verdict = panel.judge(numbered.case)
                self.stats.instructions += panel.instructions - compiled
                self._count(verdict)
                if isinstance(verdict, Divergence):
                    with panel.showing(verdict) as showing:
                        self._found(showing, verdict, numbered, number)
                number += campaign.workers
                if time.monotonic() - self.reported >= REPORT_S:
                    self._report()
        self._report()

    def _stopped(self) -> bool:
        return (self.until is not None and time.monotonic() >= self.until) or self.pipe.poll()

    def _count(self, verdict: Verdict) -> None:
        stats = self.stats
        stats.cases += 1
        match verdict:
            case Agreed(steps, traps):
                stats.agreed += 1
                stats.calls += steps - 1
                stats.calls_ended += steps - 1
                stats.traps.update(kind.value for kind in traps)
            case Poisoned(reason, step):
                stats.poisoned[reason] += 1
                stats.calls += step
                stats.calls_ended += max(step - 1, 0)
            case Divergence():
                stats.divergences += 1
                stats.calls += verdict.step
                stats.calls_ended += verdict.step

    def _report(self) -> None:
        cpu = time.process_time()
        self.stats.cpu_seconds = cpu - self.cpu
        self.pipe.send(Report(self.stats))
        self.watch.restart()
        self.stats = Stats(stages=self.watch.seconds)
        self.reported, self.cpu = time.monotonic(), cpu

    def _found(self, panel: Panel, divergence: Divergence, numbered: Numbered, number: int) -> None:
        """Reports a divergence at once, so that it is on disk, then minimizes it where the supervisor wants that.

        A hang, every look at which takes as long as deadlines do, stays as it was found, or without its cause, when the
        campaign is over.
        """
        case = numbered.case
        origin = self.campaign.origin(number, numbered.profile, self.corpus)
        raw = findings.finding(panel, divergence, case, case, origin, State.FOUND)
        sign = bucket.signature(divergence)
        self.pipe.send(Found(raw, sign, bucket.operations(case)))
        answer = self.pipe.recv()
        if isinstance(answer, Answer) and answer.explain:
            with self.watch("minimize"), panel.unwatched():
                explained = findings.explained(panel, raw, divergence)
            self.pipe.send(explained)
            answer = self.pipe.recv()
        late = self._is_over if divergence.kind is DivergenceKind.HANG else lambda: False
        if not (isinstance(answer, Answer) and answer.minimize) or late():
            return
        small, verdict, effort, state = case, divergence, None, State.UNREPEATABLE
        with self.watch("minimize"), Panel(panel.setup, deadline_s=panel.deadline_s) as fresh:
            again = fresh.judge(case)
            if late():
                return
            if isinstance(again, Divergence) and bucket.signature(again) == sign:
                shrunk = shrink(fresh, case, again, seconds=self._minimize_s(), stopped=self.pipe.poll)
                small, verdict, effort, state = shrunk.case, shrunk.divergence, shrunk.effort, State.MINIMIZED
            done = findings.finding(panel, verdict, small, case, origin, state, effort, late)
            outdates = not late() and self._is_outdated(fresh, done, sign)
        self.pipe.send(Minimized(raw.bucket, done, sign, bucket.operations(small), outdates))

    def _is_outdated(self, panel: Panel, finding: Finding, sign: Signature) -> bool:
        """Whether what stands in a finding's bucket does not diverge so any more: the bug was fixed, and is another.

        What one perturbed twin showed is asked of that one, whatever twin shows the finding.
        """
        crashes = Crashes(self.campaign.crashes)
        if not (crashes.root / finding.bucket).exists():
            return False
        standing = crashes.standing(finding.bucket)
        if standing is None:
            return True
        twin = next(filter(partial(_is_twin, sign.subject), standing.setup.subjects), sign.subject)
        if sign.subject in standing.setup.subjects or twin == sign.subject:
            return not _shows(panel, standing.case, sign)
        subjects = tuple(twin if name == sign.subject else name for name in panel.setup.subjects)
        with Panel(replace(panel.setup, subjects=subjects), deadline_s=panel.deadline_s) as perturbed:
            return not _shows(perturbed, standing.case, replace(sign, subject=twin))

    def _is_over(self) -> bool:
        """Whether the campaign's time is up and what it may be overrun by, or the supervisor says stop."""
        return (self.until is not None and time.monotonic() >= self.until + OVERRUN_S) or self.pipe.poll()

    def _minimize_s(self) -> float:
        """The emergency stop of a minimization: a campaign that is bounded in time must end."""
        left = math.inf if self.until is None else max(self.until - time.monotonic(), 0.0) + OVERRUN_S
        return min(self.campaign.minimize_s, left)


def _is_twin(one: str, other: str) -> bool:
    """Whether two subjects are perturbed twins of one, by different seeds."""
    return one != other and without_seed(one) == without_seed(other)


def _shows(panel: Panel, case: Case, sign: Signature) -> bool:
    verdict = panel.judge(case)
    return isinstance(verdict, Divergence) and bucket.signature(verdict) == sign
