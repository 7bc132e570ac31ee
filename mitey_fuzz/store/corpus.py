"""`corpus/`: modules worth running in every campaign.

`seeds/*.wat` are hand-written, one idea each, with the idea in the first comment; `found/*.wasm` are named by digest.
Any `.wat` or `.wasm` file in or below the directory counts.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wasmtime import WasmtimeError, wat2wasm

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import Features
from jit.wasm.validate import validate

from .atomic import TEMPORARY, write
from .layout import FormatError


@dataclass(frozen=True, slots=True)
class Entry:
    """A module of the corpus, under its path relative to the corpus."""

    name: str
    wasm: bytes


def load(root: Path, features: Features) -> tuple[Entry, ...]:
    """All modules of a corpus that are valid under these features, by name; none where there is no such directory.

    `FormatError` names a file that cannot be read, and a text file that does not parse.
    """
    if not root.is_dir():
        return ()
    paths = sorted(p for p in root.rglob("*.wa*") if p.suffix in (".wat", ".wasm") and p.is_file())
    entries = (_read(p, root) for p in paths if not p.name.startswith(TEMPORARY))
    return tuple(entry for entry in entries if _is_valid(entry.wasm, features))


def digest(entries: Iterable[Entry]) -> str:
    """Sixteen hexadecimal digits of names and modules in their order, on any machine; empty of none.

    Where it differs, so do the cases that are made of these.
    """
    whole, is_empty = hashlib.sha256(), True
    for entry in entries:
        is_empty = False
        for part in (entry.name.encode("utf-8", "surrogatepass"), entry.wasm):
            whole.update(len(part).to_bytes(8, "little") + part)
    return "" if is_empty else whole.hexdigest()[:16]


def _read(path: Path, root: Path) -> Entry:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror}; make it readable or remove it") from error
    if path.suffix == ".wat":
        try:
            content = bytes(wat2wasm(content))
        except WasmtimeError as error:
            raise FormatError(f"{path} is not valid wat; fix or remove it:\n{error}") from error
    return Entry(path.relative_to(root).as_posix(), content)


def _is_valid(wasm: bytes, features: Features) -> bool:
    try:
        validate(decode(wasm, features), features)
    except WasmError:
        return False
    return True


def keep(root: Path, wasm: bytes) -> Path:
    """Adds a module to `found/`, named by its digest; gives its path."""
    path = root / "found" / f"{hashlib.sha256(wasm).hexdigest()[:16]}.wasm"
    if not path.exists():
        write(path, wasm)
    return path
