"""Blocks to which one branch may go lose results together, for their types must agree; with them the whole function.

The last result goes: every branch and every end drops it, and behind a block zero takes its place.
"""

from dataclasses import replace

from jit.wasm.body import BLOCKS, EMPTY, Instr, block_code, block_type
from jit.wasm.opcodes import BY_NAME
from jit.wasm.types import FuncType

from ..draft import Draft
from ..problem import Problem
from ..trees import Tree, zero
from .signatures import is_only_scripted, retyped
from .types import Edit, edited

_DROP = Instr(BY_NAME["drop"])
_LOOP = BY_NAME["loop"]
_END = BY_NAME["end"]
_ELSE = BY_NAME["else"]
_RETURN = BY_NAME["return"]
_BR_IF = BY_NAME["br_if"]
_BRANCHES = frozenset(BY_NAME[name] for name in ("br", "br_if", "br_table"))
_FUNCTION = -1
"""Where the block begins that is the function itself."""


def results(problem: Problem) -> None:
    """Takes results away from all blocks of one type, as long as it can; with the function's own where it has these."""
    for index in range(len(problem.best.bodies)):
        while any(problem.accept(d) for type in _types(problem.best, index) if (d := _narrower(problem, index, type))):
            continue


def _function_type(draft: Draft, index: int) -> FuncType:
    return draft.module.types[draft.module.functions[index]]


def _types(draft: Draft, index: int) -> list[FuncType]:
    """Types of more than one block of a body, or of one that the function has the results of."""
    openings = [i for i in draft.bodies[index] if i.op in BLOCKS and i.op is not _LOOP]
    found = [block_type(i.immediates[0], draft.module.types) for i in openings]
    own = _function_type(draft, index).results
    return [t for t in dict.fromkeys(found) if t.results and (found.count(t) > 1 or t.results == own)]


def _narrower(problem: Problem, index: int, type: FuncType) -> Draft | None:
    draft, instrs = problem.best, problem.best.bodies[index]
    function = _function_type(draft, index)
    has_own = function.results == type.results and is_only_scripted(draft, index)
    starts = [
        at
        for at, i in enumerate(instrs)
        if i.op in BLOCKS and i.op is not _LOOP and block_type(i.immediates[0], draft.module.types) == type
    ]
    group = {*starts, _FUNCTION} if has_own else set(starts)
    edits = _edits(problem.tree(index), instrs, group, zero(type.results[-1]))
    if edits is None:
        return None
    fewer = FuncType(type.params, type.results[:-1])
    types = draft.module.types if fewer in draft.module.types else (*draft.module.types, fewer)
    edits += [(at, at + 1, (instrs[at]._replace(immediates=(_code(fewer, types),)),)) for at in starts]
    changed = draft.with_module(replace(draft.module, types=types))
    left = function.results[:-1] if has_own else function.results
    return retyped(changed, index, FuncType(function.params, left), edited(instrs, edits))


def _code(type: FuncType, types: tuple[FuncType, ...]) -> int:
    if type.params or len(type.results) > 1:
        return types.index(type)
    return block_code(type.results[0]) if type.results else EMPTY


def _edits(tree: Tree, instrs: tuple[Instr, ...], group: set[int], filling: Instr) -> list[Edit] | None:
    """What changes where blocks are left; None where what is under a condition cannot be reached."""
    edits: list[Edit] = []
    opened = [_FUNCTION]
    for at, instr in enumerate(instrs):
        if instr.op in BLOCKS:
            opened.append(at)
        elif instr.op is _ELSE and opened[-1] in group:
            edits.append((at, at, (_DROP,)))
        elif instr.op is _END:
            start = opened.pop()
            if start in group:
                edits += [(at, at, (_DROP,)), *([] if start == _FUNCTION else [(at + 1, at + 1, (filling,))])]
        elif instr.op is _RETURN and _FUNCTION in group:
            edits.append((at, at, (_DROP,)))
        elif instr.op in _BRANCHES and any(opened[-1 - label] in group for label in instr.immediates):
            conditions = tree.taken.get(at, ()) if instr.op is not BY_NAME["br"] else ()
            if None in conditions:
                return None
            place = next((unit.start for unit in conditions if unit is not None), at)
            edits.append((place, place, (_DROP,)))
            edits += [(at + 1, at + 1, (filling,))] if instr.op is _BR_IF else []
    return edits
