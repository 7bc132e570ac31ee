"""A body, from its locals to its end: which steps there are, which a module allows, and how a body finishes.

Rule 1: every row of the opcode table is reached: by its family where a signature types it, else by the step that
bears its name.  `Unbound` is raised at import for a row that nobody emits.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from jit.wasm.body import instruction
from jit.wasm.features import Features
from jit.wasm.module import Code
from jit.wasm.opcodes import BY_NAME, ROWS, Family, bind, op
from jit.wasm.types import BY_LETTER, I64, V128, ValType

from ..choices import Choices
from . import (
    addresses,
    bounds,
    bulk,
    calls,
    carried,
    conditions,
    control,
    conversions,
    decided,
    dirty,
    division,
    endings,
    fused,
    held,
    kept,
    ladder,
    memory,
    met,
    nests,
    numeric,
    parametric,
    pending,
    places,
    rounded,
    shuffles,
    tables,
    turned,
    twins,
    variables,
    widths,
)
from .builder import Builder, Step
from .candidates import LOADS, NUMERIC, STORES
from .emit import END, LOCAL_GET
from .plan import FunctionPlan, Plan
from .terminate import Site
from .weights import STEP_WEIGHTS

MOST_DUMPED: Final = 16
"""Locals that a body shows at its end."""

# fmt: off
STEPS: Final[dict[str, Step]] = {
    "const": numeric.const,               "expression": numeric.expression,
    "unary": numeric.unary,               "convert": numeric.convert,          "test": numeric.test,
    "binary": numeric.binary,             "compare": numeric.compare,
    **numeric.VECTOR_STEPS,
    "load": memory.load,                  "store": memory.store,               "load lane": memory.load_lane,
    "alias": variables.alias,             "flood": variables.flood,            "assign": variables.assign,
    "parts": variables.parts,
    "deferred": parametric.deferred,      "placed": places.placed,
    "dirty": dirty.dirty,                 "division": division.division,        "bounds": bounds.bounds,
    "pending": pending.pending,        "unordered": conditions.unordered,    "chosen": conditions.chosen,
    "fused": fused.fused,                 "shifted": fused.shifted,             "carried": carried.carried,
    "addresses": addresses.addresses,     "kept": kept.kept,
    "rounded": rounded.rounded,           "ladder": ladder.ladder,             "crossed": ladder.crossed,
    "truncated": conversions.truncated,   "chained": conversions.chained,     "met": met.met,
    "shuffles": shuffles.shuffles,        "turned": turned.turned,           "twins": twins.twins,
    "widths": widths.widths,              "decided": decided.decided,
    "continue": control.continue_,        "nest": nests.nest,                  "call written": calls.call_written,
    "local.get": variables.local_get,     "local.set": variables.local_set,    "local.tee": variables.local_tee,
    "global.get": variables.global_get,   "global.set": variables.global_set,
    "drop": parametric.drop,              "select": parametric.select,            "select t": tables.select_t,
    "unreachable": control.unreachable,   "nop": control.nop,
    "block": control.block,               "loop": control.loop,                "if": control.if_,
    "br": control.br,                     "br_if": control.br_if,              "br_table": control.br_table,
    "return": control.return_,            "call": calls.call,                  "call_indirect": calls.call_indirect,
    "ref.null": tables.ref_null,          "ref.is_null": tables.ref_is_null,   "ref.func": tables.ref_func,
    "table.get": tables.table_get,        "table.set": tables.table_set,       "table.size": tables.table_size,
    "table.grow": tables.table_grow,      "table.fill": tables.table_fill,     "table.copy": tables.table_copy,
    "table.init": tables.table_init,      "elem.drop": tables.elem_drop,
    "memory.size": memory.memory_size,    "memory.grow": memory.memory_grow,
    "memory.fill": bulk.memory_fill,      "memory.copy": bulk.memory_copy,
    "memory.init": bulk.memory_init,      "data.drop": bulk.data_drop,
}
# fmt: on
"""What a body can do next.  A step named like a row emits it; the others are families, and shapes."""

_SHAPES: Final = (
    "const", "expression", "unary", "convert", "test", "binary", "compare", *numeric.VECTOR_STEPS, "load", "store",
    "load lane", "alias", "flood", "assign", "deferred", "placed", "dirty", "division", "bounds", "pending",
    "unordered", "chosen", "fused", "shifted", "carried", "addresses", "kept", "rounded", "continue", "nest",
    "call written", "ladder", "crossed", "truncated", "chained", "met",
    "shuffles", "parts", "turned", "twins", "widths", "decided",
)  # fmt: skip
_BY_FAMILY: Final = (*NUMERIC, *LOADS, *STORES, Family.CONST, Family.VECTOR_CONST)
_DELIMITERS: Final = ("else", "end")

_ROW_STEPS: Final = bind(
    {name: step for name, step in STEPS.items() if name not in _SHAPES},
    [row for row in ROWS if row.family not in _BY_FAMILY and row.name not in _DELIMITERS],
)

_NEEDS: Final[dict[str, Callable[[Plan], bool]]] = {
    "load": lambda plan: plan.memory is not None,
    "store": lambda plan: plan.memory is not None,
    "load lane": lambda plan: plan.memory is not None and plan.profile.features.simd,
    **{name: lambda plan: plan.profile.features.simd for name in numeric.VECTOR_STEPS},
    "shuffles": lambda plan: plan.profile.features.simd,
    "call_indirect": lambda plan: bool(plan.runs),
    "kept": lambda plan: plan.memory is not None and plan.memory.minimum > 0,
    "call written": lambda plan: plan.profile.features.reference_types and bool(plan.tables_of("r")),
    "memory.init": lambda plan: plan.memory is not None and bool(plan.passive_datas or plan.active_datas),
    "data.drop": lambda plan: bool(plan.passive_datas or plan.active_datas),
    "ref.func": lambda plan: bool(plan.exported),
    "table.init": lambda plan: any(plan.tables_of(letter) for _, letter, _ in plan.passive_elems),
    "elem.drop": lambda plan: bool(plan.passive_elems),
}
"""What a module must have for a step to make sense, besides the row's feature and the section its family speaks of."""


