"""Which case has which number.  A pure function of seed, number and corpus: the same on every machine.

The first numbers are the corpus, in order of name, made to terminate and to show their state; all others are generated.
"""

import hashlib
from dataclasses import dataclass

from jit.wasm.features import Features

from ..case import Case
from ..choices import SeededChoices
from ..generate import generate, swarm
from ..generate.foreign import case_for
from ..store.corpus import Entry


@dataclass(frozen=True, slots=True)
class Numbered:
    """A case and where it came from; `profile` is a word or two for people."""

    case: Case
    profile: str


def seed_of(seed: int, number: int) -> int:
    """The seed of one case: 64 bits mixed from campaign seed and number, so that neighbours are unrelated."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{number}".encode(), digest_size=8).digest(), "little")


def make(seed: int, number: int, features: Features, corpus: tuple[Entry, ...]) -> Numbered:
    """The case of this number in the campaign of this seed."""
    choices = SeededChoices(seed_of(seed, number))
    if number < len(corpus):
        entry = corpus[number]
        return Numbered(case_for(choices, entry.wasm, features), f"corpus {entry.name}")
    profile = swarm(choices, features)
    return Numbered(generate(choices, profile), profile.name)
