"""One-instruction cases: every row, every shape, the right answers."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, Features
from jit.wasm.opcodes import ROWS, op
from jit.wasm.types import I32, PAGE, TrapKind, Value
from jit.wasm.validate import validate
from mitey_fuzz.case import Call, Case
from mitey_fuzz.choices import ReplayChoices, SeededChoices
from mitey_fuzz.generate.single import SHAPES, SOME_CALLS, single, singles, some_single
from oracles.protocol import Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run
from support.wasmtime_validation import engine, refusal

FEATURES = Features.parse("wasm-2.0")


def refused(cases: Iterable[tuple[str, Case]]) -> list[str]:
    """The names of those that wasmtime refuses."""
    judge = engine(FEATURES)
    names = [name for name, case in cases if refusal(judge, case.wasm) is not None]
    judge.close()
    return names


def test_singles_are_valid() -> None:
    """Of every seventh row."""
    made = ((f"{row.name}, {shape}", single(row, shape, FEATURES)) for row in ROWS[::7] for shape in SHAPES)
    cases = [(name, case) for name, case in made if case is not None]
    assert len(cases) > 600
    assert refused(cases) == []


@pytest.mark.slow
def test_every_single_is_valid() -> None:
    everything = list(singles(FEATURES))
    assert len(everything) > 4_500
    assert sum(len(case.script) for _, case in everything) > 350_000
    assert refused(everything) == []


@pytest.mark.parametrize("shape", ["parameters", "mixed", "condition"])
def test_singles_of_webassembly_1_need_nothing_newer(shape: str) -> None:
    cases = [single(row, shape, WASM_1) for row in ROWS if WASM_1.has(row.feature)]
    for case in (case for case in cases if case is not None):
        validate(decode(case.wasm, WASM_1), WASM_1)
        assert case.script


def test_singles_cover_every_row_but_those_that_no_operand_can_reach() -> None:
    """Constants and locals are operands of all others; the last four leave for good, or end what others begin."""
    missing = {row.name for row in ROWS if single(row, "parameters", FEATURES) is None}
    constants = {"i32.const", "i64.const", "f32.const", "f64.const", "v128.const"}
    locals_ = {"local.get", "local.set", "local.tee"}
    assert missing == constants | locals_ | {"return", "unreachable", "else", "end"}


def test_every_lane_and_every_offset_has_its_instruction() -> None:
    case = single(op("i8x16.extract_lane_u"), "parameters", FEATURES)
    assert case is not None
    assert len(decode(case.wasm, FEATURES).functions) == 16
    case = single(op("v128.store64_lane"), "parameters", FEATURES)
    assert case is not None
    bodies = [parse(code.body) for code in decode(case.wasm, FEATURES).codes]
    immediates = {body[2].immediates for body in bodies}
    assert {lane for _, _, lane in immediates} == {0, 1}
    assert {0, 1, 255, 32760, 65528} <= {offset for _, offset, _ in immediates}


def test_a_vector_row_sees_each_kind_of_lane_in_both_operands() -> None:
    case = single(op("i16x8.add_sat_s"), "parameters", FEATURES)
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    for call, outcome in zip(case.script, run(case, oracle), strict=True):
        assert isinstance(outcome, Returned)
        lanes = [[_signed(value.bits >> 16 * k) for k in range(8)] for value in (*call.args, outcome.values[0])]
        assert lanes[2] == [max(-0x8000, min(0x7FFF, a + b)) for a, b in zip(*lanes[:2], strict=True)]
    oracle.close()


def _signed(lane: int) -> int:
    return ((lane & 0xFFFF) ^ 0x8000) - 0x8000


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_an_addition_adds(shape: str) -> None:
    case = single(op("i32.add"), shape, FEATURES)
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    outcomes = run(case, oracle)
    oracle.close()
    assert len(outcomes) == len(case.script) > 5 or shape == "constants"
    assert all(isinstance(outcome, Returned) for outcome in outcomes)


def test_parameters_reach_the_row_in_order() -> None:
    case = single(op("i32.sub"), "parameters", FEATURES)
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    for call, outcome in zip(case.script, run(case, oracle), strict=True):
        a, b = (arg.bits for arg in call.args)
        assert outcome == Returned((Value(I32, (a - b) & 0xFFFF_FFFF),))
    oracle.close()


def test_overwritten_locals_do_not_change_operands() -> None:
    case = single(op("i64.rotl"), "overwritten locals", FEATURES)
    plain = single(op("i64.rotl"), "parameters", FEATURES)
    assert case is not None
    assert plain is not None
    oracle = WasmtimeEngine(FEATURES)
    assert run(case, oracle) == run(plain, oracle)
    oracle.close()


@pytest.mark.parametrize("shape", ["computed", "spilled", "mixed"])
@pytest.mark.parametrize("row", ["i32.sub", "f64.div", "i8x16.shuffle", "i64x2.replace_lane"])
def test_where_an_operand_is_does_not_change_what_it_is(row: str, shape: str) -> None:
    """Forms that take the row's own parameters, and more behind them, compute what the row alone computes."""
    case, plain = single(op(row), shape, FEATURES), single(op(row), "parameters", FEATURES)
    assert case is not None
    assert plain is not None
    count = len(plain.script[0].args)
    oracle = WasmtimeEngine(FEATURES)
    if shape == "mixed":
        assert all(isinstance(outcome, Returned) for outcome in run(case, oracle))
    else:
        same = replace(plain, script=tuple(Call(call.export, call.args[:count]) for call in case.script))
        assert run(case, oracle) == run(same, oracle)
    oracle.close()


