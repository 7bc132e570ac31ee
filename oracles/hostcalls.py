"""What host functions do, the same in every engine: a pure function of name, arguments and call index.

Rule 1: an engine that lives in another language reimplements exactly this file; the conformance kit checks it.
"""

from collections.abc import Sequence

from jit.wasm.types import NULL, FuncType, Value

_MASK = (1 << 64) - 1


def respond(name: str, type: FuncType, args: Sequence[Value], index: int) -> tuple[Value, ...]:
    """The results of the `index`-th host call of a store (silent ones not counted).

    Bits come from a 64-bit FNV-1a-like mix of the name's UTF-8 bytes, the index and the arguments' bits, so that a
    wrong argument shows in every result.  References are answered with null.
    """
    state = 0xCBF29CE484222325
    for word in (*name.encode(), index, *(a.bits for a in args)):
        while True:
            state = ((state ^ (word & _MASK)) * 0x100000001B3) & _MASK
            word >>= 64
            if not word:
                break
    results = []
    for result in type.results:
        state = ((state ^ state >> 29) * 0xBF58476D1CE4E5B9 + 1) & _MASK
        bits = NULL if result.is_ref else (state << 64 | state ^ _MASK) & ((1 << result.bits) - 1)
        results.append(Value(result, bits))
    return tuple(results)
