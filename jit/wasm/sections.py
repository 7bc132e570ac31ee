"""Bytes of one section → its items (spec: `binary-modules`).

Decides the encoding of every item but not their order or their meaning: indices are read, not looked up.  What the
format of 1.0 left out (passive segments, element expressions) is read only when the feature that brought it is on; then
the same bytes mean something else, as in the two editions of the format.
"""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from .. import limits
from ..errors import LimitError
from .expressions import skip_expression
from .module import Code, Data, Elem, Export, Expr, ExternKind, Global, Import, Mode
from .reader import Reader
from .types import FUNCREF, ExternType, FuncType, GlobalType, Limits, MemoryType, TableType, ValType

T = TypeVar("T")

UNRESOLVED: Final = FuncType((), ())
"""Stands for the type of an imported function whose type index was not looked up, or is out of range."""

_FUNCTION_TYPE: Final = 0x60
_KINDS: Final = {kind.value: kind for kind in ExternKind}
_MAX_LOCALS_BOUND: Final = 1 << 32


def limited(reader: Reader, count: int, maximum: int, what: str) -> int:
    """The count, or `LimitError` when it passes one of `jit.limits`."""
    if count > maximum:
        raise LimitError(f"too many {what}: {count}, at most {maximum}", reader.base + reader.pos)
    return count


def vector(reader: Reader, item: Callable[[Reader], T], maximum: int, what: str) -> tuple[T, ...]:
    """A vector of items (spec: `binary-vec`), at most `maximum` of them; what is malformed up to there comes first."""
    count = reader.length()
    items = tuple([item(reader) for _ in range(min(count, maximum))])
    limited(reader, count, maximum, what)
    return items


class Section(Generic[T]):
    """A section that is a vector: its id, how an item is read, how many there may be."""

    __slots__ = ("item", "maximum", "number", "what")

    def __init__(self, number: int, item: Callable[[Reader], T], maximum: int, what: str) -> None:
        self.number = number
        self.item = item
        self.maximum = maximum
        self.what = what

    def read(self, reader: Reader) -> tuple[T, ...]:
        """The items of the section whose content begins at the cursor."""
        return vector(reader, self.item, self.maximum, self.what)


def function_type(reader: Reader) -> FuncType:
    """A function type (spec: `binary-functype`)."""
    if reader.type_code() != _FUNCTION_TYPE:
        raise reader.malformed(reader.words.function_type, reader.pos - 1)
    params = vector(reader, Reader.valtype, limits.MAX_PARAMS, "parameters")
    results = vector(reader, Reader.valtype, limits.MAX_RESULTS, "results")
    return FuncType(params, results)


def _limits(reader: Reader) -> Limits:
    """Limits (spec: `binary-limits`)."""
    bounded = reader.unsigned(1)
    minimum = reader.u32()
    return Limits(minimum, reader.u32() if bounded else None)


def table_type(reader: Reader) -> TableType:
    """A table type (spec: `binary-tabletype`)."""
    return TableType(element_type(reader), _limits(reader))


def element_type(reader: Reader) -> ValType:
    """The type of a table's elements: `funcref` alone while references are no values."""
    if reader.features.reference_types:
        return reader.reftype()
    if reader.type_code() != FUNCREF.code:
        raise reader.malformed(reader.words.reference_type, reader.pos - 1)
    return FUNCREF


def memory_type(reader: Reader) -> MemoryType:
    """A memory type (spec: `binary-memtype`)."""
    return MemoryType(_limits(reader))


def global_type(reader: Reader) -> GlobalType:
    """A global type (spec: `binary-globaltype`)."""
    type = reader.valtype()
    mutable = reader.byte()
    if mutable > 1:
        raise reader.malformed(reader.words.mutability, reader.pos - 1)
    return GlobalType(type, bool(mutable))


def import_(reader: Reader) -> Import:
    """An import (spec: `binary-import`); the type of a function is known by its index alone."""
    module = reader.name()
    name = reader.name()
    kind = _KINDS.get(reader.byte())
    type: ExternType
    if kind is None:
        raise reader.malformed(reader.words.import_kind, reader.pos - 1)
    if kind is ExternKind.FUNC:
        return Import(module, name, UNRESOLVED, reader.u32())
    if kind is ExternKind.TABLE:
        type = table_type(reader)
    elif kind is ExternKind.MEMORY:
        type = memory_type(reader)
    else:
        type = global_type(reader)
    return Import(module, name, type)


def expression(reader: Reader) -> Expr:
    """A constant expression, which at this stage is any expression (spec: `binary-expr`)."""
    start = reader.pos
    skip_expression(reader)
    return Expr(reader.data[start : reader.pos], reader.base + start)


def global_(reader: Reader) -> Global:
    """A defined global (spec: `binary-global`)."""
    return Global(global_type(reader), expression(reader))


