"""What is run for one input: a module, made to end and to show its state, judged by all engines, its cells counted.

An input is the bytes of a module.  Everything else about its case follows from these bytes, so an input that was kept
is a case that can be made again.  Bytes that are no valid module are judged too, by who refuses them.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import Features
from jit.wasm.validate import validate

from ..campaign.panel import Panel
from ..case import Case
from ..choices import SeededChoices
from ..compare.verdict import Verdict
from ..generate.foreign import case_for
from ..generate.mutate import FUEL
from ..subject import JitEngine
from .cells import Cell, shapes
from .counters import Counters


class Judged(NamedTuple):
    """A case, what the engines made of it, and the cells it reached: none where its module is not valid."""

    case: Case
    verdict: Verdict
    cells: frozenset[Cell]


def is_valid(wasm: bytes, features: Features) -> bool:
    """Whether these bytes are a valid module under these features, and within our limits."""
    try:
        validate(decode(wasm, features), features)
    except WasmError:
        return False
    return True


def case_of(wasm: bytes, features: Features, *, host_references: bool = True) -> Case:
    """The case of an input; one that only instantiates where the bytes are no valid module."""
    return _run(wasm, features, host_references=host_references) if is_valid(wasm, features) else Case(wasm, ())


def _run(wasm: bytes, features: Features, *, host_references: bool) -> Case:
    seed = int.from_bytes(hashlib.blake2b(wasm, digest_size=8).digest(), "little")
    case = case_for(SeededChoices(seed), wasm, features, fuel=FUEL)
    return case if host_references else case.without_handles()


class Target:
    """Judges inputs with the engines of a panel; `counters` hear of the cells that each one reaches."""

    def __init__(self, panel: Panel, features: Features, counters: Counters | None = None) -> None:
        self.panel = panel
        self.features = features
        self._host_references = all(e.can.host_references for e in (*panel.subjects, *panel.oracles))
        self._counters = counters
        self._reached: set[Cell] = set()
        for engine in panel.subjects:
            if isinstance(engine, JitEngine):
                engine.observe(self._reached.add)

    def __call__(self, wasm: bytes) -> Judged:
        self._reached.clear()
        if not is_valid(wasm, self.features):
            case = Case(wasm, ())
            return Judged(case, self.panel.judge(case), frozenset())
        case = _run(wasm, self.features, host_references=self._host_references)
        verdict = self.panel.judge(case)
        cells = frozenset(self._reached | shapes(decode(case.wasm, self.features), self.features))
        if self._counters is not None:
            self._counters.hit(cells)
        return Judged(case, verdict, cells)


def cells_of(engine: JitEngine, modules: Iterable[bytes], features: Features) -> set[Cell]:
    """The cells that valid modules reach in the form in which they are run, found by compiling them alone."""
    reached: set[Cell] = set()
    engine.observe(reached.add)
    for wasm in modules:
        case = case_of(wasm, features)
        engine.code(case.wasm)
        reached |= shapes(decode(case.wasm, features), features)
    engine.observe(None)
    return reached
