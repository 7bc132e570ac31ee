"""Bytes → Module, section by section (spec: `binary-module`).

Decides the order of sections and the agreement of their counts.  Sections are read where they lie and measured
afterwards, as the reference interpreter does, so that an item running over its section's end is refused in the core
test suite's words.  Bodies are cut out, not read: `typecheck` is the one walk over them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from .. import limits
from ..errors import MalformedError
from . import sections
from .expressions import check_encoding
from .features import Features
from .module import Code, Custom, Data, Elem, Export, Global, Import, Module
from .reader import Reader
from .sections import Section, limited
from .types import FuncType, MemoryType, TableType

T = TypeVar("T")

MAGIC: Final = b"\0asm"
VERSION: Final = b"\1\0\0\0"


@dataclass(slots=True)
class _Parts:
    """What the sections read so far brought."""

    types: tuple[FuncType, ...] = ()
    imports: tuple[Import, ...] = ()
    functions: tuple[int, ...] = ()
    tables: tuple[TableType, ...] = ()
    memories: tuple[MemoryType, ...] = ()
    globals: tuple[Global, ...] = ()
    exports: tuple[Export, ...] = ()
    start: int | None = None
    elems: tuple[Elem, ...] = ()
    data_count: int | None = None
    codes: tuple[Code, ...] = ()
    datas: tuple[Data, ...] = ()
    customs: list[Custom] = field(default_factory=list)


def _types(parts: _Parts, reader: Reader) -> None:
    parts.types = sections.TYPES.read(reader)


def _imports(parts: _Parts, reader: Reader) -> None:
    parts.imports = tuple([_resolved(item, parts.types) for item in sections.IMPORTS.read(reader)])


def _resolved(item: Import, types: tuple[FuncType, ...]) -> Import:
    return replace(item, type=types[item.type_index]) if 0 <= item.type_index < len(types) else item


def _functions(parts: _Parts, reader: Reader) -> None:
    parts.functions = sections.FUNCTIONS.read(reader)


def _tables(parts: _Parts, reader: Reader) -> None:
    parts.tables = sections.TABLES.read(reader)


def _memories(parts: _Parts, reader: Reader) -> None:
    parts.memories = sections.MEMORIES.read(reader)


def _globals(parts: _Parts, reader: Reader) -> None:
    parts.globals = sections.GLOBALS.read(reader)


def _exports(parts: _Parts, reader: Reader) -> None:
    parts.exports = sections.EXPORTS.read(reader)


def _start(parts: _Parts, reader: Reader) -> None:
    parts.start = reader.u32()


def _elems(parts: _Parts, reader: Reader) -> None:
    parts.elems = sections.ELEMS.read(reader)


def _data_count(parts: _Parts, reader: Reader) -> None:
    parts.data_count = reader.u32()


def _codes(parts: _Parts, reader: Reader) -> None:
    parts.codes = sections.CODES.read(reader)


def _datas(parts: _Parts, reader: Reader) -> None:
    parts.datas = sections.DATAS.read(reader)


_CUSTOM: Final = 0
_START: Final = 8
_DATA_COUNT: Final = 12
_SECTIONS: Final[tuple[tuple[int, Callable[[_Parts, Reader], None]], ...]] = (
    (sections.TYPES.number, _types),
    (sections.IMPORTS.number, _imports),
    (sections.FUNCTIONS.number, _functions),
    (sections.TABLES.number, _tables),
    (sections.MEMORIES.number, _memories),
    (sections.GLOBALS.number, _globals),
    (sections.EXPORTS.number, _exports),
    (_START, _start),
    (sections.ELEMS.number, _elems),
    (_DATA_COUNT, _data_count),
    (sections.CODES.number, _codes),
    (sections.DATAS.number, _datas),
)
"""Section ids with their readers, in the order in which they must appear."""

_PLACE: Final = {number: place for place, (number, _) in enumerate(_SECTIONS, 1)}


def decode(wasm: bytes, features: Features) -> Module:
    """Decodes a module of the binary format; instructions of bodies are left to `validate`.

    Raises `MalformedError` for what is no module under these features and `LimitError` for one that passes a limit of
    `jit.limits`.  Indices are not checked: `validate` is what makes a module safe to use.
    """
    reader = Reader(bytes(wasm), features)
    limited(reader, len(wasm), limits.MAX_MODULE_BYTES, "bytes in a module")
    _header(reader)
    parts = _Parts()
    try:
        _all_sections(reader, parts)
    except MalformedError:
        for code in parts.codes:  # what is wrong in a body comes before what is wrong behind it
            check_encoding(code, reader.data, features)
        raise
    return Module(
        types=parts.types,
        imports=parts.imports,
        functions=parts.functions,
        tables=parts.tables,
        memories=parts.memories,
        globals=parts.globals,
        exports=parts.exports,
        start=parts.start,
        elems=parts.elems,
        data_count=parts.data_count,
        codes=parts.codes,
        datas=parts.datas,
        customs=tuple(parts.customs),
        source=reader.data,
    )


def _header(reader: Reader) -> None:
    if reader.take(len(MAGIC)) != MAGIC:
        raise reader.malformed("magic header not detected", 0)
    if reader.take(len(VERSION)) != VERSION:
        raise reader.malformed("unknown binary version", len(MAGIC))


def _all_sections(reader: Reader, parts: _Parts) -> None:
    place = seen = 0
    while reader.pos < len(reader.data):
        place, seen = _section(reader, parts, place, seen)
    _agree(reader, parts)


def _section(reader: Reader, parts: _Parts, place: int, seen: int) -> tuple[int, int]:
    """Reads one section after the one of `place` in the order, `seen` known ones; gives both anew."""
    start = reader.pos
    number = reader.byte()
    if number == _CUSTOM:
        _custom(reader, parts, seen)
        return place, seen
    if number not in _PLACE or (number == _DATA_COUNT and not reader.features.bulk_memory):
        raise reader.malformed(reader.words.section_id, start)
    if _PLACE[number] <= place:
        raise reader.malformed(reader.words.after_last, start)
    size = reader.length()
    end = reader.pos + size
    _SECTIONS[_PLACE[number] - 1][1](parts, reader)
    if reader.pos != end:
        raise reader.malformed("section size mismatch", min(end, reader.pos))
    return _PLACE[number], seen + 1


def _custom(reader: Reader, parts: _Parts, seen: int) -> None:
    """A custom section (spec: `binary-customsec`): a name, then anything."""
    size = reader.length()
    end = reader.pos + size
    name = reader.name()
    if reader.pos > end:
        raise reader.malformed("unexpected end of section or function", end)
    parts.customs.append(Custom(name, reader.take(end - reader.pos), seen))


def _agree(reader: Reader, parts: _Parts) -> None:
    """What sections say of one another (spec: `binary-module`)."""
    if len(parts.functions) != len(parts.codes):
        raise _disagreement(reader, "function and code section")
    if parts.data_count is not None and parts.data_count != len(parts.datas):
        raise _disagreement(reader, "data count and data section")


def _disagreement(reader: Reader, which: str) -> MalformedError:
    return reader.malformed(f"{which} have inconsistent lengths", len(reader.data))


def offset_of(module: Module, features: Features, section: Section[T], item: int) -> int | None:
    """Where an item of a section begins in the bytes a module was decoded from; None if it was not.

    For the words of a refusal: reads the section again up to the item.
    """
    reader = Reader(module.source, features)
    try:
        if not _seek(reader, section.number):
            return None
        reader.length()
        for _ in range(item):
            section.item(reader)
    except MalformedError:  # the module was changed since, and its items lie nowhere
        return None
    return reader.pos


def start_offset(module: Module, features: Features) -> int | None:
    """Where the start function is named, as `offset_of`."""
    reader = Reader(module.source, features)
    return reader.pos if _seek(reader, _START) else None


def _seek(reader: Reader, wanted: int) -> bool:
    """Moves to the content of a section of a module that was decoded before; false when it is not there."""
    reader.pos = len(MAGIC) + len(VERSION)
    while reader.pos < len(reader.data):
        number = reader.byte()
        size = reader.length()
        if number == wanted:
            return True
        reader.pos += size
    return False
