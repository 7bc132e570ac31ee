"""Less control flow: no dead code, no blocks nobody branches to, fewer and nearer branches."""

from jit.wasm.body import Instr
from jit.wasm.opcodes import BY_NAME

from ..draft import Body, Draft
from ..problem import Problem
from ..trees import matching, relabel

_JUMPS = frozenset(BY_NAME[name] for name in ("br", "br_table", "return", "unreachable"))
_BLOCK = frozenset(BY_NAME[name] for name in ("block", "loop"))
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
    """Blocks are unwrapped and one arm of each `if` is kept, where nothing branches to them."""
    for index in range(len(problem.best.bodies)):
        at = 0
        while at < len(problem.best.bodies[index]):
            instrs = problem.best.bodies[index]
            if not (instrs[at].op in _BLOCK or instrs[at].op is _IF) or not _unwrap(problem, index, at):
                at += 1


def _unwrap(problem: Problem, index: int, at: int) -> bool:
    instrs = problem.best.bodies[index]
    middle, end = matching(instrs, at)
    arms: list[Body] = []
    if instrs[at].op is _IF:
        arms.append((Instr(_DROP), *(relabel(instrs[at + 1 : middle or end], 0, -1) or ())))
        arms.append((Instr(_DROP), *((relabel(instrs[middle + 1 : end], 0, -1) or ()) if middle else ())))
    else:
        inside = relabel(instrs[at + 1 : end], 0, -1)
        arms = [] if inside is None else [inside]
    return any(problem.accept(problem.best.with_body(index, (*instrs[:at], *arm, *instrs[end + 1 :]))) for arm in arms)


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
