"""Starts, watches and restarts workers; keeps what they find; knows when a campaign is over.

The supervisor runs no wasm.  A worker that dies or stops answering is itself a finding: the case it was busy with is
made again from its number and stored as a crash, and a new worker goes on behind it.
"""

import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from oracles.protocol import Crashed, Returned

from ..compare.verdict import Divergence, DivergenceKind
from ..store import bucket, known
from ..store.bucket import Signature
from ..store.corpus import Entry, load
from ..store.crashes import Crashes, Finding, State
from ..store.known import Issue
from ..store.layout import FormatError
from . import findings
from .config import MOST_POISONED, Campaign
from .messages import Answer, Done, Explained, Failed, Found, FromWorker, Minimized, Report
from .silence import Silence
from .stats import Stats
from .stopping import Stopping, held
from .worker import Current, Numbers, Source

#: Minimizations of one signature that may end in a known bucket; then further findings are kept as they were found.
MOST_FRUITLESS = 8

#: Findings of one signature kept in one campaign, besides those that a known bucket explains; the rest is counted.
MOST_KEPT = 200

#: Findings of one signature traced to a bucket that is known; then one that has all of such a bucket's operations is
#: counted there untraced, or a bug that every second case shows would take all the time.
MOST_TRACED = 100

#: Failures of workers after which no new ones are started.
MOST_FAILURES = 10

#: Seconds a worker may be silent (`silence`), beyond the longest deadline it can wait for, before it is taken for dead.
SILENCE_S = 30.0

#: Seconds that workers get to end what they are doing when a campaign is stopped by hand.
GRACE_S = 5.0


@dataclass
class Summary:
    """What a campaign came to.

    `buckets` are the findings that are news and `known` those that are not (see `store.known`); `expired` are those of
    `buckets` that were marked until replay found that they did not reproduce.  `unmatched` are marks without a
    directory.  `failures` are tracebacks of the harness itself.
    """

    stats: Stats
    buckets: list[str]
    seconds: float
    interrupted: bool = False
    failures: list[str] = field(default_factory=list)
    known: dict[str, Issue] = field(default_factory=dict)
    expired: dict[str, Issue] = field(default_factory=dict)
    unmatched: tuple[Issue, ...] = ()

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
    silence: Silence
    done: bool = False
    minimizing: bool = False


