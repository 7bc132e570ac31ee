"""Interesting values are the ones at edges, and the guards' substitutes never trap."""

import pytest

from jit.wasm.features import WASM_2
from jit.wasm.opcodes import ROWS, Traps, op
from jit.wasm.semantics import operation
from jit.wasm.types import BY_LETTER
from mitey_fuzz.generate.candidates import candidates
from mitey_fuzz.generate.literals import POOLS, convertible, divisors, shift_counts
from mitey_fuzz.generate.weights import STEP_WEIGHTS


@pytest.mark.parametrize("letter", "ildf")
def test_values_fit_their_type_and_come_simplest_first(letter: str) -> None:
    assert POOLS[letter][0] == 0
    assert all(0 <= bits < 1 << BY_LETTER[letter].bits for bits in POOLS[letter])
    assert len(set(POOLS[letter])) == len(POOLS[letter])


def test_integers_hold_the_edges_of_arm64_immediates() -> None:
    assert {4095, 4096, 0xFFF000, 0xFFF001, 0x1000000, 0x55555555, 0x55555554, 0x7FFFFFFE} <= set(POOLS["i"])
    assert {0x5555555555555555, 0x00FF00FF00FF00FF, 0xFFFF1234FFFFFFFF, 1 << 63, (1 << 64) - 4096} <= set(POOLS["l"])


def test_floats_hold_zeros_subnormals_infinities_and_nans_of_every_kind() -> None:
    assert {0, 1 << 31, 1, 0x7FFFFF, 0x800000, 0x7F7FFFFF, 0x7F800000, 0x7FC00000, 0x7FC00001, 0x7F800001} <= set(
        POOLS["f"]
    )
    assert {0x41E0000000000000, 0x41DFFFFFFFC00000, 0x41EFFFFFFFE00000, 0x43E0000000000000, 0x7FF0000000000001} <= set(
        POOLS["d"]
    )


def test_shift_counts_reach_beyond_the_width() -> None:
    assert {0, 31, 32, 33, 63, 64} <= set(shift_counts("i"))
    assert {0, 63, 64, 65, 128} <= set(shift_counts("l"))


@pytest.mark.parametrize("letter", "il")
def test_divisors_are_never_zero_or_minus_one(letter: str) -> None:
    assert not {0, (1 << BY_LETTER[letter].bits) - 1} & set(divisors(letter))


@pytest.mark.parametrize("name", [row.name for row in ROWS if Traps.BAD_CONVERSION in row.traps])
def test_substitutes_convert_without_a_trap(name: str) -> None:
    row = op(name)
    assert row.params is not None
    assert row.results is not None
    signed = name.endswith("_s")
    width = row.results[0].bits
    results = {operation(row)(bits) for bits in convertible(row)}
    assert all(isinstance(result, int) for result in results)
    least = 1 << width - 1 if signed else 0
    assert {0, 1, least} <= results


def test_every_row_with_a_signature_is_a_candidate() -> None:
    """Counted in the specification's index: 136 numeric rows without constants, 14 loads and 9 stores."""
    found = candidates(WASM_2)
    numeric = {c.code for by_params in found.families.values() for cs in by_params.values() for c in cs}
    assert len(numeric) == 136
    assert len({a.code for accesses in found.loads.values() for a in accesses}) == 14
    assert len({a.code for accesses in found.stores.values() for a in accesses}) == 9


def test_every_step_has_a_weight_where_the_stack_is_neither_low_nor_high() -> None:
    assert all(len(weights) == 3 and any(weights) for weights in STEP_WEIGHTS.values())
