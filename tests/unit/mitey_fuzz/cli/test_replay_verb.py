"""`mitey-fuzz replay` and `minimize` on directories of findings: one that cannot be run does not keep others back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mitey_fuzz.case import Case
from mitey_fuzz.planted import text_of
from mitey_fuzz.store.crashes import Crashes, Finding, Origin, Setup, State, read
from support.cli import mitey_fuzz
from support.wat import case

CLZ = case('(func (export "f") (result i32) (i32.clz (i32.const 5)))', "f")
INJECT = text_of("mitey_fuzz/selftest/mutants.toml#clz-counts-sign-bits")
SETUP = Setup(("jit:minimal",), ("interp",), "wasm-1.0", INJECT)


def stored(crashes: Path, bucket: str, made: Case = CLZ, setup: Setup = SETUP) -> Path:
    finding = Finding(bucket, made, made, setup, {}, "", "", State.MINIMIZED)
    place, _ = Crashes(crashes).add(finding)
    return place


def test_a_finding_that_cannot_be_run_is_told_and_the_others_are_run(tmp_path: Path) -> None:
    crashes = tmp_path / "crashes"
    (stored(crashes, "a") / "case.json").write_text("{")
    stored(crashes, "b", setup=replace(SETUP, oracles=("wasmtime@nowhere",)))
    stored(crashes, "c")
    results = tmp_path / "results.json"
    ran = mitey_fuzz("replay", "--crashes", crashes, "--json", results)
    told = json.loads(results.read_text())
    assert [r["verdict"] for r in told["results"]] == ["unusable", "unusable", "divergence"]
    assert (told["cases"], told["unusable"], told["divergences"]) == (3, 2, 1)
    assert ran.status == 2
    assert "a/case.json: not JSON" in ran.err
    assert "wasmtime@nowhere is not usable here" in ran.err


def test_a_damaged_list_of_known_issues_is_told(tmp_path: Path) -> None:
    stored(tmp_path, "a")
    (tmp_path / "triage.toml").write_text('[[issue]]\nbucket = "a"\nstate = "open"\nnote = 3\n')
    ran = mitey_fuzz("replay", "--crashes", tmp_path)
    assert ran.status == 2
    assert "triage.toml" in ran.err

    results = tmp_path / "results.json"
    mitey_fuzz("replay", "--crashes", tmp_path, "--json", results)
    assert json.loads(results.read_text())["divergences"] == 1, "the verdict stands all the same"


@pytest.mark.parametrize("named", ["crashes/a", "crashes/a/case.json", "."])
def test_what_is_known_of_a_finding_is_told_however_it_is_named(tmp_path: Path, named: str) -> None:
    place = stored(tmp_path / "crashes", "a")
    (tmp_path / "crashes" / "triage.toml").write_text('[[issue]]\nbucket = "a"\nstate = "fixed"\n')
    ran = mitey_fuzz("replay", named, cwd=place if named == "." else tmp_path)
    assert "it is back" in ran.out


HEALTHY = Setup(("interp",), ("wasmtime",), "wasm-1.0")


def marked(crashes: Path, state: str = "open", setup: Setup = HEALTHY) -> Path:
    """A finding `a` of that state in the list of known issues."""
    place = stored(crashes, "a", setup=setup)
    (crashes / "triage.toml").write_text(f'[[issue]]\nbucket = "a"\nstate = "{state}"\n')
    return place


def test_a_mark_expires_where_its_case_agrees_and_the_list_stays_as_it_was_written(tmp_path: Path) -> None:
    place = marked(tmp_path)
    before = (tmp_path / "triage.toml").read_bytes()
    ran = mitey_fuzz("replay", place, "--json", tmp_path / "results.json")
    assert ran.status == 1
    assert f'{place}: the mark "a" of triage.toml (open) has expired' in ran.out
    assert "take it out, or call it fixed" in ran.out
    record = json.loads((place / "expired.json").read_text())
    assert record["mark"] == {"bucket": "a", "state": "open", "note": ""}
    assert set(record["versions"]) == {"interp", "wasmtime"}
    told = json.loads((tmp_path / "results.json").read_text())
    assert (told["agreed"], told["expired"], told["results"][0]["expired"]) == (1, 1, "open")
    assert (tmp_path / "triage.toml").read_bytes() == before

    marked(tmp_path, "fixed")
    assert mitey_fuzz("replay", place).status == 0, "somebody has dealt with it"


@pytest.mark.parametrize("option", [("--clean",), ("--host", "emulator")])
def test_a_case_that_runs_otherwise_than_it_was_recorded_ends_no_mark(tmp_path: Path, option: tuple[str, ...]) -> None:
    inject = INJECT if option == ("--clean",) else None
    place = marked(tmp_path, setup=replace(SETUP, inject=inject))
    ran = mitey_fuzz("replay", place, *option)
    assert (ran.status, "expired" in ran.out) == (0, False), ran.err
    assert not (place / "expired.json").exists()


def test_what_never_repeated_ends_no_mark_by_agreeing(tmp_path: Path) -> None:
    place = marked(tmp_path)
    file = place / "case.json"
    file.write_text(file.read_text().replace('"state": "minimized"', '"state": "unrepeatable"'))
    ran = mitey_fuzz("replay", place)
    assert (ran.status, "expired" in ran.out) == (0, False)


def test_a_mark_that_matches_no_finding_is_named(tmp_path: Path) -> None:
    place = marked(tmp_path, "fixed")
    with (tmp_path / "triage.toml").open("a") as file:
        file.write('[[issue]]\nbucket = "jit-minmal-*"\nstate = "open"\n')
    ran = mitey_fuzz("replay", "--crashes", tmp_path, "--json", "-")
    assert ran.status == 0
    assert 'the mark "jit-minmal-*" (open) matches no directory' in ran.err
    assert '"a"' not in ran.err
    assert json.loads(ran.out)["unmatched"] == ["jit-minmal-*"]
    assert "matches no" not in mitey_fuzz("replay", place).err, "one finding says nothing about the others"


def test_bytes_that_are_no_text_of_any_are_told(tmp_path: Path) -> None:
    file = stored(tmp_path, "a") / "case.json"
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "wasm": "é"}))
    ran = mitey_fuzz("replay", "--crashes", tmp_path)
    assert ran.status == 2
    assert "'wasm' is not base64" in ran.err


def test_a_case_whose_engines_are_not_here_is_not_minimized(tmp_path: Path) -> None:
    place = stored(tmp_path, "a", setup=replace(SETUP, oracles=("wasmtime@nowhere",)))
    ran = mitey_fuzz("minimize", place)
    assert ran.status == 2
    assert "wasmtime@nowhere is not usable here" in ran.err


@pytest.mark.parametrize(("text", "stays"), [
    ('(func (export "f") (result i32) (nop) (nop) (nop) (nop) (i32.clz (i32.const 5)))', False),
    ('(func (export "f") (result i32) (i32.clz (i32.const 0)))', True),
])  # fmt: skip
def test_a_minimized_case_takes_the_place_of_a_larger_one(tmp_path: Path, text: str, stays: bool) -> None:
    out = tmp_path / "small"
    large = stored(tmp_path / "crashes", "large")
    assert mitey_fuzz("minimize", large, "-o", out).status == 1
    (bucket,) = Crashes(out).paths()
    smallest = read(bucket).case
    standing = case(text, "f")
    (bucket / "case.json").unlink()
    Crashes(out).remove(bucket.name)
    stored(out, bucket.name, standing)
    ran = mitey_fuzz("minimize", large, "-o", out)
    assert ran.status == 1
    assert read(bucket).case.modules == (standing if stays else smallest).modules
    assert ("stays" in ran.out) == stays
    assert json.loads((bucket / "count.json").read_text()) == {"count": 2}


@pytest.mark.parametrize("named", [".", "case.json"])
def test_a_finding_that_is_made_smaller_keeps_the_case_as_it_was_found_and_where_it_came_from(
    tmp_path: Path, named: str
) -> None:
    found_as = case('(func (export "f") (result i32) (i32.clz (i32.add (i32.const 2) (i32.const 3))))', "f")
    origin = Origin(7, 42, "tiny", "corpus", "donors")
    finding = Finding("a", CLZ, found_as, SETUP, {}, "", "", State.MINIMIZED, origin=origin)
    place, _ = Crashes(tmp_path).add(finding)
    ran = mitey_fuzz("minimize", place / named, "-o", tmp_path / "small")
    assert ran.status == 1, ran.err
    (small,) = Crashes(tmp_path / "small")
    assert (read(small.path / "original.json").case, small.origin) == (found_as, origin)
