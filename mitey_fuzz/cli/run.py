"""`mitey-fuzz run`: a campaign."""

import contextlib
import os
import secrets
import signal
from contextlib import AbstractContextManager
from pathlib import Path

import click

from jit.wasm.features import Features

from .. import engines, subject, subject_names
from ..campaign.cases import MIXED, PROFILES
from ..campaign.config import MOST_POISONED, Campaign
from ..campaign.supervisor import Summary, Supervisor
from ..campaign.twins import ONE_IN
from ..campaign.worker import Numbers, Source
from ..guided import found, instrument, preparation
from ..store import known
from ..store.corpus import Entry, digest
from ..store.layout import FormatError
from ..subject_names import on_host
from . import sources
from .live import Status
from .options import (
    DEFAULT_ORACLE,
    DEFAULT_SUBJECTS,
    Duration,
    FeaturesType,
    HostType,
    InjectType,
    NamesType,
    OutputDirectory,
    OutputFile,
    corpus_option,
    is_stdout,
    open_engine,
    write_json,
)


@click.command()
@click.option("--hours", type=Duration(), help="Stop after this many hours.")
@click.option("--minutes", type=Duration(), help="Stop after this many minutes.")
@click.option("--seconds", type=Duration(), help="Stop after this many seconds.")
@click.option("--cases", type=click.IntRange(1), help="Stop after this many cases.")
@click.option("--seed", type=click.IntRange(0), help="Seed of the campaign's cases.  [default: a new one, printed]")
@click.option("--workers", type=click.IntRange(1), help="Worker processes.  [default: one per core]")
@click.option("--subject", "subjects", type=NamesType(), default=DEFAULT_SUBJECTS, show_default=True,
              help="Engines under test.")  # fmt: skip
@click.option("--oracle", "oracles", type=NamesType(), default=DEFAULT_ORACLE, show_default=True,
              help="Engines to compare with; the first is the reference.")  # fmt: skip
@click.option("--features", type=FeaturesType(), help="Feature level.  [default: all that the engines share]")
@corpus_option("Modules to start with.")
@click.option("--suite", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="A folder of .wast scripts: their modules are mutated and recombined like the corpus.")  # fmt: skip
@click.option("--profile", type=click.Choice(tuple(PROFILES)), default=MIXED, show_default=True,
              help="How cases are made.")  # fmt: skip
@click.option("--crashes", type=OutputDirectory(), default=Path("crashes"), show_default=True,
              help="Where findings go.")  # fmt: skip
@click.option("--host", type=HostType(), default=subject_names.AUTO, show_default=True,
              help="Where subjects run that do not say it, as jit:minimal@emulator does.")  # fmt: skip
@click.option("--inject", type=InjectType(), help="Plant a machine-code mutant in the subject.")
@click.option("--perturb", type=click.IntRange(0), default=ONE_IN, show_default=True, metavar="N",
              help="Run one of N cases on a perturbed twin of a subject, too; 0 is none.")  # fmt: skip
@click.option("--paranoid", is_flag=True,
              help="Check the compiler's invariants after each instruction, all others after each call.")  # fmt: skip
@click.option("--guided", is_flag=True,
              help="Let libFuzzer make the modules, guided by the compilers' branches and states.")  # fmt: skip
@click.option("--json", "json_path", type=OutputFile(),
              help="Write the summary as JSON.")  # fmt: skip
