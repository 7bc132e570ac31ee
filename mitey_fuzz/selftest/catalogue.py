"""The faults that a self-test plants: those that come with the package, or a file of somebody else's."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from jit.backend import mutants
from jit.backend.mutants import Mutant

from . import sources
from .sources import SourceFault

Fault = Mutant | SourceFault

_HERE = Path(__file__).parent
MACHINE = _HERE / "mutants.toml"
VECTOR = _HERE / "vector.toml"
SOURCE = _HERE / "sources.toml"
UNOBSERVABLE = _HERE / "unobservable.toml"
"""Mutants that are proven to change nothing that wasm can see: `why` is the proof.  They are not planted."""


def machine() -> dict[str, Mutant]:
    """The mutants of machine code, but those of vector instructions."""
    return mutants.load(MACHINE)


def vector() -> dict[str, Mutant]:
    """The mutants of machine code that only modules with vectors lead to."""
    return mutants.load(VECTOR)


def source() -> dict[str, SourceFault]:
    """The faults in the source of the compilers."""
    return sources.load(SOURCE)


def unobservable() -> dict[str, Mutant]:
    """The mutants that no module can show."""
    return mutants.load(UNOBSERVABLE)


def shipped(*, has_vectors: bool) -> dict[str, Fault]:
    """All faults that come with the package and that a campaign, with vectors or without, should find."""
    parts: list[Mapping[str, Fault]] = [machine(), vector() if has_vectors else {}, source()]
    faults: dict[str, Fault] = {}
    for part in parts:
        assert faults.keys().isdisjoint(part), "a fault is called the same at both levels"
        faults.update(part)
    return faults


def read(path: Path) -> dict[str, Fault]:
    """The faults of a file by id: `[[mutant]]` tables or `[[source]]` tables.

    Raises `jit.backend.mutants.MutantError` or `SourceError`, which say what is wrong with it.
    """
    return dict(sources.load(path)) if _has_sources(path) else dict(mutants.load(path))


def _has_sources(path: Path) -> bool:
    """Whether the file means to hold source faults; whatever is wrong with it is told by whoever reads it."""
    try:
        return "source" in tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
