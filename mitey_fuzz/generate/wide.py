"""Functions of up to a thousand parameters, and calls of them: what lies behind these in a frame is far from its base.

Arguments that find no register are stored, loaded and moved at offsets that one instruction does not hold, and the
locals behind them are cleared there.
"""

from dataclasses import replace
from typing import Final

from jit.wasm.body import END, Instr, assemble, const
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import Code, Export, ExternKind, Module
from jit.wasm.opcodes import op
from jit.wasm.types import F32, F64, I32, I64, V128, FuncType, ValType

from ..case import Call
from ..choices import Choices
from .script import argument

ONE_IN: Final = 100
"""Every so many generated cases have such a function."""
CALLER: Final = "wide call"
CALLEE: Final = "wide"
"""What is exported: a function that calls, and the one that it calls."""
_COUNTS: Final = ((20, 130), (131, 300), (301, 990), (500, 600))
"""How many parameters: up to about as many as a pair of loads reaches, more, and more than 12 bits count in bytes."""
_MOST_LOCALS: Final = 24
_SEEN: Final = 6
_AS_I64: Final = {
    I32: (op("i64.extend_i32_u"),),
    I64: (),
    F32: (op("i32.reinterpret_f32"), op("i64.extend_i32_u")),
    F64: (op("i64.reinterpret_f64"),),
}

Script = tuple[Call, ...]


def some_wide(choices: Choices, wasm: bytes, script: Script, features: Features) -> tuple[bytes, Script]:
    """The module and the script as they are; or rarely, with a function of many parameters, and calls of it."""
    if choices.integer(0, ONE_IN - 1) < ONE_IN - 1:
        return wasm, script
    module, type = widened(choices, decode(wasm, WASM_2), features)
    args = tuple([argument(choices, param.letter) for param in type.params])
    return encode(module), (*script, Call(CALLER, ()), Call(CALLEE, args))


def widened(choices: Choices, module: Module, features: Features) -> tuple[Module, FuncType]:
    """The module with two functions behind its own, one of many parameters and one that calls it; the former's type."""
    types = (I32, I64, F32, F64, V128) if features.simd else (I32, I64, F32, F64)
    kinds = [types[choices.integer(0, len(types) - 1)] for _ in range(choices.integer(1, 3))]
    count = choices.integer(*_COUNTS[choices.integer(0, len(_COUNTS) - 1)])
    params = tuple([kinds[at % len(kinds)] for at in range(count)])
    callee, caller = FuncType(params, (I64,)), FuncType((), (I64,))
    first, known = len(module.func_types), len(module.types)
    exports = (Export(CALLEE, ExternKind.FUNC, first), Export(CALLER, ExternKind.FUNC, first + 1))
    changed = replace(
        module,
        types=(*module.types, callee, caller),
        functions=(*module.functions, known, known + 1),
        codes=(*module.codes, _callee(choices, params, types), _caller(params, first)),
        exports=(*module.exports, *exports),
        source=b"",
    )
    return changed, callee


def _callee(choices: Choices, params: tuple[ValType, ...], types: tuple[ValType, ...]) -> Code:
    """Mixes a few parameters, among them the first and the last, and locals that nobody has written."""
    count = choices.integer(0, _MOST_LOCALS)
    kind = types[choices.integer(0, len(types) - 1)]
    last = len(params) - 1
    seen = [0, last, *(choices.integer(0, last) for _ in range(_SEEN))]
    seen += [len(params) + choices.integer(0, count - 1) for _ in range(_SEEN if count else 0)]
    held = (*params, *([kind] * count))
    body = [const(I64, 0)]
    for local in seen:
        body += [const(I64, 31), Instr(op("i64.mul")), Instr(op("local.get"), (local,))]
        body += [Instr(op("i64x2.extract_lane"), (1,))] if held[local] is V128 else []
        body += [Instr(row) for row in _AS_I64.get(held[local], ())]
        body.append(Instr(op("i64.add")))
    return Code(((count, kind),) if count else (), assemble([*body, Instr(END)]))


def _caller(params: tuple[ValType, ...], callee: int) -> Code:
    """Passes numbers of which no two are alike."""
    bits = [at + 1 << 64 | at + 1 if param is V128 else at + 1 for at, param in enumerate(params)]
    arguments = [const(param, number) for param, number in zip(params, bits, strict=True)]
    return Code((), assemble([*arguments, Instr(op("call"), (callee,)), Instr(END)]))
