"""One rule per instruction: reads its immediates, checks its operands, tells the sink (spec: `valid-instr`).

A rule is called with the cursor behind the opcode.  It raises `InvalidError` for what the validation rules refuse and
`MalformedError` for what the binary format does; it calls the emitter after the check, with what `sink` promises.  Rows
with a signature share a few rules; the others have their own.
"""

from collections.abc import Callable
from typing import Final

from . import indices
from .expressions import alignment
from .opcodes import ROWS, Imm, Op, bind
from .operands import UNKNOWN, Body
from .rules_control import CONTROL
from .types import F32, F64, FUNCREF, I32, I64, V128

Rule = Callable[[Body, Op], None]

# --- rows with a signature

_INDEX: Final[dict[Imm, Callable[[Body], int]]] = {
    Imm.TABLE: indices.table,
    Imm.MEMORY: indices.memory,
    Imm.ELEM: indices.elem,
    Imm.DATA: indices.data,
}
"""Readers of the immediates of rows that have a signature besides."""


def _signature(body: Body, row: Op) -> None:
    """Any row whose signature says it all."""
    immediates = [_INDEX[kind](body) for kind in row.immediates]
    _apply(body, row)
    body.emit[row.index](*immediates)


def _apply(body: Body, row: Op) -> None:
    assert row.params is not None
    assert row.results is not None
    body.pop_all(row.params)
    body.operands.extend(row.results)


def _access(body: Body, row: Op) -> None:
    """A load or store (spec: `valid-load`, `valid-store`)."""
    exponent = alignment(body)
    offset = body.u32()
    if not body.context.memories:
        raise body.invalid("unknown memory 0")
    if 8 << exponent > row.width:
        raise body.invalid("alignment must not be larger than natural")
    _apply(body, row)
    body.emit[row.index](offset, 0)


def _lane_access(body: Body, row: Op) -> None:
    """A load or store of one lane (spec: `valid-load-lane`, `valid-store-lane`)."""
    exponent = alignment(body)
    offset = body.u32()
    lane = body.byte()
    if not body.context.memories:
        raise body.invalid("unknown memory 0")
    if 8 << exponent > row.width:
        raise body.invalid("alignment must not be larger than natural")
    _check_lane(body, row, lane)
    _apply(body, row)
    body.emit[row.index](offset, 0, lane)


def _lane(body: Body, row: Op) -> None:
    """A row that names a lane (spec: `valid-vec-extract_lane`, `valid-vec-replace_lane`)."""
    lane = body.byte()
    _check_lane(body, row, lane)
    _apply(body, row)
    body.emit[row.index](lane)


def _check_lane(body: Body, row: Op, lane: int) -> None:
    if lane >= row.lanes:
        raise body.invalid(f"invalid lane index {lane}")


def _shuffle(body: Body, row: Op) -> None:
    lanes = tuple(body.take(16))
    _check_lane(body, row, max(lanes))
    _apply(body, row)
    body.emit[row.index](lanes)


def _v128_const(body: Body, row: Op) -> None:
    bits = body.v128()
    body.operands.append(V128)
    body.emit[row.index](bits)


def _i32_const(body: Body, row: Op) -> None:
    bits = body.s32()
    body.operands.append(I32)
    body.emit[row.index](bits)


def _i64_const(body: Body, row: Op) -> None:
    bits = body.s64()
    body.operands.append(I64)
    body.emit[row.index](bits)


def _f32_const(body: Body, row: Op) -> None:
    bits = body.f32()
    body.operands.append(F32)
    body.emit[row.index](bits)


def _f64_const(body: Body, row: Op) -> None:
    bits = body.f64()
    body.operands.append(F64)
    body.emit[row.index](bits)


# --- parametric, variables, references


def _drop(body: Body, row: Op) -> None:
    body.emit[row.index](body.pop_any())


def _select(body: Body, row: Op) -> None:
    body.pop(I32)
    second = body.pop_any()
    first = body.pop_any()
    if first.is_ref or second.is_ref:
        raise body.invalid("type mismatch: select without type takes no references")
    if first is UNKNOWN:
        first = second
    elif second is not first and second is not UNKNOWN:
        raise body.mismatch(first.name, second)
    body.operands.append(first)
    body.emit[row.index](first)


def _select_t(body: Body, row: Op) -> None:
    types = [body.valtype() for _ in range(body.length())]
    if len(types) != 1:
        raise body.invalid("invalid result arity")
    body.pop(I32)
    body.pop(types[0])
    body.pop(types[0])
    body.operands.append(types[0])
    body.emit[row.index](types[0])


def _local_get(body: Body, row: Op) -> None:
    index = indices.local(body)
    body.operands.append(body.locals[index])
    body.emit[row.index](index)


