"""The comparator: what it takes for equal, what it reports, and that it never reports what is legal."""

import dataclasses
from contextlib import nullcontext

import pytest

from jit.wasm.types import FUNCREF, I32, NULL, TrapKind, Value
from mitey_fuzz.case import Case, Companion
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Agreed, Divergence, DivergenceKind, Poisoned, Verdict
from oracles.child import EngineLate
from oracles.interp import InterpEngine
from oracles.protocol import (
    FOREIGN,
    Capabilities,
    Crashed,
    Exhausted,
    Outcome,
    Phase,
    Rejected,
    Returned,
    Snapshot,
    Store,
    TimedOut,
    Trapped,
    Unsupported,
)
from support.liar import TRUE_FEATURES, Liar, Lie, honest
from support.linked import linked
from support.wat import case, wasm

ADD = """
    (memory (export "m") 1) (global (export "g") (mut i32) (i32.const 7)) (table (export "t") 2 funcref)
    (func (export "add") (param i32 i32) (result i32)
      (i32.store (i32.const 0) (local.get 0))
      (i32.add (local.get 0) (local.get 1)))
    (func (export "trap") unreachable)
"""


def judge(given: Case, *engines: Liar) -> Verdict:
    reference = differ.oracle(InterpEngine(TRUE_FEATURES))
    others = [differ.subject(engine) for engine in engines]
    return differ.run(given, reference, others, deadline_s=5, watch=lambda _stage: nullcontext())


def saying(outcome: Outcome) -> Liar:
    return Liar(lie=lambda _true: outcome)


def test_an_engine_agrees_with_itself_in_every_step() -> None:
    verdict = judge(case(ADD, "add i32:1 i32:2", "trap", "add i32:3 i32:4"), Liar())
    assert verdict == Agreed(4, (TrapKind.UNREACHABLE,))


def test_a_wrong_result_is_a_divergence_in_its_step() -> None:
    def four(true: Outcome) -> Outcome:
        return Returned((Value(I32, 4),)) if isinstance(true, Returned) else true

    verdict = judge(case(ADD, "trap", "add i32:1 i32:2"), Liar(lie=four))
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.step, verdict.subject, verdict.oracle) == (
        DivergenceKind.RESULT, 2, "liar", "interp",
    )  # fmt: skip
    assert verdict.detail == "expected (i32:0x3), got (i32:0x4)"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (Trapped(TrapKind.OVERFLOW), DivergenceKind.TRAP),
        (Returned(()), DivergenceKind.TRAP),
        (Crashed("Traceback: boom"), DivergenceKind.CRASH),
        (TimedOut(1.0), DivergenceKind.HANG),
        (Rejected(Phase.VALIDATE), DivergenceKind.ACCEPTANCE),
    ],
)
def test_another_kind_of_outcome_is_a_divergence_of_its_kind(told: Outcome, kind: DivergenceKind) -> None:
    verdict = judge(case(ADD, "trap"), saying(told))
    assert isinstance(verdict, Divergence)
    assert verdict.kind is kind


@pytest.mark.parametrize(
    ("told", "reason"),
    [(Exhausted("call stack exhausted"), "exhausted"), (Unsupported("no"), "unsupported")],
)
def test_what_engines_may_do_differently_poisons_the_case(told: Outcome, reason: str) -> None:
    assert judge(case(ADD, "trap"), saying(told)) == Poisoned(reason, 1)


def test_messages_of_traps_are_not_compared() -> None:
    assert isinstance(judge(case(ADD, "trap"), saying(Trapped(TrapKind.UNREACHABLE, "in other words"))), Agreed)


def claiming(outcome: Outcome, **can: object) -> Liar:
    """An engine that says this and that it can no more than that."""
    engine = saying(outcome)
    engine.claim = lambda true: dataclasses.replace(true, **can)
    return engine


def test_kinds_of_traps_are_taken_for_one_only_where_an_engine_cannot_tell_them_apart() -> None:
    given = case('(table 1 funcref) (func (export "f") (call_indirect (i32.const 9)))', "f")
    one_word = (frozenset({TrapKind.OOB_TABLE, TrapKind.UNDEFINED_ELEMENT}),)
    assert isinstance(judge(given, claiming(Trapped(TrapKind.OOB_TABLE), indistinct=one_word)), Agreed)
    assert isinstance(judge(given, claiming(Trapped(TrapKind.OOB_TABLE))), Divergence)
    assert isinstance(judge(given, claiming(Trapped(TrapKind.UNREACHABLE), indistinct=one_word)), Divergence)


