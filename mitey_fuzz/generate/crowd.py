"""Modules among many: what an instance or a frame holds of them lies far from where it begins.

A compiler reaches a global, a function's reference or a type's identity by its distance from the instance, a local by
that from its frame; an instruction holds 4095 times the size of what it accesses at most (Arm: "LDR (immediate)"), or
4095 ("ADD (immediate)").  So a crowd of globals, functions, types, locals or operands that nobody uses is put before
those of the module.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice, product
from typing import Final

from jit.wasm.body import Instr, assemble, const, parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Expr, Global, Module
from jit.wasm.opcodes import Imm, op
from jit.wasm.types import F32, F64, I32, I64, FuncType, GlobalType, ValType

from ..choices import Choices
from .emit import END, i32_const, plain
from .graft import merge

ONE_IN: Final = 60
"""Every so many generated cases have a crowd in their module."""
_REACHES: Final = (256, 512, 1_024, 2_048, 4_096)
"""Of how many things of 4 to 64 bytes an access reaches the last, give or take."""
_TYPES: Final[tuple[ValType, ...]] = (I32, I64, F32, F64)
_LOCALS: Final = 3
_NUMBERS: Final = (I32, I64, F64)
_MOST_COMPILED: Final = 512
"""Functions and types at most: an engine compiles the ones, and ways into functions of the others."""


def some_crowded(choices: Choices, wasm: bytes) -> bytes:
    """The module as it is; or rarely, behind a crowd."""
    if choices.integer(0, ONE_IN - 1) < ONE_IN - 1:
        return wasm
    return encode(crowded(choices, decode(wasm, WASM_2)))


def crowded(choices: Choices, module: Module) -> Module:
    """The module behind a crowd of globals, locals or operands mostly, else of functions or of types."""
    kind = choices.weighted((4, 1, 1, 3, 2))
    count = _REACHES[choices.integer(0, len(_REACHES) - 1)] - choices.integer(0, 12)
    if kind >= _LOCALS:
        return _within(choices, module, _behind_locals if kind == _LOCALS else _above_operands, count)
    compiled = min(count, _MOST_COMPILED - choices.integer(0, 12))
    return merge((_globals(count), _functions(compiled), Module(types=_some_types(compiled)))[kind], module)


_Crowded = Callable[[Code, FuncType, ValType, int], Code]


def _within(choices: Choices, module: Module, crowded: _Crowded, count: int) -> Module:
    """One of its functions changed by what takes its code and type, and how many of which type to add."""
    at = choices.integer(0, len(module.codes) - 1)
    type = _NUMBERS[choices.integer(0, len(_NUMBERS) - 1)]
    code = crowded(module.codes[at], module.types[module.functions[at]], type, count)
    return replace(module, codes=(*module.codes[:at], code, *module.codes[at + 1 :]), source=b"")


def _behind_locals(code: Code, function: FuncType, type: ValType, count: int) -> Code:
    """Between the parameters and its own."""

    def moved(instr: Instr) -> Instr:
        if instr.op.immediates != (Imm.LOCAL,) or instr.immediates[0] < len(function.params):
            return instr
        return instr._replace(immediates=(instr.immediates[0] + count,))

    return Code(((count, type), *code.locals), assemble(map(moved, parse(code.body))))


def _above_operands(code: Code, function: FuncType, type: ValType, count: int) -> Code:
    """Over values of a local that was written since, which whatever leaves the function leaves behind."""
    local = len(function.params) + sum(number for number, _ in code.locals)
    get, write = Instr(op("local.get"), (local,)), Instr(op("local.set"), (local,))
    *instrs, end = parse(code.body)
    body = [*([get] * count), const(type, 1), write, *instrs, Instr(op("return")), end]
    return Code((*code.locals, (1, type)), assemble(body))


def _globals(count: int) -> Module:
    number = Global(GlobalType(I32, mutable=False), Expr(i32_const(7) + END))
    return Module(globals=(number,) * count)


def _functions(count: int) -> Module:
    trap = Code((), plain("unreachable") + END)
    return Module(types=(FuncType((), ()),), functions=(0,) * count, codes=(trap,) * count)


def _some_types(count: int) -> tuple[FuncType, ...]:
    """All of them different."""
    return tuple(FuncType(params, ()) for params in islice(product(_TYPES, repeat=5), count))
