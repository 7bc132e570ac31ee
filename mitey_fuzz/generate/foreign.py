"""Cases from modules that were not generated here: the corpus, the core test suite, a user's file.

Such a module may run for ever, keep state that nobody sees, and grow as far as the engine lets it.  It is rewritten
until it does none of that, and gets a script like any other case.
"""

from dataclasses import replace
from typing import Final

from jit.limits import MAX_MEMORY_PAGES
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Export, ExternKind, Import, Module
from jit.wasm.types import ExternType, Limits, MemoryType, TableType

from ..case import Case
from ..choices import Choices
from .candidates import letters
from .script import definitions, first_calls, make_script
from .terminate import FUEL, Way, ensure_termination, export_all

MOST_PAGES: Final = 16
MOST_ELEMENTS: Final = 1000
"""How far memories and tables may grow past their minimum."""
MOST_SEEN_PAGES: Final = 256
MOST_SEEN_ELEMENTS: Final = 65_536
"""Memories and tables with larger minima are not exported: every snapshot would copy all of them."""
MOST_FIRST_CALLS: Final = 64
"""Exports that are certainly called; of a module with more, some run of these."""
CALLS_PER_EXPORT: Final = 3
MOST_CALLS: Final = 24


def case_for(choices: Choices, wasm: bytes, features: Features, *, fuel: int = FUEL) -> Case:
    """A case that runs the exports of a valid module on interesting arguments: each once, then any of them.

    The module is made to end, to show its state, and to declare how far it grows; its own exports are kept,
    save those of state too large to show.
    """
    way = (Way.BRANCHING, Way.STRAIGHT)[choices.integer(0, 1)]
    module = hide_large(export_all(ensure_termination(bound_growth(decode(wasm, features)), fuel, way=way)))
    exports = [
        (export.name, letters(module.func_types[export.index].params))
        for export in module.exports
        if export.kind is ExternKind.FUNC
    ]
    first = first_calls(choices, exports, MOST_FIRST_CALLS)
    more = min(MOST_CALLS, CALLS_PER_EXPORT * len(exports)) - len(first)
    script = first + make_script(choices, exports, max(more, 0))
    return Case(encode(module), script, definitions(module), choices.record)


def bound_growth(module: Module) -> Module:
    """The module with every memory and table declaring a maximum, not far above its minimum."""
    return replace(
        module,
        imports=tuple(Import(i.module, i.name, _bounded(i.type), i.type_index) for i in module.imports),
        memories=tuple(MemoryType(_pages(m.limits)) for m in module.memories),
        tables=tuple(TableType(t.element, _limits(t.limits, MOST_ELEMENTS)) for t in module.tables),
        source=b"",
    )


def hide_large(module: Module) -> Module:
    """The module without the exports of memories and tables that are too large for a snapshot after every call."""
    return replace(module, exports=tuple(e for e in module.exports if not _is_large(module, e)), source=b"")


def _is_large(module: Module, export: Export) -> bool:
    if export.kind is ExternKind.MEMORY:
        return module.memory_types[export.index].limits.minimum > MOST_SEEN_PAGES
    if export.kind is ExternKind.TABLE:
        return module.table_types[export.index].limits.minimum > MOST_SEEN_ELEMENTS
    return False


def _bounded(type: ExternType) -> ExternType:
    if isinstance(type, MemoryType):
        return MemoryType(_pages(type.limits))
    if isinstance(type, TableType):
        return TableType(type.element, _limits(type.limits, MOST_ELEMENTS))
    return type


def _pages(limits: Limits) -> Limits:
    return _limits(limits, min(MOST_PAGES, MAX_MEMORY_PAGES - limits.minimum))


def _limits(limits: Limits, room: int) -> Limits:
    most = limits.minimum + room
    return Limits(limits.minimum, most if limits.maximum is None else min(most, limits.maximum))
