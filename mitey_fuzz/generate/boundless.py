"""Memories and tables that may grow as far as there is room: they declare no maximum, or the largest there can be.

How far that is, engines need not agree about (spec: `grow-mem`).  So what grows such a one calls a function of the
module, which grows it by little while it is small, or by more than any may have.
"""

from dataclasses import replace
from typing import Final

from jit.limits import MAX_MEMORY_PAGES, MAX_TABLE_LENGTH
from jit.wasm.body import Instr, assemble, instruction, parse
from jit.wasm.module import Code, Module
from jit.wasm.opcodes import op
from jit.wasm.types import I32, FuncType, Limits, MemoryType, TableType

from ..choices import Choices
from .emit import BLOCK_TYPES, ELSE, END, IF, LOCAL_GET, i32_const, plain
from .plan import ROOMY

ONE_IN: Final = 20
"""Every so many modules that nothing is linked with have such memories and tables."""
_MORE: Final = 4
"""Pages, or elements, above the minimum from which on a memory or table is no longer small."""
_CALL: Final = op("call")
_MEMORY_GROW: Final = op("memory.grow")
_TABLE_GROW: Final = op("table.grow")
_GROWS: Final = (_MEMORY_GROW, _TABLE_GROW)


def some_boundless(choices: Choices, module: Module) -> Module:
    """The module as it is; or one in so many without bounds to what it defines."""
    if choices.integer(0, ONE_IN - 1) < ONE_IN - 1 or not (module.memories or module.tables):
        return module
    return boundless(module, is_declared=bool(choices.integer(0, 1)))


def boundless(module: Module, *, is_declared: bool) -> Module:
    """The module with the largest maximum for its own memories and tables, `is_declared` or not; all grow guarded."""
    pages, elements = (MAX_MEMORY_PAGES, MAX_TABLE_LENGTH) if is_declared else (None, None)
    bodies = [parse(code.body) for code in module.codes]
    grown = dict.fromkeys((i.op, i.immediates[0]) for body in bodies for i in body if i.op in _GROWS)
    guards = [_table_guard(module, at) if row is _TABLE_GROW else _memory_guard(module, at) for row, at in grown]
    calls = {each: Instr(_CALL, (index,)) for index, each in enumerate(grown, len(module.func_types))}
    codes = [
        replace(code, body=assemble([calls[i.op, i.immediates[0]] if i.op in _GROWS else i for i in body]))
        for code, body in zip(module.codes, bodies, strict=True)
    ]
    return replace(
        module,
        types=(*module.types, *(type for type, _ in guards)),
        functions=(*module.functions, *range(len(module.types), len(module.types) + len(guards))),
        memories=tuple(MemoryType(Limits(type.limits.minimum, pages)) for type in module.memories),
        tables=tuple(TableType(type.element, Limits(type.limits.minimum, elements)) for type in module.tables),
        codes=(*codes, *(code for _, code in guards)),
        source=b"",
    )


def _memory_guard(module: Module, index: int) -> tuple[FuncType, Code]:
    delta, size = LOCAL_GET[0], instruction(op("memory.size"), index)
    by_too_much = delta + i32_const(MAX_MEMORY_PAGES) + plain("i32.gt_u")
    is_small = _is_small(delta, _MORE, size, module.memory_types[index].limits)
    return FuncType((I32,), (I32,)), _guard(by_too_much, is_small, delta + instruction(_MEMORY_GROW, index))


def _table_guard(module: Module, index: int) -> tuple[FuncType, Code]:
    type = module.table_types[index]
    delta, size = LOCAL_GET[1], instruction(op("table.size"), index)
    by_too_much = delta + i32_const(-1) + plain("i32.eq") + size + i32_const(0) + plain("i32.ne") + plain("i32.and")
    is_small = _is_small(delta, ROOMY, size, type.limits)
    grow = LOCAL_GET[0] + delta + instruction(_TABLE_GROW, index)
    return FuncType((type.element, I32), (I32,)), _guard(by_too_much, is_small, grow)


def _is_small(delta: bytes, most: int, size: bytes, limits: Limits) -> bytes:
    by_little = delta + i32_const(most) + plain("i32.le_u")
    return by_little + size + i32_const(limits.minimum + _MORE) + plain("i32.lt_u") + plain("i32.and")


def _guard(by_too_much: bytes, is_small: bytes, grow: bytes) -> Code:
    """Grows when either holds; otherwise says that it could not."""
    either = by_too_much + is_small + plain("i32.or")
    return Code((), either + IF + BLOCK_TYPES["i"] + grow + ELSE + i32_const(-1) + END + END)
