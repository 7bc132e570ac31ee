"""Imports of our packages from their sources, also where compiled modules lie beside them (see `hatch_build.py`).

Whoever changes the text of a module, or wants to hear of its branches, needs the text.  This imports nothing of ours.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

PACKAGES = ("jit", "oracles", "mitey_fuzz")


def is_ours(name: str) -> bool:
    """Whether a module of this name belongs to one of our packages, or is one."""
    return name.partition(".")[0] in PACKAGES


def find_source(name: str, path: Sequence[str] | None) -> ModuleSpec | None:
    """The module as its source has it; None for packages and where there is no source."""
    for directory in path or ():
        source = Path(directory, f"{name.rpartition('.')[2]}.py")
        if source.is_file():
            return spec_from_file_location(name, source)
    return None


def source_of(name: str) -> Path | None:
    """The file with a module's text, whichever form of it is imported; None where there is no module or no text."""
    spec = find_spec(name)
    if spec is not None and spec.origin is not None and not spec.origin.endswith(".py"):
        package = find_spec(name.rpartition(".")[0])
        spec = None if package is None else find_source(name, package.submodule_search_locations)
    return None if spec is None or spec.origin is None else Path(spec.origin)


class SourceFinder(MetaPathFinder):
    """Finds our modules by their sources and leaves all else to the finders behind it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return find_source(fullname, path) if is_ours(fullname) else None


def insist() -> None:
    """From here on compiled modules are not imported any more; those that were imported before stay."""
    sys.meta_path.insert(0, SourceFinder())
