"""Accesses that end where memories, tables and segments end: one short of it, exactly there, one past it.

What goes one past stands in an arm of an `if`, so that what follows the trap is seen.  Sizes are asked for when
running, or constants that hold until the first growth.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from jit.wasm import writer
from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from . import empty
from .builder import Builder
from .dirty import exactly
from .emit import i32_const, plain
from .places import rarely
from .pusher import VALUES

_SIZE: Final = instruction(op("memory.size"), 0) + i32_const(16) + plain("i32.shl")
_ADD: Final = plain("i32.add")
_LENGTHS: Final = (0, 1, 2, 3, 4, 7, 8, 9, 16, 17, 33)

Reach = Callable[[Builder, int], None]
"""A statement that ends so many bytes or slots past an end: -1, 0 or 1."""


def bounds(b: Builder) -> None:
    """One access or bulk operation at an end; where there is neither memory nor table, a simple value."""
    reaches = _in_memory(b) + _in_tables(b)
    if not reaches:
        b.push_leaf("i")
        return
    reach = reaches[b.draw(0, len(reaches) - 1)]
    if b.wild and b.draw(0, 1):
        rarely(b, lambda b: reach(b, 1))
    else:
        reach(b, -b.draw(0, 1))


def _in_memory(b: Builder) -> list[Reach]:
    if b.plan.memory is None or b.plan.memory.minimum == 0:
        return []
    if not b.plan.profile.features.bulk_memory:
        return [_access, _far]
    reaches: list[Reach] = [_access, _access, _far, _far, _fill, _copy, empty.in_memory, empty.in_memory]
    if b.plan.active_datas:
        reaches += [_of_active, _of_active]
    if len(b.plan.passive_datas) > 1:
        reaches += [_beside_dropped] * 3
    return [*reaches, _init, _init, _init, _of_dropped] if b.plan.passive_datas else reaches


def _in_tables(b: Builder) -> list[Reach]:
    if not b.plan.tables or not b.plan.profile.features.reference_types:
        return []
    reaches: list[Reach] = [_slot, _table_fill]
    if b.plan.profile.features.bulk_memory:
        reaches += [_table_copy, empty.in_table, empty.in_table]
        if _twins(b):
            reaches += [*[_table_copy] * 10, empty.in_table, empty.in_table]
        if any(b.plan.tables_of(letter) for _, letter, _ in b.plan.passive_elems):
            reaches += [_table_init, _table_init, _of_dropped_elem, empty.in_table]
        if _kept_elems(b):
            reaches += [_beside_dropped_elem] * 3
        if b.plan.active_elems:
            reaches.append(_of_active_elem)
    return reaches


# --- memories


def _from_end(b: Builder, size: bytes, length: int, past: int) -> None:
    """Pushes where a range of this length starts, for it to end so far past what `size` pushes."""
    b.out += size
    if past != length:
        b.out += i32_const(past - length) + _ADD


def _access(b: Builder, past: int) -> None:
    """A load or store, its address split anyhow; or one whose sum of address and offset is just over 32 bits.

    What goes past the end goes there with some of its bytes, or with all.
    """
    _access_of(b, b.some_type(), partial(_address, past=past))


def _far(b: Builder, past: int) -> None:
    """An access whose offset alone is out of bounds, to a vector or a lane of one half of the time."""
    if past < 1 or b.memory is None:
        _access(b, past)
        return
    beyond = b.memory.beyond
    letter = "v" if "v" in b.types and b.draw(0, 1) else b.some_type()
    _access_of(b, letter, lambda b, _: beyond(b))


def _access_of(b: Builder, letter: str, address: Callable[[Builder, int], int]) -> None:
    """A load or store of this type; `address` pushes the address for a width in bytes, and gives the offset."""
    candidates = b.plan.candidates
    letter = letter if letter in VALUES else "i"
    kind = b.draw(0, 2) if letter == "v" else b.draw(0, 1)
    accesses = candidates.lane_loads if kind == 2 else (candidates.loads, candidates.stores)[kind][letter]
    code, width, lanes = accesses[b.draw(0, len(accesses) - 1)]
    offset = address(b, width)
    if kind:
        b.leaf(letter)
    b.out += code + b"\0" + writer.u32(offset) + (lanes[b.draw(0, len(lanes) - 1)] if lanes else b"")
    if kind != 1:
        b.stack += letter
        b.sink()


def _address(b: Builder, width: int, past: int) -> int:
    """Pushes the address of an access that ends there, or is out of bounds by its carry; gives its offset."""
    offset = (0, 0, 1, 8, 255, 4095, 16380)[b.draw(0, 6)]
    if past > 0 and b.draw(0, 1):
        exactly(b, -b.draw(1, offset or 1))
        return offset or 1
    _from_end(b, _SIZE, width + offset, b.draw(1, width) if past > 0 else past)
    return offset


def _around(b: Builder, most: int = 64) -> int:
    """Pushes the start of a range that goes beyond the last address there is, and gives its length: in 32 bits it ends
    near 0.  It starts near 0 and is very long; or it starts near the last address and has at most this length.
    """
    if most < 1 or b.draw(0, 1):
        start = b.draw(1, 64)
        b.out += i32_const(start)
        return -b.draw(1, start)
    length = b.draw(1, most)
    b.out += i32_const(-b.draw(1, length))
    return length


def _range(b: Builder, past: int) -> int:
    """Pushes the start of a range at the end of memory, and gives its length; or of one around the address space."""
    if past > 0 and b.draw(0, 1):
        return _around(b)
    length = _LENGTHS[b.draw(0, len(_LENGTHS) - 1)]
    _from_end(b, _SIZE, length, past)
    return length


def _fill(b: Builder, past: int) -> None:
    length = _range(b, past)
    b.leaf("i")
    b.out += i32_const(length) + instruction(op("memory.fill"), 0)


def _copy(b: Builder, past: int) -> None:
    """The source ends there, or the destination, or both."""
    which = b.draw(0, 2)
    if which == 0:
        b.out += i32_const(b.draw(0, 64))
        length = _range(b, past)
        b.out += i32_const(length)
    elif which == 1:
        length = _range(b, past)
        b.out += i32_const(b.draw(0, 64)) + i32_const(length)
    else:
        length = _range(b, past)
        _from_end(b, _SIZE, length, -b.draw(0, 1))
        b.out += i32_const(length)
    b.out += instruction(op("memory.copy"), 0, 0)


def _init(b: Builder, past: int) -> None:
    """The segment ends there, or memory does; or either range goes around the address space."""
    index, size = b.plan.passive_datas[b.draw(0, len(b.plan.passive_datas) - 1)]
    length = b.draw(0, max(0, size - 1))
    if past > 0 and b.draw(0, 1):
        length = _init_around(b, size)
    elif b.draw(0, 3):
        b.out += i32_const(b.draw(0, 64)) + i32_const(max(0, size - length + past))
    else:
        _from_end(b, _SIZE, length, past)
        b.out += i32_const(b.draw(0, size - length))
    b.out += i32_const(length) + instruction(op("memory.init"), index, 0)


def _init_around(b: Builder, size: int) -> int:
    """Pushes the starts of two ranges, in a memory or table and in a segment, and gives their length: the first one, or
    the second, goes around the address space.
    """
    if b.draw(0, 1):
        length = _around(b, size)
        b.out += i32_const(b.draw(0, max(0, size - length)) if length > 0 else 0)
        return length
    b.out += i32_const(0)
    return _around(b)


def _of_dropped(b: Builder, past: int) -> None:
    """Nothing of a dropped segment may be copied, at the end of memory too; anything more is past its end."""
    index, _ = b.plan.passive_datas[-1]
    b.out += instruction(op("data.drop"), index)
    if past > 0:
        b.out += i32_const(b.draw(0, 64))
    else:
        _from_end(b, _SIZE, 0, past)
    _nothing(b, past)
    b.out += instruction(op("memory.init"), index, 0)


def _of_active(b: Builder, past: int) -> None:
    """An active segment has been dropped when instantiation was over."""
    if past > 0:
        b.out += i32_const(b.draw(0, 64))
    else:
        _from_end(b, _SIZE, 0, past)
    _nothing(b, past)
    b.out += instruction(op("memory.init"), b.plan.active_datas[b.draw(0, len(b.plan.active_datas) - 1)], 0)


def _beside_dropped(b: Builder, past: int) -> None:
    """What is copied ends where its segment does, when another one has been dropped."""
    *kept, (last, _) = b.plan.passive_datas
    dropped = (last, *b.plan.active_datas)
    index, size = kept[b.draw(0, len(kept) - 1)]
    length = b.draw(min(size, 1), size)
    b.out += instruction(op("data.drop"), dropped[b.draw(0, len(dropped) - 1)])
    b.out += i32_const(b.draw(0, 64)) + i32_const(size - length + max(past, 0)) + i32_const(length)
    b.out += instruction(op("memory.init"), index, 0)


def _nothing(b: Builder, past: int) -> None:
    """Pushes start and length of nothing, or of as little as can be past the end of a segment that was dropped."""
    start = b.draw(0, 1) if past > 0 else 0
    exactly(b, start)
    exactly(b, 1 - start if past > 0 else 0)


# --- tables


def _table(b: Builder) -> int:
    return b.draw(0, len(b.plan.tables) - 1)


def _table_range(b: Builder, index: int, past: int, most: int = 3) -> int:
    """Pushes the start of a range at the end of a table, behind what indirect calls go through, or of one around the
    address space; gives its length.
    """
    table = b.plan.tables[index]
    return _slots_at_end(b, index, table.minimum - table.scratch, past, most)


def _slots_at_end(b: Builder, index: int, room: int, past: int, most: int) -> int:
    """The same of a range that has at most `room` slots."""
    if past > 0 and b.draw(0, 2) == 2:
        return _around(b, most)
    if past < 0:
        past, room = (past, room - 1) if room else (0, 0)
    length = b.draw(0, min(room, most))
    _from_end(b, instruction(op("table.size"), index), length, past)
    return length


def _slot(b: Builder, past: int) -> None:
    """A slot is read; of a table too small for that, the end is filled."""
    index = _table(b)
    table = b.plan.tables[index]
    if past < 1 and table.minimum < 1 - past:
        _table_fill(b, past)
        return
    _from_end(b, instruction(op("table.size"), index), 1, past)
    b.out += instruction(op("table.get"), index)
    b.stack += table.letter
    b.sink()


def _table_fill(b: Builder, past: int) -> None:
    index = _table(b)
    length = _table_range(b, index, past)
    b.leaf(b.plan.tables[index].letter)
    b.out += i32_const(length) + instruction(op("table.fill"), index)


def _twins(b: Builder) -> list[int]:
    """Tables of whose type there is another."""
    return [index for index, table in enumerate(b.plan.tables) if len(b.plan.tables_of(table.letter)) > 1]


def _table_copy(b: Builder, past: int) -> None:
    """The source ends there, or the destination, or both; from another table mostly, where there is one of the type."""
    twins = _twins(b)
    index = twins[b.draw(0, len(twins) - 1)] if twins and b.draw(0, 7) else _table(b)
    same = b.plan.tables_of(b.plan.tables[index].letter)
    others = [other for other in same if other != index]
    source = others[b.draw(0, len(others) - 1)] if others and b.draw(0, 7) else index
    to, origin = b.plan.tables[index], b.plan.tables[source]
    which = b.draw(0, 3)
    if which < 2:
        b.out += i32_const(to.scratch)
        length = _slots_at_end(b, source, origin.minimum, past, to.minimum - to.scratch)
    elif which == 2:
        length = _table_range(b, index, past, origin.minimum)
        b.out += i32_const(b.draw(0, max(0, origin.minimum - length) if length > 0 else 0))
    else:
        length = _table_range(b, index, past, origin.minimum)
        _from_end(
            b,
            instruction(op("table.size"), source),
            length,
            b.draw(0, 1) if past > 0 else -b.draw(0, int(length < origin.minimum)),
        )
    b.out += i32_const(length) + instruction(op("table.copy"), index, source)


def _table_init(b: Builder, past: int) -> None:
    """The segment ends there, or the table, or both; or either range goes around the address space."""
    fitting = [entry for entry in b.plan.passive_elems if b.plan.tables_of(entry[1])]
    elem, letter, size = fitting[b.draw(0, len(fitting) - 1)]
    tables = b.plan.tables_of(letter)
    index = tables[b.draw(0, len(tables) - 1)]
    if past > 0 and b.draw(0, 1):
        length = _init_around(b, size)
    elif past > 0 and b.draw(0, 2) == 0:
        length = _table_range(b, index, past, size)
        b.out += i32_const(b.draw(0, max(0, size - length) if length > 0 else 0))
    else:
        length = _table_range(b, index, min(past, 0), size)
        b.out += i32_const(max(0, size - length + max(past, 0)))
    b.out += i32_const(length)
    b.out += instruction(op("table.init"), elem, index)


def _of_active_elem(b: Builder, past: int) -> None:
    """The same of a table's segment."""
    elem = b.plan.active_elems[b.draw(0, len(b.plan.active_elems) - 1)]
    _from_slots_of_nothing(b, elem, "r", past)


