"""How libFuzzer, and who collects its crashes, hears of a divergence: as an exception in a frame named after the bug.

ClusterFuzz takes crashes with the same top frames for one bug.  So the function that raises is called what the bug's
directory in `crashes/` would be, and what people have decided about bugs of that name counts here, too.  The cause is
looked for first; a divergence that has none is named by what it looks like from outside alone, since the instructions
of a module that is not minimized are different ones every time.
"""

from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import NoReturn

from ..campaign.panel import Panel
from ..case import Case
from ..compare.verdict import Divergence
from ..store import bucket
from ..store.known import Issues, has_expired
from ..subject_names import without_seed
from ..triage import Cause
from ..triage.cause import Certainty
from .target import Target


class Diverged(Exception):
    """The engines differ on an input: what libFuzzer is to report as a crash."""


def reporting(target: Target, issues: Issues, crashes: Path) -> Callable[[bytes], None]:
    """What libFuzzer calls: judges an input, and raises `Diverged` where engines differ and that is news.

    `crashes` is the directory that `issues` are about, for the marks in it that have expired.
    """

    def test_one_input(wasm: bytes) -> None:
        judged = target(wasm)
        verdict = judged.verdict
        if isinstance(verdict, Divergence):
            name = bucket_of(target.panel, judged.case, verdict)
            issue = issues.expected(name)
            if issue is None or has_expired(crashes / name, issue):
                raising(name)(f"{verdict.subject} differs from {verdict.oracle}: {verdict.detail}")

    return test_one_input


def bucket_of(panel: Panel, case: Case, divergence: Divergence) -> str:
    """The name of the bug that a case shows which is not minimized."""
    cause = panel.explain(case, divergence)
    if isinstance(cause, Cause) and cause.certainty is not Certainty.ELIMINATED:
        return bucket.name(divergence, case, cause)
    sign = bucket.signature(divergence)
    parts = (without_seed(sign.subject), sign.effect, sign.expected, sign.actual, "unexplained")
    return "-".join(map(bucket.part_of_name, parts)).lower()


def raising(name: str) -> Callable[[str], NoReturn]:
    """A function of this name, as tracebacks show it, that raises `Diverged` with the message that it is given."""
    return FunctionType(_diverge.__code__.replace(co_name=name, co_qualname=name), globals())


def _diverge(message: str) -> NoReturn:
    raise Diverged(message)
