"""`mitey-fuzz minimize`: makes a stored case smaller, or any module that a command finds interesting."""

import time
from pathlib import Path

import click

from ..campaign import findings
from ..campaign.panel import Panel
from ..campaign.shrinking import shrink
from ..case import Case
from ..compare.verdict import Divergence
from ..minimize import Ended
from ..minimize import minimize as smallest
from ..store import atomic
from ..store.crashes import Crashes, State, read
from ..store.layout import FormatError
from .modules import read_module
from .options import Duration, OutputDirectory
from .predicate import Predicate
from .replay import DEADLINE_S, describe

DEFAULT_CRASHES = Path("crashes")


@click.command()
@click.argument("case", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", type=OutputDirectory(),
              help="Directory of findings to put the result in; with --predicate the file to write.  "
                   "[default: crashes; with --predicate CASE's name with .min.wasm, here]")  # fmt: skip
@click.option("--seconds", type=Duration(), default=300.0, show_default=True,
              help="Time after which the best so far is kept; work is bounded without it.")  # fmt: skip
@click.option("--predicate", metavar="CMD",
              help="CASE is a .wasm or .wat file; a candidate is interesting when CMD, run without a shell with the "
                   "candidate's path for every {} (or as its last word), exits with status 0.")  # fmt: skip
@click.option("--predicate-seconds", type=Duration(), default=10.0, show_default=True,
              help="A candidate for which CMD takes longer is not interesting.")  # fmt: skip
def minimize(case: Path, output: Path | None, seconds: float, predicate: str | None, predicate_seconds: float) -> int:
    """Shrinks CASE, a directory of `crashes/` or a case file, and stores the result as a finding of its bucket.

    With --predicate it shrinks any module for which a command of yours exits with status 0.
    """
    if predicate is not None:
        return _by_command(case, output, seconds, predicate, predicate_seconds)
    try:
        stored = read(case)
    except FormatError as error:
        raise click.UsageError(str(error)) from error
    with Panel(stored.setup, deadline_s=DEADLINE_S) as panel:
        verdict = panel.judge(stored.case)
        if not isinstance(verdict, Divergence):
            click.echo(f"{case}: {describe(verdict)}: there is nothing to minimize", err=True)
            return 0
        shrunk = shrink(panel, stored.case, verdict, seconds=seconds)
        small, state = shrunk.case, State.MINIMIZED
        found = findings.finding(panel, shrunk.divergence, small, stored.case, None, state, shrunk.effort)
    place, _ = Crashes(output or DEFAULT_CRASHES).add(found)
    _tell_time(shrunk.effort.ended, shrunk.effort.late)
    before, after = (sum(map(len, case.modules)) for case in (stored.case, small))
    click.echo(f"{place}: {before} -> {after} bytes, {len(small.script)} calls")
    click.echo(f"mitey-fuzz replay {place}")
    return 1


def _by_command(path: Path, output: Path | None, seconds: float, command: str, deadline_s: float) -> int:
    """Shrinks a module with a command; gives 0."""
    if path.is_dir():
        raise click.UsageError(f"{path} is a directory; with --predicate, name a .wasm or .wat file")
    place = output or Path(f"{path.stem}.min.wasm")
    if place.is_dir():
        raise click.UsageError(f"{place} is a directory; with --predicate, -o names the file to write")
    start = Case(read_module(path), ())
    end = time.monotonic() + seconds
    with _predicate(command, deadline_s) as predicate:
        if not _holds(predicate, start):
            raise click.UsageError(f"{path}: the predicate does not hold: `{command}` does not exit with status 0")
        small = smallest(start, predicate, expired=lambda: time.monotonic() >= end)
    atomic.write(place, small.case.wasm)
    _tell_time(small.ended, predicate.late)
    click.echo(f"{place}: {len(start.wasm)} -> {len(small.case.wasm)} bytes, {small.candidates} candidates")
    return 0


def _predicate(command: str, deadline_s: float) -> Predicate:
    try:
        return Predicate(command, deadline_s)
    except ValueError as error:
        raise click.UsageError(f"--predicate {command!r}: {error}") from error


def _holds(predicate: Predicate, case: Case) -> bool:
    try:
        return predicate(case)
    except OSError as error:
        raise click.UsageError(f"the predicate cannot be run: {error}") from error


def _tell_time(ended: Ended, late: int) -> None:
    """Warns where the result depends on how fast this machine is."""
    if ended is Ended.TIME:
        click.echo("time ended this, not work: more --seconds may find less", err=True)
    if late:
        click.echo(f"{late} candidates did not answer in time: another machine may find another result", err=True)
