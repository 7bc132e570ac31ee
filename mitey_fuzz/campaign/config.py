"""A campaign as a value: what to run, against what, for how long.  Crosses to the workers whole."""

from dataclasses import dataclass
from pathlib import Path

from jit.wasm.features import Features

from ..store.corpus import Entry, digest
from ..store.crashes import Origin, Setup
from . import twins
from .cases import MIXED, Numbered, make

#: Seconds that one step of one engine may take.
DEADLINE_S = 0.5

#: Share of poisoned cases above which a campaign does not count as one (see `Summary.trustworthy`).
MOST_POISONED = 0.02


@dataclass(frozen=True, slots=True)
class Campaign:
    """`cases` and `seconds` both bound the campaign; None leaves that bound away.

    `deadline_s` bounds one step of one engine; `minimize_s` one minimization, in an emergency: what
    bounds it is the number of candidates.  `inject` is a mutant as TOML text.  One of `perturb` cases also runs on a
    perturbed twin of a subject; 0 is none.  `profile` is one of `cases.PROFILES`, and `donors` are modules that are
    recombined besides those of the corpus.  `links`, `calls_back` and `host_references` say whether all its
    engines can.
    """

    subjects: tuple[str, ...]
    oracles: tuple[str, ...]
    features: Features
    seed: int
    cases: int | None
    seconds: float | None
    workers: int
    corpus: Path
    crashes: Path
    inject: str | None = None
    deadline_s: float = DEADLINE_S
    minimize_s: float = 60.0
    perturb: int = twins.ONE_IN
    profile: str = MIXED
    donors: tuple[Entry, ...] = ()
    links: bool = True
    calls_back: bool = True
    host_references: bool = True

    def case(self, number: int, corpus: tuple[Entry, ...]) -> Numbered:
        """The case of this number; `corpus` are the modules of its directory."""
        return make(
            self.seed,
            number,
            self.features,
            corpus,
            profile=self.profile,
            donors=self.donors,
            links=self.links,
            calls_back=self.calls_back,
            host_references=self.host_references,
        )

    def origin(self, number: int, profile: str, corpus: tuple[Entry, ...]) -> Origin:
        """Where its case of this number came from."""
        return Origin(self.seed, number, profile, digest(corpus), digest(self.donors))

    def setup(self) -> Setup:
        """How to run one of this campaign's cases again."""
        return Setup(self.subjects, self.oracles, str(self.features), self.inject)

    def twins(self) -> twins.Twins:
        """The perturbed twins of its subjects."""
        return twins.Twins.of(self.subjects, self.seed, self.perturb)