def test_an_engine_that_blurs_two_kinds_does_not_hide_that_others_differ_in_them() -> None:
    given = case('(table 1 funcref) (func (export "f") (call_indirect (i32.const 9)))', "f")
    one_word = (frozenset({TrapKind.OOB_TABLE, TrapKind.UNDEFINED_ELEMENT}),)
    blurry = claiming(Trapped(TrapKind.OOB_TABLE), indistinct=one_word)
    verdict = judge(given, blurry, saying(Trapped(TrapKind.OOB_TABLE)))
    assert isinstance(verdict, Divergence)
    assert verdict.detail == "expected trap: undefined element, got trap: out of bounds table access"


def test_functions_in_tables_are_compared_as_far_as_both_can_name_them() -> None:
    given = case('(func $f) (table (export "t") 3 funcref) (elem (i32.const 1) $f)')

    def showing(*tokens: str) -> Verdict:
        engine = _blurred(tables=(("t", tokens),))
        engine.claim = lambda true: dataclasses.replace(true, names_functions=False)
        return judge(given, engine)

    assert isinstance(showing("null", "func", "null"), Agreed)
    verdict = showing("func", "func", "null")
    assert isinstance(verdict, Divergence)
    assert verdict.detail == "table 't'[0]: expected null, got func"


def test_functions_as_values_are_compared_as_far_as_both_can_name_them() -> None:
    given = case(
        """(global (export "g") funcref (ref.func 0)) (global (export "n") funcref (ref.null func))
        (func (export "f") (result funcref i32) (ref.func 0) (i32.const 7))""",
        "f",
    )

    def giving(value: int, held: int) -> Verdict:
        def lie(true: Outcome) -> Outcome:
            is_call = isinstance(true, Returned) and true.values
            return Returned((Value(FUNCREF, value), Value(I32, 7))) if is_call else true

        engine = _blurred(globals=(("g", Value(FUNCREF, held)), ("n", Value(FUNCREF, NULL))))
        engine.lie = lie
        engine.claim = lambda true: dataclasses.replace(true, names_functions=False)
        return judge(given, engine)

    assert giving(FOREIGN, FOREIGN) == Agreed(2)
    wrong = giving(NULL, FOREIGN)
    assert isinstance(wrong, Divergence)
    assert wrong.kind is DivergenceKind.RESULT
    wrong = giving(FOREIGN, NULL)
    assert isinstance(wrong, Divergence)
    assert wrong.kind is DivergenceKind.STATE


def test_an_engine_that_shows_no_state_is_compared_by_its_outcomes() -> None:
    silent = _blurred(memories=(), globals=(), tables=())
    silent.claim = lambda true: dataclasses.replace(true, reads_state=False)
    assert isinstance(judge(case(ADD, "add i32:1 i32:2"), silent), Agreed)


def test_a_module_that_an_engine_may_take_for_a_proposal_nobody_asked_for_is_poison() -> None:
    given = Case(b"\0asm\1\0\0\0\xff", ())
    taking = Liar(inner=InterpEngine(TRUE_FEATURES), claim=lambda true: dataclasses.replace(true, open_ended=True))
    refusing = Liar(refuse=lambda _wasm: Rejected(Phase.VALIDATE))
    reference = differ.oracle(taking)
    good = case(ADD)
    verdict = differ.run(good, reference, [differ.subject(refusing)], deadline_s=5, watch=lambda _: nullcontext())
    assert verdict == Poisoned("open-ended", 0)
    assert isinstance(judge(given, taking), Agreed)
    assert isinstance(judge(good, refusing), Divergence)


