"""Modified immediates by enumeration, against the machine that loads them; plans by their promises."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jit.a64.immediates_vector import (
    FromGeneral,
    InlineData,
    Inserted,
    Modified,
    Repeated,
    decode_modified,
    encode_modified,
    plan_vector,
    words_of,
)
from jit.a64.masm import MacroAssembler
from jit.a64.operands import D2, H8, S4, D, S
from support.a64_run import run

ENCODINGS = range(1 << 14)
CONSTANTS = {encoded: value for encoded in ENCODINGS if (value := decode_modified(encoded)) is not None}
ONES = (1 << 128) - 1
HALFWORDS = st.sampled_from((0, 1, 0xFFFF, 0x1234, 0x3F80, 0x8000)) | st.integers(0, 0xFFFF)


def lanes(*values: int, bits: int = 32) -> int:
    """A constant by its lanes, the lowest first."""
    return sum(value << i * bits for i, value in enumerate(values))


def test_every_modified_immediate_is_what_the_machine_loads() -> None:
    encodings = list(CONSTANTS)
    for start in range(0, len(encodings), 32):
        batch = encodings[start : start + 32]

        def load(a: MacroAssembler, batch: list[int] = batch) -> None:
            for register, encoded in enumerate(batch):
                q, op, cmode, imm8 = encoded >> 13, encoded >> 12 & 1, encoded >> 8 & 15, encoded & 0xFF
                a.put(0x0F000400 | q << 30 | op << 29 | imm8 >> 5 << 16 | cmode << 12 | (imm8 & 31) << 5 | register)

        loaded = run(load, v=dict.fromkeys(range(32), ONES)).v
        assert list(loaded[: len(batch)]) == [CONSTANTS[encoded] for encoded in batch]


def test_what_is_no_move_is_not_decoded() -> None:
    # Of 64 combinations of Q, op and cmode, 24 are ORR and BIC, and one would be FMOV of a single D lane.
    assert len(CONSTANTS) == (64 - 24 - 1) * 256
    assert decode_modified(0b0_1_1111_00000000) is None
    assert decode_modified(0b1_0_0001_00000001) is None


def test_every_modified_immediate_is_encoded() -> None:
    for value in CONSTANTS.values():
        encoded = encode_modified(value)
        assert encoded is not None
        assert CONSTANTS[encoded] == value


def test_neighbours_of_modified_immediates_are_encoded_exactly_when_they_are_some() -> None:
    constants = set(CONSTANTS.values())
    for value in sorted(constants)[::7]:
        for bit in range(0, 128, 3):
            near = value ^ 1 << bit
            assert (encode_modified(near) is not None) == (near in constants)
            twice = near ^ 1 << (bit + 64) % 128
            assert (encode_modified(twice) is not None) == (twice in constants)


def test_a_plan_takes_the_shortest_way() -> None:
    assert plan_vector(0) == (Modified(0b1_1_1110_00000000),)
    assert plan_vector(lanes(0x1234) * 0x0001_0001_0001_0001_0001_0001_0001_0001) == (Repeated(H8, 0x1234),)
    assert plan_vector(lanes(*[0x12345678] * 4)) == (Repeated(S4, 0x12345678),)
    assert plan_vector(lanes(*[0x123456789ABCDEF0] * 2, bits=64)) == (Repeated(D2, 0x123456789ABCDEF0),)
    assert plan_vector(0x12345678) == (FromGeneral(S, 0x12345678),)
    assert plan_vector(0x1234567812345679) == (FromGeneral(D, 0x1234567812345679),)
    assert plan_vector(lanes(0xFF, 0x1234, bits=64)) == (Modified(0b0_1_1110_00000001), Inserted(1, 0x1234))
    assert plan_vector(lanes(0, 0x1234, bits=64)) == (Modified(0b1_1_1110_00000000), Inserted(1, 0x1234))
    assert plan_vector(lanes(0x12345, ONES >> 64, bits=64)) == (Modified(0b1_1_1110_11111111), Inserted(0, 0x12345))
    assert plan_vector(lanes(*range(16), bits=8)) == (InlineData(lanes(*range(16), bits=8)),)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.sampled_from((0, 1, 0xFFFF, 0x1234, 0x3F80, 0x8000)) | st.integers(0, 0xFFFF), min_size=8, max_size=8)
)
def test_no_plan_takes_more_words_than_inline_data(halfwords: list[int]) -> None:
    value = lanes(*halfwords, bits=16)
    assert sum(map(words_of, plan_vector(value))) <= words_of(InlineData(value)) == 6
