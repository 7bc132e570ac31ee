"""Modules in frames: what is split is joined to the same, whatever stands in it; what can be told apart is."""

import pytest

from jit.wasm import sections
from jit.wasm.encode import PREAMBLE
from mitey_fuzz.case import Case
from mitey_fuzz.minimize import minimize
from mitey_fuzz.minimize.frame import EMPTY, Body, split, taken_apart
from support.wat import wasm

TAIL_CALLS = """
    (memory (export "m") 1) (data (i32.const 8) "hello") (data "passive") (global i32 (i32.const 7))
    (func $g (result i32) i32.const 7)
    (func (export "f") (param i32 i32) (result i32) (local i64 i64)
      (local.set 2 (i64.const 99)) (drop (i32.mul (local.get 0) (local.get 1)))
      (return_call $g))
    (func (export "unused") (result i32) i32.const 4 i32.const 5 i32.add memory.size drop)
    (func (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 1)))
"""
RETURN_CALL_0 = b"\x12\x00"


@pytest.mark.parametrize(
    "given",
    [
        wasm(TAIL_CALLS),
        PREAMBLE,
        PREAMBLE + b"\x01\x05\x02\x60\0\0\x4e",
        PREAMBLE + b"\x01\x80\x7f",
        PREAMBLE + b"\x0d\x03\x01\0\0\xff\xfe",
        PREAMBLE + b"\x01\0",
        b"\0as",
        b"",
    ],
)
def test_what_is_split_is_joined_to_the_same(given: bytes) -> None:
    assert split(given).joined() == given


def test_entries_are_told_apart_up_to_the_first_that_is_not_known() -> None:
    (types,) = split(PREAMBLE + b"\x01\x0a\x03\x60\0\0\x5f\0\x60\0\x01\x7f").sections
    assert types.entries == (b"\x60\0\0",)
    assert types.rest == b"\x5f\0\x60\0\x01\x7f"
    assert types.more == 2


def test_lengths_are_written_in_their_shortest_form() -> None:
    assert split(PREAMBLE + b"\x03\x84\0\x81\x80\0\0").joined() == PREAMBLE + b"\x03\x02\x01\0"


def test_a_vector_without_entries_takes_its_section_along_and_the_data_count_follows() -> None:
    frame = split(wasm(TAIL_CALLS))
    without = frame.with_entries(sections.EXPORTS.number, ())
    assert sections.EXPORTS.number not in [section.number for section in without.sections]
    fewer = frame.with_entries(sections.DATAS.number, (b"\x01\0",))
    assert [section.rest for section in fewer.sections if section.number == 12] == [b"\x01"]


def test_bodies_are_locals_and_instructions_and_single_bytes_of_what_is_not_known() -> None:
    assert taken_apart(b"\x09\x01\x02\x7e\x42\x05\x1a\x12\0\x0b") == Body(
        (b"\x02\x7e",), (b"\x42\x05", b"\x1a", b"\x12", b"\0", b"\x0b")
    )
    odd = b"\x06\x02\x01\x7f\x01\x63\x0b"
    assert taken_apart(odd).locals == (b"\x01\x7f",)
    assert taken_apart(odd).more == 1
    assert taken_apart(odd).joined() == odd
    assert EMPTY.joined() == b"\x03\0\0\x0b"


def fits(candidate: Case) -> bool:
    """Whether every length is right: what any decoder of a newer WebAssembly asks first."""
    frame = split(candidate.wasm)
    numbers = {section.number: section for section in frame.sections}
    functions, codes = numbers.get(3), numbers.get(10)
    return (
        frame.joined() == candidate.wasm
        and not frame.rest
        and not any(section.more or (section.is_vector and section.rest) for section in frame.sections)
        and len(functions.entries if functions else ()) == len(codes.entries if codes else ())
        and all(entry.endswith(b"\x0b") for entry in (codes.entries if codes else ()))
    )


def test_a_module_of_a_newer_webassembly_keeps_its_form_and_little_more_than_what_must_stay() -> None:
    start = Case(wasm(TAIL_CALLS), ())
    small = minimize(start, lambda c: fits(c) and RETURN_CALL_0 in c.wasm).case.wasm
    (codes,) = (section for section in split(small).sections if section.number == 10)
    assert b"".join(codes.entries) == b"\x04\0\x12\0\x0b"
    assert len(split(small).sections) == 2, "the function and its body"
    assert len(small) == len(PREAMBLE) + 4 + 8


def test_a_short_stretch_goes_wherever_it_begins() -> None:
    """The four instructions that go together are not where halving the body cuts."""
    start = Case(
        wasm('(func $g) (func (export "f") (nop) (drop (i32.mul (i32.const 1) (i32.const 2))) (return_call $g))'), ()
    )

    def reproduces(candidate: Case) -> bool:
        pieces = [piece for entry in codes_of(candidate) for piece in taken_apart(entry).pieces]
        whole = [piece for piece in pieces if piece[:1] in (b"\x41", b"\x6c", b"\x1a")]
        return fits(candidate) and RETURN_CALL_0 in candidate.wasm and len(whole) in (0, 4)

    assert [taken_apart(entry).pieces for entry in codes_of(Case(minimize(start, reproduces).case.wasm, ()))] == [
        (b"\x12", b"\0", b"\x0b")
    ]


def codes_of(case: Case) -> tuple[bytes, ...]:
    return next((s.entries for s in split(case.wasm).sections if s.number == sections.CODES.number), ())
