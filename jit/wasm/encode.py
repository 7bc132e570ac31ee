"""Module → bytes: the mirror of `decode`.

Decides which of several encodings is written: the shortest, and where there is a choice the one that WebAssembly 1.0
knows, so that a module without newer features is bytes every engine takes.  Sections without entries are left out.
What was decoded and is encoded again is the same module, not always the same bytes: LEB128 padding is not kept.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from . import writer
from .body import instruction, parse
from .module import Code, Custom, Data, Elem, Export, Expr, ExternKind, Import, Mode, Module
from .opcodes import ROWS, Imm, op
from .types import FUNCREF, ExternType, FuncType, GlobalType, Limits, MemoryType, TableType, ValType
from .writer import sized, u32, vec

PREAMBLE: Final = b"\0asm\x01\0\0\0"
"""Magic and version (spec: `binary-module`)."""

# fmt: off
SECTION_NAMES: Final[dict[int, str]] = {
    1: "type", 2: "import", 3: "func", 4: "table", 5: "memory", 6: "global", 7: "export", 8: "start", 9: "elem",
    10: "code", 11: "data", 12: "datacount",
}
# fmt: on
"""Names of the sections as the text format's annotations spell them, by number (spec: `binary-section`)."""


def encode(module: Module) -> bytes:
    """The bytes of a module (spec: `binary-module`).

    Function imports without a type index (-1) are given the index of an equal type, which must be there.
    """
    customs = sorted(module.customs, key=lambda custom: custom.place)
    out = [PREAMBLE]
    for place, (number, content) in enumerate(sections(module)):
        while customs and customs[0].place <= place:
            out.append(_custom(customs.pop(0)))
        out.append(writer.section(number, (content,)))
    out += [_custom(custom) for custom in customs]
    return b"".join(out)


def _custom(custom: Custom) -> bytes:
    return writer.section(0, (writer.name(custom.name), custom.content))


def sections(module: Module) -> Iterator[tuple[int, bytes]]:
    """Number and content of every section that is not empty, in the order of the format (spec: `binary-section`)."""
    vectors: tuple[tuple[int, Sequence[bytes]], ...] = (
        (1, [_func_type(t) for t in module.types]),
        (2, [_import(i, module) for i in module.imports]),
        (3, [u32(t) for t in module.functions]),
        (4, [_extern_type(t) for t in module.tables]),
        (5, [_extern_type(t) for t in module.memories]),
        (6, [_extern_type(g.type) + g.init.code for g in module.globals]),
        (7, [_export(e) for e in module.exports]),
        (8, ()),
        (9, [_elem(e) for e in module.elems]),
        (12, ()),
        (10, [_code(c) for c in module.codes]),
        (11, [_data(d) for d in module.datas]),
    )
    for number, items in vectors:
        if number == 8 and module.start is not None:
            yield number, u32(module.start)
        elif number == 12 and needs_data_count(module):
            yield number, u32(len(module.datas) if module.data_count is None else module.data_count)
        elif items:
            yield number, vec(items)


_DATA_ROWS: Final = tuple(row for row in ROWS if Imm.DATA in row.immediates)
_DATA_OPCODES: Final = tuple(instruction(row, *[0] * len(row.immediates))[:2] for row in _DATA_ROWS)


def needs_data_count(module: Module) -> bool:
    """Whether the data count section is written: the module has one, or an instruction that names a data segment."""
    return module.data_count is not None or any(_names_data(code) for code in module.codes)


def _names_data(code: Code) -> bool:
    if not any(opcode in code.body for opcode in _DATA_OPCODES):  # FAST: most bodies need no parsing
        return False
    return any(Imm.DATA in instr.op.immediates for instr in parse(code.body))


def _val_type(type: ValType) -> bytes:
    return bytes((type.code,))


def _func_type(type: FuncType) -> bytes:
    params = sized(bytes(t.code for t in type.params))
    return b"\x60" + params + sized(bytes(t.code for t in type.results))


def _limits(limits: Limits) -> bytes:
    if limits.maximum is None:
        return b"\0" + u32(limits.minimum)
    return b"\1" + u32(limits.minimum) + u32(limits.maximum)


def _extern_type(type: TableType | MemoryType | GlobalType) -> bytes:
    if isinstance(type, TableType):
        return _val_type(type.element) + _limits(type.limits)
    if isinstance(type, MemoryType):
        return _limits(type.limits)
    return _val_type(type.type) + (b"\1" if type.mutable else b"\0")


def kind_of(type: ExternType) -> ExternKind:
    """The kind of import that asks for this type."""
    if isinstance(type, FuncType):
        return ExternKind.FUNC
    if isinstance(type, TableType):
        return ExternKind.TABLE
    return ExternKind.MEMORY if isinstance(type, MemoryType) else ExternKind.GLOBAL


def _import(entry: Import, module: Module) -> bytes:
    kind = bytes((kind_of(entry.type).value,))
    if isinstance(entry.type, FuncType):
        described = u32(entry.type_index if entry.type_index >= 0 else module.types.index(entry.type))
    else:
        described = _extern_type(entry.type)
    return writer.name(entry.module) + writer.name(entry.name) + kind + described


def _export(entry: Export) -> bytes:
    return writer.name(entry.name) + bytes((entry.kind.value,)) + u32(entry.index)


def _code(code: Code) -> bytes:
    runs = vec([u32(count) + _val_type(type) for count, type in code.locals])
    return sized(runs + code.body)


def _segment_head(number: int, target: int, offset: Expr | None, kind: bytes) -> bytes:
    """The head of an active segment; bit 1 of its number says that target and kind are written out."""
    assert offset is not None, "an active segment has an offset"
    if number & 2:
        return u32(number) + u32(target) + offset.code + kind
    return u32(number) + offset.code


def _elem(elem: Elem) -> bytes:
    """An element segment (spec: `binary-elemsec`); bit 2 of its number says expressions instead of indices."""
    by_index = elem.type is FUNCREF and all(isinstance(item, int) for item in elem.items)
    items = vec([u32(item) if by_index and isinstance(item, int) else _element(item) for item in elem.items])
    number = 0 if by_index else 4
    kind = b"\0" if by_index else _val_type(elem.type)
    if elem.mode is Mode.PASSIVE:
        return u32(number | 1) + kind + items
    if elem.mode is Mode.DECLARATIVE:
        return u32(number | 3) + kind + items
    long = elem.table != 0 or elem.type is not FUNCREF
    return _segment_head(number | (2 if long else 0), elem.table, elem.offset, kind) + items


def _element(item: int | Expr) -> bytes:
    if isinstance(item, Expr):
        return item.code
    return instruction(op("ref.func"), item) + instruction(op("end"))


def _data(data: Data) -> bytes:
    """A data segment (spec: `binary-datasec`)."""
    if data.mode is Mode.PASSIVE:
        return u32(1) + sized(data.content)
    return _segment_head(2 if data.memory else 0, data.memory, data.offset, b"") + sized(data.content)
