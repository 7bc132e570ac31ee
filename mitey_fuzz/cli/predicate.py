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


class Predicate:
    """Runs the command on candidates, on `width` of them at once.  `late` counts those without an answer in time."""

    def __init__(self, command: str, deadline_s: float, width: int = 1) -> None:
        """`ValueError` for a command without words."""
        self.command = command
        self.words = shlex.split(command)
        if not self.words:
            raise ValueError("the predicate is empty; name a command")
        self.deadline_s = deadline_s
        self.width = width
        self.late = 0
        self._directory = tempfile.TemporaryDirectory(prefix="mitey-fuzz-")

    def __str__(self) -> str:
        return self.command

    def __enter__(self) -> "Predicate":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._directory.cleanup()

    def holds(self, case: Case) -> bool:
        """Whether the command says so; `OSError` when it cannot be started."""
        with closing(self.answers([case])) as answers:
            return next(answers)

    def answers(self, cases: Sequence[Case]) -> Generator[bool]:
        """What the command says of each; those of which nobody hears any more are ended.  `OSError` likewise."""
        running: list[subprocess.Popen[bytes]] = []
        try:
            for slot, case in enumerate(cases):
                running.append(self._start(case, slot))
            until = time.monotonic() + self.deadline_s
            for process in running:
                yield self._says_so(process, until)
        finally:
            for process in running:
                _end(process)

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

    def _says_so(self, process: subprocess.Popen[bytes], until: float) -> bool:
        try:
            return process.wait(max(until - time.monotonic(), 0)) == 0
        except subprocess.TimeoutExpired:
            self.late += 1
            return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the command with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
