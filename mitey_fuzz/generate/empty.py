"""Ranges of no length: where they start is checked all the same.

Each bulk row of memories and tables is given a length of zero and starts at the ends of what it works on, which is
right, or one further, which traps (spec: `exec-memory-copy`).
"""

from collections.abc import Callable, Sequence
from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder
from .dirty import exactly
from .emit import i32_const, plain

_PAGES: Final = instruction(op("memory.size"), 0) + i32_const(16) + plain("i32.shl")
_ADD: Final = plain("i32.add")


def in_memory(b: Builder, past: int) -> None:
    """Fills or copies nothing in memory; `past` is as for `bounds.Reach`."""
    datas = [*b.plan.passive_datas[:-1], *((index, 0) for index, _ in b.plan.passive_datas[-1:])]
    datas += [(index, 0) for index in b.plan.active_datas]
    which = b.draw(0, 3 if datas else 2)
    if which == 0:
        _ranges(b, [_PAGES], past, lambda: b.leaf("i"))
        b.out += instruction(op("memory.fill"), 0)
    elif which < 3:
        _ranges(b, [_PAGES, _PAGES], past)
        b.out += instruction(op("memory.copy"), 0, 0)
    else:
        index, size = datas[b.draw(0, len(datas) - 1)]
        _ranges(b, [_PAGES, i32_const(size)], past)
        b.out += instruction(op("memory.init"), index, 0)


def in_table(b: Builder, past: int) -> None:
    """Fills or copies nothing in tables."""
    index = b.draw(0, len(b.plan.tables) - 1)
    letter = b.plan.tables[index].letter
    size = instruction(op("table.size"), index)
    elems = _elems_of(b, letter)
    which = b.draw(0, 3 if elems else 2)
    if which == 0:
        _ranges(b, [size], past, lambda: b.leaf(letter))
        b.out += instruction(op("table.fill"), index)
    elif which < 3:
        sources = b.plan.tables_of(letter)
        source = sources[b.draw(0, len(sources) - 1)]
        _ranges(b, [size, instruction(op("table.size"), source)], past)
        b.out += instruction(op("table.copy"), index, source)
    else:
        elem, length = elems[b.draw(0, len(elems) - 1)]
        _ranges(b, [size, i32_const(length)], past)
        b.out += instruction(op("table.init"), elem, index)


def _elems_of(b: Builder, letter: str) -> list[tuple[int, int]]:
    """Segments of this type, and how many elements they surely have: what may be dropped has none, perhaps."""
    found = [(elem, 0) for elem, type, _ in b.plan.passive_elems if type == letter]
    return found + [(elem, 0) for elem in (b.plan.active_elems if letter == "r" else ())]


def _ranges(b: Builder, sizes: Sequence[bytes], past: int, between: Callable[[], None] = lambda: None) -> None:
    """Pushes starts at the ends of what has these sizes, some of them past that, or at 0; and a length of zero."""
    over = b.draw(1, (1 << len(sizes)) - 1) if past > 0 else 0
    for at, size in enumerate(sizes):
        if over >> at & 1:
            b.out += size + i32_const(1) + _ADD
        elif b.draw(0, 1):
            b.out += size
        else:
            b.out += i32_const(0)
    between()
    exactly(b, 0)
