"""`mitey-fuzz selftest`: plants faults in the subject and measures how soon a campaign finds them."""

import difflib
import os
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from jit.backend import mutants
from jit.backend.mutants import Mutant

from .. import engines, subject
from ..campaign.config import DEADLINE_S
from ..selftest import catalogue, report, sources
from ..selftest.catalogue import Fault
from ..selftest.record import Task
from ..selftest.runner import Result, Runner
from ..store.corpus import digest, load
from ..store.layout import FormatError
from ..subject_names import PREFIX
from .options import DEFAULT_ORACLE, Duration, NamesType, OutputFile, corpus_option, is_stdout, write_json


@click.command()
@click.option("--mutants", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Plant these faults.  [default: those that come with the package]")  # fmt: skip
@click.option("--only", type=NamesType(), default=(), help="Plant the faults of these ids alone.")
@click.option("--budget-seconds", "budget_s", type=Duration(), default=60.0, show_default=True,
              help="Processor time that the search for one fault may take.")  # fmt: skip
@click.option("--minimize-seconds", "minimize_s", type=Duration(), default=60.0, show_default=True,
              help="Processor time that one minimization may take.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), help="Processes.  [default: one per core]")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the campaigns.")
@corpus_option("Directory of modules that every campaign begins with.")
@click.option("--json", "json_path", type=OutputFile(), help="Write what became of every fault as JSON.")
def selftest(
    file: Path | None, only: tuple[str, ...], budget_s: float, minimize_s: float, workers: int | None, seed: int,
    corpus: Path, json_path: Path | None,
) -> int:  # fmt: skip
    """Plants each fault in turn and runs a campaign until it is found or the budget is used.

    But for times the results depend on seed and corpus alone.  Exit status 1 when the project's promise is broken, and
    the summary says in what: found are 97 % of the faults in machine code and 90 % of those in the compilers' source,
    in less than 5 s; minimized in less than 10 s to no more than 80 bytes and 8 instructions (medians); and of those in
    machine code 95 % are blamed on an instruction whose code is at fault.
    """
    features = engines.common_features((*subject.subjects(), DEFAULT_ORACLE))
    try:
        found = catalogue.shipped(has_vectors=features.simd) if file is None else catalogue.read(file)
        faults = _chosen(found, only)
        for fault in faults.values():
            _check(fault)
        modules = load(corpus, features)
    except (mutants.MutantError, sources.SourceError, FormatError) as error:
        raise click.UsageError(str(error)) from error
    entries = tuple((entry.name, entry.wasm) for entry in modules)
    tasks = [
        (fault.id, Task(
            _subjects(fault), (DEFAULT_ORACLE,), str(features), *_planted(fault), entries, seed, budget_s, minimize_s,
            DEADLINE_S,
        ))
        for fault in faults.values()
    ]  # fmt: skip
    count = workers or os.cpu_count() or 1
    click.echo(f"seed {seed} · {len(faults)} faults · {budget_s:g} s each · {features} · {count} workers", err=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a scheduler's stop ends it as cleanly as Ctrl-C
    results = Runner(tasks, count, _tell).run()
    summaries = report.summaries(faults, results)
    click.echo(report.to_text(summaries), err=is_stdout(json_path))
    write_json(json_path, {
        "seed": seed, "oracle": DEFAULT_ORACLE, "features": str(features), "corpus": len(entries),
        "corpus_digest": digest(modules), "workers": count,
        "budget_seconds": budget_s, "minimize_seconds": minimize_s, "interrupted": len(results) < len(faults),
        "unobservable": {mutant.id: mutant.why for mutant in catalogue.unobservable().values()} if file is None else {},
        **{level: summary.as_json() for level, summary in summaries.items()},
        "faults": [report.result_to_json(faults[result.id], result) for result in results],
    })  # fmt: skip
    if any(report.status(result) == "failed" for result in results):
        return 3
    return 0 if report.keeps_promise(summaries) else 1


def _chosen(faults: dict[str, Fault], only: Sequence[str]) -> dict[str, Fault]:
    unknown = [id for id in only if id not in faults]
    if unknown:
        raise click.UsageError(f"there is no fault {unknown[0]!r}{_suggestion(unknown[0], faults)}")
    chosen = {id: fault for id, fault in faults.items() if not only or id in only}
    if not chosen:
        raise click.UsageError("there is no fault to plant; give a file with [[mutant]] tables")
    return chosen


def _suggestion(id: str, faults: Iterable[str]) -> str:
    """What may have been meant, where that can be guessed."""
    near = difflib.get_close_matches(id, faults)
    return f"; did you mean {' or '.join(near)}?" if near else "; their ids stand in the files of faults, see --mutants"


def _check(fault: Fault) -> None:
    known = [name.removeprefix(PREFIX) for name in subject.subjects()]
    for backend in fault.backend:
        if backend not in known:
            raise click.UsageError(f"{fault.id}: there is no back end {backend!r}; there are {', '.join(known)}")
    if not isinstance(fault, Mutant):
        sources.check(fault)


def _subjects(fault: Fault) -> tuple[str, ...]:
    """The subjects that a fault concerns: those of its back ends, or all."""
    return tuple(PREFIX + name for name in fault.backend) or subject.subjects()


def _planted(fault: Fault) -> tuple[str | None, tuple[str, str, str] | None]:
    """A fault as a task has it: `inject` and `patch`."""
    if isinstance(fault, Mutant):
        return mutants.dumps(fault), None
    return None, (fault.module, fault.old, fault.new)


def _tell(result: Result) -> None:
    click.echo(report.line(result), err=True)
