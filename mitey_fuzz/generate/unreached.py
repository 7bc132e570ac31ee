"""Rows in unreachable code that take operands nobody pushed: below what there is, the stack holds any type.

A back end skips such code, and must see where it ends; a validator gives its operands whatever type fits (spec:
`valid-instr`, "polymorphic").  Nothing here runs, so nothing is guarded or kept within bounds; and nothing is counted,
as what counts would stand between a branch and the row behind it.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from jit.wasm import writer
from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder
from .candidates import Access
from .emit import (
    BLOCK,
    BLOCK_TYPES,
    DROP,
    ELSE,
    END,
    GLOBAL_SET,
    IF,
    LOCAL_SET,
    LOCAL_TEE,
    LOOP,
    NOP,
    RETURN,
    SELECT,
    SELECT_T,
    UNREACHABLE,
    plain,
)

_IS_NULL: Final = plain("ref.is_null")


class _Row(NamedTuple):
    """What is taken and given, and the bytes."""

    params: str
    results: str
    code: bytes


def from_nothing(b: Builder) -> None:
    """One row, if what there is fits it: operands are taken as far as they are there, from the top."""
    made = _KINDS[b.draw(0, len(_KINDS) - 1)](b)
    if made is None:
        return
    here = b.stack[b.base :]
    if made.params.endswith(here) or here.endswith(made.params):
        b.out += made.code
        b.stack = b.stack[: max(b.base, len(b.stack) - len(made.params))] + made.results


# --- kinds of rows


def _number(b: Builder) -> _Row:
    rows = b.plan.candidates.producers[b.some_number()]
    row = rows[b.draw(0, len(rows) - 1)]
    immediate = row.immediates[b.draw(0, len(row.immediates) - 1)] if row.immediates else b""
    return _Row(row.params, row.result, row.code + immediate)


def _parametric(b: Builder) -> _Row:
    letter = b.some_number()
    return (
        _Row(letter, "", DROP),
        _Row("", "", NOP),
        _Row(letter * 2 + "i", letter, SELECT),
        _Row("", "", UNREACHABLE),
    )[b.draw(0, 3)]


def _variable(b: Builder) -> _Row:
    letter = b.some_type()
    globals_ = b.plan.writable[letter]
    which = b.draw(0, 2)
    if which == 0:
        return _Row(letter, "", LOCAL_SET[b.some_local(letter)])
    if which == 1 or not globals_:
        return _Row(letter, letter, LOCAL_TEE[b.some_local(letter)])
    return _Row(letter, "", GLOBAL_SET[globals_[b.draw(0, len(globals_) - 1)]])


def _load(b: Builder) -> _Row | None:
    letter = b.some_number()
    return _access(b, "i", letter, b.plan.candidates.loads.get(letter, ()))


def _store(b: Builder) -> _Row | None:
    letter = b.some_number()
    return _access(b, "i" + letter, "", b.plan.candidates.stores.get(letter, ()))


def _access(b: Builder, params: str, results: str, rows: tuple[Access, ...]) -> _Row | None:
    if b.plan.memory is None or not rows:
        return None
    row = rows[b.draw(0, len(rows) - 1)]
    lane = row.lanes[b.draw(0, len(row.lanes) - 1)] if row.lanes else b""
    return _Row(params, results, row.code + writer.u32(0) + writer.u32(b.choices.bits(b.draw(1, 32))) + lane)


def _range(b: Builder) -> _Row | None:
    if b.plan.memory is None:
        return None
    if not b.plan.profile.features.bulk_memory or b.draw(0, 2) == 0:
        return _Row("i", "i", instruction(op("memory.grow"), 0))
    names = ("memory.fill", "memory.copy")
    which = b.draw(0, 1)
    return _Row("iii", "", instruction(op(names[which]), *[0] * (1 + which)))


def _table(b: Builder) -> _Row | None:
    if not b.plan.profile.features.reference_types or not b.plan.tables:
        return None
    index = b.draw(0, len(b.plan.tables) - 1)
    letter = b.plan.tables[index].letter
    name, params, results = _OF_TABLE[b.draw(0, len(_OF_TABLE) - 1)]
    code = instruction(op(name), *[index] * (2 if name == "table.copy" else 1))
    return _Row(params.replace("t", letter), results.replace("t", letter), code)


_OF_TABLE: Final = (
    ("table.get", "i", "t"),
    ("table.set", "it", ""),
    ("table.grow", "ti", "i"),
    ("table.fill", "iti", ""),
    ("table.copy", "iii", ""),
)


def _reference(b: Builder) -> _Row | None:
    if not b.plan.profile.features.reference_types:
        return None
    letter = b.some_type()
    if letter in "re" and b.draw(0, 1):
        return _Row(letter, "i", _IS_NULL)
    return _Row(letter * 2 + "i", letter, SELECT_T[letter])


def _call(b: Builder) -> _Row | None:
    runs = b.plan.runs
    if runs and b.plan.profile.takes("call_indirect") and b.draw(0, 1):
        run = runs[b.draw(0, len(runs) - 1)]
        code = instruction(op("call_indirect"), b.plan.types.index(run.params, run.results), run.table)
        return _Row(run.params + "i", run.results, code)
    if not b.plan.profile.takes("call"):
        return None
    callee = b.plan.functions[b.draw(0, len(b.plan.functions) - 1)]
    return _Row(callee.params, callee.results, instruction(op("call"), callee.index))


def _branch(b: Builder) -> _Row:
    """A branch, after all of which but `br_if` the stack holds nothing again, or anything."""
    depth = b.draw(0, len(b.labels) - 1)
    types = b.labels[-1 - depth].types
    which = b.draw(0, 3)
    if which == 0:
        return _Row(types, "", instruction(op("br"), depth))
    if which == 1:
        return _Row(types + "i", types, instruction(op("br_if"), depth))
    if which == 2:
        return _Row(b.function.results, "", RETURN)
    same = [at for at, label in enumerate(reversed(b.labels)) if label.types == types]
    labels = [same[b.draw(0, len(same) - 1)] for _ in range(b.draw(1, 4))]
    return _Row(types + "i", "", instruction(op("br_table"), *labels))


def _block(b: Builder) -> _Row:
    """A block that takes what nobody pushed, where blocks may take something, and gives it on, or other things."""
    several = b.plan.profile.multi_value
    params = "".join(b.some_type() for _ in range(b.draw(0, 3) if several else 0))
    passes = b.draw(0, 1) == 1
    results = params if passes else "".join(b.some_type() for _ in range(b.draw(0, 2 if several else 1)))
    type = b.block_type(params, results) if params or len(results) > 1 else BLOCK_TYPES[results]
    inside = b"" if passes else UNREACHABLE
    which = b.draw(0, 3)
    if which == 3 and b.plan.profile.takes("loop"):
        return _Row(params, results, LOOP + type + inside + END)
    if which > 1:
        return _Row(params, results, BLOCK + type + inside + END)
    other = b"" if passes and b.draw(0, 1) else ELSE + inside
    return _Row(params + "i", results, IF + type + inside + other + END)


_KINDS: Final[tuple[Callable[[Builder], _Row | None], ...]] = (
    _number, _number, _number, _parametric, _variable, _load, _store, _range, _table, _reference, _call, _branch,
    _branch, _block, _block,
)  # fmt: skip
