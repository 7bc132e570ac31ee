"""Less module around the code: exports, unused definitions, segments, limits, names."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

from jit.errors import WasmError
from jit.wasm.body import const, expr
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import Custom, Data, Elem, Export, Expr, Global
from jit.wasm.types import GlobalType, Limits, MemoryType

from .. import rewrite
from ..problem import Problem
from ..search import delete, put
from ..values import one_of, zero_of


def exports(problem: Problem) -> None:
    """Exports that nobody outside calls go, together where possible."""

    def attempt(kept: tuple[Export, ...]) -> bool:
        return problem.accept(problem.best.with_module(replace(problem.best.module, exports=kept)))

    called = problem.best.entered
    if not attempt(tuple(e for e in problem.best.module.exports if e.name in called)):
        delete(problem.best.module.exports, attempt)


def customs(problem: Problem) -> None:
    """Custom sections go, and a data count that nobody needs: the encoder writes it where it must be."""

    def attempt(kept: tuple[Custom, ...]) -> bool:
        return problem.accept(problem.best.with_module(replace(problem.best.module, customs=kept)))

    problem.accept(problem.best.with_module(replace(problem.best.module, customs=(), data_count=None)))
    if attempt(()):
        return
    delete(problem.best.module.customs, attempt)
    for at in range(len(problem.best.module.customs)):
        for simpler in (Custom("", b""), Custom("a", b"")):
            found = problem.best.module.customs
            if attempt((*found[:at], simpler, *found[at + 1 :])):
                break


def start(problem: Problem) -> None:
    """The start function is not started."""
    problem.accept(problem.best.with_module(replace(problem.best.module, start=None)))


def segments(problem: Problem) -> None:
    """Segments that no instruction names go; the others shrink."""
    module = problem.best.module

    def elems(kept: tuple[Elem, ...]) -> bool:
        return problem.accept(problem.best.with_module(replace(problem.best.module, elems=kept)))

    def datas(kept: tuple[Data, ...]) -> bool:
        return problem.accept(problem.best.with_module(replace(problem.best.module, datas=kept)))

    delete(module.elems, elems)
    delete(module.datas, datas)
    for at in range(len(problem.best.module.elems)):
        delete(problem.best.module.elems[at].items, partial(_shorter_elem, problem, at))
    for at in range(len(problem.best.module.datas)):
        delete(tuple(problem.best.module.datas[at].content), partial(_shorter_data, problem, at))


def _shorter_elem(problem: Problem, at: int, items: tuple[int | Expr, ...]) -> bool:
    module = problem.best.module
    elem = replace(module.elems[at], items=items)
    return problem.accept(problem.best.with_module(replace(module, elems=put(module.elems, at, elem))))


def _shorter_data(problem: Problem, at: int, content: tuple[int, ...]) -> bool:
    module = problem.best.module
    data = replace(module.datas[at], content=bytes(content))
    return problem.accept(problem.best.with_module(replace(module, datas=put(module.datas, at, data))))


def unused(problem: Problem) -> None:
    """Definitions to which nothing refers go; types last, since functions refer to them."""
    for space in rewrite.SPACES:
        gone = rewrite.unused(problem.best, space)
        if gone and not problem.accept(rewrite.without(problem.best, space, gone)):
            for index in reversed(gone):
                problem.accept(rewrite.without(problem.best, space, [index]))


def definitions(problem: Problem) -> None:
    """Host items that no import asks for go."""
    modules = [problem.best.module]
    with suppress(WasmError):
        modules += [decode(companion.wasm, WASM_2) for companion in problem.best.companions]
    wanted = {(i.module, i.name) for module in modules for i in module.imports}
    kept = tuple(d for d in problem.best.imports if (d.module, d.name) in wanted)
    if kept != problem.best.imports:
        problem.best = replace(problem.best, imports=kept)


def limits(problem: Problem) -> None:
    """Memories and tables get small limits; globals start at zero and are what the code needs them to be."""
    for at, memory in enumerate(problem.best.module.memories):
        for smaller in (Limits(0, None), Limits(1, None), Limits(1, 1), Limits(memory.limits.minimum, None)):
            module = problem.best.module
            memories = put(module.memories, at, MemoryType(smaller))
            if problem.accept(problem.best.with_module(replace(module, memories=memories))):
                break
    for at, table in enumerate(problem.best.module.tables):
        for size in (0, 1, table.limits.minimum // 2):
            module = problem.best.module
            tables = put(module.tables, at, replace(table, limits=Limits(size, None)))
            if problem.accept(problem.best.with_module(replace(module, tables=tables))):
                break


def globals(problem: Problem) -> None:
    """Globals start at zero, or at one."""
    for at, entry in enumerate(problem.best.module.globals):
        for bits in dict.fromkeys((zero_of(entry.type.type), one_of(entry.type.type))):
            module = problem.best.module
            simpler = Global(GlobalType(entry.type.type, entry.type.mutable), expr(const(entry.type.type, bits)))
            changed = replace(module, globals=put(module.globals, at, simpler))
            if problem.accept(problem.best.with_module(changed)):
                break
