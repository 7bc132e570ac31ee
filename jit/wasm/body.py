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
    V128              unsigned bits, the first byte least significant
    LANES             sixteen lane indices
    all others        one index
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from . import writer
from .expressions import alignment, opcodes
from .features import WASM_2
from .module import Expr
from .opcodes import BY_NAME, ROWS, TABLE_SIZE, Imm, Op, bind, op
from .reader import Reader
from .types import BY_CODE, F32, F64, I32, I64, NULL, V128, FuncType, ValType

EMPTY: Final = -0x40
"""The block type without parameters and results (spec: `binary-blocktype`)."""


BLOCK: Final = op("block")
LOOP: Final = op("loop")
IF: Final = op("if")
ELSE: Final = op("else")
END: Final = op("end")
BLOCKS: Final = frozenset((BLOCK, LOOP, IF))
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


def _v128(bits: int) -> bytes:
    return bits.to_bytes(16, "little")


_SINGLE: Final[dict[Imm, Callable[[int], bytes]]] = {
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
    Imm.V128: _v128,
    Imm.LANE: _byte,
}
"""How a kind of immediate that is one number is written."""


def _labels(labels: tuple[int, ...]) -> bytes:
    return writer.vec([writer.u32(label) for label in labels[:-1]]) + writer.u32(labels[-1])


def _valtypes(codes: tuple[int, ...]) -> bytes:
    return writer.sized(bytes(codes))


def _memarg(memarg: tuple[int, ...]) -> bytes:
    align, offset = memarg
    return writer.u32(align) + writer.u32(offset)


_SEVERAL: Final[dict[Imm, Callable[[tuple[int, ...]], bytes]]] = {
    Imm.LABELS: _labels,
    Imm.VALTYPES: _valtypes,
    Imm.MEMARG: _memarg,
    Imm.LANES: bytes,
}
"""How a kind that is several numbers is written: the only kind of its row, or before one that is a single number."""


def _opcode(row: Op) -> bytes:
    return _byte(row.code) if row.prefix is None else _byte(row.prefix) + writer.u32(row.subcode)


def _followed(
    write: Callable[[tuple[int, ...]], bytes], write_last: Callable[[int], bytes]
) -> Callable[[tuple[int, ...]], bytes]:
    return lambda immediates: write(immediates[:-1]) + write_last(immediates[-1])


def _immediates(row: Op) -> Callable[[tuple[int, ...]], bytes]:
    """How the immediates of a row are written, one after the other."""
    if len(row.immediates) == 1 and row.immediates[0] in _SEVERAL:
        return _SEVERAL[row.immediates[0]]
    if row.immediates and row.immediates[0] in _SEVERAL:
        return _followed(_SEVERAL[row.immediates[0]], _SINGLE[row.immediates[1]])
    writers = [_SINGLE[kind] for kind in row.immediates]

    def one(immediates: tuple[int, ...]) -> bytes:
        (immediate,) = immediates
        return writers[0](immediate)

    def several(immediates: tuple[int, ...]) -> bytes:
        return b"".join([write(imm) for write, imm in zip(writers, immediates, strict=True)])

    return one if len(writers) == 1 else several


_OPCODES: Final[list[bytes]] = [b""] * TABLE_SIZE
for _row in ROWS:
    _OPCODES[_row.index] = _opcode(_row)
_WRITE: Final = bind({row.name: _immediates(row) for row in ROWS})


def instruction(row: Op, *immediates: int) -> bytes:
    """The bytes of one instruction; immediates as this module's heading says."""
    opcode = _OPCODES[row.index]
    write = _WRITE[row.index]
    assert write is not None
    return opcode + write(immediates) if row.immediates or immediates else opcode


def assemble(instrs: Iterable[Instr]) -> bytes:
    """The bytes of instructions one after the other; nothing is added, so they should finish with `end`."""
    return b"".join([instruction(instr.op, *instr.immediates) for instr in instrs])


_CONST: Final = {
    I32: op("i32.const"),
    I64: op("i64.const"),
    F32: op("f32.const"),
    F64: op("f64.const"),
    V128: op("v128.const"),
}


