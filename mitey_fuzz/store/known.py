"""Known issues: what people have decided about bugs, in `crashes/triage.toml`, which is kept in version control.

    [[issue]]
    bucket = "jit-baseline-value-i32.shl"  # a directory of crashes/, or a pattern with * of such names
    state = "open"                         # or "wont-fix", or "fixed"
    note = "why, and where it is talked about"

A campaign counts what is open or will not be fixed and does not report it as new.  What is marked fixed and found again
is reported: it is back.  An issue expires when its case agrees again; `mitey-fuzz replay` says so.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path

from .layout import FormatError, get

FILE = "triage.toml"


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

    def remark(self, *, diverges: bool) -> str | None:
        """What there is to say about the entry after its case was replayed; None where it is as it says."""
        if diverges == self.is_expected:
            return None
        if diverges:
            return f"{FILE} calls it fixed, and it is back"
        return f"{FILE} calls it {self.decision.value}, and it does not reproduce any more: mark it fixed or remove it"


@dataclass(frozen=True, slots=True)
class Issues:
    """The entries of a file, in order."""

    entries: tuple[Issue, ...] = ()

    def of(self, bucket: str) -> Issue | None:
        """The first entry that names this bucket."""
        return next((issue for issue in self.entries if fnmatchcase(bucket, issue.bucket)), None)

    def expected(self, bucket: str) -> Issue | None:
        """The entry by which a finding in this bucket is no news."""
        issue = self.of(bucket)
        return issue if issue is not None and issue.is_expected else None


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
    return Issues(tuple(map(_issue, get(document, "issue", list) if document else ())))


def _issue(row: object) -> Issue:
    bucket, state = get(row, "bucket", str), get(row, "state", str)
    if state not in {decision.value for decision in Decision}:
        raise FormatError(f"'state' is {state!r}; there are {', '.join(d.value for d in Decision)}")
    note = get(row, "note", str) if isinstance(row, dict) and "note" in row else ""
    return Issue(bucket, Decision(state), note)
