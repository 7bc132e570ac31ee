"""Cells: what there is to reach, and what one module reaches.

Two kinds.  A `Situation` is a state in which the baseline compiler comes to an instruction: row × where its operands
are × how short registers are × whether a comparison is pending.  A `Shape` needs no compiler: row × size of its
immediate × whether the instruction is reachable.

All cells that the table allows are the *universe*, from which follows what was never reached.  It is an upper bound:
the rows say which operands there are, not which states a compiler can get into.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

from jit.backend.code import Situation
from jit.wasm.body import parse
from jit.wasm.features import Features
from jit.wasm.module import Module
from jit.wasm.opcodes import ROWS, TABLE_SIZE, Op
from jit.wasm.row import Imm
from jit.wasm.sink import Emitter
from jit.wasm.types import FuncType, ValType
from jit.wasm.validate import validate

PRESSURES = ("roomy", "tight", "full")
"""What `Situation.pressure` counts."""

# fmt: off
EDGES: dict[Imm, tuple[int, ...]] = {
    Imm.BLOCK:  (-0x3F, 0),  # no result, one, a type of its own
    Imm.LABEL:  (1, 2, 8),
    Imm.LABELS: (2, 3, 9),
    Imm.LOCAL:  (1, 8, 64, 512),
    Imm.GLOBAL: (1, 64),
    Imm.TABLE:  (1,),
    Imm.MEMARG: (1, 1 << 8, 1 << 12, 1 << 15, 1 << 24, 1 << 31),
    Imm.I32:    (1, 1 << 12, 1 << 16, 1 << 24, 1 << 31, (1 << 32) - (1 << 16)),
    Imm.I64:    (1, 1 << 12, 1 << 16, 1 << 32, 1 << 63, (1 << 64) - (1 << 16)),
    Imm.F32:    (1, 1 << 31),
    Imm.F64:    (1, 1 << 63),
    Imm.V128:   (1, 1 << 64, (1 << 128) - 1),
    Imm.LANE:   (1, 2, 8),
}
"""Where immediates of a kind come to be encoded otherwise; of labels their number counts, of a memarg the offset."""

_ANY = "*"
_BY_RULE: dict[str, tuple[str, ...]] = {
    "block": ("", "*", "**"), "loop": ("", "*", "**"), "if": ("i", "*i"),
    "else": ("", "*", "**"), "end": ("", "*", "**"), "return": ("", "*", "**"), "br": ("", "*", "**"),
    "br_if": ("i", "*i"), "br_table": ("i", "*i"),
    "call": ("", "*", "**"), "call_indirect": ("i", "*i"),
    "drop": ("*",), "select": ("**i",), "select t": ("**i",), "ref.is_null": ("r",),
    "local.set": ("*",), "local.tee": ("*",), "global.set": ("*",),
    "table.get": ("i",), "table.set": ("ir",), "table.grow": ("ri",), "table.fill": ("iri",),
}
"""Types of the operands that rows typed by rule tell of: letters of types, `r` for references, `*` for any."""
# fmt: on

PLACES = {
    "C": "a constant",
    "R": "a register",
    "H": "the register of a local",
    "L": "a local in its slot",
    "S": "a slot of the operand stack",
    "F": "the flags of the machine",
}
"""What the letters of `Situation.operands` stand for."""
ALIKE = "="
_FLAGS = "F"
_PLACES = "".join(PLACES).replace(_FLAGS, "")
_LASTING = frozenset("RHL")
"""Places that two operands can share."""


class Shape(NamedTuple):
    """An instruction as it stands in a module: its row, the size of its immediate, and whether no path leads to it."""

    row: Op
    size: str
    is_dead: bool


Cell = Situation | Shape


def text_of(cell: Cell) -> str:
    """A cell for people and files, one line."""
    if isinstance(cell, Shape):
        return f"{cell.row.name} {cell.size} {'dead' if cell.is_dead else 'live'}"
    pending = " pending" if cell.pending else ""
    return f"{cell.row.name} [{cell.operands}] {PRESSURES[cell.pressure]}{pending}"


# --- the universe


@cache
def universe(row: Op) -> frozenset[Cell]:
    """All cells of a row."""
    return frozenset((*_situations(row), *_shapes(row)))


def _situations(row: Op) -> Iterator[Situation]:
    for types in _operand_types(row):
        for places in product(*(_PLACES + _FLAGS if type in "i*" else _PLACES for type in types)):
            if places.count(_FLAGS) > 1:
                continue
            letters = "".join(places)
            for operands in (letters, letters + ALIKE) if _may_be_one(types, letters) else (letters,):
                for pressure in range(len(PRESSURES) if row.sig != ">" else 1):
                    yield Situation(row, operands, pressure, pending=False)
                    if _FLAGS not in places:
                        yield Situation(row, operands, pressure, pending=True)


def _operand_types(row: Op) -> tuple[str, ...]:
    if row.params is None:
        return _BY_RULE.get(row.name, ("",))
    return ("".join("r" if type.is_ref else type.letter for type in row.params),)


def _may_be_one(types: str, places: str) -> bool:
    """Whether two operands can be one value: in the same place, and of types that share registers."""
    seen = [(place, "i" if type == "l" else type) for type, place in zip(types, places, strict=True)]
    return any(
        one == other or (one[0] == other[0] and _ANY in (one[1], other[1]))
        for index, one in enumerate(seen)
        for other in seen[:index]
        if one[0] in _LASTING
    )


def _shapes(row: Op) -> Iterator[Shape]:
    for size in sizes(row):
        yield Shape(row, size, is_dead=False)
        yield Shape(row, size, is_dead=True)


def sizes(row: Op) -> tuple[str, ...]:
    """What the sizes of a row's immediate are called, ascending; one for a row without."""
    kind = _classified(row)
    if kind is None:
        return ("-",)
    name, edges = kind.name.lower(), EDGES[kind]
    return (*(f"{name}<{edge:#x}" for edge in edges), f"{name}>={edges[-1]:#x}")


