"""`mitey-fuzz corpus`: what it shows, exports and refuses."""

import hashlib
import json
from pathlib import Path

from support.cli import mitey_fuzz
from support.wat import wasm

MODULE = '(module (func (export "f") (param i32) (result i32) (i32.rotl (local.get 0) (i32.const 3))))'


def corpus(place: Path) -> Path:
    """A corpus of one module, as text and in bytes."""
    place.mkdir()
    (place / "a.wat").write_text(MODULE)
    (place / "b.wasm").write_bytes(wasm(MODULE))
    return place


def test_a_row_is_shown_with_what_was_reached_of_it(tmp_path: Path) -> None:
    run = mitey_fuzz("corpus", "--corpus", corpus(tmp_path / "corpus"), "--row", "i32.rotl")
    assert run.status == 0, run.err
    assert "  HC          +     -    -               -     -    -" in run.out.splitlines()
    assert "  HH          -     -    -               -     -    -" in run.out.splitlines()
    assert "H the register of a local" in " ".join(run.out.split())
    assert "2 modules reach 2 of 200 cells; 198 were never reached" in run.out


def test_modules_are_exported_as_plain_files_once_each(tmp_path: Path) -> None:
    place = tmp_path / "seeds"
    summary = tmp_path / "cells.json"
    run = mitey_fuzz("corpus", "--corpus", corpus(tmp_path / "corpus"), "--export", place, "--json", summary)
    assert run.status == 0, run.err
    (file,) = place.iterdir()
    assert file.read_bytes() == wasm(MODULE)
    assert file.name == f"{hashlib.sha256(wasm(MODULE)).hexdigest()[:16]}.wasm"
    rows = json.loads(summary.read_text())["rows"]
    assert rows["i32.rotl"]["reached"] == 2
    assert "i32.rotl [HC] roomy" not in rows["i32.rotl"]["never"]
    assert rows["f64x2.pmax"]["reached"] == 0


def test_an_instruction_that_does_not_exist_is_named(tmp_path: Path) -> None:
    run = mitey_fuzz("corpus", "--corpus", tmp_path, "--row", "i32.frobnicate")
    assert run.status == 2
    assert "i32.frobnicate" in run.err
