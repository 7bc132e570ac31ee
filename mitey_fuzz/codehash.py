"""Hashes of generated code, one for each function: proof that a refactor left it alone, or a measure of what changed.

What is hashed is what a back end hands to the linker: words, inline data, entries, and where calls, traps and wasm
instructions are.  So the same commit gives the same hashes whatever the machine, but for what a host asks of code.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jit.backend.code import Compiled
from jit.errors import WasmError

from .subject import JitEngine

RUNTIME = "(runtime)"
"""What stands for a module's name beside handlers and stubs."""


@dataclass(frozen=True, slots=True)
class Code:
    """The code of one function: its size in bytes and a digest of all there is to know of it."""

    size: int
    digest: str

    @staticmethod
    def of(compiled: Compiled) -> "Code":
        return Code(len(compiled.code), hashlib.sha256(repr(compiled).encode()).hexdigest()[:16])


Hashes = Mapping[str, Code]
"""By `subject module function`, in the order of the modules."""


def hashes(engine: JitEngine, modules: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, Code]]:
    """The code of every function of these modules, and before it that of handlers and stubs.

    A module that the engine refuses has none.
    """
    for symbol, compiled in sorted(engine.code(None).items(), key=lambda item: str(item[0])):
        yield f"{engine.name} {RUNTIME} {symbol}", Code.of(compiled)
    for name, wasm in modules:
        try:
            functions = engine.code(wasm)
        except WasmError:
            continue
        for index, compiled in functions.items():
            yield f"{engine.name} {name} {index}", Code.of(compiled)


def dump(found: Hashes) -> str:
    """One line a function: digest, size in bytes, name."""
    return "".join(f"{code.digest} {code.size:6} {name}\n" for name, code in found.items())


def load(text: str) -> dict[str, Code]:
    """Reads what `dump` wrote; `ValueError` names a line that is something else."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        digest, size, name = (*line.split(maxsplit=2), "", "", "")[:3]
        if not size.isdecimal() or len(digest) != 16 or len(name.split()) < 3:
            raise ValueError(f"line {number} is not `digest size subject module function`: {line!r}")
        found[name] = Code(int(size), digest)
    return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the functions that both runs have, and which only one has."""

    same: int
    changed: tuple[tuple[str, Code, Code], ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def is_unchanged(self) -> bool:
        return not (self.changed or self.gone or self.new)

    @property
    def grown_bytes(self) -> int:
        """By how much the changed functions grew together; negative when they shrank."""
        return sum(after.size - before.size for _, before, after in self.changed)


def compare(before: Hashes, after: Hashes) -> Comparison:
    """Function by function; what is new or gone is listed apart."""
    both = [name for name in after if name in before]
    return Comparison(
        same=sum(before[name] == after[name] for name in both),
        changed=tuple((name, before[name], after[name]) for name in both if before[name] != after[name]),
        gone=tuple(name for name in before if name not in after),
        new=tuple(name for name in after if name not in before),
    )
