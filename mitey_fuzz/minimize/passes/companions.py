"""Fewer companions, less in them, and fewer host functions that call back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from oracles.protocol import HostFunc

from ...case import Definition
from ...generate.script import definitions
from ..draft import Draft
from ..problem import Problem
from ..search import put


def hosted(problem: Problem) -> None:
    """Companions go, the last ones first; what was imported from them are host items of the same names."""
    for at in reversed(range(len(problem.best.companions))):
        with suppress(WasmError):
            problem.accept(_without(problem.best, at))


def _without(draft: Draft, at: int) -> Draft:
    gone = draft.companions[at]
    behind = [decode(companion.wasm, WASM_2) for companion in draft.companions[at + 1 :]]
    asked = [d for module in (*behind, draft.module) for d in definitions(module) if d.module == gone.name]
    items = {(d.module, d.name): d for d in asked}
    companions = (*draft.companions[:at], *draft.companions[at + 1 :])
    return replace(draft, companions=companions, imports=(*draft.imports, *items.values()))


def calls_back(problem: Problem) -> None:
    """Host functions answer alone."""
    for at, definition in enumerate(problem.best.imports):
        item = definition.item
        if isinstance(item, HostFunc) and item.calls_back is not None:
            alone = Definition(definition.module, definition.name, replace(item, calls_back=None))
            problem.accept(replace(problem.best, imports=put(problem.best.imports, at, alone)))


def inside(problem: Problem, passes: Sequence[Callable[[Problem], None]]) -> None:
    """Companions are made simpler one by one, by the passes for modules."""
    for at in range(len(problem.best.companions)):
        with suppress(WasmError), problem.companion(at) as inner:
            for each in passes:
                each(inner)
