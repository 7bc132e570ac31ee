"""References of one store, and values in the library's tagged form.

An externref carries its host id as the library's data pointer.  A funcref is the address of the library's record of a
function; `identity` gives what stays the same however many records there are of one function.
"""

import ctypes

from jit.wasm.types import NULL, ValType, Value

from . import ffi, values
from .ffi import Words

_PAYLOAD_WORD = ffi.PAYLOAD // 8


def identity(function: int) -> tuple[int, int]:
    """What identifies the function of a record: its entry point for hosts, and the instance it closes over.

    An instance that imports a function makes a record of its own for it, so addresses of records cannot be compared.
    Both of these words are copied: the first and the last of the record's four (`VMFuncRef`: array_call, wasm_call,
    type_index, vmctx).  The conformance kit's checks of table tokens fail should that layout change.
    """
    record = ffi.load_words(function, 4)
    return record[0], record[3]


class References:
    """Makes references from host ids, reads them back, and keeps them alive while they cross."""

    __slots__ = ("_context", "_rooted")

    def __init__(self, context: int) -> None:
        self._context = context
        self._rooted: list[Words] = []

    def raw(self, bits: int) -> int:
        """What crosses into compiled code for an externref of these bits.  Valid until `release`."""
        if bits == NULL:
            return 0
        return ffi.externref_to_raw(self._context, ctypes.addressof(self._make(bits)))

    def bits_of_raw(self, raw: int) -> int:
        """The bits of an externref that came out of compiled code; the upper half of the word is not the library's."""
        raw &= 0xFFFFFFFF
        if not raw:
            return NULL
        handle = ffi.words(ffi.HANDLE_WORDS)
        ffi.externref_from_raw(self._context, raw, ctypes.addressof(handle))
        return self.take(ctypes.addressof(handle))

    def take(self, handle: int) -> int:
        """The bits of a non-null externref handle, which is given up."""
        host_id = ffi.externref_data(self._context, handle)
        ffi.externref_unroot(handle)
        return host_id

    def value(self, value: Value) -> Words:
        """The tagged form (`wasmtime_val_t`), valid until `release`; `ValueError` for a funcref other than null."""
        tagged = self.null(value.type)
        if not value.type.is_ref:
            tagged[_PAYLOAD_WORD], tagged[_PAYLOAD_WORD + 1] = values.split(value.type, value.bits)
        elif value.bits != NULL:
            if value.type.letter == "r":
                raise ValueError("a host item cannot hold a function reference other than null")
            tagged[_PAYLOAD_WORD:] = list(self._make(value.bits))
        return tagged

    def null(self, type: ValType) -> Words:
        """The tagged zero of a number type, or null of a reference type."""
        tagged = ffi.words(ffi.VALUE_WORDS)
        tagged[0] = values.kind_of(type)
        return tagged

    def release(self) -> None:
        """Lets go of everything `raw` and `value` made: compiled code, globals and tables keep what they took."""
        for handle in self._rooted:
            ffi.externref_unroot(ctypes.addressof(handle))
        self._rooted.clear()

    def _make(self, host_id: int) -> Words:
        handle = ffi.words(ffi.HANDLE_WORDS)
        if not ffi.externref_new(self._context, host_id, 0, ctypes.addressof(handle)):
            raise MemoryError("wasmtime has no room for another externref")
        self._rooted.append(handle)
        return handle
