"""`crashes/`: one directory per bug, which anyone can act on without us.

    <bucket>/case.json        the minimized case, whole: what `mitey-fuzz replay` runs
    <bucket>/case.wasm        its module, exact bytes        case.wat   the same for people
    <bucket>/companion-*.wasm, .wat                          its companions, by name, where it has any
    <bucket>/original.json    the case as it was found
    <bucket>/divergence.json  what was expected, what happened, on which engines and versions
    <bucket>/NOTES.md         the finding in words: how to replay it, the generated code of the guilty function
    <bucket>/count.json       how often it was seen
    <bucket>/expired.json     which mark in `triage.toml` has expired, where one has (`known`)

A directory appears whole or not at all.  A finding is published the moment it is found, unminimized and under a name
that ends in its digest; when it has been minimized, the bucket's directory takes its place.  A second case of a bucket
is counted, not copied.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path

from ..case import Case, Companion
from ..triage.cause import Cause
from . import atomic
from .bucket import part_of_name
from .known import EXPIRED
from .layout import (
    FormatError,
    JsonObject,
    case_from_json,
    case_to_json,
    cause_to_json,
    dumps,
    get,
    loads,
    strings,
    text,
)

CASE = "case.json"
ORIGINAL = "original.json"
_COUNT = "count.json"
_DIGESTS = ("corpus", "donors")
"""Of an origin, what earlier versions did not write."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How a case was run: names of engines, the feature level, and the mutant that was planted, if any.

    `inject` is the mutant's TOML text, so that the case replays without the file it came from.
    """

    subjects: tuple[str, ...]
    oracles: tuple[str, ...]
    features: str
    inject: str | None = None


class State(Enum):
    """How far a finding has come."""

    FOUND = "found"  # as the campaign met it
    MINIMIZED = "minimized"
    UNREPEATABLE = "unrepeatable"  # fresh engines agree on it: it needs what its worker ran before


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in a campaign a case came from; `profile` is a word or two for people.

    `corpus` and `donors` are digests of the modules that cases were made of; empty of none.
    """

    seed: int
    number: int
    profile: str
    corpus: str = ""
    donors: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A divergence with all that is needed to replay, read and trust it.

    `origin` is None where no campaign found it; `divergence` is JSON for people; `wat` and `listing` are texts of the
    module and of all generated code, `companions` texts of the companions in their order; `minimization` says what that
    took, and whether any machine would do the same.  `cause` is None where none was looked for or found.
    """

    bucket: str
    case: Case
    original: Case
    setup: Setup
    divergence: JsonObject
    wat: str
    listing: str
    state: State
    versions: JsonObject = field(default_factory=dict)
    origin: Origin | None = None
    minimization: JsonObject | None = None
    cause: Cause | None = None
    companions: tuple[str, ...] = ()


def _document(case: Case, finding: Finding) -> bytes:
    setup, origin = finding.setup, finding.origin
    return dumps(
        {
            **case_to_json(case),
            "setup": {
                "subjects": list(setup.subjects),
                "oracles": list(setup.oracles),
                "features": setup.features,
                "inject": setup.inject,
            },
            "provenance": {
                "state": finding.state.value,
                "origin": None if origin is None else asdict(origin),
                "versions": finding.versions,
                "minimization": finding.minimization,
            },
        }
    )


_REMARKS = {
    State.FOUND: "Not minimized yet: `mitey-fuzz minimize {place}` does it.",
    State.MINIMIZED: "Minimized; the case as it was found is original.json.",
    State.UNREPEATABLE: "Fresh engines agree on this case: the difference needs the cases that its worker ran before.",
}
_HURRIED = "Time had a say in it, as case.json tells: another machine may come to another case."


def _cause(cause: Cause | None) -> str:
    """What triage has to say, as a paragraph of the notes."""
    if cause is None:
        return ""
    operands = f" on {', '.join(map(str, cause.operands))}" if cause.operands else ""
    code = "".join(f"    {line}\n" for line in cause.code)
    place = f"{cause.place}, {cause.time}{operands}"
    return f"""Cause ({cause.certainty.value}): `{cause.instruction}` in {place}.

    expected   {cause.expected}
    {cause.culprit} {cause.effect.value}: {cause.actual}

