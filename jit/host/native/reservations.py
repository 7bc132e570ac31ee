"""Address space: reservations with guards, growth at a fixed base, and a pool of what was given back.

A reservation is inaccessible address space between two guards.  Committing makes its beginning accessible; releasing
clears it.  Address space is never given back to the system but kept for the next reservation of its size, by the whole
process: taking 8 GiB afresh costs a system call natively, and under qemu-user 0.1 s and 49 MB that are never returned.

Rule 1: nothing outside this package knows an address here that Python could touch uncommitted: `memory` checks.
"""

import ctypes
import os
import threading
from bisect import bisect_right, insort
from typing import Final

from ..base import Addr
from .libc import PROT_NONE, READ, WRITE, Libc, view

PAGE: Final = 65536
"""What sizes and bases are multiples of: at least the system's page anywhere."""
GUARD: Final = 16 << 20
"""Inaccessible bytes on both sides of a reservation: no code frame is as large, so none can step over them."""

_CLEAR_BY_WRITING: Final = 512 << 10
"""Writing zeros keeps the pages for the next use, but its cost grows with what is cleared."""


class Reservation:
    """Address space at `base`; its first `committed` bytes are accessible."""

    __slots__ = ("_libc", "base", "committed", "size", "view")

    def __init__(self, libc: Libc, size: int) -> None:
        """`size` is a multiple of `PAGE`.  Raises `MemoryError`."""
        start = libc.map(size + 2 * GUARD + PAGE, PROT_NONE)
        self._libc = libc
        self.base: Addr = -(-(start + GUARD) // PAGE) * PAGE
        self.size = size
        self.committed = 0
        self.view = view(self.base, size)

    def commit(self, size: int) -> None:
        """Makes the first `size` bytes accessible, rounded up to a page; never fewer than there are."""
        size = -(-size // PAGE) * PAGE
        if size > self.size:
            raise MemoryError(f"{size} bytes asked of a reservation of {self.size}")
        if size > self.committed:
            self._libc.protect(self.base + self.committed, size - self.committed, READ | WRITE)
            self.committed = size

    def clear(self) -> None:
        """Makes all of it inaccessible, and zero for its next use."""
        if self.committed > _CLEAR_BY_WRITING:
            self._libc.map_again(self.base, self.committed)
        elif self.committed:
            ctypes.memset(self.base, 0, self.committed)
            self._libc.protect(self.base, self.committed, PROT_NONE)
        self.committed = 0


class Pool:
    """All address space that the process has taken and nobody uses.

    Safe to use from several threads, and from a finalizer that runs in the middle of it, hence the kind of lock.
    """

    def __init__(self, libc: Libc) -> None:
        self._libc = libc
        self._lock = threading.RLock()
        self._spare: dict[int, list[Reservation]] = {}
        os.register_at_fork(after_in_child=self._renew_lock)

    def take(self, size: int) -> Reservation:
        """A reservation of at least `size` bytes.  Raises `MemoryError`."""
        size = max(-(-size // PAGE), 1) * PAGE
        with self._lock:
            spare = self._spare.get(size)
            if spare:
                return spare.pop()
        return Reservation(self._libc, size)

    def give(self, reservation: Reservation) -> None:
        """Takes a reservation back, and what lies in it."""
        reservation.clear()
        with self._lock:
            self._spare.setdefault(reservation.size, []).append(reservation)

    def _renew_lock(self) -> None:
        """In a forked child: another thread of the parent may have held it."""
        self._lock = threading.RLock()


class Reservations:
    """The reservations of one host."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._bases: list[Addr] = []
        self._taken: dict[Addr, Reservation] = {}

    def reserve(self, size: int) -> Addr:
        """See `Host.reserve`."""
        taken = self._pool.take(size)
        self._taken[taken.base] = taken
        insort(self._bases, taken.base)
        return taken.base

    def commit(self, base: Addr, size: int) -> None:
        """See `Host.commit`."""
        self._at(base).commit(size)

    def release(self, base: Addr) -> None:
        """See `Host.release`."""
        self._pool.give(self._at(base))
        del self._taken[base]
        self._bases.remove(base)

    def memory(self, base: Addr, size: int) -> memoryview:
        """See `Host.memory`."""
        found = self._taken.get(base)
        if found is None:
            before = bisect_right(self._bases, base)
            found = self._taken[self._bases[before - 1]] if before else None
        if found is not None:
            start = base - found.base
            if 0 <= start <= start + size <= found.committed:
                return found.view[start : start + size]
        raise ValueError(f"{size} bytes at {base:#x} are not all committed")

    def close(self) -> None:
        """Gives everything back."""
        while self._bases:
            self.release(self._bases[-1])

    def _at(self, base: Addr) -> Reservation:
        try:
            return self._taken[base]
        except KeyError:
            raise ValueError(f"no reservation begins at {base:#x}") from None
