"""The deadline of an entry into compiled code: a thread that raises the engine's epoch when it has passed.

Compiled code compares the epoch at function entries and loop heads.  Raising it costs nothing while nobody overruns,
unlike fuel, which is counted in every block.
"""

import threading
from collections.abc import Callable
from time import monotonic

_PERIOD_S = 0.01
"""How late an interruption may come, in seconds; the thread wakes this often."""


class Watch:
    """Interrupts one entry at a time.  The thread starts with the first entry and ends with `close`."""

    __slots__ = ("_closed", "_interrupt", "_lock", "_thread", "_until")

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self._interrupt = interrupt
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._until: float | None = None
        self._thread: threading.Thread | None = None

    def enter(self, deadline_s: float) -> None:
        """Begins an entry that may take `deadline_s` seconds."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="wasmtime deadline", daemon=True)
            self._thread.start()
        self._until = monotonic() + deadline_s

    def leave(self) -> None:
        """Ends it.  No interruption comes after this returns."""
        with self._lock:
            self._until = None

    def close(self) -> None:
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(_PERIOD_S):
            with self._lock:
                if self._until is not None and monotonic() >= self._until:
                    self._until = None
                    self._interrupt()
