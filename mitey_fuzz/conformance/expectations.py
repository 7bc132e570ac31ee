"""The ratchet: failures that are known, each with an issue, in a list that may only shrink.

    [[expected]]
    engine = "jit:minimal"
    suite  = "wasm-2.0"          # the directory's name
    script = "simd/simd_lane.wast"
    line   = 312
    issue  = 41                  # where the failure is discussed
    why    = "lane index read as signed"

A failure that is not in the list is wrong, and so is an entry that does not fail: whoever repairs something deletes its
entries, and nothing can break there again unnoticed.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from .results import SuiteResult


class ExpectationError(ValueError):
    """The list cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A known failure."""

    engine: str
    suite: str
    script: str
    line: int
    issue: int
    why: str

    @property
    def place(self) -> tuple[str, int]:
        return self.script, self.line


def load(path: Path) -> tuple[Expected, ...]:
    """Reads a list.  Raises `ExpectationError` for entries that lack something, have too much, or come twice."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("expected", [])
    except tomllib.TOMLDecodeError as error:
        raise ExpectationError(f"{path}: {error}") from error
    types = {field.name: field.type for field in fields(Expected)}
    read: dict[Expected, None] = {}
    for number, entry in enumerate(entries, 1):
        wrong = sorted(types.keys() ^ entry.keys()) or [
            name for name, value in entry.items() if type(value) is not types[name]
        ]
        if wrong:
            raise ExpectationError(f"{path}: entry {number}: {', '.join(wrong)} missing, unknown or of the wrong type")
        expected = Expected(**entry)
        if expected in read:
            raise ExpectationError(f"{path}: entry {number} comes twice")
        read[expected] = None
    return tuple(read)


def check(result: SuiteResult, suite: str, expected: Iterable[Expected]) -> tuple[str, ...]:
    """What is wrong with a result under the ratchet, in words; nothing when all is as expected.

    Only entries of the result's engine, of this suite and of the scripts that were run count.
    """
    scripts = {script.script for script in result.scripts}
    known = {
        entry.place: entry
        for entry in expected
        if entry.engine == result.engine and entry.suite == suite and entry.script in scripts
    }
    failures = {(failure.script, failure.line): failure for failure in result.failures}
    return tuple(
        [
            f"{failure.script}:{failure.line}: {failure.assertion}: expected {failure.expected}, got {failure.actual}"
            for place, failure in failures.items()
            if place not in known
        ]
        + [
            f"{entry.script}:{entry.line}: does not fail any more; delete its entry (issue {entry.issue})"
            for place, entry in known.items()
            if place not in failures
        ]
    )
