"""The files of one guided campaign that nobody needs behind it: libFuzzer's own corpus, seeds, inputs at hand.

seeds/     the corpus as plain modules, which libFuzzer reads
live/      what libFuzzer finds worth changing; the processes of a campaign read it from one another
known      the cells that the corpus reaches, a line each
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scratch:
    """A directory of that form; `prepare` makes it."""

    root: Path

    @property
    def known(self) -> Path:
        return self.root / "known"

    @property
    def inputs(self) -> tuple[Path, Path]:
        """What libFuzzer is given: where it writes, and what it reads."""
        return self.root / "live", self.root / "seeds"

    def input(self, start: int) -> Path:
        """Where the process of the worker that began at this number notes what it runs."""
        return self.root / f"input-{start}.wasm"

    def case(self, number: int) -> Path:
        """The input that a worker examines under this number."""
        return self.root / f"case-{number}.wasm"

    def lost(self, number: int) -> Path:
        """An input that a driven process ended on for no reason that is known."""
        return self.root / f"lost-{number}.wasm"

    @property
    def is_wanted(self) -> bool:
        """Whether there is something that a person should look at."""
        return any(self.root.glob("lost-*"))

    def prepare(self, modules: Iterable[bytes], cells: Iterable[str]) -> None:
        """Makes the directories, and writes modules of the corpus and the cells that they reach."""
        for place in self.inputs:
            place.mkdir()
        _, seeds = self.inputs
        export(seeds, modules)
        self.known.write_text("".join(f"{cell}\n" for cell in sorted(cells)), encoding="utf-8")


def export(place: Path, modules: Iterable[bytes]) -> int:
    """Writes modules as plain files named by their digests, as any fuzzer reads them; gives how many there are."""
    names = {f"{hashlib.sha256(wasm).hexdigest()[:16]}.wasm": wasm for wasm in modules}
    for name, wasm in names.items():
        (place / name).write_bytes(wasm)
    return len(names)
