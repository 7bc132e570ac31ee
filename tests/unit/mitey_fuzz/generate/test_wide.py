"""Functions of many parameters: valid, right on all engines, so many that frames are large; and they do come up."""

import pytest

from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import Module
from jit.wasm.types import V128
from jit.wasm.validate import validate
from mitey_fuzz.case import Call, Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import generate, swarm
from mitey_fuzz.generate.wide import CALLEE, CALLER, widened
from oracles.interp import InterpEngine
from oracles.protocol import Returned
from oracles.wasmtime import WasmtimeEngine
from support.executed import run


@pytest.mark.parametrize("features", [WASM_1, WASM_2], ids=str)
def test_modules_with_wide_functions_are_valid_and_engines_agree(features: Features) -> None:
    wasmtime, interp = WasmtimeEngine(features), InterpEngine(features)
    for seed in range(12):
        module, type = widened(SeededChoices(seed), Module(), features)
        assert 20 <= len(type.params) < 1_000
        validate(module, features)
        case = Case(encode(module), (Call(CALLER, ()),))
        (outcome,) = run(case, wasmtime)
        assert isinstance(outcome, Returned)
        assert run(case, interp) == [outcome]
    wasmtime.close()
    interp.close()


def test_frames_are_larger_than_instructions_reach_and_locals_lie_behind() -> None:
    found = 0
    for seed in range(40):
        module, type = widened(SeededChoices(seed), Module(), WASM_2)
        slots = sum(2 if param is V128 else 1 for param in type.params)
        found += slots > 520 and bool(module.codes[0].locals)
    assert found > 5


def test_generated_cases_call_wide_functions() -> None:
    found = 0
    for seed in range(1_000):
        choices = SeededChoices(seed)
        case = generate(choices, swarm(choices, WASM_2))
        if any(call.export == CALLER for call in case.script):
            found += 1
            validate(decode(case.wasm, WASM_2), WASM_2)
            assert {CALLER, CALLEE} <= {call.export for call in case.script}
    assert 3 < found < 30
