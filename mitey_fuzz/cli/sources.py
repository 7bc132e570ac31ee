"""What the cases of a campaign are made of, as `run` was asked: profile and donors, each combination checked.

Only `run` needs this; it stands on its own because every way of asking for what cannot be has an error of its own.
"""

from pathlib import Path

import click

from jit.wasm.features import Features

from ..campaign.cases import MIXED, PROFILES, can_recombine
from ..campaign.config import Campaign
from ..conformance.donors import donors
from ..store.corpus import Entry, digest, load
from ..store.layout import FormatError


def donors_of(suite: Path | None, features: Features) -> tuple[Entry, ...]:
    """The modules of a suite's scripts; none without a suite.  A usage error where it has nothing to give."""
    if suite is None:
        return ()
    if next(suite.glob("*.wast"), None) is None:
        raise click.UsageError(f"there is no .wast script in {suite}; name the folder that holds them")
    found = donors(suite, features)
    if not found:
        raise click.UsageError(f"no module in {suite} is valid under {features}; see --features")
    return found


def check(profile: str, suite: Path | None, *, guided: bool) -> None:
    """A usage error where one option would be without any effect on another's account."""
    if guided and (suite is not None or profile != MIXED):
        raise click.UsageError("with --guided libFuzzer makes the modules; leave out --suite and --profile")
    if suite is not None and not recombines(profile):
        takers = ", ".join(filter(recombines, PROFILES))
        raise click.UsageError(f"--profile {profile} recombines nothing, so --suite has no use; use it with {takers}")


def modules_of(corpus: Path, features: Features) -> tuple[Entry, ...]:
    """The modules of a corpus; a usage error where one is broken."""
    try:
        return load(corpus, features)
    except FormatError as error:
        raise click.UsageError(str(error)) from error


def told(modules: tuple[Entry, ...]) -> str:
    """How many modules, and which, for people who compare two campaigns."""
    return f"{len(modules)} modules ({digest(modules)})" if modules else "no modules"


def check_sources(campaign: Campaign, modules: tuple[Entry, ...]) -> None:
    """A usage error where all cases are to be recombined and there is nothing to recombine; `modules` of the corpus."""
    is_all = sum(map(bool, PROFILES[campaign.profile])) == 1
    if not (is_all and recombines(campaign.profile)):
        return
    if not can_recombine((*modules, *campaign.donors)):
        raise click.UsageError(
            f"--profile {campaign.profile} needs modules to recombine, and {campaign.corpus} has none under "
            f"{campaign.features}; name another --corpus, or a --suite"
        )


def recombines(profile: str) -> bool:
    """Whether some cases of a profile are recombined."""
    return PROFILES[profile].recombined > 0
