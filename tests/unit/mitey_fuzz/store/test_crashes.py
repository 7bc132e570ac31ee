"""Findings on disk: whole or not there, counted and not copied, readable by anyone."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jit.wasm.types import F32, FUNCREF, I32, I64, NULL, FuncType, GlobalType, Limits, MemoryType, TableType, Value
from mitey_fuzz.campaign.cases import make
from mitey_fuzz.case import Call, Case, Companion, Definition
from mitey_fuzz.engines import common_features
from mitey_fuzz.store import atomic
from mitey_fuzz.store.crashes import Crashes, Finding, Origin, Setup, State, read
from mitey_fuzz.store.known import Decision, Issue, expire, has_expired
from mitey_fuzz.store.layout import FormatError, case_from_json, case_to_json, dumps, get, loads, str_of, value_of
from mitey_fuzz.triage.cause import Cause, Certainty, Effect
from oracles.protocol import HostFunc, HostGlobal, HostMemory, HostTable
from support.linked import COMPANION, linked
from support.wat import case, wasm

FEATURES = common_features(("jit:minimal",))
SETUP = Setup(("jit:minimal",), ("wasmtime",), "wasm-1.0", "[[mutant]]\nid = 'x'\n")

FULL = Case(
    b"\0asm\1\0\0\0",
    (Call("a b", (Value(I32, 5), Value(F32, 0x7FA00000), Value(FUNCREF, NULL))), Call("", ())),
    (
        Definition("m", "f", HostFunc(FuncType((I32, I64), (F32,)))),
        Definition("m", "quiet", HostFunc(FuncType((), ()), silent=True)),
        Definition("m", "g", HostGlobal(GlobalType(I64, mutable=True), Value(I64, 1 << 63))),
        Definition("m", "mem", HostMemory(MemoryType(Limits(1, None)))),
        Definition("m", "tab", HostTable(TableType(FUNCREF, Limits(0, 10)))),
    ),
    (1, 2, 300),
)


def finding(bucket: str = "jit-minimal-value-i32.shr_s") -> Finding:
    what: dict[str, object] = {"kind": "result", "subject": "jit:minimal", "oracle": "wasmtime", "step": 1,
                               "detail": "expected (i32:0x1), got (i32:0x2)"}  # fmt: skip
    return Finding(
        bucket,
        FULL,
        case("(func)"),
        SETUP,
        what,
        "(module)",
        "0000: add",
        State.MINIMIZED,
        {"wasmtime": "50"},
        Origin(7, 42, "tiny"),
    )


def test_a_case_survives_being_written_and_read() -> None:
    assert case_from_json(loads(dumps(case_to_json(FULL)))) == FULL


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_any_case_of_a_campaign_survives_being_written_and_read(first: int) -> None:
    for number in range(first, first + 100):
        made = make(1, number, FEATURES, ()).case
        assert case_from_json(loads(dumps(case_to_json(made)))) == made


@given(st.lists(st.integers()))
def test_any_record_of_draws_survives_being_written_and_read(draws: list[int]) -> None:
    made = replace(FULL, choices=tuple(draws))
    assert case_from_json(loads(dumps(case_to_json(made)))) == made


def test_a_finding_tells_its_cause_to_people_and_to_scripts(tmp_path: Path) -> None:
    cause = Cause(
        "jit:minimal", Effect.VALUE, 3, 0x2A, "i32.shr_s", "i32.shr_s", 2, (Value(I32, 8), Value(I32, 1)),
        "i32:0x4", "i32:0x5", Certainty.OBSERVED, ("interp", "wasmtime"), ("jit:minimal",), ("1000  1ac12800  asr",),
    )  # fmt: skip
    place, _ = Crashes(tmp_path).add(replace(finding(), cause=cause))
    notes = (place / "NOTES.md").read_text()
    assert "`i32.shr_s` in function 3, offset 0x2a, time 2 on i32:0x8, i32:0x1" in notes
    assert "Right: interp, wasmtime.  Wrong: jit:minimal." in notes
    assert "1ac12800" in notes
    told = get(loads((place / "divergence.json").read_bytes()), "cause", dict)
    assert (told["mnemonic"], told["offset"], told["operands"]) == ("i32.shr_s", 42, ["i32:0x8", "i32:0x1"])


def test_a_finding_is_a_directory_that_stands_by_itself(tmp_path: Path) -> None:
    place, new = Crashes(tmp_path).add(finding())
    assert new
    assert {p.name for p in place.iterdir()} == {
        "case.json", "case.wasm", "case.wat", "original.json", "divergence.json", "NOTES.md", "count.json",
    }  # fmt: skip
    assert (place / "case.wasm").read_bytes() == FULL.wasm
    stored = read(place)
    assert (stored.case, stored.setup, stored.state) == (FULL, SETUP, State.MINIMIZED)
    notes = (place / "NOTES.md").read_text()
    assert f"mitey-fuzz replay {place}" in notes
    assert "0000: add" in notes
    assert "case 42 of seed 7" in notes


def test_code_is_shown_of_engines_that_show_any(tmp_path: Path) -> None:
    place, _ = Crashes(tmp_path).add(finding("shown"))
    assert "Generated code of jit:minimal" in (place / "NOTES.md").read_text()
    place, _ = Crashes(tmp_path).add(replace(finding("another"), listing="\n"))
    assert "Generated code" not in (place / "NOTES.md").read_text()


def test_a_second_case_of_a_bucket_is_counted_not_copied(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path)
    crashes.add(finding())
    _, new = crashes.add(finding())
    assert not new
    assert len(crashes.paths()) == 1
    assert loads((crashes.paths()[0] / "count.json").read_bytes()) == {"count": 2}


def test_a_case_file_alone_can_be_read_too(tmp_path: Path) -> None:
    place, _ = Crashes(tmp_path).add(finding())
    assert read(place / "case.json").case == FULL


def test_what_a_dead_process_left_half_made_is_not_a_finding_and_goes(tmp_path: Path) -> None:
    Crashes(tmp_path).add(finding())
    leftover = tmp_path / f"{atomic.TEMPORARY}999999999-abc"
    leftover.mkdir()
    (leftover / "case.json").write_text("{")
    ours = tmp_path / f"{atomic.TEMPORARY}{os.getpid()}-abc"
    ours.mkdir()
    assert [p.name for p in Crashes(tmp_path).paths()] == [finding().bucket]
    assert not leftover.exists()
    assert ours.exists()


KILLED = """
import os, pathlib, sys
from mitey_fuzz.store import atomic
rename = pathlib.Path.rename
pathlib.Path.rename = lambda self, place: (rename(self, place), os._exit(9))
atomic.supersede(pathlib.Path(sys.argv[1]), {"a": b"2"})
"""


def test_what_a_process_killed_in_the_middle_was_putting_another_in_the_place_of_comes_back(tmp_path: Path) -> None:
    atomic.publish(tmp_path / "x-y", {"a": b"1"})
    assert subprocess.run([sys.executable, "-c", KILLED, tmp_path / "x-y"]).returncode == 9
    assert not (tmp_path / "x-y").exists(), "it was killed behind the first of two steps"
    atomic.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["x-y"]
    assert (tmp_path / "x-y" / "a").read_bytes() == b"1"


def test_publishing_where_something_stands_changes_nothing(tmp_path: Path) -> None:
    assert atomic.publish(tmp_path / "x", {"a": b"1"})
    assert not atomic.publish(tmp_path / "x", {"a": b"2"})
    assert (tmp_path / "x" / "a").read_bytes() == b"1"
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_what_is_superseded_stays_where_its_successor_cannot_be_written(tmp_path: Path) -> None:
    atomic.publish(tmp_path / "x", {"a": b"1"})
    with pytest.raises(OSError, match="b"):
        atomic.supersede(tmp_path / "x", {"b": b"2", "b/c": b"in a file"})
    assert (tmp_path / "x" / "a").read_bytes() == b"1"
    atomic.supersede(tmp_path / "x", {"b": b"2"})
    assert [p.name for p in (tmp_path / "x").iterdir()] == ["b"]
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("owner", ["99999999999999999999", "²", "nobody"])
def test_leftovers_of_no_process_that_can_be_go_too(tmp_path: Path, owner: str) -> None:
    (tmp_path / f"{atomic.TEMPORARY}{owner}-x").mkdir()
    assert Crashes(tmp_path).paths() == []
    assert list(tmp_path.iterdir()) == []


def test_what_replaces_a_finding_goes_on_counting(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path)
    place, _ = crashes.add(finding())
    crashes.add(finding())
    assert crashes.replace(finding()) == place
    assert json.loads((place / "count.json").read_text()) == {"count": 3}


def test_what_replaces_a_finding_revives_no_mark_that_has_expired(tmp_path: Path) -> None:
    crashes, mark = Crashes(tmp_path), Issue("jit-*", Decision.OPEN)
    place, _ = crashes.add(finding())
    expire(place, mark, {})
    crashes.replace(finding())
    assert has_expired(place, mark)


def test_companions_of_names_that_are_written_alike_have_files_of_their_own(tmp_path: Path) -> None:
    companions = tuple(Companion(name, wasm(f'(func (export "{name}"))')) for name in ("a/b", "a b"))
    made = replace(finding(), case=replace(FULL, companions=companions), companions=("first", "second"))
    place, _ = Crashes(tmp_path).add(made)
    assert {path.read_bytes() for path in place.glob("companion-*.wasm")} == {c.wasm for c in companions}


def test_a_removed_finding_is_gone_whole(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path)
    crashes.add(finding())
    crashes.remove(finding().bucket)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"{", "not JSON"),
        (b"{}", "'setup' must be dict"),
        (b'{"setup": {"subjects": [1], "oracles": [], "features": ""}}', "'subjects' must hold strings only"),
        (b'{"setup": {"subjects": [], "oracles": [], "features": "", "inject": 7}}', "'inject' must be str"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "case.json").write_bytes(content)
    with pytest.raises(FormatError, match=complaint) as error:
        read(tmp_path)
    assert str(tmp_path / "case.json") in str(error.value)


def test_text_that_is_no_unicode_is_kept_and_readable(tmp_path: Path) -> None:
    """As of an engine whose command is no UTF-8, or that says what is none."""
    setup = replace(SETUP, subjects=("exec:\udcff",))
    place, _ = Crashes(tmp_path).add(replace(finding(), setup=setup, wat="(; \ud83d ;)"))
    assert read(place).setup.subjects == ("exec:\udcff",)
    assert (place / "case.wat").read_text() == "(; \\ud83d ;)"


@pytest.mark.parametrize("damaged", [b"", b"<<<<<<<", b"{}"])
def test_a_count_that_cannot_be_read_begins_anew(tmp_path: Path, damaged: bytes) -> None:
    crashes = Crashes(tmp_path)
    place, _ = crashes.add(finding())
    (place / "count.json").write_bytes(damaged)
    crashes.add(finding())
    assert loads((place / "count.json").read_bytes()) == {"count": 1}


def test_a_missing_finding_says_what_one_is(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"a finding is a directory with a case\.json"):
        read(tmp_path)


def test_a_case_of_another_format_version_is_refused() -> None:
    with pytest.raises(FormatError, match="format 3 is neither 1 nor 2"):
        case_from_json({**case_to_json(FULL), "format": 3})


@pytest.mark.parametrize("text", ["i32:0x100000000", "i32:-1", "i33:0", "i32", "i32:x"])
def test_a_value_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        value_of(text)


def test_values_are_written_with_their_bits() -> None:
    assert str_of(Value(F32, 0x7FA00000)) == "f32:0x7fa00000"


MEMORY = {"module": "m", "name": "x", "kind": "memory", "minimum": 0, "maximum": None}
TABLE = {**MEMORY, "kind": "table", "element": "funcref"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"choices": "1 x"}, "'choices' must be numbers"),
        ({"choices": "1 -"}, "'choices' must be numbers"),
        ({"choices": "1 ²"}, "'choices' must be numbers"),
        ({"choices": 7}, "'choices' must be str"),
        ({"imports": [{**TABLE, "element": "i32"}]}, "'element' must be a reference type, found i32"),
        ({"imports": [{**TABLE, "minimum": 2, "maximum": 1}]}, "limits from 2 to 1"),
        ({"imports": [{**TABLE, "minimum": 1 << 32}]}, "limits from 4294967296"),
        ({"imports": [{**MEMORY, "minimum": -1}]}, "limits from -1"),
        ({"imports": [{**MEMORY, "minimum": True}]}, "'minimum' must be int"),
        ({"imports": [{**MEMORY, "minimum": 65537}]}, "limits from 65537"),
        ({"imports": [{**MEMORY, "maximum": 65537}]}, "limits from 0 to 65537"),
    ],
)
def test_what_no_engine_could_be_given_is_refused_when_read(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(FormatError, match=complaint):
        case_from_json({**case_to_json(FULL), **change})


def test_cases_of_one_module_are_written_as_ever_and_others_in_a_format_of_their_own() -> None:
    assert case_to_json(FULL)["format"] == 1
    assert "companions" not in case_to_json(FULL)
    assert FULL.digest() == "e82fcc451614339b"
    given = linked("back i32:0")
    written = case_to_json(given)
    assert written["format"] == 2
    assert case_from_json(loads(dumps(written))) == given


def test_digests_tell_companions_and_calls_back_apart() -> None:
    given = linked("back i32:0")
    others = (replace(given, companions=()), replace(given, imports=()), linked("back i32:0"))
    alone = replace(given.imports[0], item=HostFunc(FuncType((I32,), (I32,))))
    assert len({c.digest() for c in (given, *others, replace(given, imports=(alone,)))}) == 4


def test_companions_lie_beside_their_module(tmp_path: Path) -> None:
    given = linked("back i32:0")
    place, _ = Crashes(tmp_path).add(replace(finding(), case=given, companions=("(module $linked)",)))
    assert (place / "companion-c0.wasm").read_bytes() == wasm(COMPANION)
    assert (place / "companion-c0.wat").read_text() == "(module $linked)"
    assert read(place).case == given
    notes = (place / "NOTES.md").read_text()
    assert "registered as `c0`" in notes
    assert "(module $linked)" in notes
