"""Addresses, loads, stores, and the memory instructions.

Most addresses are masked into a hot window, so that loads meet stores; some lie at the very end of memory, wherever
growth has put it; some are wild: anywhere, across the end, beyond 32 bits once the offset is added, or at an
offset that is in bounds but for one bit.
"""

from typing import TYPE_CHECKING, Final

from jit.wasm import writer
from jit.wasm.body import instruction
from jit.wasm.opcodes import op
from jit.wasm.types import PAGE

from .emit import LOCAL_GET, LOCAL_TEE, i32_const, plain
from .plan import MemoryPlan

if TYPE_CHECKING:
    from .builder import Builder
    from .pusher import Pusher

_AND: Final = plain("i32.and")
_ADD: Final = plain("i32.add")
_SUB: Final = plain("i32.sub")
_END_OF_MEMORY: Final = instruction(op("memory.size"), 0) + i32_const(16) + plain("i32.shl")
"""Pushes the size of memory in bytes; it fits 32 bits, as no generated memory has 65,536 pages."""
_REACHES: Final = (
    0, 1, 255, 256, 257, 4095, 4096, 4097, 8190, 8192, 16380, 16384, 32760, 32767, 32768, 0xFFF0, 0x10008, 0x12345,
    0x20000,
)  # fmt: skip
"""Offsets around what arm64's loads and stores reach, and what MOVZ and shifted constants hold (Arm ARM: "LDR
(immediate)", "LDUR")."""
_NEAR: Final = (0, 0, 0, 0, 1, 2, 3, 4, 4, 8, 8, 12, 16)
_ALIGNMENTS: Final = {1: (0,), 2: (1, 1, 1, 0), 4: (2, 2, 2, 0, 1), 8: (3, 3, 3, 0, 1, 2), 16: (4, 4, 0, 1, 2, 3)}
"""Alignment hints by width in bytes, the natural one first and most."""


class Memory:
    """How one function addresses memory 0."""

    def __init__(self, plan: MemoryPlan) -> None:
        self.size = plan.size
        self.base = plan.base
        self.mask = plan.mask
        self._masked = i32_const(plan.mask) + _AND
        room = plan.size - plan.mask - 32
        near = [plan.base + offset for offset in _NEAR]
        self._offsets = tuple(o for o in (*near, *near, *_REACHES) if o <= room)

    def address(self, b: "Pusher", width: int) -> bytes:
        """Pushes an address for an access of `width` bytes; gives the memarg that belongs to it."""
        which = b.draw(0, 15)
        align = _ALIGNMENTS[width]
        memarg = writer.u32(align[b.draw(0, len(align) - 1)])
        if b.wild and b.draw(0, 1023) > 1023 - b.wild:
            return memarg + self._wild(b, width)
        if not self._offsets:
            return memarg + self._at_end(b, width)
        if which < 5:
            b.out += i32_const(b.draw(0, self.mask))
        elif which < 15:
            b.leaf("i")
            b.out += self._masked
        else:
            return memarg + self._at_end(b, width)
        return memarg + writer.u32(self._offsets[b.draw(0, len(self._offsets) - 1)])

    def masked(self, b: "Builder", width: int, code: bytes) -> bytes:
        """An access to the address on the stack, which is masked into the window first."""
        return self._masked + self.near(b, width, code)

    def near(self, b: "Builder", width: int, code: bytes) -> bytes:
        """An access to the address on the stack, which is not above the mask; the module has a page."""
        align = _ALIGNMENTS[width]
        offset = self._offsets[b.draw(0, len(self._offsets) - 1)]
        return code + writer.u32(align[b.draw(0, len(align) - 1)]) + writer.u32(offset)

    def beyond(self, b: "Pusher") -> int:
        """Pushes an address, and gives an offset to it: without one bit of that they are in the window, or without the
        carry of their sum.
        """
        bit = 1 << ((16, 24, 24, 31)[b.draw(0, 3)] if b.draw(0, 1) else b.draw(12, 31))
        offset = bit + (self._offsets[b.draw(0, len(self._offsets) - 1)] if self._offsets else 0)
        which = b.draw(0, 3)
        if which == 0:
            b.out += i32_const(b.draw(0, self.mask) - bit)
            return offset
        b.leaf("i")
        b.out += self._masked
        if which == 1:
            b.out += i32_const(-bit) + _ADD
        return offset

    def _at_end(self, b: "Pusher", width: int) -> bytes:
        """The last bytes of memory, split anyhow between address and offset."""
        back = width + (0, 0, 1, 7)[b.draw(0, 3)]
        if b.draw(0, 1) and self.size:
            offset = min(_REACHES[b.draw(0, len(_REACHES) - 1)], self.size - back)
            b.out += i32_const(self.size - back - offset)
            return writer.u32(offset)
        offset = b.draw(0, back - width)
        b.out += _END_OF_MEMORY + i32_const(back + offset) + _SUB
        return writer.u32(offset)

    def _wild(self, b: "Pusher", width: int) -> bytes:
        """Out of bounds, mostly: across the end, past 32 bits, or wherever a value points."""
        which = b.draw(0, 5)
        if which > 3:
            return writer.u32(self.beyond(b))
        if which == 0:
            b.out += _END_OF_MEMORY + i32_const(b.draw(0, width)) + _SUB
            return writer.u32(b.draw(0, 1))
        if which == 1:
            b.out += i32_const(-b.draw(1, 64))
            return writer.u32(b.draw(0, 128))
        if which == 2:
            b.leaf("i")
            return writer.u32(0xFFFF_FFFF - b.draw(0, 16))
        b.leaf("i")
        return writer.u32(self._offsets[b.draw(0, len(self._offsets) - 1)] if self._offsets else 0)


