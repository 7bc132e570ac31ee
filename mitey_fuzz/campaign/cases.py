"""Which case has which number.  A pure function of seed, number, profile and sources: the same on every machine.

In the profile `mixed` the first numbers are the corpus, in order of name, made to terminate and to show their state.
All others are generated for the most part: some of these are linked with companions, or called back by the host, some
have one instruction, or pairs of them.  Some are modules of the corpus recombined; some are damaged, or apply rows to
types that do not fit, so that engines may disagree about what they accept.  Donors are recombined like modules of the
corpus, but have no numbers of their own.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from jit.wasm.features import Features

from ..case import Case
from ..choices import Choices, SeededChoices
from ..generate import Profile, generate, link, swarm
from ..generate.fallen import some_fallen
from ..generate.foreign import case_for
from ..generate.importing import some_importing
from ..generate.invalid import invalidate
from ..generate.medley import some_medley
from ..generate.misapplied import some_misapplied
from ..generate.mutate import recombine
from ..generate.pairs import some_pairs
from ..generate.single import some_single
from ..store.corpus import Entry


class Mixture(NamedTuple):
    """How often a case is made in which way: see the module."""

    generated: int = 0
    linked: int = 0
    single: int = 0
    medley: int = 0
    recombined: int = 0
    damaged: int = 0
    importing: int = 0
    misapplied: int = 0
    paired: int = 0


_, _LINKED, _SINGLE, _MEDLEY, _RECOMBINED, _DAMAGED, _IMPORTING, _MISAPPLIED, _PAIRED = range(len(Mixture._fields))
MIXED = "mixed"
PROFILES: dict[str, Mixture] = {
    MIXED: Mixture(
        generated=61,
        linked=16,
        single=4,
        medley=6,
        recombined=6,
        damaged=8,
        importing=4,
        misapplied=5,
        paired=6,
    ),
    "generated": Mixture(generated=1),
    "linked": Mixture(linked=5, importing=1),
    "single": Mixture(single=1, medley=1, paired=1),
    "recombined": Mixture(recombined=1),
    "invalid": Mixture(damaged=2, misapplied=1),
}
LARGEST_SOURCE = 30_000
"""Bytes of a module that is recombined: larger ones are slow to take apart, and say little when they go wrong."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A case and where it came from; `profile` is a word or two for people."""

    case: Case
    profile: str


def seed_of(seed: int, number: int) -> int:
    """The seed of one case: 64 bits mixed from campaign seed and number, so that neighbours are unrelated."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{number}".encode(), digest_size=8).digest(), "little")


def make(
    seed: int,
    number: int,
    features: Features,
    corpus: tuple[Entry, ...],
    *,
    profile: str = MIXED,
    donors: tuple[Entry, ...] = (),
    links: bool = True,
    calls_back: bool = True,
    host_references: bool = True,
) -> Numbered:
    """The case of this number in the campaign of this seed; `profile` is one of `PROFILES`.

    Where there is nothing to recombine, a case is generated instead.  `links` says whether there may be companions,
    `calls_back` whether host functions may call back: only linked cases differ by them.  Without `host_references` the
    script passes null for each.
    """
    made = _made(seed, number, features, corpus, profile, donors, links=links, calls_back=calls_back)
    return made if host_references else replace(made, case=made.case.without_handles())


def _made(
    seed: int,
    number: int,
    features: Features,
    corpus: tuple[Entry, ...],
    profile: str,
    donors: tuple[Entry, ...],
    *,
    links: bool,
    calls_back: bool,
) -> Numbered:
    choices = SeededChoices(seed_of(seed, number))
    if number < len(corpus) and profile == MIXED:
        entry = corpus[number]
        return Numbered(case_for(choices, entry.wasm, features), f"corpus {entry.name}")
    kind = choices.weighted(PROFILES[profile])
    if kind == _SINGLE:
        return Numbered(some_single(choices, features), "single")
    if kind == _MEDLEY:
        return Numbered(some_medley(choices, features), "medley")
    if kind == _PAIRED:
        return Numbered(some_pairs(choices, features), "paired")
    if kind == _IMPORTING and links:
        return _importing(choices, features)
    if kind == _MISAPPLIED:
        return Numbered(some_misapplied(choices, features), "misapplied")
    sources = _sources((*corpus, *donors)) if kind == _RECOMBINED else ()
    if sources:
        return Numbered(recombine(choices, sources, features), "recombined")
    drawn = swarm(choices, features)
    if kind == _LINKED and links:
        drawn = link(choices, drawn, calls_back=calls_back)
    if kind == _DAMAGED:
        whole = generate(choices, _to_damage(choices, drawn))
        return Numbered(invalidate(choices, whole.wasm, features), f"damaged {drawn.name}")
    return Numbered(generate(choices, drawn), drawn.name)


def _importing(choices: Choices, features: Features) -> Numbered:
    """A small case of modules that are linked; one in four has one that fails, where what it wrote stays."""
    if features.bulk_memory and choices.integer(0, 3) == 3:
        return Numbered(some_fallen(choices, features), "fallen")
    return Numbered(some_importing(choices, features), "importing")


def _to_damage(choices: Choices, drawn: Profile) -> Profile:
    """The profile of a small module mostly: one mistake shows as well there, and many more are tried in the time."""
    if choices.integer(0, 3) == 3:
        return drawn
    return replace(drawn, instructions=choices.integer(4, 60), functions=choices.integer(1, 3))


def can_recombine(entries: Sequence[Entry]) -> bool:
    """Whether any of these modules is recombined."""
    return bool(_sources(entries))


def _sources(corpus: Sequence[Entry]) -> tuple[bytes, ...]:
    return tuple(entry.wasm for entry in corpus if len(entry.wasm) <= LARGEST_SOURCE)
