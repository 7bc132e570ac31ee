"""Writing so that a reader, or a process killed at any moment, only ever sees whole things.

Files and directories are made under a temporary name beside their place, then renamed.  Rule 1: nothing in `corpus/`
or `crashes/` is written in any other way.  Temporary names carry the writer's process id: those of dead processes are
leftovers, which `sweep` removes, or puts back where their place is still empty.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

TEMPORARY = ".tmp-"
_SUPERSEDED = "superseded-"
"""What follows in the temporary name of a directory that another takes the place of; its own name is behind it."""


def _prefix() -> str:
    return f"{TEMPORARY}{os.getpid()}-"


def _is_leftover(name: str) -> bool:
    owner = name.removeprefix(TEMPORARY).partition("-")[0]
    if not owner.isdecimal():
        return True
    try:
        os.kill(int(owner), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False


def write(path: Path, content: bytes) -> None:
    """Writes or replaces one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_prefix(), dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def publish(path: Path, files: Mapping[str, bytes]) -> bool:
    """Makes a directory with these files appear at `path`, whole; False when something stands there already."""
    workshop = _made(path, files)
    try:
        workshop.rename(path)
    except OSError:
        shutil.rmtree(workshop, ignore_errors=True)
        if path.exists():
            return False
        raise
    return True


def supersede(path: Path, files: Mapping[str, bytes]) -> None:
    """Puts a directory with these files in the place of the one at `path`, which stays where that fails."""
    workshop = _made(path, files)
    grave = path.with_name(_prefix() + _SUPERSEDED + path.name)
    try:
        path.rename(grave)
        try:
            workshop.rename(path)
        except OSError:
            grave.rename(path)
            raise
    except OSError:
        shutil.rmtree(workshop, ignore_errors=True)
        raise
    shutil.rmtree(grave, ignore_errors=True)


def retire(path: Path) -> None:
    """Removes a directory so that no reader sees half of it."""
    grave = path.with_name(_prefix() + path.name)
    path.rename(grave)
    shutil.rmtree(grave, ignore_errors=True)


def _made(path: Path, files: Mapping[str, bytes]) -> Path:
    """A directory with these files, under a temporary name beside `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=_prefix(), dir=path.parent))
    try:
        for name, content in files.items():
            write(workshop / name, content)
        workshop.chmod(0o755)
    except OSError:
        shutil.rmtree(workshop, ignore_errors=True)
        raise
    return workshop


def sweep(root: Path) -> None:
    """Removes what a killed process left behind directly under `root`, as far as this one may.

    What it was about to put something else in the place of goes back there.
    """
    if not root.is_dir():
        return
    for leftover in sorted(p for p in root.glob(TEMPORARY + "*") if _is_leftover(p.name)):
        kind = leftover.name.removeprefix(TEMPORARY).partition("-")[2]
        place = root / kind.removeprefix(_SUPERSEDED)
        if kind.startswith(_SUPERSEDED) and not place.exists():
            with suppress(OSError):
                leftover.rename(place)
        elif leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            with suppress(OSError):
                leftover.unlink()
