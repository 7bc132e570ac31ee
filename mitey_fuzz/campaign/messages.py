"""What crosses the border between supervisor and worker: plain records, nothing that holds an engine."""

from dataclasses import dataclass

from ..store.bucket import Signature
from ..store.crashes import Finding
from .stats import Stats


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker counted since its last report."""

    stats: Stats


@dataclass(frozen=True, slots=True)
class Found:
    """A divergence, as found.  The worker waits for an `Answer`.  `operations` are the mnemonics of its module."""

    finding: Finding
    signature: Signature
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the finding is worth minimizing: no known bucket explains it.

    Or whether its cause may be known, which the worker is to look for: then it sends `Explained`, and waits again.
    """

    minimize: bool
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """What the finding that was published as `raw` would be called by its cause, None where none was found.

    `sure` says that the cause was seen, not inferred.
    """

    raw: str
    signature: Signature
    name: str | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Minimized:
    """The finding that was published as `raw`, minimized.  `operations` are what its small module still needs.

    `outdates` says that its bucket stands, with a case that does not show this any more.
    """

    raw: str
    finding: Finding
    signature: Signature
    operations: tuple[str, ...]
    outdates: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The worker itself failed, outside of any engine: a bug of the harness, with its traceback."""

    number: int
    traceback: str


@dataclass(frozen=True, slots=True)
class Done:
    """The worker has no more cases."""


FromWorker = Report | Found | Explained | Minimized | Failed | Done
