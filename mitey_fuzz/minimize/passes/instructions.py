"""Less code in a body: units of instructions become constants, or one of their operands, or nothing."""

from jit.wasm.body import Instr, const
from jit.wasm.opcodes import BY_NAME
from jit.wasm.types import ValType

from ..draft import Body
from ..problem import Problem
from ..trees import Unit, zero
from ..values import one_of

_DROP = BY_NAME["drop"]


def units(problem: Problem) -> None:
    """Replaces units, large ones first, in every function; a replacement that is taken starts the function anew."""
    for index in range(len(problem.best.bodies)):
        while _one_unit(problem, index):
            continue


def _one_unit(problem: Problem, index: int) -> bool:
    """Walks the units once from large to small; True when something was taken."""
    taken = False
    skip = -1
    found = problem.tree(index).units
    for unit in sorted(found, key=lambda u: (u.start - u.end, -u.end)):
        if skip >= 0 and unit.end >= skip:
            continue  # it stood behind or around what was changed: its places are no longer true
        instrs = problem.best.bodies[index]
        for replacement in _replacements(problem, index, instrs, unit):
            changed = (*instrs[: unit.start], *replacement, *instrs[unit.end + 1 :])
            if problem.accept(problem.best.with_body(index, changed)):
                taken, skip = True, unit.start
                break
    return taken


def _replacements(problem: Problem, index: int, instrs: Body, unit: Unit) -> list[Body]:
    found: list[Body] = [()] if unit.results else []  # nothing: where what follows takes any stack
    zeros = tuple(map(zero, unit.results))
    found += [zeros, (*_between(instrs, unit), *zeros)]
    if len(unit.results) != 1:
        found += [(*_dropped(instrs, o), *zeros) for o in unit.operands]
    found += [instrs[o.start : o.end + 1] for o in unit.operands if o.results == unit.results]
    if not unit.results:
        found.append(())
    if instrs[unit.end].op is _DROP and unit.operands:
        found += [_dropped(instrs, o) for o in unit.operands[0].operands]
    if len(unit.results) == 1 and unit.end > unit.start:
        found += [(i,) for i in _sources(problem, index, unit.results[0])]
    if len(unit.results) == 1 and not unit.results[0].is_ref:
        found += [(const(unit.results[0], bits),) for bits in _telling(problem, unit.results[0])]
    return found


def _between(instrs: Body, unit: Unit) -> Body:
    """The statements between the operands of a unit's topmost instruction."""
    inside = {at for operand in unit.operands for at in range(operand.start, operand.end + 1)}
    return tuple(instrs[at] for at in range(unit.start, unit.end) if at not in inside) if unit.operands else ()


def _dropped(instrs: Body, unit: Unit) -> Body:
    return (*instrs[unit.start : unit.end + 1], *(Instr(_DROP) for _ in unit.results))


def _sources(problem: Problem, index: int, type: ValType) -> list[Instr]:
    """Reads of parameters of this type."""
    module = problem.best.module
    params = module.types[module.functions[index]].params
    return [Instr(BY_NAME["local.get"], (i,)) for i, t in enumerate(params) if t is type][:2]


def _telling(problem: Problem, type: ValType) -> list[int]:
    """Bits of this type that often show what zero does not: 1, all, the first, the last, what the script passes."""
    passed = [a.bits for call in problem.best.script[-1:] for a in call.args if a.type is type]
    shapes = [one_of(type), (1 << type.bits) - 1, 1 << type.bits - 1, 1, *passed]
    return [bits for bits in dict.fromkeys(shapes) if bits][:6]
