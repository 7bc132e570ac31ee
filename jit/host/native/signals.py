"""Signals: the emitted handler installed over whatever handles faults, and a stack for it in every thread.

Others handle faults too: faulthandler, pytest through it, wasmtime.  Each is installed over what it finds, and passes
on what is not its own, so mostly the order does not matter.  But faulthandler takes every fault for the end, and when
it is disabled restores what it once found; so before each run `look` sees who is on top, and the handler
installed over it again if it is somebody else.  Each time it gets an entry of its own that knows what it was installed
over: passing on never comes back to where it began.

Rule 1: no signal's action is ever set back: others may have been installed over ours and call it.
"""

import ctypes
import os
import threading
from collections.abc import Mapping
from typing import Final

from ..base import Addr
from .libc import Libc
from .platforms import SIGNALS, STOP
from .reservations import Pool, Reservation

_STACK_SIZE: Final = 64 * 4096
"""What wasmtime wants of a thread's signal stack: it replaces a smaller one by its own, and keeps ours."""


class SignalStack:
    """A thread's stack for signal handlers: as the stack of generated code overflows, the handler needs another one."""

    def __init__(self, libc: Libc, pool: Pool) -> None:
        self._libc = libc
        self._pool = pool
        self._thread = threading.get_ident()
        self._memory: Reservation | None = None

    def settle(self) -> None:
        """Makes sure that the calling thread, whose stack this is, has one."""
        libc = self._libc
        current = libc.signal_stack()
        if not current.flags & libc.platform.ss_disable and current.size >= _STACK_SIZE:
            return
        if self._memory is None:
            self._memory = self._pool.take(_STACK_SIZE)
            self._memory.commit(_STACK_SIZE)
        libc.set_signal_stack(libc.platform.stack(base=self._memory.base, size=_STACK_SIZE))

    def __del__(self) -> None:
        """As its thread ends: the memory will be another's."""
        if self._memory is None or self._thread != threading.get_ident():
            return
        libc = self._libc
        if libc.signal_stack().base == self._memory.base:
            libc.set_signal_stack(libc.platform.stack(flags=libc.platform.ss_disable, size=_STACK_SIZE))
        self._pool.give(self._memory)


class Signals:
    """The process's handlers.

    `entries` are the addresses of the handler's entries, each with its table of old handlers by signal, all 0.
    """

    def __init__(self, libc: Libc, pool: Pool, entries: Mapping[Addr, memoryview]) -> None:
        self._libc = libc
        self._pool = pool
        self._local = threading.local()
        self._lock = threading.RLock()
        os.register_at_fork(after_in_child=self._renew_lock)
        self._entries = entries
        self._over: dict[tuple[int, Addr], Addr] = {}

    def look(self) -> None:
        """Settles everything if the calling thread is new, or somebody else has the first signal.

        Who takes or gives back one of them takes or gives back all, and in the same step the stack.
        """
        if not hasattr(self._local, "stack") or self._libc.action(SIGNALS[0]).handler not in self._entries:
            self.settle()

    def settle(self) -> None:
        """Puts the handler on top for every signal it is needed for, and the calling thread in order."""
        if not hasattr(self._local, "stack"):
            self._local.stack = SignalStack(self._libc, self._pool)
        self._local.stack.settle()
        for number in (*SIGNALS, STOP):
            self.take(number)

    def take(self, number: int) -> None:
        """Puts the handler on top for one signal."""
        with self._lock:
            current = self._libc.action(number).handler
            if current not in self._entries:
                self._install(number, current)

    def _install(self, number: int, over: Addr) -> None:
        """Installs the handler for a signal over another one."""
        entry = self._over.get((number, over))
        if entry is None:
            taken = {known for (signal, _), known in self._over.items() if signal == number}
            entry = next(known for known in self._entries if known not in taken)
            self._entries[entry][number] = over
            self._over[number, over] = entry
        platform = self._libc.platform
        action = platform.sigaction(
            handler=entry,
            flags=platform.sa_siginfo | platform.sa_onstack | platform.sa_nodefer | platform.sa_restart,
        )
        self._libc.set_action(number, action)

    def _renew_lock(self) -> None:
        """In a forked child: another thread of the parent may have held it."""
        self._lock = threading.RLock()


def default_action(libc: Libc) -> bytes:
    """A `struct sigaction` of the default action."""
    action = libc.platform.sigaction()
    return ctypes.string_at(ctypes.addressof(action), ctypes.sizeof(action))
