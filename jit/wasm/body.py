"""A function body as a list of instructions, for tools that look at code: minimizer, printer, interpreter.

Compiling does not go through here: the type checker walks the bytes itself.  This file decides how immediates look to
tools and how an instruction becomes bytes; Rule 1: whoever wants the bytes of an instruction calls `instruction`.

Immediates are a flat tuple of integers whatever the row:

    BLOCK             one signed number: a type index, or `EMPTY`, or `block_code(t)` for a single result
    LABELS            all labels, the default last
    MEMARG            alignment exponent, offset
    I32 I64 F32 F64   unsigned bits
    REFTYPE           the byte of the type
    VALTYPES          the byte of each type
    all others        one index
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ..errors import MalformedError
from . import writer
from .module import Expr
from .opcodes import BY_INDEX, BY_NAME, ROWS, TABLE_SIZE, Imm, Op, op
from .types import BY_CODE, F32, F64, I32, I64, NULL, FuncType, ValType

EMPTY = -0x40
"""The block type without parameters and results (spec: `binary-blocktype`)."""


END = op("end")
BLOCKS = frozenset((op("block"), op("loop"), op("if")))
"""The rows that open a block, each closed by an `end`."""


class Instr(NamedTuple):
    """An instruction: its row, its immediates, and where its opcode lies in the module."""

    op: Op
    immediates: tuple[int, ...] = ()
    offset: int = 0

    def __str__(self) -> str:
        return " ".join([self.op.name, *map(str, self.immediates)])


def block_code(result: ValType) -> int:
    """The block type immediate of a block with this single result and no parameters."""
    return result.code - 0x80


def block_type(code: int, types: Sequence[FuncType]) -> FuncType:
    """The type of a block with this immediate in a module with these types; it must be one that exists."""
    if code >= 0:
        return types[code]
    return FuncType((), () if code == EMPTY else (BY_CODE[code + 0x80],))


# --- writing


def _byte(value: int) -> bytes:
    return value.to_bytes(1, "little")


def _f32(bits: int) -> bytes:
    return bits.to_bytes(4, "little")


def _f64(bits: int) -> bytes:
    return bits.to_bytes(8, "little")


_SINGLE: dict[Imm, Callable[[int], bytes]] = {
    Imm.BLOCK: writer.s33,
    Imm.LABEL: writer.u32,
    Imm.FUNC: writer.u32,
    Imm.TYPE: writer.u32,
    Imm.TABLE: writer.u32,
    Imm.LOCAL: writer.u32,
    Imm.GLOBAL: writer.u32,
    Imm.ELEM: writer.u32,
    Imm.DATA: writer.u32,
    Imm.MEMORY: writer.u32,
    Imm.I32: writer.s32,
    Imm.I64: writer.s64,
    Imm.F32: _f32,
    Imm.F64: _f64,
    Imm.REFTYPE: _byte,
}
"""How a kind of immediate that is one number is written."""


def _labels(labels: tuple[int, ...]) -> bytes:
    return writer.vec([writer.u32(label) for label in labels[:-1]]) + writer.u32(labels[-1])


def _valtypes(codes: tuple[int, ...]) -> bytes:
    return writer.sized(bytes(codes))


def _memarg(memarg: tuple[int, ...]) -> bytes:
    align, offset = memarg
    return writer.u32(align) + writer.u32(offset)


_SEVERAL: dict[Imm, Callable[[tuple[int, ...]], bytes]] = {
    Imm.LABELS: _labels,
    Imm.VALTYPES: _valtypes,
    Imm.MEMARG: _memarg,
}
"""How a kind that is several numbers is written; it is always the only kind of its row."""


def _opcode(row: Op) -> bytes:
    return bytes((row.code,)) if row.prefix is None else bytes((row.prefix,)) + writer.u32(row.subcode)


_OPCODES: list[bytes] = [b""] * TABLE_SIZE
for _row in ROWS:
    _OPCODES[_row.index] = _opcode(_row)


def instruction(row: Op, *immediates: int) -> bytes:
    """The bytes of one instruction; immediates as this module's heading says."""
    opcode = _OPCODES[row.index]
    kinds = row.immediates
    if len(kinds) == 1:
        kind = kinds[0]
        if kind in _SEVERAL:
            return opcode + _SEVERAL[kind](immediates)
        (immediate,) = immediates
        return opcode + _SINGLE[kind](immediate)
    return opcode + b"".join([_SINGLE[kind](imm) for kind, imm in zip(kinds, immediates, strict=True)])


def assemble(instrs: Iterable[Instr]) -> bytes:
    """The bytes of instructions one after the other; nothing is added, so they should finish with `end`."""
    return b"".join([instruction(instr.op, *instr.immediates) for instr in instrs])


_CONST = {I32: op("i32.const"), I64: op("i64.const"), F32: op("f32.const"), F64: op("f64.const")}


def const(type: ValType, bits: int) -> Instr:
    """The instruction that pushes a number of these bits, or a reference, which must be `NULL`."""
    if type.is_ref:
        assert bits == NULL
        return Instr(BY_NAME["ref.null"], (type.code,))
    return Instr(_CONST[type], (bits,))


