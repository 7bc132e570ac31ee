"""What can be seen of an instance of the subject between calls.

A snapshot is taken after every call, and most of the state is then as it was: what holds the same bytes is not decoded
again.
"""

from collections.abc import Sequence

from jit.runtime.globals import Global
from jit.runtime.instance import Instance
from jit.runtime.memory import Memory
from jit.runtime.table import Table
from jit.runtime.values import reference_of
from jit.wasm.types import FUNCREF, NULL, Value
from oracles.protocol import FOREIGN, HostCall, Snapshot


class Window:
    """The exported memories, globals and tables of one instance, and its functions by index."""

    __slots__ = ("_cells", "_instance", "_memories", "_rows")

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._memories: list[tuple[str, Memory]] = []
        self._cells: list[_Cell] = []
        self._rows: list[_Row] = []
        for name, extern in instance.exports.items():
            match extern:
                case Memory():
                    self._memories.append((name, extern))
                case Global():
                    self._cells.append(_Cell(name, extern))
                case Table():
                    self._rows.append(_Row(name, extern))

    def snapshot(self, trace: Sequence[HostCall]) -> Snapshot:
        """The state as it is now; `trace` is the store's."""
        return Snapshot(
            tuple([(name, bytes(memory.buffer)) for name, memory in self._memories]),
            tuple([cell.shown(self) for cell in self._cells]),
            tuple([row.shown(self) for row in self._rows]),
            tuple(trace),
        )

    def shown(self, value: Value) -> Value:
        """A value as this instance shows it: a function reference is an index of the instance, or foreign."""
        if value.type is not FUNCREF or value.bits == NULL:
            return value
        index = self._instance.index_of(value.bits)
        return Value(FUNCREF, FOREIGN if index is None else index)


class _Cell:
    """A global: its name and value, and the bytes it had when they were decoded."""

    __slots__ = ("_global", "_name", "_raw", "_shown")

    def __init__(self, name: str, extern: Global) -> None:
        self._name = name
        self._global = extern
        self._raw = b""
        self._shown = (name, Value(extern.type.type, 0))

    def shown(self, window: Window) -> tuple[str, Value]:
        raw = self._global.raw()
        if raw != self._raw:
            self._shown = (self._name, window.shown(self._global.get()))
            self._raw = raw
        return self._shown


class _Row:
    """A table: its name and tokens, and the elements it had when they were made."""

    __slots__ = ("_elements", "_name", "_shown", "_table", "_tokens")

    def __init__(self, name: str, extern: Table) -> None:
        self._name = name
        self._table = extern
        self._tokens = {0: "null"}
        self._elements: tuple[int, ...] = ()
        self._shown: tuple[str, tuple[str, ...]] = (name, ())

    def shown(self, window: Window) -> tuple[str, tuple[str, ...]]:
        elements = self._table.elements(0, len(self._table))
        if elements != self._elements:
            self._shown = (self._name, tuple([self._token(window, element) for element in elements]))
            self._elements = elements
        return self._shown

    def _token(self, window: Window, element: int) -> str:
        known = self._tokens.get(element)
        if known is None:
            value = window.shown(reference_of(self._table.declared.element, element))
            known = self._tokens[element] = token(value)
        return known


def token(value: Value) -> str:
    """A reference other than null as tables of snapshots show it."""
    if value.type is FUNCREF:
        return "foreign" if value.bits == FOREIGN else f"func:{value.bits}"
    return f"extern:{value.bits}"
