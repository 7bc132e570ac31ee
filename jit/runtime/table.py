"""Tables: elements in host memory, at a base that never moves (spec: `exec-table`).

A table reserves room for all it may ever grow to, in one of a few sizes, so that hosts can pool reservations.
Elements are described in `values`; what a function element is as an object, `function` says.
"""

import operator
import struct
from collections.abc import Sequence
from typing import Final

from ..abi import TableRecord
from ..errors import LimitError, Trap
from ..limits import MAX_TABLE_ELEMENTS
from ..wasm.types import Limits, TableType, TrapKind, Value
from .function import Reference, check_references, decode_reference, encode_reference
from .records import Records
from .values import check_types, element_of, reference_of

_ELEMENT: Final = 8
_SIZES: Final = (1 << 16, 1 << 20, 1 << 24, 1 << 27)
"""Bytes of a reservation; the last one holds the most elements a table may have."""


class Table:
    """A table, as exports give it and imports take it."""

    __slots__ = ("_maximum", "base", "declared", "record", "records")

    def __init__(self, records: Records, type: TableType) -> None:
        """Makes a table of its minimum length, all null; `LimitError` when there is no room for it."""
        minimum, maximum = type.limits.minimum, type.limits.maximum
        self.declared = type
        self.records = records
        self._maximum = MAX_TABLE_ELEMENTS if maximum is None else min(maximum, MAX_TABLE_ELEMENTS)
        if minimum > self._maximum:
            raise LimitError(f"a table of {minimum} elements, more than {self._maximum}")
        host = records.machine.host
        self.base = host.reserve(next(size for size in _SIZES if size >= self._maximum * _ELEMENT))
        records.on_close(self._release)
        if not self._commit(minimum):
            raise LimitError(f"no room for a table of {minimum} elements")
        self.record = records.arena.allocate(TableRecord.SIZE)
        records.arena.write(self.record + TableRecord.BASE, self.base)
        records.arena.write(self.record + TableRecord.LENGTH, minimum)

    def __len__(self) -> int:
        """Present length in elements."""
        self.records.check_open()
        return self.records.arena.read(self.record + TableRecord.LENGTH)

    @property
    def type(self) -> TableType:
        """The type an import is matched with: the minimum is the present length (spec: `valid-tabletype`)."""
        return TableType(self.declared.element, Limits(len(self), self.declared.limits.maximum))

    def __getitem__(self, index: int) -> Reference:
        """The element as an object: a `Function`, an extern handle, or None; `IndexError` out of bounds."""
        return decode_reference(self.records, self.get(index))

    def __setitem__(self, index: int, reference: Reference) -> None:
        self.set(index, encode_reference(self.records, self.declared.element, reference))

    def get(self, index: int) -> Value:
        """The element as a typed value; `IndexError` out of bounds."""
        self._check_index(index)
        return reference_of(self.declared.element, self.elements(index, 1)[0])

    def set(self, index: int, value: Value) -> None:
        """Sets an element from a typed value.

        `IndexError` out of bounds, `TypeError` for a value of another type, `ValueError` for no function of this store.
        """
        check_types((value,), (self.declared.element,), "table element")
        check_references(self.records, (value,))
        self._check_index(index)
        self._put(index, (element_of(value),))

    def grow(self, delta: int, reference: Reference = None) -> int:
        """Adds elements and gives the old length; `LimitError` when the table cannot grow by so many.

        `TypeError` for what is no integer or no reference of the table's type, `ValueError` for a negative integer or a
        function of another store.
        """
        delta = operator.index(delta)
        if delta < 0:
            raise ValueError(f"a table cannot grow by {delta} elements")
        element = element_of(encode_reference(self.records, self.declared.element, reference))
        old = self.try_grow(delta, element)
        if old is None:
            raise LimitError(f"a table of {len(self)} cannot grow by {delta}, its maximum is {self._maximum}")
        return old

    def try_grow(self, delta: int, element: int) -> int | None:
        """`table.grow`: the old length; None, and no change, when that is impossible (spec: `grow-table`).

        `delta` is what an instruction may give: an integer, not negative.
        """
        old = len(self)
        if old + delta > self._maximum or not self._commit(old + delta):
            return None
        self.records.arena.write(self.record + TableRecord.LENGTH, old + delta)
        if element:
            self._put(old, (element,) * delta)
        return old

    def elements(self, start: int, count: int) -> tuple[int, ...]:
        """Elements `start..start + count`, which must be in bounds, as the machine holds them."""
        if not count:
            return ()
        view = self.records.machine.host.memory(self.base + start * _ELEMENT, count * _ELEMENT)
        return struct.unpack(f"<{count}Q", view)

    def write(self, destination: int, elements: Sequence[int], source: int, length: int) -> None:
        """`table.init`: copies `elements[source:][:length]` in; traps before any (spec: `exec-table-init`)."""
        if source + length > len(elements) or destination + length > len(self):
            raise Trap(TrapKind.OOB_TABLE)
        self._put(destination, elements[source : source + length])

    def fill(self, destination: int, element: int, length: int) -> None:
        """`table.fill`; traps before any element (spec: `exec-table-fill`)."""
        if destination + length > len(self):
            raise Trap(TrapKind.OOB_TABLE)
        self._put(destination, (element,) * length)

    def copy(self, destination: int, origin: "Table", source: int, length: int) -> None:
        """`table.copy`: as if through a buffer; traps before any element (spec: `exec-table-copy`)."""
        if source + length > len(origin) or destination + length > len(self):
            raise Trap(TrapKind.OOB_TABLE)
        self._put(destination, origin.elements(source, length))

    def _put(self, start: int, elements: Sequence[int]) -> None:
        if elements:
            view = self.records.machine.host.memory(self.base + start * _ELEMENT, len(elements) * _ELEMENT)
            struct.pack_into(f"<{len(elements)}Q", view, 0, *elements)

    def _check_index(self, index: int) -> None:
        length = len(self)
        if not 0 <= index < length:
            raise IndexError(f"element {index} of a table of {length}")

    def _commit(self, length: int) -> bool:
        if length == 0:
            return True
        try:
            self.records.machine.host.commit(self.base, length * _ELEMENT)
        except MemoryError:
            return False
        return True

    def _release(self) -> None:
        self.records.machine.host.release(self.base)