Right: {", ".join(cause.right)}.  Wrong: {", ".join(cause.wrong)}.
{f"{chr(10)}Its code:{chr(10)}{chr(10)}{code}" if code else ""}
"""


def _notes(finding: Finding, place: Path) -> str:
    setup, what, origin = finding.setup, finding.divergence, finding.origin
    linked = "".join(map(_companion_notes, finding.case.companions, finding.companions))
    script = "\n".join(f"    {c.export}({', '.join(map(str, c.args))})" for c in finding.case.script)
    found = "" if origin is None else _found(origin)
    hurried = "" if (finding.minimization or {}).get("deterministic", True) else f" {_HURRIED}"
    planted = "" if setup.inject is None else f"Planted in the subject:\n\n```toml\n{setup.inject.rstrip()}\n```\n"
    return f"""# {finding.bucket}

{what.get("subject")} differs from {what.get("oracle")} in {what.get("kind")}, in step {what.get("step")}:

    {what.get("detail")}

{_cause(finding.cause)}{found}Features: {setup.features}.
{_REMARKS[finding.state].format(place=place)}{hurried}

{planted}
Replay:

    mitey-fuzz replay {place}

Calls:

{script or "    (none: the instantiation differs)"}

Module:

```wat
{finding.wat.rstrip()}
```
{linked}{_listing_notes(finding)}"""


def _found(origin: Origin) -> str:
    corpus = f", corpus {origin.corpus}" if origin.corpus else ""
    suite = f", suite {origin.donors}" if origin.donors else ""
    return f"Found as case {origin.number} of seed {origin.seed} ({origin.profile}{corpus}{suite}).\n"


def _listing_notes(finding: Finding) -> str:
    """The generated code, of an engine that shows any."""
    if not finding.listing.strip():
        return ""
    return f"""
Generated code of {finding.divergence.get("subject")}:

```
{finding.listing.rstrip()}
```
"""


def _companion_notes(companion: Companion, wat: str) -> str:
    return f"""
Companion, registered as `{companion.name}` before it:

```wat
{wat.rstrip()}
```
"""


def _files(finding: Finding, place: Path, count: int) -> dict[str, bytes]:
    """What a finding's directory holds."""
    return {
        CASE: _document(finding.case, finding),
        "case.wasm": finding.case.wasm,
        "case.wat": text(finding.wat),
        **_companion_files(finding),
        ORIGINAL: _document(finding.original, finding),
        "divergence.json": dumps({**finding.divergence, "cause": cause_to_json(finding.cause)}),
        "NOTES.md": text(_notes(finding, place)),
        _COUNT: dumps({"count": count}),
    }


def _companion_files(finding: Finding) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for number, (companion, wat) in enumerate(zip(finding.case.companions, finding.companions, strict=True)):
        stem = f"companion-{part_of_name(companion.name)}"
        if f"{stem}.wasm" in files:  # of another name that is written so
            stem += f"-{number}"
        files |= {f"{stem}.wasm": companion.wasm, f"{stem}.wat": text(wat)}
    return files


@dataclass(frozen=True, slots=True)
class Stored:
    """A case read back from `crashes/`; `origin` is None where none is written down."""

    path: Path
    case: Case
    setup: Setup
    state: State
    origin: Origin | None = None


