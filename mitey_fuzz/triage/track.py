"""What ran, instruction by instruction, as the interpreter sees it.

The interpreter runs a step for every instruction but `block`, `loop` and most `end`s; those are put back here where
control falls through them, because engines may well emit code for them.  A *point* is a moment before an instruction;
the points of a run are what a search for the first difference searches.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from jit.wasm.body import BLOCK, ELSE, END, LOOP, Instr, parse
from jit.wasm.features import Features
from jit.wasm.opcodes import op
from oracles.interp.machine import Machine, OutOfTime
from oracles.interp.objects import Function, Step, WasmFunction
from oracles.interp.store import InterpStore
from oracles.protocol import Outcome

from ..case import Case
from ..compare.stage import Failure, enter

_JUMPS = frozenset((op("br"), op("br_table"), op("return"), ELSE))
"""Instructions that control never falls through."""
CALLS = frozenset((op("call"), op("call_indirect")))
OUTSIDE = -1
"""The caller of a frame that the script made."""


class Site(NamedTuple):
    """An instruction: its function, imports counted, and its number in the body."""

    function: int
    number: int


@dataclass(slots=True)
class Body:
    """A function that ran: its instructions, and which of them is the first to be a step of the interpreter.

    `silent` counts for each instruction how many before it, without a gap, are no steps.
    """

    instrs: list[Instr]
    first: int
    silent: list[int]


@dataclass
class Track:
    """The points of a run in order; `begins` is where those of the last call begin.

    `frames` says of every point in which frame it is, and `callers` of every frame the point of the call that made it,
    or `OUTSIDE`.
    """

    points: list[Site] = field(default_factory=list)
    begins: int = 0
    bodies: dict[int, Body] = field(default_factory=dict)
    frames: list[int] = field(default_factory=list)
    callers: list[int] = field(default_factory=list)

    def add(self, site: Site, frame: int) -> None:
        self.points.append(site)
        self.frames.append(frame)

    def instr(self, site: Site) -> Instr:
        return self.bodies[site.function].instrs[site.number]

    def occurrence(self, at: int) -> int:
        """How often the instruction at a point had been come to by then, this time included."""
        site = self.points[at]
        return self.points[: at + 1].count(site)


def follow(case: Case, features: Features, most: int) -> tuple[Track, Outcome] | None:
    """Runs a case whose module has no start function; None when it takes more than `most` steps, or does not load.

    The outcome is that of the last call.
    """
    recorder = _Recorder(case.wasm, most)
    store = InterpStore(features, Machine(lambda: 0.0, recorder.watch))
    stage = enter(store, case, 1.0)
    if isinstance(stage, Failure):
        return None
    outcome: Outcome | None = None
    for call in case.script:
        recorder.enter()
        outcome = stage.main.call(call.export, call.args, deadline_s=1.0)
        if len(recorder.log) > most:
            return None
    if outcome is None:
        return None
    return recorder.track(), outcome


class _Recorder:
    """Logs the steps of all calls in a module's functions; `calls` says where in the log each begins."""

    def __init__(self, wasm: bytes, most: int) -> None:
        self.wasm = wasm
        self.most = most
        self.log: list[Site] = []
        self.calls: list[int] = []
        self.bodies: dict[int, Body] = {}

    def enter(self) -> None:
        self.calls.append(len(self.log))

    def watch(self, function: WasmFunction, behind: list[int], steps: list[Step]) -> list[Step]:
        """See `oracles.interp.control.Watch`."""
        if function.instance.module.source != self.wasm:
            return steps  # a companion's, between points
        index = function.instance.functions.index(function)
        instrs = parse(function.code.body, function.code.offset)
        owners = _owners(instrs, behind)
        assert len(owners) == len(steps), "every step has its instruction"
        self.bodies[index] = Body(instrs, owners[0], _silent(instrs, set(owners)))
        return [self._logged(Site(index, owner), step) for owner, step in zip(owners, steps, strict=True)]

    def _logged(self, site: Site, step: Step) -> Step:
        log, most = self.log, self.most

        def run(stack: list[int], locals_: list[int]) -> int | Function | None:
            log.append(site)
            if len(log) > most:
                raise OutOfTime
            return step(stack, locals_)

        return run

    def track(self) -> Track:
        """The log with the silent instructions put back."""
        track = Track(bodies=self.bodies)
        for begin, end in zip(self.calls, [*self.calls[1:], len(self.log)], strict=True):
            track.begins = len(track.points)
            self._expand(begin, end, track)
        return track

    def _expand(self, begin: int, end: int, track: Track) -> None:
        """The points of one call.  `open_` holds, frame by frame, its number and the instruction that ran last."""
        open_: list[tuple[int, int]] = []
        for site, entered in _entries(self.log[begin:end], self.bodies):
            body = self.bodies[site.function]
            if entered or not open_:  # what a companion calls twice is not seen to be entered
                track.callers.append(len(track.points) - 1 if open_ else OUTSIDE)
                open_.append((len(track.callers) - 1, -1))
            frame, last = open_.pop()
            falls = last < 0 or body.instrs[last].op not in _JUMPS
            falls = falls and last < site.number <= last + 1 + body.silent[site.number]
            if falls:
                for number in range(last + 1, site.number):
                    track.add(Site(site.function, number), frame)
            is_end = site.number == len(body.instrs) - 1
            if falls or not is_end:  # a branch out of a function goes past what stands before its end
                track.add(site, frame)
            if not is_end:
                open_.append((frame, site.number))


def _entries(log: list[Site], bodies: dict[int, Body]) -> list[tuple[Site, bool]]:
    """Each step with whether it is the first of a new frame."""
    marked: list[tuple[Site, bool]] = []
    previous: Site | None = None
    for site in log:
        entered = previous is None
        if previous is not None and bodies[previous.function].instrs[previous.number].op in CALLS:
            goes_on = site.function == previous.function and site.number > previous.number
            entered = site.number == bodies[site.function].first and not goes_on
        marked.append((site, entered))
        previous = site
    return marked


def _owners(instrs: list[Instr], behind: list[int]) -> list[int]:
    """For each step the number of its instruction."""
    owners: list[int] = []
    reachable = True
    last = len(instrs) - 1
    for number, (instr, place) in enumerate(zip(instrs, behind, strict=True)):
        is_silent = instr.op is BLOCK or instr.op is LOOP or (instr.op is END and number != last)
        revived = place >= 0 and (instr.op is ELSE or number == last)
        if (reachable and not is_silent) or (not reachable and revived):
            owners.append(number)
        reachable = place >= 0
    return owners


def _silent(instrs: list[Instr], owners: set[int]) -> list[int]:
    runs: list[int] = []
    run = 0
    for number in range(len(instrs)):
        runs.append(run)
        run = 0 if number in owners else run + 1
    return runs
