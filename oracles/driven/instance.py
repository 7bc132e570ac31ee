"""An instance in a driver: calls through its shim, and what can be seen of its state between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from jit.wasm.types import EXTERNREF, FUNCREF, NULL, FuncType, GlobalType, ValType, Value

from .. import wire, wire_state
from ..protocol import FOREIGN, HostCall, Outcome, Returned, Snapshot, Unsupported
from ..reader import FUNC_KIND, GLOBAL_KIND, MEMORY_KIND, TABLE_KIND, ExportName, Outline
from ..wire import Json, Message
from . import shims
from .driver import references
from .kind import Kind

UNNAMED = "func"
"""The token of a function in a table, from an engine that cannot tell functions apart."""
NO_HANDLES = "this engine cannot be given references to host objects"


@dataclass(frozen=True)
class Loaded:
    """A module that was instantiated: `externs` are its exports', those added by `names` behind its own."""

    outline: Outline
    names: dict[int, str]
    imports: list[int]
    externs: list[int]

    def _exported(self, kind: int) -> list[tuple[ExportName, int]]:
        return [(e, x) for e, x in zip(self.outline.exports, self.externs, strict=False) if e.kind == kind]

    @cached_property
    def calls(self) -> dict[str, tuple[int, FuncType]]:
        """Exported functions by name, with their places in the shim."""
        exported = [e for e, _ in self._exported(FUNC_KIND)]
        return {e.name: (n, self.outline.function_type(e.index)) for n, e in enumerate(exported)}

    @cached_property
    def functions(self) -> list[int]:
        return [extern for _, extern in self._exported(FUNC_KIND)]

    @property
    def function_types(self) -> list[FuncType]:
        return [type for _, type in self.calls.values()]

    @cached_property
    def cells(self) -> list[int]:
        return [extern for _, extern in self._exported(GLOBAL_KIND)]

    @cached_property
    def cell_types(self) -> list[GlobalType]:
        return [self.outline.globals[e.index] for e, _ in self._exported(GLOBAL_KIND)]

    @cached_property
    def tables(self) -> list[tuple[int, ValType]]:
        """The exported tables, and what they hold."""
        return [(extern, self.outline.elements[e.index]) for e, extern in self._exported(TABLE_KIND)]

    @cached_property
    def walked(self) -> list[int]:
        """The tables through which wasm must walk, where references cannot be held outside it."""
        return [extern for extern, type in self.tables if type is EXTERNREF]

    @cached_property
    def referable(self) -> list[int]:
        """The functions that a call may be given, by index; none where no exported function takes any."""
        return sorted(self.by_index) if any(FUNCREF in type.params for type in self.function_types) else []

    def named(self, kind: int) -> list[tuple[str, int]]:
        """Name and extern of every export of a kind, in order."""
        return [(e.name, extern) for e, extern in self._exported(kind)]

    @cached_property
    def by_index(self) -> dict[int, int]:
        """The extern of every function that can become a reference, by index."""
        kinds = [i.kind for i in self.outline.imports]
        found = dict(enumerate(x for x, kind in zip(self.imports, kinds, strict=True) if kind == FUNC_KIND))
        own = [e.name for e in self.outline.exports]
        exported = set(own)
        every = dict(zip([*own, *(n for n in self.names.values() if n not in exported)], self.externs, strict=True))
        return found | {index: every[name] for index, name in self.names.items() if index not in found}

    @cached_property
    def indices(self) -> dict[int, int]:
        """The lowest index of every function, by extern."""
        return {extern: index for index, extern in sorted(self.by_index.items(), reverse=True)}


class World(Protocol):
    """What an instance needs of its store."""

    kind: Kind
    trace: list[HostCall]
    entries: int

    def run(self, request: Message, deadline_s: float, grace_s: float) -> Message | Outcome: ...
    def look(self, request: Message) -> Message: ...


