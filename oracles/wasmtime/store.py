"""A store: what its instances may import, how they are linked, and every entry into compiled code.

Linking is done here, by name, because the registered items are externs of this store; whether their types match is
wasmtime's decision.  Rule 1: compiled code is entered only between `begin` and `end`.
"""

import ctypes
import re
from collections.abc import Sequence
from types import TracebackType

from jit.wasm.types import FUNCREF, NULL, FuncType, ValType, Value

from .. import protocol
from ..hostcalls import Callee, answer
from ..protocol import (
    CallBack,
    Crashed,
    Exhausted,
    HostCall,
    HostFunc,
    HostGlobal,
    HostItem,
    HostMemory,
    HostTable,
    Outcome,
    Phase,
    Rejected,
)
from . import ffi, segments, traps, values
from .compiler import Compiled, Compiler
from .ffi import Words
from .instance import WasmtimeInstance
from .references import References

_TABLE_CAP = 10_000_000
"""Elements of a table, the JavaScript embedding's limit: growing past it fails, a larger minimum is refused."""
_UNLIMITED = -1
_MOST_NESTED = 64
"""Calls back from host functions at a time: Python bears about a hundred, each being several of its own calls."""

_HOST_FAILURE = b"host function failed"
_KINDS = {0: ffi.FUNC, 1: ffi.TABLE, 2: ffi.MEMORY, 3: ffi.GLOBAL}  # by the binary format's numbers


_NO_ROOM = re.compile(
    r"resource limit exceeded|exceeds (memory|table) limits|out of memory|Cannot allocate memory|failed to allocate"
    r"|mmap failed to (reserve|allocate)"
)
"""What the library says where an instance needs more than the machine, or the store's limits, have room for."""


def _refusal(message: str) -> Outcome:
    """The outcome of an instantiation the library gave up before running anything."""
    if message.startswith("incompatible import type"):
        return Rejected(Phase.LINK, message)
    text = f"instantiation: {message}"
    return Exhausted(text) if _NO_ROOM.search(message) else Crashed(text)


class _Unwinding(Exception):
    """What was called back ended in a trap of the library's, which goes on through the host function; owned here."""

    def __init__(self, trap: int) -> None:
        super().__init__(trap)
        self.trap = trap


class _Captured:
    """Keeps an exception from crossing compiled code, for `WasmtimeStore.end` to raise on the other side."""

    __slots__ = ("error",)

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        self.error = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        self.error = error
        return error is not None