@cache
def _steps(features: Features) -> tuple[tuple[str, Step, tuple[int, ...]], ...]:
    """Name, step and weights of the steps whose rows these features have."""
    allowed = features.names | {""}
    rows = {name: BY_NAME.get(name) for name in STEP_WEIGHTS}
    return tuple(
        (name, STEPS[name], STEP_WEIGHTS[name]) for name, row in rows.items() if row is None or row.feature in allowed
    )


def _has_section(name: str, plan: Plan) -> bool:
    family = BY_NAME[name].family if name in BY_NAME else None
    if family is Family.MEMORY:
        return plan.memory is not None
    return family is not Family.TABLE or bool(plan.tables)


def weighted_steps(plan: Plan) -> tuple[tuple[Step, ...], ...]:
    """The steps a module allows, each as often as its weight, for a low, a middling and a high stack."""
    factors = dict(plan.profile.steps)
    levels: tuple[list[Step], ...] = ([], [], [])
    for name, step, weights in _steps(plan.profile.features):
        factor = factors.get(name, 1)
        if factor and _has_section(name, plan) and (name not in _NEEDS or _NEEDS[name](plan)):
            for level, weight in zip(levels, weights, strict=True):
                level.extend([step] * (weight * factor))
    return tuple(tuple(level) or (numeric.const, numeric.binary) for level in levels)


def build_body(
    plan: Plan, function: FunctionPlan, choices: Choices, steps: Sequence[Sequence[Step]], size: int
) -> tuple[Code, list[Site]]:
    """The body of one function, of about `size` bytes, and its loops and calls.  Sets the function's cost."""
    b = Builder(plan, function, choices, steps)
    held.begin(b)
    b.grow(size)
    _dump(b)
    padding = _padding(b)
    if padding:
        _read_padding(b, *padding[0])
        b.settle(function.results)
    else:
        endings.last_ending(b, function.results)
    b.out += END
    function.cost = b.cost + len(b.out)
    if b.calls_itself:
        function.cost *= calls.DEEPEST_RECURSION + 1
    return Code(_runs(b.locals[len(function.params) :]) + padding, bytes(b.out)), b.sites


def _dump(b: Builder) -> None:
    """Puts locals that were written where they will be seen; of many, those written for the first time last."""
    for index, letter in list(b.written.items())[-MOST_DUMPED:]:
        b.out += LOCAL_GET[index]
        b.stack += letter
        b.sink()


def _padding(b: Builder) -> tuple[tuple[int, ValType], ...]:
    """Locals that nobody writes, rarely: they push the operands behind them past 4 or 32 KiB of frame."""
    if b.draw(0, 99) < 97:
        return ()
    count = b.draw(20, 3000) if b.draw(0, 2) else b.draw(4100, 6000)
    return ((count, V128 if "v" in b.types and b.draw(0, 2) == 0 else I64),)


def _read_padding(b: Builder, count: int, kind: ValType) -> None:
    """Shows a few of these: they start as zero, the last one too.  From here on no local may be added in front of them:
    so there is one of each type that may have to be put away.
    """
    for letter in dict.fromkeys("ildf" + b.types + b.stack + b.function.results):
        b.some_local(letter)
    first = len(b.locals)
    for at in (0, count - 1, b.draw(0, count - 1), b.draw(0, count - 1)):
        b.out += instruction(op("local.get"), first + at)
        b.stack += kind.letter
        b.sink()


def _runs(locals_: str) -> tuple[tuple[int, ValType], ...]:
    """Locals as the binary format lists them: runs of one type."""
    runs: list[tuple[int, ValType]] = []
    for letter in locals_:
        kind = BY_LETTER[letter]
        if runs and runs[-1][1] is kind:
            runs[-1] = (runs[-1][0] + 1, kind)
        else:
            runs.append((1, kind))
    return tuple(runs)
