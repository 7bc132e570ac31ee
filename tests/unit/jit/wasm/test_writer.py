import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jit.wasm import writer
from jit.wasm.reader import Reader


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "00"), (127, "7f"), (128, "8001"), (624485, "e58e26"), (0xFFFFFFFF, "ffffffff0f")],
)
def test_unsigned_numbers_take_the_fewest_bytes(value: int, expected: str) -> None:
    assert writer.u32(value).hex() == expected


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        (63, "3f"),
        (64, "c000"),
        (0xFFFFFFFF, "7f"),
        (0xFFFFFFC0, "40"),
        (0xFFFFFFBF, "bf7f"),
        (0x80000000, "8080808078"),
    ],
)
def test_signed_numbers_are_written_from_their_bits(bits: int, expected: str) -> None:
    assert writer.s32(bits).hex() == expected


@given(st.integers(0, (1 << 32) - 1))
@settings(deadline=None)
def test_u32_and_s32_are_read_back(bits: int) -> None:
    assert Reader(writer.u32(bits)).u32() == bits
    assert Reader(writer.s32(bits)).s32() == bits


@given(st.integers(0, (1 << 64) - 1))
@example(1 << 63)
@settings(deadline=None)
def test_s64_is_read_back(bits: int) -> None:
    assert Reader(writer.s64(bits)).s64() == bits


@given(st.integers(-(1 << 32), (1 << 32) - 1))
@settings(deadline=None)
def test_s33_is_read_back(value: int) -> None:
    assert Reader(writer.s33(value)).s33() == value


@given(st.text())
@settings(deadline=None)
def test_names_are_read_back(text: str) -> None:
    assert Reader(writer.name(text)).name() == text


@pytest.mark.parametrize("write", [writer.u32, writer.s32])
def test_numbers_out_of_range_are_refused(write: object) -> None:
    assert callable(write)
    with pytest.raises(AssertionError):
        write(1 << 32)
    with pytest.raises(AssertionError):
        write(-1)


def test_a_section_is_its_number_its_size_and_its_parts() -> None:
    assert writer.section(11, (b"ab", b"c")) == b"\x0b\x03abc"
