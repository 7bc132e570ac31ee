"""What a module will have, decided before any body: signatures, memory, tables, globals, imports.

Bodies are generated in index order against this plan, so a call forward in it is a call to a function not yet made.
Types are strings of letters here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from jit.wasm.types import BY_LETTER, PAGE, FuncType, Limits
from oracles.protocol import CallBack

from .candidates import Candidates
from .profile import Profile

HOST: Final = "host"
"""The module name of what the case's own module imports from the host."""
Source = tuple[str, str]
"""Where something is imported from that no host defines: a companion's name, and its export."""
ROOMY: Final = 9_000
"""Elements by which few tables may grow besides: more than what fits the pages that most tables need."""
UNKNOWN: Final = 1 << 40
"""The cost of a function that has no body yet."""


def func_type(params: str, results: str) -> FuncType:
    """The function type of these letters."""
    return FuncType(tuple(BY_LETTER[c] for c in params), tuple(BY_LETTER[c] for c in results))


CALL_BACK_DEPTH: Final = 10
"""Levels of depth for a call that goes through the host: engines bear far fewer of those, one inside the other."""


class Types:
    """The type section as it grows: one index for equal types."""

    def __init__(self) -> None:
        self._indices: dict[tuple[str, str], int] = {}

    def index(self, params: str, results: str) -> int:
        """The index of a type, which is added when it is new."""
        return self._indices.setdefault((params, results), len(self._indices))

    def copy(self) -> "Types":
        types = Types()
        types._indices = dict(self._indices)
        return types

    def section(self) -> tuple[FuncType, ...]:
        return tuple(func_type(*signature) for signature in self._indices)


@dataclass(slots=True)
class FunctionPlan:
    """A function; `cost` estimates the bytes of code that a call runs through.

    `reach` is the highest index of the module's own functions that an imported one may come back to; -1 is none.
    """

    index: int
    params: str
    results: str
    cost: int = UNKNOWN
    reach: int = -1
    source: Source | None = None
    calls_back: CallBack | None = None

    @property
    def last(self) -> int:
        """The highest index among functions that a call runs through by way of this one: it must have a body first."""
        return max(self.index, self.reach)

    @property
    def depth(self) -> int:
        """How many levels of depth a call takes that leaves the module for others than plain host functions; else 0."""
        return CALL_BACK_DEPTH if self.calls_back is not None else int(self.source is not None)

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
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """`base` and `mask` give the hot window, in bytes, where most accesses go; it lies within the minimum.

    `declared` are the limits as which it is imported from another module: its own, wider ones, or rarely none that fit.
    """

    minimum: int
    maximum: int
    imported: bool
    base: int
    mask: int
    source: Source | None = None
    declared: Limits | None = None

    @property
    def size(self) -> int:
        return self.minimum * PAGE


@dataclass(frozen=True, slots=True)
class Run:
    """Slots `base..base+mask` of a table, filled with functions of one type; `last` is the highest that they come to.

    Where others than this module fill it, there are no `functions`, and `cost` is theirs.
    """

    params: str
    results: str
    table: int
    base: int
    mask: int
    functions: tuple[int, ...]
    last: int
    cost: int = 0


@dataclass(frozen=True, slots=True)
class TablePlan:
    """`scratch` is the first slot behind all runs: from there on bodies may write.  `declared` as of a memory."""

    letter: str
    minimum: int
    maximum: int
    imported: bool
    runs: tuple[Run, ...]
    scratch: int
    source: Source | None = None
    declared: Limits | None = None


@dataclass(slots=True)
class Plan:
    """The whole module but its bodies.

    `imported` counts the imported functions, which come first.  `passive_datas` are index and length, `passive_elems`
    index, letter and length: the last one that is listed, whatever its index, may be dropped, the others never.
    `active_datas` and `active_elems` are indices.  `exported` are indices of functions; `host` is the module name of
    host items, and `linked` are the imported functions that run wasm, several times where they are rarely callable.
    `renamed` are two indices of one global.
    """

    profile: Profile
    candidates: Candidates
    types: Types
    functions: list[FunctionPlan]
    imported: int
    globals: Sequence[GlobalPlan]
    memory: MemoryPlan | None
    tables: Sequence[TablePlan]
    passive_datas: Sequence[tuple[int, int]]
    active_datas: Sequence[int]
    passive_elems: Sequence[tuple[int, str, int]]
    active_elems: Sequence[int]
    exported: Sequence[int]
    host: str = HOST
    readable: dict[str, tuple[int, ...]] = field(init=False)
    writable: dict[str, tuple[int, ...]] = field(init=False)
    runs: tuple[Run, ...] = field(init=False)
    linked: Sequence[FunctionPlan] = field(init=False)
    renamed: Sequence[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.readable = {t: tuple(k for k, g in enumerate(self.globals) if g.letter == t) for t in BY_LETTER}
        self.writable = {t: tuple(k for k in self.readable[t] if self.globals[k].mutable) for t in BY_LETTER}
        self.runs = tuple(run for table in self.tables for run in table.runs)
        weights = ((f, 3 if f.calls_back is not None else int(f.depth > 0)) for f in self.functions[: self.imported])
        mutable = [k for k, g in enumerate(self.globals) if g.mutable and g.source is not None]
        self.renamed = [
            (k, other) for k in mutable for other in mutable
            if k != other and self.globals[k].source == self.globals[other].source
        ]  # fmt: skip
        self.linked = [function for function, weight in weights for _ in range(weight)]

    def tables_of(self, letter: str) -> list[int]:
        """Indices of the tables whose elements have this type."""
        return [index for index, table in enumerate(self.tables) if table.letter == letter]
