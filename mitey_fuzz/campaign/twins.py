"""Perturbed twins: the subjects of a campaign once more, with everything changed that may not matter to a right one.

A few cases also run on one of them.  Which, and on which twin, follows from the case's module alone, so that it is the
same whatever ran before and however many workers there are.  A subject and its perturbed twin must agree like any two
engines; a finding names the twin, and by that name it is made again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ..case import Case
from ..subject_names import perturbed
from .cases import seed_of

#: Of so many cases one runs on a twin too, when nobody says otherwise.  FAST: such a case takes a third more time.
ONE_IN = 10

#: Twins of each subject in one campaign; another campaign has others.
EACH = 3

_SEEDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Twins:
    """The names of the twins of a campaign, of which one takes part in one of `one_in` cases; 0 is never."""

    one_in: int
    names: tuple[str, ...]

    @staticmethod
    def of(subjects: Sequence[str], seed: int, one_in: int) -> "Twins":
        """The twins of these subjects in the campaign of this seed; only those of ours have any."""
        seeds = [seed_of(seed, -1 - number) % _SEEDS for number in range(EACH)]
        twins = [perturbed(name, drawn) for drawn in seeds for name in subjects]
        return Twins(one_in, tuple(name for name in twins if name is not None))

    def chosen(self, case: Case) -> str | None:
        """The twin that takes part in this case; None for most."""
        if not self.one_in or not self.names:
            return None
        drawn = int.from_bytes(hashlib.blake2b(case.wasm, digest_size=8).digest(), "little")
        return None if drawn % self.one_in else self.names[drawn // self.one_in % len(self.names)]


NONE = Twins(0, ())
