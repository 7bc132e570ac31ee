"""`mitey-fuzz conform`: runs scripts of the WebAssembly core test suite on any engine."""

from pathlib import Path

import click

from jit.wasm.features import WASM_1, Features

from ..conformance import junit as junit_xml
from ..conformance.results import ScriptResult, SuiteResult
from ..conformance.run import run_suite
from ..subject_names import AUTO, on_host
from .options import DEFAULT_SUBJECT, FeaturesType, HostType, InjectType, OutputFile, is_stdout, open_engine, write_json

#: Failures shown; the JSON file has all of them.
SHOWN = 20


@click.command()
@click.argument("scripts", nargs=-1, metavar="[SCRIPT…]")
@click.option("--suite", required=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Directory of .wast scripts.")  # fmt: skip
@click.option("--subject", "name", default=DEFAULT_SUBJECT, show_default=True, help="Engine to run them on.")
@click.option("--features", type=FeaturesType(), default=str(WASM_1), show_default=True, help="Feature level.")
@click.option("--host", type=HostType(), default=AUTO, show_default=True, help="Where a subject of ours runs.")
@click.option("--inject", type=InjectType(), help="Plant a machine-code mutant, in an engine of ours.")
@click.option("--json", "json_path", type=OutputFile(),
              help="Write the results as JSON.")  # fmt: skip
@click.option("--junit", type=OutputFile(), help="Write the results as JUnit XML.")
def conform(
    scripts: tuple[str, ...], suite: Path, name: str, features: Features, host: str, inject: str | None,
    json_path: Path | None, junit: Path | None,
) -> int:  # fmt: skip
    """Runs SCRIPTs (names below the suite's directory; all of them without any) and counts assertions.

    Exit status 1 when one fails.
    """
    engine = open_engine(on_host(name, host), features, inject)
    try:
        result = run_suite(suite, engine, scripts, progress=_narrate)
    except FileNotFoundError as error:
        raise click.UsageError(str(error)) from error
    finally:
        engine.close()
    if not result.scripts:
        raise click.UsageError(f"there is no .wast script in {suite}")
    write_json(json_path, dict(result.as_json()))
    if is_stdout(junit):
        click.echo(junit_xml.render(result))
    elif junit is not None:
        junit.write_bytes(junit_xml.render(result))
    click.echo(to_text(result), err=is_stdout(json_path) or is_stdout(junit))
    return 1 if result.failed else 0


def _narrate(script: ScriptResult) -> None:
    if script.failed:
        click.echo(f"{script.script}: {script.failed} failed, {script.passed} passed", err=True)


def to_text(result: SuiteResult) -> str:
    """The results for people."""
    lines = [
        f"{f.script}:{f.line}: {f.assertion}\n    expected {f.expected}\n    got      {f.actual}"
        for f in result.failures[:SHOWN]
    ]
    if len(result.failures) > SHOWN:
        lines.append(f"… and {len(result.failures) - SHOWN} more")
    skipped = ", ".join(f"{count} {reason}" for reason, count in sorted(result.skipped.items())) or "none"
    lines.append(
        f"{result.engine}, {result.features}: {result.assertions} assertions of {len(result.scripts)} scripts: "
        f"{result.passed} passed, {result.failed} failed; skipped: {skipped}"
    )
    return "\n".join(lines)
