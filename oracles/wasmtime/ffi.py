"""The wasmtime C API as this adapter uses it: below the Python wrapper, through `ctypes`, on bits.

The wrapper turns floats into Python floats (which quiets signalling NaNs), aborts the process on `v128`, and is most of
the cost of a call.  Structures that the C API wants are opaque here: runs of 64-bit words whose sizes are checked
against the wrapper's own declarations at import.  Rule 1: no other module of this package calls the library.

Pointers are plain integers, 0 being null.  Whoever receives one from a `new` or `take` function owns it.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from wasmtime import _bindings as declared
from wasmtime._ffi import filename

WORD = ctypes.c_uint64
Words: TypeAlias = "ctypes.Array[ctypes.c_uint64]"
"""Memory that the library fills or reads: a value, an extern, an instance."""
Pointer = ctypes.c_size_t

EXTERN_WORDS = 4  # wasmtime_extern_t: a kind, then a union of handles at byte 8
VALUE_WORDS = 4  # wasmtime_val_t: a kind, then a union at byte 8
RAW_WORDS = 2  # wasmtime_val_raw_t: the bits themselves, low word first
HANDLE_WORDS = 3  # the union inside an extern; a function's handle is the first two of these words
INSTANCE_WORDS = 2
PAYLOAD = 8  # byte offset of the union in an extern and in a value

FUNC, GLOBAL, TABLE, MEMORY = range(4)
"""Kinds of externs, as `wasmtime_extern_kind_t` numbers them."""

_LAYOUT = {
    "wasmtime_extern_t": EXTERN_WORDS,
    "wasmtime_val_t": VALUE_WORDS,
    "wasmtime_val_raw_t": RAW_WORDS,
    "wasmtime_instance_t": INSTANCE_WORDS,
}
for _name, _words in _LAYOUT.items():
    if ctypes.sizeof(getattr(declared, _name)) != _words * ctypes.sizeof(WORD):
        raise ImportError(f"the installed wasmtime lays out {_name} differently; this adapter speaks wasmtime 50")

# A library object of our own: argument types set here must not disturb the wrapper's.
_library = ctypes.CDLL(str(filename))


def _bind(name: str, result: type | None, *params: type) -> Callable[..., int]:
    function = getattr(_library, name)
    function.restype = result
    function.argtypes = params
    bound: Callable[..., int] = function
    return bound


_P = Pointer
_S = ctypes.c_size_t
_B = ctypes.c_bool
_U8 = ctypes.c_uint8
_U32 = ctypes.c_uint32
_U64 = ctypes.c_uint64
_I64 = ctypes.c_int64
_STR = ctypes.c_char_p

# fmt: off
config_new           = _bind("wasm_config_new", _P)
engine_new           = _bind("wasm_engine_new_with_config", _P, _P)
engine_delete        = _bind("wasm_engine_delete", None, _P)
increment_epoch      = _bind("wasmtime_engine_increment_epoch", None, _P)

module_validate      = _bind("wasmtime_module_validate", _P, _P, _STR, _S)
module_new           = _bind("wasmtime_module_new", _P, _P, _STR, _S, _P)
module_delete        = _bind("wasmtime_module_delete", None, _P)

store_new            = _bind("wasmtime_store_new", _P, _P, _P, _P)
store_context        = _bind("wasmtime_store_context", _P, _P)
store_limiter        = _bind("wasmtime_store_limiter", None, _P, _I64, _I64, _I64, _I64, _I64)
store_delete         = _bind("wasmtime_store_delete", None, _P)
set_epoch_deadline   = _bind("wasmtime_context_set_epoch_deadline", None, _P, _U64)

instance_new         = _bind("wasmtime_instance_new", _P, _P, _P, _P, _S, _P, _P)
instance_export      = _bind("wasmtime_instance_export_get", _B, _P, _P, _STR, _S, _P)

func_new             = _bind("wasmtime_func_new_unchecked", None, _P, _P, _P, _P, _P, _P)
func_call            = _bind("wasmtime_func_call_unchecked", _P, _P, _P, _P, _S, _P)

global_new           = _bind("wasmtime_global_new", _P, _P, _P, _P, _P)
global_get           = _bind("wasmtime_global_get", None, _P, _P, _P)
memory_new           = _bind("wasmtime_memory_new", _P, _P, _P, _P)
memory_data          = _bind("wasmtime_memory_data", _P, _P, _P)
memory_data_size     = _bind("wasmtime_memory_data_size", _S, _P, _P)
table_new            = _bind("wasmtime_table_new", _P, _P, _P, _P, _P)
table_get            = _bind("wasmtime_table_get", _B, _P, _P, _U64, _P)
table_size           = _bind("wasmtime_table_size", _U64, _P, _P)

externref_new        = _bind("wasmtime_externref_new", _B, _P, _P, _P, _P)
externref_data       = _bind("wasmtime_externref_data", _P, _P, _P)
externref_to_raw     = _bind("wasmtime_externref_to_raw", _U32, _P, _P)
externref_from_raw   = _bind("wasmtime_externref_from_raw", None, _P, _U32, _P)
externref_unroot     = _bind("wasmtime_externref_unroot", None, _P)

valtype_new          = _bind("wasm_valtype_new", _P, _U8)
valtype_v128         = _bind("wasmtime_wasm_valtype_v128", _P)
valtype_vec_new      = _bind("wasm_valtype_vec_new", None, _P, _S, _P)
functype_new         = _bind("wasm_functype_new", _P, _P, _P)
functype_delete      = _bind("wasm_functype_delete", None, _P)
globaltype_new       = _bind("wasm_globaltype_new", _P, _P, _U8)
globaltype_delete    = _bind("wasm_globaltype_delete", None, _P)
memorytype_new       = _bind("wasm_memorytype_new", _P, _P)
memorytype_delete    = _bind("wasm_memorytype_delete", None, _P)
tabletype_new        = _bind("wasm_tabletype_new", _P, _P, _P)
tabletype_delete     = _bind("wasm_tabletype_delete", None, _P)

trap_new             = _bind("wasmtime_trap_new", _P, _STR, _S)
trap_new_code        = _bind("wasmtime_trap_new_code", _P, _U8)
trap_code            = _bind("wasmtime_trap_code", _B, _P, _P)
_trap_origin         = _bind("wasm_trap_origin", _P, _P)
_frame_in_module     = _bind("wasm_frame_module_offset", _S, _P)
_frame_module        = _bind("wasmtime_frame_module_name", _P, _P)
_frame_delete        = _bind("wasm_frame_delete", None, _P)
_trap_message        = _bind("wasm_trap_message", None, _P, _P)
_trap_delete         = _bind("wasm_trap_delete", None, _P)
_error_message       = _bind("wasmtime_error_message", None, _P, _P)
_error_delete        = _bind("wasmtime_error_delete", None, _P)
_byte_vec_delete     = _bind("wasm_byte_vec_delete", None, _P)
# fmt: on

HostCallback = ctypes.CFUNCTYPE(Pointer, Pointer, Pointer, Pointer, ctypes.c_size_t)
"""`wasmtime_func_unchecked_callback_t`: environment, caller, values in and out, their count; gives a trap or 0."""


def setting(name: str, kind: type) -> Callable[..., int]:
    """The setter of one configuration option; `ImportError` when the installed library has none of this name."""
    try:
        return _bind(f"wasmtime_config_{name}_set", None, _P, kind)
    except AttributeError:
        raise ImportError(f"the installed wasmtime has no option {name}; this adapter speaks wasmtime 50") from None


def set_target(config: int, triple: str) -> None:
    """Chooses the code generator's target; `ValueError` when this build cannot compile for it."""
    error = _bind("wasmtime_config_target_set", _P, _P, _STR)(config, triple.encode())
    if error:
        raise ValueError(take_error(error))