def read(path: Path) -> Stored:
    """Reads a bucket's directory, or a case file; `FormatError` names the file and what is wrong."""
    file = path / CASE if path.is_dir() else path
    try:
        data = loads(file.read_bytes())
        described = get(data, "setup", dict)
        inject = None if described.get("inject") is None else get(described, "inject", str)
        setup = Setup(
            strings(described, "subjects"),
            strings(described, "oracles"),
            get(described, "features", str),
            inject,
        )
        provenance = get(data, "provenance", dict)
        return Stored(path, case_from_json(data), setup, _state(provenance), _origin(provenance))
    except OSError as e:
        raise FormatError(f"{file}: {e.strerror}; a finding is a directory with a {CASE}") from e
    except FormatError as e:
        raise FormatError(f"{file}: {e}") from e


def original(stored: Stored) -> Case:
    """The case as it was found: what lies beside a finding's case, else the case itself; `FormatError` likewise."""
    place = stored.path.parent if stored.path.name == CASE else stored.path
    return read(place / ORIGINAL).case if (place / ORIGINAL).is_file() else stored.case


def _origin(provenance: JsonObject) -> Origin | None:
    written = provenance.get("origin")
    if written is None:
        return None
    digests = (get(written, key, str) if isinstance(written, dict) and key in written else "" for key in _DIGESTS)
    return Origin(get(written, "seed", int), get(written, "number", int), get(written, "profile", str), *digests)


def _state(provenance: JsonObject) -> State:
    state = get(provenance, "state", str)
    if state not in {s.value for s in State}:
        raise FormatError(f"'state' is {state!r}; there are {', '.join(s.value for s in State)}")
    return State(state)


def _is_finding(path: Path) -> bool:
    """Whether it is the directory of one; what cannot be looked into is, so that reading it says why."""
    try:
        return (path / CASE).is_file()
    except PermissionError:
        return True


def _expiry(place: Path) -> dict[str, bytes]:
    """The record that a mark has expired, which outlives the case that it was about."""
    record = place / EXPIRED
    return {EXPIRED: record.read_bytes()} if record.is_file() else {}


class Crashes:
    """The directory of findings.  Several processes may write to one; each name is published by the first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        atomic.sweep(root)

    def paths(self) -> list[Path]:
        """The directories of all findings, sorted by name."""
        if not self.root.is_dir():
            return []
        return sorted(p for p in self.root.iterdir() if not p.name.startswith(atomic.TEMPORARY) and _is_finding(p))

    def __iter__(self) -> Iterator[Stored]:
        return map(read, self.paths())

    def standing(self, bucket: str) -> Stored | None:
        """What stands in a bucket; None for nothing, or nothing that can be read."""
        try:
            return read(self.root / bucket)
        except FormatError:
            return None

    def replace(self, finding: Finding) -> Path:
        """Publishes a finding in the place of what stands in its bucket, if anything does, whose count and expired
        mark go on.

        Where it cannot be written, `OSError`, and what stands there stays.
        """
        place = self.root / finding.bucket
        if place.exists():
            files = _files(finding, place, 1 + self._counted(finding.bucket))
            atomic.supersede(place, files | _expiry(place))
        else:
            self.add(finding)
        return place

    def add(self, finding: Finding) -> tuple[Path, bool]:
        """Publishes a finding, or counts it where its bucket stands already; gives the place and whether it is new."""
        place = self.root / finding.bucket
        files = _files(finding, place, 1)
        if atomic.publish(place, files):
            return place, True
        self.count(finding.bucket)
        return place, False

    def count(self, bucket: str, more: int = 1) -> None:
        """Counts further cases of a bucket that exists; a count that cannot be read begins anew."""
        path = self.root / bucket / _COUNT
        if path.parent.is_dir():
            atomic.write(path, dumps({"count": self._counted(bucket) + more}))

    def _counted(self, bucket: str) -> int:
        with suppress(FormatError, OSError):
            return get(loads((self.root / bucket / _COUNT).read_bytes()), "count", int)
        return 0

    def remove(self, bucket: str) -> None:
        """Takes an unminimized finding away, after its bucket was published; or what stands where one is to be."""
        if (self.root / bucket).exists():
            atomic.retire(self.root / bucket)
