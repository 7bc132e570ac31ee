"""Every number a campaign reports, documented by name; also the keys of `run --json`.

cases         cases judged: agreed + divergences + sum of poisoned
calls         calls made of exported functions, on the subject, in judged cases
calls_ended   calls that returned or trapped alike on all engines
instructions  wasm instructions compiled by the first subject: the length of the judged modules' bodies, dead code not
              counted; 0 when that subject is not ours
traps         wording of the trap -> how often a step ended so on all engines
agreed        cases in which all engines agreed in every step
divergences   cases in which they did not
poisoned      reason (see `compare.rules`) -> cases that ended because engines may legally differ
buckets       directories of the findings, sorted
profile       how the cases are made, a name of `cases.PROFILES`
donors        modules of a suite that are recombined besides those of the corpus
seconds       wall clock from start to summary
cpu_seconds   processor time of all workers
stages        seconds of wall clock, summed over workers: generate, compile, execute (the subjects), oracle, compare,
              minimize
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

STAGES = ("generate", "compile", "execute", "oracle", "compare", "minimize")


class Stopwatch:
    """Adds up seconds by stage: `with watch("compile"): …`.  Not reentrant in one stage."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += perf_counter() - start


@dataclass
class Stats:
    """Counts of one worker since its last report, or of a whole campaign."""

    cases: int = 0
    calls: int = 0
    calls_ended: int = 0
    instructions: int = 0
    agreed: int = 0
    divergences: int = 0
    poisoned: Counter[str] = field(default_factory=Counter)
    traps: Counter[str] = field(default_factory=Counter)
    stages: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    cpu_seconds: float = 0.0

    def add(self, other: "Stats") -> None:
        self.cases += other.cases
        self.calls += other.calls
        self.calls_ended += other.calls_ended
        self.instructions += other.instructions
        self.agreed += other.agreed
        self.divergences += other.divergences
        self.poisoned.update(other.poisoned)
        self.traps.update(other.traps)
        self.cpu_seconds += other.cpu_seconds
        for stage, seconds in other.stages.items():
            self.stages[stage] += seconds

    @property
    def poisoned_share(self) -> float:
        return sum(self.poisoned.values()) / self.cases if self.cases else 0.0
