import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jit.errors import Trap
from jit.wasm.body import Instr
from jit.wasm.opcodes import SCALAR, Family, Op, op
from jit.wasm.semantics import NUMERIC_ROWS, OPERATIONS, operation
from jit.wasm.types import TrapKind
from support.numeric import Reference, assert_equal, interesting

ROWS = [row for row in NUMERIC_ROWS if row in SCALAR and row.family is not Family.CONST]


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference([Instr(row) for row in ROWS])


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_boundary_operands_give_what_wasmtime_gives(reference: Reference, row: Op) -> None:
    assert row.params is not None
    assert_equal(reference, Instr(row), list(product(*map(interesting, row.params))))


def operands_of(row: Op) -> st.SearchStrategy[list[tuple[int, ...]]]:
    assert row.params is not None
    each = [st.integers(0, (1 << t.bits) - 1) | st.sampled_from(interesting(t)) for t in row.params]
    return st.lists(st.tuples(*each), min_size=1, max_size=20)


@given(st.sampled_from(ROWS).flatmap(lambda row: st.tuples(st.just(row), operands_of(row))))
@settings(max_examples=150, deadline=None)
def test_any_operands_give_what_wasmtime_gives(reference: Reference, drawn: tuple[Op, list[tuple[int, ...]]]) -> None:
    row, operands = drawn
    assert_equal(reference, Instr(row), operands)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_many_random_operands_give_what_wasmtime_gives(reference: Reference, row: Op) -> None:
    assert row.params is not None
    draws = random.Random(row.name)
    count = 500 if row.traps else 10_000
    assert_equal(
        reference,
        Instr(row),
        [tuple(_number(draws, t.bits, t.name[0] == "f") for t in row.params) for _ in range(count)],
    )


def _number(draws: random.Random, bits: int, floating: bool) -> int:
    """Uniform bits, or for floats often an exponent around one, so that sums do not all swallow one operand."""
    value = draws.getrandbits(bits)
    if floating and draws.random() < 0.7:
        fraction = 23 if bits == 32 else 52
        bias = (1 << bits - fraction - 2) - 1
        exponent = bias + draws.randint(-70, 70)
        value = draws.getrandbits(1) << bits - 1 | exponent << fraction | draws.getrandbits(fraction)
    return value


def test_exactly_the_numeric_rows_have_a_definition() -> None:
    defined = {index for index, definition in enumerate(OPERATIONS) if definition is not None}
    assert defined == {row.index for row in NUMERIC_ROWS}
    assert len(NUMERIC_ROWS) == 140 + 214  # of numbers, of vectors


@pytest.mark.parametrize(
    ("name", "bits"),
    [("i32.const", 0x80000000), ("i64.const", 1 << 63), ("f32.const", 0x7F800001), ("f64.const", (0x7FF << 52) + 1)],
)
def test_constants_keep_their_bits(name: str, bits: int) -> None:
    assert operation(op(name))(bits) == bits


@pytest.mark.parametrize(("name", "nan"), [("f32", 0xFFA00001), ("f64", 0xFFF4_0000_0000_0001)])
def test_sign_operations_keep_the_payload_of_a_nan(name: str, nan: int) -> None:
    sign = 1 << (31 if name == "f32" else 63)
    assert operation(op(f"{name}.abs"))(nan) == nan ^ sign
    assert operation(op(f"{name}.neg"))(nan) == nan ^ sign
    assert operation(op(f"{name}.copysign"))(nan, 0) == nan ^ sign


@pytest.mark.parametrize("name", ["f32.add", "f32.min", "f32.max", "f32.div"])
def test_a_nan_operand_gives_the_canonical_nan(name: str) -> None:
    assert operation(op(name))(0xFF800001, 0x3F800000) == 0x7FC00000
    assert operation(op(name))(0x3F800000, 0xFF800001) == 0x7FC00000


def test_a_64_bit_integer_is_rounded_once_on_its_way_to_f32() -> None:
    # 2^54 + 2^30 + 1 rounds up; through binary64 it would lose the 1 and then round down to even.
    assert operation(op("f32.convert_i64_u"))((1 << 54) + (1 << 30) + 1) == 0x5A800001


def test_division_of_min_by_minus_one_traps_and_its_remainder_is_zero() -> None:
    with pytest.raises(Trap) as caught:
        operation(op("i32.div_s"))(0x80000000, 0xFFFFFFFF)
    assert caught.value.kind is TrapKind.OVERFLOW
    assert operation(op("i32.rem_s"))(0x80000000, 0xFFFFFFFF) == 0
