"""How deep a case's calls may be for an engine to have the room for them, and the interpreter that keeps to that.

An engine's limits are its own, so exhaustion is no finding; but a program that needs next to nothing exhausts nothing,
and a stack pointer that runs wild passes for exhaustion.  A case is *shallow* as far as the interpreter comes with
calls so few and frames so narrow that they take no more than the engine promises (`Capabilities.stack_bytes`).

Rule 1: what this says is a function of the case and the promise alone, whatever the machine and its load.  A case whose
host functions call back is never shallow: each of those calls costs an engine what nobody counts here.
"""

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.module import Module
from oracles.interp import InterpEngine
from oracles.protocol import Capabilities

from ..case import Case

MOST_CALLS = 150
"""Calls at a time; generated programs make some 128 (`generate.terminate.DEPTH`)."""
MOST_LOOKS = 2_000
"""The longest step, in looks of the interpreter at its clock: four million jumps, of which fuel leaves a fraction."""
_VALUE = 16
"""Bytes of a parameter, local or operand: a vector's."""
_BESIDES = 16
"""What a frame holds besides those, as so many of them."""


class Ticks:
    """A clock that goes on by one each time somebody looks: the interpreter looks after every so many jumps."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def interpreter(case: Case, can: Capabilities) -> InterpEngine | None:
    """An interpreter that exhausts where an engine that can do this might; None where that is in the first call.

    Its deadlines are in looks.
    """
    if case.calls_back or not can.stack_bytes:
        return None
    try:
        widest = max(_widest(decode(wasm, can.features)) for wasm in case.modules)
    except WasmError:
        return None
    calls = min(MOST_CALLS, can.stack_bytes // (_VALUE * widest))
    return InterpEngine(can.features, clock=Ticks(), most_calls=calls) if calls else None


def _widest(module: Module) -> int:
    """The values that a frame of any function can hold, from above.

    Nothing pushes more than one value to a byte of code but a call and, where nothing comes by, the beginning of a
    block: those take two bytes and push what some type has of results or parameters.
    """
    most = max((max(len(type.params), len(type.results)) for type in module.types), default=0)
    widest = 0
    for function, code in zip(module.functions, module.codes, strict=True):
        values = len(module.types[function].params) + sum(count for count, _ in code.locals)
        widest = max(widest, values + len(code.body) * max(2, most) // 2)
    return _BESIDES + widest
