"""Starts, watches and restarts workers; keeps what they find; knows when a campaign is over.

The supervisor runs no wasm.  A worker that dies or stops answering is itself a finding: the case it was busy with is
made again from its number and stored as a crash, and a new worker goes on behind it.
"""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from oracles.protocol import Crashed, Returned

from ..compare.verdict import Divergence, DivergenceKind
from ..store import bucket
from ..store.bucket import Signature
from ..store.corpus import Entry, load
from ..store.crashes import Crashes, Finding, Origin, State
from . import findings
from .cases import make
from .config import MOST_POISONED, Campaign
from .messages import Answer, Done, Failed, Found, FromWorker, Minimized, Report
from .stats import Stats
from .worker import Current, work

#: Findings of one signature that are minimized in one campaign before further ones are only counted.
MOST_MINIMIZED = 8

#: Seconds a worker may be silent, beyond the longest deadline it can be waiting for, before it is taken for dead.
SILENCE_S = 30.0

#: Seconds that workers get to end what they are doing when a campaign is stopped by hand.
GRACE_S = 5.0


@dataclass
class Summary:
    """What a campaign came to.  `failures` are tracebacks of the harness itself."""

    stats: Stats
    buckets: list[str]
    seconds: float
    interrupted: bool = False
    failures: list[str] = field(default_factory=list)

    @property
    def trustworthy(self) -> bool:
        """Whether few enough cases were poisoned; small campaigns are not judged on it."""
        return self.stats.cases < 500 or self.stats.poisoned_share <= MOST_POISONED


@dataclass
class Hand:
    """A worker process as the supervisor holds it."""

    process: SpawnProcess
    pipe: Connection
    current: Current
    heard: float
    done: bool = False


class Supervisor:
    """Runs one campaign.  `tell` is called with the statistics so far, several times a second."""

    def __init__(self, campaign: Campaign, tell: Callable[["Supervisor"], None]) -> None:
        self.campaign = campaign
        self.tell = tell
        self.crashes = Crashes(campaign.crashes)
        self.corpus: tuple[Entry, ...] = load(campaign.corpus, campaign.features)
        self.stats = Stats()
        self.buckets: set[str] = set()
        self.failures: list[str] = []
        self.known: list[tuple[Signature, frozenset[str], str]] = []
        self.minimizing: dict[Signature, int] = {}
        self.pending = 0
        self.context = multiprocessing.get_context("spawn")
        self.started = time.monotonic()
        self.until = None if campaign.seconds is None else self.started + campaign.seconds

    @property
    def is_minimizing(self) -> bool:
        """Whether a finding waits for its minimized form."""
        return self.pending > 0

    def run(self) -> Summary:
        """Runs to the end of the campaign's cases or time; Ctrl-C ends it early and cleanly."""
        hands = [self._start(index) for index in range(self.campaign.workers)]
        interrupted = False
        try:
            while self._serve(hands):
                self.tell(self)
        except KeyboardInterrupt:
            interrupted = True
            self._stop(hands)
        finally:
            for hand in hands:
                hand.process.kill()
                hand.process.join()
        seconds = time.monotonic() - self.started
        return Summary(self.stats, sorted(self.buckets), seconds, interrupted, self.failures)

    def _start(self, number: int) -> Hand:
        ours, theirs = self.context.Pipe()
        current = self.context.Value("q", number, lock=False)
        process = self.context.Process(
            target=work, args=(self.campaign, self.corpus, number, self.until, theirs, current), daemon=True
        )
        process.start()
        theirs.close()
        return Hand(process, ours, current, time.monotonic())

    def _serve(self, hands: list[Hand]) -> bool:
        """Handles what has come in within a moment; False when all workers are done."""
        alive = [hand for hand in hands if not hand.done]
        ready = wait([hand.pipe for hand in alive], timeout=0.2)
        for hand in alive:
            if hand.pipe in ready:
                self._hear(hand, hands)
            elif time.monotonic() - hand.heard > self._patience():
                hand.process.kill()
                hand.process.join()
                self._bury(hand, hands, "stopped answering")
        return any(not hand.done for hand in hands)

    def _patience(self) -> float:
        return SILENCE_S + self.campaign.minimize_s + 12 * self.campaign.deadline_s

    def _stop(self, hands: list[Hand]) -> None:
        end = time.monotonic() + GRACE_S
        for hand in hands:
            if not hand.done and hand.process.is_alive():
                hand.pipe.send(Done())
        while time.monotonic() < end and self._serve(hands):
            continue

    def _hear(self, hand: Hand, hands: list[Hand]) -> None:
        try:
            message: FromWorker = hand.pipe.recv()
        except (EOFError, ConnectionResetError):
            hand.process.join()
            self._bury(hand, hands, f"died with exit status {hand.process.exitcode}")
            return
        hand.heard = time.monotonic()
        match message:
            case Report(stats):
                self.stats.add(stats)
            case Found():
                hand.pipe.send(Answer(self._found(message)))
            case Minimized():
                self._minimized(message)
            case Failed(number, text):
                self.failures.append(f"case {number}:\n{text}")
                hand.done = True
            case Done():
                hand.done = True

    def _found(self, message: Found) -> bool:
        """Stores or counts a finding; True when it should be minimized."""
        for sign, operations, name in self.known:
            if sign == message.signature and operations <= set(message.operations):
                self.crashes.count(name)
                return False
        tries = self.minimizing.get(message.signature, 0)
        if tries >= MOST_MINIMIZED:
            return False
        self.minimizing[message.signature] = tries + 1
        self.pending += 1
        self._keep(message.finding)
        return True

    def _minimized(self, message: Minimized) -> None:
        self.pending -= 1
        self._keep(message.finding)
        if message.raw != message.finding.bucket:
            self.crashes.remove(message.raw)
            self.buckets.discard(message.raw)
        self.known.append((message.signature, frozenset(message.operations), message.finding.bucket))

    def _keep(self, finding: Finding) -> None:
        self.crashes.add(finding)
        self.buckets.add(finding.bucket)

    def _bury(self, hand: Hand, hands: list[Hand], how: str) -> None:
        """Turns a dead worker into a finding and puts a new one in its place, behind the case that killed it."""
        hand.done = True
        campaign, number = self.campaign, hand.current.value
        self.stats.cases += 1
        self.stats.divergences += 1
        numbered = make(campaign.seed, number, campaign.features, self.corpus)
        divergence = Divergence(
            DivergenceKind.CRASH, campaign.subjects[0], campaign.oracles[0], 0, Returned(()),
            Crashed(f"the worker process {how}"), f"the worker process {how}",
        )  # fmt: skip
        name = f"worker-{how.replace(' ', '-')}-{numbered.case.digest()}"
        self.known.append((bucket.signature(divergence), frozenset(bucket.operations(numbered.case.wasm)), name))
        self._keep(
            Finding(
                bucket=name,
                case=numbered.case,
                original=numbered.case,
                setup=campaign.setup(),
                divergence=findings.divergence_to_json(divergence, numbered.case, {}),
                wat=findings.wat_of(numbered.case.wasm),
                listing="",
                state=State.FOUND,
                origin=Origin(campaign.seed, number, numbered.profile),
            )
        )
        behind = number + campaign.workers
        if campaign.cases is None or behind < campaign.cases:
            hands.append(self._start(behind))
