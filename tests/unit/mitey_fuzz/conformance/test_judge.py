"""Outcomes against assertions."""

import pytest

from jit.wasm.types import F32, I32, TrapKind, Value
from mitey_fuzz.conformance import judge
from mitey_fuzz.conformance.results import Failed, Passed, Skipped
from mitey_fuzz.conformance.values import AnyNan, Exactly
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

ONE = Value(I32, 1)
STACK = "call stack exhausted"
OTHERS: list[Outcome] = [
    Returned((Value(I32, 99),)),
    Trapped(TrapKind.UNREACHABLE),
    Exhausted("fuel"),
    Rejected(Phase.LINK, "unknown import"),
    Crashed("panic"),
    TimedOut(1.0),
]
"""Outcomes that none of the assertions below allows."""


def test_results_must_agree_in_number_and_bits() -> None:
    wanted = [Exactly(ONE), AnyNan(F32, arithmetic=False)]
    nan = Value(F32, 0xFFC00000)
    assert judge.results(Returned((ONE, nan)), wanted) == Passed()
    assert judge.results(Returned(()), []) == Passed()
    for values in ((ONE,), (ONE, nan, nan), (nan, ONE), (ONE, Value(F32, 0xFFC00001)), ()):
        assert isinstance(judge.results(Returned(values), wanted), Failed)


@pytest.mark.parametrize("outcome", OTHERS)
def test_every_assertion_fails_on_another_outcome_and_says_which(outcome: Outcome) -> None:
    marks = [
        judge.results(outcome, [Exactly(ONE)]),
        judge.trap(outcome, "integer overflow"),
        judge.exhaustion(outcome, STACK),
        judge.rejection(outcome, Phase.VALIDATE, "type mismatch", by_phase=True),
        judge.rejection(outcome, Phase.VALIDATE, "type mismatch", by_phase=False),
    ]
    assert [mark.actual for mark in marks if isinstance(mark, Failed)] == [judge.describe(outcome)] * 5


def test_an_engine_that_cannot_is_skipped_with_its_reason() -> None:
    outcome = Unsupported("tables of tables")
    marks = {
        judge.success(outcome),
        judge.results(outcome, []),
        judge.trap(outcome, "unreachable"),
        judge.exhaustion(outcome, STACK),
        judge.rejection(outcome, Phase.DECODE, "x", by_phase=True),
    }
    assert marks == {Skipped("unsupported: tables of tables")}


def test_an_exhausted_stack_is_no_trap_and_no_other_exhaustion() -> None:
    assert judge.exhaustion(Exhausted(STACK), STACK) == Passed()
    assert isinstance(judge.exhaustion(Exhausted("memory"), STACK), Failed)
    assert isinstance(judge.trap(Exhausted(STACK), STACK), Failed)


def test_success_is_any_return() -> None:
    assert judge.success(Returned((ONE,))) == Passed()
    assert isinstance(judge.success(Trapped(TrapKind.UNREACHABLE)), Failed)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("unreachable", TrapKind.UNREACHABLE),
        ("integer divide by zero", TrapKind.DIV_ZERO),
        ("integer overflow", TrapKind.OVERFLOW),
        ("invalid conversion to integer", TrapKind.BAD_CONVERSION),
        ("out of bounds memory access", TrapKind.OOB_MEMORY),
        ("out of bounds table access", TrapKind.OOB_TABLE),
        ("undefined element", TrapKind.UNDEFINED_ELEMENT),
        ("undefined", TrapKind.UNDEFINED_ELEMENT),
        ("uninitialized element 7", TrapKind.UNINITIALIZED_ELEMENT),
        ("uninitialized", TrapKind.UNINITIALIZED_ELEMENT),
        ("indirect call type mismatch", TrapKind.INDIRECT_MISMATCH),
        ("indirect call", TrapKind.INDIRECT_MISMATCH),
    ],
)
def test_a_message_names_one_kind_of_trap(message: str, kind: TrapKind) -> None:
    assert [one for one in TrapKind if judge.is_named(one, message)] == [kind]
    assert judge.trap(Trapped(kind, "in other words"), message) == Passed()


def test_no_message_names_no_trap() -> None:
    assert not any(judge.is_named(kind, "") for kind in TrapKind)


def test_refusals_are_told_apart_by_phase_where_the_engine_does() -> None:
    invalid, malformed, unlinkable = (Rejected(phase) for phase in (Phase.VALIDATE, Phase.DECODE, Phase.LINK))
    for by_phase in (True, False):
        assert judge.rejection(invalid, Phase.VALIDATE, "x", by_phase=by_phase) == Passed()
        assert judge.rejection(malformed, Phase.DECODE, "x", by_phase=by_phase) == Passed()
        assert judge.rejection(unlinkable, Phase.LINK, "x", by_phase=by_phase) == Passed()
        for one, other in ((unlinkable, Phase.VALIDATE), (invalid, Phase.LINK), (malformed, Phase.LINK)):
            assert isinstance(judge.rejection(one, other, "x", by_phase=by_phase), Failed)
    assert judge.rejection(invalid, Phase.DECODE, "x", by_phase=False) == Passed()
    assert isinstance(judge.rejection(invalid, Phase.DECODE, "x", by_phase=True), Failed)


def test_an_accepted_module_is_no_refusal_and_no_trap() -> None:
    assert judge.rejection(None, Phase.LINK, "unknown import", by_phase=True) == Failed(
        "unlinkable: unknown import", "an instance"
    )
    assert judge.trap(None, "unreachable") == Failed("trap: unreachable", "an instance")
