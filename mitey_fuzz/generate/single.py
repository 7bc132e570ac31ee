"""One instruction at a time: every row that takes or gives values, its operands in every location compilers tell apart.

The cases are the same every time, a systematic floor below the random generator, and `some_single` draws one of them
with a part of its calls.  A case has one row in one shape (`shapes`); its functions differ by constant, immediate or
offset, its script runs boundary values through all of them.  Rows that jump for good have no case: what would follow
them never runs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from math import prod
from typing import Final, NamedTuple

from jit.wasm.body import Instr, const, expr, instruction
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Code, Data, Elem, Export, ExternKind, Global, Mode, Module
from jit.wasm.opcodes import ROWS, Family, Op, op
from jit.wasm.types import BY_LETTER, FUNCREF, I32, NULL, PAGE, GlobalType, Limits, MemoryType, TableType, Value

from ..case import Call, Case
from ..choices import Choices
from .candidates import LOADS, NUMERIC, STORES, immediates, lane_width, letters
from .emit import END, LOCAL_GET
from .literals_vector import lane_counts, of_lanes
from .operands import betraying
from .plan import Types
from .shapes import SHAPES, Form, Row
from .terminate import export_all

__all__ = ["SHAPES", "single", "singles", "some_single"]

_OFFSETS: Final = (0, 1, 8, 255, 256, 4095, 16380, 32760, PAGE - 8, (1 << 32) - 8)
_ACCESSES: Final = (*LOADS, *STORES)
_OF_MEMORY: Final = (*_ACCESSES, Family.MEMORY)
_PLAIN: Final = (*NUMERIC, *_OF_MEMORY)
STATE: Final = (Family.MEMORY, Family.TABLE)
"""Families of rows for which it matters how much room there is."""
MOST_CALLS: Final = 100
SOME_CALLS: Final = 20
"""Of these, how many a case that was drawn makes: as many as other cases of a campaign."""
_SEGMENT: Final = 24
"""Bytes of each data segment."""
_SLOTS: Final = 10
"""Elements of each table."""


class Room(NamedTuple):
    """The limits of the memory, in pages, and of both tables."""

    memory: Limits
    table: Limits


ROOM: Final = Room(Limits(1, 2), Limits(_SLOTS, _SLOTS + 2))

# --- what a row looks like with its immediates


def _lane(row: Op) -> str:
    """The shape of a row's vector operands: the last one that its name mentions."""
    shapes: list[str] = re.findall(r"[if]\d+x\d+", row.name)
    return shapes[-1] if shapes else "i32x4"


def _plain(row: Op) -> list[Row]:
    """A row with a signature, with each of its immediates."""
    assert row.params is not None
    assert row.results is not None
    params, results, lanes = letters(row.params), letters(row.results), immediates(row)
    if row.family in _ACCESSES:
        count = max(len(_OFFSETS), len(lanes))
        offsets = [_OFFSETS[k % len(_OFFSETS)] for k in range(count)]
        return [
            Row(params, results, instruction(row, 0, at, *(lanes[k % len(lanes)] if lanes else ())), _lane(row), at)
            for k, at in enumerate(offsets)
        ]
    if lanes:
        codes = [instruction(row, *lane) for lane in lanes]
    elif row.family is Family.MEMORY:
        codes = [instruction(row, *[0] * len(row.immediates))]
    else:
        codes = [instruction(row)]
    return [Row(params, results, code, _lane(row)) for code in codes]


class Context:
    """What rows typed by rule speak of: types, a function and a global for each value type, two tables, segments."""

    def __init__(self, features: Features) -> None:
        self.features = features
        self.types = Types()
        self.letters = "ildf" + "v" * features.simd + "re" * features.reference_types
        self.multi_value = features.multi_value
        for letter in self.letters:
            self.types.index(letter, letter)

    def rows(self, row: Op) -> list[Row]:
        """A row typed by rule for every type, or table, that it may have."""
        name = row.name
        if name in ("drop", "select"):
            values = [letter for letter in self.letters if letter in "ildfv"]
            return [
                Row(t if name == "drop" else t + t + "i", "" if name == "drop" else t, instruction(row)) for t in values
            ]
        if name == "select t":
            return [Row(t + t + "i", t, instruction(row, BY_LETTER[t].code)) for t in self.letters]
        if name in _CALLS:
            return [Row(t + _CALLS[name], t, self._call(row, k, t)) for k, t in enumerate(self.letters)]
        if name in ("global.get", "global.set"):
            pairs = [("", t) if name == "global.get" else (t, "") for t in self.letters]
            return [Row(*pair, instruction(row, k)) for k, pair in enumerate(pairs)]
        if name in _OF_TABLE:
            params, results = _OF_TABLE[name]
            return [
                Row(params.replace("t", t), results.replace("t", t), instruction(row, table))
                for table, t in enumerate("re")
            ]
        if name in _BLOCKS and self.multi_value:
            return [self._block(row, t, _BLOCKS[name]) for t in self.letters]
        several = self.features.reference_types  # tables, and segments of elements
        return [
            Row(params, results, instruction(row, *imms))
            for params, results, imms in _OTHERS.get(name, ())
            if several or 1 not in imms
        ]

    def _call(self, row: Op, index: int, letter: str) -> bytes:
        if row.name == "call":
            return instruction(row, index)
        return instruction(row, self.types.index(letter, letter), 0)

    def _block(self, row: Op, letter: str, parts: tuple[str, bytes]) -> Row:
        """A whole block around, or of, the row: it takes a value, an i32 where the row does, and gives the value."""
        extra, inside = parts
        outer = row.name if row.name in ("block", "loop", "if") else "block"
        params = letter if outer == "if" else letter + extra
        code = instruction(op(outer), self.types.index(params, letter)) + inside + END
        return Row(letter + extra, letter, code)


