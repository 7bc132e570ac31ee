"""The one definition of "simpler", for drafts; for the values in them it is in `values`.

In this order: fewer calls to make, less code, companions' too (weighted: an instruction that computes weighs most, a
constant least; every parameter and result of a function or block adds to it, and all state that is imported), fewer
bytes of modules, simpler arguments and constants.
Passes only ever go down in it, so minimizing ends.
"""

from functools import cache, lru_cache

from jit.errors import WasmError
from jit.wasm.body import BLOCKS, Instr, block_type
from jit.wasm.opcodes import Family, Imm, Op
from jit.wasm.types import FuncType, Value
from oracles.protocol import HostFunc

from ..case import Case
from .draft import Draft
from .values import complexity

Key = tuple[int, int, int, int]

# fmt: off
_WEIGHTS = {
    Family.CONST: 2, Family.VECTOR_CONST: 2, Family.PARAMETRIC: 3, Family.VARIABLE: 3, Family.REFERENCE: 3,
    Family.CONTROL: 4,
}
# fmt: on
_NAMED = {"end": 0, "else": 1, "nop": 1, "unreachable": 1, "call": 16, "call_indirect": 20}
CONSTANTS = frozenset((Family.CONST, Family.VECTOR_CONST))
"""Families whose rows push the number in their immediate."""
_NUMBERS = frozenset((Imm.LABEL, Imm.LABELS, Imm.MEMARG, Imm.LANE, Imm.LANES))
"""Immediates that are simpler the smaller they are; indices are names, and in which order is for `passes.canonical`."""
_IMPORTED = 4
"""The weight of an imported memory, table or global: a definition is simpler, however long its constant is."""
_VALUE = 4
"""The weight of a parameter or result: more than a `drop` that takes its place."""


@cache
def weight(row: Op) -> int:
    """How much an instruction of this row weighs."""
    return _NAMED.get(row.name, _WEIGHTS.get(row.family, 5))


def _constants(instr: Instr) -> int:
    if instr.op.immediates[:1] and instr.op.immediates[0] in _NUMBERS:
        return sum(immediate.bit_length() for immediate in instr.immediates)
    if instr.op.family not in CONSTANTS or instr.op.results is None:
        return 0
    return complexity(instr.immediates[0], instr.op.results[0])


def _values(type: FuncType) -> int:
    return _VALUE * (len(type.params) + len(type.results))


def _signatures(draft: Draft) -> int:
    """What the types of functions and blocks weigh; what an invalid module lacks weighs nothing."""
    types = draft.module.types
    blocks = [i.immediates[0] for instrs in draft.bodies for i in instrs if i.op in BLOCKS]
    functions = draft.module.func_type_indices
    return sum(_values(types[i]) for i in functions if 0 <= i < len(types)) + sum(
        _values(block_type(code, types)) for code in blocks if code < len(types)
    )


def is_heavier(draft: Draft, than: Key) -> bool:
    """Whether the first parts of the key, which need no bytes, say that a draft is not simpler.

    # FAST: makes a candidate that is none cost a third.
    """
    return (len(draft.script), _code(draft)) > than[:2]


def _code(draft: Draft) -> int:
    own = sum(weight(instr.op) for instrs in draft.bodies for instr in instrs) + _signatures(draft)
    backs = sum(isinstance(d.item, HostFunc) and d.item.calls_back is not None for d in draft.imports)
    own += _IMPORTED * sum(not isinstance(entry.type, FuncType) for entry in draft.module.imports)
    return own + backs * _NAMED["call"] + sum(_whole(companion.wasm) for companion in draft.companions)


@lru_cache(maxsize=64)
def _whole(wasm: bytes) -> int:
    """The code of a companion; bytes that are no module count one each."""
    try:
        return _code(Draft.of(Case(wasm, ())))
    except WasmError:
        return len(wasm)


def key(draft: Draft) -> Key:
    """What passes minimize."""
    arguments: list[Value] = [a for call in draft.script for a in call.args]
    return (
        len(draft.script),
        _code(draft),
        sum(map(len, draft.case.modules)),
        sum(complexity(a.bits, a.type) + 1 for a in arguments)
        + sum(_constants(instr) for instrs in draft.bodies for instr in instrs),
    )
