"""Unicorn, as far as the emulated host needs it: one CPU in its fast configuration, typed, faults told exactly.

The fast configuration is pages of 64 KiB and a callback that fills the TLB, instead of memory hooks: an order of
magnitude in loads, stores and calls.  The callback also decides what may be accessed.  A page refused there faults
before anything is written, so no store of one general register is ever torn; pairs and 16-byte stores are two stores to
Unicorn, and can be.

The CPU is the plainest, Armv8.0-A: with half-precision arithmetic, which later models have, Unicorn aborts the process
on some unallocated encodings of it.

Rule 1: no function here is called from inside a run but `stop`.
"""

from typing import Final, Protocol

import unicorn
from unicorn import arm64_const as arm64
from unicorn import unicorn_const as const

from .base import Addr, Blocks, Faulted, FaultKind
from .driver import require_frames
from .emulator_memory import EXECUTE, PAGE, READ, WRITE, AddressSpace

_TRANSLATIONS: Final = 32 << 20
"""Bytes for translated code; Unicorn's default is 1 GiB for each machine."""

_DENIED: Final = {
    const.UC_MEM_READ: (READ, FaultKind.LOAD),
    const.UC_MEM_WRITE: (WRITE, FaultKind.STORE),
    const.UC_MEM_FETCH: (EXECUTE, FaultKind.FETCH),
}
_RAISING: Final = (
    # mask, match, what stopping there means
    (0xFFFF0000, 0x00000000, FaultKind.UNDEFINED),  # udf
    (0xFFE0001F, 0xD4400000, FaultKind.UNDEFINED),  # hlt
    (0xFFE0001F, 0xD4200000, FaultKind.OTHER),  # brk
)


class _Entry(Protocol):
    """What Unicorn wants to know of a page."""

    paddr: int
    perms: int


class Machine:
    """One emulated CPU and its address space, which deals out addresses from `first` upwards."""

    def __init__(self, first: Addr) -> None:
        self._denied: tuple[FaultKind, Addr] | None = None
        self._asked = False
        self._counting: int | None = None
        # The order matters: setting the TLB's mode initialises the engine, after which sizes are silently ignored.
        uc = unicorn.Uc(const.UC_ARCH_ARM64, const.UC_MODE_ARM, arm64.UC_CPU_ARM64_A72)
        uc.ctl_set_page_size(PAGE)
        uc.ctl_set_tcg_buffer_size(_TRANSLATIONS)
        uc.ctl_set_tlb_mode(const.UC_TLB_VIRTUAL)
        self._hook = uc.hook_add(const.UC_HOOK_TLB_FILL, self._fill)
        self._uc = uc
        self.space = AddressSpace(first, self._map_memory, self._forget_pages)

    def forget_code(self, start: Addr, end: Addr) -> None:
        """Drops what was translated from a range; its first page must be executable."""
        self._uc.ctl_remove_cache(start, end)

    def run(self, pc: Addr, most: int = 0) -> Faulted | None:
        """Runs from `pc` until `wfi`, `stop` or a fault; None for the first two, and after `most` instructions.

        0 is no bound.  Counting makes the run some three times slower (70 million instructions a second).
        Raises `KeyboardInterrupt` when an exception thrown by a signal handler was lost in the run.
        """
        self.space.settle()
        self._denied = None
        try:
            self._uc.emu_start(pc, 0, count=most)
        except unicorn.UcError:
            return self._fault()
        return None

    def forget_translations(self) -> None:
        """Drops all that was translated: whether instructions are counted is decided when they are translated."""
        self._uc.ctl_flush_tb()

    def count(self, blocks: Blocks | None) -> None:
        """Counts from now on what runs, in `blocks`; None ends that.  See `Profiling`."""
        if self._counting is not None:
            self._uc.hook_del(self._counting)
            self._counting = None
        if blocks is not None:

            def enter(_uc: object, address: Addr, size: int, _: object) -> None:
                at = address, size
                blocks[at] = blocks.get(at, 0) + 1

            self._counting = self._uc.hook_add(const.UC_HOOK_BLOCK, enter)
        self.forget_translations()

    def stop(self) -> None:
        """Ends the run soon, if there is one; callable from any thread."""
        self._uc.emu_stop()

    @property
    def pc(self) -> Addr:
        pc: int = self._uc.reg_read(arm64.UC_ARM64_REG_PC)
        return pc

    @property
    def link(self) -> Addr:
        """x30."""
        link: int = self._uc.reg_read(arm64.UC_ARM64_REG_X30)
        return link

    def close(self) -> None:
        """Frees the engine.  Memory mapped into it must still exist."""
        self._uc.hook_del(self._hook)  # its callback holds the engine
        del self._uc

    def _map_memory(self, address: Addr, size: int, permission: int, pointer: int) -> None:
        """Puts memory of this process at an address, for as long as the machine lives."""
        self._uc.mem_map_ptr(address, size, permission, pointer)

    def _forget_pages(self) -> None:
        """Makes the machine ask for permission again, for every page."""
        self._uc.ctl(const.UC_CTL_TLB_FLUSH, const.UC_CTL_IO_WRITE)

    def _fill(self, _uc: object, page: Addr, access: int, entry: _Entry, _: object) -> bool:
        """Unicorn asks how to reach a page; False makes the access fault."""
        self._asked = True
        wanted, kind = _DENIED[access]
        allowed = self.space.permission(page)
        if wanted & allowed:
            entry.paddr = page
            entry.perms = allowed
            return True
        self._denied = kind, page
        return False

    def _fault(self) -> Faulted:
        """What ended the run."""
        pc = self.pc
        if self._denied is not None:
            kind, page = self._denied
            return Faulted(pc, kind, page, self.link)
        if pc & 3:
            return Faulted(pc, FaultKind.FETCH, pc, self.link)
        before = self.space.word(pc - 4)
        if before is not None and before & 0xFFE0001F == 0xD4000001:  # svc: the CPU stops past it
            return Faulted(pc - 4, FaultKind.OTHER, pc - 4, self.link)
        word = self.space.word(pc)
        if word is not None:
            for mask, match, kind in _RAISING:
                if word & mask == match:
                    return Faulted(pc, kind, pc, self.link)
        return self._run_again(pc)

    def _run_again(self, pc: Addr) -> Faulted:
        """Tells an undefined instruction from a page that `_fill` was not there to allow.

        Unicorn asks through ctypes, and Python may fail to enter `_fill` at all: for a pending signal, whose handler
        then raises before the first line, or for want of stack.  ctypes reports that on stderr and answers False.  So
        the instruction is run again: when it is to blame itself, it faults again without a question; otherwise what was
        lost is made up.
        """
        self._asked = False
        while not self._asked:  # a stop from outside may come before the instruction does
            try:
                self._uc.emu_start(pc, 0)
            except unicorn.UcError:
                if not self._asked:
                    require_frames(8)
                    return Faulted(pc, FaultKind.UNDEFINED, pc, self.link)
        raise KeyboardInterrupt
