"""The vocabulary of the whole repository: value types, function types, limits, trap kinds, values.

Everything here is plain, immutable data.  Value types are interned objects compared with `is`; a wasm value
is its type and its bits.  Rule 1: a Python float never crosses a module border; floats travel as bits.
"""

import copyreg
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final

PAGE: Final = 65536
"""Size of a WebAssembly memory page, in bytes (spec: `page-size`)."""


class ValType:
    """A value type (spec: `syntax-valtype`), one interned object per type: compare with `is`.

    `name` is the text format's, `code` the byte of the binary format, `letter` the one used in the opcode
    table's signatures, `bits` the width of the value's bit pattern (64 for references: an opaque handle).
    """

    __slots__ = ("bits", "code", "letter", "name")

    def __init__(self, name: str, code: int, letter: str, bits: int) -> None:
        self.name = name
        self.code = code
        self.letter = letter
        self.bits = bits

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Callable[[str], "ValType"], tuple[str]]:
        return valtype, (self.name,)

    @property
    def is_ref(self) -> bool:
        return self.letter in "re"

    @property
    def is_num(self) -> bool:
        return self.letter in "ilfd"


I32: Final = ValType("i32", 0x7F, "i", 32)
I64: Final = ValType("i64", 0x7E, "l", 64)
F32: Final = ValType("f32", 0x7D, "f", 32)
F64: Final = ValType("f64", 0x7C, "d", 64)
V128: Final = ValType("v128", 0x7B, "v", 128)
FUNCREF: Final = ValType("funcref", 0x70, "r", 64)
EXTERNREF: Final = ValType("externref", 0x6F, "e", 64)

VALTYPES: Final[tuple[ValType, ...]] = (I32, I64, F32, F64, V128, FUNCREF, EXTERNREF)
BY_NAME: Final[dict[str, ValType]] = {t.name: t for t in VALTYPES}
BY_CODE: Final[dict[int, ValType]] = {t.code: t for t in VALTYPES}
BY_LETTER: Final[dict[str, ValType]] = {t.letter: t for t in VALTYPES}


def valtype(name: str) -> ValType:
    """The interned type of a text-format name; `KeyError` when there is none."""
    return BY_NAME[name]


@dataclass(frozen=True, slots=True)
class FuncType:
    """A function type (spec: `syntax-functype`)."""

    params: tuple[ValType, ...]
    results: tuple[ValType, ...]

    def __str__(self) -> str:
        return f"[{' '.join(t.name for t in self.params)}] -> [{' '.join(t.name for t in self.results)}]"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a memory (in pages) or table (in elements) (spec: `syntax-limits`); `maximum` None: undeclared."""

    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class TableType:
    """A table type (spec: `syntax-tabletype`)."""

    element: ValType
    limits: Limits


@dataclass(frozen=True, slots=True)
class MemoryType:
    """A memory type (spec: `syntax-memtype`); limits in pages."""

    limits: Limits


@dataclass(frozen=True, slots=True)
class GlobalType:
    """A global type (spec: `syntax-globaltype`)."""

    type: ValType
    mutable: bool


ExternType = FuncType | TableType | MemoryType | GlobalType
"""What an import asks for and an export offers (spec: `syntax-externtype`)."""


@dataclass(frozen=True, slots=True)
class Value:
    """A wasm value: its type and its bits, unsigned, `0 <= bits < 2**type.bits`.

    A null reference is `NULL`; other references are handles whose meaning belongs to whoever made them.
    """

    type: ValType
    bits: int

    def __str__(self) -> str:
        if self.type.is_ref:
            return f"{self.type.name}:{'null' if self.bits == NULL else self.bits}"
        return f"{self.type.name}:{self.bits:#x}"


NULL: Final = (1 << 64) - 1
"""The bits of a null reference in a `Value`."""


def _by_fields(data: Any) -> tuple[type, tuple[Any, ...]]:
    """How a pickle makes it again: with all of its fields at once, since a compiled class lets none be set later."""
    return type(data), tuple([getattr(data, field.name) for field in fields(data)])


for _class in (FuncType, Limits, TableType, MemoryType, GlobalType, Value):
    copyreg.pickle(_class, _by_fields)


class TrapKind(Enum):
    """Every reason for which the specification traps; the value is the core test suite's wording."""

    UNREACHABLE = "unreachable"
    DIV_ZERO = "integer divide by zero"
    OVERFLOW = "integer overflow"
    BAD_CONVERSION = "invalid conversion to integer"
    OOB_MEMORY = "out of bounds memory access"
    OOB_TABLE = "out of bounds table access"
    UNDEFINED_ELEMENT = "undefined element"
    UNINITIALIZED_ELEMENT = "uninitialized element"
    INDIRECT_MISMATCH = "indirect call type mismatch"
    EXHAUSTED = "call stack exhausted"
