"""Fewer locals, parameters and results."""

from dataclasses import replace

from jit.wasm.body import Instr
from jit.wasm.module import Code, ExternKind
from jit.wasm.opcodes import BY_NAME, Imm
from jit.wasm.types import FuncType, ValType

from .. import rewrite
from ..draft import Body, Draft
from ..problem import Problem
from ..search import put
from ..trees import tree

_DROP = BY_NAME["drop"]
_SET = BY_NAME["local.set"]
_TEE = BY_NAME["local.tee"]
_CALLS = frozenset(BY_NAME[name] for name in ("call", "ref.func"))


def locals(problem: Problem) -> None:
    """Locals that no instruction names go."""
    for index in range(len(problem.best.bodies)):
        problem.accept(_without_locals(problem.best, index))


def writes(problem: Problem) -> None:
    """A `local.set` becomes a `drop`, a `local.tee` nothing."""
    for index in range(len(problem.best.bodies)):
        for at in range(len(problem.best.bodies[index]) - 1, -1, -1):
            instrs = problem.best.bodies[index]
            if instrs[at].op is _SET:
                problem.accept(problem.best.with_body(index, put(instrs, at, Instr(_DROP))))
            elif instrs[at].op is _TEE:
                problem.accept(problem.best.with_body(index, (*instrs[:at], *instrs[at + 1 :])))


def _locals(draft: Draft, index: int) -> tuple[FuncType, list[ValType]]:
    type = draft.module.types[draft.module.functions[index]]
    return type, [t for count, t in draft.module.codes[index].locals for _ in range(count)]


def _named(instrs: Body) -> set[int]:
    return {i.immediates[0] for i in instrs if i.op.immediates == (Imm.LOCAL,)}


def _renumbered(instrs: Body, number: dict[int, int]) -> Body:
    return tuple(
        i._replace(immediates=(number[i.immediates[0]],)) if i.op.immediates == (Imm.LOCAL,) else i for i in instrs
    )


def _runs(types: list[ValType]) -> tuple[tuple[int, ValType], ...]:
    runs: list[tuple[int, ValType]] = []
    for type in types:
        if runs and runs[-1][1] is type:
            runs[-1] = (runs[-1][0] + 1, type)
        else:
            runs.append((1, type))
    return tuple(runs)


def _without_locals(draft: Draft, index: int) -> Draft:
    type, own = _locals(draft, index)
    base, named = len(type.params), _named(draft.bodies[index])
    kept = [i for i in range(len(own)) if base + i in named]
    kept.sort(key=lambda i: own[i].code)  # equal types side by side make one run
    number = {i: i for i in range(base)} | {base + old: base + new for new, old in enumerate(kept)}
    code = Code(_runs([own[i] for i in kept]), b"")
    module = replace(draft.module, codes=put(draft.module.codes, index, code))
    return draft.with_module(module).with_body(index, _renumbered(draft.bodies[index], number))


def types(problem: Problem) -> None:
    """Parameters nobody reads and results one at a time go, in functions that only the script calls."""
    for index in range(len(problem.best.bodies)):
        if not _only_scripted(problem.best, index):
            continue
        type, _ = _locals(problem.best, index)
        for position in range(len(type.params) - 1, -1, -1):
            if position not in _named(problem.best.bodies[index]):
                problem.accept(_without_param(problem.best, index, position))
        while problem.accept_any(_other_results(problem.best, index)):
            continue


def _only_scripted(draft: Draft, index: int) -> bool:
    """Whether nothing in the module calls the function: no call, no table, no start."""
    function = index + draft.module.imported_funcs
    called = any(i.op in _CALLS and i.immediates[0] == function for instrs in draft.bodies for i in instrs)
    listed = any(elem.items for elem in draft.module.elems)
    return not called and not listed and draft.module.start != function


def _retyped(draft: Draft, index: int, type: FuncType, body: Body) -> Draft:
    """The draft whose `index`-th function has this type and body; types that nothing refers to any more go."""
    module = draft.module
    types = module.types if type in module.types else (*module.types, type)
    functions = put(module.functions, index, types.index(type))
    changed = draft.with_module(replace(module, types=types, functions=functions)).with_body(index, body)
    return rewrite.without(changed, Imm.TYPE, rewrite.unused(changed, Imm.TYPE))


def _without_param(draft: Draft, index: int, position: int) -> Draft:
    type, own = _locals(draft, index)
    params = type.params[:position] + type.params[position + 1 :]
    number = {i: i - (i > position) for i in range(len(type.params) + len(own))}
    function = index + draft.module.imported_funcs
    names = {e.name for e in draft.module.exports if e.kind is ExternKind.FUNC and e.index == function}
    script = tuple(
        replace(c, args=c.args[:position] + c.args[position + 1 :]) if c.export in names else c for c in draft.script
    )
    body = _renumbered(draft.bodies[index], number)
    return replace(_retyped(draft, index, FuncType(params, type.results), body), script=script)


def _other_results(draft: Draft, index: int) -> list[Draft]:
    """Drafts in which the function leaves one of its results away, or ends with an operand of one instead."""
    type, _ = _locals(draft, index)
    instrs = draft.bodies[index]
    top = tree(draft.module, index, instrs).top
    if len(top) != len(type.results):
        return []
    found = []
    for at, (unit, result) in enumerate(zip(top, type.results, strict=True)):
        if unit is None or unit.results != (result,):
            continue
        before, after = instrs[: unit.start], instrs[unit.end + 1 :]
        fewer = FuncType(type.params, (*type.results[:at], *type.results[at + 1 :]))
        found.append(_retyped(draft, index, fewer, (*before, *after)))
        for operand in unit.operands:
            other = FuncType(type.params, (*type.results[:at], *operand.results, *type.results[at + 1 :]))
            body = (*before, *instrs[operand.start : operand.end + 1], *after)
            found.append(_retyped(draft, index, other, body))
    return found
