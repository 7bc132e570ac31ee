"""Whole functions: empty bodies, and calling the function that matters directly."""

from dataclasses import replace

from jit.wasm.body import END, Instr, const
from jit.wasm.module import Export, ExternKind
from jit.wasm.opcodes import BY_NAME
from jit.wasm.types import NULL, Value

from ..draft import Body, Draft
from ..problem import Problem
from ..search import delete, put

_CALL = BY_NAME["call"]


def empty(problem: Problem) -> None:
    """Bodies become constants, many at once where possible: `delete` keeps those that matter."""
    start = problem.best
    hollow = [_hollow(start, index) for index in range(len(start.bodies))]

    def attempt(kept: tuple[int, ...]) -> bool:
        full = set(kept)
        bodies = tuple(b if i in full else hollow[i] for i, b in enumerate(start.bodies))
        return problem.accept(replace(start, bodies=bodies))

    delete(tuple(range(len(start.bodies))), attempt)


def _hollow(draft: Draft, index: int) -> Body:
    type = draft.module.types[draft.module.functions[index]]
    zeros = [const(t, NULL if t.is_ref else 0) for t in type.results if t.name != "v128"]
    if len(zeros) != len(type.results):
        return draft.bodies[index]
    shorter = (*zeros, Instr(END))
    return shorter if len(shorter) < len(draft.bodies[index]) else draft.bodies[index]


def promote(problem: Problem) -> None:
    """A function called with constants is called by the script instead."""
    for position in range(len(problem.best.script)):
        for index in range(len(problem.best.module.func_types)):
            problem.accept_any(_promotions(problem.best, position, index))


def _promotions(draft: Draft, position: int, index: int) -> list[Draft]:
    module = draft.module
    type = module.func_types[index]
    if index < module.imported_funcs or any(t.name == "v128" for t in type.params):
        return []
    called = next((e.name for e in module.exports if e.kind is ExternKind.FUNC and e.index == index), None)
    name = called or f"promoted{index}"
    exports = module.exports if called else (*module.exports, Export(name, ExternKind.FUNC, index))
    found = []
    for instrs in draft.bodies:
        for at, instr in enumerate(instrs):
            operands = instrs[max(0, at - len(type.params)) : at]
            if instr.op is not _CALL or instr.immediates[0] != index or len(operands) != len(type.params):
                continue
            if all(o.op.results == (t,) and o.op.params == () for o, t in zip(operands, type.params, strict=True)):
                args = tuple(Value(t, o.immediates[0]) for o, t in zip(operands, type.params, strict=True))
                call = replace(draft.script[position], export=name, args=args)
                script = put(draft.script, position, call)
                found.append(replace(draft, module=replace(module, exports=exports), script=script))
    return found
