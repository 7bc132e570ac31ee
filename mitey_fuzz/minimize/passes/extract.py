"""The guilty instructions become the whole of the function that the script calls."""

from collections.abc import Iterator

from jit.wasm.body import END, Instr
from jit.wasm.module import ExternKind
from jit.wasm.opcodes import BY_NAME
from jit.wasm.types import FuncType

from ..draft import Draft
from ..problem import Problem
from ..trees import sequences
from .signatures import is_only_scripted, local_types, retyped

_RETURN = Instr(BY_NAME["return"])


def extract(problem: Problem) -> None:
    """A function called by the script becomes one of its units, the smallest that will do.

    Or it ends behind one, with its results: what was observed in memories and globals is then observed at once.
    """
    for index in range(len(problem.best.bodies)):
        if is_only_scripted(problem.best, index) and _is_exported(problem.best, index):
            problem.accept_any(_extractions(problem, index))


def _is_exported(draft: Draft, index: int) -> bool:
    function = index + draft.module.imported_funcs
    return any(e.kind is ExternKind.FUNC and e.index == function for e in draft.module.exports)


def _extractions(problem: Problem, index: int) -> Iterator[Draft]:
    draft = problem.best
    type, _ = local_types(draft, index)
    instrs = draft.bodies[index]
    units = sorted(problem.tree(index).units, key=lambda u: (u.end - u.start, u.end))
    told = [unit for unit in units if unit.results and unit.end + 2 < len(instrs)]
    for unit in told:
        body = (*instrs[unit.start : unit.end + 1], Instr(END))
        yield retyped(draft, index, FuncType(type.params, unit.results), body)
    ends = {last for _, last in sequences(instrs)[0]}
    for unit in told:
        if unit.end in ends:
            clean = problem.tree(index).stacks[unit.start] == ()
            body = (*instrs[: unit.end + 1], *(() if clean else (_RETURN,)), Instr(END))
            yield retyped(draft, index, FuncType(type.params, unit.results), body)
