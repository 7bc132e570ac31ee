"""Code of our own in the modules that run: instructions as text, and the functions through which they speak.

Rule 1: the printing functions are the first imports of every module that runs, in the order of `PRINTS`, so that all
other functions have indices that are higher by `SHIFT`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from jit.wasm.body import Instr
from jit.wasm.opcodes import op
from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, V128, FuncType, ValType

WORDS = 8
"""Words of memory that are printed at once."""

WORD, MARK, CHUNK, FUNC, EXTERN = range(5)
"""Indices of the printing functions: one word; a host call's number and how many words follow; an address and what is
there; a function; a host reference."""

PRINTS = (
    FuncType((I64,), ()),
    FuncType((I64, I64), ()),
    FuncType((I64,) * (WORDS + 1), ()),
    FuncType((FUNCREF,), ()),
    FuncType((EXTERNREF,), ()),
)
SHIFT = len(PRINTS)


@lru_cache(maxsize=1000)
def code(text: str) -> tuple[Instr, ...]:
    """Instructions from text: separated by semicolons, immediates as `jit.wasm.body` has them."""
    return tuple(_instr(part.split()) for part in text.split(";"))


def _instr(words: Sequence[str]) -> Instr:
    return Instr(op(words[0]), tuple(int(word, 0) for word in words[1:]))


# fmt: off
_AS_WORDS = {
    I32:  ("i64.extend_i32_u",),
    I64:  ("nop",),
    F32:  ("i32.reinterpret_f32; i64.extend_i32_u",),
    F64:  ("i64.reinterpret_f64",),
    V128: ("i64x2.extract_lane 0", "i64x2.extract_lane 1"),
}
# fmt: on


def words(type: ValType) -> tuple[str, ...]:
    """What makes each word of a number or vector of this type, the least significant first."""
    return _AS_WORDS[type]


def show(type: ValType, get: str) -> Iterable[Instr]:
    """Prints the value that `get` pushes."""
    if type.is_ref:
        return code(f"{get}; call {FUNC if type is FUNCREF else EXTERN}")
    return code("; ".join(f"{get}; {make}; call {WORD}" for make in words(type)))
