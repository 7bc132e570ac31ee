"""What differs between the systems that run arm64 code natively: numbers of their C interfaces, as plain data.

Linux's are the kernel's and glibc's (`asm/sigcontext.h`, `bits/sigaction.h`).  macOS's are from its public headers
(`mach/arm/_structs.h`, `sys/signal.h`, `sys/mman.h`).

Rule 1: this is the only place that says what lies where in a signal frame.
"""

import ctypes
import platform
import signal
import sys
from dataclasses import dataclass


class LinuxSigaction(ctypes.Structure):
    """glibc's `struct sigaction`."""

    _fields_ = (
        ("handler", ctypes.c_size_t),
        ("mask", ctypes.c_uint64 * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_size_t),
    )


class MacSigaction(ctypes.Structure):
    """Darwin's `struct sigaction`."""

    _fields_ = (("handler", ctypes.c_size_t), ("mask", ctypes.c_uint32), ("flags", ctypes.c_int))


class LinuxStack(ctypes.Structure):
    """Linux's `stack_t`."""

    _fields_ = (("base", ctypes.c_size_t), ("flags", ctypes.c_int), ("size", ctypes.c_size_t))


class MacStack(ctypes.Structure):
    """Darwin's `stack_t`."""

    _fields_ = (("base", ctypes.c_size_t), ("size", ctypes.c_size_t), ("flags", ctypes.c_int))


Sigaction = LinuxSigaction | MacSigaction
Stack = LinuxStack | MacStack


@dataclass(frozen=True, slots=True)
class Platform:
    """One system.

    map_anonymous, map_noreserve, map_fixed  flags of `mmap`, besides MAP_PRIVATE
    map_jit       the flag that code pages need, or 0 where `mprotect` alone makes code writable and executable in turn
    sigaction, stack  the structures of these names
    sa_siginfo, sa_onstack, sa_nodefer, sa_restart  flags of `sigaction`
    ss_disable    the flag of `sigaltstack`
    context       byte offset in `ucontext_t` of the pointer to the registers, or None where they lie in it
    registers     byte offset of x0 from there; x1-x30 follow
    sp, pc        byte offsets of these from there
    address       byte offset of `si_addr` in `siginfo_t`
    tells_sent    whether `si_code` tells a signal that was sent from one that an instruction raised
    """

    name: str
    map_anonymous: int
    map_noreserve: int
    map_fixed: int
    map_jit: int
    sigaction: type[Sigaction]
    stack: type[Stack]
    sa_siginfo: int
    sa_onstack: int
    sa_nodefer: int
    sa_restart: int
    ss_disable: int
    context: int | None
    registers: int
    sp: int
    pc: int
    address: int
    tells_sent: bool


LINUX = Platform(
    name="Linux", map_anonymous=0x20, map_noreserve=0x4000, map_fixed=0x10, map_jit=0,
    sigaction=LinuxSigaction, stack=LinuxStack,
    sa_siginfo=0x4, sa_onstack=0x0800_0000, sa_nodefer=0x4000_0000, sa_restart=0x1000_0000, ss_disable=2,
    context=None, registers=184, sp=432, pc=440, address=16, tells_sent=True,
)  # fmt: skip

MACOS = Platform(
    name="macOS", map_anonymous=0x1000, map_noreserve=0x40, map_fixed=0x10, map_jit=0x800,
    sigaction=MacSigaction, stack=MacStack,
    sa_siginfo=0x40, sa_onstack=0x1, sa_nodefer=0x10, sa_restart=0x2, ss_disable=4,
    context=48, registers=16, sp=264, pc=272, address=24, tells_sent=False,
)  # fmt: skip

SIGNALS = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP)
"""What a fault of generated code arrives as."""
STOP = signal.SIGURG
"""What stops a run: ignored by default, so that a late one harms nobody, and used by next to nobody."""


def missing() -> str | None:
    """Why code cannot run natively here; None where it can."""
    if platform.machine() not in ("aarch64", "arm64"):
        return f"this machine is {platform.machine()}, not arm64"
    if sys.platform not in ("linux", "darwin"):
        return f"{platform.system()} is neither Linux nor macOS"
    if sys.maxsize >> 32 == 0:
        return "this Python is a 32-bit program"
    return None


def current() -> Platform:
    """The system at hand, where `missing` finds nothing."""
    return MACOS if sys.platform == "darwin" else LINUX
