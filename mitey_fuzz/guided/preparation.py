"""Before and after a guided campaign: its files, the cells that the corpus reaches already, and what it kept."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jit.wasm.features import Features

from .. import subject
from ..campaign.config import Campaign
from ..store import atomic, corpus
from ..subject_names import PREFIX
from .cells import Cell, text_of
from .found import FOUND, cells_in, reasons
from .scratch import Scratch
from .target import cells_of
from .worker import Guided

OBSERVED = PREFIX + "baseline"
"""The subject whose compiler has states to tell."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What a guided campaign kept: so many modules, for so many cells that nothing in the corpus had reached."""

    modules: int
    cells: int


@contextmanager
def guided(campaign: Campaign) -> Iterator[Guided]:
    """The source of a guided campaign's cases; its files go in the end, unless one wants a person's attention."""
    root = Path(tempfile.mkdtemp(prefix="mitey-guided-"))
    scratch = Scratch(root)
    atomic.sweep(campaign.corpus / FOUND)
    modules = [entry.wasm for entry in corpus.load(campaign.corpus, campaign.features)]
    scratch.prepare(modules, map(text_of, reached_by(modules, campaign.features)))
    try:
        yield Guided(scratch)
    finally:
        if not scratch.is_wanted:
            shutil.rmtree(root, ignore_errors=True)


def reached_by(modules: Iterable[bytes], features: Features) -> set[Cell]:
    """The cells that valid modules reach."""
    engine = subject.create(OBSERVED, features=features)
    try:
        return cells_of(engine, modules, features)
    finally:
        engine.close()


def gain_since(root: Path, before: Iterable[Path]) -> Gain:
    """What was kept in a corpus besides what had these reasons."""
    old = set(before)
    added = [cells_in(reason) for reason in reasons(root) if reason not in old]
    return Gain(len(added), len({cell for cells in added for cell in cells}))