def export(reader: Reader) -> Export:
    """An export (spec: `binary-export`)."""
    name = reader.name()
    kind = _KINDS.get(reader.byte())
    if kind is None:
        raise reader.malformed(reader.words.export_kind, reader.pos - 1)
    return Export(name, kind, reader.u32())


def _element_kind(reader: Reader) -> ValType:
    """The one kind of element that is given by index."""
    if reader.byte() != 0:
        raise reader.malformed("malformed element kind", reader.pos - 1)
    return FUNCREF


_EXPLICIT: Final = 2
"""Flags of an active segment that names its table or memory.

SPEC: to 1.0 this is table or memory 2, which no valid module has.  It is read in the later sense at every level,
because tools write it in modules that otherwise keep to 1.0.
"""


def elem(reader: Reader) -> Elem:
    """An element segment (spec: `binary-elem`); in 1.0 the flags are a table index."""
    start = reader.pos
    flags = reader.u32()
    if not reader.features.bulk_memory and flags != _EXPLICIT:
        offset = expression(reader)
        return Elem(Mode.ACTIVE, FUNCREF, _indices(reader), flags, offset)
    if flags > (7 if reader.features.reference_types else 3):
        raise reader.malformed("malformed elements segment kind", start)
    # Bit 0: not active; bit 1: an explicit table index, or declarative; bit 2: expressions instead of indices.
    inactive, explicit, expressions = flags & 1, flags & 2, flags & 4
    table = reader.u32() if explicit and not inactive else 0
    active_offset = None if inactive else expression(reader)
    type = FUNCREF
    if inactive or explicit:
        type = element_type(reader) if expressions else _element_kind(reader)
    items: tuple[int | Expr, ...]
    items = vector(reader, expression, limits.MAX_TABLE_ELEMENTS, "elements") if expressions else _indices(reader)
    mode = Mode.ACTIVE if not inactive else Mode.DECLARATIVE if explicit else Mode.PASSIVE
    return Elem(mode, type, items, table, active_offset)


def _indices(reader: Reader) -> tuple[int, ...]:
    return vector(reader, Reader.u32, limits.MAX_TABLE_ELEMENTS, "elements")


def data(reader: Reader) -> Data:
    """A data segment (spec: `binary-data`); in 1.0 the flags are a memory index."""
    start = reader.pos
    flags = reader.u32()
    if not reader.features.bulk_memory and flags != _EXPLICIT:
        offset = expression(reader)
        return Data(Mode.ACTIVE, reader.take(reader.length()), flags, offset)
    if flags > 2:
        raise reader.malformed("malformed data segment kind", start)
    if flags == 1:
        return Data(Mode.PASSIVE, reader.take(reader.length()))
    memory = reader.u32() if flags == _EXPLICIT else 0
    offset = expression(reader)
    return Data(Mode.ACTIVE, reader.take(reader.length()), memory, offset)


def _locals(reader: Reader) -> tuple[int, ValType]:
    """A run of locals (spec: `binary-local`)."""
    count = reader.u32()
    return count, reader.valtype()


def code(reader: Reader) -> Code:
    """A function's runs of locals and its body, unread but for its size (spec: `binary-code`)."""
    size = limited(reader, reader.length(), limits.MAX_BODY_BYTES, "bytes in a function body")
    start = reader.pos
    end = start + size
    if end > len(reader.data):
        raise reader.ended()
    runs = vector(reader, _locals, limits.MAX_BODY_BYTES, "runs of locals")
    total = sum(count for count, _ in runs)
    if total >= _MAX_LOCALS_BOUND:
        raise reader.malformed("too many locals", start)
    limited(reader, total, limits.MAX_LOCALS, "locals")
    if reader.pos > end:
        raise reader.malformed("section size mismatch", end)
    body_start = reader.pos
    return Code(runs, reader.take(end - body_start), reader.base + body_start)


# fmt: off
TYPES: Final     = Section( 1, function_type, limits.MAX_TYPES,         "types")
IMPORTS: Final   = Section( 2, import_,       limits.MAX_IMPORTS,       "imports")
FUNCTIONS: Final = Section( 3, Reader.u32,    limits.MAX_FUNCTIONS,     "functions")
TABLES: Final    = Section( 4, table_type,    limits.MAX_TABLES,        "tables")
MEMORIES: Final  = Section( 5, memory_type,   limits.MAX_MEMORIES,      "memories")
GLOBALS: Final   = Section( 6, global_,       limits.MAX_GLOBALS,       "globals")
EXPORTS: Final   = Section( 7, export,        limits.MAX_EXPORTS,       "exports")
ELEMS: Final     = Section( 9, elem,          limits.MAX_ELEM_SEGMENTS, "element segments")
CODES: Final     = Section(10, code,          limits.MAX_FUNCTIONS,     "functions")
DATAS: Final     = Section(11, data,          limits.MAX_DATA_SEGMENTS, "data segments")
# fmt: on
