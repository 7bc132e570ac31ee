"""`mitey-fuzz minimize`: makes a stored case smaller."""

from pathlib import Path

import click

from ..campaign import findings
from ..campaign.panel import Panel
from ..campaign.worker import minimize_case
from ..compare.verdict import Divergence
from ..store.crashes import Crashes, State, read
from ..store.layout import FormatError
from .options import Duration, OutputDirectory
from .replay import DEADLINE_S, describe


@click.command()
@click.argument("case", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", type=OutputDirectory(), default=Path("crashes"), show_default=True,
              help="Directory of findings to put the result in.")  # fmt: skip
@click.option("--seconds", type=Duration(), default=60.0, show_default=True,
              help="Time allowed; the best so far is kept.")  # fmt: skip
def minimize(case: Path, output: Path, seconds: float) -> int:
    """Shrinks CASE, a directory of `crashes/` or a case file, and stores the result as a finding of its bucket."""
    try:
        stored = read(case)
    except FormatError as error:
        raise click.UsageError(str(error)) from error
    with Panel(stored.setup, deadline_s=DEADLINE_S) as panel:
        verdict = panel.judge(stored.case)
        if not isinstance(verdict, Divergence):
            click.echo(f"{case}: {describe(verdict)}: there is nothing to minimize", err=True)
            return 0
        small, divergence = minimize_case(panel, stored.case, verdict, seconds)
        found = findings.finding(panel, divergence, small, stored.case, None, State.MINIMIZED)
    place, _ = Crashes(output).add(found)
    click.echo(f"{place}: {len(stored.case.wasm)} -> {len(small.wasm)} bytes, {len(small.script)} calls")
    click.echo(f"mitey-fuzz replay {place}")
    return 1
