"""Interrupts a machine again and again, so that Python gets a word in while machine code runs.

A run that is interrupted looks at the clock, lets Python handle its signals (Ctrl-C), and goes on.  A tick that comes
when nothing runs is lost and does no harm, because another follows; so nothing has to be agreed on at entry and exit,
and a budget costs a run nothing.
"""

import threading
import weakref
from collections.abc import Callable

PERIOD_S = 0.02
"""How late a budget or a Ctrl-C may be noticed; 50 ticks a second cost about 0.1 % of a core."""


class Ticker:
    """Calls `interrupt`, a bound method, every period from a thread of its own, until closed.

    The method's object is held weakly: when it goes, the thread ends.
    """

    def __init__(self, interrupt: Callable[[], None], period_s: float = PERIOD_S) -> None:
        self._closed = threading.Event()
        self._thread = threading.Thread(
            target=_tick,
            args=(weakref.WeakMethod(interrupt), self._closed, period_s),
            name="emulator ticker",
            daemon=True,
        )
        self._thread.start()

    def close(self) -> None:
        """Ends the thread; no call comes afterwards."""
        self._closed.set()
        self._thread.join()


def _tick(interrupt: weakref.WeakMethod[Callable[[], None]], closed: threading.Event, period_s: float) -> None:
    while not closed.wait(period_s):
        call = interrupt()
        if call is None:
            return
        call()
        del call
