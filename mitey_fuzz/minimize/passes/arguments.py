"""What a function computes before the guilty instruction becomes an argument that the script passes.

A compiler treats what it does not know otherwise than a constant, so some bugs do not show on constants.
"""

from collections.abc import Iterator
from dataclasses import replace

from jit.wasm.body import Instr
from jit.wasm.module import ExternKind
from jit.wasm.opcodes import BY_NAME
from jit.wasm.types import FuncType, Value

from ..draft import Draft
from ..observe import Operands
from ..problem import Problem
from ..trees import Unit
from .signatures import is_only_scripted, local_types, renumbered, retyped

_GET = BY_NAME["local.get"]


def arguments(problem: Problem) -> None:
    """Units of functions that only the script calls become new parameters, large units first."""
    for index in range(len(problem.best.bodies)):
        while is_only_scripted(problem.best, index) and problem.accept_any(_passed(problem, index)):
            continue


def _passed(problem: Problem, index: int) -> Iterator[Draft]:
    for unit in sorted(problem.tree(index).units, key=lambda u: (u.start - u.end, -u.end)):
        if unit.results and not any(t.is_ref for t in unit.results):
            for operands in problem.seen.behind.get((index, unit.end), ()):
                if len(operands) >= len(unit.results):
                    yield _with_params(problem.best, index, unit, operands[-len(unit.results) :])


def _with_params(draft: Draft, index: int, unit: Unit, operands: Operands) -> Draft:
    module, instrs = draft.module, draft.bodies[index]
    type, own = local_types(draft, index)
    base, more = len(type.params), len(unit.results)
    number = {i: i + more * (i >= base) for i in range(base + len(own))}
    gets = tuple(Instr(_GET, (base + i,)) for i in range(more))
    body = (*renumbered(instrs[: unit.start], number), *gets, *renumbered(instrs[unit.end + 1 :], number))
    function = index + module.imported_funcs
    names = {e.name for e in module.exports if e.kind is ExternKind.FUNC and e.index == function}
    args = tuple(Value(t, bits) for t, bits in zip(unit.results, operands, strict=True))
    script = tuple(replace(c, args=(*c.args, *args)) if c.export in names else c for c in draft.script)
    changed = retyped(draft, index, FuncType((*type.params, *unit.results), type.results), body)
    return replace(changed, script=script)
