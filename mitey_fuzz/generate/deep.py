"""Recursion that ends, deep down, where each level leaves operands waiting: frames that nobody has written in between.

An engine that writes them late must still find out, before it writes beyond its stack, that this is full.
"""

from dataclasses import replace
from typing import Final

from jit.wasm.body import Instr, assemble, block_code, const
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Export, ExternKind, Module
from jit.wasm.opcodes import op
from jit.wasm.types import I32, I64, FuncType, Value

from ..case import Call
from ..choices import Choices

ONE_IN: Final = 400
"""Every so many generated cases end with such a recursion."""
NAME: Final = "deep"
"""What is exported."""
_WAITING: Final = ((10, 100), (300, 1_000), (1_000, 1_500))
_LEVELS: Final = ((100, 1_000), (4_000, 9_000), (8_000, 12_000))
_CROWD: Final = 24
"""Values at the innermost level: more than there are registers."""

Script = tuple[Call, ...]


def some_deep(choices: Choices, wasm: bytes, script: Script) -> tuple[bytes, Script]:
    """The module and the script as they are; or rarely, with a deep recursion, and a call of it.

    Engines may be exhausted by it, which ends the case: so the call is the last.
    """
    if choices.integer(0, ONE_IN - 1) < ONE_IN - 1:
        return wasm, script
    levels = choices.integer(*_LEVELS[choices.integer(0, len(_LEVELS) - 1)])
    return encode(deepened(choices, decode(wasm, WASM_2))), (*script, Call(NAME, (Value(I32, levels),)))


def deepened(choices: Choices, module: Module) -> Module:
    """The module with a function behind its own that calls itself as often as its argument says."""
    index = len(module.func_types)
    waiting = choices.integer(*_WAITING[choices.integer(0, len(_WAITING) - 1)])
    return replace(
        module,
        types=(*module.types, FuncType((I32,), (I64,))),
        functions=(*module.functions, len(module.types)),
        codes=(*module.codes, _code(index, waiting)),
        exports=(*module.exports, Export(NAME, ExternKind.FUNC, index)),
        source=b"",
    )


def _code(index: int, waiting: int) -> Code:
    levels, total = Instr(op("local.get"), (0,)), Instr(op("local.set"), (1,))
    add = Instr(op("i64.add"))
    inner = [instr for k in range(_CROWD) for instr in (levels, Instr(op("i64.extend_i32_u")), const(I64, k + 1), add)]
    inner += [add] * (_CROWD - 1)
    outer = [const(I64, k + 1) for k in range(waiting)]
    outer += [levels, const(I32, 1), Instr(op("i32.sub")), Instr(op("call"), (index,)), add, total]
    outer += [Instr(op("drop"))] * (waiting - 1)
    choice = [levels, Instr(op("i32.eqz")), Instr(op("if"), (block_code(I64),))]
    end = Instr(op("end"))
    body = [*choice, *inner, Instr(op("else")), *outer, Instr(op("local.get"), (1,)), end, end]
    return Code(((1, I64),), assemble(body))
