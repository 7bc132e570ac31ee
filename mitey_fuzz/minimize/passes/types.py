"""Parameters and results go, together with the operands and uses they have at every call.

Functions that are called directly change one by one; those of a type that is called indirectly change together, with
every such call.  Imports change with what the script offers for them, and the script's arguments with its functions.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from jit.wasm.body import Instr
from jit.wasm.module import ExternKind, Import
from jit.wasm.opcodes import BY_NAME, Imm
from jit.wasm.types import FuncType
from oracles.protocol import HostFunc

from ...case import Call, Definition
from .. import rewrite
from ..draft import Body, Draft
from ..problem import Problem
from ..trees import Tree, tidy, zero
from .signatures import local_types, named, renumbered, with_locals

_CALL = BY_NAME["call"]
_INDIRECT = BY_NAME["call_indirect"]
_RETURN = BY_NAME["return"]
_DROP = BY_NAME["drop"]

Edit = tuple[int, int, Body]
"""Instructions from the first to before the second number give way to others."""


class _Impossible(Exception):
    """The value stands where it cannot be taken out."""


@dataclass(frozen=True)
class _Group:
    """Functions of one type that change together; `indirect` calls of the type change with them."""

    type: FuncType
    functions: frozenset[int]
    indirect: bool

    def is_call(self, draft: Draft, instr: Instr) -> bool:
        if instr.op is _CALL:
            return instr.immediates[0] in self.functions
        return self.indirect and instr.op is _INDIRECT and draft.module.types[instr.immediates[0]] == self.type


def types(problem: Problem) -> None:
    """Takes every parameter and result away that it can, the last ones first."""
    for function in range(len(problem.best.module.func_types)):
        if function < len(problem.best.module.func_types):
            _shorten(problem, function, lambda type: len(type.params), _without_param)
            _shorten(problem, function, lambda type: len(type.results), _without_result)


_Change = Callable[[Problem, _Group, int], Draft]


def _shorten(problem: Problem, function: int, count: Callable[[FuncType], int], change: _Change) -> None:
    for position in reversed(range(count(problem.best.module.func_types[function]))):
        try:
            problem.accept(change(problem, _group(problem.best, function), position))
        except _Impossible:
            continue


def _group(draft: Draft, function: int) -> _Group:
    module = draft.module
    type = module.func_types[function]
    indirect = any(i.op is _INDIRECT and module.types[i.immediates[0]] == type for b in draft.bodies for i in b)
    together = (i for i, t in enumerate(module.func_types) if t == type)
    return _Group(type, frozenset(together) if indirect else frozenset((function,)), indirect)


def _without_param(problem: Problem, group: _Group, position: int) -> Draft:
    draft = problem.best
    params = group.type.params[:position] + group.type.params[position + 1 :]
    edits = [_operand_edits(draft, problem.tree(i), group, position, b) for i, b in enumerate(draft.bodies)]
    changed = _retyped(_edited(draft, edits), group, FuncType(params, group.type.results))
    for function in group.functions:
        index = function - draft.module.imported_funcs
        if index >= 0:
            changed = _as_local(changed, draft, index, position)
    return replace(changed, script=_without_argument(draft, group, position))


def _operand_edits(draft: Draft, tree: Tree, group: _Group, position: int, instrs: Body) -> list[Edit]:
    edits: list[Edit] = []
    for at, instr in enumerate(instrs):
        if not group.is_call(draft, instr) or tree.stacks[at] is None:
            continue
        units = tree.taken.get(at, ())
        unit = units[position] if position < len(units) else None
        if unit is not None and len(unit.results) == 1:
            edits.append((unit.start, unit.end + 1, ()))
        elif position == len(group.type.params) - 1 and instr.op is _CALL:
            edits.append((at, at, (Instr(_DROP),)))
        else:
            raise _Impossible
    return edits


def _as_local(changed: Draft, before: Draft, index: int, position: int) -> Draft:
    """The parameter that went becomes a local where the body names it."""
    type, own = local_types(before, index)
    last = len(type.params) - 1 + len(own)
    number = {i: i - (i > position) for i in range(last + 1)} | {position: last}
    body = changed.bodies[index]
    used = position in named(body)
    locals = [*own, type.params[position]] if used else own
    return with_locals(changed, index, locals, renumbered(body, number))


def _without_argument(draft: Draft, group: _Group, position: int) -> tuple[Call, ...]:
    names = {e.name for e in draft.module.exports if e.kind is ExternKind.FUNC and e.index in group.functions}
    return tuple(
        replace(c, args=c.args[:position] + c.args[position + 1 :]) if c.export in names else c for c in draft.script
    )


def _without_result(problem: Problem, group: _Group, position: int) -> Draft:
    draft = problem.best
    results = group.type.results[:position] + group.type.results[position + 1 :]
    edits = [_use_edits(draft, problem.tree(i), group, position, b) for i, b in enumerate(draft.bodies)]
    for function in group.functions:
        index = function - draft.module.imported_funcs
        if index >= 0:
            edits[index] += _end_edits(problem.tree(index), group, position, draft.bodies[index])
    return _retyped(_edited(draft, edits), group, FuncType(group.type.params, results))


def _use_edits(draft: Draft, tree: Tree, group: _Group, position: int, instrs: Body) -> list[Edit]:
    edits: list[Edit] = []
    for at, instr in enumerate(instrs):
        if not group.is_call(draft, instr) or tree.stacks[at] is None:
            continue
        taker = tree.takers.get((at, position))
        if taker is not None and instrs[taker].op is _DROP:
            edits.append((taker, taker + 1, ()))
        elif position == len(group.type.results) - 1:
            edits.append((at + 1, at + 1, (zero(group.type.results[position]),)))
        else:
            raise _Impossible
    return edits


def _end_edits(tree: Tree, group: _Group, position: int, instrs: Body) -> list[Edit]:
    """What changes where the function returns; a value at the bottom may stay below what a jump carries."""
    is_last = position == len(group.type.results) - 1
    edits: list[Edit] = []
    for at, instr in enumerate(instrs):
        if instr.op is _RETURN and tree.stacks[at] is not None:
            if is_last:
                edits.append((at, at, (Instr(_DROP),)))
            elif position:
                raise _Impossible
    if tree.top:
        unit = tree.top[position] if position < len(tree.top) else None
        if unit is not None and len(unit.results) == 1:
            edits.append((unit.start, unit.end + 1, ()))
        elif is_last:
            edits.append((len(instrs) - 1, len(instrs) - 1, (Instr(_DROP),)))
        else:
            raise _Impossible
    return edits


def _edited(draft: Draft, edits: list[list[Edit]]) -> Draft:
    return replace(draft, bodies=tuple(edited(b, e) for b, e in zip(draft.bodies, edits, strict=True)))


def edited(instrs: Body, edits: list[Edit]) -> Body:
    """Instructions with these edits; one that begins inside what another takes away counts for nothing."""
    out: list[Instr] = []
    done = 0
    for start, end, replacement in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if start >= done:  # otherwise it stood inside what is gone
            out += [*instrs[done:start], *replacement]
            done = max(end, start)
    return tidy((*out, *instrs[done:]))


def _retyped(draft: Draft, group: _Group, type: FuncType) -> Draft:
    """The draft whose functions and calls of a group have another type."""
    module = draft.module
    types = module.types if type in module.types else (*module.types, type)
    number = types.index(type)

    def pointed(instr: Instr) -> Instr:
        if instr.op is _INDIRECT and group.is_call(draft, instr):
            return instr._replace(immediates=(number, *instr.immediates[1:]))
        return instr

    first = module.imported_funcs
    functions = tuple(number if i + first in group.functions else t for i, t in enumerate(module.functions))
    imports, offered = _imports(draft, group, type, number)
    changed = replace(
        draft,
        module=replace(module, types=types, functions=functions, imports=imports),
        bodies=tuple(tuple(map(pointed, instrs)) for instrs in draft.bodies),
        imports=offered,
    )
    return rewrite.without(changed, Imm.TYPE, rewrite.unused(changed, Imm.TYPE))


def _imports(
    draft: Draft, group: _Group, type: FuncType, number: int
) -> tuple[tuple[Import, ...], tuple[Definition, ...]]:
    imports: list[Import] = []
    changed: set[tuple[str, str]] = set()
    function = 0
    for entry in draft.module.imports:
        if isinstance(entry.type, FuncType):
            if function in group.functions:
                changed.add((entry.module, entry.name))
                entry = replace(entry, type=type, type_index=number)
            function += 1
        imports.append(entry)
    return tuple(imports), tuple(_offers(draft, changed, type))


def _offers(draft: Draft, changed: set[tuple[str, str]], type: FuncType) -> Iterator[Definition]:
    for definition in draft.imports:
        item = definition.item
        if (definition.module, definition.name) in changed and isinstance(item, HostFunc):
            yield replace(definition, item=replace(item, type=type))
        else:
            yield definition
