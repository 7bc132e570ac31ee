"""A case: what is run.  A module, what it may import, and the calls to make; nothing about engines.

Some have *companions*: modules that are instantiated before it in the same store, in order, each registered under its
name for those behind it to import from.  What they share, functions, memories, tables, globals, is wasm's own business.
"""

import hashlib
from dataclasses import dataclass, replace

from jit.wasm.types import EXTERNREF, NULL, Value
from oracles.protocol import CallBack, HostFunc, HostItem

MAIN = "main"
"""The name under which a case's own module is registered, where a host function calls it back."""


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
class Companion:
    """A further module, and the name as which others import from it."""

    name: str
    wasm: bytes


@dataclass(frozen=True, slots=True)
class Case:
    """`choices` is the sequence of draws that made the case, where a generator did; replaying needs only the rest."""

    wasm: bytes
    script: tuple[Call, ...]
    imports: tuple[Definition, ...] = ()
    choices: tuple[int, ...] | None = None
    companions: tuple[Companion, ...] = ()

    @property
    def modules(self) -> tuple[bytes, ...]:
        """All modules, the case's own first."""
        return (self.wasm, *(companion.wasm for companion in self.companions))

    @property
    def calls_back(self) -> tuple[CallBack, ...]:
        """What its host functions call back, in their order."""
        called = (d.item.calls_back for d in self.imports if isinstance(d.item, HostFunc))
        return tuple(back for back in called if back is not None)

    def without_handles(self) -> "Case":
        """The case with null for every reference to a host object that its script passes."""

        def given(arg: Value) -> Value:
            return Value(EXTERNREF, NULL) if arg.type is EXTERNREF else arg

        return replace(self, script=tuple(replace(c, args=tuple(map(given, c.args))) for c in self.script))

    def digest(self) -> str:
        """A name for this very case: hexadecimal SHA-256 over modules, imports and script, 16 digits."""
        sha = hashlib.sha256(self.wasm)
        sha.update(repr((self.imports, self.script)).encode())
        if self.companions or self.calls_back:
            backs = [d.item.calls_back for d in self.imports if isinstance(d.item, HostFunc)]
            sha.update(repr((self.companions, backs)).encode())
        return sha.hexdigest()[:16]
