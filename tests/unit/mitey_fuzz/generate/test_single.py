"""One-instruction cases: every row, every shape, the right answers."""

import pytest

from jit.wasm.features import Features
from jit.wasm.opcodes import op
from jit.wasm.types import I32, TrapKind, Value
from mitey_fuzz.case import Case
from mitey_fuzz.generate.single import SHAPES, single, singles
from oracles.protocol import Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run
from support.wasmtime_validation import engine, refusal

FEATURES = Features.parse("wasm-2.0-simd")


@pytest.fixture(scope="module")
def everything() -> dict[str, Case]:
    return dict(singles(FEATURES))


def test_every_single_is_valid(everything: dict[str, Case]) -> None:
    judge = engine(FEATURES)
    refused = [name for name, case in everything.items() if refusal(judge, case.wasm) is not None]
    judge.close()
    assert len(everything) > 1_000
    assert refused == []


def test_singles_cover_every_numeric_and_memory_row(everything: dict[str, Case]) -> None:
    """136 numeric rows and 23 accesses, counted in the specification's index."""
    assert len({name.partition(",")[0] for name in everything}) == 136 + 23


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_an_addition_adds(shape: str) -> None:
    case = single(op("i32.add"), shape)
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    outcomes = run(case, oracle)
    oracle.close()
    assert len(outcomes) == len(case.script) > 5 or shape == "constants"
    assert all(isinstance(outcome, Returned) for outcome in outcomes)


def test_parameters_reach_the_row_in_order() -> None:
    case = single(op("i32.sub"), "parameters")
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    for call, outcome in zip(case.script, run(case, oracle), strict=True):
        a, b = (arg.bits for arg in call.args)
        assert outcome == Returned((Value(I32, (a - b) & 0xFFFF_FFFF),))
    oracle.close()


def test_overwritten_locals_do_not_change_operands() -> None:
    case = single(op("i64.rotl"), "overwritten locals")
    plain = single(op("i64.rotl"), "parameters")
    assert case is not None
    assert plain is not None
    oracle = WasmtimeEngine(FEATURES)
    assert run(case, oracle) == run(plain, oracle)
    oracle.close()


def test_pressure_does_not_change_results() -> None:
    case = single(op("f64.copysign"), "under pressure")
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    for call, outcome in zip(case.script, run(case, oracle), strict=True):
        a, b = (arg.bits for arg in call.args[:2])
        assert isinstance(outcome, Returned)
        assert outcome.values[0].bits == a & (1 << 63) - 1 | b & 1 << 63
    oracle.close()


def test_addresses_reach_the_end_of_memory_and_pass_it() -> None:
    case = single(op("i64.store"), "parameters")
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    outcomes = run(case, oracle)
    oracle.close()
    assert any(isinstance(outcome, Returned) for outcome in outcomes)
    assert any(isinstance(o, Trapped) and o.kind is TrapKind.OOB_MEMORY for o in outcomes)


def test_a_row_without_a_shape_has_no_case() -> None:
    assert single(op("f64.sqrt"), "condition") is None