def _blurred(**changes: object) -> Liar:
    return Liar(blur=lambda snapshot: dataclasses.replace(snapshot, **changes))


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"memories": (("m", bytes(7) + b"\1" + bytes(65528)),)}, "memory 'm' at 0x7: expected 00"),
        ({"memories": (("m", b""),)}, "memory 'm': 65536 bytes expected, 0 bytes"),
        ({"globals": (("g", Value(I32, 8)),)}, "global 'g': expected i32:0x7, got i32:0x8"),
        ({"tables": (("t", ("null", "func:0")),)}, "table 't'[1]: expected null, got func:0"),
        ({"tables": (("t", ("null",)),)}, "table 't': 2 elements expected, 1"),
    ],
)
def test_a_difference_in_state_names_its_place(changes: dict[str, object], detail: str) -> None:
    verdict = judge(case(ADD), _blurred(**changes))
    assert isinstance(verdict, Divergence)
    assert verdict.kind is DivergenceKind.STATE
    assert verdict.step == 0
    assert verdict.detail.startswith(detail)
    assert isinstance(verdict.expected, Snapshot)


def test_both_refusing_for_the_same_reason_agree() -> None:
    given = Case(b"\0asm\1\0\0\0\xff", ())
    assert isinstance(judge(given, Liar()), Agreed)


def test_refusing_in_another_phase_is_a_divergence_where_phases_are_told() -> None:
    given = Case(b"\0asm\1\0\0\0\xff", ())
    verdict = judge(given, Liar(refuse=lambda _wasm: Rejected(Phase.VALIDATE)))
    assert isinstance(verdict, Divergence)
    assert verdict.kind is DivergenceKind.ACCEPTANCE


def test_the_odd_one_out_of_three_is_named() -> None:
    verdict = judge(case(ADD, "add i32:1 i32:2"), Liar(name="honest"), saying(Returned((Value(I32, 9),))))
    assert isinstance(verdict, Divergence)
    assert verdict.odd == ("liar",)


def test_a_reference_that_is_outvoted_is_the_one_that_is_wrong() -> None:
    wrong = saying(Returned((Value(I32, 9),)))
    others = [differ.subject(Liar(name="jit:x")), differ.oracle(Liar(name="wasmtime"))]
    given = case(ADD, "add i32:1 i32:2")
    verdict = differ.run(given, differ.oracle(wrong), others, deadline_s=5, watch=lambda _: nullcontext())
    assert isinstance(verdict, Divergence)
    assert (verdict.subject, verdict.oracle, verdict.odd) == ("liar", "wasmtime", ("liar",))
    assert verdict.detail == "expected (i32:0x3), got (i32:0x9)"


def test_subjects_of_one_family_do_not_outvote_the_reference() -> None:
    nine = Returned((Value(I32, 9),))
    subjects = [saying(nine), saying(nine)]
    for subject, name in zip(subjects, ("jit:minimal", "jit:baseline"), strict=True):
        subject.name = name
    verdict = judge(case(ADD, "add i32:1 i32:2"), *subjects)
    assert isinstance(verdict, Divergence)
    assert (verdict.subject, verdict.oracle, verdict.odd) == ("jit:minimal", "interp", ())


def test_engines_of_one_front_end_do_not_outvote_the_reference_about_what_is_valid() -> None:
    def claim(can: Capabilities) -> Capabilities:
        return dataclasses.replace(can, front_end="other")

    invalid = case(ADD, "trap")
    invalid = dataclasses.replace(invalid, wasm=invalid.wasm + b"\x01")
    lenient = [Liar(name=name, refuse=lambda _: Returned(()), claim=claim) for name in ("one", "two")]
    verdict = judge(invalid, *lenient)
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.subject, verdict.odd) == (DivergenceKind.ACCEPTANCE, "one", ())


def test_an_oracle_that_is_late_convicts_nobody_and_is_not_convicted() -> None:
    def slow(_: Snapshot) -> Snapshot:
        raise EngineLate("snapshot", 10)

    given = case(ADD, "add i32:1 i32:2")
    for late in (Liar(blur=slow), saying(TimedOut(5))):
        oracles = [differ.oracle(engine) for engine in (InterpEngine(TRUE_FEATURES), late)]
        for reference, other in (oracles, reversed(oracles)):
            subject = differ.subject(Liar(name="subject"))
            verdict = differ.run(given, reference, (subject, other), deadline_s=5, watch=lambda _stage: nullcontext())
            assert isinstance(verdict, Poisoned)
            assert verdict.reason == "timeout"


