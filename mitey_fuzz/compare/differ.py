"""Runs a case on several engines in step and compares results, traps and whole state after every step.

The first engine is the reference; every other one is compared with it.  All engines run one step before anything is
judged, so that a vote is possible, and nothing runs beyond the first difference.
"""

import traceback
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from typing import Protocol

from jit.wasm.types import TrapKind
from oracles.protocol import (
    Crashed,
    Engine,
    Exhausted,
    Outcome,
    Rejected,
    Returned,
    Snapshot,
    Store,
    TimedOut,
    Trapped,
    Unsupported,
)

from ..case import Case
from . import rules
from .verdict import Agreed, Divergence, DivergenceKind, Poisoned, Verdict

FATAL = (Exhausted, Crashed, TimedOut, Unsupported, Rejected)
"""Outcomes after which an instance is not used any more."""
OUTCOMES = (Returned, Trapped, *FATAL)


class Watch(Protocol):
    """Times stages: `with watch("oracle"): …`.  Stages here: compile, execute (a subject's), oracle, compare."""

    def __call__(self, stage: str) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What one engine showed in one step; `state` is None where there is no instance to look at."""

    outcome: Outcome
    state: Snapshot | None


@dataclass(frozen=True, slots=True)
class Contender:
    """An engine in a comparison and the stages its time is booked under: instantiating and calling.

    Engines with one word in `code`, if it is not empty, generate the same code and differ in the host that runs it.
    """

    engine: Engine
    compiling: str
    executing: str
    code: str = ""


def subject(engine: Engine, code: str = "") -> Contender:
    return Contender(engine, "compile", "execute", code)


def oracle(engine: Engine) -> Contender:
    return Contender(engine, "oracle", "oracle")


def observe(contender: Contender, case: Case, deadline_s: float, watch: Watch) -> Generator[Step]:
    """Runs a case on one engine, lazily: the instantiation is the first step, each call of the script one more.

    Ends early after an outcome that leaves no usable instance.  Rule 1: an exception that leaves an engine is caught
    here and nowhere else; it is that engine's crash, with its traceback, and never the end of a campaign.
    """
    try:
        store = contender.engine.open()
        try:
            yield from _steps(store, contender, case, deadline_s, watch)
        finally:
            store.close()
    except Exception:
        yield Step(Crashed(traceback.format_exc()), None)


def _steps(store: Store, contender: Contender, case: Case, deadline_s: float, watch: Watch) -> Generator[Step]:
    with watch(contender.compiling):
        for item in case.imports:
            store.define(item.module, item.name, item.item)
        instance = store.instantiate(case.wasm, deadline_s=deadline_s)
    if isinstance(instance, OUTCOMES):
        yield Step(instance, None)
        return
    with watch(contender.executing):
        first = instance.snapshot()
    yield Step(Returned(()), first)
    for call in case.script:
        with watch(contender.executing):
            try:
                outcome = instance.call(call.export, call.args, deadline_s=deadline_s)
            except (KeyError, ValueError) as misfit:  # the script does not fit the module
                outcome = Unsupported(f"{call.export!r} cannot be called so: {misfit}")
            state = None if isinstance(outcome, FATAL) else instance.snapshot()
        yield Step(outcome, state)
        if state is None:
            return


def run(case: Case, reference: Contender, others: Sequence[Contender], *, deadline_s: float, watch: Watch) -> Verdict:
    """Runs and judges a case.  `deadline_s` bounds every single step of every engine."""
    contenders = (reference, *others)
    traps: list[TrapKind] = []
    number = -1
    with ExitStack() as stack:
        runs = [stack.enter_context(closing(observe(c, case, deadline_s, watch))) for c in contenders]
        for number, steps in enumerate(zip(*runs, strict=False)):
            with watch("compare"):
                verdict = _judge(number, contenders, steps)
            if verdict is not None:
                return verdict
            if isinstance(steps[0].outcome, Trapped):
                traps.append(steps[0].outcome.kind)
    return Agreed(number + 1, tuple(traps))


def _judge(number: int, contenders: Sequence[Contender], steps: Sequence[Step]) -> Poisoned | Divergence | None:
    """What a step means: a divergence of any engine before a poison of another."""
    poisons = [rules.poison(actual.outcome, steps[0].outcome) for actual in steps[1:]]
    for at, reason in enumerate(poisons, 1):
        right, wrong = (at, 0) if isinstance(steps[0].outcome, Crashed) else (0, at)  # a crash is never right
        phases_told = contenders[0].engine.can.tells_phases and contenders[at].engine.can.tells_phases
        difference = None if reason else compare(steps[right], steps[wrong], phases_told=phases_told)
        if difference is not None:
            kind, detail = difference
            twin = _right_twin(contenders, steps, wrong, right)
            return Divergence(
                kind if twin is None else DivergenceKind.HOST_SPLIT,
                contenders[wrong].engine.name,
                contenders[right].engine.name,
                number,
                _shown(steps[right], kind),
                _shown(steps[wrong], kind),
                detail if twin is None else f"{detail}; but {twin} agrees",
                odd_ones_out(contenders, steps),
            )
    return next((Poisoned(reason, number) for reason in poisons if reason is not None), None)


def _right_twin(contenders: Sequence[Contender], steps: Sequence[Step], wrong: int, right: int) -> str | None:
    """The name of an engine with the same code as the wrong one that agrees with the right one, if there is one."""
    code = contenders[wrong].code
    for contender, step in zip(contenders, steps, strict=True):
        if code and contender.code == code and compare(steps[right], step, phases_told=False) is None:
            return contender.engine.name
    return None


def _shown(step: Step, kind: DivergenceKind) -> Outcome | Snapshot:
    return step.state if kind is DivergenceKind.STATE and step.state is not None else step.outcome


def odd_ones_out(contenders: Sequence[Contender], steps: Sequence[Step]) -> tuple[str, ...]:
    """The engines that are not in the largest group of equal steps; empty where there is no majority."""
    groups: list[list[int]] = []
    for i, step in enumerate(steps):
        home = next((g for g in groups if compare(steps[g[0]], step, phases_told=False) is None), None)
        groups.append([i]) if home is None else home.append(i)
    largest = max(groups, key=len)
    if 2 * len(largest) <= len(steps):
        return ()
    return tuple(contenders[i].engine.name for g in groups if g is not largest for i in g)


def compare(expected: Step, actual: Step, *, phases_told: bool) -> tuple[DivergenceKind, str] | None:
    """The first difference between two steps, as its kind and a sentence; None when they agree."""
    one, other = expected.outcome, actual.outcome
    if isinstance(one, Crashed) != isinstance(other, Crashed):
        return DivergenceKind.CRASH, f"expected {describe(one)}, got {describe(other)}"
    if isinstance(one, TimedOut) != isinstance(other, TimedOut):
        return DivergenceKind.HANG, f"expected {describe(one)}, got {describe(other)}"
    if isinstance(one, Rejected) and isinstance(other, Rejected):
        if rules.same_rejection(one, other, phases_told=phases_told):
            return None
        return DivergenceKind.ACCEPTANCE, f"expected {describe(one)}, got {describe(other)}"
    if isinstance(one, Rejected) or isinstance(other, Rejected):
        return DivergenceKind.ACCEPTANCE, f"expected {describe(one)}, got {describe(other)}"
    if isinstance(one, Trapped) or isinstance(other, Trapped):
        if not (isinstance(one, Trapped) and isinstance(other, Trapped) and rules.same_trap(one, other)):
            return DivergenceKind.TRAP, f"expected {describe(one)}, got {describe(other)}"
    elif one != other:
        return DivergenceKind.RESULT, f"expected {describe(one)}, got {describe(other)}"
    if expected.state is None or actual.state is None or expected.state == actual.state:
        return None
    return DivergenceKind.STATE, first_difference(expected.state, actual.state)


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
