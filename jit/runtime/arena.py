"""Arenas: where the runtime's records live, such as VMContexts, FuncRefs, memory and table records.

An arena hands out zeroed, 16-byte aligned bytes of host memory and takes them back all at once.  One arena serves a
whole store, and an engine uses it again for the next store, so that a case costs no reservation of its own.
"""

import struct
from typing import Final

from ..host.base import Host

CHUNK: Final = 16 << 20
"""Size of a reservation; records that need more get a reservation of the next power of two."""
_ALIGN: Final = 16
_STEP: Final = 1 << 16
"""The first commit; each further one doubles what is committed."""
_WORD: Final = struct.Struct("<Q")


class _Block:
    """A reservation, and the view of what is committed of it."""

    __slots__ = ("base", "size", "used", "view")

    def __init__(self, base: int, size: int) -> None:
        self.base = base
        self.size = size
        self.used = 0
        self.view = memoryview(b"")

    def holds(self, address: int, size: int) -> bool:
        return self.base <= address and address + size <= self.base + self.used


class Arena:
    """A bump allocator over a host's reservations.

    Where it has a canary, that lies between any two records, and `check` tells whether somebody wrote over one.
    """

    __slots__ = ("_blocks", "_canary", "_host", "_sealed")

    def __init__(self, host: Host, canary: bytes = b"") -> None:
        """The canary's size is a multiple of 16."""
        self._host = host
        self._blocks: list[_Block] = []
        self._canary = canary
        self._sealed: list[tuple[int, bytes]] = []

    def allocate(self, size: int) -> int:
        """The address of `size` zero bytes; `MemoryError` when the host has no more."""
        if not self._canary:
            return self._take(size)
        width = len(self._canary)
        address = self._take(size + 2 * width) + width
        behind = address + -(-size // _ALIGN) * _ALIGN
        for canary in (address - width, behind):
            self.fill(canary, self._canary)
            self.seal(canary, self._canary)
        return address

    def seal(self, address: int, content: bytes) -> None:
        """Has `check` say so when these bytes are found changed, where it looks at all."""
        if self._canary:
            self._sealed.append((address, content))

    def check(self) -> str | None:
        """Which bytes that nobody may write have changed, in words; they are put right again.  None for none."""
        for address, content in self._sealed:
            found = bytes(self.view(address, len(content)))
            if found != content:
                at = next(i for i in range(len(content)) if found[i] != content[i])
                self.fill(address, content)
                return f"{found[at : at + 8].hex()} was written over {content[at : at + 8].hex()} at {address + at:#x}"
        return None

    def _take(self, size: int) -> int:
        size = -(-size // _ALIGN) * _ALIGN
        block = self._blocks[-1] if self._blocks else None
        if block is None or block.used + size > block.size:
            block = self._open(max(CHUNK, 1 << (size - 1).bit_length()))
        if block.used + size > len(block.view):
            committed = max(_STEP, len(block.view))
            while committed < block.used + size:
                committed *= 2
            self._host.commit(block.base, committed)
            block.view = self._host.memory(block.base, committed)
        address = block.base + block.used
        block.used += size
        return address

    def read(self, address: int) -> int:
        """The 64-bit word at an allocated address."""
        block = self._block(address, 8)
        word: int = _WORD.unpack_from(block.view, address - block.base)[0]
        return word

    def write(self, address: int, word: int) -> None:
        """Sets the 64-bit word at an allocated address."""
        block = self._block(address, 8)
        _WORD.pack_into(block.view, address - block.base, word)

    def fill(self, address: int, content: bytes | bytearray) -> None:
        """Copies bytes to an allocated address."""
        block = self._block(address, len(content))
        start = address - block.base
        block.view[start : start + len(content)] = content

    def view(self, address: int, size: int) -> memoryview:
        """A writable view of allocated bytes."""
        block = self._block(address, size)
        start = address - block.base
        return block.view[start : start + size]

    def reset(self) -> None:
        """Takes all bytes back; the first block is zeroed and kept for the next use."""
        for block in self._blocks[1:]:
            self._host.release(block.base)
        del self._blocks[1:]
        self._sealed.clear()
        for block in self._blocks:
            block.view[: block.used] = bytes(block.used)
            block.used = 0

    def _open(self, size: int) -> _Block:
        block = _Block(self._host.reserve(size), size)
        self._blocks.append(block)
        return block

    def _block(self, address: int, size: int) -> _Block:
        for block in self._blocks:
            if block.holds(address, size):
                return block
        raise AssertionError(f"{size} bytes at {address:#x} are not of this arena")
