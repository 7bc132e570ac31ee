"""What a self-test comes to, as JSON and for people.

The keys of the summary of a level (`machine`, `source`), each over the faults that were planted:

planted               faults that changed anything
found                 those that a case showed
share                 found / planted; None where nothing was planted
median_cases          cases until a fault is found, the one that shows it included
median_seconds        processor time until then; a fault that is missed counts as one found when the budget is used up
median_size           bytes of the minimized module
median_instructions   instructions of its longest function
median_minimize       processor time of the minimization
missed                ids of the faults that were planted and not found
never_planted         ids of the mutants that changed no word of all the code that was loaded: they are not counted
unrepeatable          ids of the faults that fresh engines do not show on the case that was found
failed                ids of the faults whose trial failed in itself: they are not counted
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jit.backend.mutants import Mutant

from .catalogue import Fault
from .record import Died, Failed, Found, Minimized, Missed, Silent, Unrepeatable
from .runner import Result, Search

LEVELS = ("machine", "source")

PROMISED = {"machine": 0.97, "source": 0.90}
"""The share of faults that a campaign finds within a minute on one core."""


def level_of(fault: Fault) -> str:
    """At which level a fault is planted: one of `LEVELS`."""
    return "machine" if isinstance(fault, Mutant) else "source"


@dataclass(frozen=True, slots=True)
class Summary:
    """The results of one level."""

    results: tuple[Result, ...]

    @property
    def counted(self) -> tuple[Result, ...]:
        """Those of faults that were planted."""
        return tuple(r for r in self.results if r.is_planted and not isinstance(r.search, Failed))

    @property
    def share(self) -> float | None:
        counted = self.counted
        return sum(r.is_found for r in counted) / len(counted) if counted else None

    def as_json(self) -> dict[str, object]:
        """By name; see above."""
        counted = self.counted
        minimized = [r.minimized for r in counted if isinstance(r.minimized, Minimized)]
        searches = [r.search for r in counted if not isinstance(r.search, Failed)]
        return {
            "planted": len(counted),
            "found": sum(r.is_found for r in counted),
            "share": self.share,
            "median_cases": _median([float(s.cases) for s in searches]),
            "median_seconds": _median([s.seconds for s in searches]),
            "median_size": _median([float(m.size) for m in minimized]),
            "median_instructions": _median([float(m.instructions) for m in minimized]),
            "median_minimize": _median([m.seconds for m in minimized]),
            "missed": [r.id for r in counted if not r.is_found],
            "never_planted": [r.id for r in self.results if not r.is_planted],
            "unrepeatable": [r.id for r in counted if isinstance(r.minimized, Unrepeatable)],
            "failed": [r.id for r in self.results if isinstance(r.search, Failed)],
        }


def _median(numbers: Sequence[float]) -> float | None:
    return round(statistics.median(numbers), 3) if numbers else None


def summaries(faults: Mapping[str, Fault], results: Sequence[Result]) -> dict[str, Summary]:
    """A summary of each level that has faults."""
    parts = {level: tuple(r for r in results if level_of(faults[r.id]) == level) for level in LEVELS}
    return {level: Summary(part) for level, part in parts.items() if part}


def keeps_promise(summaries: Mapping[str, Summary]) -> bool:
    """Whether at each level as many of the planted faults were found as the project promises."""
    return all(summary.share is None or summary.share >= PROMISED[level] for level, summary in summaries.items())


def result_to_json(fault: Fault, result: Result) -> dict[str, object]:
    """One fault and what became of it."""
    told: dict[str, object] = {
        "id": fault.id,
        "level": level_of(fault),
        "why": fault.why,
        "backend": list(fault.backend),
        "status": status(result),
    }
    search, minimized = result.search, result.minimized
    if isinstance(search, Failed):
        return {**told, "traceback": search.traceback}
    told |= {"cases": search.cases, "seconds": round(search.seconds, 3)}
    if isinstance(search, Found):
        told |= {"subject": search.subject, "effect": search.effect}
    if isinstance(minimized, Minimized):
        told |= {
            "size": minimized.size,
            "instructions": minimized.instructions,
            "minimize_seconds": round(minimized.seconds, 3),
            "wat": minimized.wat,
        }
    return told


def status(result: Result) -> str:
    """What became of a fault, in a word or two."""
    search = result.search
    if not result.is_planted:
        return "never planted"
    return "unrepeatable" if isinstance(result.minimized, Unrepeatable) else _word(search)


def _word(search: Search) -> str:
    match search:
        case Found() | Died():
            return "found"
        case Missed():
            return "missed"
        case Silent():
            return "silent"
        case Failed():
            return "failed"


def line(result: Result) -> str:
    """One result for people, in a line."""
    word, search, minimized = status(result), result.search, result.minimized
    if isinstance(search, Failed):
        return f"{word:13} {result.id}\n{search.traceback.rstrip()}"
    text = f"{word:13} {search.cases:5} cases {search.seconds:6.1f} s"
    if isinstance(minimized, Minimized):
        text += f" → {minimized.size:4} bytes {minimized.instructions:3} instructions {minimized.seconds:5.1f} s"
    return f"{text}  {result.id}"


def to_text(summaries: Mapping[str, Summary]) -> str:
    """The summary for people."""
    return "\n".join(_level_to_text(level, summary.as_json()) for level, summary in summaries.items())


def _level_to_text(level: str, told: Mapping[str, object]) -> str:
    share = told["share"]
    percent = f" ({share:.1%})" if isinstance(share, float) else ""
    lines = [
        f"{level}: found {told['found']} of {told['planted']}{percent}",
        f"  found after      {told['median_cases']} cases, {told['median_seconds']} s (medians)",
        f"  minimized to     {told['median_size']} bytes, {told['median_instructions']} instructions, "
        f"in {told['median_minimize']} s",
    ]
    for key in ("missed", "never_planted", "unrepeatable", "failed"):
        ids = told[key]
        if isinstance(ids, list) and ids:
            lines.append(f"  {key.replace('_', ' '):16} {', '.join(map(str, ids))}")
    return "\n".join(lines)
