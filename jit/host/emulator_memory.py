"""The emulated machine's address space: regions, what of each is accessible, and the host memory behind them.

Equal programs see equal addresses on every machine and in every run: what is reserved goes to the lowest free place for
its size, and places for different sizes lie in windows of their own, so that what was reserved before and given back
does not matter.  Each region lies in lazily filled anonymous memory that the emulator maps once.  Which bytes are
accessible is decided here alone, page by page, when the emulator asks: committing is bookkeeping, and all the rest is
guard.

Rule 1: private memory, never shared: a forked child must not write into its parent's machine.
"""

import ctypes
import mmap
import sys
from bisect import bisect_right
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final

from .base import Addr

PAGE: Final = 65536
"""The emulator's page: what accessibility is decided for."""
GUARD: Final = 16 << 20
"""Inaccessible bytes after every region: no code frame is as large, so none can step over them."""

_WINDOW: Final = 1 << 37
"""Addresses for the reservations of one size, rounded up to a power of two."""
_ABOVE: Final = 34
"""Bits of the sizes that are too large for a window: they lie above all others."""

_CLEAR_BY_WRITING: Final = 512 << 10
"""FAST: writing zeros over 64 KiB takes 3 µs and keeps the pages; giving pages back costs 0.25 µs a page when used
again, but its cost does not grow with what was never touched."""
_ZEROS: Final = memoryview(bytes(_CLEAR_BY_WRITING))
_MAP_NORESERVE: Final = 0x4000 if sys.platform == "linux" else 0

READ: Final = 1
WRITE: Final = 2
EXECUTE: Final = 4
"""What may be done with a page; the values are Unicorn's.  FAST: as an IntFlag, 0.4 µs of each question."""


class Region:
    """A stretch of address space with memory behind it; its first `committed` bytes are accessible.

    `exposed` is how many the emulator may still think accessible.
    """

    __slots__ = ("base", "committed", "exposed", "memory", "permission", "size", "view")

    def __init__(self, base: Addr, size: int, permission: int) -> None:
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_NORESERVE
        try:
            self.memory = mmap.mmap(-1, size, flags=flags)
        except OSError as error:
            raise MemoryError(f"the machine refuses {size} bytes of address space: {error}") from error
        self.view = memoryview(self.memory)
        self.base = base
        self.size = size
        self.permission = permission
        self.committed = 0
        self.exposed = 0

    @property
    def pointer(self) -> int:
        """Where the memory lies in this process."""
        return ctypes.addressof(ctypes.c_char.from_buffer(self.memory))

    def commit(self, size: int) -> None:
        """Makes the first `size` bytes accessible, a whole number of pages; never fewer than there are."""
        if size > self.committed:
            self.committed = size
            self.exposed = max(self.exposed, size)

    def clear(self, size: int) -> None:
        """Zeroes the first `size` bytes."""
        if size <= _CLEAR_BY_WRITING:
            self.view[:size] = _ZEROS[:size]
        elif sys.platform == "linux":
            self.memory.madvise(mmap.MADV_DONTNEED, 0, size)
        else:
            for start in range(0, size, _CLEAR_BY_WRITING):
                end = min(start + _CLEAR_BY_WRITING, size)
                self.view[start:end] = _ZEROS[: end - start]


