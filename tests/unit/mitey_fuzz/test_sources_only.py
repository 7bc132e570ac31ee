"""Where a compiled module lies beside its source, what insists on sources gets the source."""

from importlib.machinery import EXTENSION_SUFFIXES, PathFinder
from pathlib import Path

import pytest

from mitey_fuzz.sources_only import SourceFinder, source_of


def beside(directory: Path, name: str) -> None:
    """A module in both forms; nobody loads the compiled one."""
    (directory / f"{name}.py").write_text("VALUE = 1\n")
    (directory / f"{name}{EXTENSION_SUFFIXES[0]}").write_bytes(b"")


def test_a_source_wins_against_the_compiled_module_beside_it(tmp_path: Path) -> None:
    beside(tmp_path, "masm")
    usual = PathFinder.find_spec("masm", [str(tmp_path)])
    assert usual is not None and usual.origin == str(tmp_path / f"masm{EXTENSION_SUFFIXES[0]}")
    found = SourceFinder().find_spec("jit.a64.masm", [str(tmp_path)])
    assert found is not None and found.origin == str(tmp_path / "masm.py")


def test_modules_of_others_packages_and_what_has_no_source_are_left_to_the_next_finder(tmp_path: Path) -> None:
    beside(tmp_path, "masm")
    (tmp_path / "a64").mkdir()
    finder = SourceFinder()
    assert finder.find_spec("numpy.masm", [str(tmp_path)]) is None
    assert finder.find_spec("jit.a64", [str(tmp_path)]) is None
    assert finder.find_spec("jit", None) is None


def test_the_text_of_a_module_is_found_whichever_form_of_it_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "in_two_forms"
    package.mkdir()
    (package / "__init__.py").write_text("")
    beside(package, "masm")
    (package / f"bare{EXTENSION_SUFFIXES[0]}").write_bytes(b"")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert source_of("in_two_forms.masm") == package / "masm.py"
    assert source_of("in_two_forms") == package / "__init__.py"
    assert source_of("in_two_forms.bare") is None
    assert source_of("in_two_forms.nothing") is None
