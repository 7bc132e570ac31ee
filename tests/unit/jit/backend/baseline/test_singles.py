"""Every instruction with its operands wherever a compiler may find them, against wasmtime."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code
from jit.wasm.opcodes import ROWS, Op
from jit.wasm.types import I64, V128
from mitey_fuzz.case import Case
from mitey_fuzz.generate.single import SHAPES, single, singles
from support.agreement import Pair, paranoid_baseline

VECTOR_ROWS = [row for row in ROWS if row.feature == "simd" and V128 in (row.params or ())]
FAR = 10_001
"""So many locals, and every operand has a slot that no immediate reaches, at an odd place."""


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with paranoid_baseline() as made:
        yield made


def thinned(case: Case, count: int) -> Case:
    """About so many calls of the case, evenly."""
    step = max(1, len(case.script) // count) | 1
    return replace(case, script=case.script[::step])


def with_locals(case: Case, count: int) -> Case:
    """The case with so many more locals in each function."""
    module = decode(case.wasm, WASM_2)
    codes = tuple(Code((*code.locals, (count, I64)), code.body) for code in module.codes)
    return replace(case, wasm=encode(replace(module, codes=codes)))


@pytest.mark.parametrize("shape", SHAPES)
def test_vector_instructions_take_their_operands_from_anywhere(pair: Pair, shape: str) -> None:
    """A thirteenth of the rows in each shape; all are in the slow test."""
    offset = list(SHAPES).index(shape)
    cases = [single(row, shape, WASM_2) for row in VECTOR_ROWS[offset % 13 :: 13]]
    for case in filter(None, cases):
        pair.agree(thinned(case, 5))


_USERS = ("select", "global.set", "global.get", "table.get", "table.set", "call_indirect", "i32.store", "f64.store")
_USERS += ("i64.load32_s", "br_table", "v128.store", "v128.load8_lane", "v128.store64_lane", "v128.load32_splat")


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in _USERS], ids=str)
def test_spills_to_far_slots_leave_addresses_alone(pair: Pair, row: Op) -> None:
    """Whatever holds an address in a scratch register while others must make room."""
    for shape in ("under pressure", "spilled"):
        case = single(row, shape, WASM_2)
        assert case is not None
        pair.agree(thinned(with_locals(case, FAR), 2))


@pytest.mark.nightly
@pytest.mark.slow
def test_every_single_agrees_with_wasmtime(pair: Pair) -> None:
    cases = calls = 0
    for name, case in singles(WASM_2):
        assert not (found := pair.differences(case)), (name, found[:5])
        cases, calls = cases + 1, calls + len(case.script)
    assert cases > 4_500
    assert calls > 350_000


@pytest.mark.nightly
@pytest.mark.slow
def test_every_single_agrees_in_a_frame_beyond_32_kib(pair: Pair) -> None:
    cases = 0
    for name, case in singles(WASM_2):
        if name.endswith(("under pressure", "spilled")):
            assert not (found := pair.differences(thinned(with_locals(case, FAR), 10))), (name, found[:5])
            cases += 1
    assert cases > 800