_CALLS: Final = {"call": "", "call_indirect": "i"}
"""Rows that call the identity of a type, and what they take besides."""
_OF_TABLE: Final = {
    "table.get": ("i", "t"), "table.set": ("it", ""), "table.size": ("", "i"), "table.grow": ("ti", "i"),
    "table.fill": ("iti", ""),
}  # fmt: skip
"""Rows that exist for both tables; `t` is the type of elements."""
_BLOCKS: Final = {
    "block": ("", instruction(op("nop"))),
    "loop": ("", instruction(op("nop"))),
    "if": ("i", instruction(op("nop"))),
    "br": ("", instruction(op("br"), 0)),
    "br_if": ("i", instruction(op("br_if"), 0)),
    "br_table": ("i", instruction(op("br_table"), 0, 0, 0)),
}
"""What the block around a control row takes besides a value, and what stands inside."""
_OTHERS: Final[dict[str, tuple[tuple[str, str, tuple[int, ...]], ...]]] = {
    "ref.null": (("", "r", (0x70,)), ("", "e", (0x6F,))),
    "ref.is_null": (("r", "i", ()), ("e", "i", ())),
    "ref.func": (("", "r", (0,)), ("", "r", (1,))),
    "table.copy": (("iii", "", (0, 0)), ("iii", "", (1, 1))),
    "table.init": (("iii", "", (0, 0)), ("iii", "", (1, 1))),
    "elem.drop": (("", "", (0,)), ("", "", (1,))),
    "nop": (("", "", ()),),
}
"""Parameters, results and immediates of the other rows."""


def rows_of(row: Op, context: Context) -> list[Row]:
    """A row with each of its immediates, or each type that it may have; none for those that jump for good."""
    if row.family in _PLAIN:
        return _plain(row)
    return context.rows(row)


# --- scripts


