"""One trial: with its fault planted, cases are judged until one shows it; that one is minimized and explained.

The cases are those of a campaign of the same seed, judged, minimized and explained as a campaign's worker does it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import process_time

from jit.errors import WasmError
from jit.wasm import body
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features

from .. import planted
from ..campaign import cases
from ..campaign.findings import wat_of
from ..campaign.panel import Panel
from ..campaign.shrinking import shrink
from ..campaign.worker import Current
from ..case import Case
from ..compare.verdict import Divergence
from ..store import bucket
from ..store.corpus import Entry
from ..store.crashes import Setup
from ..subject import JitEngine
from ..triage import Cause
from .guilt import is_guilty
from .record import Found, FromTrial, Minimized, Missed, Named, Task, Unnamed, Unrepeatable

Clock = Callable[[], float]

#: What ends a block, and what stands between the arms of an `if`: parts of an instruction, not instructions.
_DELIMITERS = frozenset({"end", "else"})


@dataclass(frozen=True, slots=True)
class _Shown:
    """A case that shows the fault."""

    case: Case
    divergence: Divergence


def run(task: Task, current: Current, *, clock: Clock = process_time) -> Iterator[FromTrial]:
    """Tells that the fault was found or missed; in the first case what it was minimized to, and what is blamed for it.

    `current` always holds the number of the case at hand.
    """
    setup = Setup(task.subjects, task.oracles, task.features, task.inject)
    with Panel(setup, deadline_s=task.deadline_s) as panel:
        start = clock()
        shown = _search(task, panel, current, lambda: clock() - start >= task.budget_s)
        seconds = clock() - start
        if shown is None:
            yield Missed(current.value, seconds, _changed(panel) if task.patch is None else None)
            return
        yield Found(current.value + 1, seconds, shown.divergence.subject, bucket.signature(shown.divergence).effect)
    with Panel(setup, deadline_s=task.deadline_s) as panel:
        start = clock()
        small = _minimized(panel, shown, task.minimize_s, clock)
        if small is None:
            yield Unrepeatable()
            return
        yield _measured(small.case, clock() - start)
        start = clock()
        cause = panel.explain(small.case, small.divergence)
        yield _named(panel, small.case, cause, clock() - start)


def _search(task: Task, panel: Panel, current: Current, is_over: Callable[[], bool]) -> _Shown | None:
    features = Features.parse(task.features)
    corpus = tuple(Entry(name, wasm) for name, wasm in task.corpus)
    current.value = 0
    while not is_over():
        case = cases.make(task.seed, current.value, features, corpus).case
        verdict = panel.judge(case)
        if isinstance(verdict, Divergence):
            return _Shown(case, verdict)
        current.value += 1
    return None


def _changed(panel: Panel) -> int:
    return sum(engine.changed for engine in panel.subjects if isinstance(engine, JitEngine))


def _minimized(panel: Panel, shown: _Shown, minimize_s: float, clock: Clock) -> _Shown | None:
    """What is left of a case; None where it does not show the fault again."""
    again = panel.judge(shown.case)
    if not isinstance(again, Divergence) or bucket.signature(again) != bucket.signature(shown.divergence):
        return None
    shrunk = shrink(panel, shown.case, again, seconds=minimize_s, clock=clock)
    return _Shown(shrunk.case, shrunk.divergence)


def _measured(case: Case, seconds: float) -> Minimized:
    modules = case.modules
    return Minimized(sum(map(len, modules)), max(map(longest, modules)), seconds, "".join(map(wat_of, modules)))


def _named(panel: Panel, case: Case, cause: Cause | str | None, seconds: float) -> Named | Unnamed:
    if not isinstance(cause, Cause):
        return Unnamed(cause or "there is no cause to be named", seconds)
    is_right = _is_right(panel, case, cause)
    effect, certainty = cause.effect.value, cause.certainty.value
    return Named(cause.function, cause.offset, cause.mnemonic, effect, certainty, is_right, seconds)


def _is_right(panel: Panel, case: Case, cause: Cause) -> bool | None:
    """Whether the planted mutant is in the code of what the cause names; None where none is planted."""
    mutant = next(iter(planted.read(panel.setup.inject)), None)
    if mutant is None:
        return None
    culprit = next((engine for engine in panel.subjects if engine.name == cause.culprit), None)
    return isinstance(culprit, JitEngine) and is_guilty(culprit, mutant, case.wasm, cause)


def longest(wasm: bytes) -> int:
    """How many instructions the longest function of a module has, delimiters not counted; 0 where it is malformed."""
    try:
        bodies = [body.parse(code.body) for code in decode(wasm, WASM_2).codes]
    except WasmError:
        return 0
    return max((sum(instr.op.name not in _DELIMITERS for instr in instrs) for instrs in bodies), default=0)
