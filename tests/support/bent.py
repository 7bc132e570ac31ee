"""An interpreter with a bug of the test's choice, planted in the steps of its functions: a culprit that is no compiler.

A `Bend` is told about every instruction that is about to become a step and may give another step to run in its place.
"""

import time
from collections.abc import Callable, Sequence

from jit.wasm.body import BLOCK, END, LOOP, Instr, parse
from jit.wasm.features import WASM_2, Features
from oracles.interp import InterpEngine
from oracles.interp.machine import Machine
from oracles.interp.objects import Function, Step, WasmFunction
from oracles.interp.store import InterpStore

Bend = Callable[[int, Instr, Step, Sequence[Instr]], Step]
"""Of a function's index, an instruction, its step, and the whole body: the step to run."""


class BentEngine(InterpEngine):
    """The interpreter, bent."""

    def __init__(self, bend: Bend, name: str = "bent", features: Features = WASM_2) -> None:
        super().__init__(features)
        self.name = name
        self._bend = bend

    def open(self) -> InterpStore:
        return InterpStore(self.can.features, Machine(time.monotonic, self._watch))

    def _watch(self, function: WasmFunction, behind: list[int], steps: list[Step]) -> list[Step]:
        index = function.instance.functions.index(function)
        instrs = parse(function.code.body)
        bent = list(steps)
        at = 0
        for number, (instr, place) in enumerate(zip(instrs, behind, strict=True)):
            before = 0 if number == 0 else behind[number - 1]
            silent = instr.op in (BLOCK, LOOP) or (instr.op is END and number != len(instrs) - 1)
            if before >= 0 and not silent and at < len(bent):
                bent[at] = self._bend(index, instr, steps[at], instrs)
                at += 1
            elif before < 0 and place >= 0:
                at = place
        return bent


def then(step: Step, change: Callable[[list[int], list[int]], None]) -> Step:
    """A step that also changes the stack or the locals when it has run."""

    def run(stack: list[int], locals_: list[int]) -> int | Function | None:
        target = step(stack, locals_)
        change(stack, locals_)
        return target

    return run


def wherever(name: str, change: Callable[[list[int], list[int]], None]) -> Bend:
    """Every instruction of this mnemonic also does `change`."""
    return lambda _index, instr, step, _body: then(step, change) if instr.op.name == name else step
