"""Mutants: which words they hit, how often, what they leave alone; and what a wrong file is told."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jit.a64.asm import Assembler
from jit.a64.operands import X0, X1, X2, X3, W, X
from jit.backend.mutants import (
    FIELDS,
    BitField,
    Condition,
    Counter,
    Mutant,
    MutantError,
    apply,
    dumps,
    load,
    loads,
    parse,
)

ASR_TO_LSR = """
[[mutant]]
id = "asr-becomes-lsr"
why = "sign lost in shr_s"
mask = 0x7fe0fc00
match = 0x1ac02800
xor = 0x00000c00
"""


def code(*words: int) -> bytes:
    return b"".join(word.to_bytes(4, "little") for word in words)


def words(text: bytes) -> list[int]:
    return [int.from_bytes(text[at : at + 4], "little") for at in range(0, len(text), 4)]


def mutant(**changes: object) -> Mutant:
    fields: dict[str, object] = {"id": "m", "why": "w", "mask": 0xFF, "match": 0x11, "xor": 0x100}
    return Mutant(**(fields | changes))


def test_the_example_turns_asr_into_lsr_and_nothing_else() -> None:
    before, after = Assembler(), Assembler()
    before.asrv(W, X0, X1, X2)
    before.lslv(X, X0, X1, X2)
    before.asrv(X, X3, X1, X0)
    after.lsrv(W, X0, X1, X2)
    after.lslv(X, X0, X1, X2)
    after.lsrv(X, X3, X1, X0)
    counter = Counter()
    assert apply(loads(ASR_TO_LSR, "t")["asr-becomes-lsr"], before.finish(), (), counter) == after.finish()
    assert counter == Counter(hits=2, changed=2)


def test_data_is_never_touched() -> None:
    counter = Counter()
    changed = apply(mutant(), code(0x11, 0x11, 0x11, 0x11, 0x11), [(4, 8), (12, 16)], counter)
    assert words(changed) == [0x111, 0x11, 0x111, 0x11, 0x111]
    assert counter.hits == 3


def test_a_word_that_is_partly_data_is_data() -> None:
    assert words(apply(mutant(), code(0x11, 0x11, 0x11), [(6, 9)], Counter())) == [0x111, 0x11, 0x11]


def test_every_kth_hit_is_changed_counting_over_all_pieces() -> None:
    counter, third = Counter(), mutant(every=3)
    pieces = [code(0x11, 0x22, 0x11), code(0x11, 0x11), code(0x11, 0x11)]
    assert [words(apply(third, piece, (), counter)) for piece in pieces] == [
        [0x11, 0x22, 0x11],
        [0x111, 0x11],
        [0x11, 0x111],
    ]
    assert counter == Counter(hits=6, changed=2)


def test_words_that_conditions_exclude_do_not_count() -> None:
    counter = Counter()
    second = mutant(every=2, where=(Condition(BitField(8, 4), "==", 1),))
    assert words(apply(second, code(0x111, 0x211, 0x111), (), counter)) == [0x111, 0x211, 0x11]
    assert counter == Counter(hits=2, changed=1)


@pytest.mark.parametrize(
    ("name", "low", "width"),
    [("rd", 0, 5), ("rn", 5, 5), ("rm", 16, 5), ("ra", 10, 5), ("imm12", 10, 12), ("imm19", 5, 19), ("sf", 31, 1)],
)
def test_fields_lie_where_the_format_says(name: str, low: int, width: int) -> None:
    assert FIELDS[name] == BitField(low, width)
    mask = (1 << width) - 1 << low
    assert FIELDS[name].of(mask) == (1 << width) - 1
    assert FIELDS[name].of(0xFFFF_FFFF ^ mask) == 0


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ("==", [False, True, False]),
        ("!=", [True, False, True]),
        ("<", [True, False, False]),
        (">", [False, False, True]),
    ],
)
def test_conditions_compare_fields_unsigned_with_numbers_and_fields(comparison: str, expected: list[bool]) -> None:
    number = Condition(FIELDS["rd"], comparison, 16)
    assert [number.holds(word) for word in (15, 16, 17)] == expected
    field = Condition(FIELDS["rd"], comparison, FIELDS["rn"])
    assert [field.holds(16 << 5 | word) for word in (15, 16, 17)] == expected


def test_an_empty_list_of_back_ends_means_all() -> None:
    assert mutant().concerns("minimal")
    assert mutant(backend=("baseline",)).concerns("baseline")
    assert not mutant(backend=("baseline",)).concerns("minimal")


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "mutants.toml"
    path.write_text(
        ASR_TO_LSR
        + """
