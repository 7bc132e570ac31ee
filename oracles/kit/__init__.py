"""The conformance kit: what every engine must do before its verdicts count, the subject's included.

An engine that passes observes the protocol where it matters to a comparison: bits, trap kinds, order of host calls,
state after failures, sharing, refusals, deadlines.  It is no test suite of WebAssembly; that is the core suite's place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..child import EngineLost, Misused
from ..protocol import Engine
from ..wire import MessageError
from . import callbacks, failures, linking, numbers, observation
from .check import Check, Failed

__all__ = ["CHECKS", "Check", "Failed", "Report", "check_engine"]

CHECKS: tuple[Check, ...] = (*numbers.CHECKS, *failures.CHECKS, *linking.CHECKS, *callbacks.CHECKS, *observation.CHECKS)
"""All checks, in the order in which an engine under construction will want to pass them."""


@dataclass(frozen=True, slots=True)
class Report:
    """Names of checks passed, `(name, what was wrong)` of those failed, `(name, missing features)` of those skipped."""

    engine: str
    passed: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, tuple[str, ...]], ...]


def check_engine(make: Callable[[], Engine], checks: Sequence[Check] = CHECKS) -> Report:
    """Runs the checks in one engine, each in stores of its own; after a failure, in a new engine.

    A process that dies, breaks the protocol of messages, or calls misuse what is none has failed the check.  Whatever
    else an engine raises escapes: it is a failure that no report should make look like a difference.
    """
    passed: list[str] = []
    failed: list[tuple[str, str]] = []
    skipped: list[tuple[str, tuple[str, ...]]] = []
    engine = make()
    name = engine.name
    try:
        for check in checks:
            missing = check.missing(engine)
            if missing:
                skipped.append((check.name, missing))
                continue
            try:
                check.run(engine)
                passed.append(check.name)
            except (Failed, EngineLost, MessageError, Misused) as failure:
                failed.append((check.name, str(failure)))
                engine.close()
                engine = make()
    finally:
        engine.close()
    return Report(name, tuple(passed), tuple(failed), tuple(skipped))
