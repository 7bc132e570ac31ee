"""The part of wasmtime's C API that is the same in every release since 0.26: the standard `wasm.h`, by ctypes.

Of values it knows none: functions have neither parameters nor results.  Rule 1: no other module calls the library.
Pointers are integers, 0 being null.
"""

import ctypes
from collections.abc import Callable, Sequence
from typing import TypeAlias

Pointer = ctypes.c_size_t

MAX_STACK = 512 * 1024
"""Bytes of stack that wasm may use, the newer releases' default."""

# fmt: off
_ON = ("wasm_simd", "wasm_multi_value", "wasm_bulk_memory", "wasm_reference_types")
_OFF = (
    "wasm_component_model", "wasm_component_model_async", "wasm_component_model_async_stackful",
    "wasm_component_model_more_async_builtins", "wasm_component_model_map", "wasm_component_model_implements",
    "wasm_component_model_accessors", "concurrency_support", "wasm_threads", "shared_memory", "wasm_tail_call",
    "wasm_stack_switching", "wasm_exceptions", "wasm_wide_arithmetic", "wasm_custom_page_sizes", "wasm_compact_imports",
    "wasm_branch_hinting", "wasm_memory64", "wasm_multi_memory", "wasm_relaxed_simd", "wasm_gc",
    "wasm_function_references", "wasm_module_linking",
    "parallel_compilation",  # a worker owns one core
)
# fmt: on


Vector: TypeAlias = "ctypes.Array[ctypes.c_uint64]"
"""`wasm_byte_vec_t`, `wasm_extern_vec_t` and the like: a count and a pointer."""

Callback = ctypes.CFUNCTYPE(Pointer, Pointer, Pointer)
"""`wasm_func_callback_t`: arguments and results; gives a trap or 0."""


def vector(items: Sequence[int] = ()) -> tuple[Vector, Vector]:
    """A vector of pointers that we own, and what it points to: both must be kept while it is used."""
    content = (ctypes.c_uint64 * len(items))(*items)
    return (ctypes.c_uint64 * 2)(len(items), ctypes.addressof(content)), content


