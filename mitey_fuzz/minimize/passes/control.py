"""Less control flow: no dead code, no blocks nobody branches to, fewer and nearer branches."""

from collections.abc import Iterator
from dataclasses import replace

from jit.wasm.body import BLOCKS, EMPTY, Instr, block_code, block_type
from jit.wasm.opcodes import BY_NAME, Imm
from jit.wasm.types import FuncType

from .. import rewrite
from ..draft import Body, Draft
from ..problem import Problem
from ..search import put
from ..trees import Stack, bridge, matching, relabel, tidy, zero

_JUMPS = frozenset(BY_NAME[name] for name in ("br", "br_table", "return", "unreachable"))
_BLOCK = frozenset(BY_NAME[name] for name in ("block", "loop"))
_PLAIN = BY_NAME["block"]
_IF = BY_NAME["if"]
_END = BY_NAME["end"]
_ELSE = BY_NAME["else"]
_DROP = BY_NAME["drop"]


def dead(problem: Problem) -> None:
    """What stands behind a jump in the same block goes."""
    for index in range(len(problem.best.bodies)):
        instrs = problem.best.bodies[index]
        out: list[Instr] = []
        skipping = 0
        for instr in instrs:
            row = instr.op
            if skipping:
                skipping += (row in _BLOCK or row is _IF) - (row is _END)
                if row is _END and skipping == 0:
                    out.append(instr)
                elif row is _ELSE and skipping == 1:
                    out.append(instr)
                    skipping = 0
                continue
            out.append(instr)
            skipping = int(row in _JUMPS)
        problem.accept(problem.best.with_body(index, tuple(out)))


def blocks(problem: Problem) -> None:
    """Blocks are unwrapped and one arm of each `if` is kept; what something branches to becomes a plain block."""
    for index in range(len(problem.best.bodies)):
        at = 0
        while at < len(problem.best.bodies[index]):
            instrs = problem.best.bodies[index]
            if not (instrs[at].op in _BLOCK or instrs[at].op is _IF) or not _unwrap(problem, index, at):
                at += 1


def _unwrap(problem: Problem, index: int, at: int) -> bool:
    instrs = problem.best.bodies[index]
    middle, end = matching(instrs, at)
    opening = instrs[at]
    insides = [instrs[at + 1 : middle or end]]
    before: Body = ()
    if opening.op is _IF:
        insides.append(instrs[middle + 1 : end] if middle else ())
        before = (Instr(_DROP),)
    arms: list[Body] = []
    for inside in insides:
        free = relabel(inside, 0, -1)
        if free is not None:
            arms.append((*before, *free))
        elif opening.op is not _PLAIN:
            arms.append((*before, Instr(_PLAIN, opening.immediates), *inside, Instr(_END)))
    if middle == end - 1:
        arms.append((*instrs[at:middle], Instr(_END)))
    return problem.accept_any(
        problem.best.with_body(index, tidy((*instrs[:at], *arm, *instrs[end + 1 :]))) for arm in arms
    )


def types(problem: Problem) -> None:
    """Blocks take and leave fewer values; what they left is zero, or what it was, and what they took is dropped."""
    for index in range(len(problem.best.bodies)):
        for at in range(len(problem.best.bodies[index]) - 1, -1, -1):
            if at < len(problem.best.bodies[index]) and problem.best.bodies[index][at].op in BLOCKS:
                problem.accept_any(_narrower(problem, index, at))


