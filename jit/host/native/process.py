"""What all native hosts of a process share: signal handlers, the stubs, the table of activations, spare address space.

One of each, because a process has one handler for each signal.  It is made when the first host is opened and stays:
handlers that others have chained to can never go away.  Its locks may be taken again by their holder, as a host that
nobody knows any more is given back wherever the garbage collector happens to run.

    table:  [count | -] [activation 0] [activation 1] …        slots of 256 bytes, never moved, used again
    olds:   a table of old handlers for each entry, then the default action
"""

import os
import threading
from dataclasses import dataclass
from functools import cache
from typing import Final

from ..base import Addr
from ..code_space import REACH
from .code_pages import CodePages
from .handler import OLDS, assemble_entry, assemble_handler
from .libc import Libc
from .platforms import current
from .reservations import Pool
from .signals import Signals, default_action
from .stubs import SLOT, assemble_stubs

_TABLE_SIZE: Final = 64 << 10
_OLDS_SIZE: Final = 64 << 10
_DEFAULT_AT: Final = 32 << 10
_CODE_SIZE: Final = 64 << 10
_HANDLER_AT: Final = 4096
_ENTRIES_AT: Final = 8192
_ENTRY_SIZE: Final = 64
_ENTRIES: Final = 64
"""As many as handlers of others that ours may have to be installed over."""
_WORD: Final = 8


@dataclass(slots=True)
class Slot:
    """An activation's place."""

    address: Addr
    view: memoryview


class Process:
    """See the module."""

    def __init__(self) -> None:
        self.libc = Libc(current())
        self.pool = Pool(self.libc)
        self._lock = threading.RLock()
        os.register_at_fork(after_in_child=self._renew_lock)
        self._arenas: list[CodePages] = []
        table = self.pool.take(_TABLE_SIZE)
        table.commit(_TABLE_SIZE)
        self._table = table
        self._count = 0
        self._slots: list[Slot] = []
        olds = self.pool.take(_OLDS_SIZE)
        olds.commit(_OLDS_SIZE)
        self._olds = olds
        default = default_action(self.libc)
        olds.view[_DEFAULT_AT : _DEFAULT_AT + len(default)] = default
        self._code = code = CodePages(self.libc, _CODE_SIZE)
        stubs = assemble_stubs()
        code.write(code.base, stubs.code)
        self.enter = code.base + stubs.enter
        self.resume = code.base + stubs.resume
        self.leave = code.base + stubs.leave
        handler = assemble_handler(
            self.libc.platform,
            table.base,
            code.base + stubs.landing,
            olds.base + _DEFAULT_AT,
            self.libc.sigaction_address,
            self.libc.raise_address,
        )
        assert len(stubs.code) <= _HANDLER_AT
        assert len(handler) <= _ENTRIES_AT - _HANDLER_AT
        code.write(code.base + _HANDLER_AT, handler)
        self.signals = Signals(self.libc, self.pool, dict(map(self._make_entry, range(_ENTRIES))))

    def take_slot(self) -> Slot:
        """A zero slot for an activation.  Raises `MemoryError` when too many hosts are open."""
        with self._lock:
            if self._slots:
                return self._slots.pop()
            at = (self._count + 1) * SLOT
            if at + SLOT > _TABLE_SIZE:
                raise MemoryError(f"{self._count} native hosts are open; close some")
            self._count += 1
            self._table.view[:_WORD] = self._count.to_bytes(_WORD, "little")
            return Slot(self._table.base + at, self._table.view[at : at + SLOT])

    def give_slot(self, slot: Slot) -> None:
        """Takes a slot back."""
        slot.view[:] = bytes(SLOT)
        with self._lock:
            self._slots.append(slot)

    def take_arena(self) -> CodePages:
        """An empty arena as large as calls reach.  Raises `MemoryError`."""
        with self._lock:
            if self._arenas:
                return self._arenas.pop()
        return CodePages(self.libc, REACH)

    def give_arena(self, arena: CodePages) -> None:
        """Takes an arena back; nothing runs there any more."""
        arena.clear()
        with self._lock:
            self._arenas.append(arena)

    def _make_entry(self, number: int) -> tuple[Addr, memoryview]:
        """One of the handler's entries, and a view of its table of old handlers.

        All are made at the start: nobody may write these pages once another thread may run on them.
        """
        start = number * OLDS
        entry = self._code.base + _ENTRIES_AT + number * _ENTRY_SIZE
        image = assemble_entry(self._olds.base + start, self._code.base + _HANDLER_AT)
        assert len(image) <= _ENTRY_SIZE
        self._code.write(entry, image)
        return entry, self._olds.view[start : start + OLDS].cast("Q")

    def _renew_lock(self) -> None:
        """In a forked child: another thread of the parent may have held it."""
        self._lock = threading.RLock()


_MAKING = threading.Lock()


@cache
def _process() -> Process:
    return Process()


def process() -> Process:
    """This process's, made at the first call.  Raises `MemoryError`."""
    with _MAKING:
        return _process()