class AddressSpace:
    """All regions of one machine.

    `map_memory(address, size, permission, pointer)` makes a new region's memory known to the emulator;
    `forget_pages` makes the emulator ask again about every page.
    """

    def __init__(
        self,
        first: Addr,
        map_memory: Callable[[Addr, int, int, int], None],
        forget_pages: Callable[[], None],
    ) -> None:
        self.gap: Callable[[Addr], int] = _none
        """Makes the bytes that stay unused behind the guard of a new region, which begins at an address."""
        self._next = first
        self._windows = first + _WINDOW
        self._ends: dict[int, Addr] = {}
        self._map_memory = map_memory
        self._forget_pages = forget_pages
        self._bases: list[Addr] = []
        self._regions: list[Region] = []
        self._reserved: dict[Addr, Region] = {}
        self._pool: dict[int, list[tuple[Addr, Region]]] = {}
        self._overexposed: list[Region] = []

    def add(self, size: int, permission: int) -> Region:
        """A new region of `size` bytes, rounded up to a page, above those added before.  Raises `MemoryError`."""
        region = self._region(self._next, size, permission)
        self._next = self._behind(region)
        return region

    def _region(self, base: Addr, size: int, permission: int) -> Region:
        region = Region(base, _pages(size), permission)
        self._map_memory(base, region.size, permission, region.pointer)
        position = bisect_right(self._bases, base)
        self._bases.insert(position, base)
        self._regions.insert(position, region)
        return region

    def _behind(self, region: Region) -> Addr:
        """Where the next region may begin."""
        return region.base + _pages(region.size + GUARD + self.gap(region.base))

    def permission(self, address: Addr) -> int:
        """What may be done at an address: `READ`, `WRITE` and `EXECUTE` or-ed together."""
        position = bisect_right(self._bases, address) - 1
        if position < 0:
            return 0
        region = self._regions[position]
        return region.permission if address - region.base < region.committed else 0

    def word(self, address: Addr) -> int | None:
        """The instruction at an address, a multiple of 4; None where nothing may be executed."""
        position = bisect_right(self._bases, address) - 1
        if position < 0:
            return None
        region = self._regions[position]
        start = address - region.base
        if start >= region.committed or not region.permission & EXECUTE:
            return None
        return int.from_bytes(region.view[start : start + 4], "little")

    def settle(self) -> None:
        """To be called before the machine runs: takes back accesses that the emulator may remember."""
        # FAST: 1.6 µs, and the pages are asked for again at 1 µs each; so only when a region really shrank.
        if self._overexposed:
            if any(region.exposed > region.committed for region in self._overexposed):
                self._forget_pages()
            for region in self._overexposed:
                region.exposed = region.committed
            self._overexposed.clear()

    def reserve(self, size: int) -> Addr:
        """See `Host.reserve`."""
        pool = self._pool.get(_pages(size))
        region = heappop(pool)[1] if pool else self._reserve(size)
        self._reserved[region.base] = region
        return region.base

    def _reserve(self, size: int) -> Region:
        """A new region in the window for its size, or above all windows when that is full."""
        window = min((_pages(size) - 1).bit_length(), _ABOVE)
        if self._end(window) + size > self._windows + (window + 1) * _WINDOW:
            window = _ABOVE
        region = self._region(self._end(window), size, READ | WRITE)
        self._ends[window] = self._behind(region)
        return region

    def _end(self, window: int) -> Addr:
        return self._ends.get(window, self._windows + window * _WINDOW)

    def commit(self, base: Addr, size: int) -> None:
        """See `Host.commit`."""
        region = self._reservation(base)
        size = -(-size // PAGE) * PAGE
        if size > region.size:
            raise MemoryError(f"{size} bytes asked of a reservation of {region.size}")
        region.commit(size)

    def release(self, base: Addr) -> None:
        """See `Host.release`."""
        region = self._reservation(base)
        region.clear(region.committed)
        region.committed = 0
        if region.exposed:
            self._overexposed.append(region)
        del self._reserved[base]
        heappush(self._pool.setdefault(region.size, []), (region.base, region))

    def memory(self, base: Addr, size: int) -> memoryview:
        """See `Host.memory`."""
        region = self._reserved.get(base)
        if region is None:
            region = self._reserved.get(self._bases[max(bisect_right(self._bases, base) - 1, 0)])
        if region is not None:
            start = base - region.base
            if 0 <= start <= start + size <= region.committed:
                return region.view[start : start + size]
        raise ValueError(f"{size} bytes at {base:#x} are not all committed")

    def _reservation(self, base: Addr) -> Region:
        try:
            return self._reserved[base]
        except KeyError:
            raise ValueError(f"no reservation begins at {base:#x}") from None


def _pages(size: int) -> int:
    """Rounded up to whole pages, and at least one."""
    return max(-(-size // PAGE), 1) * PAGE


def _none(_: Addr) -> int:
    return 0
