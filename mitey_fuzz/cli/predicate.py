"""A command that says whether a module is still interesting, for engines that are not ours.

The command is run without a shell, with the path of a candidate in place of every `{}`, or behind its other words where
there is none.  Exit status 0 means interesting; everything else, and no answer in time, means not.  It may run several
times at once, each with a candidate in a directory of its own.
"""

import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType

from ..case import Case

PLACE = "{}"
WORTH_GUESSING_S = 0.3
"""Seconds of a command from which on several at once end sooner than one after the other, whatever the module."""
FIRST_DEADLINE_S = 60.0
"""Seconds that a command may take for the module as it is given, where nobody says how long it may."""
LEAST_DEADLINE_S = 2.0
SLOWER = 10
"""How many times as long as for the module as it is given a command may take for a candidate, likewise."""


class Predicate:
    """Runs the command on candidates, on `width` of them at once.  `late` counts those without an answer in time.

    Once `is_tried`, a command that can be started no more is a `failure` and says no.
    """

    def __init__(self, command: str, deadline_s: float | None = None, width: int = 1) -> None:
        """`ValueError` for a command without words.  Without a deadline it is for `first_took` to set one."""
        self._command = command
        self.words = shlex.split(command)
        if not self.words:
            raise ValueError("the predicate is empty; name a command")
        self.deadline_s = deadline_s or FIRST_DEADLINE_S
        self._has_deadline = deadline_s is not None
        self.width = width
        self.late = 0
        self.is_tried = False
        self.failure: OSError | None = None
        self._directory = tempfile.TemporaryDirectory(prefix="mitey-fuzz-")

    def __str__(self) -> str:
        return self._command

    def __enter__(self) -> "Predicate":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._directory.cleanup()

    def first_took(self, took_s: float) -> None:
        """Says how long the command took for the module as it is given: one that loops is to cost little more."""
        if not self._has_deadline:
            self.deadline_s = max(LEAST_DEADLINE_S, SLOWER * took_s)

    def holds(self, case: Case) -> bool:
        """Whether the command says so; `OSError` when it cannot be started, and could not before."""
        with closing(self.answers([case])) as answers:
            return next(answers)

    def answers(self, cases: Sequence[Case]) -> Generator[bool]:
        """What the command says of each; those of which nobody hears any more are ended.  `OSError` likewise.

        Where one is late that runs beside others, it runs once more alone, and so do those behind it.
        """
        running: list[subprocess.Popen[bytes]] = []
        answered = 0
        try:
            for slot, case in enumerate(cases):
                try:
                    running.append(self._start(case, slot))
                except OSError as error:
                    if not self.is_tried:
                        raise
                    self.failure = error
                    break
            until = time.monotonic() + self.deadline_s
            for process in running:
                status = _status(process, until)
                if status is None and len(cases) > 1:
                    break
                answered += 1
                self.late += status is None
                yield status == 0
        finally:
            for process in running[answered:]:
                _end(process)
        for case in cases[answered:]:
            yield self.failure is None and self.holds(case)

    def _start(self, case: Case, slot: int) -> subprocess.Popen[bytes]:
        place = Path(self._directory.name) / str(slot)
        place.mkdir(exist_ok=True)
        candidate = place / "candidate.wasm"
        candidate.write_bytes(case.wasm)
        words = [word.replace(PLACE, str(candidate)) for word in self.words]
        if words == self.words:
            words.append(str(candidate))
        quiet = subprocess.DEVNULL
        return subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def how_many(took_s: float) -> int:
    """How many commands to run at once, of which one took so long: guessing what the others say has a price, too."""
    return os.cpu_count() or 1 if took_s >= WORTH_GUESSING_S else 1


def _status(process: subprocess.Popen[bytes], until: float) -> int | None:
    """The exit status of the command, which is ended with all that it started; None where it was late."""
    try:
        return process.wait(max(until - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the command with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
