"""`mitey-fuzz kit`: the conformance kit on one engine, check by check."""

from pathlib import Path

import click

from jit.wasm.features import Features
from oracles import kit as conformance

from .. import engines
from .options import FeaturesType, OutputFile, is_stdout, open_engine, write_json


@click.command()
@click.argument("engine", metavar="ENGINE")
@click.option("--features", type=FeaturesType(), help="Feature level.  [default: all that the engine has]")
@click.option("--json", "json_path", type=OutputFile(),
              help="Write the results as JSON.")  # fmt: skip
def kit(engine: str, features: Features | None, json_path: Path | None) -> int:
    """Runs the conformance kit on ENGINE: what an engine must do before its verdicts count.

    ENGINE is any name that `run` takes, or exec:"COMMAND" for a program of your own (oracles/PROTOCOL.md).  Exit status
    1 where a check fails.
    """
    first = open_engine(engine, features)
    about = f"{first.name} {first.version} · {first.can.features}"
    first.close()
    report = conformance.check_engine(lambda: engines.create(engine, features))
    failed, skipped = dict(report.failed), dict(report.skipped)
    lines = [about]
    for check in conformance.CHECKS:
        if check.name in failed:
            lines.append(f"FAIL  {check.name}\n      {failed[check.name]}")
        elif check.name in skipped:
            lines.append(f"skip  {check.name} (needs {', '.join(skipped[check.name])})")
        else:
            lines.append(f"ok    {check.name}")
    lines.append(f"{len(report.passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    click.echo("\n".join(lines), err=is_stdout(json_path))
    write_json(
        json_path,
        {
            "engine": report.engine,
            "passed": list(report.passed),
            "failed": failed,
            "skipped": {name: list(needs) for name, needs in report.skipped},
        },
    )
    return 1 if failed else 0