def test_an_engine_that_fails_when_its_store_is_closed_crashed() -> None:
    class Fragile(Liar):
        def open(self) -> Store:
            store = super().open()
            store.close = _fail
            return store

    verdict = judge(case(ADD, "add i32:1 i32:2"), Fragile())
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.subject) == (DivergenceKind.CRASH, "liar")
    wrong = Fragile(lie=lambda _: Returned((Value(I32, 9),)))
    verdict = judge(case(ADD, "add i32:1 i32:2"), wrong)
    assert isinstance(verdict, Divergence)
    assert verdict.kind is DivergenceKind.RESULT


def _fail() -> None:
    raise RuntimeError("corrupted size vs. prev_size")


def test_without_a_majority_nobody_is_named() -> None:
    verdict = judge(case(ADD, "add i32:1 i32:2"), saying(Returned((Value(I32, 9),))))
    assert isinstance(verdict, Divergence)
    assert verdict.odd == ()


def test_a_call_of_an_export_that_does_not_exist_poisons_instead_of_ending_the_campaign() -> None:
    assert judge(case(ADD, "nobody"), Liar()) == Poisoned("unsupported", 1)


def test_a_divergence_of_one_engine_is_seen_though_another_is_poisoned() -> None:
    verdict = judge(case(ADD, "add i32:1 i32:2"), saying(Exhausted("stack")), saying(Returned((Value(I32, 9),))))
    assert isinstance(verdict, Divergence)
    assert verdict.kind is DivergenceKind.RESULT


def judge_twins(lie: Lie, twin_lie: Lie, twin_code: str = "jit") -> Verdict:
    """The verdict on a case of which one subject says `lie`, and the other, of this code, `twin_lie`."""
    here = differ.subject(Liar(lie=lie, name="jit@here"), "jit")
    there = differ.subject(Liar(lie=twin_lie, name="jit@there"), twin_code)
    reference = differ.oracle(InterpEngine(TRUE_FEATURES))
    given = case(ADD, "add i32:1 i32:2")
    return differ.run(given, reference, [here, there], deadline_s=5, watch=lambda _stage: nullcontext())


def test_a_difference_that_one_host_alone_shows_is_a_host_split() -> None:
    verdict = judge_twins(lambda _true: Returned((Value(I32, 9),)), honest)
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.subject, verdict.oracle) == (DivergenceKind.HOST_SPLIT, "jit@here", "interp")
    assert verdict.actual == Returned((Value(I32, 9),))
    assert "jit@there agrees" in verdict.detail
    verdict = judge_twins(honest, lambda _true: Trapped(TrapKind.UNREACHABLE))
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.subject) == (DivergenceKind.HOST_SPLIT, "jit@there")


def test_a_difference_that_both_hosts_show_or_that_another_engine_does_not_is_no_host_split() -> None:
    def wrong(_true: Outcome) -> Outcome:
        return Returned((Value(I32, 9),))

    for verdict in (judge_twins(wrong, wrong), judge_twins(wrong, honest, "other"), judge_twins(wrong, honest, "")):
        assert isinstance(verdict, Divergence)
        assert (verdict.kind, verdict.subject) == (DivergenceKind.RESULT, "jit@here")


def test_companions_are_linked_and_called_back() -> None:
    given = linked("direct i32:0", "both i32:0", "back i32:0", "both i32:-1")
    assert judge(given, Liar()) == Agreed(5, (TrapKind.OOB_MEMORY,))
    steps = list(differ.observe(differ.oracle(InterpEngine(TRUE_FEATURES)), given, 5, lambda _: nullcontext()))
    assert [step.outcome for step in steps[1:3]] == [Returned((Value(I32, 49),)), Returned((Value(I32, 42 + 700 + 7),))]
    assert steps[3].state is not None
    assert [call.name for call in steps[3].state.host_calls] == ["host.back", "main.own"]


