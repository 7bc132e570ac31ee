"""A worker whose cases libFuzzer makes: it listens to a process that does, and handles what that finds like any worker.

The driven process is instrumented, and ends whenever libFuzzer decides; this one is neither, so here differences are
judged once more and minimized.  Numbers are given to inputs as they are heard of.  An input that the other process died
of is judged here: what kills this worker too is the supervisor's to keep.
"""

import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from ..campaign.cases import Numbered
from ..campaign.config import Campaign
from ..campaign.panel import Panel
from ..campaign.worker import REPORT_S, Current, Worker, attend
from ..case import Case
from ..compare.verdict import Divergence
from ..store.corpus import Entry
from ..store.crashes import Setup
from .driven import Driven
from .messages import Differed, Orders, Ran, Spent
from .scratch import Scratch
from .target import case_of

PROFILE = "guided"


class Lost(Exception):
    """The other process ended or fell silent, and its last input is not to blame; the message has its last words."""


@dataclass(frozen=True, slots=True)
class Guided:
    """A `campaign.worker.Source`: cases that libFuzzer makes, with the files of one campaign in `scratch`."""

    scratch: Scratch

    def work(
        self,
        campaign: Campaign,
        corpus: tuple[Entry, ...],
        start: int,
        until: float | None,
        pipe: Connection,
        current: Current,
    ) -> None:
        attend(GuidedWorker(self.scratch, campaign, corpus, until, pipe, current), start)

    def again(self, campaign: Campaign, _corpus: tuple[Entry, ...], number: int) -> Numbered:
        wasm = self.scratch.case(number).read_bytes() if self.scratch.case(number).exists() else b""
        return _numbered(wasm, campaign)

    def setup(self, campaign: Campaign, _case: Case) -> Setup:
        return campaign.setup()


class GuidedWorker(Worker):
    def __init__(
        self,
        scratch: Scratch,
        campaign: Campaign,
        corpus: tuple[Entry, ...],
        until: float | None,
        pipe: Connection,
        current: Current,
    ) -> None:
        super().__init__(campaign, corpus, until, pipe, current)
        self.scratch = scratch

    def run(self, start: int) -> None:
        """Hears of inputs until there were enough, time is up, or the supervisor says stop (by any message)."""
        number = start
        with Panel(self.campaign.setup(), deadline_s=self.campaign.deadline_s) as panel:
            while not (self._stopped() or self._has_enough(number)):
                number = self._follow(panel, number)
        self._report()

    def _follow(self, panel: Panel, start: int) -> int:
        """Hears one driven process to its end, or to that of the campaign; gives the number behind its last input."""
        number = start
        with Driven(self._orders(start), self._seed(start), self.scratch) as driven:
            for message in driven.messages(self._pause):
                self.current.value = number
                self._hear(panel, message, number)
                number += self.campaign.workers
                if self._has_enough(number):
                    return number
            if self._stopped() or driven.is_through:
                return number
            self._suspect(panel, driven, number)
        return number + self.campaign.workers

    def _has_enough(self, number: int) -> bool:
        return self.campaign.cases is not None and number >= self.campaign.cases

    def _pause(self) -> bool:
        """Called now and then while nothing is heard, too; True when it is time to stop."""
        if time.monotonic() - self.reported >= REPORT_S:
            self._report()
        return self._stopped()

    def _orders(self, start: int) -> Orders:
        campaign, scratch = self.campaign, self.scratch
        return Orders(campaign.setup(), campaign.deadline_s, campaign.corpus, scratch.known, scratch.input(start))

    def _seed(self, start: int) -> int:
        """What libFuzzer takes as a seed: not 0, which would mean any."""
        return 1 + (self.campaign.seed + start) % 0x7FFF_FFFF

    def _hear(self, panel: Panel, message: Ran | Differed, number: int) -> None:
        self._book(message.spent)
        if isinstance(message, Ran):
            self._count(message.verdict)
        else:
            self._examine(panel, message.wasm, number, message.divergence)

    def _book(self, spent: Spent) -> None:
        self.stats.instructions += spent.instructions
        self.cpu -= spent.cpu_s  # the other process's time counts as ours
        for stage, seconds in spent.stages.items():
            self.stats.stages[stage] += seconds

    def _examine(self, panel: Panel, wasm: bytes, number: int, told: Divergence) -> None:
        """Judges an input on which the engines of the other process differed, and handles what comes out.

        Where those of this one agree, what was told is kept as what could not be repeated.
        """
        numbered = self._recall(wasm, number)
        verdict = panel.judge(numbered.case)
        divergence = verdict if isinstance(verdict, Divergence) else told
        self._count(divergence)
        self._found(panel, divergence, numbered, number)

    def _suspect(self, panel: Panel, driven: Driven, number: int) -> None:
        """The other process is gone: what it was busy with is judged here.  Raises `Lost` where it is not to blame."""
        wasm = driven.orders.input.read_bytes()
        verdict = panel.judge(self._recall(wasm, number).case)
        if not isinstance(verdict, Divergence):
            self.scratch.lost(number).write_bytes(wasm)
            raise Lost(f"{self.scratch.lost(number)}: {driven.last_words()}")
        self._examine(panel, wasm, number, verdict)

    def _recall(self, wasm: bytes, number: int) -> Numbered:
        """The case of an input that has this number from now on, should this process die of it, too."""
        self.scratch.case(number).write_bytes(wasm)
        self.current.value = number
        return _numbered(wasm, self.campaign)


def _numbered(wasm: bytes, campaign: Campaign) -> Numbered:
    return Numbered(case_of(wasm, campaign.features, host_references=campaign.host_references), PROFILE)
