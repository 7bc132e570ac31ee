"""Modules and cases from the text format."""

from wasmtime import wat2wasm

from jit.wasm.types import Value, valtype
from mitey_fuzz.case import Call, Case


def wasm(text: str) -> bytes:
    """The binary module of a text; the outer `(module …)` may be left out."""
    return bytes(wat2wasm(text if text.lstrip().startswith("(module") else f"(module {text})"))


def value(text: str) -> Value:
    """A value written `i32:5`, `f32:0x7fc00000` (bits) or `i64:-1`."""
    name, _, bits = text.partition(":")
    kind = valtype(name)
    return Value(kind, int(bits, 0) % (1 << kind.bits))


def call(text: str) -> Call:
    """A call written `name i32:1 i64:2`."""
    export, *args = text.split()
    return Call(export, tuple(map(value, args)))


def case(text: str, *calls: str) -> Case:
    """A case of a module text and calls."""
    return Case(wasm(text), tuple(map(call, calls)))
