"""Where code goes: hands out pieces of one arena and takes them back.

The arena is at most 128 MiB, so that a BL anywhere in it reaches everywhere in it.  This decides addresses only; bytes,
and keeping translated code in step with them, are the host's.
"""

from bisect import bisect_left, insort

from .base import Addr

REACH = 128 << 20
"""How far BL and B reach, in bytes."""
ALIGNMENT = 16


class CodeSpace:
    """First fit over an address-ordered list of holes; neighbouring holes are joined."""

    def __init__(self, base: Addr, size: int) -> None:
        assert size <= REACH
        assert not (base | size) % ALIGNMENT
        self._size = size
        self._holes: list[tuple[Addr, int]] = [(base, size)]
        self._taken: dict[Addr, int] = {}

    def allocate(self, size: int) -> Addr:
        """A piece of at least `size` bytes, aligned to 16.  Raises `MemoryError` when no hole is large enough."""
        wanted = max(-(-size // ALIGNMENT), 1) * ALIGNMENT
        for position, (address, length) in enumerate(self._holes):
            if length >= wanted:
                if length == wanted:
                    del self._holes[position]
                else:
                    self._holes[position] = (address + wanted, length - wanted)
                self._taken[address] = wanted
                return address
        raise MemoryError(f"no {size} bytes free in the {self._size >> 20} MiB of code space; free code first")

    def size(self, address: Addr) -> int:
        """How many bytes the piece at `address` has.  Raises `ValueError` when none was allocated there."""
        try:
            return self._taken[address]
        except KeyError:
            raise ValueError(f"no code was allocated at {address:#x}") from None

    def free(self, address: Addr) -> int:
        """Takes a piece back and gives its size.  Raises `ValueError` when none was allocated at `address`."""
        taken = size = self.size(address)
        del self._taken[address]
        after = bisect_left(self._holes, (address, 0))
        if after < len(self._holes) and self._holes[after][0] == address + size:
            size += self._holes.pop(after)[1]
        if after and sum(self._holes[after - 1]) == address:
            address, length = self._holes.pop(after - 1)
            size += length
        insort(self._holes, (address, size))
        return taken