class WasmtimeStore:
    """One world of instances and host items.  Closing it frees all of them at once."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._pointer = compiler.new_store()
        self.context = ffi.store_context(self._pointer)
        ffi.store_limiter(self._pointer, _UNLIMITED, _TABLE_CAP, _UNLIMITED, _UNLIMITED, _UNLIMITED)
        self.references = References(self.context)
        self.trace: list[HostCall] = []
        self.trap = ffi.words(1)
        self.trap_at = ctypes.addressof(self.trap)
        self._items: dict[tuple[str, str], Words] = {}
        self._hosts: list[tuple[str, HostFunc]] = []
        self._registered: dict[str, WasmtimeInstance] = {}
        self._nested = 0
        self._modules: dict[str, Compiled] = {}
        self._captured = _Captured()
        self._callback = ffi.HostCallback(self._answer)
        self._callback_at = ctypes.c_size_t.from_address(ctypes.addressof(self._callback)).value  # a cast is a cycle

    # Host items

    def define(self, module: str, name: str, item: HostItem) -> None:
        """Makes the library's object; `MemoryError` when it is too large, `ValueError` when it cannot be."""
        self.require_open()
        extern = ffi.words(ffi.EXTERN_WORDS)
        at = ctypes.addressof(extern) + ffi.PAYLOAD
        match item:
            case HostFunc():
                extern[0] = ffi.FUNC
                self._hosts.append((f"{module}.{name}", item))
                functype = values.new_functype(item.type)
                ffi.func_new(self.context, functype, self._callback_at, len(self._hosts), 0, at)
                ffi.functype_delete(functype)
            case HostGlobal(type, value):
                extern[0] = ffi.GLOBAL
                initial = self.references.value(value)
                globaltype = values.new_globaltype(type)
                error = ffi.global_new(self.context, globaltype, ctypes.addressof(initial), at)
                self.references.release()
                ffi.globaltype_delete(globaltype)
                self._require(error)
            case HostMemory(type):
                extern[0] = ffi.MEMORY
                memorytype = values.new_memorytype(type.limits)
                error = ffi.memory_new(self.context, memorytype, at)
                ffi.memorytype_delete(memorytype)
                self._require(error)
            case HostTable(type):
                extern[0] = ffi.TABLE
                tabletype = values.new_tabletype(type.element, type.limits)
                null = self.references.null(type.element)
                error = ffi.table_new(self.context, tabletype, ctypes.addressof(null), at)
                ffi.tabletype_delete(tabletype)
                self._require(error)
        self._items[module, name] = extern

    @staticmethod
    def _require(error: int) -> None:
        if error:
            raise MemoryError(ffi.take_error(error))

    def register(self, module: str, instance: protocol.Instance) -> None:
        if not isinstance(instance, WasmtimeInstance):
            raise TypeError(f"a wasmtime store can register instances of its own, not {type(instance).__name__}")
        if not instance.is_of(self):  # the library would abort at the next instantiation
            raise ValueError("the instance belongs to another store")
        for name, extern in instance.externs():
            self._items[module, name] = extern
        self._registered[module] = instance

    # Instantiation

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> WasmtimeInstance | Outcome:
        self.require_open()
        title = str(len(self._modules))
        compiled = self._compiler.compile(bytes(wasm), title)
        if not isinstance(compiled, Compiled):
            return compiled
        try:
            return self._link(compiled, title, deadline_s)
        finally:
            ffi.module_delete(compiled.pointer)

    def _link(self, compiled: Compiled, title: str, deadline_s: float) -> WasmtimeInstance | Outcome:
        imports: list[Words] = []
        for wanted in compiled.outline.imports:
            extern = self._items.get((wanted.module, wanted.name))
            if extern is None:
                return Rejected(Phase.LINK, f"unknown import {wanted.module}.{wanted.name}")
            if extern[0] & 0xFF != _KINDS[wanted.kind]:
                return Rejected(Phase.LINK, f"incompatible import type for {wanted.module}.{wanted.name}")
            imports.append(extern)
        if not self._compiler.features.bulk_memory:
            misfit = segments.misfit(self.context, compiled.outline, imports)
            if misfit is not None:
                return Rejected(Phase.LINK, misfit)
        self._modules[title] = compiled
        return self._start(compiled, imports, deadline_s)

    def _start(self, compiled: Compiled, imports: list[Words], deadline_s: float) -> WasmtimeInstance | Outcome:
        array = ffi.words(ffi.EXTERN_WORDS * len(imports))
        for i, extern in enumerate(imports):
            array[i * ffi.EXTERN_WORDS : (i + 1) * ffi.EXTERN_WORDS] = list(extern)
        handle = ffi.words(ffi.INSTANCE_WORDS)
        pointers = (ctypes.addressof(array), len(imports), ctypes.addressof(handle), self.trap_at)
        self.begin(deadline_s)
        try:
            error = ffi.instance_new(self.context, compiled.pointer, *pointers)
        finally:
            self.end()
        if error:
            return _refusal(ffi.take_error(error))
        if self.trap[0]:
            return self.take_trap(deadline_s)
        imported = [extern for extern in imports if extern[0] & 0xFF == ffi.FUNC]
        return WasmtimeInstance(self, compiled, imported, handle)

    # Entries

    def require_open(self) -> None:
        """Every use of the library's store is behind this: one that was freed is not there to complain."""
        if not self._pointer:
            raise ValueError("the store is closed")

    def begin(self, deadline_s: float) -> None:
        """Before compiled code runs: the next raise of the epoch interrupts it."""
        self.require_open()
        ffi.set_epoch_deadline(self.context, 1)
        self._compiler.watch.enter(deadline_s)

    def end(self) -> None:
        """After it ran.  Raises what a host function raised meanwhile: a failure of ours, never of the module's."""
        self._compiler.watch.leave()
        if self._captured.error is not None:
            error, self._captured.error = self._captured.error, None
            if self.trap[0]:
                ffi.take_trap(self.trap[0])
                self.trap[0] = 0
            raise error

    def take_trap(self, deadline_s: float) -> Outcome:
        """The outcome of the entry that just left a trap."""
        trap, self.trap[0] = self.trap[0], 0
        origin = ffi.trap_origin(trap)
        code, message = ffi.take_trap(trap)
        indirect = code == traps.TABLE_OUT_OF_BOUNDS and traps.is_indirect_call(origin, self._modules)
        return traps.outcome(code, message, indirect_call=indirect, deadline_s=deadline_s)

    # Host functions

    def _answer(self, number: int, caller: int, raw: int, count: int) -> int:
        """Called by compiled code: the `number`-th host function, arguments and results in the same `raw` values."""
        del caller
        with self._captured:
            try:
                self._respond(*self._hosts[number - 1], ffi.load_words(raw, count * ffi.RAW_WORDS))
            except _Unwinding as unwinding:
                return unwinding.trap
            return 0
        return ffi.trap_new(_HOST_FAILURE, len(_HOST_FAILURE))

    def _respond(self, name: str, item: HostFunc, raw: Words) -> None:
        self._put(raw, answer(name, item, self._values(item.type.params, raw), self.trace, self._find))

    def _find(self, wanted: CallBack) -> Callee | None:
        instance = self._registered.get(wanted.module)
        found = None if instance is None else instance.function(wanted.export)
        if found is None:
            return None
        at, type = found
        return Callee(type, lambda args: self._call_back(at, type, args))

    def _call_back(self, at: int, type: FuncType, args: Sequence[Value]) -> tuple[Value, ...]:
        """Enters compiled code from a host function, under the deadline of the entry that this is part of."""
        if self._nested == _MOST_NESTED:
            raise _Unwinding(ffi.trap_new_code(traps.STACK_OVERFLOW))
        count = max(len(type.params), len(type.results))
        raw, trap = ffi.words(count * ffi.RAW_WORDS), ffi.words(1)
        self._put(raw, args)
        self._nested += 1
        error = ffi.func_call(self.context, at, ctypes.addressof(raw), count, ctypes.addressof(trap))
        self._nested -= 1
        if self._captured.error is not None:  # further in, and its trap says nothing of it
            if trap[0]:
                ffi.take_trap(trap[0])
            raise self._captured.error
        if error:
            raise RuntimeError(ffi.take_error(error))
        if trap[0]:
            raise _Unwinding(trap[0])
        return self._values(type.results, raw)

    @staticmethod
    def _put(raw: Words, given: Sequence[Value]) -> None:
        """Writes values into raw ones; references are always null."""
        for i, value in enumerate(given):
            raw[2 * i], raw[2 * i + 1] = (0, 0) if value.type.is_ref else values.split(value.type, value.bits)

    def _values(self, types: Sequence[ValType], raw: Words) -> tuple[Value, ...]:
        return tuple(self._argument(t, raw[2 * i], raw[2 * i + 1]) for i, t in enumerate(types))

    def _argument(self, type: ValType, low: int, high: int) -> Value:
        if type is FUNCREF:
            return Value(FUNCREF, protocol.FOREIGN if low else NULL)
        if type.is_ref:
            return Value(type, self.references.bits_of_raw(low))
        return Value(type, values.join(type, (low, high)))

    def close(self) -> None:
        if self._pointer:
            ffi.store_delete(self._pointer)
            self._pointer = 0
            self._items.clear()
            self._registered.clear()
            self._modules.clear()
            del self._callback  # and with it the cycle through its bound method
