"""Where a compiled module lies beside its source, what insists on sources gets the source."""

from importlib.machinery import EXTENSION_SUFFIXES, PathFinder
from pathlib import Path

from mitey_fuzz.sources_only import SourceFinder


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
