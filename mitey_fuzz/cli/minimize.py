"""`mitey-fuzz minimize`: makes a stored case smaller, or any module that a command finds interesting."""

import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import click

from jit.errors import WasmError
from oracles.registry import AbsentEngine

from ..campaign import findings
from ..campaign.panel import Panel
from ..campaign.pool import judge_pool
from ..campaign.shrinking import shrink
from ..campaign.stopping import Stopping
from ..case import Case
from ..compare.verdict import Divergence
from ..minimize import Ended, Minimum
from ..minimize import minimize as smallest
from ..minimize.draft import Draft
from ..store.crashes import Crashes, Finding, Setup, State, original, read
from ..store.layout import FormatError
from .modules import read_module
from .options import Duration, OutputDirectory, OutputFile, is_stdout, write_result
from .predicate import LEAST_DEADLINE_S, SLOWER, Predicate, how_many
from .replay import DEADLINE_S, describe

DEFAULT_CRASHES = Path("crashes")


@click.command()
@click.argument("case", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", type=click.Path(path_type=Path),
              help="Directory of findings to put the result in; with --predicate the file to write, - for stdout.  "
                   "[default: crashes; with --predicate CASE's name with .min.wasm, here]")  # fmt: skip
@click.option("--seconds", type=Duration(), default=300.0, show_default=True,
              help="Time after which the best so far is kept; work is bounded without it.")  # fmt: skip
@click.option("--predicate", metavar="CMD",
              help="CASE is a .wasm or .wat file; a candidate is interesting when CMD, run without a shell with the "
                   "candidate's path for every {} (or as its last word), exits with status 0.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), metavar="N",
              help="Judge so many candidates at once; the result is the same.  [default: one per core with "
                   "--predicate and a command that takes 0.3 s or more, else 1]")  # fmt: skip
@click.option("--predicate-seconds", type=Duration(),
              help="A candidate for which CMD takes longer is not interesting.  "
                   f"[default: {SLOWER} times as long as for CASE, at least {LEAST_DEADLINE_S:g}]")  # fmt: skip
def minimize(
    case: Path,
    output: Path | None,
    seconds: float,
    predicate: str | None,
    workers: int | None,
    predicate_seconds: float | None,
) -> int:
    """Shrinks CASE, a directory of `crashes/` or a case file, and stores the result as a finding of its bucket.

    Where a directory has the case as it was found, that goes with it.

    With --predicate it shrinks any module for which a command of yours exits with status 0.
    """
    if predicate is not None:
        command = _predicate(predicate, predicate_seconds)
        return _by_command(case, output, seconds, command, workers)
    crashes = OutputDirectory().convert(output or DEFAULT_CRASHES, None, None)
    try:
        stored = read(case)
        found_as = original(stored)
    except FormatError as error:
        raise click.UsageError(str(error)) from error
    with _opened(case, stored.setup) as panel:
        verdict = panel.judge(stored.case)
        if not isinstance(verdict, Divergence):
            click.echo(f"{case}: {describe(verdict)}: there is nothing to minimize", err=True)
            return 0
        try:
            with judge_pool(stored.setup, DEADLINE_S, workers or 1) as pool:
                shrunk = shrink(panel, stored.case, verdict, seconds=seconds, pool=pool)
        except BrokenProcessPool:
            click.echo("a worker's process ended; an engine that does that can be run as process:NAME", err=True)
            return 3
        small, state = shrunk.case, State.MINIMIZED
        found = findings.finding(panel, shrunk.divergence, small, found_as, stored.origin, state, shrunk.effort)
    place, kept = _keep(Crashes(crashes), found)
    _tell_time(shrunk.effort.ended, shrunk.effort.late)
    click.echo(f"{place}: {_size(stored.case)} -> {_size(small)} bytes, {len(small.script)} calls")
    if kept is not None:
        click.echo(f"the case that stood there has {_size(kept)} bytes, and stays")
    click.echo(f"mitey-fuzz replay {place}")
    return 1


