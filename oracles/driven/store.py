"""A world in a driver: what its instances may import, and every entry into compiled code.

Linking by name is done here; whether types match is the engine's decision.
"""

from collections.abc import Sequence
from typing import assert_never

from jit.wasm.types import EXTERNREF, FUNCREF, NULL, ValType, Value

from .. import nans, protocol, reader, wire
from ..child import EngineLost
from ..hostcalls import answer
from ..limits import is_limit
from ..protocol import (
    FOREIGN,
    CallBack,
    Crashed,
    HostCall,
    HostFunc,
    HostGlobal,
    HostItem,
    HostMemory,
    HostTable,
    Outcome,
    Phase,
    Rejected,
    TimedOut,
    Unsupported,
)
from ..reader import FUNC_KIND, GLOBAL_KIND, MEMORY_KIND, TABLE_KIND, Outline
from ..wire import Json, Message
from . import shims
from .driver import GRACE_S, Driver, externs, failure, references
from .instance import NO_HANDLES, DrivenInstance, Loaded
from .kind import Kind

COMPILING_S = 2.0
"""Seconds that a module with a start function may take longer to load than that function may run."""

_UNMADE = -2
"""The extern of a host item that the engine cannot be given."""

_UNREADABLE = (reader.Unreadable, IndexError, KeyError, UnicodeDecodeError)
"""What our reader raises on a module that is not valid, and on one that uses what it does not know."""


