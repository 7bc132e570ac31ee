"""Kept modules: only for what is new, with the reason, and knowing what other processes kept."""

from pathlib import Path

import pytest

from jit.wasm.features import WASM_2
from mitey_fuzz.guided.found import Found, cells_in, reasons
from mitey_fuzz.guided.preparation import Gain, gain_since
from mitey_fuzz.store.corpus import load
from mitey_fuzz.store.layout import FormatError
from support.wat import wasm

ONE, TWO = wasm("(module (func))"), wasm("(module (func) (func))")


def test_a_module_is_kept_with_the_cells_that_were_new(tmp_path: Path) -> None:
    found = Found(tmp_path, ["known"])
    assert found.keep(ONE, ["known", "b", "a"]) == ("a", "b")
    (reason,) = reasons(tmp_path)
    assert cells_in(reason) == ("a", "b")
    assert reason.with_suffix(".wasm").read_bytes() == ONE
    assert [entry.wasm for entry in load(tmp_path, WASM_2)] == [ONE]


def test_a_module_that_reaches_nothing_new_is_not_kept(tmp_path: Path) -> None:
    found = Found(tmp_path, ["known"])
    found.keep(ONE, ["a"])
    assert found.keep(TWO, ["a", "known"]) == ()
    assert len(reasons(tmp_path)) == 1


def test_what_another_process_kept_is_known(tmp_path: Path) -> None:
    ours, theirs = Found(tmp_path, []), Found(tmp_path, [])
    theirs.keep(ONE, ["a", "b"])
    assert ours.keep(TWO, ["b", "c"]) == ("c",)
    assert ours.keep(TWO, ["a"]) == ()


def test_the_gain_of_a_campaign_is_what_it_added(tmp_path: Path) -> None:
    Found(tmp_path, []).keep(ONE, ["a", "b"])
    before = reasons(tmp_path)
    assert gain_since(tmp_path, before) == Gain(0, 0)
    Found(tmp_path, ["a", "b"]).keep(TWO, ["c", "d", "e"])
    assert gain_since(tmp_path, before) == Gain(1, 3)
    assert gain_since(tmp_path, []) == Gain(2, 5)


def test_a_file_that_is_no_reason_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(FormatError, match="'cells'"):
        cells_in(tmp_path / "x.json")