def _by_command(path: Path, output: Path | None, seconds: float, command: Predicate, workers: int | None) -> int:
    """Shrinks a module with a command; gives 0."""
    if path.is_dir():
        raise click.UsageError(f"{path} is a directory; with --predicate, name a .wasm or .wat file")
    place = OutputFile().convert(output or Path(f"{path.stem}.min.wasm"), None, None)
    start = Case(read_module(path), ())
    _tell_form(path, start.wasm)
    begin = time.monotonic()
    with command as predicate, Stopping() as stopping:
        if not _holds(predicate, start):
            raise click.UsageError(f"{path}: the predicate does not hold: `{predicate}` does not exit with status 0")
        predicate.is_tried = True
        took_s = time.monotonic() - begin
        predicate.first_took(took_s)
        predicate.width = workers or how_many(took_s)
        small = _smallest(start, predicate, seconds, stopping)
        is_whole = predicate.failure is None and not stopping.asked
        if predicate.width > 1 and is_whole and not _holds(predicate, small.case):
            click.echo(f"`{predicate}` says something else when nothing runs beside it: now one by one", err=True)
            predicate.width = 1
            small = _smallest(start, predicate, seconds, stopping)
    to_stdout = is_stdout(place)
    if to_stdout:
        click.echo(small.case.wasm, nl=False)
    else:
        write_result(place, small.case.wasm)
    if predicate.failure is not None:
        click.echo(f"the predicate can be run no more: {predicate.failure}; this is the best until then", err=True)
    elif stopping.asked:
        click.echo("stopped; this is the best until then", err=True)
    else:
        _tell_time(small.ended, predicate.late)
    said = f"{place}: {len(start.wasm)} -> {len(small.case.wasm)} bytes, {small.candidates} candidates"
    click.echo(said, err=to_stdout)
    return 0


def _smallest(start: Case, predicate: Predicate, seconds: float, stopping: Stopping) -> Minimum:
    end = time.monotonic() + seconds

    def expired() -> bool:
        return stopping.asked or predicate.failure is not None or time.monotonic() >= end

    return smallest(start, predicate, expired=expired)


def _opened(case: Path, setup: Setup) -> Panel:
    """The engines of a stored case."""
    try:
        return Panel(setup, deadline_s=DEADLINE_S)
    except (ValueError, AbsentEngine) as error:
        raise click.UsageError(f"{case}: {error}") from error


def _tell_form(path: Path, wasm: bytes) -> None:
    """Says where a module cannot be taken apart."""
    try:
        Draft.of(Case(wasm, ()))
    except WasmError as error:
        told = f"{path} is shrunk by its sections, entries and bytes, for it cannot be read as WebAssembly 2.0: {error}"
        click.echo(told, err=True)


def _predicate(command: str, deadline_s: float | None) -> Predicate:
    try:
        return Predicate(command, deadline_s)
    except ValueError as error:
        raise click.UsageError(f"--predicate {command!r}: {error}") from error


def _holds(predicate: Predicate, case: Case) -> bool:
    try:
        return predicate.holds(case)
    except OSError as error:
        raise click.UsageError(f"the predicate cannot be run: {error}") from error


def _keep(crashes: Crashes, found: Finding) -> tuple[Path, Case | None]:
    """Puts a finding in its bucket; where a case stands that is as small, that one stays, and is given."""
    standing = crashes.standing(found.bucket)
    if standing is None or _size(standing.case) > _size(found.case):
        return crashes.replace(found), None
    place, _ = crashes.add(found)
    return place, standing.case


def _size(case: Case) -> int:
    return sum(map(len, case.modules))


def _tell_time(ended: Ended, late: int) -> None:
    """Warns where the result depends on how fast this machine is."""
    if ended is Ended.TIME:
        click.echo("time ended this, not work: more --seconds may find less", err=True)
    if late:
        click.echo(f"{late} candidates did not answer in time: another machine may find another result", err=True)