def run(
    hours: float | None, minutes: float | None, seconds: float | None, cases: int | None, seed: int | None,
    workers: int | None, subjects: tuple[str, ...], oracles: tuple[str, ...], features: Features | None, corpus: Path,
    crashes: Path, host: str, inject: str | None, json_path: Path | None, perturb: int, *, paranoid: bool,
    guided: bool, suite: Path | None, profile: str,
) -> int:  # fmt: skip
    """Generates modules, runs them on subject and oracle, and keeps what differs.

    Without any bound it runs until Ctrl-C or SIGTERM, which end it cleanly with its summary.
    """
    times = [t * s for t, s in ((hours, 3600), (minutes, 60), (seconds, 1)) if t is not None]
    subjects = tuple(on_host(subject_names.paranoid(name) if paranoid else name, host) for name in subjects)
    links, calls_back, host_references = _check_engines(subjects, oracles, features, inject)
    sources.check(profile, suite, guided=guided)
    absent = instrument.why_absent() if guided else None
    if absent is not None:
        raise click.UsageError(absent)
    features = features or engines.common_features((*subjects, *oracles))
    campaign = Campaign(
        subjects=subjects,
        oracles=oracles,
        features=features,
        seed=secrets.randbits(32) if seed is None else seed,
        cases=cases,
        seconds=sum(times) if times else None,
        workers=workers or os.cpu_count() or 1,
        corpus=corpus,
        crashes=crashes,
        inject=inject,
        perturb=perturb,
        profile=profile,
        donors=sources.donors_of(suite, features),
        links=links,
        calls_back=calls_back,
        host_references=host_references,
    )
    modules = sources.modules_of(corpus, features)
    sources.check_sources(campaign, modules)
    click.echo(_announcement(campaign, modules, guided=guided), err=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a scheduler's stop ends it as cleanly as Ctrl-C
    try:
        before = found.reasons(corpus)
        with _source(campaign, guided=guided) as source, Status() as status:
            summary = Supervisor(campaign, status, source).run()
    except FormatError as error:
        raise click.UsageError(str(error)) from error
    gain = preparation.gain_since(corpus, before)
    kept = {"kept": gain.modules, "new_cells": gain.cells} if guided else {}
    click.echo(to_text(campaign, summary), err=is_stdout(json_path))
    for issue in summary.unmatched:
        click.echo(known.told_unmatched(crashes, issue), err=True)
    if guided:
        told = f"{gain.modules} modules in {corpus / found.FOUND} for {gain.cells} cells never reached before"
        click.echo(f"kept         {told}", err=is_stdout(json_path))
    write_json(json_path, to_json(campaign, modules, summary) | kept)  # last: it may fail, and that is told by then
    return exit_status(summary)


def _announcement(campaign: Campaign, modules: tuple[Entry, ...], *, guided: bool) -> str:
    """What is about to be run, for people."""
    parts = [
        f"seed {campaign.seed}",
        f"{', '.join(campaign.subjects)} against {', '.join(campaign.oracles)}",
        str(campaign.features),
        f"{campaign.workers} workers",
        f"corpus of {sources.told(modules)}",
    ]
    parts += [f"profile {campaign.profile}"] if campaign.profile != MIXED else []
    parts += [f"suite of {sources.told(campaign.donors)}"] if campaign.donors else []
    parts += ["guided"] if guided else []
    return " · ".join(parts)


def _source(campaign: Campaign, *, guided: bool) -> AbstractContextManager[Source]:
    """Where the campaign's cases come from."""
    return preparation.guided(campaign) if guided else contextlib.nullcontext(Numbers())


def _check_engines(
    subjects: tuple[str, ...], oracles: tuple[str, ...], features: Features | None, inject: str | None
) -> tuple[bool, bool, bool]:
    """Opens each engine once; gives whether instances of all see one another, whether their host functions can call
    back, and whether they take references to host objects.
    """
    ours = [name for name in subjects if name.startswith(subject_names.PREFIX)]
    if inject is not None and not ours:
        raise click.UsageError(f"--inject needs one of {', '.join(subject.subjects())} among the subjects")
    links = calls_back = host_references = True
    for name in (*subjects, *oracles):
        engine = open_engine(name, features, inject if name in ours else None)
        links &= engine.can.links
        calls_back &= engine.can.calls_back
        host_references &= engine.can.host_references
        engine.close()
    return links, calls_back, host_references


def exit_status(summary: Summary) -> int:
    """3 where the harness failed or the campaign cannot be trusted, 1 with findings that are news, 0 without."""
    if summary.failures or not summary.trustworthy:
        return 3
    return 1 if summary.buckets else 0


def to_json(campaign: Campaign, modules: tuple[Entry, ...], summary: Summary) -> dict[str, object]:
    """The keys are documented in `campaign.stats`; `modules` are those of the corpus."""
    stats = summary.stats
    return {
        "seed": campaign.seed,
        "subjects": list(campaign.subjects),
        "oracles": list(campaign.oracles),
        "features": str(campaign.features),
        "workers": campaign.workers,
        "profile": campaign.profile,
        "corpus": len(modules),
        "corpus_digest": digest(modules),
        "donors": len(campaign.donors),
        "donors_digest": digest(campaign.donors),
        "cases": stats.cases,
        "calls": stats.calls,
        "calls_ended": stats.calls_ended,
        "instructions": stats.instructions,
        "agreed": stats.agreed,
        "divergences": stats.divergences,
        "poisoned": dict(sorted(stats.poisoned.items())),
        "traps": dict(sorted(stats.traps.items())),
        "buckets": [str(campaign.crashes / name) for name in summary.buckets],
        "known": {str(campaign.crashes / name): issue.decision.value for name, issue in summary.known.items()},
        "expired": {str(campaign.crashes / name): issue.decision.value for name, issue in summary.expired.items()},
        "unmatched": [issue.bucket for issue in summary.unmatched],
        "seconds": round(summary.seconds, 3),
        "cpu_seconds": round(stats.cpu_seconds, 3),
        "stages": {stage: round(seconds, 3) for stage, seconds in stats.stages.items()},
        "interrupted": summary.interrupted,
        "failures": summary.failures,
    }


def to_text(campaign: Campaign, summary: Summary) -> str:
    """The summary for people."""
    stats = summary.stats
    poisoned = ", ".join(f"{reason} {count}" for reason, count in sorted(stats.poisoned.items())) or "none"
    traps = ", ".join(f"{kind} {count}" for kind, count in stats.traps.most_common()) or "none"
    total = sum(stats.stages.values()) or 1.0
    stages = ", ".join(f"{stage} {seconds / total:.0%}" for stage, seconds in stats.stages.items())
    speed = stats.cases / max(summary.seconds, 1e-9)
    lines = [
        f"cases        {stats.cases} ({speed:.1f}/s), {stats.instructions} instructions",
        f"calls        {stats.calls}, of which {stats.calls_ended} returned or trapped; traps: {traps}",
        f"agreed       {stats.agreed}",
        f"divergences  {stats.divergences}",
        f"poisoned     {stats.poisoned_share:.2%} ({poisoned})",
        f"time         {summary.seconds:.1f} s, processor {stats.cpu_seconds:.1f} s ({stages})",
    ]
    for name in summary.buckets:
        place = campaign.crashes / name
        lines += [f"finding      {place}", f"             mitey-fuzz replay {place}"]
        if name in summary.expired:
            state = summary.expired[name].decision.value
            lines.append(f"             marked {state} in {known.FILE}, but the mark had expired: it is back")
    lines += [f"known        {campaign.crashes / name} ({issue.decision.value}) {issue.note}".rstrip()
              for name, issue in summary.known.items()]  # fmt: skip
    if not summary.trustworthy:
        lines.append(f"this campaign proves little: more than {MOST_POISONED:.0%} of its cases were poisoned")
    if summary.interrupted:
        lines.append("interrupted; everything found so far is kept")
    lines += [f"the harness failed in {text.rstrip()}" for text in summary.failures]
    if not stats.divergences and not summary.failures:
        lines.append("no divergence")
    return "\n".join(lines)
