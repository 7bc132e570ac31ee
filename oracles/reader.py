"""Reads the outline of a module that an engine has accepted, and gives names to the functions it refers to.

Adapters need what engines do not tell: in which order things are exported, where segments go, which function has which
index.  This reader is its own, on purpose: an oracle that asked the subject's decoder would repeat its
mistakes.  It looks at section headers and skips bodies; a module that was not validated first is outside its contract.

Naming: a function that the module defines can become a reference only if it is mentioned outside bodies (spec:
`valid-module`, the set `C.refs`).  `with_names` exports exactly those that have no export yet, under a prefix no export
of the module starts with.  Since they are in `C.refs` already, and exports do nothing else to validity, the rewritten
module is valid exactly when the original is, and nothing in it behaves differently.
"""

from dataclasses import dataclass, field
from typing import Final

from jit.wasm.opcodes import op
from jit.wasm.types import BY_CODE, FuncType, GlobalType, ValType

_TYPE: Final = 1
_IMPORT: Final = 2
_FUNCTION: Final = 3
_TABLE: Final = 4
_MEMORY: Final = 5
_GLOBAL: Final = 6
_EXPORT: Final = 7
_START: Final = 8
_ELEM: Final = 9
_CODE: Final = 10
_DATA: Final = 11
_AFTER_EXPORTS: Final = frozenset({8, 9, 10, 11, 12})  # start, elem, code, data, data count

_END: Final = op("end").code
_I32_CONST: Final = op("i32.const").code
_I64_CONST: Final = op("i64.const").code
_F32_CONST: Final = op("f32.const").code
_F64_CONST: Final = op("f64.const").code
_GLOBAL_GET: Final = op("global.get").code
_REF_NULL: Final = op("ref.null").code
_REF_FUNC: Final = op("ref.func").code
_SIMD_PREFIX: Final = 0xFD  # the only instruction behind it that is constant is v128.const

_U32: Final = 0xFFFFFFFF


class Unreadable(Exception):
    """The module has something this reader does not know, though the engine accepts it."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant expression: `globals.get` of `source`, or else (`source` None) the value `bits` of an integer."""

    source: int | None
    bits: int


@dataclass(frozen=True, slots=True)
class Segment:
    """An active segment: `length` bytes or elements to be written into memory or table `index` at `offset`."""

    index: int
    offset: Constant
    length: int


@dataclass(frozen=True, slots=True)
class ImportName:
    module: str
    name: str
    kind: int


@dataclass(frozen=True, slots=True)
class ExportName:
    name: str
    kind: int
    index: int


@dataclass(slots=True)
class Outline:
    """`functions` are type indices, `globals` types and `elements` what tables hold, imports first; `tables` and
    `memories` the minimum sizes of the defined ones; `bodies` offsets of the defined functions' bodies; `referable` the
    functions in `C.refs`."""

    types: list[FuncType] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    imports: list[ImportName] = field(default_factory=list)
    exports: list[ExportName] = field(default_factory=list)
    globals: list[GlobalType] = field(default_factory=list)
    elements: list[ValType] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    memories: list[int] = field(default_factory=list)
    elems: list[Segment] = field(default_factory=list)
    datas: list[Segment] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    referable: set[int] = field(default_factory=set)
    extended_constants: bool = False
    has_start: bool = False
    export_section: tuple[int, int, int] | None = None  # of its header, of its entries, of its end
    export_place: int = 0  # where one would be inserted

    @property
    def imported_functions(self) -> int:
        return len(self.functions) - len(self.bodies)

    def function_type(self, index: int) -> FuncType:
        return self.types[self.functions[index]]


FUNC_KIND: Final = 0
TABLE_KIND: Final = 1
MEMORY_KIND: Final = 2
GLOBAL_KIND: Final = 3
"""Kinds of imports and exports, as the binary format numbers them (spec: `binary-export`)."""


