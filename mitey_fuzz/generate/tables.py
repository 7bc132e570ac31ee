"""Steps over references and tables.

Bodies write behind the runs that indirect calls go through (`plan.Run`), so that those stay callable.
"""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from . import overlap
from .builder import Builder
from .dirty import exactly
from .emit import SELECT_T, i32_const, plain
from .plan import ROOMY, TablePlan

_IS_NULL: Final = plain("ref.is_null")


def ref_null(b: Builder) -> None:
    letter = "re"[b.draw(0, 1)]
    b.constant(letter)
    b.stack += letter


def ref_func(b: Builder) -> None:
    exported = b.plan.exported
    b.out += instruction(op("ref.func"), exported[b.draw(0, len(exported) - 1)])
    b.stack += "r"


def ref_is_null(b: Builder) -> None:
    if b.top() not in ("r", "e"):
        ref_null(b)
    b.out += _IS_NULL
    b.stack = b.stack[:-1] + "i"


def select_t(b: Builder) -> None:
    """A select that names its type: any type, the only one for references."""
    letter = b.some_type()
    b.leaf(letter)
    b.leaf(letter)
    b.comparison()
    b.out += SELECT_T[letter]
    b.stack += letter


def _table(b: Builder) -> tuple[int, TablePlan]:
    index = b.draw(0, len(b.plan.tables) - 1)
    return index, b.plan.tables[index]


def _within(b: Builder, first: int, table: TablePlan) -> None:
    """Pushes a slot from `first` on; a wild one lies at the end, or anywhere."""
    if first >= table.minimum or (b.wild and b.draw(0, 1023) > 1023 - b.wild):
        if b.draw(0, 1):
            b.leaf("i")
        else:
            b.out += i32_const(table.minimum)
        return
    exactly(b, b.draw(first, table.minimum - 1))


def table_get(b: Builder) -> None:
    index, table = _table(b)
    _within(b, 0, table)
    b.out += instruction(op("table.get"), index)
    b.stack += table.letter


def table_set(b: Builder) -> None:
    index, table = _table(b)
    _within(b, table.scratch, table)
    b.leaf(table.letter)
    b.out += instruction(op("table.set"), index)


def table_size(b: Builder) -> None:
    b.out += instruction(op("table.size"), _table(b)[0])
    b.stack += "i"


def table_grow(b: Builder) -> None:
    """Grows by little, by nothing, or by far too much; by thousands where there is room for that."""
    index, table = _table(b)
    b.leaf(table.letter)
    count = (0, 1, 1, 2, 3, 1, -1, 0x7FFF_FFFF)[b.draw(0, 7)]
    if table.maximum >= table.minimum + ROOMY and b.draw(0, 1):
        count = ROOMY - b.draw(0, 3)
    b.out += i32_const(count) + instruction(op("table.grow"), index)
    b.stack += "i"


def _length(b: Builder, most: int) -> None:
    if b.wild and b.draw(0, 1023) > 1023 - b.wild:
        b.out += i32_const(-b.draw(1, 8))
    else:
        exactly(b, b.draw(0, max(0, most)))


def _range_start(b: Builder, first: int, table: TablePlan) -> int:
    """Pushes the start of a range behind `first`, and gives how long it can be."""
    start = b.draw(min(first, table.minimum), table.minimum)
    exactly(b, start)
    return table.minimum - start


def table_fill(b: Builder) -> None:
    index, table = _table(b)
    room = _range_start(b, table.scratch, table)
    b.leaf(table.letter)
    _length(b, room)
    b.out += instruction(op("table.fill"), index)


def table_copy(b: Builder) -> None:
    """Copies between tables of one type, or within one, overlapping either way; half the time by small distances."""
    to, table = _table(b)
    if overlap.has_room(table) and b.draw(0, 1):
        overlap.in_table(b, to, table)
        return
    sources = b.plan.tables_of(table.letter)
    source = sources[b.draw(0, len(sources) - 1)]
    room = _range_start(b, table.scratch, table)
    room = min(room, _range_start(b, 0, b.plan.tables[source]))
    _length(b, room)
    b.out += instruction(op("table.copy"), to, source)


def table_init(b: Builder) -> None:
    """Copies from a segment, a passive one mostly; where it has been dropped, that traps unless nothing is copied."""
    elem, letter, size = _segment(b)
    tables = b.plan.tables_of(letter)
    index = tables[b.draw(0, len(tables) - 1)]
    table = b.plan.tables[index]
    room = _range_start(b, table.scratch, table)
    start = b.draw(0, size)
    exactly(b, start)
    _length(b, min(room, size - start))
    b.out += instruction(op("table.init"), elem, index)


def _segment(b: Builder) -> tuple[int, str, int]:
    """A segment, its type and how long it is: an active one has been dropped."""
    passive, active = b.plan.passive_elems, b.plan.active_elems
    if active and b.draw(0, 7) == 7:
        return active[b.draw(0, len(active) - 1)], "r", 0
    return passive[b.draw(0, len(passive) - 1)]


def elem_drop(b: Builder) -> None:
    """Drops a segment: the last passive one, since the others stay useful; or an active one, once more."""
    passive, active = b.plan.passive_elems, b.plan.active_elems
    is_active = bool(active) and b.draw(0, 3) == 3
    b.out += instruction(op("elem.drop"), active[b.draw(0, len(active) - 1)] if is_active else passive[-1][0])