def _local_set(body: Body, row: Op) -> None:
    index = indices.local(body)
    body.pop(body.locals[index])
    body.emit[row.index](index)


def _local_tee(body: Body, row: Op) -> None:
    index = indices.local(body)
    type = body.locals[index]
    body.pop(type)
    body.operands.append(type)
    body.emit[row.index](index)


def _global_get(body: Body, row: Op) -> None:
    index = indices.global_(body)
    body.operands.append(body.context.globals[index].type)
    body.emit[row.index](index)


def _global_set(body: Body, row: Op) -> None:
    index = indices.global_(body)
    type = body.context.globals[index]
    if not type.mutable:
        raise body.invalid("global is immutable")
    body.pop(type.type)
    body.emit[row.index](index)


def _ref_null(body: Body, row: Op) -> None:
    type = body.reftype()
    body.operands.append(type)
    body.emit[row.index](type)


def _ref_is_null(body: Body, row: Op) -> None:
    type = body.pop_any()
    if not type.is_ref and type is not UNKNOWN:
        raise body.mismatch("a reference", type)
    body.operands.append(I32)
    body.emit[row.index](type)


def _ref_func(body: Body, row: Op) -> None:
    index = indices.function(body)
    if index not in body.context.declared:
        raise body.invalid(f"undeclared function reference {index}")
    body.operands.append(FUNCREF)
    body.emit[row.index](index)


# --- memories and tables


def _memory_init(body: Body, row: Op) -> None:
    segment = body.u32()
    memory = indices.memory(body)
    indices.check_data(body, segment)
    _apply(body, row)
    body.emit[row.index](segment, memory)


def _table_get(body: Body, row: Op) -> None:
    table = indices.table(body)
    body.pop(I32)
    body.operands.append(body.context.tables[table].element)
    body.emit[row.index](table)


def _table_set(body: Body, row: Op) -> None:
    table = indices.table(body)
    body.pop(body.context.tables[table].element)
    body.pop(I32)
    body.emit[row.index](table)


def _table_grow(body: Body, row: Op) -> None:
    table = indices.table(body)
    body.pop(I32)
    body.pop(body.context.tables[table].element)
    body.operands.append(I32)
    body.emit[row.index](table)


def _table_fill(body: Body, row: Op) -> None:
    table = indices.table(body)
    body.pop(I32)
    body.pop(body.context.tables[table].element)
    body.pop(I32)
    body.emit[row.index](table)


def _table_copy(body: Body, row: Op) -> None:
    destination = indices.table(body)
    source = indices.table(body)
    tables = body.context.tables
    if tables[destination].element is not tables[source].element:
        raise body.mismatch(tables[destination].element.name, tables[source].element)
    _apply(body, row)
    body.emit[row.index](destination, source)


def _table_init(body: Body, row: Op) -> None:
    segment = body.u32()
    table = indices.table(body)
    indices.check_elem(body, segment)
    element = body.context.tables[table].element
    if body.context.elems[segment].type is not element:
        raise body.mismatch(element.name, body.context.elems[segment].type)
    _apply(body, row)
    body.emit[row.index](segment, table)


_BY_NAME: Final[dict[str, Rule]] = {
    **CONTROL,
    "drop": _drop,
    "select": _select,
    "select t": _select_t,
    "local.get": _local_get,
    "local.set": _local_set,
    "local.tee": _local_tee,
    "global.get": _global_get,
    "global.set": _global_set,
    "ref.null": _ref_null,
    "ref.is_null": _ref_is_null,
    "ref.func": _ref_func,
    "memory.init": _memory_init,
    "table.get": _table_get,
    "table.set": _table_set,
    "table.grow": _table_grow,
    "table.fill": _table_fill,
    "table.copy": _table_copy,
    "table.init": _table_init,
    "i32.const": _i32_const,
    "i64.const": _i64_const,
    "f32.const": _f32_const,
    "f64.const": _f64_const,
    "v128.const": _v128_const,
    "i8x16.shuffle": _shuffle,
}


_BY_IMMEDIATES: Final[dict[tuple[Imm, ...], Rule]] = {
    (Imm.MEMARG,): _access,
    (Imm.MEMARG, Imm.LANE): _lane_access,
    (Imm.LANE,): _lane,
}


def _shared(row: Op) -> Rule | None:
    """The rule that rows of a kind share, if this row has no need of its own."""
    if row.name in _BY_NAME or row.params is None:
        return None
    return _BY_IMMEDIATES.get(row.immediates, _signature)


RULES: Final[dict[str, Rule]] = {**_BY_NAME, **{row.name: rule for row in ROWS if (rule := _shared(row)) is not None}}
"""The rule of every row, by mnemonic."""

bind(RULES)  # a row typed by rule that has none here fails at import
