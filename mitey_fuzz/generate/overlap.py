"""Copies within one memory or table whose ranges overlap by all but a few bytes or slots, either way.

What lies there is made to differ first, about where copies by pieces of 16 to 128 bytes have their seams: a copy that
runs the wrong way, or by pieces, reads what it has written already.
"""

from typing import Final

from jit.wasm import writer
from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder
from .dirty import exactly
from .emit import i32_const
from .memory import Memory
from .plan import TablePlan

_STORE: Final = instruction(op("i64.store"), 0, 0)[:-2]
_PIECES: Final = (16, 32, 64, 128)
"""Bytes that copies may move at once."""
_DISTANCES: Final = (1, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40)
_FARTHEST: Final = 2 * _PIECES[-1] + _DISTANCES[-1]


def in_memory(b: Builder, memory: Memory) -> None:
    """Copies a little more than a piece, or several, up or down by a small distance."""
    distance = _DISTANCES[b.draw(0, len(_DISTANCES) - 1)]
    piece = _PIECES[b.draw(0, len(_PIECES) - 1)]
    length = piece + b.draw(1, piece)
    low = min(memory.base + b.draw(0, memory.mask), memory.size - _FARTHEST)
    up = b.draw(0, 1)
    source = low + distance * (1 - up)
    for seam in (piece, length - piece):
        b.out += i32_const(source + max(0, seam - b.draw(1, 8)))
        b.leaf("l")
        b.out += _STORE + writer.u32(0) + writer.u32(0)
    exactly(b, low + distance * up)
    exactly(b, source)
    exactly(b, length)
    b.out += instruction(op("memory.copy"), 0, 0)


def has_room(table: TablePlan) -> bool:
    """Whether bodies may write two of its slots that lie behind another."""
    return table.minimum - table.scratch >= 2 and table.minimum >= 3


def in_table(b: Builder, index: int, table: TablePlan) -> None:
    """Copies as many slots as there is room for, up or down by one or two; some are written first, if they may be."""
    writes = b.plan.profile.features.reference_types
    distance = 1 if table.minimum - table.scratch < 4 else b.draw(1, 2)
    up = b.draw(0, 2) > 0
    destination = max(table.scratch, distance) if up else table.scratch
    source = destination - distance if up else destination + distance
    length = table.minimum - max(source, destination)
    for slot in (source, source + distance, source + length - 1):
        if writes and slot >= table.scratch and b.draw(0, 2):
            b.out += i32_const(slot)
            b.leaf(table.letter)
            b.out += instruction(op("table.set"), index)
    exactly(b, destination)
    exactly(b, source)
    exactly(b, length)
    b.out += instruction(op("table.copy"), index, index)
