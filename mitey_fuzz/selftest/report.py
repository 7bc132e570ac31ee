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
named                 minimized cases for which triage blames an instruction, or a function's entry
right                 those blamed on code that the mutant changed (see `guilt`); None for source faults
share_right           right / minimized cases; None where there are none, and for source faults
broken                the limits of `promise` that these numbers break, in words
missed                ids of the faults that were planted and not found
never_planted         ids of the mutants that changed no word of all the code that was loaded: they are not counted
unrepeatable          ids of the faults that fresh engines do not show on the case that was found
misnamed              ids of the mutants whose minimized case is blamed on the wrong instruction, or on none
failed                ids of the faults whose trial failed in itself: they are not counted
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jit.backend.mutants import Mutant

from .catalogue import Fault
from .promise import breaches
from .record import Died, Failed, Found, Minimized, Missed, Named, Silent, Unnamed, Unrepeatable
from .runner import Result, Search

LEVELS = ("machine", "source")


def level_of(fault: Fault) -> str:
    """At which level a fault is planted: one of `LEVELS`."""
    return "machine" if isinstance(fault, Mutant) else "source"


@dataclass(frozen=True, slots=True)
class Summary:
    """The results of one level."""

    level: str
    results: tuple[Result, ...]

    @property
    def counted(self) -> tuple[Result, ...]:
        """Those of faults that were planted."""
        return tuple(r for r in self.results if r.is_planted and not isinstance(r.search, Failed))

    @property
    def _minimized(self) -> tuple[Result, ...]:
        return tuple(r for r in self.counted if isinstance(r.minimized, Minimized))

    @property
    def share(self) -> float | None:
        counted = self.counted
        return sum(r.is_found for r in counted) / len(counted) if counted else None

    def as_json(self) -> dict[str, object]:
        """By name; see above."""
        told = self._searched() | self._blamed() | self._lists()
        return told | {"broken": breaches(self.level, told)}

    def _searched(self) -> dict[str, object]:
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
        }

    def _blamed(self) -> dict[str, object]:
        minimized = self._minimized
        named = [r.named for r in minimized if isinstance(r.named, Named)]
        is_known = self.level == "machine"
        right = sum(n.is_right is True for n in named) if is_known else None
        return {
            "named": len(named),
            "right": right,
            "share_right": None if right is None or not minimized else right / len(minimized),
        }

    def _lists(self) -> dict[str, object]:
        counted, is_known = self.counted, self.level == "machine"
        misnamed = [r.id for r in self._minimized if not (isinstance(r.named, Named) and r.named.is_right)]
        return {
            "missed": [r.id for r in counted if not r.is_found],
            "never_planted": [r.id for r in self.results if not r.is_planted],
            "unrepeatable": [r.id for r in counted if isinstance(r.minimized, Unrepeatable)],
            "misnamed": misnamed if is_known else [],
            "failed": [r.id for r in self.results if isinstance(r.search, Failed)],
        }


def _median(numbers: Sequence[float]) -> float | None:
    return round(statistics.median(numbers), 3) if numbers else None


def summaries(faults: Mapping[str, Fault], results: Sequence[Result]) -> dict[str, Summary]:
    """A summary of each level that has faults."""
    parts = {level: tuple(r for r in results if level_of(faults[r.id]) == level) for level in LEVELS}
    return {level: Summary(level, part) for level, part in parts.items() if part}


def keeps_promise(summaries: Mapping[str, Summary]) -> bool:
    """Whether each level is within all limits that the project promises (see `promise`)."""
    return not any(summary.as_json()["broken"] for summary in summaries.values())


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
    return told | _blame_to_json(result.named)


def _blame_to_json(named: Named | Unnamed | None) -> dict[str, object]:
    match named:
        case Named():
            blamed = {
                "function": named.function,
                "offset": named.offset,
                "mnemonic": named.mnemonic,
                "effect": named.effect,
                "certainty": named.certainty,
                "right": named.is_right,
            }
            return {"named": blamed, "explain_seconds": round(named.seconds, 3)}
        case Unnamed():
            return {"named": None, "unnamed": named.why, "explain_seconds": round(named.seconds, 3)}
        case None:
            return {}


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
    return f"{text}  {result.id}{_blame(result)}"


def _blame(result: Result) -> str:
    """Behind a fault's id: what its minimized case is blamed on, and whether that is right."""
    if not isinstance(result.minimized, Minimized):
        return ""
    if not isinstance(result.named, Named):
        return ": no instruction named"
    verdict = {True: ", right", False: ", wrong", None: ""}[result.named.is_right]
    return f": {result.named.mnemonic}{verdict}"


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
        f"  blamed           {_blames(told)}",
    ]
    for key in ("missed", "never_planted", "unrepeatable", "misnamed", "failed"):
        ids = told[key]
        if isinstance(ids, list) and ids:
            lines.append(f"  {key.replace('_', ' '):16} {', '.join(map(str, ids))}")
    lines += [f"  promise broken   {breach}" for breach in breaches(level, told)]
    return "\n".join(lines)


def _blames(told: Mapping[str, object]) -> str:
    share = told["share_right"]
    right = f", {told['right']} rightly ({share:.1%})" if isinstance(share, float) else ""
    return f"{told['named']} on an instruction{right}"
