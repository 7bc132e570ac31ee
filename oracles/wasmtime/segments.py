"""The 1.0 rule of active segments, which wasmtime does not have.

# SPEC: in WebAssembly 1.0 every active segment is checked before anything is written, element segments first, and a
# misfit makes the module unlinkable.  Since bulk memory operations, segments are written one after the other and a
# misfit traps, with what came before it visible.  Wasmtime knows the second rule alone; where bulk memory is off this
# check comes first, after which the second rule cannot trap.
"""

import ctypes
from collections.abc import Sequence

from ..reader import GLOBAL_KIND, MEMORY_KIND, TABLE_KIND, Constant, Outline, Segment
from . import ffi
from .ffi import Words

_PAGE = 65536


def misfit(context: int, outline: Outline, imports: Sequence[Words]) -> str | None:
    """The specification's words for the first active segment that does not fit, given the imported externs."""
    by_kind: dict[int, list[int]] = {TABLE_KIND: [], MEMORY_KIND: [], GLOBAL_KIND: []}
    for wanted, extern in zip(outline.imports, imports, strict=True):
        by_kind.setdefault(wanted.kind, []).append(ctypes.addressof(extern) + ffi.PAYLOAD)
    tables = [ffi.table_size(context, t) for t in by_kind[TABLE_KIND]] + outline.tables
    memories = [ffi.memory_data_size(context, m) for m in by_kind[MEMORY_KIND]]
    memories += [pages * _PAGE for pages in outline.memories]

    def exceeds(segment: Segment, sizes: list[int]) -> bool:
        offset = _evaluate(context, segment.offset, by_kind[GLOBAL_KIND])
        return offset + segment.length > sizes[segment.index]

    if any(exceeds(elem, tables) for elem in outline.elems):
        return "elements segment does not fit"
    if any(exceeds(data, memories) for data in outline.datas):
        return "data segment does not fit"
    return None


def _evaluate(context: int, constant: Constant, imported_globals: Sequence[int]) -> int:
    """The i32 of an offset expression: a constant, or the value of an imported global (`exec-expr`)."""
    if constant.source is None:
        return constant.bits
    value = ffi.words(ffi.VALUE_WORDS)
    ffi.global_get(context, imported_globals[constant.source], ctypes.addressof(value))
    return value[1] & 0xFFFFFFFF
