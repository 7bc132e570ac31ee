"""`mitey-fuzz replay`: runs stored cases again."""

from dataclasses import replace
from pathlib import Path

import click

from oracles.registry import AbsentEngine

from ..campaign.panel import Panel
from ..compare.verdict import Agreed, Divergence, Poisoned, Verdict
from ..store import known
from ..store.crashes import CASE, Crashes, Stored, read
from ..store.layout import FormatError
from ..subject_names import AUTO, on_host
from .options import HostType, InjectType, OutputFile, is_stdout, write_json

DEADLINE_S = 5.0
DEFAULT_CRASHES = Path("crashes")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[PATH…]")
@click.option("--crashes", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Replay all of these when no PATH is given.  [default: crashes]")  # fmt: skip
@click.option("--host", type=HostType(), default=AUTO, show_default=True,
              help="Where subjects run whose names in the record do not say it.")  # fmt: skip
@click.option("--inject", type=InjectType(), help="Plant this mutant instead of the recorded one.")
@click.option("--clean", is_flag=True, help="Plant no mutant, whatever was recorded.")
@click.option("--json", "json_path", type=OutputFile(),
              help="Write the results as JSON.")  # fmt: skip
def replay(
    paths: tuple[Path, ...], crashes: Path | None, host: str, inject: str | None, *, clean: bool, json_path: Path | None
) -> int:  # fmt: skip
    """Runs stored findings again, each PATH a directory of `crashes/` or a case file; all of them without any.

    A case found with a mutant planted is run twice: with it, as recorded, and without.  Exit status 1 when any run with
    the recorded setup diverges, 2 when one cannot be run.
    """
    results = []
    place = crashes or DEFAULT_CRASHES
    for path in paths or Crashes(place).paths():
        try:
            stored = _on_host(read(path), host)
            planted = None if clean else inject or stored.setup.inject
            results.append(_replay(stored, planted, to_stderr=is_stdout(json_path)))
        except (FormatError, click.UsageError) as error:  # the others are worth running all the same
            click.echo(f"Error: {error}", err=True)
            results.append({"path": str(path), "verdict": "unusable", "detail": str(error)})
    write_json(json_path, {
        "cases": len(results),
        "agreed": sum(r["verdict"] == "agreed" for r in results),
        "poisoned": sum(r["verdict"] == "poisoned" for r in results),
        "divergences": sum(r["verdict"] == "divergence" for r in results),
        "unusable": sum(r["verdict"] == "unusable" for r in results),
        "results": results,
    })  # fmt: skip
    if not results:
        click.echo(f"nothing to replay in {place}", err=True)
    verdicts = {r["verdict"] for r in results}
    is_misuse = "unusable" in verdicts or any("unusable_issues" in r for r in results)
    return 2 if is_misuse else int("divergence" in verdicts)


def _on_host(stored: Stored, host: str) -> Stored:
    subjects = tuple(on_host(name, host) for name in stored.setup.subjects)
    return replace(stored, setup=replace(stored.setup, subjects=subjects))


def _replay(stored: Stored, inject: str | None, *, to_stderr: bool) -> dict[str, object]:
    verdict = judge(stored, inject)
    click.echo(f"{stored.path}: {describe(verdict)}{'  [mutant planted]' if inject else ''}", err=to_stderr)
    result: dict[str, object] = {"path": str(stored.path), "mutant": inject, **as_json(verdict)}
    try:
        remark = _remark(stored, verdict) if inject == stored.setup.inject else None
    except FormatError as error:  # the verdict stands all the same
        click.echo(f"Error: {error}", err=True)
        result["unusable_issues"] = str(error)
    else:
        if remark is not None:
            click.echo(f"{stored.path}: {remark}", err=to_stderr)
            result["issue"] = remark
    if inject is not None:
        unharmed = judge(stored, None)
        click.echo(f"{stored.path}: {describe(unharmed)}  [no mutant]", err=to_stderr)
        result["without_mutant"] = as_json(unharmed)
    return result


def _remark(stored: Stored, verdict: Verdict) -> str | None:
    """What the verdict means for the entry in the list of known issues that this finding has."""
    place = stored.path.resolve()
    bucket = place.parent if place.name == CASE else place
    issue = known.read(bucket.parent).of(bucket.name)
    if issue is None or isinstance(verdict, Poisoned):
        return None
    return issue.remark(diverges=isinstance(verdict, Divergence))


def judge(stored: Stored, inject: str | None) -> Verdict:
    """The verdict on a stored case, with this mutant planted or none."""
    try:
        with Panel(replace(stored.setup, inject=inject), deadline_s=DEADLINE_S) as panel:
            return panel.judge(stored.case)
    except (ValueError, AbsentEngine) as error:
        raise click.UsageError(f"{stored.path}: {error}") from error


def describe(verdict: Verdict) -> str:
    """One line about a verdict, for people."""
    match verdict:
        case Agreed(steps):
            return f"agreed ({steps - 1} calls)"
        case Poisoned(reason, step):
            return f"poisoned ({reason}) in step {step}"
        case Divergence():
            return f"DIVERGENCE ({verdict.kind.value}) in step {verdict.step}: {verdict.detail}"


def as_json(verdict: Verdict) -> dict[str, object]:
    match verdict:
        case Agreed():
            return {"verdict": "agreed"}
        case Poisoned(reason, step):
            return {"verdict": "poisoned", "reason": reason, "step": step}
        case Divergence():
            return {"verdict": "divergence", "kind": verdict.kind.value, "step": verdict.step, "detail": verdict.detail}
