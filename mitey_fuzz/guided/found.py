"""`corpus/found/`: modules that reached cells which nothing in the corpus had reached, with the reason beside them.

    <digest>.wasm   the module, as any other fuzzer can read it
    <digest>.json   the cells that were new with it

Several processes may keep at once.  Each reads the reasons that others wrote before it decides whether its own is one.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from ..store import atomic, corpus
from ..store.layout import dumps, loads, strings

FOUND = "found"


class Found:
    """The kept modules of a corpus, and which cells are known: those of the corpus at the start, and all kept since."""

    def __init__(self, root: Path, known: Iterable[str]) -> None:
        self.root = root
        self.known = set(known)
        self._read = set(reasons(root))

    def keep(self, wasm: bytes, cells: Iterable[str]) -> tuple[str, ...]:
        """Keeps a module if some of its cells are new; gives those, sorted."""
        fresh = self._news(cells)
        if not fresh:
            return ()
        self._refresh()
        fresh = self._news(fresh)
        if fresh:
            self.known.update(fresh)
            digest = hashlib.sha256(wasm).hexdigest()
            reason = corpus.keep(self.root, wasm).with_suffix(".json")
            atomic.write(reason, dumps({"sha256": digest, "cells": list(fresh)}))
            self._read.add(reason)
        return fresh

    def _news(self, cells: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(cell for cell in cells if cell not in self.known))

    def _refresh(self) -> None:
        for path in reasons(self.root):
            if path not in self._read:
                self._read.add(path)
                self.known.update(cells_in(path))


def reasons(root: Path) -> list[Path]:
    """The reasons in a corpus, sorted."""
    return sorted(path for path in (root / FOUND).glob("*.json") if not path.name.startswith(atomic.TEMPORARY))


def cells_in(reason: Path) -> tuple[str, ...]:
    """The cells that a module was kept for; `FormatError` where this is no reason."""
    return strings(loads(reason.read_bytes()), "cells")
