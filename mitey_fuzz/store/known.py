"""Known issues: what people have decided about bugs, in `crashes/triage.toml`, which is kept in version control.

    [[issue]]
    bucket = "jit-baseline-value-i32.shl"  # a directory of crashes/, or a pattern with * of such names
    state = "open"                         # or "wont-fix", or "fixed"
    note = "why, and where it is talked about"

A campaign counts what is open or will not be fixed and does not report it as new.  What is marked fixed and found again
is reported: it is back.

A mark expires when `mitey-fuzz replay` finds that the case no longer reproduces.  The file stays as people wrote it;
what replay writes is `expired.json` in the bucket's directory, with the mark as it was then.  A finding in that bucket
is news from then on, until somebody changes the mark or removes the record.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path

from . import atomic
from .layout import FormatError, JsonObject, dumps, get, loads

FILE = "triage.toml"
EXPIRED = "expired.json"
_KEYS = ("bucket", "state", "note")


class Decision(Enum):
    """What was decided about an issue; the value is as it is written."""

    OPEN = "open"
    WONT_FIX = "wont-fix"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Issue:
    """One entry: a bucket's name or a pattern of names."""

    bucket: str
    decision: Decision
    note: str = ""

    @property
    def is_expected(self) -> bool:
        """Whether finding it again is no news."""
        return self.decision is not Decision.FIXED

    @property
    def is_pattern(self) -> bool:
        """Whether it may be about several buckets."""
        return not {"*", "?", "["}.isdisjoint(self.bucket)

    def covers(self, bucket: str) -> bool:
        """Whether the entry is about this bucket."""
        return fnmatchcase(bucket, self.bucket)

    def expires(self, *, diverges: bool) -> bool:
        """Whether the case that was replayed, with this result, ends the mark."""
        return self.is_expected and not diverges

    def remark(self, *, diverges: bool, has_expired: bool = False) -> str | None:
        """What there is to say about the entry after its case was replayed; None where it is as it says."""
        mark = f'the mark "{self.bucket}" of {FILE} ({self.decision.value})'
        if self.expires(diverges=diverges):
            remedy = "call this one fixed in an entry before it" if self.is_pattern else "call it fixed"
            return f"{mark} has expired, for this does not reproduce any more: take it out, or {remedy}"
        if not diverges or (self.is_expected and not has_expired):
            return None
        if self.is_expected:
            return f"{mark} had expired, and it is back: change the mark or remove {EXPIRED} to renew it"
        return f"{FILE} calls it fixed, and it is back"


@dataclass(frozen=True, slots=True)
class Issues:
    """The entries of a file, in order."""

    entries: tuple[Issue, ...] = ()

    def of(self, bucket: str) -> Issue | None:
        """The first entry that names this bucket."""
        return next((issue for issue in self.entries if issue.covers(bucket)), None)

    def expected(self, bucket: str) -> Issue | None:
        """The entry by which a finding in this bucket is no news."""
        issue = self.of(bucket)
        return issue if issue is not None and issue.is_expected else None

    def unmatched(self, buckets: Iterable[str]) -> tuple[Issue, ...]:
        """The entries that are about none of these buckets."""
        there = tuple(buckets)
        return tuple(issue for issue in self.entries if not any(map(issue.covers, there)))


def told_unmatched(root: Path, issue: Issue) -> str:
    """One line about an entry that is about no finding in a directory, for people."""
    return f'{root / FILE}: the mark "{issue.bucket}" ({issue.decision.value}) matches no directory in {root}'


def read(root: Path) -> Issues:
    """The known issues of a directory of findings, none where it has no such file; `FormatError` says what is wrong."""
    file = root / FILE
    if not file.is_file():
        return Issues()
    try:
        return _issues(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise FormatError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise FormatError(f"{file} is not TOML: {error}") from error
    except FormatError as error:
        raise FormatError(f"{file}: {error}") from error


def _issues(document: Mapping[str, object]) -> Issues:
    unknown = sorted(set(document) - {"issue"})
    if unknown:
        raise FormatError(f"unknown key {unknown[0]!r}; the file holds [[issue]] tables only")
    rows = get(document, "issue", list) if document else ()
    return Issues(tuple(_numbered(number, row) for number, row in enumerate(rows, 1)))


def _numbered(number: int, row: object) -> Issue:
    try:
        return _issue(row)
    except FormatError as error:
        name = f" ({row['bucket']!r})" if isinstance(row, dict) and "bucket" in row else ""
        raise FormatError(f"entry {number}{name}: {error}") from error


def _issue(row: object) -> Issue:
    unknown = sorted(set(row) - set(_KEYS)) if isinstance(row, dict) else []
    if unknown:
        raise FormatError(f"unknown key {unknown[0]!r}; the keys are {', '.join(_KEYS)}")
    bucket, state = get(row, "bucket", str), get(row, "state", str)
    if state not in {decision.value for decision in Decision}:
        raise FormatError(f"'state' is {state!r}; there are {', '.join(d.value for d in Decision)}")
    note = get(row, "note", str) if isinstance(row, dict) and "note" in row else ""
    return Issue(bucket, Decision(state), note)


# --- marks that have expired


def _mark(issue: Issue) -> JsonObject:
    return {"bucket": issue.bucket, "state": issue.decision.value, "note": issue.note}


def expire(place: Path, issue: Issue, versions: JsonObject) -> None:
    """Records in a bucket's directory that a mark has expired, with the engines' versions; an older record stays.

    `OSError` where it cannot be written.
    """
    if not has_expired(place, issue):
        atomic.write(place / EXPIRED, dumps({"mark": _mark(issue), "versions": versions}))


def has_expired(place: Path, issue: Issue) -> bool:
    """Whether this mark, as it stands now, has expired in a bucket's directory.

    A record that cannot be read counts: a finding told twice is better than one kept quiet.
    """
    record = place / EXPIRED
    if not record.is_file():
        return False
    try:
        return get(loads(record.read_bytes()), "mark", dict) == _mark(issue)
    except (OSError, FormatError):
        return True
