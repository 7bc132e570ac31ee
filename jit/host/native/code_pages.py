"""Code pages: executable memory that is never writable at the same time, and the one place that writes it.

On Linux a page is readable and executable; while it is written it is readable and writable instead.  On macOS a thread
switches all code pages of the process, for itself, between the two (see `macos`).  Either way the instruction caches
are brought in step before anything may run: no emulator notices where that is missing.

Rule 1: all machine code of a process that this package writes is written by `CodePages.write`.
Rule 2: nothing runs on pages while they are written; every arena belongs to one thread of control.
"""

import ctypes
from typing import Final

from ..base import Addr
from . import macos
from .libc import EXECUTE, READ, WRITE, Libc

_PAGE: Final = 65536
_ONCE: Final = 1 << 20


class CodePages:
    """An arena of `size` bytes of zero words, each of them `udf #0`.  Raises `MemoryError`."""

    def __init__(self, libc: Libc, size: int) -> None:
        self._libc = libc
        self._jit = bool(libc.platform.map_jit)
        protection = READ | EXECUTE
        # Aligned to nothing but the system's page: BL counts from where it is.
        self.base: Addr = libc.map(size, protection | WRITE if self._jit else protection, jit=True)
        self.size = size
        self._used = 0

    def write(self, address: Addr, image: bytes) -> None:
        """Makes `image` what is executed at an address, a multiple of 4."""
        start = address - self.base
        assert 0 <= start <= start + len(image) <= self.size, "code outside of its arena"
        self._used = max(self._used, start + len(image))
        if self._jit:
            macos.write_code(address, image)
        else:
            first = start // _PAGE * _PAGE
            size = min(-(-(start + len(image)) // _PAGE) * _PAGE, self.size) - first
            self._libc.protect(self.base + first, size, READ | WRITE)
            ctypes.memmove(address, image, len(image))
            self._libc.protect(self.base + first, size, READ | EXECUTE)
        self._libc.synchronise(address, len(image))

    def word(self, address: Addr) -> int | None:
        """The instruction at an address; None outside of the arena, and where none can begin."""
        if 0 <= address - self.base < self.size and not address & 3:
            return int.from_bytes(ctypes.string_at(address, 4), "little")
        return None

    def clear(self) -> None:
        """Makes everything `udf #0` again."""
        for start in range(0, self._used, _ONCE):
            self.write(self.base + start, bytes(min(_ONCE, self._used - start)))
        self._used = 0
