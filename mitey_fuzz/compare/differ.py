"""Runs a case on several engines in step and compares results, traps and whole state after every step.

All engines run one step before anything is judged, so that `vote` can say who is wrong, and nothing runs beyond the
first difference.
"""

import traceback
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from jit.wasm.types import TrapKind
from oracles.child import EngineLate
from oracles.protocol import (
    Crashed,
    Engine,
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

from ..case import Case
from . import rules, shallow, vote
from .stage import Failure, Fallen, enter
from .verdict import Agreed, Divergence, DivergenceKind, Poisoned, Verdict

FATAL: Final = (Exhausted, Crashed, TimedOut, Unsupported, Rejected)
"""Outcomes after which an instance is not used any more."""


class Watch(Protocol):
    """Times stages: `with watch("oracle"): …`.  Stages here: compile, execute (a subject's), oracle, compare."""

    def __call__(self, stage: str) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What one engine showed in one step; `state` is None where there is no instance to look at.

    `companions` is the state of the case's companions, by name; of those that became instances.  In the first step,
    `fallen` are those that trapped instead.
    """

    outcome: Outcome
    state: Snapshot | None
    companions: tuple[tuple[str, Snapshot], ...] = ()
    fallen: Fallen = ()


@dataclass(frozen=True, slots=True)
class Contender:
    """An engine in a comparison and the stages its time is booked under: instantiating and calling.

    Engines with one word in `code`, if it is not empty, generate the same code and differ in the host that runs it.
    """

    engine: Engine
    compiling: str
    executing: str
    code: str = ""

    @property
    def is_oracle(self) -> bool:
        return self.executing == ORACLE


ORACLE: Final = "oracle"


def subject(engine: Engine, code: str = "") -> Contender:
    return Contender(engine, "compile", "execute", code)


def oracle(engine: Engine) -> Contender:
    return Contender(engine, ORACLE, ORACLE)


_OVER: Final = Step(Returned(()), None)
"""What an engine shows that has come to the end of a case, where another one fails after it."""


def observe(contender: Contender, case: Case, deadline_s: float, watch: Watch) -> Generator[Step]:
    """Runs a case on one engine, lazily: the instantiation is the first step, each call of the script one more.

    Ends early after an outcome that leaves no usable instance.  Rule 1: an exception that leaves an engine is caught
    here and nowhere else; it is that engine's crash, with its traceback, and never the end of a campaign.  An engine
    that did not answer in time has not crashed: it is late.
    """
    left = False
    try:
        store = contender.engine.open()
        try:
            yield from _steps(store, contender, case, deadline_s, watch)
        except GeneratorExit:
            left = True
            raise
        finally:
            store.close()
    except EngineLate as late:
        if not left:
            yield Step(TimedOut(late.limit_s), None)
    except Exception:
        if not left:  # nobody listens any more to an engine that fails while it is put away
            yield Step(Crashed(traceback.format_exc()), None)


def _steps(store: Store, contender: Contender, case: Case, deadline_s: float, watch: Watch) -> Generator[Step]:
    if case.calls_back and not contender.engine.can.calls_back:
        yield Step(Unsupported("its host functions cannot call back"), None)
        return
    with watch(contender.compiling):
        stage = enter(store, case, deadline_s)
    if isinstance(stage, Failure):
        yield Step(stage.outcome, None, stage.others(), stage.fallen)
        return
    with watch(contender.executing):
        first = Step(Returned(()), stage.main.snapshot(), stage.others(), stage.fallen)
    yield first
    for call in case.script:
        with watch(contender.executing):
            try:
                outcome = stage.main.call(call.export, call.args, deadline_s=deadline_s)
            except (KeyError, ValueError) as misfit:  # the script does not fit the module
                outcome = Unsupported(f"{call.export!r} cannot be called so: {misfit}")
            ended = isinstance(outcome, FATAL)
            step = Step(outcome, None) if ended else Step(outcome, stage.main.snapshot(), stage.others())
        yield step
        if ended:
            return


def run(case: Case, reference: Contender, others: Sequence[Contender], *, deadline_s: float, watch: Watch) -> Verdict:
    """Runs and judges a case.  `deadline_s` bounds every single step of every engine."""
    contenders = (reference, *others)
    traps: list[TrapKind] = []
    number = 0
    with ExitStack() as stack:
        runs = [stack.enter_context(closing(observe(c, case, deadline_s, watch))) for c in contenders]
        while any(found := [next(run, None) for run in runs]):
            steps = [step or _OVER for step in found]
            with watch("compare"):
                verdict = _judge(case, number, contenders, steps)
            if verdict is not None:
                return verdict
            if isinstance(steps[0].outcome, Trapped):
                traps.append(steps[0].outcome.kind)
            number += 1
    return Agreed(number, tuple(traps))


def _judge(
    case: Case, number: int, contenders: Sequence[Contender], steps: Sequence[Step]
) -> Poisoned | Divergence | None:
    """What a step means: a divergence of any engine before a poison of another."""
    if _unanimous(steps):
        return None
    poisons = [_poison(at, contenders, steps) for at in range(1, len(steps))]
    for at, reason in enumerate(poisons, 1):
        if reason == "exhausted" and _has_room(case, number, (contenders[0], contenders[at]), (steps[0], steps[at])):
            poisons[at - 1] = None
    voters = [0, *(at for at, reason in enumerate(poisons, 1) if reason is None)]
    groups = _groups(voters, contenders, steps)
    if len(groups) == 1:
        return next((Poisoned(reason, number) for reason in poisons if reason is not None), None)
    names = [contender.engine.name for contender in contenders]
    is_refused = any(isinstance(step.outcome, Rejected) and step.outcome.phase is not Phase.LINK for step in steps)
    voices = [c.engine.can.front_end if is_refused else vote.family(c.engine.name) for c in contenders]
    never = [group for group in groups if isinstance(steps[group[0]].outcome, Crashed)]
    ballot = vote.elect(groups, names, voices, never_right=never)
    by_role = sorted(ballot.right, key=lambda at: not contenders[at].is_oracle)
    right, wrong, (kind, detail) = next(
        (one, other, difference)
        for other in ballot.wrong
        for one in by_role
        if (difference := compare(steps[one], steps[other], _pair(contenders, one, other))) is not None
    )
    expected, actual = _shown(steps[right], steps[wrong], kind, _pair(contenders, right, wrong))
    twin = _right_twin(contenders, steps, wrong, right)
    if twin is not None:
        kind, detail = DivergenceKind.HOST_SPLIT, f"{detail}; but {twin} agrees"
    return Divergence(kind, names[wrong], names[right], number, expected, actual, detail, ballot.odd)


def _poison(at: int, contenders: Sequence[Contender], steps: Sequence[Step]) -> str | None:
    """The rule by which an engine that is not the reference has no vote about this step; a late oracle never has."""
    if contenders[at].is_oracle and isinstance(steps[at].outcome, TimedOut):
        return "timeout"
    return rules.poison(steps[at].outcome, steps[0].outcome, _pair(contenders, at, 0))


def _has_room(case: Case, number: int, two: tuple[Contender, Contender], steps: tuple[Step, Step]) -> bool:
    """Whether a subject calls its call stack exhausted where it had the room, so that it has a vote like anybody.

    That is so where the interpreter, with no more room than the subject is sure to have, comes to what the reference
    shows in this step.  An oracle is never convicted of exhaustion.
    """
    (reference, accused), (expected, actual) = two, steps
    is_stack = isinstance(actual.outcome, Exhausted) and actual.outcome.what == TrapKind.EXHAUSTED.value
    if accused.is_oracle or not is_stack or not isinstance(expected.outcome, Returned | Trapped):
        return False
    interpreter = shallow.interpreter(case, accused.engine.can)
    if interpreter is None:
        return False
    witness = oracle(interpreter)
    with closing(observe(witness, case, shallow.MOST_LOOKS, lambda _stage: nullcontext())) as run:
        step = next(islice(run, number, None), None)
    return step is not None and compare(expected, step, _pair((reference, witness), 0, 1)) is None


def _unanimous(steps: Sequence[Step]) -> bool:
    """Whether all engines showed exactly the same, and something that no rule is about: what nearly all steps are."""
    first = steps[0]
    return isinstance(first.outcome, Returned) and all(step == first for step in steps[1:])


def _pair(contenders: Sequence[Contender], one: int, other: int) -> rules.Pair:
    return rules.Pair(contenders[one].engine.can, contenders[other].engine.can)


def _groups(voters: Sequence[int], contenders: Sequence[Contender], steps: Sequence[Step]) -> list[list[int]]:
    """Who agrees with whom, in the order of the engines.

    An engine that cannot tell two of them apart agrees with both, and goes with the first.
    """

    def agree(one: int, other: int) -> bool:
        return compare(steps[one], steps[other], _pair(contenders, one, other)) is None

    groups: list[list[int]] = []
    for at in voters:
        home = next((group for group in groups if all(agree(member, at) for member in group)), None)
        groups.append([at]) if home is None else home.append(at)
    return groups


def _right_twin(contenders: Sequence[Contender], steps: Sequence[Step], wrong: int, right: int) -> str | None:
    """The name of an engine with the same code as the wrong one that agrees with the right one, if there is one."""
    code = contenders[wrong].code
    for at, contender in enumerate(contenders):
        if code and contender.code == code and compare(steps[right], steps[at], _pair(contenders, right, at)) is None:
            return contender.engine.name
    return None


def _shown(
    one: Step, other: Step, kind: DivergenceKind, pair: rules.Pair
) -> tuple[Outcome | Snapshot, Outcome | Snapshot]:
    """What of two steps a divergence holds: their outcomes, or a companion's, or states of the first that differs."""
    apart = _fell_apart(one, other, pair) if kind is DivergenceKind.TRAP else None
    if apart is not None:
        return apart[1], apart[2]
    places = differing(one, other, pair) if kind is DivergenceKind.STATE else None
    return (one.outcome, other.outcome) if places is None else (places[1], places[2])


def differing(one: Step, other: Step, pair: rules.Pair) -> tuple[str, Snapshot, Snapshot] | None:
    """The name of the first instance whose state differs, empty for the main one, and both states as both can see."""
    mains = () if one.state is None or other.state is None else (("", one.state, other.state),)
    linked = [(name, state, found) for (name, state), (_, found) in zip(one.companions, other.companions, strict=False)]
    for name, wanted, found in (*mains, *linked):
        if wanted != found:
            seen, made = pair.as_seen(wanted), pair.as_seen(found)
            if seen != made:
                return name, seen, made
    return None


def compare(expected: Step, actual: Step, pair: rules.Pair) -> tuple[DivergenceKind, str] | None:
    """The first difference between two steps, as its kind and a sentence; None when they agree."""
    one, other = expected.outcome, actual.outcome
    if isinstance(one, Crashed) != isinstance(other, Crashed):
        return DivergenceKind.CRASH, f"expected {describe(one)}, got {describe(other)}"
    if isinstance(one, TimedOut) != isinstance(other, TimedOut):
        return DivergenceKind.HANG, f"expected {describe(one)}, got {describe(other)}"
    apart = _fell_apart(expected, actual, pair)
    if apart is not None:
        return DivergenceKind.TRAP, f"in {apart[0]}: expected {describe(apart[1])}, got {describe(apart[2])}"
    if isinstance(one, Rejected) and isinstance(other, Rejected):
        if pair.same_rejection(one, other):
            return None
        return DivergenceKind.ACCEPTANCE, f"expected {describe(one)}, got {describe(other)}"
    if isinstance(one, Rejected) or isinstance(other, Rejected):
        return DivergenceKind.ACCEPTANCE, f"expected {describe(one)}, got {describe(other)}"
    if isinstance(one, Trapped) or isinstance(other, Trapped):
        if not (isinstance(one, Trapped) and isinstance(other, Trapped) and pair.same_trap(one, other)):
            return DivergenceKind.TRAP, f"expected {describe(one)}, got {describe(other)}"
    elif not pair.same_result(one, other):
        return DivergenceKind.RESULT, f"expected {describe(one)}, got {describe(other)}"
    places = differing(expected, actual, pair)
    if places is None:
        return None
    name, wanted, found = places
    return DivergenceKind.STATE, f"{f'in {name}: ' if name else ''}{first_difference(wanted, found)}"


def _fell_apart(expected: Step, actual: Step, pair: rules.Pair) -> tuple[str, Outcome, Outcome] | None:
    """The first companion that traps as it is instantiated on one engine, and not or otherwise on the other."""
    outcomes: list[dict[str, Outcome]] = [
        {**{name: Returned(()) for name, _ in step.companions}, **dict(step.fallen)} for step in (expected, actual)
    ]
    for name, _ in (*expected.fallen, *actual.fallen):
        one, other = (known.get(name) for known in outcomes)
        if one is None or other is None:
            continue  # that engine did not come to it
        if not (isinstance(one, Trapped) and isinstance(other, Trapped) and pair.same_trap(one, other)):
            return name, one, other
    return None


def describe(outcome: Outcome) -> str:
    """One line about an outcome, for people."""
    match outcome:
        case Returned(values):
            return "(" + ", ".join(map(str, values)) + ")"
        case Trapped(kind):
            return f"trap: {kind.value}"
        case Exhausted(what):
            return f"exhausted: {what}"
        case Rejected(phase, message):
            return f"{phase.value}: {message}"
        case Crashed(message):
            lines = [line for line in message.splitlines()[1:] if line and not line[0].isspace()]
            return "crash: " + (lines or message.splitlines() or ["no message"])[0]
        case TimedOut(seconds):
            return f"no end within {seconds:g} s"
        case Unsupported(reason):
            return f"unsupported: {reason}"


def first_difference(expected: Snapshot, actual: Snapshot) -> str:
    """Names the first place in which two snapshots differ."""
    for (name, one), (other_name, other) in zip(expected.memories, actual.memories, strict=False):
        if name != other_name or len(one) != len(other):
            return f"memory {name!r}: {len(one)} bytes expected, {len(other)} bytes of {other_name!r} found"
        if one != other:
            at = next(i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
            return f"memory {name!r} at {at:#x}: expected {one[at : at + 8].hex()}, got {other[at : at + 8].hex()}"
    for (name, value), (other_name, found) in zip(expected.globals, actual.globals, strict=False):
        if name != other_name or value != found:
            return f"global {name!r}: expected {value}, got {found}"
    for (name, row), (other_name, other_row) in zip(expected.tables, actual.tables, strict=False):
        if name != other_name or len(row) != len(other_row):
            return f"table {name!r}: {len(row)} elements expected, {len(other_row)} of {other_name!r} found"
        if row != other_row:
            index = next(i for i, (a, b) in enumerate(zip(row, other_row, strict=True)) if a != b)
            return f"table {name!r}[{index}]: expected {row[index]}, got {other_row[index]}"
    calls = list(zip(expected.host_calls, actual.host_calls, strict=False))
    for index, (call, made) in enumerate(calls):
        if call != made:
            wanted, got = ", ".join(map(str, call.args)), ", ".join(map(str, made.args))
            return f"host call {index}: expected {call.name}({wanted}), got {made.name}({got})"
    if len(expected.host_calls) != len(actual.host_calls):
        return f"{len(expected.host_calls)} host calls expected, {len(actual.host_calls)} made"
    return "different exports"
