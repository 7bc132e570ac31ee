"""Modules of the core test suite as entries of a corpus: to be run in campaigns, and recombined.

Those that are valid under the features asked for, small enough to be taken apart, each once.
"""

from pathlib import Path

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import Features
from jit.wasm.validate import validate

from ..store.corpus import Entry
from .run import modules_of
from .sexpr import ScriptError

LARGEST = 30_000
"""Bytes of a module that is worth recombining."""


def donors(suite: Path, features: Features) -> tuple[Entry, ...]:
    """The modules that the scripts of a directory define, by script and line; unreadable scripts are left out."""
    found: dict[bytes, Entry] = {}
    for path in sorted(suite.glob("*.wast")):
        try:
            modules = list(modules_of(path, features))
        except (ScriptError, UnicodeDecodeError):
            continue
        for line, wasm in modules:
            if len(wasm) <= LARGEST and wasm not in found and _is_valid(wasm, features):
                found[wasm] = Entry(f"suite/{path.stem}/{line}", wasm)
    return tuple(found.values())


def _is_valid(wasm: bytes, features: Features) -> bool:
    try:
        validate(decode(wasm, features), features)
    except WasmError:
        return False
    return True
