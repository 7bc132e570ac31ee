"""`mitey-fuzz replay`: runs stored cases again."""

from dataclasses import replace
from pathlib import Path

import click

from oracles.registry import AbsentEngine

from ..campaign.panel import Panel
from ..compare.verdict import Agreed, Divergence, Poisoned, Verdict
from ..store import known
from ..store.crashes import CASE, Crashes, State, Stored, read
from ..store.layout import FormatError, JsonObject
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

    A case found with a mutant planted is run twice: with it, as recorded, and without.  A mark in triage.toml expires
    where its case agrees as recorded.  Exit status 1 when any run with the recorded setup diverges or ends a mark, 2
    when one cannot be run.
    """
    results, marks = [], _Marks()
    place = crashes or DEFAULT_CRASHES
    for path in paths or Crashes(place).paths():
        try:
            recorded = read(path)
            stored = _on_host(recorded, host)
            planted = None if clean else inject or stored.setup.inject
            is_as_recorded = stored.setup == replace(recorded.setup, inject=planted)
            results.append(_replay(stored, planted, marks if is_as_recorded else None, to_stderr=is_stdout(json_path)))
        except (FormatError, click.UsageError) as error:  # the others are worth running all the same
            click.echo(f"Error: {error}", err=True)
            results.append({"path": str(path), "verdict": "unusable", "detail": str(error)})
    unmatched = () if paths else marks.unmatched(place)
    write_json(json_path, {
        "cases": len(results),
        "agreed": sum(r["verdict"] == "agreed" for r in results),
        "poisoned": sum(r["verdict"] == "poisoned" for r in results),
        "divergences": sum(r["verdict"] == "divergence" for r in results),
        "unusable": sum(r["verdict"] == "unusable" for r in results),
        "expired": sum("expired" in r for r in results),
        "unmatched": list(unmatched),
        "results": results,
    })  # fmt: skip
    if not results:
        click.echo(f"nothing to replay in {place}", err=True)
    verdicts = {r["verdict"] for r in results}
    if "unusable" in verdicts or marks.is_damaged:
        return 2
    return int("divergence" in verdicts or any("expired" in r for r in results))


class _Marks:
    """What people have decided about the findings that are replayed; each list is read once, and told if damaged."""

    def __init__(self) -> None:
        self._lists: dict[Path, known.Issues] = {}
        self.is_damaged = False

    def of(self, root: Path) -> known.Issues:
        """The list of a directory of findings; none of a damaged one."""
        if root not in self._lists:
            self._lists[root] = known.Issues()
            try:
                self._lists[root] = known.read(root)
            except FormatError as error:  # verdicts stand all the same
                click.echo(f"Error: {error}", err=True)
                self.is_damaged = True
        return self._lists[root]

    def unmatched(self, root: Path) -> tuple[str, ...]:
        """The entries of a directory's list that are about none of its findings; told on stderr."""
        idle = self.of(root.resolve()).unmatched(path.name for path in Crashes(root).paths())
        for issue in idle:
            click.echo(known.told_unmatched(root, issue), err=True)
        return tuple(issue.bucket for issue in idle)

    def heed(self, stored: Stored, verdict: Verdict, versions: JsonObject) -> dict[str, object]:
        """What the verdict means for the mark that a finding has, as members of its result; records one that expired.

        What never repeated with fresh engines says nothing by agreeing.
        """
        place = stored.path.resolve()
        bucket = place.parent if place.name == CASE else place
        issue = self.of(bucket.parent).of(bucket.name)
        diverges = isinstance(verdict, Divergence)
        is_mute = isinstance(verdict, Poisoned) or (stored.state is State.UNREPEATABLE and not diverges)
        if issue is None or is_mute:
            return {}
        remark = issue.remark(diverges=diverges, has_expired=known.has_expired(bucket, issue))
        told: dict[str, object] = {} if remark is None else {"issue": remark}
        if not issue.expires(diverges=diverges):
            return told
        try:
            known.expire(bucket, issue, versions)
        except OSError as error:
            click.echo(f"{stored.path}: {known.EXPIRED} cannot be written: {error.strerror}", err=True)
        return {**told, "expired": issue.decision.value}


def _on_host(stored: Stored, host: str) -> Stored:
    subjects = tuple(on_host(name, host) for name in stored.setup.subjects)
    return replace(stored, setup=replace(stored.setup, subjects=subjects))


def _replay(stored: Stored, inject: str | None, marks: _Marks | None, *, to_stderr: bool) -> dict[str, object]:
    """Runs a finding again; `marks` is None where it runs otherwise than it was recorded."""
    verdict, versions = judge(stored, inject)
    click.echo(f"{stored.path}: {describe(verdict)}{'  [mutant planted]' if inject else ''}", err=to_stderr)
    result: dict[str, object] = {"path": str(stored.path), "mutant": inject, **as_json(verdict)}
    if marks is not None:
        result |= marks.heed(stored, verdict, versions)
    if "issue" in result:
        click.echo(f"{stored.path}: {result['issue']}", err=to_stderr)
    if inject is not None:
        unharmed, _ = judge(stored, None)
        click.echo(f"{stored.path}: {describe(unharmed)}  [no mutant]", err=to_stderr)
        result["without_mutant"] = as_json(unharmed)
    return result


def judge(stored: Stored, inject: str | None) -> tuple[Verdict, JsonObject]:
    """The verdict on a stored case, with this mutant planted or none, and the versions of the engines."""
    try:
        with Panel(replace(stored.setup, inject=inject), deadline_s=DEADLINE_S) as panel:
            return panel.judge(stored.case), panel.versions
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