def load(b: "Builder") -> None:
    """A load; of the value on top, masked into the window, where that is an i32."""
    letter = b.some_type()
    accesses = b.plan.candidates.loads.get(letter)
    if b.top() != "i" or accesses is None or b.memory is None or b.memory.size == 0:
        b.load(letter)
        b.stack += letter
        return
    code, width, _ = accesses[b.draw(0, len(accesses) - 1)]
    b.out += b.memory.masked(b, width, code)
    b.stack = b.stack[:-1] + letter


def store(b: "Builder") -> None:
    """A store: of the value on top, of an expression, or of one local to the address that it holds itself."""
    if b.memory is None:
        b.push_leaf("i")
        return
    which = b.draw(0, 3)
    if which == 0 and b.height and b.stack[-1] in b.plan.candidates.stores:
        letter = b.stack[-1]
        b.stack = b.stack[:-1]
        b.store_top(letter)
        return
    letter = "i" if which == 1 else b.some_type()
    accesses = b.plan.candidates.stores.get(letter)
    if accesses is None:
        letter, accesses = "i", b.plan.candidates.stores["i"]
    code, width, lanes = accesses[b.draw(0, len(accesses) - 1)]
    memarg = b.memory.address(b, width)
    if which == 1:
        local = b.some_local("i")
        b.out += LOCAL_TEE[local] + LOCAL_GET[local]
    else:
        b.expression(letter, 2)
    b.out += code + memarg
    if lanes:
        b.out += lanes[b.draw(0, len(lanes) - 1)]


def load_lane(b: "Builder") -> None:
    """Replaces a lane of some vector by what is in memory."""
    if b.memory is None:
        b.push_leaf("v")
        return
    b.load_lane(1)
    b.stack += "v"


def memory_size(b: "Builder") -> None:
    b.out += instruction(op("memory.size"), 0)
    b.stack += "i"


_GROW: Final = instruction(op("memory.grow"), 0)


def memory_grow(b: "Builder") -> None:
    """Grows by little, by nothing, or by far too much."""
    b.out += i32_const((0, 1, 1, 2, PAGE, -1, 0x7FFF_FFFF)[b.draw(0, 6)]) + _GROW
    b.stack += "i"
