"""The 1.0 rule of `br_table`, which wasmtime does not have.

# SPEC: in WebAssembly 1.0 all labels of a `br_table` have the same type, in code that cannot be reached as well
# (`valid-br_table`).  Since reference types they need only agree in number, and each with the operands there are, which
# in dead code may be anything.  Wasmtime knows the second rule alone; where reference types are off this check follows
# it.  In live code the two cannot differ.
"""

from collections.abc import Sequence

from jit.errors import MalformedError
from jit.wasm.body import BLOCKS, END, LOOP, block_type, parse
from jit.wasm.decode import decode
from jit.wasm.features import Features
from jit.wasm.module import Module
from jit.wasm.opcodes import op
from jit.wasm.types import ValType

_BR_TABLE = op("br_table")


def differ(wasm: bytes, features: Features) -> bool:
    """Whether a module that wasmtime accepts has a `br_table` whose labels are of different types.

    False for one that our decoder cannot read: there wasmtime's verdict stands alone, and the comparator sees it.
    """
    # FAST: decoding takes as long as wasmtime's compiling; most modules have no such byte, let alone instruction
    if _BR_TABLE.code not in wasm:
        return False
    try:
        module = decode(wasm, features)
        return any(_differ_in(module, index) for index in range(len(module.codes)))
    except MalformedError:
        return False


def _differ_in(module: Module, index: int) -> bool:
    """Whether they differ in the body of a defined function."""
    labels: list[Sequence[ValType]] = [module.types[module.functions[index]].results]
    for instr in parse(module.codes[index].body):
        if instr.op in BLOCKS:
            type = block_type(instr.immediates[0], module.types)
            labels.append(type.params if instr.op is LOOP else type.results)
        elif instr.op is END:
            labels.pop()
        elif instr.op is _BR_TABLE:
            first, *others = (tuple(labels[-1 - depth]) for depth in instr.immediates)
            if any(other != first for other in others):
                return True
    return False
