"""Which of our code tells libFuzzer of its branches: the back ends, and what decides between encodings.

Instrumented code is several times slower, so the front end, the emulator's border and the harness run as they are.
Rule 1: nothing of `jit` is imported before `instrumented` is entered, and nothing is instrumented after.  So nothing
here, nor in `mitey_fuzz` and `mitey_fuzz.guided` themselves, may import it.
"""

import contextlib
import importlib.util
from contextlib import AbstractContextManager
from pathlib import Path

from .. import sources_only

SUBJECT = "jit"
TOLD = ("jit.backend", "jit.a64.immediates", "jit.a64.masm")
"""Packages and modules whose branches count."""


def why_absent() -> str | None:
    """Why there is no guidance here, and what to do about it; None where there is."""
    if importlib.util.find_spec("atheris") is not None:
        return None
    return "guidance needs atheris, which is not installed: pip install 'atheris>=3' (Linux on x86-64, CPython to 3.14)"


def instrumented() -> AbstractContextManager[object]:
    """While this lasts, what is imported of the subject is instrumented; without atheris, nothing is."""
    if why_absent() is not None:
        return contextlib.nullcontext()
    import atheris

    sources_only.insist()  # compiled modules have no branches to tell of
    hook: AbstractContextManager[object] = atheris.instrument_imports(include=[SUBJECT], exclude=silent())
    return hook


def silent() -> list[str]:
    """Modules of the subject that are not instrumented; empty where it lies in no files, as in a frozen program."""
    spec = importlib.util.find_spec(SUBJECT)
    roots = [] if spec is None else spec.submodule_search_locations or []
    names = sorted(_name(path.relative_to(root)) for root in map(Path, roots) for path in root.rglob("*.py"))
    return [name for name in names if not any(name == told or name.startswith(f"{told}.") for told in TOLD)]


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join((SUBJECT, *(parts[:-1] if parts[-1] == "__init__" else parts)))