class Api:
    """The library at a path and its engine: everything on that our features know, everything off that they do not, as
    far as this release has a switch.

    The switch for canonical NaNs is left alone: the first releases that have one (1.0) forget promotions and demotions.
    """

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        config = self._function("wasm_config_new", Pointer)()
        for option in (*_ON, *_OFF):
            self._set(config, option, ctypes.c_bool, int(option in _ON))
        self._set(config, "max_wasm_stack", ctypes.c_size_t, MAX_STACK)
        self._engine = self._function("wasm_engine_new_with_config", Pointer, Pointer)(config)
        p = Pointer
        # fmt: off
        self._store_new        = self._function("wasm_store_new", p, p)
        self._validate         = self._function("wasm_module_validate", ctypes.c_bool, p, p)
        self._module_new       = self._function("wasm_module_new", p, p, p)
        self._instance_new     = self._function("wasm_instance_new", p, p, p, p, p)
        self._instance_exports = self._function("wasm_instance_exports", None, p, p)
        self._functype_new     = self._function("wasm_functype_new", p, p, p)
        self._func_new         = self._function("wasm_func_new", p, p, p, Callback)
        self._func_call        = self._function("wasm_func_call", p, p, p, p)
        self._func_as_extern   = self._function("wasm_func_as_extern", p, p)
        self._as_func          = self._function("wasm_extern_as_func", p, p)
        self._as_table         = self._function("wasm_extern_as_table", p, p)
        self._as_memory        = self._function("wasm_extern_as_memory", p, p)
        self._memory_data      = self._function("wasm_memory_data", p, p)
        self._memory_data_size = self._function("wasm_memory_data_size", ctypes.c_size_t, p)
        self._table_size       = self._function("wasm_table_size", ctypes.c_uint32, p)
        self._table_get        = self._function("wasm_table_get", p, p, ctypes.c_uint32)
        self._trap_message     = self._function("wasm_trap_message", None, p, p)
        self._bytes_delete     = self._function("wasm_byte_vec_delete", None, p)
        self._vec_delete       = self._function("wasm_extern_vec_delete", None, p)
        self._deleters = {
            kind: self._function(f"wasm_{kind}_delete", None, p)
            for kind in ("store", "module", "instance", "func", "functype", "trap", "ref")
        }
        # fmt: on

    def _function(self, name: str, result: type | None, *params: type) -> Callable[..., int]:
        found = getattr(self._library, name)
        found.restype = result
        found.argtypes = params
        bound: Callable[..., int] = found
        return bound

    def _set(self, config: int, option: str, kind: type, value: int) -> bool:
        """Sets an option where this release has it; whether it does."""
        name = f"wasmtime_config_{option}_set"
        known = hasattr(self._library, name)
        if known:
            self._function(name, None, Pointer, kind)(config, value)
        return known

    def delete(self, kind: str, pointer: int) -> None:
        self._deleters[kind](pointer)

    def new_store(self) -> int:
        return self._store_new(self._engine)

    def is_valid(self, store: int, wasm: bytes) -> bool:
        binary, content = _bytes(wasm)
        valid = self._validate(store, ctypes.addressof(binary))
        del content
        return bool(valid)

    def new_module(self, store: int, wasm: bytes) -> int:
        """A compiled module, or 0."""
        binary, content = _bytes(wasm)
        module = self._module_new(store, ctypes.addressof(binary))
        del content
        return module

    def new_instance(self, store: int, module: int, imports: Sequence[int]) -> tuple[int, str]:
        """An instance, or 0 and the library's words, which are empty where it has none."""
        given, content = vector(imports)
        trap = (ctypes.c_uint64 * 1)()
        instance = self._instance_new(store, module, ctypes.addressof(given), ctypes.addressof(trap))
        del content
        return instance, self._take(trap[0]) if trap[0] else ""

    def exports(self, instance: int) -> tuple[Vector, list[int]]:
        """The exports of an instance in order; the vector is to be given to `delete_exports`."""
        found = (ctypes.c_uint64 * 2)()
        self._instance_exports(instance, ctypes.addressof(found))
        return found, list((ctypes.c_uint64 * found[0]).from_address(found[1])) if found[0] else []

    def delete_exports(self, exports: Vector) -> None:
        self._vec_delete(ctypes.addressof(exports))

    def new_function(self, store: int, callback: Callable[[int, int], int]) -> tuple[int, int, object]:
        """A function that takes and gives nothing, as itself and as an extern, and what must be kept while it lives."""
        (params, _), (results, _) = vector(), vector()
        functype = self._functype_new(ctypes.addressof(params), ctypes.addressof(results))
        kept = Callback(callback)
        function = self._func_new(store, functype, kept)
        self.delete("functype", functype)
        return function, self._func_as_extern(function), kept

    def call(self, extern: int) -> str | None:
        """Calls a function that takes and gives nothing; the library's words where it trapped."""
        (args, _), (results, _) = vector(), vector()
        trap = self._func_call(self._as_func(extern), ctypes.addressof(args), ctypes.addressof(results))
        return self._take(trap) if trap else None

    def memory(self, extern: int) -> memoryview:
        """The bytes of a memory, in place, until it grows."""
        memory = self._as_memory(extern)
        size = self._memory_data_size(memory)
        return memoryview((ctypes.c_ubyte * size).from_address(self._memory_data(memory)) if size else b"").cast("B")

    def table(self, extern: int) -> list[bool]:
        """Which elements of a table of functions are not null; of other tables not all releases can tell."""
        table = self._as_table(extern)
        found = []
        for at in range(self._table_size(table)):
            reference = self._table_get(table, at)
            found.append(bool(reference))
            if reference:
                self.delete("ref", reference)
        return found

    def _take(self, trap: int) -> str:
        """The message of a trap, which is deleted."""
        message = (ctypes.c_uint64 * 2)()
        at = ctypes.addressof(message)
        self._trap_message(trap, at)
        text = ctypes.string_at(message[1], message[0]).decode("utf-8", "replace").rstrip("\0")
        self._bytes_delete(at)
        self.delete("trap", trap)
        return text


def _bytes(content: bytes) -> tuple[Vector, object]:
    """A vector of bytes, and what it points to."""
    kept = ctypes.create_string_buffer(content, len(content))
    return (ctypes.c_uint64 * 2)(len(content), ctypes.addressof(kept)), kept
