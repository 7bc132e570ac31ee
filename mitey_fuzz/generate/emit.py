"""Instructions as bytes, made once: what the generator appends to a body.

# FAST: appending ready bytes takes 40 ns, encoding an instruction 600; a body is mostly these.
"""

from typing import Final

from jit.wasm import writer
from jit.wasm.body import EMPTY, block_code, instruction
from jit.wasm.opcodes import op
from jit.wasm.types import BY_LETTER

MOST_LOCALS: Final = 1_024
"""Locals a generated function may have, parameters included, of which there may be a thousand."""
MOST_GLOBALS: Final = 64


def _indexed(name: str, count: int) -> tuple[bytes, ...]:
    return tuple(instruction(op(name), index) for index in range(count))


def plain(name: str) -> bytes:
    """The bytes of an instruction without immediates."""
    return instruction(op(name))


LOCAL_GET: Final = _indexed("local.get", MOST_LOCALS)
LOCAL_SET: Final = _indexed("local.set", MOST_LOCALS)
LOCAL_TEE: Final = _indexed("local.tee", MOST_LOCALS)
GLOBAL_GET: Final = _indexed("global.get", MOST_GLOBALS)
GLOBAL_SET: Final = _indexed("global.set", MOST_GLOBALS)

END: Final = plain("end")
ELSE: Final = plain("else")
RETURN: Final = plain("return")
UNREACHABLE: Final = plain("unreachable")
NOP: Final = plain("nop")
DROP: Final = plain("drop")
SELECT: Final = plain("select")
SELECT_T: Final = {letter: instruction(op("select t"), t.code) for letter, t in BY_LETTER.items()}
BLOCK: Final = instruction(op("block"), EMPTY)[:-1]
LOOP: Final = instruction(op("loop"), EMPTY)[:-1]
IF: Final = instruction(op("if"), EMPTY)[:-1]
"""Opcodes that a block type follows."""
BLOCK_TYPES: Final = {"": writer.s33(EMPTY)} | {letter: writer.s33(block_code(t)) for letter, t in BY_LETTER.items()}
"""Block types without parameters and with at most one result."""

FOLDS: Final = {
    "i": (plain("i32.xor"), plain("i32.add"), plain("i32.sub")),
    "l": (plain("i64.xor"), plain("i64.add"), plain("i64.sub")),
    "v": (plain("v128.xor"), plain("i64x2.add"), plain("i8x16.sub")),
}
"""Operations that mix a value into an accumulator and lose neither."""
AS_INTEGER: Final = {"f": ("i", plain("i32.reinterpret_f32")), "d": ("l", plain("i64.reinterpret_f64"))}
"""How a float becomes an integer without losing a bit."""
HALVES: Final = (instruction(op("i64x2.extract_lane"), 0), instruction(op("i64x2.extract_lane"), 1))
"""How a vector becomes two integers without losing a bit."""


def i32_const(value: int) -> bytes:
    """`i32.const` of a number, signed or not."""
    return instruction(op("i32.const"), value & 0xFFFF_FFFF)


def i64_const(value: int) -> bytes:
    """`i64.const` of a number, signed or not."""
    return instruction(op("i64.const"), value & 0xFFFF_FFFF_FFFF_FFFF)