class DrivenInstance:
    """`shim` are the functions through which it is called: one per exported function, one that stores globals, and,
    where references cannot be held outside wasm, one per table of `Loaded.walked` that walks through it.
    """

    def __init__(self, store: World, loaded: Loaded, shim: list[int]) -> None:
        self._store = store
        self._loaded = loaded
        self._shim = shim
        self._holds = store.kind.references
        self._numbers = {index: n + 1 for n, index in enumerate(loaded.referable)}
        state = len(loaded.functions)
        types = [cell.type for cell in loaded.cell_types]
        self._cell_types = types
        self._look: Message = {
            "function": shim[state],
            "out": shims.SLOT * len(types),
            "out_refs": self._held(types),
            "memories": [extern for _, extern in loaded.named(MEMORY_KIND)],
            "tables": [extern for extern, _ in loaded.tables] if self._holds else self._asked(shim[state + 1 :]),
        }
        self._seen: tuple[int, Message] | None = None  # a look, and how many entries there had been

    def _asked(self, walks: Sequence[int]) -> list[Json]:
        """How the driver is asked for each table."""
        by_table = dict(zip(self._loaded.walked, walks, strict=True))
        return [[by_table.get(extern, extern), _table_of(type)] for extern, type in self._loaded.tables]

    def exports(self) -> Iterator[tuple[ExportName, int]]:
        """Everything the module itself exports, in order, with its extern."""
        return zip(self._loaded.outline.exports, self._loaded.externs, strict=False)

    # Calls

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        """Calls an export; `ValueError` when the arguments do not have its parameters' types."""
        if export not in self._loaded.calls:
            raise KeyError(f"no exported function {export!r}; there are {list(self._loaded.calls)}")
        place, type = self._loaded.calls[export]
        if tuple(arg.type for arg in args) != type.params:
            raise ValueError(f"{export} has type {type}, not one that takes {' '.join(map(str, args)) or 'nothing'}")
        if not self._holds and any(a.type is EXTERNREF and a.bits != NULL for a in args):
            return Unsupported(NO_HANDLES)
        given = [[slot, self._reference(arg)] for slot, arg in enumerate(args) if arg.type.is_ref]
        request: Message = {
            "op": "call",
            "function": self._shim[place],
            "in": wire.from_bytes(shims.pack(args, self._numbers)),
            "refs": given if self._holds else [],
            "out": shims.SLOT * len(type.results),
            "out_refs": self._held(type.results),
            "look": self._look,
        }
        reply = self._store.run(request, deadline_s, self._store.kind.patience_s)
        if isinstance(reply, Outcome):
            return reply
        self._seen = (self._store.entries, wire.as_object(reply["look"]))
        failed = reply.get("trapped")
        if isinstance(failed, str):
            return self._store.kind.words.outcome(failed)
        return Returned(self._values(type.results, reply))

    def _values(self, types: Sequence[ValType], reply: Message) -> tuple[Value, ...]:
        """The values in the first slots."""
        bits = shims.unpack(types, wire.to_bytes(reply["out"]))
        for (slot, _), seen in zip(self._held(types), references(reply["refs"]), strict=True):
            bits[slot] = self._bits(seen)
        return tuple(Value(type, b) for type, b in zip(types, bits, strict=True))

    def _held(self, types: Sequence[ValType]) -> list[tuple[int, str]]:
        """The slots whose values are in scratch tables, and in which."""
        return [(slot, _table_of(type)) for slot, type in enumerate(types) if type.is_ref and self._holds]

    def _reference(self, value: Value) -> Json:
        if value.bits == NULL:
            return None
        if value.type is EXTERNREF:
            return ["extern", value.bits]
        extern = self._loaded.by_index.get(value.bits)
        if extern is None:
            raise ValueError(f"function {value.bits} of this instance cannot be referred to")
        return ["func", extern]

    def _bits(self, seen: tuple[str, int | None] | None) -> int:
        if seen is None:
            return NULL
        kind, number = seen
        assert number is not None, "an engine whose functions have no names gives no references"
        return number if kind == "extern" else self._loaded.indices.get(number, FOREIGN)

    # State

    def read_global(self, export: str) -> Value:
        for name, value in self.snapshot().globals:
            if name == export:
                return value
        raise KeyError(f"no exported global {export!r}")

    def snapshot(self) -> Snapshot:
        """What the last call left, where nothing has run since; else asks."""
        if self._seen is None or self._seen[0] != self._store.entries:
            self._seen = (self._store.entries, self._store.look(self._look))
        seen = self._seen[1]
        memories, tables = wire.as_list(seen["memories"]), wire.as_list(seen["tables"])
        values = self._values(self._cell_types, seen)
        loaded = self._loaded
        return Snapshot(
            tuple((n, wire_state.to_memory(m)) for (n, _), m in zip(loaded.named(MEMORY_KIND), memories, strict=True)),
            tuple((n, v) for (n, _), v in zip(loaded.named(GLOBAL_KIND), values, strict=True)),
            tuple((n, self._tokens(t)) for (n, _), t in zip(loaded.named(TABLE_KIND), tables, strict=True)),
            tuple(self._store.trace),
        )

    def _tokens(self, table: Json) -> tuple[str, ...]:
        return tuple(self._token(seen) for seen in references(table))

    def _token(self, seen: tuple[str, int | None] | None) -> str:
        if seen is None:
            return "null"
        kind, number = seen
        if number is None:
            return UNNAMED if kind == "func" else kind
        if kind == "extern":
            return f"extern:{number}"
        index = self._loaded.indices.get(number)
        return "foreign" if index is None else f"func:{index}"


def _table_of(type: ValType) -> str:
    """The scratch table for references of a type, as a driver knows it."""
    return "func" if type is FUNCREF else "extern"
