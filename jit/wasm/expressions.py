"""Walks instructions without typing them: where an expression ends, and whether it is one at all.

This file decides what the binary format says of instructions (spec: `binary-instr`): which opcodes exist under which
features, how immediates are encoded, how blocks nest.  The decoder finds the end of constant expressions with it; the
validator uses it to let a malformed body win over an invalid one.  Nesting costs a byte each, never recursion.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

from ..errors import MalformedError
from .features import Features
from .module import Code
from .opcodes import BY_NAME, ROWS, Imm, Op
from .reader import Reader
from .types import VALTYPES, FuncType

_BLOCK: Final = BY_NAME["block"]
_LOOP: Final = BY_NAME["loop"]
_IF: Final = BY_NAME["if"]
_ELSE: Final = BY_NAME["else"]
_END: Final = BY_NAME["end"]

EMPTY_BLOCK: Final = 0x40
"""The byte of the block type without parameters and results (spec: `binary-blocktype`)."""

_EMPTY: Final = FuncType((), ())
_SINGLE: Final = {type: FuncType((), (type,)) for type in VALTYPES}

MAX_ALIGNMENT: Final = 32
"""Exponents of alignment from here on are malformed rather than invalid."""


class Opcodes:
    """The rows that exist under a set of features, as the binary format finds them."""

    __slots__ = ("plain", "prefixed")

    def __init__(self, features: Features) -> None:
        self.plain: list[Op | None] = [None] * 0x100
        self.prefixed: dict[int, dict[int, Op]] = {}
        for row in ROWS:
            if features.has(row.feature):
                if row.prefix is None:
                    self.plain[row.code] = row
                else:
                    self.prefixed.setdefault(row.prefix, {})[row.subcode] = row

    def read(self, reader: Reader) -> Op:
        """The row of the opcode at the cursor; `MalformedError` when there is none."""
        start = reader.pos
        byte = reader.byte()
        row = self.plain[byte]
        if row is None and byte in self.prefixed:
            row = self.prefixed[byte].get(reader.u32())
        if row is None:
            raise illegal(reader, start)
        return row


@cache
def opcodes(features: Features) -> Opcodes:
    """The rows under these features."""
    return Opcodes(features)


def illegal(reader: Reader, start: int) -> MalformedError:
    """The error to raise for an opcode that is none, beginning at `start`."""
    return reader.malformed(f"illegal opcode {reader.data[start]:02x}", start)


def block_type(reader: Reader) -> FuncType | int:
    """A block type: a short form as its function type, or a type index, which is not looked up."""
    code = reader.data[reader.pos] if reader.pos < len(reader.data) else 0
    if code == EMPTY_BLOCK:
        reader.pos += 1
        return _EMPTY
    if EMPTY_BLOCK < code < 0x80 or not reader.features.multi_value:
        return _SINGLE[reader.valtype()]
    start = reader.pos
    index = reader.s33()
    if index < 0:
        raise reader.malformed(reader.words.value_type, start)
    return index


def alignment(reader: Reader) -> int:
    """The alignment exponent that opens a memarg (spec: `binary-memarg`)."""
    start = reader.pos
    exponent = reader.u32()
    if exponent >= MAX_ALIGNMENT:
        raise reader.malformed("malformed memop flags", start)
    return exponent


def table_index(reader: Reader) -> int:
    """A table index: a zero byte while there can be only one table."""
    return reader.u32() if reader.features.reference_types else reader.zero()


def _memarg(reader: Reader) -> None:
    alignment(reader)
    reader.u32()


def _labels(reader: Reader) -> None:
    for _ in range(reader.length() + 1):
        reader.u32()


def _valtypes(reader: Reader) -> None:
    for _ in range(reader.length()):
        reader.valtype()


_SKIP: Final[dict[Imm, Callable[[Reader], object]]] = {
    Imm.BLOCK: block_type,
    Imm.LABEL: Reader.u32,
    Imm.LABELS: _labels,
    Imm.FUNC: Reader.u32,
    Imm.TYPE: Reader.u32,
    Imm.TABLE: table_index,
    Imm.LOCAL: Reader.u32,
    Imm.GLOBAL: Reader.u32,
    Imm.ELEM: Reader.u32,
    Imm.DATA: Reader.u32,
    Imm.MEMORY: Reader.zero,
    Imm.MEMARG: _memarg,
    Imm.I32: Reader.s32,
    Imm.I64: Reader.s64,
    Imm.F32: Reader.f32,
    Imm.F64: Reader.f64,
    Imm.REFTYPE: Reader.reftype,
    Imm.VALTYPES: _valtypes,
    Imm.V128: Reader.v128,
    Imm.LANE: Reader.byte,
    Imm.LANES: Reader.v128,
}


def skip_expression(reader: Reader, *, data_count: bool = True) -> None:
    """Moves past the instructions up to the `end` that matches none of them, that one included (spec: `binary-expr`).

    With `data_count` false, instructions that name data segments are refused, because the module does not say
    beforehand how many there are.
    """
    rows = opcodes(reader.features)
    nesting = bytearray()  # 1 for an `if` that may still have an `else`
    while True:
        start = reader.pos
        row = rows.read(reader)
        for kind in row.immediates:
            _SKIP[kind](reader)
            if kind is Imm.DATA and not data_count:
                raise reader.malformed("data count section required", start)
        if row is _END:
            if not nesting:
                return
            nesting.pop()
        elif row is _ELSE:
            if not nesting or not nesting[-1]:
                raise reader.malformed("END opcode expected", start)
            nesting[-1] = 0
        elif row is _IF:
            nesting.append(1)
        elif row is _BLOCK or row is _LOOP:
            nesting.append(0)


def check_encoding(code: Code, source: bytes, features: Features, *, data_count: bool = True) -> None:
    """Reads a function body without typing it; raises `MalformedError` when the binary format refuses it.

    Reads where the body lies in `source`, the module, if it does; a body that runs over its end is refused for what it
    runs into, as the reference interpreter does.  `data_count` as in `skip_expression`.
    """
    in_place = source[code.offset : code.offset + len(code.body)] == code.body
    reader = Reader(source, features) if in_place else Reader(code.body, features, code.offset)
    start = reader.pos = code.offset if in_place else 0
    skip_expression(reader, data_count=data_count)
    if reader.pos - start != len(code.body):
        raise reader.malformed("section size mismatch", min(reader.pos, start + len(code.body)))
