"""What can be seen of an instance between calls: memories, globals and tables, read through handles looked up once.

A snapshot is taken after every call, and most of the state is then as it was: a number of the same bits, and a table
slot with the same function record, is not decoded again.
"""

import ctypes
from collections.abc import Callable, Sequence
from typing import TypeAlias

from jit.wasm.types import FUNCREF, NULL, Value

from ..protocol import FOREIGN, HostCall, Snapshot
from ..reader import GLOBAL_KIND, MEMORY_KIND, TABLE_KIND
from . import ffi, values
from .ffi import Words

_FUNCREF_KIND = values.kind_of(FUNCREF)
_FUNCTION_WORD = ffi.PAYLOAD // 8 + 1  # of a tagged value: the handle is (store id, record)

Take: TypeAlias = Callable[[Words], Value]


class Window:
    """The exported state of one instance."""

    __slots__ = ("_cells", "_context", "_memories", "_rows", "_tokens", "_value", "_value_at")

    def __init__(self, context: int, exports: Sequence[tuple[str, int, int]]) -> None:
        """`exports` are name, kind and address of the handle."""
        self._context = context
        self._value = ffi.words(ffi.VALUE_WORDS)
        self._value_at = ctypes.addressof(self._value)
        self._memories = [(name, at) for name, kind, at in exports if kind == MEMORY_KIND]
        self._cells = [_Cell(name, at) for name, kind, at in exports if kind == GLOBAL_KIND]
        self._rows = [(name, at) for name, kind, at in exports if kind == TABLE_KIND]
        self._tokens: dict[int, str] = {}

    def snapshot(self, trace: Sequence[HostCall], take: Take) -> Snapshot:
        """The state as it is now; `trace` is the store's, `take` decodes a tagged value, which is given up."""
        return Snapshot(
            tuple([(name, self._bytes(at)) for name, at in self._memories]),
            tuple([self._shown(cell, take) for cell in self._cells]),
            tuple([(name, self._elements(at, take)) for name, at in self._rows]),
            tuple(trace),
        )

    def _bytes(self, at: int) -> bytes:
        size = ffi.memory_data_size(self._context, at)
        return bytes(ffi.load_bytes(ffi.memory_data(self._context, at), size)) if size else b""

    def _shown(self, cell: "_Cell", take: Take) -> tuple[str, Value]:
        value = self._value
        ffi.global_get(self._context, cell.at, self._value_at)
        raw = value[1], value[2]
        if raw != cell.raw:
            shown = take(value)
            cell.shown = cell.name, shown
            cell.raw = None if shown.type.is_ref else raw  # a reference is a new handle each time
        return cell.shown

    def _elements(self, at: int, take: Take) -> tuple[str, ...]:
        value, value_at = self._value, self._value_at
        tokens: list[str] = []
        for i in range(ffi.table_size(self._context, at)):
            ffi.table_get(self._context, at, i, value_at)
            tokens.append(self._function(take) if value[0] & 0xFF == _FUNCREF_KIND else _token(take(value)))
        return tuple(tokens)

    def _function(self, take: Take) -> str:
        """The token of a function reference: its record stays where it is as long as the store."""
        value = self._value
        record = value[_FUNCTION_WORD] if value[1] else 0
        known = self._tokens.get(record)
        if known is None:
            known = self._tokens[record] = _token(take(value))
        return known


class _Cell:
    """A global: the address of its handle, its name and value, and the words it had when they were decoded."""

    __slots__ = ("at", "name", "raw", "shown")

    def __init__(self, name: str, at: int) -> None:
        self.name = name
        self.at = at
        self.raw: tuple[int, int] | None = None
        self.shown: tuple[str, Value]


def _token(value: Value) -> str:
    if value.bits == NULL:
        return "null"
    if value.type is FUNCREF:
        return "foreign" if value.bits == FOREIGN else f"func:{value.bits}"
    return f"extern:{value.bits}"
