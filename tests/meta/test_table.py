"""The opcode table as a whole: how much there is of it, and what its columns look like.

What rows mean is tested where they are used.  The counts are those of the specification's `index-instr` up to 2.0
without SIMD: they change with a new edition only.
"""

import re
from collections import Counter

import pytest

from jit.wasm.opcodes import BY_INDEX, BY_NAME, ROWS, TABLE_SIZE, Family, Unbound, bind
from jit.wasm.types import BY_LETTER

ANCHOR = re.compile(r"(?:exec|op|valid|syntax)-[a-z_]+(?:[-_.][a-z0-9_]+)*")
MNEMONIC = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*(?: t)?")
SIGNATURE = re.compile(r"([ilfdv]*)>([ilfdv]?)")


def test_there_are_201_rows_of_which_174_have_a_signature() -> None:
    assert len(ROWS) == 201
    assert sum(row.params is not None for row in ROWS) == 174


def test_rows_per_proposal_are_those_that_the_proposals_brought() -> None:
    assert Counter(row.feature for row in ROWS) == {
        "": 172,  # WebAssembly 1.0
        "sign-extension": 5,
        "saturating-conversions": 8,
        "bulk-memory": 7,
        "reference-types": 9,
    }


def test_codes_names_and_indices_are_unique() -> None:
    for column in (
        [row.code for row in ROWS],
        [row.name for row in ROWS],
        [row.index for row in ROWS],
    ):
        assert len(set(column)) == len(ROWS)
    assert len(BY_NAME) == len(ROWS)
    assert len(BY_INDEX) == TABLE_SIZE
    assert [row for row in BY_INDEX if row is not None] == sorted(ROWS, key=lambda row: row.index)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_columns_look_as_they_should(row: object) -> None:
    found = BY_NAME[str(row)]
    assert MNEMONIC.fullmatch(found.name)
    assert ANCHOR.fullmatch(found.anchor)
    assert found.sig == "" or SIGNATURE.fullmatch(found.sig)
    assert found.code < 0x100 or found.code >> 8 == 0xFC


def test_type_letters_are_single_and_know_their_types() -> None:
    assert {letter: type_.name for letter, type_ in BY_LETTER.items() if letter in "ilfdv"} == {
        "i": "i32", "l": "i64", "f": "f32", "d": "f64", "v": "v128",
    }  # fmt: skip


def test_exactly_loads_and_stores_have_an_access_width() -> None:
    accesses = {row.name for row in ROWS if row.family in (Family.LOAD, Family.STORE)}
    assert {row.name for row in ROWS if row.width} == accesses
    assert len(accesses) == 23


def test_mnemonics_say_the_width_and_sign_of_narrow_accesses() -> None:
    for row in ROWS:
        narrow = re.fullmatch(r"i(?:32|64)\.(?:load|store)(8|16|32)(_[su])?", row.name)
        if narrow:
            assert row.width == int(narrow[1]), row
            assert row.signed == (narrow[2] == "_s"), row


def test_binding_names_what_is_missing_and_what_is_unknown() -> None:
    handlers = {row.name: row.name for row in ROWS}
    assert bind(handlers)[BY_NAME["i32.rotl"].index] == "i32.rotl"
    del handlers["i32.rotl"]
    with pytest.raises(Unbound, match=r"no handler for \['i32\.rotl'\]"):
        bind(handlers)
    with pytest.raises(Unbound, match=r"no row for \['i32\.rotll'\]"):
        bind({**handlers, "i32.rotl": "", "i32.rotll": ""})
