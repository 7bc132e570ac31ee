"""Hypothesis strategies: what they draw is valid and ends, under any features, with imports or without."""

from collections.abc import Iterator

import pytest
import wasmtime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import ExternKind, Import
from jit.wasm.types import (
    F64,
    FUNCREF,
    I32,
    I64,
    NULL,
    V128,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    TrapKind,
    Value,
)
from jit.wasm.validate import validate
from mitey_fuzz.case import Case
from mitey_fuzz.strategies import cases, functions, modules, scripts, small, values
from mitey_fuzz.subject import create, subjects
from oracles.interp import InterpEngine
from oracles.protocol import Engine, Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run
from support.wasmtime_validation import engine, refusal

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SOME = ("wasm-1.0", "wasm-1.0+multi-value", "wasm-1.0+bulk-memory", "wasm-2.0-simd", "wasm-2.0-multi-value")
IMPORTS = (
    Import("host", "called", FuncType((I32, I64), (F64,))),
    Import("host", "counter", GlobalType(I64, mutable=True)),
    Import("host", "limit", GlobalType(V128, mutable=False)),
    Import("host", "memory", MemoryType(Limits(1, 3))),
    Import("host", "table", TableType(FUNCREF, Limits(8, 12))),
)


@pytest.fixture(scope="module")
def judge() -> Iterator[wasmtime.Engine]:
    made = engine(WASM_2)
    yield made
    made.close()


@QUICK
@given(wasm=modules())
def test_modules_are_valid(judge: wasmtime.Engine, wasm: bytes) -> None:
    assert refusal(judge, wasm) is None


@pytest.mark.parametrize("features", SOME)
def test_modules_use_nothing_but_the_features_given(features: str) -> None:
    having = Features.parse(features)

    @QUICK
    @given(wasm=modules(having))
    def validated(wasm: bytes) -> None:
        validate(decode(wasm, having), having)

    validated()


@settings(QUICK, max_examples=100)
@given(wasm=modules(imports=IMPORTS) | functions(imports=IMPORTS))
def test_modules_import_nothing_but_what_is_given(judge: wasmtime.Engine, wasm: bytes) -> None:
    assert refusal(judge, wasm) is None
    imported = [(item.name, item.type) for item in decode(wasm, WASM_2).imports]
    assert imported == [(item.name, item.type) for item in IMPORTS if (item.name, item.type) in imported]


@QUICK
@given(wasm=modules())
def test_modules_import_nothing_by_default(wasm: bytes) -> None:
    assert not decode(wasm, WASM_2).imports


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


@pytest.fixture(scope="module")
def engines() -> Iterator[list[Engine]]:
    made = [WasmtimeEngine(WASM_2), InterpEngine(WASM_2), *(create(name, features=WASM_2) for name in subjects())]
    yield made
    for opened in made:
        opened.close()


@settings(QUICK, max_examples=60)
@given(data=st.data())
def test_all_engines_agree_on_whatever_is_drawn(engines: list[Engine], data: st.DataObject) -> None:
    wasm = data.draw(modules())
    case = Case(wasm, data.draw(scripts(wasm)))
    expected, *others = [
        [o.kind if isinstance(o, Trapped) else o if isinstance(o, Returned) else type(o) for o in run(case, one)]
        for one in engines
    ]
    assert all(isinstance(o, TrapKind | Returned) for o in expected)
    assert others == [expected] * len(others)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(small(WASM_2)))
def test_cases_are_valid(judge: wasmtime.Engine, case: Case) -> None:
    assert refusal(judge, case.wasm) is None
