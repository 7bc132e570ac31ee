"""Wasm values as wasmtime holds them, and back: always bits, never a Python number of another kind.

References cross in `references`.
"""

import ctypes
from collections.abc import Sequence

from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, V128, FuncType, GlobalType, Limits, ValType

from . import ffi

_KINDS: tuple[ValType, ...] = (I32, I64, F32, F64, V128, FUNCREF, EXTERNREF)
"""By `wasmtime_valkind_t`."""

_TYPE_KINDS = {I32: 0, I64: 1, F32: 2, F64: 3, EXTERNREF: 128, FUNCREF: 129}
"""`wasm_valkind_t`, which numbers references differently and aborts the process on v128."""

_WORD = (1 << 64) - 1
_NO_MAXIMUM = 0xFFFFFFFF
_MAX_PAGES = 65536


def kind_of(type: ValType) -> int:
    """The `wasmtime_valkind_t` of a type."""
    return _KINDS.index(type)


def type_of(kind: int) -> ValType:
    return _KINDS[kind]


def _valtype(type: ValType) -> int:
    return ffi.valtype_v128() if type is V128 else ffi.valtype_new(_TYPE_KINDS[type])


def new_functype(type: FuncType) -> int:
    """A function type of the library's, owned by the caller."""
    params, results = ffi.words(2), ffi.words(2)
    for vector, types in ((params, type.params), (results, type.results)):
        items = ffi.words(len(types))
        for i, item in enumerate(types):
            items[i] = _valtype(item)
        ffi.valtype_vec_new(ctypes.addressof(vector), len(types), ctypes.addressof(items))
    return ffi.functype_new(ctypes.addressof(params), ctypes.addressof(results))


def new_globaltype(type: GlobalType) -> int:
    return ffi.globaltype_new(_valtype(type.type), int(type.mutable))


def new_tabletype(element: ValType, limits: Limits) -> int:
    bounds = _limits(limits, _NO_MAXIMUM)
    return ffi.tabletype_new(_valtype(element), ctypes.addressof(bounds))


def new_memorytype(limits: Limits) -> int:
    bounds = _limits(limits, _MAX_PAGES)
    return ffi.memorytype_new(ctypes.addressof(bounds))


def _limits(limits: Limits, most: int) -> "ctypes.Array[ctypes.c_uint32]":
    """The library's limits; `ValueError` for such as no module could declare: the library would abort."""
    maximum = most if limits.maximum is None else limits.maximum
    if not 0 <= limits.minimum <= maximum <= most:
        raise ValueError(f"no valid limits (at most {most}): {limits}")
    return (ctypes.c_uint32 * 2)(limits.minimum, _NO_MAXIMUM if limits.maximum is None else maximum)


def split(type: ValType, bits: int) -> tuple[int, int]:
    """Low and high word of a number or vector."""
    return bits & _WORD, (bits >> 64 if type is V128 else 0)


def join(type: ValType, words: Sequence[int]) -> int:
    """The bits of a number or vector from low and high word; what the library left above the type's width is cut."""
    if type is V128:
        return words[0] | words[1] << 64
    return words[0] & ((1 << type.bits) - 1)
