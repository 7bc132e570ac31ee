"""Linear memories: one reservation each, at a base that never moves (spec: `exec-memory`).

The reservation spans every effective address that 32-bit index, 32-bit offset and access width can form, so that
generated code needs no bounds check: what is not committed faults.  Growth commits more of it and copies nothing.
"""

import operator
from typing import Final

from ..abi import MemoryRecord
from ..errors import LimitError, Trap
from ..limits import MAX_MEMORY_PAGES
from ..wasm.types import PAGE, Limits, MemoryType, TrapKind
from .machine import MEMORY_SPAN
from .records import Records

_FILL: Final = 1 << 20
"""Bytes that `fill` writes at a time, so that filling a large memory makes no second one."""


class Memory:
    """A linear memory, as exports give it and imports take it."""

    __slots__ = ("_maximum", "base", "declared", "record", "records")

    def __init__(self, records: Records, type: MemoryType) -> None:
        """Makes a memory of its minimum size; `LimitError` when there is no room for it."""
        machine = records.machine
        minimum = type.limits.minimum
        self.declared = type
        self.records = records
        declared = MAX_MEMORY_PAGES if type.limits.maximum is None else type.limits.maximum
        self._maximum = min(declared, machine.max_pages)
        if minimum > self._maximum:
            raise LimitError(f"a memory of {minimum} pages, more than {self._maximum}")
        self.base = machine.host.reserve(MEMORY_SPAN)
        machine.addresses.memories.add(self.base)
        records.on_close(self._release)
        if not self._commit(minimum):
            raise LimitError(f"no room for a memory of {minimum} pages")
        self.record = records.arena.allocate(MemoryRecord.SIZE)
        records.arena.write(self.record + MemoryRecord.BASE, self.base)
        records.arena.write(self.record + MemoryRecord.PAGES, minimum)

    def __len__(self) -> int:
        """Size in bytes."""
        return self.pages * PAGE

    @property
    def type(self) -> MemoryType:
        """The type an import is matched with: the minimum is the present size (spec: `valid-memtype`)."""
        return MemoryType(Limits(self.pages, self.declared.limits.maximum))

    @property
    def pages(self) -> int:
        """Present size in pages of 64 KiB."""
        self.records.check_open()
        return self.records.arena.read(self.record + MemoryRecord.PAGES)

    @property
    def buffer(self) -> memoryview:
        """A writable view of all bytes.  Growth leaves it valid, at its old length; closing the store ends it."""
        pages = self.pages
        return self.records.machine.host.memory(self.base, pages * PAGE) if pages else memoryview(bytearray())

    def grow(self, pages: int) -> int:
        """Adds zeroed pages and gives the old size; `LimitError` when the memory cannot grow by so many.

        `TypeError` for what is no integer, `ValueError` for a negative one.
        """
        pages = operator.index(pages)
        if pages < 0:
            raise ValueError(f"a memory cannot grow by {pages} pages")
        old = self.try_grow(pages)
        if old is None:
            raise LimitError(f"a memory of {self.pages} pages cannot grow by {pages}, its maximum is {self._maximum}")
        return old

    def try_grow(self, pages: int) -> int | None:
        """Adds zeroed pages and gives the old size; None, and no change, when that is impossible (spec: `grow-mem`).

        `pages` is what an instruction may give: an integer, not negative.
        """
        old = self.pages
        if old + pages > self._maximum or not self._commit(old + pages):
            return None
        self.records.arena.write(self.record + MemoryRecord.PAGES, old + pages)
        return old

    def write(self, destination: int, content: bytes, source: int, length: int) -> None:
        """`memory.init`: copies `content[source:][:length]` in; traps before any byte (spec: `exec-memory-init`)."""
        if source + length > len(content) or destination + length > len(self):
            raise Trap(TrapKind.OOB_MEMORY)
        if length:
            self.buffer[destination : destination + length] = content[source : source + length]

    def fill(self, destination: int, byte: int, length: int) -> None:
        """`memory.fill`; traps before any byte (spec: `exec-memory-fill`)."""
        if destination + length > len(self):
            raise Trap(TrapKind.OOB_MEMORY)
        buffer, pattern = self.buffer, bytes((byte & 0xFF,)) * min(length, _FILL)
        for start in range(destination, destination + length, _FILL):
            size = min(_FILL, destination + length - start)
            buffer[start : start + size] = pattern[:size]

    def copy(self, destination: int, origin: "Memory", source: int, length: int) -> None:
        """`memory.copy`: as if through a buffer; traps before any byte (spec: `exec-memory-copy`)."""
        if source + length > len(origin) or destination + length > len(self):
            raise Trap(TrapKind.OOB_MEMORY)
        if length:
            self.buffer[destination : destination + length] = origin.buffer[source : source + length]

    def _commit(self, pages: int) -> bool:
        if pages == 0:
            return True
        try:
            self.records.machine.host.commit(self.base, pages * PAGE)
        except MemoryError:
            return False
        return True

    def _release(self) -> None:
        machine = self.records.machine
        machine.addresses.memories.discard(self.base)
        machine.host.release(self.base)
