"""How many modules a second one core judges, and where the time goes.

The cases are a campaign's own, judged as a worker judges them, one after the other in this process.  Figures of one run
are worth comparing with each other; between machines and between runs on a loaded one, ratios are.
"""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from jit.errors import MalformedError
from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import Features

from ..campaign import cases
from ..campaign.panel import Panel
from ..campaign.settled import settled
from ..campaign.stats import STAGES, Stopwatch
from ..campaign.twins import Twins
from ..compare.verdict import Agreed
from ..store.crashes import Setup


@dataclass(frozen=True, slots=True)
class Throughput:
    """One measurement.

    modules       modules generated, compiled and judged; those that warmed the engines up are not counted
    cases         the cases that they belong to: a linked one has several modules
    agreed        of these, on how many all engines agreed in every step
    instructions  the median length of a readable module's bodies in wasm instructions, dead code included
    seconds       wall clock of all of it
    stages        seconds by stage, as in a campaign's `stages`; what none of them claims is under `other`
    """

    modules: int
    cases: int
    agreed: int
    instructions: float
    seconds: float
    stages: dict[str, float]

    @property
    def rate(self) -> float:
        """Modules a second."""
        return self.modules / self.seconds

    @property
    def times_oracle(self) -> float:
        """All the time, as a multiple of what the oracles took."""
        return self.seconds / self.stages["oracle"]

    def as_json(self) -> dict[str, object]:
        """By name, times in seconds."""
        return {
            "modules": self.modules,
            "cases": self.cases,
            "agreed": self.agreed,
            "median_instructions": self.instructions,
            "seconds": self.seconds,
            "modules_per_second": self.rate,
            "stages": self.stages,
            "times_oracle": self.times_oracle,
        }


def measure(
    setup: Setup,
    *,
    seed: int,
    modules: int,
    warm_up: int,
    deadline_s: float,
    clock: Callable[[], float] = perf_counter,
    perturb: int = 0,
) -> Throughput:
    """Judges the first cases of a campaign until they have so many modules, behind `warm_up` others that do not count.

    `ValueError` for no modules.

    One of `perturb` cases also runs on a perturbed twin, as in a campaign; 0 is none.
    """
    if modules < 1:
        raise ValueError("there is nothing to measure in no modules")
    features = Features.parse(setup.features)
    watch = Stopwatch()
    lengths: list[int] = []
    judged = done = agreed = 0
    seconds = 0.0
    with Panel(setup, deadline_s=deadline_s, twins=Twins.of(setup.subjects, seed, perturb)) as panel:
        for number in range(modules, modules + warm_up):
            panel.judge(cases.make(seed, number, features, ()).case)
        panel.watch = watch
        with settled():
            while judged < modules:
                start = clock()
                with watch("generate"):
                    case = cases.make(seed, done, features, ()).case
                agreed += isinstance(panel.judge(case), Agreed)
                seconds += clock() - start
                judged += len(case.modules)
                done += 1
                lengths += (length for wasm in case.modules for length in _length(wasm, features))
    stages = {stage: watch.seconds[stage] for stage in STAGES if stage != "minimize"}
    stages["other"] = seconds - sum(stages.values())
    return Throughput(judged, done, agreed, statistics.median(lengths), seconds, stages)


def _length(wasm: bytes, features: Features) -> list[int]:
    """How many instructions a module has; nothing for one that was damaged until it cannot be read."""
    try:
        return [sum(len(parse(code.body)) for code in decode(wasm, features).codes)]
    except MalformedError:
        return []


def to_text(result: Throughput) -> str:
    """The figures for people."""
    lines = [
        f"{result.rate:.1f} modules/s on one core: {result.modules} modules in {result.seconds:.1f} s; "
        f"of {result.cases} cases {result.agreed} agreed",
        f"median module: {result.instructions:g} wasm instructions",
        f"all the time is {result.times_oracle:.2f} times the oracles' own",
    ]
    for stage, seconds in result.stages.items():
        lines.append(f"  {stage:9} {seconds:8.2f} s  {seconds / result.seconds:6.1%}")
    return "\n".join(lines)