def const(type: ValType, bits: int) -> Instr:
    """The instruction that pushes a number or vector of these bits, or a reference, which must be `NULL`."""
    if type.is_ref:
        assert bits == NULL
        return Instr(BY_NAME["ref.null"], (type.code,))
    return Instr(_CONST[type], (bits,))


def expr(*instrs: Instr) -> Expr:
    """A constant expression of these instructions; `end` is added."""
    return Expr(assemble((*instrs, Instr(END))))


# --- reading


def _one(read: Callable[[Reader], int]) -> Callable[[Reader], tuple[int, ...]]:
    return lambda reader: (read(reader),)


def _read_block(reader: Reader) -> tuple[int, ...]:
    start = reader.pos
    code = reader.s33()
    if code < 0 and code != EMPTY and code + 0x80 not in BY_CODE:
        raise reader.malformed("malformed value type", start)
    return (code,)


def _read_labels(reader: Reader) -> tuple[int, ...]:
    return tuple([reader.u32() for _ in range(reader.length() + 1)])


def _read_valtypes(reader: Reader) -> tuple[int, ...]:
    return tuple([reader.valtype().code for _ in range(reader.length())])


def _read_memarg(reader: Reader) -> tuple[int, ...]:
    return alignment(reader), reader.u32()


def _read_lanes(reader: Reader) -> tuple[int, ...]:
    return tuple(reader.take(16))


def _read_reftype(reader: Reader) -> tuple[int, ...]:
    return (reader.reftype().code,)


_READ: Final[dict[Imm, Callable[[Reader], tuple[int, ...]]]] = {
    Imm.BLOCK: _read_block,
    Imm.LABEL: _one(Reader.u32),
    Imm.LABELS: _read_labels,
    Imm.FUNC: _one(Reader.u32),
    Imm.TYPE: _one(Reader.u32),
    Imm.TABLE: _one(Reader.u32),
    Imm.LOCAL: _one(Reader.u32),
    Imm.GLOBAL: _one(Reader.u32),
    Imm.ELEM: _one(Reader.u32),
    Imm.DATA: _one(Reader.u32),
    Imm.MEMORY: _one(Reader.u32),
    Imm.MEMARG: _read_memarg,
    Imm.I32: _one(Reader.s32),
    Imm.I64: _one(Reader.s64),
    Imm.F32: _one(Reader.f32),
    Imm.F64: _one(Reader.f64),
    Imm.REFTYPE: _read_reftype,
    Imm.VALTYPES: _read_valtypes,
    Imm.V128: _one(Reader.v128),
    Imm.LANE: _one(Reader.byte),
    Imm.LANES: _read_lanes,
}
"""How a kind of immediate is read."""

_READERS: Final = bind({row.name: tuple(_READ[kind] for kind in row.immediates) for row in ROWS})


def parse(body: bytes, offset: int = 0) -> list[Instr]:
    """The instructions of an expression, its final `end` included (spec: `binary-expr`).

    `offset` is where `body` lies in the module.  Nothing is checked but the format of 2.0: `MalformedError` for an
    opcode or immediate that is none, for blocks that do not nest, and for bytes behind the final `end`.
    """
    reader = Reader(body, WASM_2, offset)
    instrs: list[Instr] = []
    opened = [False]  # the blocks around, by whether they may still have an `else`
    while opened:
        start = reader.pos
        instr = read(reader)
        row = instr.op
        instrs.append(instr)
        if row in BLOCKS:
            opened.append(row is IF)
        elif row is END:
            opened.pop()
        elif row is ELSE:
            if not opened[-1]:
                raise reader.malformed("END opcode expected", start)
            opened[-1] = False
    if reader.pos != len(body):
        raise reader.malformed("END opcode expected", reader.pos)
    return instrs


def read(reader: Reader) -> Instr:
    """The instruction at the cursor; `MalformedError` for an opcode or immediate that is none in the format of 2.0."""
    start = reader.pos
    row = opcodes(WASM_2).read(reader)
    immediates: tuple[int, ...] = ()
    for immediate in _READERS[row.index] or ():
        immediates += immediate(reader)
    return Instr(row, immediates, reader.base + start)
