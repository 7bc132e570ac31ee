"""Ranges of more than a mebibyte, which engines take in pieces: filled, and copied onto themselves in both directions.

Memories are small, so that what is compared is; one that is large is made so by one of the last calls.
"""

from dataclasses import replace
from typing import Final

from jit.wasm.body import instruction
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Export, ExternKind, Module
from jit.wasm.opcodes import op
from jit.wasm.types import I32, PAGE, FuncType, Limits, MemoryType

from ..case import Call
from ..choices import Choices
from .emit import END, i32_const, i64_const

ONE_IN: Final = 120
"""Every so many generated cases with a memory of their own end with a large range."""
NAME: Final = "large"
"""What is exported."""
_PAGES: Final = 18
_LARGE: Final = 1 << 20
_BEYOND: Final = (1, 8, 63, 64, 4_095, 4_096, PAGE)
"""Bytes by which ranges are longer than a mebibyte."""
_APART: Final = (1, 7, 8, 64, 4_097)
"""Bytes between where a copy comes from and goes to."""


def some_large(choices: Choices, wasm: bytes, script: tuple[Call, ...]) -> tuple[bytes, tuple[Call, ...]]:
    """The module and the script as they are; or rarely, with a call that works on a large range."""
    if choices.integer(0, ONE_IN - 1) < ONE_IN - 1:
        return wasm, script
    module = decode(wasm, WASM_2)
    if not module.memories:
        return wasm, script
    return encode(large(choices, module)), (*script, Call(NAME))


def large(choices: Choices, module: Module) -> Module:
    """The module with one more function, and a memory that may be grown for it."""
    limits = module.memories[0].limits
    least = limits.minimum + _PAGES
    most = limits.maximum if limits.maximum is None else max(limits.maximum, least)
    return replace(
        module,
        types=(*module.types, FuncType((), (I32,))),
        functions=(*module.functions, len(module.types)),
        memories=(MemoryType(Limits(limits.minimum, most)),),
        exports=(*module.exports, Export(NAME, ExternKind.FUNC, len(module.func_types))),
        codes=(*module.codes, Code((), _body(choices))),
        source=b"",
    )


def _body(choices: Choices) -> bytes:
    """Grows the memory, fills it, marks both ends of the range and copies it up or down; gives the size it had."""

    def one(values: tuple[int, ...]) -> int:
        return values[choices.integer(0, len(values) - 1)]

    low = choices.integer(0, 64)
    high, size = low + one(_APART), _LARGE + one(_BEYOND)
    source, target = (low, high) if choices.integer(0, 1) else (high, low)
    grow = i32_const(_PAGES) + instruction(op("memory.grow"), 0)
    fill = i32_const(low) + i32_const(choices.integer(1, 255)) + i32_const(size) + instruction(op("memory.fill"), 0)
    marks = b"".join(_mark(source + at) for at in (0, _LARGE - 8, _LARGE, size - 8))
    copy = i32_const(target) + i32_const(source) + i32_const(size) + instruction(op("memory.copy"), 0, 0)
    return grow + fill + marks + copy + END


def _mark(address: int) -> bytes:
    return i32_const(address) + i64_const(0x0123_4567_89AB_CDEF) + instruction(op("i64.store"), 0, 0)