def _classified(row: Op) -> Imm | None:
    return next((kind for kind in row.immediates if kind in EDGES), None)


# --- what a module reaches


class _Shaper:
    """Which shape an instruction has, by its row: where its immediate lies, and how its sizes are called."""

    def __init__(self, row: Op) -> None:
        kind = _classified(row)
        self.edges = EDGES[kind] if kind else ()
        self.at = 1 if kind is Imm.MEMARG else row.immediates.index(kind) if kind else 0
        self.counts = kind is Imm.LABELS
        self.live = [Shape(row, size, is_dead=False) for size in sizes(row)]
        self.dead = [Shape(row, size, is_dead=True) for size in sizes(row)]

    def shape(self, immediates: tuple[int, ...], *, is_dead: bool) -> Shape:
        shapes = self.dead if is_dead else self.live
        if not self.edges:
            return shapes[0]
        value = len(immediates) if self.counts else immediates[self.at]
        return shapes[sum(value >= edge for edge in self.edges)]


_SHAPERS = {row: _Shaper(row) for row in ROWS}


class _Listener:
    """A sink that notes which instructions the type checker shows it: those that can be reached."""

    def __init__(self) -> None:
        self.offset = 0
        self.live: set[int] = set()
        self.emit: list[Emitter] = [self._hear] * TABLE_SIZE

    def begin(self, _index: int, _type: FuncType, _locals: Sequence[ValType]) -> None:
        """Functions need no telling apart: offsets are the module's."""

    def finish(self) -> None:
        """See `begin`."""

    def _hear(self, *_: object) -> None:
        self.live.add(self.offset)


def shapes(module: Module, features: Features) -> set[Cell]:
    """The shapes of a decoded module, which must be valid."""
    listener = _Listener()
    validate(module, features, listener)
    return {
        _SHAPERS[row].shape(immediates, is_dead=offset not in listener.live)
        for code in module.codes
        for row, immediates, offset in parse(code.body, code.offset)
    }


def rows(features: Features) -> list[Op]:
    """The rows under these features, as the table orders them."""
    return [row for row in ROWS if features.has(row.feature)]
