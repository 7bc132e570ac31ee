"""How long a worker has been silent, on a machine that may have kept it waiting."""

import time
from contextlib import suppress

import psutil

LONGEST = 10
"""How much longer than it works a worker may be silent in all: one that waits for good uses no processor."""


class Silence:
    """The silence of a process since it was last heard of.

    It is measured in the processor time of the process, so that load alone never makes one too long.
    """

    def __init__(self, pid: int | None) -> None:
        assert pid is not None, "it has been started"
        self._process: psutil.Process | None = None
        with suppress(psutil.NoSuchProcess):
            self._process = psutil.Process(pid)
        self.end()

    def end(self) -> None:
        """The process was heard."""
        self._heard, self._worked = time.monotonic(), self._work()

    def passes(self, patience_s: float) -> bool:
        """Whether the process was silent while it worked for longer than this, or for much longer altogether."""
        silent_s = time.monotonic() - self._heard
        if silent_s <= patience_s:
            return False
        return silent_s > LONGEST * patience_s or self._work() - self._worked > patience_s

    def _work(self) -> float:
        """Processor time so far, in seconds; 0 once the process is gone, which its pipe tells sooner."""
        if self._process is None:
            return 0.0
        try:
            times = self._process.cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)
