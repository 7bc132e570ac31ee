"""Custom sections, which mean nothing and may lie anywhere between the others (spec: `binary-customsec`)."""

from dataclasses import replace
from typing import Final

from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Custom

from ..choices import Choices

ONE_IN: Final = 25
"""Every so many generated cases have custom sections in their module."""
_NAMES: Final = ("", "a", "type", "né", "\U0001f9ea", "n" * 127, "n" * 128)
"""None that engines read: what those hold must be right."""
_SIZES: Final = (0, 0, 1, 3, 126, 127, 128, 300)
"""Bytes of content; with a name, about where the length of a section takes another byte."""
_MOST: Final = 3
_PLACES: Final = 12
"""Known sections that may be before it."""


def some_customs(choices: Choices, wasm: bytes) -> bytes:
    """The module as it is; or rarely, with custom sections, two of which may be alike."""
    if choices.integer(0, ONE_IN - 1) < ONE_IN - 1:
        return wasm
    customs = [_custom(choices) for _ in range(choices.integer(1, _MOST))]
    return encode(replace(decode(wasm, WASM_2), customs=tuple(customs), source=b""))


def _custom(choices: Choices) -> Custom:
    name = _NAMES[choices.integer(0, len(_NAMES) - 1)]
    size = _SIZES[choices.integer(0, len(_SIZES) - 1)]
    content = bytes([choices.integer(0, 255)]) * size
    return Custom(name, content, choices.integer(0, _PLACES))