class Supervisor:
    """Runs one campaign.  `tell` is called with the statistics so far, several times a second."""

    def __init__(self, campaign: Campaign, tell: Callable[["Supervisor"], None], source: Source | None = None) -> None:
        self.campaign = campaign
        self.source: Source = Numbers() if source is None else source
        self.tell = tell
        self.crashes = Crashes(campaign.crashes)
        self.issues = known.read(campaign.crashes)
        self.expected: dict[str, Issue] = {}
        self.expired: dict[str, Issue] = {}
        self.corpus: tuple[Entry, ...] = load(campaign.corpus, campaign.features)
        self.stats = Stats()
        self.buckets: set[str] = set()
        self.failures: list[str] = []
        self.explained: list[tuple[Signature, frozenset[str], str]] = []
        self.kept: dict[Signature, int] = {}
        self.fruitless: dict[Signature, int] = {}
        self.traced: dict[Signature, int] = {}
        self.news: set[tuple[Signature, str | None]] = set()
        self.hands: list[Hand] = []
        self.context = multiprocessing.get_context("spawn")
        self.started = time.monotonic()
        self.until = None if campaign.seconds is None else self.started + campaign.seconds

    @property
    def is_minimizing(self) -> bool:
        """Whether a finding waits for its minimized form."""
        return any(hand.minimizing for hand in self.hands)

    def run(self) -> Summary:
        """Runs to the end of the campaign's cases or time; Ctrl-C ends it early and cleanly, once more at once."""
        hands = self.hands
        try:
            with Stopping() as stopping:
                hands += [self._start(index) for index in range(self.campaign.workers)]
                while self._serve(hands) and not stopping.asked:
                    self.tell(self)
                if stopping.asked:
                    self._stop(hands)
        except (OSError, FormatError):  # such as a disk that is full: what was found so far is told all the same
            self.failures.append(f"the supervisor failed:\n{traceback.format_exc()}")
        finally:
            for hand in hands:
                hand.process.kill()
                hand.process.join()
        seconds = time.monotonic() - self.started
        return Summary(
            self.stats,
            sorted(self.buckets),
            seconds,
            stopping.asked,
            self.failures,
            known=self.expected,
            expired={name: issue for name, issue in sorted(self.expired.items()) if name in self.buckets},
            unmatched=self.issues.unmatched(path.name for path in self.crashes.paths()),
        )

    def _start(self, number: int) -> Hand:
        ours, theirs = self.context.Pipe()
        current = self.context.Value("q", number, lock=False)
        process = self.context.Process(
            target=self.source.work,
            args=(self.campaign, self.corpus, number, self.until, theirs, current),
            daemon=True,
        )
        with held():
            process.start()
        theirs.close()
        return Hand(process, ours, current, Silence(process.pid))

    def _serve(self, hands: list[Hand]) -> bool:
        """Handles what has come in within a moment; False when all workers are done."""
        alive = [hand for hand in hands if not hand.done]
        ready = wait([hand.pipe for hand in alive], timeout=0.2)
        for hand in alive:
            if hand.pipe in ready:
                self._hear(hand, hands)
            elif hand.silence.passes(self._patience()):
                hand.process.kill()
                hand.process.join()
                self._bury(hand, hands, "stopped answering")
        return any(not hand.done for hand in hands)

    def _patience(self) -> float:
        return SILENCE_S + self.campaign.minimize_s + 12 * self.campaign.deadline_s

    def _stop(self, hands: list[Hand]) -> None:
        end = time.monotonic() + GRACE_S
        for hand in hands:
            if not hand.done:
                _send(hand, Done())
        while time.monotonic() < end and self._serve(hands):
            continue

    def _hear(self, hand: Hand, hands: list[Hand]) -> None:
        try:
            message: FromWorker = hand.pipe.recv()
        except (EOFError, OSError):  # it may die in the middle of a message
            hand.process.join()
            self._bury(hand, hands, f"died with exit status {hand.process.exitcode}")
            return
        hand.silence.end()
        match message:
            case Report(stats):
                self.stats.add(stats)
            case Found():
                self._answer(hand, self._found(message))
            case Explained():
                self._answer(hand, self._explained(message))
            case Minimized():
                hand.minimizing = False
                self._minimized(message)
            case Failed(number, text):
                self.failures.append(f"case {number}:\n{text}")
                self._replace(hand, hands, number)
            case Done():
                hand.done, hand.minimizing = True, False

    def _answer(self, hand: Hand, answer: Answer) -> None:
        hand.minimizing = answer.minimize
        _send(hand, answer)

    def _found(self, message: Found) -> Answer:
        """Stores or counts a finding, and says what is to become of it."""
        sign = message.signature
        likely = self._likely(sign, set(message.operations)) if self.traced.get(sign, 0) >= MOST_TRACED else None
        if likely is not None:
            self.crashes.count(likely)
            return Answer(minimize=False)
        self.kept[sign] = kept = self.kept.get(sign, 0) + 1
        if kept > MOST_KEPT:
            return Answer(minimize=False)
        self._keep(message.finding)
        if self._known(sign) and sign.effect != DivergenceKind.HANG.value:
            return Answer(minimize=False, explain=True)
        return self._worth_minimizing(sign)

    def _likely(self, sign: Signature, operations: set[str]) -> str | None:
        """The bucket of this signature that a module with these operations may belong to."""
        return next((name for seen, told, name in self.explained if seen == sign and told and told <= operations), None)

    def _explained(self, message: Explained) -> Answer:
        """Counts a finding whose cause is known: one that was seen, or any where minimizing has led to nothing new.

        A cause that was seen for the first time is worth minimizing, once, however often that has led to nothing new.
        """
        sign, name = message.signature, message.name
        tried = self.fruitless.get(sign, 0) >= MOST_FRUITLESS
        if name is None or name not in self._known(sign) or not (message.sure or tried):
            is_news = message.sure and (sign, name) not in self.news
            if is_news:
                self.news.add((sign, name))
            return self._worth_minimizing(sign, is_news=is_news)
        self.crashes.count(name)
        self._remove(message.raw)
        self.kept[sign] -= 1
        self.traced[sign] = self.traced.get(sign, 0) + 1
        return Answer(minimize=False)

    def _known(self, sign: Signature) -> set[str]:
        """The buckets in which minimized findings of this signature have ended."""
        return {name for seen, _, name in self.explained if seen == sign}

    def _worth_minimizing(self, sign: Signature, *, is_news: bool = False) -> Answer:
        if self.fruitless.get(sign, 0) >= MOST_FRUITLESS and not is_news:
            return Answer(minimize=False)
        self.fruitless[sign] = self.fruitless.get(sign, 0) + 1
        return Answer(minimize=True)

    def _minimized(self, message: Minimized) -> None:
        """Puts the minimized finding in the place of the raw one; what led to a new bucket was not fruitless."""
        name = message.finding.bucket
        if name not in self.buckets and name not in self.expected:
            self.fruitless[message.signature] -= 1
        self._keep(message.finding, outdates=message.outdates)
        if message.raw != name:
            self._remove(message.raw)
        self.explained.append((message.signature, bucket.telling(message.operations), name))

    def _keep(self, finding: Finding, *, outdates: bool = False) -> None:
        self.crashes.replace(finding) if outdates else self.crashes.add(finding)
        name = finding.bucket
        issue = self.issues.expected(name)
        if issue is not None and not known.has_expired(self.crashes.root / name, issue):
            self.expected[name] = issue
            return
        self.buckets.add(name)
        if issue is not None:
            self.expired[name] = issue

    def _remove(self, raw: str) -> None:
        self.crashes.remove(raw)
        self.buckets.discard(raw)
        self.expected.pop(raw, None)

    def _bury(self, hand: Hand, hands: list[Hand], how: str) -> None:
        """Keeps the case that a worker died of, and puts a new worker in its place.

        A worker that died is a crash of one of the engines in it, nobody knows which.  One that was only silent may
        have met a case too large for us, and SIGKILL comes from outside, such as from a system without memory: these
        are failures of the harness until a person has looked.
        """
        campaign, number = self.campaign, hand.current.value
        self.stats.cases += 1
        if how.startswith("died") and hand.process.exitcode != -signal.SIGKILL:
            self.stats.divergences += 1
        else:
            self.stats.poisoned["silent"] += 1
            self.failures.append(f"case {number}: the worker {how}; the case is kept")
        numbered = self.source.again(campaign, self.corpus, number)
        setup = self.source.setup(campaign, numbered.case)
        told = f"the worker process of {', '.join((*setup.subjects, *setup.oracles))} {how}"
        divergence = Divergence(
            DivergenceKind.CRASH, campaign.subjects[0], campaign.oracles[0], 0, Returned(()), Crashed(told), told
        )
        self._keep(
            Finding(
                bucket=f"worker-{how.replace(' ', '-')}-{numbered.case.digest()}",
                case=numbered.case,
                original=numbered.case,
                setup=setup,
                divergence=findings.divergence_to_json(divergence, numbered.case, {}),
                wat=findings.wat_of(numbered.case.wasm),
                companions=tuple(findings.wat_of(companion.wasm) for companion in numbered.case.companions),
                listing="",
                state=State.FOUND,
                origin=campaign.origin(number, numbered.profile, self.corpus),
            )
        )
        self._replace(hand, hands, number)

    def _replace(self, hand: Hand, hands: list[Hand], number: int) -> None:
        """Starts a worker behind the case that ended another, unless too many failed."""
        hand.done, hand.minimizing = True, False
        behind = number + self.campaign.workers
        in_time = self.until is None or time.monotonic() < self.until
        in_range = self.campaign.cases is None or behind < self.campaign.cases
        if in_time and in_range and len(self.failures) < MOST_FAILURES:
            hands.append(self._start(behind))


def _send(hand: Hand, message: Answer | Done) -> None:
    """Tells a worker something; one that has died meanwhile is heard of when its pipe is read."""
    with suppress(BrokenPipeError, ConnectionResetError):
        hand.pipe.send(message)
