"""Hypothesis strategies: what they draw is valid and ends, and what fails shrinks to little."""

from collections.abc import Callable, Iterator

import pytest
import wasmtime
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.module import ExternKind
from jit.wasm.types import F64, FUNCREF, I32, I64, NULL, V128, Value
from jit.wasm.validate import validate
from mitey_fuzz.case import Case
from mitey_fuzz.strategies import cases, functions, modules, scripts, small, values
from oracles.interp import InterpEngine
from oracles.protocol import Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run
from support.wasmtime_validation import engine, refusal

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SEARCH = settings(QUICK, max_examples=2_000, database=None, phases=(Phase.generate, Phase.shrink))


@pytest.fixture(scope="module")
def judge() -> Iterator[wasmtime.Engine]:
    made = engine(WASM_2)
    yield made
    made.close()


def names(wasm: bytes) -> list[str]:
    return [instr.op.name for code in decode(wasm, WASM_2).codes for instr in parse(code.body)]


@QUICK
@given(wasm=modules())
def test_modules_are_valid(judge: wasmtime.Engine, wasm: bytes) -> None:
    assert refusal(judge, wasm) is None


@QUICK
@given(wasm=modules(WASM_1))
def test_modules_of_webassembly_1_use_nothing_newer(wasm: bytes) -> None:
    validate(decode(wasm, WASM_1), WASM_1)


@QUICK
@given(wasm=functions((I64, V128), (F64,)))
def test_functions_have_the_type_that_was_asked_for(judge: wasmtime.Engine, wasm: bytes) -> None:
    assert refusal(judge, wasm) is None
    module = decode(wasm, WASM_2)
    exported = {export.name: export.index for export in module.exports if export.kind is ExternKind.FUNC}
    assert set(exported) == {"f0"}
    assert (module.func_types[0].params, module.func_types[0].results) == ((I64, V128), (F64,))


@QUICK
@given(value=values(I32, V128, FUNCREF))
def test_values_are_of_the_types_asked_for(value: Value) -> None:
    assert value.type in (I32, V128, FUNCREF)
    assert 0 <= value.bits < 1 << value.type.bits
    assert value.type is not FUNCREF or value.bits == NULL


@QUICK
@given(data=st.data())
def test_two_engines_agree_on_whatever_is_drawn(data: st.DataObject) -> None:
    wasm = data.draw(modules())
    case = Case(wasm, data.draw(scripts(wasm)))
    outcomes = []
    for make in (WasmtimeEngine, InterpEngine):
        with_all = make(WASM_2)
        outcomes.append([o if isinstance(o, Returned) else type(o) for o in run(case, with_all)])
        with_all.close()
    assert outcomes[0] == outcomes[1]
    assert set(outcomes[0]) - {Trapped} == {o for o in outcomes[0] if isinstance(o, Returned)}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(small(WASM_2)))
def test_cases_are_valid(judge: wasmtime.Engine, case: Case) -> None:
    assert refusal(judge, case.wasm) is None


def simplest(strategy: st.SearchStrategy[bytes], wanted: Callable[[bytes], bool]) -> list[str]:
    return names(find(strategy, wanted, settings=SEARCH))


def test_the_simplest_module_is_an_empty_function() -> None:
    assert simplest(modules(), lambda _: True) == ["end"]


def test_a_function_that_multiplies_shrinks_to_the_product_alone() -> None:
    assert simplest(functions(), lambda wasm: "i32.mul" in names(wasm)) == ["i32.const", "i32.const", "i32.mul", "end"]


@pytest.mark.slow
@pytest.mark.parametrize("row", ["loop", "i64.load", "f64.", "i16x8.", "select", "global.set", "br_if"])
def test_a_module_that_needs_one_instruction_shrinks_to_little_more(row: str) -> None:
    """Or one of several: any of two hundred vector rows is too rare to be found in little time."""
    wanted = simplest(modules(), lambda wasm: any(name.startswith(row) for name in names(wasm)))
    assert len(wanted) <= 15


@pytest.mark.slow
def test_a_script_shrinks_to_the_one_call_that_matters() -> None:
    wasm = bytes(wasmtime.wat2wasm('(module (func (export "a") (param i32)) (func (export "b") (param i64 i32)))'))
    script = find(scripts(wasm), lambda calls: any(call.export == "b" for call in calls), settings=SEARCH)
    assert [(call.export, [arg.bits for arg in call.args]) for call in script] == [("b", [0, 0])]
