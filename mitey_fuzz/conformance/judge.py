"""Whether an outcome is what a script asserts.

Rule 1: nothing is forgiven.  Results are compared bit for bit, traps by the kind that the script's words name, refusals
by phase wherever the engine tells phases.
"""

from collections.abc import Sequence
from typing import assert_never

from jit.wasm.types import TrapKind
from oracles.protocol import (
    Crashed,
    Exhausted,
    Outcome,
    Phase,
    Rejected,
    Returned,
    TimedOut,
    Trapped,
    Unsupported,
)

from .results import Failed, Mark, Passed, Skipped
from .values import Pattern, matches, show


def results(outcome: Outcome, wanted: Sequence[Pattern]) -> Mark:
    """Holds results against patterns."""
    if (
        isinstance(outcome, Returned)
        and len(outcome.values) == len(wanted)
        and all(map(matches, wanted, outcome.values))
    ):
        return Passed()
    return _missed(f"returned ({' '.join(map(show, wanted))})", outcome)


def success(outcome: Outcome) -> Mark:
    """Holds an outcome against any return."""
    return Passed() if isinstance(outcome, Returned) else _missed("a return", outcome)


def trap(outcome: Outcome | None, message: str) -> Mark:
    """Holds an outcome against the trap that a script's message names; None is a module instantiated."""
    if isinstance(outcome, Trapped) and is_named(outcome.kind, message):
        return Passed()
    return _missed(f"trap: {message}", outcome)


def exhaustion(outcome: Outcome, message: str) -> Mark:
    """Holds an outcome against an exhausted call stack."""
    return Passed() if outcome == Exhausted(message) else _missed(f"exhausted: {message}", outcome)


def rejection(outcome: Outcome | None, phase: Phase, message: str, *, by_phase: bool) -> Mark:
    """Holds an outcome against a refusal; None is a module accepted.

    Unless `by_phase`, malformed and invalid are not told apart.
    """
    if isinstance(outcome, Rejected):
        same = outcome.phase is phase
        if same or (not by_phase and Phase.LINK not in (outcome.phase, phase)):
            return Passed()
    return _missed(f"{phase.value}: {message}", outcome)


def is_named(kind: TrapKind, message: str) -> bool:
    """Whether a script's message names a kind of trap.

    Messages are the kind's words, shortened ("undefined") or with a number behind ("uninitialized element 7").
    """
    return bool(message) and (kind.value.startswith(message) or message.startswith(kind.value))


def describe(outcome: Outcome | None) -> str:
    """An outcome in words, for reports; None is a module accepted."""
    match outcome:
        case None:
            return "an instance"
        case Returned(values):
            return f"returned ({' '.join(map(str, values))})"
        case Trapped(kind):
            return f"trap: {kind.value}"
        case Exhausted(what):
            return f"exhausted: {what}"
        case Rejected(phase, message):
            return f"{phase.value}: {message}"
        case Crashed(message):
            return f"crashed: {message}"
        case TimedOut(seconds):
            return f"no end after {seconds} s"
        case Unsupported(reason):
            return f"unsupported: {reason}"
        case _:
            assert_never(outcome)


def _missed(wanted: str, outcome: Outcome | None) -> Mark:
    """A failure, unless the engine says that it cannot do this at all."""
    if isinstance(outcome, Unsupported):
        return Skipped(f"unsupported: {outcome.reason}")
    return Failed(wanted, describe(outcome))
