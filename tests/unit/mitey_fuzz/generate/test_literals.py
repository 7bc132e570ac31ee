"""Interesting values are the ones at edges, and the guards' substitutes never trap."""

import pytest

from jit.wasm.features import WASM_2
from jit.wasm.opcodes import ROWS, Family, Traps, op
from jit.wasm.semantics import operation
from jit.wasm.types import BY_LETTER
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate.candidates import candidates
from mitey_fuzz.generate.literals import POOLS, convertible, divisors, shift_counts, value_bits
from mitey_fuzz.generate.literals_vector import SHUFFLES, lane_counts
from mitey_fuzz.generate.weights import STEP_WEIGHTS


@pytest.mark.parametrize("letter", "ildfv")
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


def test_floats_hold_the_ends_of_what_fmov_loads_and_what_is_just_beyond() -> None:
    assert {0x3D800000, 0x3E000000, 0x41F80000, 0x41FC0000, 0x42000000} <= set(POOLS["f"])  # 1/16, 1/8, 31, 31.5, 32
    assert {0x3FB << 52, 0x3FC << 52, 0x403F << 48, 0x403F8 << 44, 0x404 << 52} <= set(POOLS["d"])


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


def test_vectors_hold_edges_of_every_shape_and_single_lanes_that_differ() -> None:
    pool = set(POOLS["v"])
    assert {0, (1 << 128) - 1, 0x80 << 120, 0x7F7F7F7F_7F7F7F7F_7F7F7F7F_7F7F7F7F, 0xFF << 64} <= pool
    assert 0x00007FFF_00007FFF_00007FFF_00007FFF in pool
    assert 0x0F0E0D0C_0B0A0908_07060504_03020100 in pool
    assert {0x7FC00000, 0x7FC00000 << 96, 0x7FF00000_00000001 << 64} <= pool


def test_drawn_vectors_hold_interesting_floats_in_their_lanes() -> None:
    choices = SeededChoices(1)
    drawn = [value_bits(choices, "v") for _ in range(2_000)]
    singles, doubles = set(POOLS["f"]), set(POOLS["d"])
    assert sum({bits >> 32 * k & 0xFFFF_FFFF for k in range(4)} <= singles for bits in drawn) > 200
    assert sum({bits >> 64 * k & (1 << 64) - 1 for k in range(2)} <= doubles for bits in drawn) > 200


def test_shuffles_are_those_that_arm64_has_instructions_for() -> None:
    assert SHUFFLES[0] == bytes(range(16))
    assert {len(shuffle) for shuffle in SHUFFLES} == {16}
    assert max(max(shuffle) for shuffle in SHUFFLES) == 31
    shuffles = {shuffle.hex() for shuffle in SHUFFLES}
    assert {
        "030405060708090a0b0c0d0e0f101112",  # EXT #3
        "00100111021203130414051506160717",  # ZIP1 of bytes
        "08090a0b18191a1b0c0d0e0f1c1d1e1f",  # ZIP2 of words
        "0001040508090c0d1011141518191c1d",  # UZP1 of halfwords
        "08090a0b0c0d0e0f18191a1b1c1d1e1f",  # TRN2 of doublewords
        "1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f",  # DUP of the last byte of the second operand
        "0302010007060504" + "0b0a09080f0e0d0c",  # REV32 of bytes
        "0001020304050607" + "08090a0b0c0d0e1f",  # INS
    } <= shuffles


def test_lane_counts_reach_beyond_the_width_of_a_lane() -> None:
    assert {0, 7, 8, 9} <= set(lane_counts(8))
    assert {0, 63, 64, 65, 128, (1 << 32) - 64} <= set(lane_counts(64))


def test_every_row_with_a_signature_is_a_candidate() -> None:
    """Counted in the specification's index: scalar rows and vector rows that compute, load and store."""
    found = candidates(WASM_2)
    numeric = {c.code for by_params in found.families.values() for cs in by_params.values() for c in cs}
    assert len(numeric) == 136 + 213
    assert len({a.code for accesses in found.loads.values() for a in accesses}) == 14 + 13
    assert len({a.code for a in found.lane_loads}) == 4
    assert len({a.code for accesses in found.stores.values() for a in accesses}) == 9 + 5


def test_immediates_of_candidates_are_every_lane_there_is() -> None:
    found = candidates(WASM_2)
    extracts = {c.code: c.immediates for c in found.families[Family.VECTOR_LANE]["v"]}
    assert sorted(map(len, extracts.values())) == [2, 2, 4, 4, 8, 8, 16, 16]
    assert all(immediates == tuple(bytes((k,)) for k in range(len(immediates))) for immediates in extracts.values())


def test_every_step_has_a_weight_where_the_stack_is_neither_low_nor_high() -> None:
    assert all(len(weights) == 3 and any(weights) for weights in STEP_WEIGHTS.values())
