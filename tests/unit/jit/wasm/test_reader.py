import pytest
from hypothesis import given
from hypothesis import strategies as st

from jit.errors import MalformedError
from jit.wasm import writer
from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.reader import Reader
from jit.wasm.types import EXTERNREF, F64, FUNCREF, I32

TOO_LONG = "integer representation too long"
TOO_LARGE = "integer too large"
ENDED = "unexpected end of section or function"


def reader(text: str, base: int = 0) -> Reader:
    return Reader(bytes.fromhex(text), WASM_2, base)


@given(st.integers(0, 2**32 - 1))
def test_u32_reads_what_was_written(value: int) -> None:
    read = Reader(writer.u32(value))
    assert read.u32() == value
    assert read.pos == len(read.data)


@given(st.integers(0, 2**32 - 1))
def test_s32_gives_the_bits_that_were_written(bits: int) -> None:
    assert Reader(writer.s32(bits)).s32() == bits


@given(st.integers(-(2**32), 2**32 - 1))
def test_s33_reads_what_was_written(value: int) -> None:
    assert Reader(writer.s33(value)).s33() == value


@given(st.integers(0, 2**64 - 1))
def test_s64_gives_the_bits_that_were_written(bits: int) -> None:
    assert Reader(writer.s64(bits)).s64() == bits


@pytest.mark.parametrize(
    ("text", "value"),
    [("00", 0), ("7f", 127), ("8000", 0), ("8080808000", 0), ("ffffffff0f", 2**32 - 1), ("e58e26", 624485)],
)
def test_u32_takes_every_length_up_to_five_bytes(text: str, value: int) -> None:
    assert reader(text).u32() == value


@pytest.mark.parametrize(
    ("text", "bits"),
    [("7f", 2**32 - 1), ("40", 2**32 - 64), ("3f", 63), ("ff7f", 2**32 - 1), ("8080808078", 2**31),
     ("ffffffff07", 2**31 - 1), ("c0bb78", 2**32 - 123456)],
)  # fmt: skip
def test_s32_extends_the_sign_from_any_length(text: str, bits: int) -> None:
    assert reader(text).s32() == bits


@pytest.mark.parametrize(
    ("kind", "text", "message", "offset"),
    [
        (Reader.u32, "8080808080", TOO_LONG, 5),
        (Reader.u32, "808080808000", TOO_LONG, 5),
        (Reader.u32, "ffffffff1f", TOO_LARGE, 4),
        (Reader.u32, "8080808070", TOO_LARGE, 4),
        (Reader.u32, "80808080f0", TOO_LARGE, 4),
        (Reader.u32, "808080", ENDED, 3),
        (Reader.u32, "", ENDED, 0),
        (Reader.s32, "8080808008", TOO_LARGE, 4),
        (Reader.s32, "ffffffff3f", TOO_LARGE, 4),
        (Reader.s32, "ffffffff4f", TOO_LARGE, 4),
        (Reader.s32, "ffffffffff7f", TOO_LONG, 5),
        (Reader.s32, "", ENDED, 0),
        (Reader.s33, "8080808010", TOO_LARGE, 4),
        (Reader.s33, "808080808000", TOO_LONG, 5),
        (Reader.s64, "80808080808080808001", TOO_LARGE, 9),
        (Reader.s64, "ffffffffffffffffff7e", TOO_LARGE, 9),
        (Reader.s64, "8080808080808080808000", TOO_LONG, 10),
        (Reader.f32, "000000", ENDED, 3),
        (Reader.f64, "00000000000000", ENDED, 7),
        (Reader.byte, "", ENDED, 0),
        (Reader.zero, "01", "zero byte expected", 0),
        (Reader.zero, "8000", "zero byte expected", 0),
        (Reader.length, "0300", "length out of bounds", 0),
        (Reader.length, "ffffffff0f", "length out of bounds", 0),
        (Reader.name, "0361", "length out of bounds", 0),
        (Reader.valtype, "7a", "malformed value type", 0),
        (Reader.valtype, "ff7f", TOO_LONG, 1),
        (Reader.reftype, "7f", "malformed reference type", 0),
    ],
)
def test_numbers_are_refused_in_the_words_of_the_suite_and_where_they_lie(
    kind: type, text: str, message: str, offset: int
) -> None:
    with pytest.raises(MalformedError) as refused:
        kind(reader(text, base=100))
    assert (refused.value.message, refused.value.offset) == (message, 100 + offset)


@pytest.mark.parametrize(
    "content", ["c080", "eda080", "edbfbf", "f4908080", "f8888080", "80", "c3", "e282", "ff", "e08080"]
)
def test_names_that_are_not_utf_8_are_refused(content: str) -> None:
    data = writer.sized(bytes.fromhex(content))
    for features, message in ((WASM_1, "invalid UTF-8 encoding"), (WASM_2, "malformed UTF-8 encoding")):
        with pytest.raises(MalformedError) as refused:
            Reader(data, features).name()
        assert refused.value.message == message


@pytest.mark.parametrize("text", ["", "a", "\0", "\u00e9\u20ac\U0010ffff", "\ufeff", "\ud7ff\ue000"])
def test_names_of_any_scalar_values_are_read(text: str) -> None:
    assert Reader(writer.name(text)).name() == text


def test_value_types_exist_as_the_features_say() -> None:
    first = Reader(bytes([I32.code, F64.code, FUNCREF.code]), WASM_1)
    assert (first.valtype(), first.valtype()) == (I32, F64)
    with pytest.raises(MalformedError) as refused:
        first.valtype()
    assert refused.value.message == "invalid value type"
    second = Reader(bytes([FUNCREF.code, EXTERNREF.code]), WASM_2)
    assert (second.valtype(), second.reftype()) == (FUNCREF, EXTERNREF)


def test_floats_are_read_as_bits() -> None:
    assert reader("0000a07f").f32() == 0x7FA00000
    assert reader("010000000000f47f").f64() == 0x7FF4000000000001