def expr(*instrs: Instr) -> Expr:
    """A constant expression of these instructions; `end` is added."""
    return Expr(assemble((*instrs, Instr(END))))


# --- reading


class _Cursor:
    """A place in a body."""

    def __init__(self, data: bytes, base: int) -> None:
        self.data = data
        self.base = base
        self.at = 0

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise MalformedError("unexpected end of section or function", self.base + self.at)
        self.at += 1
        return self.data[self.at - 1]

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise MalformedError("unexpected end of section or function", self.base + self.at)
        self.at += count
        return self.data[self.at - count : self.at]

    def leb(self, bits: int, *, signed: bool) -> int:
        start = self.at
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
            if shift >= bits:
                raise MalformedError("integer representation too long", self.base + start)
        if signed and byte & 0x40:
            value -= 1 << shift
        if not (-(1 << bits - 1) <= value < 1 << bits - 1 if signed else value < 1 << bits):
            raise MalformedError("integer too large", self.base + start)
        return value

    def u32(self) -> int:
        return self.leb(32, signed=False)


def _read_labels(cursor: _Cursor) -> tuple[int, ...]:
    count = cursor.u32()
    if count > len(cursor.data) - cursor.at:
        raise MalformedError("unexpected end of section or function", cursor.base + cursor.at)
    return tuple([cursor.u32() for _ in range(count + 1)])


def _read_valtypes(cursor: _Cursor) -> tuple[int, ...]:
    at = cursor.base + cursor.at
    codes = tuple(cursor.take(cursor.u32()))
    if not all(code in BY_CODE for code in codes):
        raise MalformedError("malformed value type", at)
    return codes


def _read_memarg(cursor: _Cursor) -> tuple[int, ...]:
    return cursor.u32(), cursor.u32()


def _read_reftype(cursor: _Cursor) -> tuple[int, ...]:
    code = cursor.byte()
    if code not in BY_CODE or not BY_CODE[code].is_ref:
        raise MalformedError("malformed reference type", cursor.base + cursor.at - 1)
    return (code,)


def _read_block(cursor: _Cursor) -> tuple[int, ...]:
    at = cursor.base + cursor.at
    code = cursor.leb(33, signed=True)
    if code < 0 and code != EMPTY and code + 0x80 not in BY_CODE:
        raise MalformedError("malformed block type", at)
    return (code,)


def _read_index(cursor: _Cursor) -> tuple[int, ...]:
    return (cursor.u32(),)


_READ: dict[Imm, Callable[[_Cursor], tuple[int, ...]]] = {
    Imm.BLOCK: _read_block,
    Imm.LABEL: _read_index,
    Imm.LABELS: _read_labels,
    Imm.FUNC: _read_index,
    Imm.TYPE: _read_index,
    Imm.TABLE: _read_index,
    Imm.LOCAL: _read_index,
    Imm.GLOBAL: _read_index,
    Imm.ELEM: _read_index,
    Imm.DATA: _read_index,
    Imm.MEMORY: _read_index,
    Imm.MEMARG: _read_memarg,
    Imm.I32: lambda cursor: (cursor.leb(32, signed=True) & 0xFFFF_FFFF,),
    Imm.I64: lambda cursor: (cursor.leb(64, signed=True) & 0xFFFF_FFFF_FFFF_FFFF,),
    Imm.F32: lambda cursor: (int.from_bytes(cursor.take(4), "little"),),
    Imm.F64: lambda cursor: (int.from_bytes(cursor.take(8), "little"),),
    Imm.REFTYPE: _read_reftype,
    Imm.VALTYPES: _read_valtypes,
}
"""How a kind of immediate is read."""

_PREFIXES = {row.prefix: row.index & ~0xFF for row in ROWS if row.prefix is not None}


def parse(body: bytes, offset: int = 0) -> list[Instr]:
    """The instructions of an expression, its final `end` included (spec: `binary-expr`).

    `offset` is where `body` lies in the module.  Nothing is checked but the format: `MalformedError` for an opcode or
    immediate that is not one, and for blocks that do not end where the body does.
    """
    cursor = _Cursor(body, offset)
    instrs: list[Instr] = []
    depth = 1
    while depth:
        at = cursor.base + cursor.at
        row = _read_opcode(cursor)
        immediates: tuple[int, ...] = ()
        for kind in row.immediates:
            immediates += _READ[kind](cursor)
        instrs.append(Instr(row, immediates, at))
        if row in BLOCKS:
            depth += 1
        elif row is END:
            depth -= 1
    if cursor.at != len(body):
        raise MalformedError("END opcode expected", cursor.base + cursor.at)
    return instrs


def _read_opcode(cursor: _Cursor) -> Op:
    at = cursor.base + cursor.at
    byte = cursor.byte()
    index = byte
    if byte in _PREFIXES:
        subcode = cursor.u32()
        index = _PREFIXES[byte] + subcode if subcode < 0x100 else -1
    row = BY_INDEX[index] if index >= 0 else None
    if row is None:
        raise MalformedError("illegal opcode", at)
    return row