def test_a_companions_state_is_compared_too() -> None:
    def forgets(snapshot: Snapshot) -> Snapshot:
        memories = tuple((name, b"\0" * len(m) if m[8] else m) for name, m in snapshot.memories)
        return dataclasses.replace(snapshot, memories=memories)

    verdict = judge(linked("direct i32:0", "poke i32:8 i32:255"), Liar(blur=forgets))
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.step) == (DivergenceKind.STATE, 2)
    assert verdict.detail == "in c0: memory 'm' at 0x0: expected 2a00000000000000, got 0000000000000000"
    assert isinstance(verdict.expected, Snapshot)
    assert verdict.expected.memories[0][1][8] == 255


TRAPS = linked()
TRAPS = dataclasses.replace(
    TRAPS,
    wasm=wasm("""
        (import "c0" "m" (memory 1)) (import "c0" "t" (table 2 funcref)) (import "c0" "n" (global $n (mut i32)))
        (import "c0" "poke" (func $poke (param i32 i32)))
        (func $own) (elem (i32.const 1) $own) (data (i32.const 4) "\\05\\06")
        (start $all) (func $all
          (call $poke (i32.const 9) (i32.const 7)) (global.set $n (i32.const 8)) unreachable)"""),
)
"""Its instantiation traps after it wrote to its companion's memory, table and global."""


@pytest.mark.parametrize("part", ["memories", "globals", "tables"])
def test_what_a_module_that_trapped_left_in_its_companions_is_compared(part: str) -> None:
    assert judge(TRAPS, Liar()) == Agreed(1, (TrapKind.UNREACHABLE,))
    companion = TRAPS.companions[0]
    untouched = InterpEngine(TRUE_FEATURES).open().instantiate(companion.wasm, deadline_s=5)
    assert not isinstance(untouched, Outcome)
    before = getattr(untouched.snapshot(), part)
    verdict = judge(TRAPS, Liar(blur=lambda snapshot: dataclasses.replace(snapshot, **{part: before})))
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.step) == (DivergenceKind.STATE, 0)
    assert verdict.detail.startswith("in c0: ")


def test_a_companion_that_is_no_instance_ends_the_case() -> None:
    given = dataclasses.replace(linked("direct i32:0"), companions=())
    assert judge(given, Liar()) == Agreed(1)
    refuses = Liar(refuse=lambda wasm: None if wasm == given.wasm else Rejected(Phase.LINK))
    verdict = judge(linked("direct i32:0"), refuses)
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.step) == (DivergenceKind.ACCEPTANCE, 0)


FALLEN = dataclasses.replace(linked("direct i32:0"), companions=(*linked().companions, Companion("fallen", TRAPS.wasm)))
"""A companion that traps as TRAPS does, and from which nobody imports."""


def test_a_companion_that_traps_is_passed_over_and_what_it_wrote_stays() -> None:
    assert judge(FALLEN, Liar()) == Agreed(2)
    steps = list(differ.observe(differ.oracle(InterpEngine(TRUE_FEATURES)), FALLEN, 5, lambda _: nullcontext()))
    assert [(name, trap.kind) for name, trap in steps[0].fallen] == [("fallen", TrapKind.UNREACHABLE)]
    ((_, state),) = steps[0].companions
    assert state.memories[0][1][4:6] == b"\5\6"


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        ("(start $f) (func $f unreachable)", "in fallen: expected trap: unreachable, got trap: integer divide by zero"),
        ("(func $f unreachable)", "in fallen: expected (), got trap: integer divide by zero"),
    ],
)
def test_a_companion_that_traps_on_one_engine_alone_or_otherwise_is_a_difference(code: str, detail: str) -> None:
    given = dataclasses.replace(FALLEN, companions=(*linked().companions, Companion("fallen", wasm(code))))
    verdict = judge(given, Liar(refuse=lambda module: Trapped(TrapKind.DIV_ZERO) if module == wasm(code) else None))
    assert isinstance(verdict, Divergence)
    assert (verdict.kind, verdict.step, verdict.detail) == (DivergenceKind.TRAP, 0, detail)
    assert verdict.actual == Trapped(TrapKind.DIV_ZERO)


def test_an_engine_whose_host_functions_cannot_call_back_has_no_say_where_they_do() -> None:
    unable = Liar(claim=lambda can: dataclasses.replace(can, calls_back=False))
    assert judge(linked("direct i32:0"), unable) == Poisoned("unsupported", 0)
