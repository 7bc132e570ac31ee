"""Which instruction of wasmtime's a trap came from, where linked modules look alike at the place."""

from types import SimpleNamespace
from typing import cast

import pytest

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from oracles.wasmtime.compiler import Compiled
from oracles.wasmtime.ffi import Origin
from oracles.wasmtime.traps import is_indirect_call
from support.wat import wasm

FILLS = wasm("(module (table 1 funcref) (func (table.fill 0 (i32.const 0) (ref.null func) (i32.const 1))))")
BYTES = wasm("(module (table 1 funcref) (func (f64.const 0x1.1111111111111p-750) drop))")
"""Of its constant every byte is 0x11, as `call_indirect` begins."""


def compiled(module: bytes) -> Compiled:
    """A module of one function, as far as a trap's origin is concerned."""
    start = decode(module, WASM_2).codes[0].offset
    outline = SimpleNamespace(bodies=[start], imported_functions=0)
    return cast(Compiled, SimpleNamespace(wasm=module, shift=0, outline=outline))


@pytest.mark.parametrize("modules", [(BYTES, FILLS), (FILLS, BYTES)])
def test_a_byte_inside_of_a_constant_is_no_call(modules: tuple[bytes, bytes]) -> None:
    at = FILLS.index(b"\xfc\x11")
    start = decode(FILLS, WASM_2).codes[0].offset
    assert BYTES[at] == 0x11
    assert not is_indirect_call(Origin(0, at, at - start), map(compiled, modules))
