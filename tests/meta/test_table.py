"""The opcode table as a whole: how much there is of it, and what its columns look like.

What rows mean is tested where they are used.  The counts are those of the specification's `index-instr` up to 2.0: they
change with a new edition only.
"""

import re
from collections import Counter

import pytest

from jit.wasm.opcodes import BY_INDEX, BY_NAME, ROWS, TABLE_SIZE, Family, Traps, Unbound, bind
from jit.wasm.types import BY_LETTER

ANCHOR = re.compile(r"(?:exec|op|valid|syntax)-[a-z_]+(?:[-_.][a-z0-9_]+)*")
MNEMONIC = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*(?: t)?")
SIGNATURE = re.compile(r"([ilfdv]*)>([ilfdv]?)")


def test_there_are_437_rows_of_which_410_have_a_signature() -> None:
    assert len(ROWS) == 437
    assert sum(row.params is not None for row in ROWS) == 410


def test_rows_per_proposal_are_those_that_the_proposals_brought() -> None:
    assert Counter(row.feature for row in ROWS) == {
        "": 172,  # WebAssembly 1.0
        "sign-extension": 5,
        "saturating-conversions": 8,
        "bulk-memory": 7,
        "reference-types": 9,
        "simd": 236,
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
    assert found.code < 0x100 or found.code >> 8 in (0xFC, 0xFD)


def test_type_letters_are_single_and_know_their_types() -> None:
    assert {letter: type_.name for letter, type_ in BY_LETTER.items() if letter in "ilfdv"} == {
        "i": "i32", "l": "i64", "f": "f32", "d": "f64", "v": "v128",
    }  # fmt: skip


def test_exactly_loads_and_stores_have_an_access_width() -> None:
    families = (Family.LOAD, Family.STORE, Family.VECTOR_LOAD, Family.VECTOR_STORE)
    accesses = {row.name for row in ROWS if row.family in families}
    assert {row.name for row in ROWS if row.width} == accesses
    assert {row.name for row in ROWS if row.traps == Traps.OOB_MEMORY} - accesses == {
        "memory.init", "memory.copy", "memory.fill",
    }  # fmt: skip
    assert len(accesses) == 23 + 22


def test_mnemonics_say_the_width_and_sign_of_narrow_accesses() -> None:
    for row in ROWS:
        narrow = re.fullmatch(r"i(?:32|64)\.(?:load|store)(8|16|32)(_[su])?", row.name)
        if narrow:
            assert row.width == int(narrow[1]), row
            assert row.signed == (narrow[2] == "_s"), row


def test_mnemonics_say_the_shape_of_what_a_lane_index_chooses_from() -> None:
    for row in ROWS:
        shape = re.fullmatch(r"[if](\d+)x(\d+)\.(?:extract|replace)_lane(_[su])?", row.name)
        if shape:
            assert row.lanes == int(shape[2]) == 128 // int(shape[1]), row
            assert row.signed == (shape[3] == "_s"), row
        access = re.fullmatch(r"v128\.(?:load|store)(\d+)_lane", row.name)
        if access:
            assert row.width == int(access[1]), row
            assert row.lanes == 128 // row.width, row
        if not shape and not access:
            assert row.lanes == (32 if row.name == "i8x16.shuffle" else 0)


def test_binding_names_what_is_missing_and_what_is_unknown() -> None:
    handlers = {row.name: row.name for row in ROWS}
    assert bind(handlers)[BY_NAME["i32.rotl"].index] == "i32.rotl"
    del handlers["i32.rotl"]
    with pytest.raises(Unbound, match=r"no handler for \['i32\.rotl'\]"):
        bind(handlers)
    with pytest.raises(Unbound, match=r"no row for \['i32\.rotll'\]"):
        bind({**handlers, "i32.rotl": "", "i32.rotll": ""})
