"""Writing code on macOS, where pages mapped with MAP_JIT are writable or executable, by each thread's own choice.

Written from Apple's "Porting just-in-time compilers to Apple silicon".  Nothing else in the package differs by more
than a number (see `platforms`).

Rule 1: between the two switches nothing is executed but the copy: this thread cannot run generated code meanwhile.
"""

import ctypes
from collections.abc import Callable
from functools import cache

from ..base import Addr


@cache
def _write_protect() -> Callable[[int], object]:
    """`pthread_jit_write_protect_np`: 0 makes code writable for this thread, 1 executable."""
    switch = ctypes.CDLL(None).pthread_jit_write_protect_np
    switch.restype = None
    switch.argtypes = (ctypes.c_int,)
    return switch


def write_code(address: Addr, image: bytes) -> None:
    """Copies an image to pages mapped with MAP_JIT; caches are still to be synchronised."""
    switch = _write_protect()
    switch(0)
    try:
        ctypes.memmove(address, image, len(image))
    finally:
        switch(1)
