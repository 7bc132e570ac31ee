"""Fewer companions, less in them, and fewer host functions that call back."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import ExternKind, Module
from jit.wasm.types import FUNCREF, Value
from oracles.protocol import HostFunc, HostItem

from ...case import MAIN, Call, Case, Definition
from ...generate.script import definitions
from ..draft import Draft
from ..observe import observe
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


def alone(problem: Problem) -> None:
    """A companion becomes the case's own module; those behind it go.

    The script are all its calls that the companion takes, as where its exports were handed on; or one of those that
    were made in it.
    """
    for at in range(len(problem.best.companions)):
        with suppress(WasmError):
            if problem.accept_any(_alone(problem.best, at)):
                return


def _alone(draft: Draft, at: int) -> Iterator[Draft]:
    companion = draft.companions[at]
    seen = observe(draft.case, companion.wasm).arguments
    module = decode(companion.wasm, WASM_2)
    imports = tuple(replace(d, item=_moved(d.item, companion.name)) for d in draft.imports)
    if script := tuple(call for call in draft.script if _takes(module, call)):
        yield Draft.of(Case(companion.wasm, script, imports, companions=draft.companions[:at]))
    for export in module.exports:
        if export.kind is not ExternKind.FUNC or FUNCREF in module.func_types[export.index].params:
            continue  # inside the interpreter a reference to a function is an address
        for arguments in seen.get(export.index - module.imported_funcs, ()):
            params = module.func_types[export.index].params
            call = Call(export.name, tuple(map(Value, params, arguments)))
            yield Draft.of(Case(companion.wasm, (call,), imports, companions=draft.companions[:at]))


def _takes(module: Module, call: Call) -> bool:
    """Whether a module has an export of this name that takes these arguments."""
    found = (e.index for e in module.exports if e.kind is ExternKind.FUNC and e.name == call.export)
    return any(module.func_types[index].params == tuple(arg.type for arg in call.args) for index in found)


def _moved(item: HostItem, name: str) -> HostItem:
    """A host item where the companion of this name is the case's own module."""
    back = item.calls_back if isinstance(item, HostFunc) else None
    if not isinstance(item, HostFunc) or back is None or back.module != name:
        return item
    return replace(item, calls_back=replace(back, module=MAIN))


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