def _script(forms: Sequence[tuple[Form, Row]], row: Op) -> tuple[Call, ...]:
    """Boundary values through every function, thinned out evenly where they are many."""
    calls = []
    for index, (form, described) in enumerate(forms):
        pools = pools_of(form, described, row)
        count = prod(map(len, pools))
        stride = max(1, count * len(forms) // MOST_CALLS) | 1  # odd: no operand stands still
        calls += [Call(f"f{index}", _combination(pools, which)) for which in range(0, count, stride)]
    return tuple(calls)


def pools_of(form: Form, described: Row, row: Op) -> list[tuple[Value, ...]]:
    """What each parameter may hold."""
    pools = [_values(letter, _pool(row, described, letter)) for letter in form.params]
    if row.family in _ACCESSES and form.params[:1] == "i":
        pools[0] = _values("i", _addresses(described.offset, row.width // 8))
    return pools


@cache
def _addresses(offset: int, width: int) -> tuple[int, ...]:
    """Addresses to which an access of so many bytes adds this offset: about the last that fits, across the end, far."""
    end = PAGE - offset
    near = dict.fromkeys((end - width - 1, end - width, end - width + 1, end - width // 2, end - 1, end))
    return (0, 1, *[address % (1 << 32) for address in near], 1 << 31, (1 << 32) - 1)


def _pool(row: Op, described: Row, letter: str) -> tuple[int, ...]:
    if row.family is Family.VECTOR_SHIFT and letter == "i":
        return lane_counts(lane_width(row))
    kind, numbers = betraying(row)
    if numbers and letter == kind:
        return numbers
    if numbers and letter == "v":
        return _vectors(kind, numbers)
    if row.family in STATE and letter == "i":
        return (0, 1, 2, 3, _SLOTS - 1, _SLOTS, _SEGMENT, _SEGMENT + 1, PAGE - 1, PAGE, (1 << 32) - 1)
    return described.numbers(letter)


@cache
def _vectors(letter: str, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Vectors of which each number is the lowest lane once: what converts two lanes takes those."""
    width = BY_LETTER[letter].bits
    return tuple(of_lanes(width, numbers[at:] + numbers[:at]) for at in range(len(numbers)))


def _combination(pools: Sequence[tuple[Value, ...]], which: int) -> tuple[Value, ...]:
    """One of all the ways to take a value from each pool."""
    args = []
    for pool in pools:
        which, place = divmod(which, len(pool))
        args.append(pool[place])
    return tuple(args)


@cache
def _values(letter: str, pool: tuple[int, ...]) -> tuple[Value, ...]:
    return tuple(Value(BY_LETTER[letter], bits) for bits in pool)


# --- modules


def single(row: Op, shape: str, features: Features) -> Case | None:
    """The case of a row in one of `SHAPES`; None where the row has no such shape."""
    context = Context(features)
    forms = [(form, described) for described in rows_of(row, context) for form in SHAPES[shape](described)]
    if not forms:
        return None
    in_memory = row.family in _OF_MEMORY
    by_rule = row.family not in _PLAIN
    passive = row.family is Family.MEMORY and features.bulk_memory
    module = module_of([form for form, _ in forms], context, by_rule=by_rule, in_memory=in_memory, passive=passive)
    return Case(encode(module), _script(forms, row))


def module_of(
    forms: Sequence[Form], context: Context, *, by_rule: bool, in_memory: bool, passive: bool, room: Room = ROOM
) -> Module:
    """The module of these functions, exported by name: `f0` and so on.

    It has what rows of a kind speak of: those typed `by_rule` the things of the context, those `in_memory` a memory,
    with segments that are `passive` or not.  In less `room` there are fewer segments that are active.
    """
    helpers = context.letters if by_rule else ""
    types = context.types.copy() if by_rule else Types()
    functions = [types.index(letter, letter) for letter in helpers]
    functions += [types.index(form.params, form.results) for form in forms]
    identities = [Code((), LOCAL_GET[0] + END)] * len(helpers)
    module = Module(
        types=types.section(),
        functions=tuple(functions),
        tables=_tables(context.features, room.table) if by_rule else (),
        memories=(MemoryType(room.memory),) if in_memory else (),
        globals=tuple(_global(letter) for letter in helpers),
        exports=tuple(Export(f"f{k}", ExternKind.FUNC, len(helpers) + k) for k in range(len(forms))),
        elems=_elems(context.features, min(_SLOTS - 1, room.table.minimum)) if by_rule else (),
        codes=(*identities, *map(_code, forms)),
        datas=_datas(passive=passive, is_active=room.memory.minimum > 0) if in_memory else (),
    )
    return export_all(module)


def _code(form: Form) -> Code:
    return Code(tuple((1, BY_LETTER[letter]) for letter in form.locals), form.code + END)


def _global(letter: str) -> Global:
    kind = BY_LETTER[letter]
    return Global(GlobalType(kind, mutable=True), expr(const(kind, NULL if kind.is_ref else 5)))


def _tables(features: Features, limits: Limits) -> tuple[TableType, ...]:
    return tuple(TableType(BY_LETTER[letter], limits) for letter in ("re" if features.reference_types else "r"))


def _elems(features: Features, slots: int) -> tuple[Elem, ...]:
    """Passive segments for both tables, then the identities in so many slots."""
    count = 4 + features.simd
    active = Elem(Mode.ACTIVE, FUNCREF, tuple(k % count for k in range(slots)), 0, expr(const(I32, 0)))
    if not features.reference_types:
        return (active,)
    nulls = Elem(Mode.PASSIVE, BY_LETTER["e"], (expr(Instr(op("ref.null"), (BY_LETTER["e"].code,))),) * 3)
    return (Elem(Mode.PASSIVE, FUNCREF, (1, 0, 2)), nulls, active)


def _datas(*, passive: bool, is_active: bool) -> tuple[Data, ...]:
    """A passive segment where it is asked for, and bytes to be found at both ends of the page, if there is one."""
    content = bytes((37 * k + 0x81) & 0xFF for k in range(_SEGMENT))
    starts = (0, PAGE - len(content)) if is_active else ()
    active = tuple(Data(Mode.ACTIVE, content, 0, expr(const(I32, start))) for start in starts)
    return (Data(Mode.PASSIVE, content[::-1]), *active) if passive else active


def singles(features: Features) -> Iterator[tuple[str, Case]]:
    """Every row of these features in every shape it has, with a name: `i32.add, same local`."""
    for row in ROWS:
        if not features.has(row.feature):
            continue
        for shape in SHAPES:
            case = single(row, shape, features)
            if case is not None:
                yield f"{row.name}, {shape}", case


_STRIDE: Final = 7919
"""From a row and a shape that it does not have to the next pair: a prime, so that none gets the share of many."""


def some_single(choices: Choices, features: Features) -> Case:
    """One of `singles`, with calls spread evenly over its script."""
    rows = [row for row in ROWS if features.has(row.feature)]
    shapes = list(SHAPES)
    which = choices.integer(0, len(rows) * len(shapes) - 1)
    while (case := single(rows[which // len(shapes)], shapes[which % len(shapes)], features)) is None:
        which = (which + _STRIDE) % (len(rows) * len(shapes))
    stride = -(-len(case.script) // SOME_CALLS)
    start = choices.integer(0, stride - 1)
    return replace(case, script=case.script[start::stride], choices=choices.record)
