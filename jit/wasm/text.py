"""Module → text format, every module printable; text → bytes is `wasmtime.wat2wasm`, which reads back the same module.

One field a line, in the order of the index spaces, each definition with its index in a comment.  Function bodies are
printed flat, or folded on request.  Custom sections become `@custom` annotations; one named `name` is printed likewise,
since names are not resolved.
"""

from collections.abc import Iterator

from .body import parse
from .encode import SECTION_NAMES, kind_of, sections
from .literals import name, string
from .module import Code, Custom, Data, Elem, Expr, ExternKind, Global, Import, Mode, Module
from .text_body import flat, folded, func_type, indent, instr_text
from .types import FuncType, GlobalType, Limits, MemoryType, TableType

_KINDS = {
    ExternKind.FUNC: "func",
    ExternKind.TABLE: "table",
    ExternKind.MEMORY: "memory",
    ExternKind.GLOBAL: "global",
}
_DATA_CHUNK = 64
"""Bytes of a data segment on one line."""


def to_wat(module: Module, *, fold: bool = False) -> str:
    """The module in the text format (spec: `text-module`); `MalformedError` when a body is not an expression."""
    lines = ["(module"]
    lines += [indent(1) + line for line in _fields(module)]
    functions = zip(module.functions, module.codes, strict=True)
    for index, (type_index, code) in enumerate(functions, module.imported_funcs):
        lines += _function(module, index, type_index, code, fold=fold)
    lines += [indent(1) + line for line in _data_fields(module)]
    lines += [indent(1) + line for line in _customs(module)]
    return "\n".join(lines) + ")\n"


def _fields(module: Module) -> Iterator[str]:
    """All fields before the functions."""
    for index, type in enumerate(module.types):
        yield f"(type (;{index};) (func{func_type(type)}))"
    counts = dict.fromkeys(ExternKind, 0)
    for entry in module.imports:
        yield _import(entry, counts)
    for index, table in enumerate(module.tables, module.imported_tables):
        yield f"(table (;{index};) {_extern(table)})"
    for index, memory in enumerate(module.memories, module.imported_memories):
        yield f"(memory (;{index};) {_extern(memory)})"
    for index, entry_ in enumerate(module.globals, module.imported_globals):
        yield _global(index, entry_)
    for export in module.exports:
        yield f"(export {name(export.name)} ({_KINDS[export.kind]} {export.index}))"
    if module.start is not None:
        yield f"(start {module.start})"
    for index, elem in enumerate(module.elems):
        yield _elem(index, elem)


def _data_fields(module: Module) -> Iterator[str]:
    for index, data in enumerate(module.datas):
        yield from _data(index, data)


def _limits(limits: Limits) -> str:
    return str(limits.minimum) + ("" if limits.maximum is None else f" {limits.maximum}")


def _extern(type: TableType | MemoryType | GlobalType) -> str:
    if isinstance(type, TableType):
        return f"{_limits(type.limits)} {type.element}"
    if isinstance(type, MemoryType):
        return _limits(type.limits)
    return f"(mut {type.type})" if type.mutable else str(type.type)


def _import(entry: Import, counts: dict[ExternKind, int]) -> str:
    kind = kind_of(entry.type)
    index = counts[kind]
    counts[kind] += 1
    if isinstance(entry.type, FuncType):
        described = f"(type {entry.type_index})" if entry.type_index >= 0 else func_type(entry.type).strip()
    else:
        described = _extern(entry.type)
    return f"(import {name(entry.module)} {name(entry.name)} ({_KINDS[kind]} (;{index};) {described}))"


def _expr(expr: Expr) -> str:
    """A constant expression as instructions, without its `end`."""
    return " ".join([instr_text(instr) for instr in parse(expr.code, expr.offset)[:-1]])


def _global(index: int, entry: Global) -> str:
    return f"(global (;{index};) {_extern(entry.type)} {_expr(entry.init)})"


def _elem(index: int, elem: Elem) -> str:
    head = f"(elem (;{index};)"
    if elem.mode is Mode.DECLARATIVE:
        head += " declare"
    elif elem.offset is not None:
        head += (f" (table {elem.table})" if elem.table else "") + f" (offset {_expr(elem.offset)})"
    indices = [item for item in elem.items if isinstance(item, int)]
    if len(indices) == len(elem.items) and elem.type.name == "funcref":
        return f"{head} func{''.join([f' {item}' for item in indices])})"
    items = [f" (item {_expr(i) if isinstance(i, Expr) else f'ref.func {i}'})" for i in elem.items]
    return f"{head} {elem.type}{''.join(items)})"


def _data(index: int, data: Data) -> Iterator[str]:
    head = f"(data (;{index};)"
    if data.offset is not None:
        head += (f" (memory {data.memory})" if data.memory else "") + f" (offset {_expr(data.offset)})"
    if len(data.content) <= _DATA_CHUNK:
        yield f"{head} {string(data.content)})"
        return
    yield head
    for start in range(0, len(data.content), _DATA_CHUNK):
        last = start + _DATA_CHUNK >= len(data.content)
        yield f"  {string(data.content[start : start + _DATA_CHUNK])}{')' if last else ''}"


def _function(module: Module, index: int, type_index: int, code: Code, *, fold: bool) -> list[str]:
    known = type_index < len(module.types)
    type = module.types[type_index] if known else FuncType((), ())
    lines = [f"{indent(1)}(func (;{index};) (type {type_index}){func_type(type)}"]
    locals_ = [valtype.name for count, valtype in code.locals for _ in range(count)]
    if locals_:
        lines.append(f"{indent(2)}(local {' '.join(locals_)})")
    instrs = parse(code.body, code.offset)
    lines += folded(instrs, 2, module, type) if fold else flat(instrs, 2)
    lines[-1] += ")"
    return lines


def _customs(module: Module) -> Iterator[str]:
    if not module.customs:
        return
    present = [SECTION_NAMES[number] for number, _ in sections(module)]
    for custom in module.customs:
        yield f"(@custom {name(custom.name)} {_place(custom, present)} {string(custom.content)})"


def _place(custom: Custom, present: list[str]) -> str:
    """Where a custom section lies, relative to the section before it; the format cannot name the data count section."""
    before = present[: custom.place]
    if not before:
        return "(before first)"
    if len(before) == len(present):
        return "(after last)"
    return "(before code)" if before[-1] == "datacount" else f"(after {before[-1]})"