def test_flags_that_are_an_operand_are_its_value() -> None:
    case = single(op("i32.sub"), "pending flags", FEATURES)
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    for call, outcome in zip(case.script, run(case, oracle), strict=True):
        a, b = (_signed64(arg.bits) for arg in call.args)
        if call.export == "f0":  # whether the first is less than one, less the second
            assert outcome == Returned((Value(I32, ((a < 1) - b) & 0xFFFF_FFFF),))
    oracle.close()


def _signed64(bits: int) -> int:
    return (bits ^ 1 << 63) - (1 << 63)


def test_parameters_that_are_read_again_are_what_they_were() -> None:
    case = single(op("v128.bitselect"), "parameters read again", FEATURES)
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    for call, outcome in zip(case.script, run(case, oracle), strict=True):
        assert outcome == Returned((call.args[int(call.export[1:])],))
    oracle.close()


def test_pressure_does_not_change_results() -> None:
    case = single(op("f64.copysign"), "under pressure", FEATURES)
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    for call, outcome in zip(case.script, run(case, oracle), strict=True):
        a, b = (arg.bits for arg in call.args[:2])
        assert isinstance(outcome, Returned)
        assert outcome.values[0].bits == a & (1 << 63) - 1 | b & 1 << 63
    oracle.close()


def test_addresses_reach_the_end_of_memory_and_pass_it() -> None:
    case = single(op("i64.store"), "parameters", FEATURES)
    assert case is not None
    oracle = WasmtimeEngine(FEATURES)
    outcomes = run(case, oracle)
    oracle.close()
    assert any(isinstance(outcome, Returned) for outcome in outcomes)
    assert any(isinstance(o, Trapped) and o.kind is TrapKind.OOB_MEMORY for o in outcomes)


def test_a_row_without_a_shape_has_no_case() -> None:
    assert single(op("f64.sqrt"), "condition", FEATURES) is None


def test_one_of_them_is_drawn_with_some_of_its_calls() -> None:
    whole = {case.wasm: case.script for _, case in singles(WASM_1)}
    drawn = [some_single(SeededChoices(seed), WASM_1) for seed in range(40)]
    assert all(0 < len(case.script) <= SOME_CALLS and set(case.script) <= set(whole[case.wasm]) for case in drawn)
    assert len({case.wasm for case in drawn}) > 35
    assert drawn[7].choices is not None
    assert some_single(ReplayChoices(drawn[7].choices), WASM_1) == drawn[7]


@pytest.mark.parametrize("name", ["f64.store", "i32.load", "i64.store16", "v128.store", "v128.load8_lane"])
def test_accesses_straddle_the_end_of_memory_by_any_half(name: str) -> None:
    """Without an offset: the last that fits, the first that does not, and one with half of it on either side."""
    case = single(op(name), "parameters", FEATURES)
    assert case is not None
    width = op(name).width // 8
    reached = {call.args[0].bits for call in case.script if call.export == "f0"}
    assert {PAGE - width, PAGE - width + 1, PAGE - width // 2} <= reached
