"""What a row of the opcode table is made of: kinds of immediates, families, traps, and the row itself.

Rows are written in `opcodes` and `vector_rows`; nothing here knows an opcode.
"""

from enum import Enum, IntFlag, auto

from .types import BY_LETTER, TrapKind, ValType


class Imm(Enum):
    """Kinds of immediates, as the binary format orders them after the opcode (spec: `binary-instr`)."""

    BLOCK = auto()  # block type: s33
    LABEL = auto()  # label depth: u32
    LABELS = auto()  # vec(label), then the default label
    FUNC = auto()
    TYPE = auto()
    TABLE = auto()
    LOCAL = auto()
    GLOBAL = auto()
    ELEM = auto()
    DATA = auto()
    MEMORY = auto()
    MEMARG = auto()  # alignment exponent u32, offset u32
    I32 = auto()  # s32, held as unsigned bits
    I64 = auto()  # s64, held as unsigned bits
    F32 = auto()  # four bytes, held as bits
    F64 = auto()  # eight bytes, held as bits
    REFTYPE = auto()
    VALTYPES = auto()  # vec(valtype)
    V128 = auto()  # sixteen bytes, held as bits, the first byte least significant
    LANE = auto()  # lane index: one byte
    LANES = auto()  # sixteen lane indices of one byte each


class Family(Enum):
    """What kind of instruction a row is: back ends have one file per group of families, weights one number each."""

    CONTROL = auto()
    PARAMETRIC = auto()
    VARIABLE = auto()
    REFERENCE = auto()
    TABLE = auto()
    LOAD = auto()
    STORE = auto()
    MEMORY = auto()
    CONST = auto()
    TEST = auto()
    COMPARE = auto()
    UNARY = auto()
    BINARY = auto()
    CONVERT = auto()
    VECTOR_LOAD = auto()
    VECTOR_STORE = auto()
    VECTOR_CONST = auto()
    VECTOR_LANE = auto()  # splat, extract, replace, shuffle, swizzle
    VECTOR_BITWISE = auto()
    VECTOR_TEST = auto()
    VECTOR_COMPARE = auto()
    VECTOR_SHIFT = auto()
    VECTOR_UNARY = auto()
    VECTOR_BINARY = auto()
    VECTOR_CONVERT = auto()  # between shapes: extend, narrow, convert, truncate


class Traps(IntFlag):
    """Which traps a row can raise; `kinds` gives them as `TrapKind`s."""

    NOTHING = 0
    UNREACHABLE = auto()
    DIV_ZERO = auto()
    OVERFLOW = auto()
    BAD_CONVERSION = auto()
    OOB_MEMORY = auto()
    OOB_TABLE = auto()
    UNDEFINED_ELEMENT = auto()
    UNINITIALIZED_ELEMENT = auto()
    INDIRECT_MISMATCH = auto()
    EXHAUSTED = auto()

    @property
    def kinds(self) -> tuple[TrapKind, ...]:
        return tuple(TrapKind[trap.name] for trap in type(self) if trap.name and trap in self)


class Op:
    """One row of the table.

    `index` is a dense number for dispatch lists: the opcode itself for one-byte opcodes, 0x100 + subopcode behind
    prefix 0xFC, 0x200 + subopcode behind 0xFD.  `params` and `results` are None for rows typed by rule.  `width` is
    the access width of a load or store in bits and `signed` whether a narrow load or an extracted lane extends the
    sign.  `lanes` is how many lanes there are for a lane index to choose from, 0 for rows without one.
    """

    __slots__ = (
        "anchor", "code", "family", "feature", "immediates", "index", "lanes", "name", "params", "results", "sig",
        "signed", "traps", "width",
    )  # fmt: skip

    def __init__(
        self,
        code: int,
        name: str,
        immediates: tuple[Imm, ...],
        sig: str,
        family: Family,
        anchor: str,
        *,
        traps: Traps = Traps.NOTHING,
        width: int = 0,
        signed: bool = False,
        lanes: int = 0,
        feature: str = "",
    ) -> None:
        self.code = code
        self.name = name
        self.immediates = immediates
        self.sig = sig
        self.family = family
        self.anchor = anchor
        self.traps = traps
        self.width = width
        self.signed = signed
        self.lanes = lanes
        self.feature = feature
        self.index = code if code < 0x100 else ((code >> 8) - 0xFB) << 8 | code & 0xFF
        params, _, results = sig.partition(">")
        self.params: tuple[ValType, ...] | None = tuple(BY_LETTER[c] for c in params) if sig else None
        self.results: tuple[ValType, ...] | None = tuple(BY_LETTER[c] for c in results) if sig else None

    def __repr__(self) -> str:
        return self.name

    @property
    def prefix(self) -> int | None:
        """The prefix byte of a two-part opcode, or None."""
        return None if self.code < 0x100 else self.code >> 8

    @property
    def subcode(self) -> int:
        """What follows the prefix byte, as u32; the opcode itself where there is no prefix."""
        return self.code & 0xFF


NONE: tuple[Imm, ...] = ()
MEMARG = (Imm.MEMARG,)