def _kept_elems(b: Builder) -> list[tuple[int, str, int]]:
    """Passive segments that nothing drops, and for whose type there is a table."""
    return [entry for entry in b.plan.passive_elems[:-1] if b.plan.tables_of(entry[1])]


def _beside_dropped_elem(b: Builder, past: int) -> None:
    """As much of a segment as there is room for, to the end of a table, when another one has been dropped."""
    dropped = (b.plan.passive_elems[-1][0], *b.plan.active_elems)
    kept = _kept_elems(b)
    elem, letter, size = kept[b.draw(0, len(kept) - 1)]
    tables = b.plan.tables_of(letter)
    index = tables[b.draw(0, len(tables) - 1)]
    b.out += instruction(op("elem.drop"), dropped[b.draw(0, len(dropped) - 1)])
    length = _table_range(b, index, 0, size)
    b.out += i32_const(size - length + max(past, 0)) + i32_const(length) + instruction(op("table.init"), elem, index)


def _of_dropped_elem(b: Builder, past: int) -> None:
    """The same of a table's segment that is dropped now."""
    fitting = [entry for entry in b.plan.passive_elems if b.plan.tables_of(entry[1])]
    elem, letter, _ = fitting[-1]
    b.out += instruction(op("elem.drop"), elem)
    _from_slots_of_nothing(b, elem, letter, past)


def _from_slots_of_nothing(b: Builder, elem: int, letter: str, past: int) -> None:
    """Copies nothing of a dropped segment to the end of a table, or one slot to the first that bodies may write."""
    index = b.plan.tables_of(letter)[0]
    table = b.plan.tables[index]
    if past > 0 and table.scratch < table.minimum:
        b.out += i32_const(table.scratch)
    else:
        _from_end(b, instruction(op("table.size"), index), 0, 0)
    _nothing(b, past)
    b.out += instruction(op("table.init"), elem, index)
