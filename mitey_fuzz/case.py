"""A case: what is run.  A module, what it may import, and the calls to make; nothing about engines."""

import hashlib
from dataclasses import dataclass

from jit.wasm.types import Value
from oracles.protocol import HostItem


@dataclass(frozen=True, slots=True)
class Call:
    """One step of a script: call an export with these arguments."""

    export: str
    args: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A host item the module may import."""

    module: str
    name: str
    item: HostItem


@dataclass(frozen=True, slots=True)
class Case:
    """`choices` is the sequence of draws that made the case, where a generator did; replaying needs only the rest."""

    wasm: bytes
    script: tuple[Call, ...]
    imports: tuple[Definition, ...] = ()
    choices: tuple[int, ...] | None = None

    def digest(self) -> str:
        """A name for this very case: hexadecimal SHA-256 over module, imports and script, 16 digits."""
        sha = hashlib.sha256(self.wasm)
        sha.update(repr((self.imports, self.script)).encode())
        return sha.hexdigest()[:16]
