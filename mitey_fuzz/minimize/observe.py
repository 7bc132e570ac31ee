"""What happens when a case runs, as the reference interpreter tells it: which code is reached, on which values.

Passes ask this to try first what is likely to do.  What they are told is right about a correct engine and may be wrong
about the one under test; so it only says what to try, never what to keep.  Work is counted, never timed: the same case
shows the same everywhere.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import ExternKind
from jit.wasm.types import Value
from jit.wasm.validate import validate
from oracles.interp.machine import Machine
from oracles.interp.objects import Function, Step, WasmFunction
from oracles.interp.store import InterpStore
from oracles.protocol import Outcome, TimedOut

from ..case import Call, Case
from ..compare.shallow import Ticks
from ..compare.stage import Failure, enter
from ..generate.script import definitions
from .values import one_of, zero_of

#: Different stacks remembered for one place, and argument lists for one function.
MOST_KEPT = 3

#: Operands remembered of a stack, from the top.
MOST_OPERANDS = 16

#: Looks at the clock, so many jumps each, that watching one call is worth.
WATCHED_LOOKS = 10

#: Looks that watching all calls is worth which no script asks for, and how many calls those are.
EXPLORED_LOOKS = 30
EXPLORED_CALLS = 32

Operands = tuple[int, ...]
"""Bits, the topmost last."""


@dataclass(frozen=True)
class Seen:
    """`behind` has what lay on the stack when running came to the place behind an instruction, by function and
    instruction; whoever is not in `reached`, which has the same keys, never ran.  `arguments` are by function.

    Functions are counted from the first defined one of the module that was looked into.
    """

    behind: Mapping[tuple[int, int], list[Operands]] = field(default_factory=dict)
    reached: frozenset[tuple[int, int]] = frozenset()
    arguments: Mapping[int, list[Operands]] = field(default_factory=dict)


def work(case: Case, looks: int) -> int | None:
    """The work of the longest step of a case in looks, each `JUMPS_PER_LOOK` jumps; None when one takes more of them.

    What the interpreter refuses is no work.
    """
    ticks = Ticks()
    longest = 0
    for outcome in _run(case, Machine(ticks), looks):
        if isinstance(outcome, TimedOut):
            return None
        longest, ticks.now = max(longest, ticks.now), 0
    return longest


def observe(case: Case, wasm: bytes | None = None) -> Seen:
    """Runs a case, as far as the interpreter gets, and looks into its own module or into this one, a companion's.

    Without a script the exports are called, as `explored` says; then a call that takes too long is not the last one.
    """
    watcher = _Watcher(case.wasm if wasm is None else wasm)
    ticks = Ticks()
    most = 0 if case.script else EXPLORED_LOOKS
    for outcome in _run(case if case.script else explored(case), Machine(ticks, watcher.watch), WATCHED_LOOKS):
        if isinstance(outcome, TimedOut) and ticks.now >= most:
            break
    return Seen(watcher.behind, frozenset(watcher.reached), watcher.arguments)


def explored(case: Case) -> Case:
    """The case with every exported function called, first on zeros and then on ones, and all its imports offered.

    That is what there is to see of a module whose owner alone knows how it is run.  A module that is not valid stays as
    it is.
    """
    try:
        module = decode(case.wasm, WASM_2)
        validate(module, WASM_2)
    except WasmError:
        return case
    offered = {(d.module, d.name) for d in case.imports}
    linked = {companion.name for companion in case.companions}
    missing = [d for d in definitions(module) if (d.module, d.name) not in offered and d.module not in linked]
    functions = [(e.name, module.func_types[e.index].params) for e in module.exports if e.kind is ExternKind.FUNC]
    calls = [Call(name, tuple([Value(t, zero_of(t)) for t in params])) for name, params in functions]
    calls += [Call(name, tuple([Value(t, one_of(t)) for t in params])) for name, params in functions if params]
    return replace(case, script=tuple(calls[:EXPLORED_CALLS]), imports=(*case.imports, *missing))


def _run(case: Case, machine: Machine, looks: int) -> Iterator[Outcome]:
    """The outcomes of a case's steps, lazily, up to one for which there is no function."""
    store = InterpStore(WASM_2, machine)
    with (
        closing(store),
        suppress(WasmError, MemoryError, KeyError, ValueError),
    ):  # what the case asks for does not exist
        stage = enter(store, case, looks)
        if isinstance(stage, Failure):
            yield stage.outcome
            return
        for call in case.script:
            yield stage.main.call(call.export, call.args, deadline_s=looks)


class _Watcher:
    """Puts itself before every step of every function of a module."""

    def __init__(self, wasm: bytes) -> None:
        self.wasm = wasm
        self.behind: dict[tuple[int, int], list[Operands]] = {}
        self.reached: set[tuple[int, int]] = set()
        self.arguments: dict[int, list[Operands]] = {}

    def watch(self, function: WasmFunction, behind: list[int], steps: list[Step]) -> list[Step]:
        if function.instance.module.source != self.wasm:
            return steps  # another module's
        index = function.instance.functions.index(function) - function.instance.module.imported_funcs
        before: list[list[list[Operands]]] = [[] for _ in steps]  # for each place, who wants to know its stack
        own: list[list[tuple[int, int]]] = [[] for _ in steps]
        place = 0
        for number, follower in enumerate(behind):
            if 0 <= follower < len(steps):
                before[follower].append(self.behind.setdefault((index, number), []))
            if place < len(steps):
                own[place].append((index, number))
            place = max(place, follower)
        kept = self.arguments.setdefault(index, [])
        params = len(function.type.params)
        watched = [self._watched(step, own[i], before[i]) for i, step in enumerate(steps)]
        watched[0] = _entered(watched[0], params, kept)
        return watched

    def _watched(self, step: Step, own: list[tuple[int, int]], lists: list[list[Operands]]) -> Step:
        def run(stack: list[int], locals_: list[int]) -> int | Function | None:
            if own:
                self.reached.update(own)
                own.clear()
            for kept in lists:
                if len(kept) < MOST_KEPT:
                    operands = tuple(stack[-MOST_OPERANDS:])
                    if operands not in kept:
                        kept.append(operands)
            return step(stack, locals_)

        return run


def _entered(step: Step, params: int, kept: list[Operands]) -> Callable[[list[int], list[int]], int | Function | None]:
    def run(stack: list[int], locals_: list[int]) -> int | Function | None:
        arguments = tuple(locals_[:params])
        if len(kept) < MOST_KEPT and arguments not in kept:
            kept.append(arguments)
        return step(stack, locals_)

    return run
