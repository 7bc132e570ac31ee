"""Fewer locals; and what passes need that give a function another type."""

from dataclasses import replace

from jit.wasm.body import parse
from jit.wasm.module import Code, Expr
from jit.wasm.opcodes import BY_NAME, Imm
from jit.wasm.types import FuncType, ValType

from .. import rewrite
from ..draft import Body, Draft
from ..problem import Problem
from ..search import put

_CALLS = frozenset(BY_NAME[name] for name in ("call", "ref.func"))


def locals(problem: Problem) -> None:
    """Locals that no instruction names go; the others stand in the order of their first use, types together."""
    for index in range(len(problem.best.bodies)):
        problem.settle(_tidied(problem.best, index))


def local_types(draft: Draft, index: int) -> tuple[FuncType, list[ValType]]:
    """The type of a defined function, and the types of its locals that are no parameters."""
    type = draft.module.types[draft.module.functions[index]]
    return type, [t for count, t in draft.module.codes[index].locals for _ in range(count)]


def named(instrs: Body) -> list[int]:
    """The locals that a body names, in the order of their first use."""
    return list(dict.fromkeys(i.immediates[0] for i in instrs if i.op.immediates == (Imm.LOCAL,)))


def renumbered(instrs: Body, number: dict[int, int]) -> Body:
    """A body whose locals have other numbers."""
    return tuple(
        i._replace(immediates=(number[i.immediates[0]],)) if i.op.immediates == (Imm.LOCAL,) else i for i in instrs
    )


def with_locals(draft: Draft, index: int, types: list[ValType], instrs: Body) -> Draft:
    """The draft whose `index`-th function declares these locals and has this body."""
    code = Code(_runs(types), b"")
    module = replace(draft.module, codes=put(draft.module.codes, index, code))
    return draft.with_module(module).with_body(index, instrs)


def _runs(types: list[ValType]) -> tuple[tuple[int, ValType], ...]:
    runs: list[tuple[int, ValType]] = []
    for type in types:
        if runs and runs[-1][1] is type:
            runs[-1] = (runs[-1][0] + 1, type)
        else:
            runs.append((1, type))
    return tuple(runs)


def _tidied(draft: Draft, index: int) -> Draft:
    type, own = local_types(draft, index)
    base = len(type.params)
    kept = [i - base for i in named(draft.bodies[index]) if i >= base]
    first = {t: at for at, t in reversed(list(enumerate(own[i] for i in kept)))}
    kept.sort(key=lambda i: first[own[i]])  # equal types side by side make one run
    number = {i: i for i in range(base)} | {base + old: base + new for new, old in enumerate(kept)}
    return with_locals(draft, index, [own[i] for i in kept], renumbered(draft.bodies[index], number))


def is_only_scripted(draft: Draft, index: int) -> bool:
    """Whether nothing in the module calls the function: no call, no table, no start."""
    module = draft.module
    function = index + module.imported_funcs
    items = [item for elem in module.elems for item in elem.items]
    exprs = [i for item in items if isinstance(item, Expr) for i in parse(item.code)]
    exprs += [i for entry in module.globals for i in parse(entry.init.code)]
    called = any(i.op in _CALLS and i.immediates[0] == function for instrs in (*draft.bodies, exprs) for i in instrs)
    return not called and function not in items and module.start != function


def retyped(draft: Draft, index: int, type: FuncType, body: Body) -> Draft:
    """The draft whose `index`-th function has this type and body; types that nothing refers to any more go."""
    module = draft.module
    types = module.types if type in module.types else (*module.types, type)
    functions = put(module.functions, index, types.index(type))
    changed = draft.with_module(replace(module, types=types, functions=functions)).with_body(index, body)
    return rewrite.without(changed, Imm.TYPE, rewrite.unused(changed, Imm.TYPE))
