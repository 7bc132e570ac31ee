"""Shuffles one after the other: of nearly a hundred kinds, many of which compilers have an instruction for."""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder
from .candidates import constant
from .emit import LOCAL_GET, LOCAL_TEE
from .literals_vector import SHUFFLES

_ROW: Final = op("i8x16.shuffle")
_CODES: Final = tuple(instruction(_ROW, *lanes) for lanes in SHUFFLES)


def shuffles(b: Builder) -> None:
    """Two to five, each of what the one before it gives, and of that again, of any other vector, or of a constant."""
    b.leaf("v")
    for _ in range(b.draw(2, 5)):
        other = b.draw(0, 4)
        if other < 2:
            local = b.some_local("v")
            b.out += LOCAL_TEE[local] + LOCAL_GET[local]
        elif other == 2:
            b.constant("v")
        elif other == 3:
            half = b.choices.bits(64)  # the rest is zero
            b.out += constant("v", half << 64 * b.draw(0, 1))
        else:
            b.leaf("v")
        b.out += _CODES[b.draw(0, len(_CODES) - 1)] if b.draw(0, 3) else _any(b)
    b.stack += "v"


def _any(b: Builder) -> bytes:
    """Any lanes at all; or any one, repeated."""
    if b.draw(0, 2) == 2:
        size = 1 << b.draw(0, 3)
        first = b.draw(0, 32 // size - 1) * size
        return instruction(_ROW, *[first + byte % size for byte in range(16)])
    return instruction(_ROW, *(lane & 31 for lane in b.choices.bits(128).to_bytes(16, "little")))
