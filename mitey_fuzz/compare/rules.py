"""Every tolerated difference, by name.  Whatever is not named here is a divergence.

Two kinds of rules: a *poison* ends a case because engines may legally differ from there on (the campaign counts each,
and fails when there are too many); an *equivalence* takes two outcomes for one because an engine cannot tell them
apart.
"""

from jit.wasm.types import TrapKind
from oracles.protocol import Crashed, Exhausted, Outcome, Rejected, TimedOut, Trapped, Unsupported

# fmt: off
POISONS: dict[str, str] = {
    "exhausted":      "an engine ran out of stack, memory or table space: its limits are its own",
    "timeout":        "the oracle ran out of its time allowance: the case is too long to judge",
    "unsupported":    "an engine does not implement what the case uses, or refuses it by a stated limit",
    "all-crashed":    "every engine failed: the case cannot be judged",
    "silent":         "a worker did not answer: the case was too large for the harness; it is kept",
}

EQUIVALENT_TRAPS: dict[frozenset[TrapKind], str] = {
    frozenset({TrapKind.OOB_TABLE, TrapKind.UNDEFINED_ELEMENT}):
        "wasmtime has one trap code for call_indirect out of range and for table instructions out of range",
}
# fmt: on


def poison(subject: Outcome, oracle: Outcome) -> str | None:
    """The name of the rule by which this pair of outcomes ends the case, or None."""
    if isinstance(subject, Crashed) and isinstance(oracle, Crashed):
        return "all-crashed"
    if isinstance(subject, Crashed) or isinstance(oracle, Crashed):
        return None
    if isinstance(subject, Unsupported) or isinstance(oracle, Unsupported):
        return "unsupported"
    if isinstance(subject, Exhausted) or isinstance(oracle, Exhausted):
        return "exhausted"
    if isinstance(oracle, TimedOut):
        return "timeout"
    return None


def same_trap(one: Trapped, other: Trapped) -> bool:
    """Whether two traps are the same kind, up to `EQUIVALENT_TRAPS`.  Messages are never compared."""
    return one.kind is other.kind or frozenset({one.kind, other.kind}) in EQUIVALENT_TRAPS


def same_rejection(one: Rejected, other: Rejected, *, phases_told: bool) -> bool:
    """Whether two refusals agree; the phase counts only where both engines tell it.  Messages are never compared."""
    return not phases_told or one.phase is other.phase