class _Cursor:
    __slots__ = ("at", "wasm")

    def __init__(self, wasm: bytes, at: int) -> None:
        self.wasm = wasm
        self.at = at

    def byte(self) -> int:
        self.at += 1
        return self.wasm[self.at - 1]

    def number(self) -> int:
        """An integer in LEB128, signed ones as if unsigned with 7 bits a byte."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed32(self) -> int:
        """An i32 in signed LEB128, as unsigned bits."""
        start = self.at
        value = self.number()
        width = 7 * (self.at - start)
        if value >> (width - 1):
            value -= 1 << width
        return value & _U32

    def name(self) -> str:
        length = self.number()
        self.at += length
        return self.wasm[self.at - length : self.at].decode()

    def limits(self) -> int:
        """Skips limits and gives the minimum."""
        flags = self.byte()
        minimum = self.number()
        if flags & 1:
            self.number()
        return minimum


def read(wasm: bytes) -> Outline:
    """The outline of a valid module; `Unreadable` when it uses what this reader does not know."""
    outline = Outline(export_place=len(wasm))
    cursor = _Cursor(wasm, 8)
    placed = False
    while cursor.at < len(wasm):
        header = cursor.at
        section, size = cursor.byte(), cursor.number()
        start = cursor.at
        if section in _AFTER_EXPORTS and not placed:
            outline.export_place, placed = header, True
        outline.has_start |= section == _START
        if section == _EXPORT:
            outline.export_section = (header, start, start + size)
        if section in _SECTIONS:
            for _ in range(cursor.number()):
                _SECTIONS[section](cursor, outline)
        cursor.at = start + size
    return outline


def _type(cursor: _Cursor, outline: Outline) -> None:
    cursor.byte()  # the form: a function
    outline.types.append(FuncType(_valtypes(cursor), _valtypes(cursor)))


def _valtypes(cursor: _Cursor) -> tuple[ValType, ...]:
    return tuple([BY_CODE[cursor.byte()] for _ in range(cursor.number())])


def _function(cursor: _Cursor, outline: Outline) -> None:
    outline.functions.append(cursor.number())


def _import(cursor: _Cursor, outline: Outline) -> None:
    module, name, kind = cursor.name(), cursor.name(), cursor.byte()
    outline.imports.append(ImportName(module, name, kind))
    if kind == FUNC_KIND:
        outline.functions.append(cursor.number())
    elif kind == TABLE_KIND:
        outline.elements.append(BY_CODE[cursor.byte()])
        cursor.limits()
    elif kind == MEMORY_KIND:
        cursor.limits()
    else:
        outline.globals.append(_global_type(cursor))


def _global_type(cursor: _Cursor) -> GlobalType:
    return GlobalType(BY_CODE[cursor.byte()], cursor.byte() == 1)


def _table(cursor: _Cursor, outline: Outline) -> None:
    outline.elements.append(BY_CODE[cursor.byte()])
    outline.tables.append(cursor.limits())


def _memory(cursor: _Cursor, outline: Outline) -> None:
    outline.memories.append(cursor.limits())


def _global(cursor: _Cursor, outline: Outline) -> None:
    outline.globals.append(_global_type(cursor))
    _constant(cursor, outline)


def _export(cursor: _Cursor, outline: Outline) -> None:
    export = ExportName(cursor.name(), cursor.byte(), cursor.number())
    outline.exports.append(export)
    if export.kind == FUNC_KIND:
        outline.referable.add(export.index)


def _elem(cursor: _Cursor, outline: Outline) -> None:
    """All eight forms (spec: `binary-elemsec`): bit 0 passive or declarative, 1 explicit index, 2 expressions."""
    flags = cursor.number()
    offset = None
    table = 0
    if not flags & 1:
        table = cursor.number() if flags & 2 else 0
        offset = _constant(cursor, outline)
    if flags & 3:
        cursor.byte()  # the kind or type of the elements
    length = cursor.number()
    for _ in range(length):
        if flags & 4:
            _constant(cursor, outline)
        else:
            outline.referable.add(cursor.number())
    if offset is not None:
        outline.elems.append(Segment(table, offset, length))


def _code(cursor: _Cursor, outline: Outline) -> None:
    size = cursor.number()
    outline.bodies.append(cursor.at)
    cursor.at += size


def _data(cursor: _Cursor, outline: Outline) -> None:
    flags = cursor.number()
    memory = cursor.number() if flags == 2 else 0
    offset = None if flags == 1 else _constant(cursor, outline)
    length = cursor.number()
    cursor.at += length
    if offset is not None:
        outline.datas.append(Segment(memory, offset, length))


_SECTIONS: Final = {
    _TYPE: _type,
    _FUNCTION: _function,
    _IMPORT: _import,
    _TABLE: _table,
    _MEMORY: _memory,
    _GLOBAL: _global,
    _EXPORT: _export,
    _ELEM: _elem,
    _CODE: _code,
    _DATA: _data,
}


def _constant(cursor: _Cursor, outline: Outline) -> Constant:
    """A constant expression (spec: `valid-constant`); notes references, and whether it has several instructions."""
    constant = Constant(None, 0)
    instructions = 0
    while (code := cursor.byte()) != _END:
        instructions += 1
        if code == _I32_CONST:
            constant = Constant(None, cursor.signed32())
        elif code == _GLOBAL_GET:
            constant = Constant(cursor.number(), 0)
        elif code == _REF_FUNC:
            outline.referable.add(cursor.number())
        elif code in _SKIPPED:
            cursor.at += _SKIPPED[code]
        elif code in (_I64_CONST, _REF_NULL):
            cursor.number()
        elif code == _SIMD_PREFIX:
            cursor.number()
            cursor.at += 16
        elif code not in _EXTENDED:
            raise Unreadable(f"opcode {code:#x} in a constant expression at offset {cursor.at - 1:#x}")
    outline.extended_constants |= instructions > 1
    return constant


_SKIPPED: Final = {_F32_CONST: 4, _F64_CONST: 8}
_EXTENDED: Final = frozenset(op(f"{t}.{o}").code for t in ("i32", "i64") for o in ("add", "sub", "mul"))


def with_names(wasm: bytes, outline: Outline) -> tuple[bytes, dict[int, str]]:
    """The module with an export for every defined referable function, and export names by function index.

    Everything but the export section stays byte for byte, at a place shifted by what was added.
    """
    names = {e.index: e.name for e in reversed(outline.exports) if e.kind == FUNC_KIND}
    prefix = "function:"
    while any(e.name.startswith(prefix) for e in outline.exports):
        prefix += ":"
    missing = sorted(i for i in outline.referable - names.keys() if i >= outline.imported_functions)
    if not missing:
        return wasm, names
    added = b""
    for index in missing:
        names[index] = f"{prefix}{index}"
        encoded = names[index].encode()
        added += _number(len(encoded)) + encoded + bytes([FUNC_KIND]) + _number(index)
    before = after = outline.export_place
    entries = b""
    if outline.export_section is not None:
        before, start, after = outline.export_section
        cursor = _Cursor(wasm, start)
        cursor.number()
        entries = wasm[cursor.at : after]
    content = _number(len(outline.exports) + len(missing)) + entries + added
    section = bytes([_EXPORT]) + _number(len(content)) + content
    return wasm[:before] + section + wasm[after:], names


def with_title(wasm: bytes, title: str) -> bytes:
    """The module under a name, with a name section behind all that it has."""
    name = title.encode()
    content = _number(len(name)) + name
    content = b"\x04name\x00" + _number(len(content)) + content
    return wasm + b"\x00" + _number(len(content)) + content


def _number(value: int) -> bytes:
    """`value` in unsigned LEB128."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
