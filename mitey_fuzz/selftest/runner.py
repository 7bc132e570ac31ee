"""Runs trials, each in a process of its own, several at a time, and gives their results in the order of the faults.

The runner runs no wasm.  A process that dies has found its fault: a campaign keeps the case that killed a worker.  One
that stops answering is ended, and its fault counts as missed; one that is killed from outside has told nothing.
"""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from ..campaign.silence import Silence
from ..campaign.stopping import held
from .child import Current, work
from .record import Died, Failed, Found, FromTrial, Minimized, Missed, Named, Silent, Task, Unnamed, Unrepeatable

#: Seconds that a trial may be busy with one case before it is taken for dead; a campaign is as patient.
SILENCE_S = 60.0

#: How much longer than its processor time a minimization may take; looking for a cause has as long.
PATIENCE = 8

Search = Found | Missed | Died | Silent | Failed
"""How the search for a fault ended."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one fault.

    `minimized` is None unless a case was found and its minimization ended, `named` unless its cause was looked for to
    an end as well.
    """

    id: str
    search: Search
    minimized: Minimized | Unrepeatable | None = None
    named: Named | Unnamed | None = None

    @property
    def is_found(self) -> bool:
        return isinstance(self.search, Found | Died)

    @property
    def is_planted(self) -> bool:
        """Whether the fault changed anything at all in what was loaded."""
        return not (isinstance(self.search, Missed) and self.search.changed == 0)


@dataclass
class _Hand:
    """A process as the runner holds it."""

    index: int
    process: SpawnProcess
    pipe: Connection
    current: Current
    started: float
    silence: Silence
    at: int = 0
    told: list[FromTrial] = field(default_factory=list)


class Runner:
    """Runs tasks; `tell` hears of each result as it comes in."""

    def __init__(self, tasks: Sequence[tuple[str, Task]], workers: int, tell: Callable[[Result], None]) -> None:
        self._tasks = tasks
        self._workers = workers
        self._tell = tell
        self._context = multiprocessing.get_context("spawn")
        self._results: dict[int, Result] = {}

    def run(self) -> tuple[Result, ...]:
        """The results of all tasks, in their order; those that ended before Ctrl-C when it ends the run."""
        waiting = iter(range(len(self._tasks)))
        hands: list[_Hand] = []
        try:
            while self._fill(hands, waiting):
                self._serve(hands)
        except KeyboardInterrupt:
            pass  # what is known is worth telling
        finally:
            for hand in hands:
                hand.process.kill()
                hand.process.join()
        return tuple(self._results[index] for index in sorted(self._results))

    def _fill(self, hands: list[_Hand], waiting: Iterator[int]) -> bool:
        """Starts as many processes as may run; False when all work is done."""
        while len(hands) < self._workers:
            index = next(waiting, None)
            if index is None:
                break
            hands.append(self._start(index))
        return bool(hands)

    def _start(self, index: int) -> _Hand:
        ours, theirs = self._context.Pipe(duplex=False)
        current = self._context.Value("q", 0, lock=False)
        _, task = self._tasks[index]
        process = self._context.Process(target=work, args=(task, theirs, current), daemon=True)
        with held():
            process.start()
        theirs.close()
        return _Hand(index, process, ours, current, time.monotonic(), Silence(process.pid))

    def _serve(self, hands: list[_Hand]) -> None:
        """Hears what has come in within a moment, and takes leave of the processes that are done."""
        ready = wait([hand.pipe for hand in hands], timeout=0.5)
        for hand in tuple(hands):
            result = self._hear(hand) if hand.pipe in ready else self._watch(hand)
            if result is not None:
                hands.remove(hand)
                hand.process.kill()
                hand.process.join()
                hand.pipe.close()
                self._results[hand.index] = result
                self._tell(result)

    def _hear(self, hand: _Hand) -> Result | None:
        """What a message, or the end of them, makes of the trial; None while there is more to come."""
        try:
            message: FromTrial = hand.pipe.recv()
        except (EOFError, OSError):  # it may die in the middle of a message
            hand.process.join()
            return self._result(hand, _search(hand.told) or self._buried(hand))
        hand.told.append(message)
        hand.silence.end()
        match message:
            case Found() | Minimized():
                return None
            case Missed() | Failed():
                return self._result(hand, _search(hand.told) or message)
            case Unrepeatable() | Named() | Unnamed():
                search = _search(hand.told)
                assert search is not None, "a case is found before anything else is told of it"
                return self._result(hand, search)

    def _result(self, hand: _Hand, search: Search) -> Result:
        """What became of a trial whose search ended so, and which told no more than it has."""
        minimized = next((m for m in hand.told if isinstance(m, Minimized | Unrepeatable)), None)
        named = next((m for m in hand.told if isinstance(m, Named | Unnamed)), None)
        return Result(self._tasks[hand.index][0], search, minimized, named)

    def _watch(self, hand: _Hand) -> Result | None:
        """Ends a trial that is busy with one thing for too long."""
        if hand.current.value != hand.at:
            hand.at = hand.current.value
            hand.silence.end()
        _, task = self._tasks[hand.index]
        search = _search(hand.told)
        patience = SILENCE_S if search is None else SILENCE_S + PATIENCE * task.minimize_s
        if not hand.silence.passes(patience):
            return None
        return self._result(hand, search or Silent(hand.current.value, self._elapsed(hand)))

    def _buried(self, hand: _Hand) -> Died | Failed:
        """Why a process sent nothing more.  Python's own status of failure is no engine's doing, nor is SIGKILL, which
        comes from outside."""
        status = hand.process.exitcode
        if status == -signal.SIGKILL:
            return Failed("the process was killed, as by a system without memory")
        if status == 1:
            return Failed("the process could not start, or could not tell what happened; stderr has its traceback")
        return Died(hand.current.value + 1, self._elapsed(hand), f"exit status {status}")

    @staticmethod
    def _elapsed(hand: _Hand) -> float:
        return time.monotonic() - hand.started


def _search(told: Sequence[FromTrial]) -> Found | None:
    return next((message for message in told if isinstance(message, Found)), None)
