"""Globals: a 16-byte cell in a VMContext or, for a host's own, in the store's records (spec: `exec-variable`).

The cell's address is the global's identity; instances that share a global share the cell.
"""

import struct
from typing import Final

from ..abi import GLOBAL_SIZE
from ..wasm.types import GlobalType, Value
from .function import Number, check_references, decode, encode
from .records import Records
from .values import check_types, from_slots, to_slots

_CELL: Final = struct.Struct("<2Q")


class Global:
    """A global, as exports give it and imports take it."""

    __slots__ = ("_bytes", "cell", "records", "type")

    def __init__(self, records: Records, type: GlobalType, cell: int) -> None:
        self.records = records
        self.type = type
        self.cell = cell
        self._bytes = records.arena.view(cell, GLOBAL_SIZE)

    @staticmethod
    def make(records: Records, type: GlobalType, value: Value) -> "Global":
        """A global in a cell of its own."""
        made = Global(records, type, records.arena.allocate(GLOBAL_SIZE))
        made._check(value)
        made.store(value)
        return made

    @property
    def value(self) -> Number:
        """The value as Python's own; set with anything that `Function.__call__` takes for this type."""
        return decode(self.records, self.get())

    @value.setter
    def value(self, number: Number) -> None:
        self.set(encode(self.records, self.type.type, number))

    def get(self) -> Value:
        """The value, bit for bit."""
        self.records.check_open()
        return from_slots((self.type.type,), _CELL.unpack(self._bytes))[0]

    def raw(self) -> bytes:
        """The cell's bytes: equal bytes are equal values."""
        self.records.check_open()
        return bytes(self._bytes)

    def set(self, value: Value) -> None:
        """Sets the value, bit for bit; `TypeError` when the global is immutable or of another type."""
        self.records.check_open()
        if not self.type.mutable:
            raise TypeError("this global is immutable")
        self._check(value)
        self.store(value)

    def store(self, value: Value) -> None:
        """Writes the cell, whether the global is mutable or not: how globals are initialised."""
        for i, word in enumerate(to_slots((value,))):
            self.records.arena.write(self.cell + 8 * i, word)

    def _check(self, value: Value) -> None:
        check_types((value,), (self.type.type,), "global")
        check_references(self.records, (value,))
