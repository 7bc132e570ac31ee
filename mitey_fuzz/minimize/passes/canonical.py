"""One form for what could stand in several orders, so that equal bugs look equal.

What the script calls first comes first; then whatever is referred to first.  None of this makes a case smaller, and a
case that is no longer what it was in another order stays as it is.
"""

from dataclasses import replace

from jit.wasm.module import Export
from jit.wasm.opcodes import Imm
from oracles.protocol import HostFunc, HostItem

from ...case import MAIN
from .. import rewrite
from ..draft import Draft
from ..problem import Problem

_DEFINED = (Imm.FUNC, Imm.GLOBAL, Imm.TABLE, Imm.ELEM, Imm.DATA, Imm.TYPE)
"""Spaces whose own definitions are put in order; types last, since functions refer to them."""


def canonical(problem: Problem) -> None:
    """Puts exports, functions, globals, tables, segments and types in order, and names exports a, b, c …"""
    problem.settle(_ordered_exports(problem.best))
    problem.settle(_named(problem.best))
    for space in _DEFINED:
        problem.settle(rewrite.reordered(problem.best, space, _first_uses(problem.best, space)))


def _first_uses(draft: Draft, space: rewrite.Space) -> list[int]:
    """The indices of a space in the order in which the module refers to them, unused ones last."""
    used = [index for s, index in rewrite.references(draft) if s is space]
    return list(dict.fromkeys([*used, *range(rewrite.count(draft.module, space))]))


def _ordered_exports(draft: Draft) -> Draft:
    called = list(dict.fromkeys(call.export for call in draft.script))

    def place(export: Export) -> tuple[int, int, int]:
        rank = called.index(export.name) if export.name in called else len(called)
        return rank, export.kind.value, export.index

    return draft.with_module(replace(draft.module, exports=tuple(sorted(draft.module.exports, key=place))))


def _named(draft: Draft) -> Draft:
    """Exports called a, b, c …; the script follows, and so does what host functions call back."""
    module = draft.module
    short = {e.name: _letters(i) for i, e in enumerate(module.exports)}
    renamed = tuple(replace(e, name=short[e.name]) for e in module.exports)
    script = tuple(replace(c, export=short.get(c.export, c.export)) for c in draft.script)
    imports = tuple(replace(d, item=_calling(d.item, short)) for d in draft.imports)
    return replace(draft, module=replace(module, exports=renamed), script=script, imports=imports)


def _calling(item: HostItem, short: dict[str, str]) -> HostItem:
    back = item.calls_back if isinstance(item, HostFunc) else None
    if not isinstance(item, HostFunc) or back is None or back.module != MAIN:
        return item
    return replace(item, calls_back=replace(back, export=short.get(back.export, back.export)))


def _letters(index: int) -> str:
    return chr(ord("a") + index) if index < 26 else f"z{index}"
