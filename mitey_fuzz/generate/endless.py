"""Functions that call themselves without end: every engine must say that its call stack is exhausted, and live.

Which of an engine's stacks is full first, and whether it is a store or a call that finds out, depends on what a frame
holds: nothing at all, or thousands of locals, operands that wait for the call, arguments and results.  Exhaustion ends
a case, so the call is the script's last.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from jit.wasm.body import END, Instr, assemble, const
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import Code, Export, ExternKind, Module
from jit.wasm.opcodes import op
from jit.wasm.types import F64, I64, V128, FuncType, ValType

from ..case import Call
from ..choices import Choices
from .script import argument

ONE_IN: Final = 300
"""Every so many generated cases end with a call that does not end."""
NAME: Final = "endless"
"""What is exported."""
_LOCALS: Final = ((0, 0), (0, 8), (9, 100), (101, 5_000))
_WAITING: Final = ((0, 0), (0, 0), (1, 8), (9, 300))
_PARAMS: Final = ((0, 0), (1, 3), (4, 20))
"""Ranges of how many there are; of results as of parameters, where there may be several."""

Script = tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a function has: how many locals and operands that wait for the call, and of which type."""

    type: FuncType
    locals: tuple[int, ValType]
    waiting: tuple[int, ValType]


def some_endless(choices: Choices, wasm: bytes, script: Script, features: Features) -> tuple[bytes, Script]:
    """The module and the script as they are; or rarely, with a function that does not end, and a call of it."""
    if choices.integer(0, ONE_IN - 1) < ONE_IN - 1:
        return wasm, script
    module, type = endless(choices, decode(wasm, WASM_2), features)
    args = tuple([argument(choices, param.letter) for param in type.params])
    return encode(module), (*script, Call(NAME, args))


def endless(choices: Choices, module: Module, features: Features) -> tuple[Module, FuncType]:
    """The module with a function behind its own that calls itself or, half of the time, one that calls it; its type."""
    frames = [_frame(choices, features) for _ in range(1 + choices.integer(0, 1))]
    first = len(module.func_types)
    called = [(first + (at + 1) % len(frames), frames[(at + 1) % len(frames)].type) for at in range(len(frames))]
    bodies = [_code(choices, frame, *callee) for frame, callee in zip(frames, called, strict=True)]
    changed = replace(
        module,
        types=(*module.types, *(frame.type for frame in frames)),
        functions=(*module.functions, *(len(module.types) + at for at in range(len(frames)))),
        codes=(*module.codes, *bodies),
        exports=(*module.exports, Export(NAME, ExternKind.FUNC, first)),
        source=b"",
    )
    return changed, frames[0].type


def _frame(choices: Choices, features: Features) -> _Frame:
    types = (I64, F64, V128) if features.simd else (I64, F64)

    def type() -> ValType:
        return types[choices.integer(0, len(types) - 1)]

    params = tuple([type() for _ in range(_some(choices, _PARAMS))])
    most = _some(choices, _PARAMS) if features.multi_value else choices.integer(0, 1)
    results = tuple([type() for _ in range(most)])
    return _Frame(FuncType(params, results), (_some(choices, _LOCALS), type()), (_some(choices, _WAITING), type()))


def _some(choices: Choices, ranges: Sequence[tuple[int, int]]) -> int:
    """A number from one of the ranges."""
    return choices.integer(*ranges[choices.integer(0, len(ranges) - 1)])


def _code(choices: Choices, frame: _Frame, callee: int, type: FuncType) -> Code:
    """Operands that wait, all alike; arguments; the call; and what would come behind it."""
    count, waiting = frame.waiting
    own = [*frame.type.params, *([frame.locals[1]] * frame.locals[0])]

    def value(wanted: ValType) -> Instr:
        """The last of the locals of a type, in half of the cases, or a constant."""
        fit = [at for at, held in enumerate(own) if held is wanted]
        return Instr(op("local.get"), (fit[-1],)) if fit and choices.integer(0, 1) else const(wanted, 1)

    drops = [Instr(op("drop"))] * (count + len(type.results))
    before = [*([value(waiting)] * count), *map(value, type.params)]
    results = [value(result) for result in frame.type.results]
    body = [*before, Instr(op("call"), (callee,)), *drops, *results, Instr(END)]
    return Code((frame.locals,) if frame.locals[0] else (), assemble(body))
