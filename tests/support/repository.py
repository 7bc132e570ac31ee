"""The repository as files: what is in it, read once."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("jit", "oracles", "mitey_fuzz")


def read(name: str) -> str:
    """The text of a file, by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def python_files(*directories: str) -> list[Path]:
    """All Python files below some directories of the root, in order."""
    files = sorted(path for directory in directories for path in (ROOT / directory).rglob("*.py"))
    assert files
    return files
