"""Memory instructions that work on ranges: within the hot window mostly, short mostly; wild ones wrap around."""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op
from jit.wasm.types import PAGE

from . import overlap
from .builder import Builder
from .dirty import exactly
from .emit import i32_const, plain

_AND: Final = plain("i32.and")
_SHORT: Final = 64
"""Bytes that most ranges have at most."""
_LONG: Final = (65, 127, 128, 129, 255, 256, 257, 1000, 4095, 4096, 4097, PAGE // 2, PAGE // 2 + 1)
"""Bytes of the others: where a length has one more digit, whatever that is."""


def _is_wild(b: Builder) -> bool:
    return b.wild > 0 and b.draw(0, 1023) > 1023 - b.wild


def _start(b: Builder) -> None:
    """Pushes the start of a range: within the window, or zero where no page is sure; a wild one ends the space."""
    if _is_wild(b):
        b.out += i32_const(-b.draw(1, _SHORT))
        return
    b.leaf("i")
    b.out += i32_const(b.memory.mask if b.memory else 0) + _AND


def _length(b: Builder, most: int) -> None:
    """Pushes the length of a range, at most `most` bytes; or a wild one, that wraps around the address space."""
    if _is_wild(b):
        b.out += i32_const(-b.draw(1, 0x10000))
    else:
        exactly(b, b.draw(0, most if b.memory else 0))


def _some_length(b: Builder) -> None:
    """Pushes the length of a range of memory: a short one, or one of eight times a long one, where there is a page."""
    if b.memory and b.memory.size and b.draw(0, 7) == 7:
        exactly(b, _LONG[b.draw(0, len(_LONG) - 1)])
    else:
        _length(b, _SHORT)


def memory_fill(b: Builder) -> None:
    """Fills a part of memory."""
    _start(b)
    b.leaf("i")
    _some_length(b)
    b.out += instruction(op("memory.fill"), 0)


def memory_copy(b: Builder) -> None:
    """Copies within the window, so that source and destination overlap either way; half by small distances."""
    if b.memory and b.memory.size and b.draw(0, 1):
        overlap.in_memory(b, b.memory)
        return
    _start(b)
    _start(b)
    _some_length(b)
    b.out += instruction(op("memory.copy"), 0, 0)


def memory_init(b: Builder) -> None:
    """Copies from a segment, a passive one mostly; where it has been dropped, that traps unless nothing is copied."""
    index, size = _segment(b)
    _start(b)
    start = b.draw(0, size)
    exactly(b, start)
    _length(b, size - start)
    b.out += instruction(op("memory.init"), index, 0)


def _segment(b: Builder) -> tuple[int, int]:
    """A segment, and how long it is: an active one has been dropped."""
    passive, active = b.plan.passive_datas, b.plan.active_datas
    if active and (not passive or b.draw(0, 7) == 7):
        return active[b.draw(0, len(active) - 1)], 0
    return passive[b.draw(0, len(passive) - 1)]


def data_drop(b: Builder) -> None:
    """Drops a segment: the last passive one, since the others stay useful; or an active one, once more."""
    passive, active = b.plan.passive_datas, b.plan.active_datas
    is_active = bool(active) and (not passive or b.draw(0, 3) == 3)
    b.out += instruction(op("data.drop"), active[b.draw(0, len(active) - 1)] if is_active else passive[-1][0])
