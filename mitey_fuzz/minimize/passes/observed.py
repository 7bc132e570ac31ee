"""What the run of a case suggests: leave out what was not reached, call what was called, take values for constants."""

from collections.abc import Iterator
from dataclasses import replace

from jit.wasm.body import END, Instr, const
from jit.wasm.module import Export, ExternKind
from jit.wasm.opcodes import BY_NAME
from jit.wasm.types import FUNCREF, Value

from ..draft import Body, Draft
from ..observe import Operands
from ..problem import Problem
from ..search import put
from ..trees import sequences

_CALL = BY_NAME["call"]
_UNREACHABLE = Instr(BY_NAME["unreachable"])


def unreached(problem: Problem) -> None:
    """What never ran becomes `unreachable`, everywhere at once or else function by function."""
    reached = {index: set[int]() for index in range(len(problem.best.bodies))}
    for index, at in problem.seen.reached:
        reached[index].add(at)
    bodies = tuple(_reached(instrs, reached[index]) for index, instrs in enumerate(problem.best.bodies))
    if not problem.accept(replace(problem.best, bodies=bodies)):
        for index, body in enumerate(bodies):
            problem.accept(problem.best.with_body(index, body))


def _reached(instrs: Body, reached: set[int]) -> Body:
    """The body in which every sequence of items ends where running did."""
    cuts: list[tuple[int, int]] = []
    for items in sequences(instrs):
        for first, last in items:
            if not reached.intersection(range(first, last + 1)):
                cuts.append((first, items[-1][1]))
                break
    out: list[Instr] = []
    done = 0
    for first, last in sorted(cuts):
        if first >= done:
            out += [*instrs[done:first], _UNREACHABLE]
            done = last + 1
    return (*out, *instrs[done:])


def promote(problem: Problem) -> None:
    """A function that was called is called by the script instead; callers that nothing else needs go."""
    for position in range(len(problem.best.script)):
        for index in sorted(problem.seen.arguments, key=lambda i: len(problem.best.bodies[i])):
            if index < len(problem.best.bodies):
                problem.accept_any(_promotions(problem.best, position, index, problem.seen.arguments.get(index, [])))


def _promotions(draft: Draft, position: int, index: int, seen: list[Operands]) -> Iterator[Draft]:
    module = draft.module
    function = index + module.imported_funcs
    params = module.func_types[function].params
    called = next((e.name for e in module.exports if e.kind is ExternKind.FUNC and e.index == function), None)
    name = called if called is not None else _unused_name(draft)
    exports = module.exports if called is not None else (*module.exports, Export(name, ExternKind.FUNC, function))
    for arguments in seen:
        if FUNCREF in params:
            continue  # inside the interpreter a reference is an address
        args = tuple(Value(t, bits) for t, bits in zip(params, arguments, strict=True))
        script = put(draft.script, position, replace(draft.script[position], export=name, args=args))
        yield _hollowed(replace(draft, module=replace(module, exports=exports), script=script))


def _unused_name(draft: Draft) -> str:
    taken = {export.name for export in draft.module.exports}
    return next(name for name in (f"p{number}" for number in range(len(taken) + 1)) if name not in taken)


def _hollowed(draft: Draft) -> Draft:
    """Functions to which no chain of calls leads from the script have no body any more."""
    module = draft.module
    called = draft.entered
    waiting = [e.index for e in module.exports if e.kind is ExternKind.FUNC and e.name in called]
    waiting += [] if module.start is None else [module.start]
    waiting += [item for elem in module.elems for item in elem.items if isinstance(item, int)]
    needed: set[int] = set()
    while waiting:
        function = waiting.pop() - module.imported_funcs
        if function >= 0 and function not in needed:
            needed.add(function)
            waiting += [i.immediates[0] for i in draft.bodies[function] if i.op is _CALL]
    empty = (_UNREACHABLE, Instr(END))
    return replace(draft, bodies=tuple(b if i in needed else empty for i, b in enumerate(draft.bodies)))


def values(problem: Problem) -> None:
    """Units become the constants that they were."""
    for index in range(len(problem.best.bodies)):
        while problem.accept_any(_constants(problem, index)):
            continue


def _constants(problem: Problem, index: int) -> Iterator[Draft]:
    instrs = problem.best.bodies[index]
    for unit in sorted(problem.tree(index).units, key=lambda u: (u.start - u.end, -u.end)):
        if len(unit.results) != 1 or unit.results[0].is_ref:
            continue
        for operands in problem.seen.behind.get((index, unit.end), ()):
            constant = const(unit.results[0], operands[-1])
            yield problem.best.with_body(index, (*instrs[: unit.start], constant, *instrs[unit.end + 1 :]))
