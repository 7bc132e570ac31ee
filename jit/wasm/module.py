"""A decoded module as plain data (spec: `syntax-module`).

Function bodies stay bytes: the type checker walks them once and drives the compiler; tools that want instructions ask
`body.parse`.  Index spaces list imports first, as the specification numbers them; the properties give whole spaces.
"""

from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from .types import ExternType, FuncType, GlobalType, MemoryType, TableType, ValType


@dataclass(frozen=True, slots=True)
class Expr:
    """A constant expression: its bytes including the final `end`, and their offset in the module."""

    code: bytes
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """`type` is resolved; `type_index` keeps a function import's index into the types (-1 for other kinds)."""

    module: str
    name: str
    type: ExternType
    type_index: int = -1


class ExternKind(Enum):
    """Kinds of imports and exports; the value is the byte of the binary format (spec: `binary-export`)."""

    FUNC = 0
    TABLE = 1
    MEMORY = 2
    GLOBAL = 3


@dataclass(frozen=True, slots=True)
class Export:
    name: str
    kind: ExternKind
    index: int


@dataclass(frozen=True, slots=True)
class Global:
    type: GlobalType
    init: Expr


class Mode(Enum):
    """Modes of element and data segments (spec: `syntax-elemmode`)."""

    ACTIVE = auto()
    PASSIVE = auto()
    DECLARATIVE = auto()


@dataclass(frozen=True, slots=True)
class Elem:
    """An element segment.  `items` are function indices where the format gave indices, else constant expressions."""

    mode: Mode
    type: ValType
    items: tuple[int | Expr, ...]
    table: int = 0
    offset: Expr | None = None


@dataclass(frozen=True, slots=True)
class Data:
    mode: Mode
    content: bytes
    memory: int = 0
    offset: Expr | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A function body: runs of locals `(count, type)`, instruction bytes including the final `end`, their offset."""

    locals: tuple[tuple[int, ValType], ...]
    body: bytes
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Custom:
    """A custom section and the number of known sections before it, so that order survives a round trip."""

    name: str
    content: bytes
    place: int = 0


@dataclass(frozen=True)
class Module:
    types: tuple[FuncType, ...] = ()
    imports: tuple[Import, ...] = ()
    functions: tuple[int, ...] = ()  # type indices of the defined functions
    tables: tuple[TableType, ...] = ()
    memories: tuple[MemoryType, ...] = ()
    globals: tuple[Global, ...] = ()
    exports: tuple[Export, ...] = ()
    start: int | None = None
    elems: tuple[Elem, ...] = ()
    data_count: int | None = None
    codes: tuple[Code, ...] = ()
    datas: tuple[Data, ...] = ()
    customs: tuple[Custom, ...] = ()
    source: bytes = field(default=b"", repr=False)  # the bytes it was decoded from, empty for built modules

    @cached_property
    def func_type_indices(self) -> tuple[int, ...]:
        """Type index of every function, imports first."""
        return tuple(i.type_index for i in self.imports if isinstance(i.type, FuncType)) + self.functions

    @cached_property
    def func_types(self) -> tuple[FuncType, ...]:
        """Type of every function, imports first.  Needs type indices in range (the decoder does not check them)."""
        imported = tuple(i.type for i in self.imports if isinstance(i.type, FuncType))
        return imported + tuple(self.types[t] for t in self.functions)

    @cached_property
    def table_types(self) -> tuple[TableType, ...]:
        return tuple(i.type for i in self.imports if isinstance(i.type, TableType)) + self.tables

    @cached_property
    def memory_types(self) -> tuple[MemoryType, ...]:
        return tuple(i.type for i in self.imports if isinstance(i.type, MemoryType)) + self.memories

    @cached_property
    def global_types(self) -> tuple[GlobalType, ...]:
        imported = tuple(i.type for i in self.imports if isinstance(i.type, GlobalType))
        return imported + tuple(g.type for g in self.globals)

    @cached_property
    def imported_funcs(self) -> int:
        """How many functions are imported: the index of the first defined one."""
        return sum(isinstance(i.type, FuncType) for i in self.imports)

    @cached_property
    def imported_globals(self) -> int:
        return sum(isinstance(i.type, GlobalType) for i in self.imports)

    @cached_property
    def imported_tables(self) -> int:
        return sum(isinstance(i.type, TableType) for i in self.imports)

    @cached_property
    def imported_memories(self) -> int:
        return sum(isinstance(i.type, MemoryType) for i in self.imports)