[[mutant]]
id = "second"
why = "all keys"
mask = 0xffffffff
match = 0
xor = 1
backend = ["minimal", "baseline"]
every = 7
where = [["rd", "==", "rn"], ["imm12", "<", 16], [[30, 2], "!=", [0, 2]], ["sf", ">", 0]]
"""
    )
    mutants = load(path)
    assert list(mutants) == ["asr-becomes-lsr", "second"]
    assert mutants["asr-becomes-lsr"] == Mutant(
        "asr-becomes-lsr", "sign lost in shr_s", 0x7FE0FC00, 0x1AC02800, 0x00000C00
    )
    assert mutants["second"].backend == ("minimal", "baseline")
    assert mutants["second"].every == 7
    assert mutants["second"].where == (
        Condition(FIELDS["rd"], "==", FIELDS["rn"]),
        Condition(FIELDS["imm12"], "<", 16),
        Condition(BitField(30, 2), "!=", BitField(0, 2)),
        Condition(FIELDS["sf"], ">", 0),
    )
    assert parse(f"{path}#second") == mutants["second"]


fields = st.builds(BitField, st.integers(0, 15), st.integers(1, 16))
conditions = st.builds(Condition, fields, st.sampled_from(("==", "!=", "<", ">")), fields | st.integers(0, 1 << 32))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@settings(deadline=None, derandomize=True, database=None)
@given(
    texts, texts, st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF), st.integers(1, 0xFFFFFFFF),
    st.lists(texts).map(tuple), st.integers(1, 1000), st.lists(conditions).map(tuple),
)  # fmt: skip
def test_a_mutant_written_is_read_back(
    id_: str, why: str, mask: int, match: int, xor: int, backend: tuple[str, ...], every: int,
    where: tuple[Condition, ...],
) -> None:  # fmt: skip
    written = Mutant(id_, why, mask, match & mask, xor, backend, every, where)
    assert loads(dumps(written), "t") == {id_: written}


GOOD = {"id": '"m"', "why": '"w"', "mask": "0xff", "match": "0x11", "xor": "1"}
WRONG = [
    ({"id": None}, "'id' is missing"),
    ({"why": None}, "'why' is missing"),
    ({"mask": None}, "'mask' is missing"),
    ({"xor": None}, "'xor' is missing"),
    ({"id": '""'}, "'id' is ''; give a string"),
    ({"why": "3"}, "'why' is 3; give a string"),
    ({"mask": "-1"}, "'mask' is -1; give a word, 0 to 0xffffffff"),
    ({"match": "0x100000000"}, "'match' is 4294967296; give a word"),
    ({"xor": '"1"'}, "'xor' is '1'; give a word"),
    ({"mask": "true"}, "'mask' is True; give a word"),
    ({"xor": "0"}, "'xor' is 0, which changes nothing"),
    ({"match": "0x100"}, r"'match' has bits outside the mask \(0x00000100\)"),
    ({"mach": "1"}, "'mach' is no key of a mutant; the keys are id, why, mask"),
    ({"every": "0"}, "'every' is 0; give an integer from 1"),
    ({"every": "1.5"}, "'every' is 1.5; give an integer from 1"),
    ({"every": "true"}, "'every' is True; give an integer from 1"),
    ({"backend": '"minimal"'}, "'backend' is 'minimal'; give a list of names"),
    ({"backend": "[]"}, r"'backend' is \[\]; give a list of names"),
    ({"backend": "[1]"}, r"'backend' is \[1\]; give a list of names"),
    ({"where": '"rd"'}, "'where' is 'rd'; give a list of conditions"),
    ({"where": '["rd", "==", "rn"]'}, "'where' has 'rd'; write"),
    ({"where": '[["rd", "=="]]'}, "'where' has .*; write"),
    ({"where": '[["rd", "<=", 3]]'}, "'where' compares with '<='; compare with == != < >"),
    ({"where": '[["rd", 1, 3]]'}, "'where' compares with 1"),
    ({"where": '[["rx", "==", 3]]'}, "'where' has field 'rx'; fields are rd, rn, rm, ra, imm12, imm19, sf"),
    ({"where": '[["rd", "==", "rx"]]'}, "'where' has field 'rx'"),
    ({"where": '[["rd", "==", 1.5]]'}, "'where' has field 1.5"),
    ({"where": '[["rd", "==", true]]'}, "'where' has field True"),
    ({"where": '[[[28, 5], "==", 1]]'}, r"'where' has field \[28, 5\], which is not within a word"),
    ({"where": '[[[-1, 5], "==", 1]]'}, r"'where' has field \[-1, 5\], which is not within a word"),
    ({"where": '[[[1, 0], "==", 1]]'}, r"'where' has field \[1, 0\], which is not within a word"),
    ({"where": '[[[1, "2"], "==", 1]]'}, r"'where' has field \[1, '2'\]; fields are"),
    ({"where": '[[[1], "==", 1]]'}, r"'where' has field \[1\]; fields are"),
]


@pytest.mark.parametrize(("changes", "complaint"), WRONG, ids=[str(changes) for changes, _ in WRONG])
def test_a_wrong_table_is_refused_with_its_place_key_and_remedy(changes: dict[str, str | None], complaint: str) -> None:
    row = "\n".join(f"{key} = {value}" for key, value in (GOOD | changes).items() if value is not None)
    with pytest.raises(MutantError, match=f"^file.toml, mutant 2: {complaint}"):
        loads(f"{ASR_TO_LSR}\n[[mutant]]\n{row}\n", "file.toml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("mutant = 1", "'mutant' is not an array of tables"),
        ("mutant = [1]", "'mutant' is not an array of tables"),
        ("[[mutants]]\nid = 1", "unknown key 'mutants'"),
        ("[[mutant]", "is not TOML: .*line 1"),
        (ASR_TO_LSR * 2, "mutant 2: id 'asr-becomes-lsr' is taken"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(MutantError, match=rf"wrong\.toml.*{complaint}"):
        load(path)


def test_an_empty_file_has_no_mutants() -> None:
    assert loads("", "t") == {}


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(MutantError, match=r"cannot read .*absent\.toml: No such file"):
        load(tmp_path / "absent.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(MutantError, match=r"binary\.toml is not TOML"):
        load(tmp_path / "binary.toml")


@pytest.mark.parametrize("reference", ["", "file.toml", "#id", "file.toml#"])
def test_a_reference_without_file_or_id_is_refused(reference: str) -> None:
    with pytest.raises(MutantError, match=r"names no mutant: write FILE\.toml#ID"):
        parse(reference)


def test_an_unknown_id_is_told_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(ASR_TO_LSR)
    with pytest.raises(MutantError, match="no mutant 'other': it has asr-becomes-lsr"):
        parse(f"{path}#other")
