"""An instance: calls, and what can be seen of its state between them.

A call packs bits into raw values, enters, and unpacks; everything about an export that does not change is looked up at
its first use.  A funcref crosses as the function's index in this instance.
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Protocol

from jit.wasm.types import FUNCREF, NULL, V128, FuncType, ValType, Value

from ..protocol import FOREIGN, Crashed, HostCall, Outcome, Returned, Snapshot
from ..reader import FUNC_KIND, GLOBAL_KIND
from . import ffi, values
from .compiler import Compiled
from .ffi import Words
from .references import References, identity
from .state import Window

_LOW = (1 << 64) - 1
_FUNCTION_WORD = ffi.PAYLOAD // 8 + 1  # of an extern or a tagged value: the handle is (store id, record)


class World(Protocol):
    """What an instance needs of its store."""

    context: int
    references: References
    trace: list[HostCall]
    trap: Words
    trap_at: int

    def require_open(self) -> None: ...
    def begin(self, deadline_s: float) -> None: ...
    def end(self) -> None: ...
    def take_trap(self, deadline_s: float) -> Outcome: ...


class _Function:
    """An exported function, ready to be called: its handle, its type, and room for arguments and results."""

    __slots__ = ("at", "count", "extern", "params", "raw", "raw_at", "results")

    def __init__(self, extern: Words, type: FuncType) -> None:
        self.extern = extern
        self.at = ctypes.addressof(extern) + ffi.PAYLOAD
        self.params = type.params
        self.results = type.results
        self.count = max(len(type.params), len(type.results))
        self.raw = ffi.words(self.count * ffi.RAW_WORDS)
        self.raw_at = ctypes.addressof(self.raw)


class WasmtimeInstance:
    """`imported` are the functions it was given, in order; `handle` is the library's instance."""

    def __init__(self, store: World, compiled: Compiled, imported: Sequence[Words], handle: Words) -> None:
        self._store = store
        self._context = store.context
        self._outline = outline = compiled.outline
        self._names = compiled.names
        self._imported = imported
        self._handle = handle
        self._handle_at = ctypes.addressof(handle)
        self._exports = {export.name: export for export in outline.exports}
        self._functions: dict[str, _Function] = {}
        self._externs: dict[str, Words] = {}
        self._indices: dict[tuple[int, int], int] | None = None
        self._window: Window | None = None

    def is_of(self, store: World) -> bool:
        return self._store is store

    # Exports

    def externs(self) -> Iterator[tuple[str, Words]]:
        """Everything the module itself exports, in order, as the library's externs."""
        for export in self._outline.exports:
            yield export.name, self._extern(export.name)

    def _extern(self, name: str) -> Words:
        extern = self._externs.get(name)
        if extern is None:
            extern = ffi.words(ffi.EXTERN_WORDS)
            encoded = name.encode()
            found = ffi.instance_export(self._context, self._handle_at, encoded, len(encoded), ctypes.addressof(extern))
            assert found, f"wasmtime does not export {name!r} of a module whose outline does"
            self._externs[name] = extern
        return extern

    def _exported(self, name: str, kind: int, what: str) -> int:
        """The address of an export's handle; `KeyError` when there is none of this kind."""
        self._store.require_open()
        export = self._exports.get(name)
        if export is None or export.kind != kind:
            names = [e.name for e in self._outline.exports if e.kind == kind]
            raise KeyError(f"no exported {what} {name!r}; there are {names}")
        return ctypes.addressof(self._extern(name)) + ffi.PAYLOAD

    def function(self, name: str) -> tuple[int, FuncType] | None:
        """The address of an exported function's handle, and its type; None where there is no such function."""
        export = self._exports.get(name)
        if export is None or export.kind != FUNC_KIND:
            return None
        return ctypes.addressof(self._extern(name)) + ffi.PAYLOAD, self._outline.function_type(export.index)

    def _function(self, name: str) -> _Function:
        self._exported(name, FUNC_KIND, "function")
        type = self._outline.function_type(self._exports[name].index)
        function = self._functions[name] = _Function(self._extern(name), type)
        return function

    # Calls

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        """Calls an export; `ValueError` when the arguments do not have its parameters' types."""
        function = self._functions.get(export) or self._function(export)
        store = self._store
        store.require_open()
        self._pack(function, export, args)
        store.begin(deadline_s)
        try:
            error = ffi.func_call(self._context, function.at, function.raw_at, function.count, store.trap_at)
        finally:
            store.end()
            store.references.release()
        if error:
            return Crashed(ffi.take_error(error))
        if store.trap[0]:
            return store.take_trap(deadline_s)
        raw = function.raw
        return Returned(
            tuple([self._unpack(type, raw[2 * i], raw[2 * i + 1]) for i, type in enumerate(function.results)])
        )

    def _pack(self, function: _Function, export: str, args: Sequence[Value]) -> None:
        if len(args) != len(function.params):
            raise ValueError(f"{export} takes {len(function.params)} arguments, not {len(args)}")
        raw = function.raw
        for i, (type, arg) in enumerate(zip(function.params, args, strict=True)):
            if arg.type is not type:
                raise ValueError(f"argument {i} of {export} is a {type.name}, not a {arg.type.name}")
            if type is FUNCREF:
                raw[2 * i] = self._record(arg.bits)
            elif type.is_ref:
                raw[2 * i] = self._store.references.raw(arg.bits)
            else:
                raw[2 * i] = arg.bits & _LOW
                if type is V128:
                    raw[2 * i + 1] = arg.bits >> 64

    def _unpack(self, type: ValType, low: int, high: int) -> Value:
        if type is FUNCREF:
            return Value(type, self._index(low))
        if type.is_ref:
            return Value(type, self._store.references.bits_of_raw(low))
        return Value(type, values.join(type, (low, high)))

    # Function references

    def _record(self, bits: int) -> int:
        """The library's record of the function with index `bits`; `ValueError` when it can never be a reference."""
        if bits == NULL:
            return 0
        if bits < len(self._imported):
            return self._imported[bits][_FUNCTION_WORD]
        if bits not in self._names:
            raise ValueError(f"function {bits} of this instance cannot be referred to")
        return self._extern(self._names[bits])[_FUNCTION_WORD]

    def _index(self, record: int) -> int:
        """The bits of a function reference: an index of this instance, or FOREIGN."""
        if not record:
            return NULL
        if self._indices is None:
            self._indices = {}
            for index in sorted({*range(len(self._imported)), *self._names}):
                self._indices.setdefault(identity(self._record(index)), index)
        return self._indices.get(identity(record), FOREIGN)

    # State

    def read_global(self, export: str) -> Value:
        at = self._exported(export, GLOBAL_KIND, "global")
        value = ffi.words(ffi.VALUE_WORDS)
        ffi.global_get(self._context, at, ctypes.addressof(value))
        return self.take(value)

    def take(self, value: Words) -> Value:
        """A tagged value of the library's, which is given up."""
        type = values.type_of(value[0] & 0xFF)
        if type is FUNCREF:
            return Value(type, self._index(value[_FUNCTION_WORD] if value[1] else 0))
        if type.is_ref:
            bits = self._store.references.take(ctypes.addressof(value) + ffi.PAYLOAD) if value[1] else NULL
            return Value(type, bits)
        return Value(type, values.join(type, (value[1], value[2])))

    def snapshot(self) -> Snapshot:
        """Copies memories, globals and tables as the module exports them."""
        self._store.require_open()
        if self._window is None:
            exports = [
                (export.name, export.kind, ctypes.addressof(self._extern(export.name)) + ffi.PAYLOAD)
                for export in self._outline.exports
                if export.kind != FUNC_KIND
            ]
            self._window = Window(self._context, exports)
        return self._window.snapshot(self._store.trace, self.take)
