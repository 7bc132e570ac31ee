"""The rules of control instructions: blocks, branches, calls (spec: `valid-instr-control`).

What a rule is and what it promises is said in `rules`.
"""

from collections.abc import Callable, Sequence
from typing import Final

from . import indices
from .expressions import block_type
from .opcodes import BY_NAME, Op
from .operands import Body
from .sink import DEAF
from .types import FUNCREF, I32, FuncType, ValType

_IF: Final = BY_NAME["if"]


def _block_type(body: Body) -> FuncType:
    type = block_type(body)
    return indices.type_at(body, type) if isinstance(type, int) else type


def _block(body: Body, row: Op) -> None:
    type = _block_type(body)
    body.pop_all(type.params)
    body.emit[row.index](type.params, type.results)
    body.open(row, type, type.results)


def _loop(body: Body, row: Op) -> None:
    type = _block_type(body)
    body.pop_all(type.params)
    body.emit[row.index](type.params, type.results)
    body.open(row, type, type.params)


def _if(body: Body, row: Op) -> None:
    type = _block_type(body)
    body.pop(I32)
    body.pop_all(type.params)
    body.emit[row.index](type.params, type.results)
    body.open(row, type, type.results)


def _else(body: Body, row: Op) -> None:
    frame = body.frames[-1]
    if frame.row is not _IF:
        raise body.malformed("END opcode expected", body.pos - 1)
    reachable = body.finish_block(frame)
    frame.row = row
    body.emit = body.context.emit if frame.shown else DEAF
    body.emit[row.index](reachable)
    body.push_block(frame)


def _end(body: Body, row: Op) -> None:
    frame = body.frames[-1]
    reachable = body.finish_block(frame)
    if frame.row is _IF and frame.type.params != frame.type.results:
        raise body.invalid("type mismatch: an if without else must leave what it takes")
    body.emit = body.context.emit if frame.shown else DEAF
    body.emit[row.index](reachable)
    body.push_all(frame.type.results)
    body.frames.pop()


def _unreachable(body: Body, row: Op) -> None:
    body.emit[row.index]()
    body.leave()


def _br(body: Body, row: Op) -> None:
    depth = body.u32()
    body.check(body.label(depth))
    body.emit[row.index](depth)
    body.leave()


def _br_if(body: Body, row: Op) -> None:
    depth = body.u32()
    types = body.label(depth)
    body.pop(I32)
    body.pop_all(types)
    body.push_all(types)
    body.emit[row.index](depth)


def _br_table(body: Body, row: Op) -> None:
    depths = [body.u32() for _ in range(body.length() + 1)]
    body.pop(I32)
    default = body.label(depths[-1])
    checked: Sequence[ValType] | None = None
    for depth in depths:
        types = body.label(depth)
        if types is checked:
            continue  # a long table mostly repeats its types
        if len(types) != len(default):
            raise body.invalid("type mismatch: labels of different arity")
        if not body.features.reference_types and types != default:
            raise body.invalid("type mismatch: labels of different types")
        body.check(types)
        checked = types
    body.emit[row.index](depths)
    body.leave()


def _return(body: Body, row: Op) -> None:
    body.check(body.frames[0].labels)
    body.emit[row.index]()
    body.leave()


def _call(body: Body, row: Op) -> None:
    index = indices.function(body)
    type = body.context.func_types[index]
    body.pop_all(type.params)
    body.push_all(type.results)
    body.emit[row.index](index, type)


def _call_indirect(body: Body, row: Op) -> None:
    type_index = body.u32()
    table = indices.table(body)
    if body.context.tables[table].element is not FUNCREF:
        raise body.invalid("type mismatch: calls need a table of functions")
    type = indices.type_at(body, type_index)
    body.pop(I32)
    body.pop_all(type.params)
    body.push_all(type.results)
    body.emit[row.index](type_index, table, type)


CONTROL: Final[dict[str, Callable[[Body, Op], None]]] = {
    "unreachable": _unreachable,
    "block": _block,
    "loop": _loop,
    "if": _if,
    "else": _else,
    "end": _end,
    "br": _br,
    "br_if": _br_if,
    "br_table": _br_table,
    "return": _return,
    "call": _call,
    "call_indirect": _call_indirect,
}
"""The rules of this file, by mnemonic."""
