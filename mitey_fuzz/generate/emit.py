"""Instructions as bytes, made once: what the generator appends to a body.

# FAST: appending ready bytes takes 40 ns, encoding an instruction 600; a body is mostly these.
"""

from jit.wasm import writer
from jit.wasm.body import EMPTY, block_code, instruction
from jit.wasm.opcodes import op
from jit.wasm.types import BY_LETTER

MOST_LOCALS = 400
"""Locals a generated function may have, parameters included."""
MOST_GLOBALS = 64


def _indexed(name: str, count: int) -> tuple[bytes, ...]:
    return tuple(instruction(op(name), index) for index in range(count))


def plain(name: str) -> bytes:
    """The bytes of an instruction without immediates."""
    return instruction(op(name))


LOCAL_GET = _indexed("local.get", MOST_LOCALS)
LOCAL_SET = _indexed("local.set", MOST_LOCALS)
LOCAL_TEE = _indexed("local.tee", MOST_LOCALS)
GLOBAL_GET = _indexed("global.get", MOST_GLOBALS)
GLOBAL_SET = _indexed("global.set", MOST_GLOBALS)

END = plain("end")
ELSE = plain("else")
RETURN = plain("return")
UNREACHABLE = plain("unreachable")
NOP = plain("nop")
DROP = plain("drop")
SELECT = plain("select")
SELECT_T = {letter: instruction(op("select t"), t.code) for letter, t in BY_LETTER.items()}
BLOCK = instruction(op("block"), EMPTY)[:-1]
LOOP = instruction(op("loop"), EMPTY)[:-1]
IF = instruction(op("if"), EMPTY)[:-1]
"""Opcodes that a block type follows."""
BLOCK_TYPES = {"": writer.s33(EMPTY)} | {letter: writer.s33(block_code(t)) for letter, t in BY_LETTER.items()}
"""Block types without parameters and with at most one result."""

FOLDS = {
    "i": (plain("i32.xor"), plain("i32.add"), plain("i32.sub")),
    "l": (plain("i64.xor"), plain("i64.add"), plain("i64.sub")),
    "v": (plain("v128.xor"), plain("i64x2.add"), plain("i8x16.sub")),
}
"""Operations that mix a value into an accumulator and lose neither."""
AS_INTEGER = {"f": ("i", plain("i32.reinterpret_f32")), "d": ("l", plain("i64.reinterpret_f64"))}
"""How a float becomes an integer without losing a bit."""
HALVES = (instruction(op("i64x2.extract_lane"), 0), instruction(op("i64x2.extract_lane"), 1))
"""How a vector becomes two integers without losing a bit."""


def i32_const(value: int) -> bytes:
    """`i32.const` of a number, signed or not."""
    return instruction(op("i32.const"), value & 0xFFFF_FFFF)


def i64_const(value: int) -> bytes:
    """`i64.const` of a number, signed or not."""
    return instruction(op("i64.const"), value & 0xFFFF_FFFF_FFFF_FFFF)
