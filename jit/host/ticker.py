"""Looks after runs of machine code from a thread: ends those whose time is over, or that a signal must end.

Python handles signals between its own instructions, so none is handled while machine code runs.  Its C handler, though,
writes the signal's number to the wakeup descriptor at once.  There is one such descriptor in a process, so there is one
ticker, `TICKER`, which all hosts share; its thread lives while there are any.

Rule 1: a run is stopped only to be given up, never to go on with.  Unicorn looks for a stop after every load and store,
and tells the address of that very instruction; going on there executes it twice, and a load into its own base register
goes wild.
"""

import os
import select
import signal
import threading
import weakref
from collections.abc import Callable

PERIOD_S = 0.02
"""How late the end of a budget may be noticed; 50 looks a second cost about 0.1 % of a core."""

Look = Callable[[bytes], None]
"""Called every period, from the ticker's thread, with the numbers of signals that have arrived since the last time."""


class Ticker:
    """Calls the `Look`s that were added, bound methods, whose objects it holds weakly.

    Signals are heard once something was added from the main thread, while nobody else, such as asyncio, owns the wakeup
    descriptor; elsewhere Ctrl-C waits until the budget ends the run.  A forked child starts without any, as it has no
    thread for them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looks: list[weakref.WeakMethod[Look]] = []
        self._thread: threading.Thread | None = None
        self._ears = self._mouth = -1
        os.register_at_fork(after_in_child=self._forget)

    def add(self, look: Look) -> None:
        """Calls `look` from now on, until it is removed or its object goes."""
        with self._lock:
            self._looks.append(weakref.WeakMethod(look))
            if self._mouth < 0:
                self._ears, self._mouth = os.pipe()
                os.set_blocking(self._mouth, False)  # as a wakeup descriptor must be
            if self._thread is None:
                self._thread = threading.Thread(target=self._tick, name="ticker", daemon=True)
                self._thread.start()
            if threading.current_thread() is threading.main_thread():
                owner = signal.set_wakeup_fd(self._mouth, warn_on_full_buffer=False)
                if owner not in (-1, self._mouth):
                    signal.set_wakeup_fd(owner)

    def remove(self, look: Look) -> None:
        """No call of `look` begins afterwards."""
        with self._lock:
            self._looks = [known for known in self._looks if known() not in (look, None)]

    def _forget(self) -> None:
        """In a forked child: the thread is gone, the pipe is the parent's too, and the lock may have been held."""
        self._lock = threading.Lock()
        self._looks = []
        self._thread = None
        if self._mouth >= 0:
            owner = signal.set_wakeup_fd(-1)
            if owner not in (-1, self._mouth):
                signal.set_wakeup_fd(owner)
            os.close(self._ears)
            os.close(self._mouth)
            self._ears = self._mouth = -1

    def _tick(self) -> None:
        while True:
            heard, _, _ = select.select([self._ears], [], [], PERIOD_S)
            signals = os.read(self._ears, 4096) if heard else b""
            with self._lock:
                for known in self._looks:
                    look = known()
                    if look is not None:
                        look(signals)
                    del look
                self._looks = [known for known in self._looks if known() is not None]
                if not self._looks:
                    self._thread = None
                    return


TICKER = Ticker()
"""The process's ticker.  It is global because the wakeup descriptor is."""
