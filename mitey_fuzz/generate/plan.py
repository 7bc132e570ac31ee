"""What a module will have, decided before any body: signatures, memory, tables, globals, imports.

Bodies are generated in index order against this plan, so a call forward in it is a call to a function not yet made.
Types are strings of letters here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jit.wasm.types import BY_LETTER, PAGE, FuncType

from .candidates import Candidates
from .profile import Profile

UNKNOWN = 1 << 40
"""The cost of a function that has no body yet."""


def func_type(params: str, results: str) -> FuncType:
    """The function type of these letters."""
    return FuncType(tuple(BY_LETTER[c] for c in params), tuple(BY_LETTER[c] for c in results))


class Types:
    """The type section as it grows: one index for equal types."""

    def __init__(self) -> None:
        self._indices: dict[tuple[str, str], int] = {}

    def index(self, params: str, results: str) -> int:
        """The index of a type, which is added when it is new."""
        return self._indices.setdefault((params, results), len(self._indices))

    def section(self) -> tuple[FuncType, ...]:
        return tuple(func_type(*signature) for signature in self._indices)


@dataclass(slots=True)
class FunctionPlan:
    """A function; `cost` estimates the bytes of code that a call runs through."""

    index: int
    params: str
    results: str
    cost: int = UNKNOWN

    @property
    def counts_down(self) -> bool:
        """Whether the first parameter bounds recursion: nobody writes it, and recursive calls pass one less."""
        return self.params[:1] == "i"


@dataclass(frozen=True, slots=True)
class GlobalPlan:
    letter: str
    mutable: bool
    bits: int
    imported: bool


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """`base` and `mask` give the hot window, in bytes, where most accesses go; it lies within the minimum."""

    minimum: int
    maximum: int
    imported: bool
    base: int
    mask: int

    @property
    def size(self) -> int:
        return self.minimum * PAGE


@dataclass(frozen=True, slots=True)
class Run:
    """Slots `base..base+mask` of a table, filled with functions of one type; `last` is the highest of their indices."""

    params: str
    results: str
    table: int
    base: int
    mask: int
    functions: tuple[int, ...]

    @property
    def last(self) -> int:
        return max(self.functions)


@dataclass(frozen=True, slots=True)
class TablePlan:
    """`scratch` is the first slot behind all runs: from there on bodies may write."""

    letter: str
    minimum: int
    maximum: int
    imported: bool
    runs: tuple[Run, ...]
    scratch: int


@dataclass(slots=True)
class Plan:
    """The whole module but its bodies.

    `imported` counts the imported functions, which come first.  `passive_datas` are lengths by data index,
    `passive_elems` index, letter and length; `exported` are indices of functions.
    """

    profile: Profile
    candidates: Candidates
    types: Types
    functions: list[FunctionPlan]
    imported: int
    globals: Sequence[GlobalPlan]
    memory: MemoryPlan | None
    tables: Sequence[TablePlan]
    passive_datas: Sequence[int]
    passive_elems: Sequence[tuple[int, str, int]]
    exported: Sequence[int]
    readable: dict[str, tuple[int, ...]] = field(init=False)
    writable: dict[str, tuple[int, ...]] = field(init=False)
    runs: tuple[Run, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.readable = {t: tuple(k for k, g in enumerate(self.globals) if g.letter == t) for t in BY_LETTER}
        self.writable = {t: tuple(k for k in self.readable[t] if self.globals[k].mutable) for t in BY_LETTER}
        self.runs = tuple(run for table in self.tables for run in table.runs)

    def tables_of(self, letter: str) -> list[int]:
        """Indices of the tables whose elements have this type."""
        return [index for index, table in enumerate(self.tables) if table.letter == letter]
