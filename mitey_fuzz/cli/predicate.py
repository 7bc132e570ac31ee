"""A command that says whether a module is still interesting, for engines that are not ours.

The command is run without a shell, with the path of a candidate in place of every `{}`, or behind its other words where
there is none.  Exit status 0 means interesting; everything else, and no answer in time, means not.
"""

import os
import shlex
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from ..case import Case

PLACE = "{}"


class Predicate:
    """Runs the command on candidates, in a directory of its own.  `late` counts those that did not answer in time."""

    def __init__(self, command: str, deadline_s: float) -> None:
        self.words = shlex.split(command)
        if not self.words:
            raise ValueError("the predicate is empty; name a command")
        self.deadline_s = deadline_s
        self.late = 0
        self._directory = tempfile.TemporaryDirectory(prefix="mitey-fuzz-")
        self._candidate = Path(self._directory.name) / "candidate.wasm"

    def __enter__(self) -> "Predicate":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._directory.cleanup()

    def __call__(self, case: Case) -> bool:
        """Whether the command says so; `OSError` when it cannot be started."""
        self._candidate.write_bytes(case.wasm)
        path = str(self._candidate)
        words = [word.replace(PLACE, path) for word in self.words]
        if words == self.words:
            words.append(path)
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
        try:
            return process.wait(self.deadline_s) == 0
        except subprocess.TimeoutExpired:
            self.late += 1
            return False
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the command with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
