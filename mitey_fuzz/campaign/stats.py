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
buckets       directories of the findings that are news, sorted
known         directory of a finding that is no news -> its state in `triage.toml`
expired       of those in `buckets` whose mark there had expired -> the state it gave
unmatched     marks there that match no directory
profile       how the cases are made, a name of `cases.PROFILES`
corpus        modules of the corpus that are used
corpus_digest digest of their names and contents: the same seed makes the same cases where it is the same
donors        modules of a suite that are recombined besides those of the corpus
donors_digest digest of these
seconds       wall clock from start to summary
cpu_seconds   processor time of all workers
stages        seconds of wall clock, summed over workers: generate, compile, execute (the subjects), oracle, compare,
              minimize
"""

from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from types import TracebackType

STAGES = ("generate", "compile", "execute", "oracle", "compare", "minimize")


class Stopwatch:
    """Adds up seconds by stage: `with watch("compile"): …`.  Not reentrant in one stage."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self._laps = {stage: _Lap(self.seconds, stage) for stage in STAGES}

    def __call__(self, stage: str) -> "_Lap":
        return self._laps[stage]

    def restart(self) -> None:
        """Begins to add up anew, in the same dictionary."""
        self.seconds.update(dict.fromkeys(STAGES, 0.0))


class _Lap:
    """Times its block and books it to a stage."""

    __slots__ = ("_seconds", "_stage", "_start")

    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self._seconds = seconds
        self._stage = stage
        self._start = 0.0

    def __enter__(self) -> None:
        self._start = perf_counter()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._seconds[self._stage] += perf_counter() - self._start


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