class DrivenStore:
    """The store of one world; closing it frees the world."""

    def __init__(self, driver: Driver, kind: Kind) -> None:
        self.kind = kind
        self.trace: list[HostCall] = []
        self.entries = 0
        self._driver = driver
        ground = wire.from_bytes(shims.ground(references=kind.references))
        opened = driver.ask({"op": "open", "wasm": ground})
        self._world = wire.number(opened, "world")
        self.ground = externs(opened)
        self._items: dict[tuple[str, str], tuple[int, int]] = {}  # kind and extern
        self._hosts: list[tuple[str, HostFunc]] = []
        self._host = -1  # the function that every host function's shim calls

    # What can be imported

    def define(self, module: str, name: str, item: HostItem) -> None:
        self._items[module, name] = self._make(f"{module}.{name}", item)

    def _make(self, name: str, item: HostItem) -> tuple[int, int]:
        match item:
            case HostFunc(calls_back=CallBack()):
                raise ValueError(f"{name} calls back, which this engine's host functions cannot")
            case HostFunc(type):
                if self._host < 0:
                    self._host = wire.number(self._ask({"op": "host"}), "extern")
                self._hosts.append((name, item))
                shim = shims.host(len(self._hosts) - 1, type, references=self.kind.references)
                return FUNC_KIND, self._built(shim, [*self.ground, self._host])
            case HostGlobal(type, value) if type.type is EXTERNREF and value.bits != NULL:
                if not self.kind.references:
                    return GLOBAL_KIND, _UNMADE
                request: Message = {"op": "global", "mutable": type.mutable, "value": value.bits}
                return GLOBAL_KIND, wire.number(self._ask(request), "extern")
            case HostGlobal(type, value):
                return GLOBAL_KIND, self._built(shims.cell(type, value), [])
            case HostMemory(type):
                return MEMORY_KIND, self._built(shims.memory(type.limits), [])
            case HostTable(type):
                return TABLE_KIND, self._built(shims.table(type.element, type.limits), [])
            case _:
                assert_never(item)

    def _ask(self, request: Message) -> Message:
        return self._driver.ask({**request, "world": self._world})

    def _built(self, wasm: bytes, imports: Sequence[int]) -> int:
        """The one export of a module of ours; `MemoryError` where there is no room for it."""
        made = self.load(b"", wasm, imports, GRACE_S)
        if isinstance(made, list):
            return made[0]
        raise MemoryError(f"the engine cannot make a host item: {made}")

    def register(self, module: str, instance: protocol.Instance) -> None:
        if not isinstance(instance, DrivenInstance):
            raise TypeError(f"a driven store registers instances of its own, not {type(instance).__name__}")
        for export, extern in instance.exports():
            self._items[module, export.name] = (export.kind, extern)

    # Instantiation

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> DrivenInstance | Outcome:
        wasm = bytes(wasm)
        try:
            outline = reader.read(wasm)
            named, names = reader.with_names(wasm, outline)
        except _UNREADABLE as error:
            return self._verdict(wasm, Unsupported(f"its adapter cannot read the module: {error!r}"))
        imports = self._link(outline)
        if not isinstance(imports, list):
            return self._verdict(wasm, imports)
        made = self.load(wasm, nans.canonical(named), imports, deadline_s if outline.has_start else GRACE_S)
        if not isinstance(made, list):
            return made
        loaded = Loaded(outline, names, imports, made)
        return DrivenInstance(self, loaded, self._shim(loaded))

    def _shim(self, loaded: Loaded) -> list[int]:
        """The functions through which an instance is called."""
        holds = self.kind.references
        referable = [] if holds else loaded.referable
        tables = [] if holds else loaded.walked
        shim = shims.callers(
            loaded.function_types,
            loaded.cell_types,
            references=holds,
            referable=[loaded.outline.function_type(index) for index in referable],
            tables=[EXTERNREF] * len(tables),
        )
        passed = [loaded.by_index[index] for index in referable]
        made = self.load(b"", shim, [*self.ground, *loaded.functions, *loaded.cells, *passed, *tables], GRACE_S)
        if not isinstance(made, list):
            raise EngineLost(f"the engine does not take the module that calls another: {made}")
        return made

    def _verdict(self, wasm: bytes, otherwise: Outcome) -> Outcome:
        """The engine's refusal of a module, or what else there is to say about it."""
        failed = failure(self._driver.ask({"op": "validate", "wasm": wire.from_bytes(wasm)}))
        return otherwise if failed is None else self._failed(*failed)

    def _link(self, outline: Outline) -> list[int] | Outcome:
        imports: list[int] = []
        for wanted in outline.imports:
            kind, extern = self._items.get((wanted.module, wanted.name), (-1, -1))
            if extern == _UNMADE:
                return Unsupported(NO_HANDLES)
            if extern < 0:
                return Rejected(Phase.LINK, f"unknown import {wanted.module}.{wanted.name}")
            if kind != wanted.kind:
                return Rejected(Phase.LINK, f"incompatible import type for {wanted.module}.{wanted.name}")
            imports.append(extern)
        return imports

    def load(self, check: bytes, wasm: bytes, imports: Sequence[int], deadline_s: float) -> list[int] | Outcome:
        """Instantiates `wasm`, where `check` is valid, and gives its exports in order; the deadline is the start
        function's, and compiling comes on top of it."""
        request: Message = {
            "op": "load",
            "check": wire.from_bytes(check if check != wasm else b""),
            "wasm": wire.from_bytes(wasm),
            "imports": list(imports),
        }
        reply = self.run(request, deadline_s, COMPILING_S)
        return externs(reply) if not isinstance(reply, Outcome) else reply

    # Entries

    def run(self, request: Message, deadline_s: float, grace_s: float) -> Message | Outcome:
        """Asks for something that runs wasm; a reply that tells of a failure becomes its outcome."""
        self.entries += 1
        reply = self._driver.run({**request, "world": self._world}, deadline_s, grace_s, self._answer)
        if isinstance(reply, Crashed | TimedOut):
            return reply
        failed = failure(reply)
        return reply if failed is None else self._failed(*failed)

    def look(self, request: Message) -> Message:
        """Asks for state; `EngineLost` when there is no driver any more."""
        return self._ask({"op": "look", **request})

    def _failed(self, kind: str, message: str) -> Outcome:
        match kind:
            case "invalid" if not is_limit(message):
                return Rejected(Phase.VALIDATE, message)
            case "unlinkable":
                return Rejected(Phase.LINK, message)
            case "invalid" | "unsupported":
                return Unsupported(f"compilation: {message}")
            case _:
                return self.kind.words.outcome(message)

    def _answer(self, message: Message) -> Message:
        """What the host function answers that a driver was asked for."""
        slots = wire.to_bytes(message["host"])
        name, item = self._hosts[wire.number(message, "number")]
        params = item.type.params
        bits = shims.unpack(params, slots)
        for type, key in ((EXTERNREF, "externs"), (FUNCREF, "funcs")):
            if type in params and self.kind.references:
                seen = references(message[key])
                bits = [_host_bits(t, seen[n]) if t is type else bits[n] for n, t in enumerate(params)]
        args = tuple(Value(t, b) for t, b in zip(params, bits, strict=True))
        results = answer(name, item, args, self.trace, lambda _: None)
        answered: Json = wire.from_bytes(shims.pack(results))
        return {"in": answered}

    def close(self) -> None:
        """Closing a store whose process is gone is harmless: what it died of has been told."""
        if self._driver.alive:
            self._driver.ask({"op": "close", "world": self._world})


def _host_bits(type: ValType, seen: tuple[str, int | None] | None) -> int:
    """A reference as a host function sees it: it belongs to no instance, so functions are foreign to it."""
    if seen is None:
        return NULL
    return FOREIGN if type is FUNCREF or seen[1] is None else seen[1]
