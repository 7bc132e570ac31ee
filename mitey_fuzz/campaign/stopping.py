"""Ends a campaign when somebody asks for it: Ctrl-C, or a scheduler's SIGTERM.

An exception in the middle of a message from a worker would leave the rest of it in the pipe, where it passes for the
next one.  So the first signal is only remembered, for the supervisor to look at between messages.  Both are sent to the
whole process group, and workers, which the supervisor ends, are deaf to them from their first moment on.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import FrameType

_ENDINGS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """While it is entered, the first of these signals sets `asked`, and further ones raise `KeyboardInterrupt`.

    Outside the main thread, where Python handles no signals, nothing changes.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: list[signal._HANDLER] = []

    def __enter__(self) -> "Stopping":
        if threading.current_thread() is threading.main_thread():
            self._before = [signal.signal(ending, self._hear) for ending in _ENDINGS]
        return self

    def __exit__(self, *_: object) -> None:
        for ending, handler in zip(_ENDINGS, self._before, strict=False):
            signal.signal(ending, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            signal.default_int_handler(number, frame)
        self.asked = True


@contextmanager
def held() -> Iterator[None]:
    """Holds the signals back until the block ends; a process started in it holds them back until it calls `deafen`."""
    resource_tracker.ensure_running()  # where the first process to start starts it, it lets the signals through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def deafen() -> None:
    """Has this process ignore the signals, those that were held back too."""
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
