"""From a divergence to its cause: which engine is wrong, and the first instruction whose effect differs.

The interpreter's word is taken: it has the specification's meaning of every instruction.  Whoever differs from it is
the culprit, be it the subject or an oracle.  The culprit is watched through `probes` at points of the interpreter's run
(`track`) until a point is found where all is right, while right behind it something is wrong (`search`): the
instruction between is the cause.  Three things can be in the way:

 - A local is wrong where it is read: then it is followed back to where it became so.
 - Watching makes the difference go away, as with a compiler that optimizes across the point: then results are copied
   one by one, and only those runs count that still differ in the end.
 - Nothing that looks on leaves the difference alone: then the instruction is named by elimination.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from oracles.interp import InterpEngine
from oracles.protocol import Crashed, Engine, Returned, Trapped

from ..case import Case
from ..compare.verdict import Divergence, DivergenceKind
from ..generate.foreign import hide_large
from ..generate.terminate import export_all
from . import report, story
from .cause import Cause
from .compiling import Bounded, failing
from .instantiating import instantiating
from .probes import start_as_call
from .search import Run, Search, differ_in, run
from .stacks import Shape, shapes
from .track import Site, Track, follow

MOST_STEPS = 1_000_000
"""Steps of the interpreter that a run may take to be explained."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """A case as it is watched, and whom: its last call is the one that goes wrong."""

    module: Module
    case: Case
    culprit: Engine


class Stopped(Exception):
    """There was no time left to look for a cause."""


def explain(
    case: Case,
    divergence: Divergence,
    engines: Sequence[Engine],
    deadline_s: float,
    stopped: Callable[[], bool] = lambda: False,
) -> Cause | None:
    """The cause of a divergence; None where there is none to be named.

    That is so for modules that cannot be read, for programs too long to follow or that the interpreter cannot run, and
    where nothing differs any more.  `engines` are those of the comparison; `deadline_s` bounds every step of every run,
    and `Stopped` is raised before one where somebody says `stopped`.
    """

    def bounded(engine: Engine, case: Case) -> Run:
        if stopped():
            raise Stopped
        return run(engine, case, deadline_s)

    if divergence.kind is DivergenceKind.ACCEPTANCE:
        return instantiating(case, divergence, engines, bounded)
    if divergence.step == 0 and (cause := _uncompiled(case, divergence, engines, bounded)) is not None:
        return cause
    cause = _traced(case, divergence, engines, bounded)
    if cause is None and divergence.step == 0 and divergence.kind is not DivergenceKind.HANG:
        return instantiating(case, divergence, engines, bounded)
    return cause


def _traced(case: Case, divergence: Divergence, engines: Sequence[Engine], bounded: Bounded) -> Cause | None:
    """The cause of what differs in a call, or in the start function."""
    reference = InterpEngine(WASM_2)
    watched = next(_watched(case, divergence, engines, reference, bounded), None)
    if watched is None:
        return None
    followed = follow(watched.case, WASM_2, MOST_STEPS)
    if followed is None or not isinstance(followed[1], Returned | Trapped):
        return None
    track = followed[0]
    if track.begins == len(track.points):
        return None
    search = Search(watched.module, watched.case, track, _shapes(watched, track), watched.culprit, reference, bounded)
    found = story.find(search)
    others = [engine for engine in engines if engine is not watched.culprit]
    return report.cause(search, found, case, others)


def _uncompiled(case: Case, divergence: Divergence, engines: Sequence[Engine], bounded: Bounded) -> Cause | None:
    """The cause of a crash before anything runs, where compiling a body is what fails."""
    crashed = [
        name
        for name, what in ((divergence.subject, divergence.actual), (divergence.oracle, divergence.expected))
        if isinstance(what, Crashed)
    ]
    if not crashed:
        return None
    try:
        module = decode(case.wasm, WASM_2)
    except WasmError:
        return None
    suspects = [engine for engine in engines if engine.name in crashed]
    return failing(module, case, suspects, [engine for engine in engines if engine not in suspects], bounded)


def _watched(
    case: Case,
    divergence: Divergence,
    engines: Sequence[Engine],
    reference: Engine,
    bounded: Bounded,
) -> Iterator[_Watched]:
    """What to watch: the first of the engines that differ which differs from the reference, all state exported."""
    wanted = (divergence.subject, divergence.oracle)
    suspects = sorted((e for e in engines if e.name in wanted), key=lambda engine: wanted.index(engine.name))
    for module, watched in _forms(case, divergence.step):
        expected = bounded(reference, watched)
        if not isinstance(expected.step.outcome, Returned | Trapped) or expected.number != len(watched.script):
            continue
        for engine in suspects:
            actual = bounded(engine, watched)
            if differ_in(expected, actual) is not None and actual.number == expected.number:
                yield _Watched(module, watched, engine)


def _forms(case: Case, step: int) -> Iterator[tuple[Module, Case]]:
    """The case up to the call that goes wrong, without a start function; with all its state exported, and without."""
    try:
        plain = decode(case.wasm, WASM_2)
    except WasmError:
        return
    case = replace(case, script=case.script[:step], choices=None)
    for module in (hide_large(export_all(plain)), plain):
        started = start_as_call(module, case)
        if started is None and step == 0:
            continue
        yield started or (module, replace(case, wasm=_encoded(module)))


def _encoded(module: Module) -> bytes:
    return module.source or encode(module)


def _shapes(watched: _Watched, track: Track) -> dict[Site, Shape]:
    """The shape of every instruction that can be reached, by site."""
    by_offset = shapes(decode(watched.case.wasm, WASM_2), WASM_2)
    return {
        Site(function, number): by_offset[instr.offset]
        for function, body in track.bodies.items()
        for number, instr in enumerate(body.instrs)
        if instr.offset in by_offset
    }
