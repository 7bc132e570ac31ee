"""Whoever watches the interpreter sees the operand stack behind every instruction that ran."""

from jit.wasm.features import WASM_2
from jit.wasm.types import I32, Value
from oracles.interp.instance import InterpInstance
from oracles.interp.machine import Machine
from oracles.interp.objects import HostFunction, Step, WasmFunction
from oracles.interp.store import InterpStore
from oracles.protocol import Returned
from support.wat import wasm

TEXT = """
    (func (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (i32.add (local.get 0) (i32.const 1)))
        (else (i32.mul (local.get 0) (i32.const 7)))))
"""


def test_the_stack_is_seen_behind_every_instruction_that_ran() -> None:
    seen: dict[int, int] = {}

    def watch(_: WasmFunction, behind: list[int], steps: list[Step]) -> list[Step]:
        def watched(place: int, step: Step) -> Step:
            def run(stack: list[int], locals_: list[int]) -> int | HostFunction | WasmFunction | None:
                for number, follower in enumerate(behind):
                    if follower == place and stack:
                        seen[number] = stack[-1]
                return step(stack, locals_)

            return run

        return [watched(place, step) for place, step in enumerate(steps)]

    instance = InterpStore(WASM_2, Machine(lambda: 0.0, watch)).instantiate(wasm(TEXT), deadline_s=1)
    assert isinstance(instance, InterpInstance)
    assert instance.call("f", [Value(I32, 5)], deadline_s=1) == Returned((Value(I32, 6),))
    # local.get 0, if, local.get 0, i32.const 1, i32.add, else, local.get 0, i32.const 7: the other arm was not seen
    assert [seen.get(number) for number in range(8)] == [5, None, 5, 1, 6, None, None, None]
    assert seen[9] == 6  # the end of the if