def _narrower(problem: Problem, index: int, at: int) -> Iterator[Draft]:
    draft, instrs = problem.best, problem.best.bodies[index]
    type = block_type(instrs[at].immediates[0], draft.module.types)
    middle, end = matching(instrs, at)
    stacks = problem.tree(index).stacks
    if type.results and stacks[end] is not None:
        for kept in dict.fromkeys((0, len(type.results) - 1)):
            results, lost = type.results[:kept], type.results[kept:]
            drops = tuple(Instr(_DROP) for _ in lost)
            first = () if middle is None or stacks[middle] != type.results else drops
            last = drops if stacks[end] == type.results else ()
            for zeros in _filled(problem, index, end, lost):
                arms = (*instrs[at + 1 : middle or end], *first, *instrs[middle or end : end], *last)
                body = (*instrs[:at], instrs[at], *arms, instrs[end], *zeros, *instrs[end + 1 :])
                yield _with_block(draft, index, body, at, FuncType(type.params, results))
    if type.params:
        yield from _without_params(problem, index, at, type)


def _without_params(problem: Problem, index: int, at: int, type: FuncType) -> Iterator[Draft]:
    """The block with zeros inside in place of what it takes."""
    instrs = problem.best.bodies[index]
    middle, end = matching(instrs, at)
    zeros = tuple(map(zero, type.params))
    arms = (*zeros, *instrs[at + 1 : middle or end])
    if middle is not None:
        arms = (*arms, instrs[middle], *zeros, *instrs[middle + 1 : end])
    units = problem.tree(index).taken.get(at, ())[: len(type.params)]
    starts = {unit.start: unit.end for unit in units if unit is not None and len(unit.results) == 1}
    if len(starts) == len(type.params):
        gone = {place for start, last in starts.items() for place in range(start, last + 1)}
        before = tuple(instrs[place] for place in range(at) if place not in gone)
    elif instrs[at].op is not _IF:
        before = (*instrs[:at], *(Instr(_DROP) for _ in type.params))
    else:
        return
    body = (*before, instrs[at], *arms, *instrs[end:])
    yield _with_block(problem.best, index, body, len(before), FuncType((), type.results))


def _filled(problem: Problem, index: int, end: int, lost: Stack) -> list[Body]:
    """Constants for values that a block leaves: zeros, then what was seen behind it."""
    seen = [operands[-len(lost) :] for operands in problem.seen.behind.get((index, end), ())]
    return list(dict.fromkeys(bridge((), lost, dict(enumerate(operands))) for operands in ((), *seen)))


def _with_block(draft: Draft, index: int, body: Body, at: int, type: FuncType) -> Draft:
    """The draft with this body, in which the block opened at `at` has this type."""
    module = draft.module
    if not type.params and len(type.results) <= 1:
        code = block_code(type.results[0]) if type.results else EMPTY
        types = module.types
    else:
        types = module.types if type in module.types else (*module.types, type)
        code = types.index(type)
    opening = body[at]._replace(immediates=(code,))
    changed = draft.with_module(replace(module, types=types)).with_body(index, tidy(put(body, at, opening)))
    return rewrite.without(changed, Imm.TYPE, rewrite.unused(changed, Imm.TYPE))


def branches(problem: Problem) -> None:
    """Branches go, or become simpler ones: `br_table` a `br`, a far label a near one."""
    for index in range(len(problem.best.bodies)):
        for at in range(len(problem.best.bodies[index]) - 1, -1, -1):
            instrs = problem.best.bodies[index]
            row, imms = instrs[at].op, instrs[at].immediates
            if row.name == "br_if":
                problem.accept(_put(problem, index, at, (Instr(_DROP),)))
            elif row.name == "br_table":
                br = BY_NAME["br"]
                for label in dict.fromkeys(imms):
                    if problem.accept(_put(problem, index, at, (Instr(_DROP), Instr(br, (label,))))):
                        break
                else:
                    problem.accept(_put(problem, index, at, (instrs[at]._replace(immediates=imms[-1:]),)))
            elif row in _JUMPS:
                problem.accept_any([_put(problem, index, at, (Instr(_DROP),) * n) for n in range(3)])


def _put(problem: Problem, index: int, at: int, replacement: Body) -> Draft:
    instrs = problem.best.bodies[index]
    return problem.best.with_body(index, (*instrs[:at], *replacement, *instrs[at + 1 :]))