@cache
def _run(count: int) -> type[Words]:
    """A run of words.  Kept, since a type is a cycle of objects, which only the garbage collector frees."""
    return WORD * count


def words(count: int) -> Words:
    """A zeroed run of 64-bit words that the library may fill."""
    return _run(count)()


def load_words(address: int, count: int) -> Words:
    """The 64-bit words at an address of the library's, in place."""
    return _run(count).from_address(address)


def load_bytes(address: int, count: int) -> ctypes.Array[ctypes.c_char]:
    """The bytes at an address of the library's, in place; `string_at` would take a count modulo 4 GiB."""
    return (ctypes.c_char * count).from_address(address)


def take_error(error: int) -> str:
    """The message of an error, which is deleted."""
    message = _message(_error_message, error)
    _error_delete(error)
    return message


@dataclass(frozen=True, slots=True)
class Origin:
    """The instruction that trapped: the name of its module, its byte offset in that."""

    module: str
    offset: int


def trap_origin(trap: int) -> Origin | None:
    """Where a trap comes from, None where no instruction raised it."""
    frame = _trap_origin(trap)
    if not frame:
        return None
    name = _frame_module(frame)
    origin = Origin(_text(name) if name else "", _frame_in_module(frame))
    _frame_delete(frame)
    return origin


def take_trap(trap: int) -> tuple[int | None, str]:
    """The code of a trap, None where the host made it, and its message; the trap is deleted."""
    code = ctypes.c_uint8()
    known = trap_code(trap, ctypes.addressof(code))
    message = _message(_trap_message, trap)
    _trap_delete(trap)
    return (code.value if known else None), message


def _message(read: Callable[..., int], owner: int) -> str:
    vector = words(2)
    at = ctypes.addressof(vector)
    read(owner, at)
    text = _text(at).rstrip("\0").strip()
    _byte_vec_delete(at)
    return text


def _text(vector: int) -> str:
    """What a `wasm_byte_vec_t` holds."""
    size, data = load_words(vector, 2)
    return ctypes.string_at(data, size).decode("utf-8", "replace")
