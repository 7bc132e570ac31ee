"""The C library through ctypes: address space, signals, cache synchronisation; errors as exceptions.

Addresses are integers.  A function that the system refuses raises `OSError`, or `MemoryError` where what is refused is
memory.

Rule 1: nothing here decides anything.
"""

import ctypes
import os
from typing import Final

from ..base import Addr
from .platforms import MACOS, Platform, Sigaction, Stack

PROT_NONE: Final = 0
READ: Final = 1
WRITE: Final = 2
EXECUTE: Final = 4
_MAP_PRIVATE: Final = 2
_FAILED: Final = ctypes.c_size_t(-1).value


class Libc:
    """The process's C library.

    `sigaction_address` and `raise_address` are where machine code calls the functions of these names.
    """

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        library = ctypes.CDLL(None, use_errno=True)
        address, size, number = ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int
        self._mmap = library.mmap
        self._mmap.restype = address
        self._mmap.argtypes = (address, size, number, number, number, ctypes.c_int64)
        self._munmap = library.munmap
        self._munmap.argtypes = (address, size)
        self._mprotect = library.mprotect
        self._mprotect.argtypes = (address, size, number)
        self._sigaction = library.sigaction
        self._sigaction.argtypes = (number, ctypes.c_void_p, ctypes.c_void_p)
        self._sigaltstack = library.sigaltstack
        self._sigaltstack.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
        self.sigaction_address = _address(library, "sigaction")
        self.raise_address = _address(library, "raise")
        if platform is MACOS:
            self._synchronise = library.sys_icache_invalidate
        else:
            self._synchronise = ctypes.CDLL("libgcc_s.so.1")["__clear_cache"]
        self._synchronise.restype = None
        self._synchronise.argtypes = (address, address)

    def map(self, size: int, protection: int, *, jit: bool = False) -> Addr:
        """Fresh zero pages somewhere, backed only when touched; `jit` where code will be written."""
        flags = self.platform.map_jit if jit else 0
        return self._map(0, size, protection, flags)

    def map_again(self, address: Addr, size: int) -> None:
        """Replaces pages by inaccessible ones that are zero once they are accessible."""
        self._map(address, size, PROT_NONE, self.platform.map_fixed)

    def unmap(self, address: Addr, size: int) -> None:
        if self._munmap(address, size):
            raise _error()

    def protect(self, address: Addr, size: int, protection: int) -> None:
        if self._mprotect(address, size, protection):
            raise MemoryError(f"the machine refuses {size} bytes of memory: {os.strerror(ctypes.get_errno())}")

    def action(self, number: int) -> Sigaction:
        """What a signal does at present."""
        found = self.platform.sigaction()
        if self._sigaction(number, None, ctypes.byref(found)):
            raise _error()
        return found

    def set_action(self, number: int, action: Sigaction) -> None:
        if self._sigaction(number, ctypes.byref(action), None):
            raise _error()

    def signal_stack(self) -> Stack:
        """The calling thread's stack for signal handlers; disabled when there is none."""
        found = self.platform.stack()
        if self._sigaltstack(None, ctypes.byref(found)):
            raise _error()
        return found

    def set_signal_stack(self, stack: Stack) -> None:
        if self._sigaltstack(ctypes.byref(stack), None):
            raise _error()

    def synchronise(self, address: Addr, size: int) -> None:
        """Makes the instructions just written here the ones that are executed, in this thread."""
        self._synchronise(address, size if self.platform is MACOS else address + size)

    def _map(self, address: Addr, size: int, protection: int, flags: int) -> Addr:
        platform = self.platform
        flags |= _MAP_PRIVATE | platform.map_anonymous | platform.map_noreserve
        found: int = self._mmap(address, size, protection, flags, -1, 0)
        if found == _FAILED:
            reason = os.strerror(ctypes.get_errno())
            raise MemoryError(f"the machine refuses {size} bytes of address space: {reason}")
        return found


def _address(library: ctypes.CDLL, name: str) -> Addr:
    found = ctypes.cast(library[name], ctypes.c_void_p).value
    assert found is not None
    return found


def _error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))


def view(address: Addr, size: int) -> memoryview:
    """A writable view of memory; touching what is not accessible ends the process."""
    return memoryview((ctypes.c_ubyte * size).from_address(address)).cast("B")
