"""The one definition of "simpler", for drafts and for the values in them.

In this order: fewer calls to make, less code (weighted: an instruction that computes weighs most, a constant least),
fewer bytes of module, simpler arguments and constants.  Passes only ever go down in it, so minimizing ends.
"""

from functools import cache

from jit.wasm.body import Instr
from jit.wasm.opcodes import Family, Op
from jit.wasm.types import Value

from .draft import Draft

Key = tuple[int, int, int, int]

# fmt: off
_WEIGHTS = {
    Family.CONST: 2, Family.PARAMETRIC: 3, Family.VARIABLE: 3, Family.REFERENCE: 3, Family.CONTROL: 4,
}
# fmt: on
_NAMED = {"end": 0, "else": 1, "nop": 1, "unreachable": 1, "call": 16, "call_indirect": 20}


@cache
def weight(row: Op) -> int:
    """How much an instruction of this row weighs."""
    return _NAMED.get(row.name, _WEIGHTS.get(row.family, 5))


def complexity(bits: int, width: int) -> int:
    """How far a bit pattern is from 0: small numbers first, then small negative ones, then the rest by set bits."""
    negative = (1 << width) - bits
    if bits <= 1:
        return bits
    return min(bits.bit_length() * 2, negative.bit_length() * 2 + 1, 8 + bits.bit_count() * 2)


def _constants(instr: Instr) -> int:
    if instr.op.family is not Family.CONST or instr.op.results is None:
        return sum(immediate.bit_length() for immediate in instr.immediates if immediate > 0)
    return complexity(instr.immediates[0], instr.op.results[0].bits)


def key(draft: Draft) -> Key:
    """What passes minimize."""
    arguments: list[Value] = [a for call in draft.script for a in call.args]
    return (
        len(draft.script),
        sum(weight(instr.op) for instrs in draft.bodies for instr in instrs),
        len(draft.case.wasm),
        sum(complexity(a.bits, a.type.bits) + 1 for a in arguments)
        + sum(_constants(instr) for instrs in draft.bodies for instr in instrs),
    )
