"""Every tolerated difference, by name.  Whatever is not named here is a divergence.

Two kinds of rules: a *poison* ends a case because engines may legally differ from there on (the campaign counts each,
and fails when there are too many); an *equivalence* takes two outcomes for one because an engine cannot tell them
apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from jit.wasm.types import Value
from oracles.protocol import (
    Capabilities,
    Crashed,
    Exhausted,
    Outcome,
    Phase,
    Rejected,
    Returned,
    Snapshot,
    TimedOut,
    Trapped,
    Unsupported,
)

# fmt: off
POISONS: dict[str, str] = {
    "exhausted":      "an engine ran out of stack, memory or table space: its limits are its own (but see `shallow`)",
    "timeout":        "an oracle ran out of its time allowance: the case is too long to judge",
    "unsupported":    "an engine does not implement what the case uses, or refuses it by a stated limit",
    "all-crashed":    "every engine failed: the case cannot be judged",
    "open-ended":     "an engine with more proposals on than were asked for took what another refused",
    "silent":         "a worker did not answer: the case was too large for the harness; it is kept",
}

EQUIVALENCES: dict[str, str] = {
    "indistinct-traps":  "an engine has one word for several kinds of trap (`Capabilities.indistinct`)",
    "phases":            "an engine does not tell malformed from invalid (`tells_phases`)",
    "unnamed-functions": "an engine cannot tell to which function a reference is (`names_functions`)",
    "hidden-state":      "an engine does not show its state (`reads_state`)",
}
# fmt: on


def poison(subject: Outcome, oracle: Outcome, pair: "Pair") -> str | None:
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
    if pair.is_open_ended(subject, oracle):
        return "open-ended"
    return None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two engines by what they can tell: every one of `EQUIVALENCES` is decided here."""

    one: Capabilities
    other: Capabilities

    def same_trap(self, one: Trapped, other: Trapped) -> bool:
        """Whether two traps are of one kind, or of kinds that one of the engines cannot tell apart.

        Messages are never compared.
        """
        if one.kind is other.kind:
            return True
        return any({one.kind, other.kind} <= group for group in (*self.one.indistinct, *self.other.indistinct))

    def same_rejection(self, one: Rejected, other: Rejected) -> bool:
        """Whether two refusals agree; the phase counts only where both tell it.  Messages are never compared."""
        return one.phase is other.phase or not (self.one.tells_phases and self.other.tells_phases)

    def same_result(self, one: Outcome, other: Outcome) -> bool:
        """Whether two outcomes are the same, as both engines can give values."""
        if one == other:
            return True
        if not (isinstance(one, Returned) and isinstance(other, Returned)):
            return False
        return self._given(one.values) == self._given(other.values)

    def _given(self, values: Sequence[Value]) -> list[Value]:
        return [self.other.gives(self.one.gives(value)) for value in values]

    def as_seen(self, state: Snapshot) -> Snapshot:
        """What both engines can show of a state."""
        if not (self.one.reads_state and self.other.reads_state):
            return Snapshot((), (), (), ())
        if self.one.names_functions and self.other.names_functions:
            return state
        shown = tuple(
            (name, tuple([self.other.shows(self.one.shows(token)) for token in tokens]))
            for name, tokens in state.tables
        )
        names = [name for name, _ in state.globals]
        cells = tuple(zip(names, self._given([value for _, value in state.globals]), strict=True))
        return Snapshot(state.memories, cells, shown, state.host_calls)

    def is_open_ended(self, one: Outcome, other: Outcome) -> bool:
        """Whether one engine refused a module for what the other may have proposals for that nobody asked for."""
        return (_is_refusal(one) and self.other.open_ended and not _is_refusal(other)) or (
            _is_refusal(other) and self.one.open_ended and not _is_refusal(one)
        )


def _is_refusal(outcome: Outcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.phase is not Phase.LINK
