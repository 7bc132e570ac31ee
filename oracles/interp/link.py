"""Instantiation (spec: `exec-instantiation`): imports are matched, items allocated, segments copied.

Two editions differ.  In 1.0 every active segment is checked before anything is written and a misfit makes the module
unlinkable; since bulk memory, segments are copied one after the other and a misfit traps, what came before it staying.
"""

from collections.abc import Mapping

from jit.errors import LinkError, Trap
from jit.wasm.body import Instr, parse
from jit.wasm.features import Features
from jit.wasm.module import Data, Elem, Expr, Mode, Module
from jit.wasm.semantics import operation
from jit.wasm.types import NULL, ExternType, Limits, MemoryType, TableType, TrapKind

from .objects import Extern, Global, Memory, ModuleInstance, Table, WasmFunction, World

Imports = Mapping[tuple[str, str], Extern]


def link(module: Module, world: World, available: Imports, features: Features) -> ModuleInstance:
    """An instance of a valid module, all but its start function run.

    Raises `LinkError` when imports do not match, or by the 1.0 rule of segments; `Trap` by the later rule; `Resource`.
    """
    instance = ModuleInstance(module, world)
    for wanted in module.imports:
        _take(instance, _resolve(wanted.module, wanted.name, wanted.type, available))
    _allocate(instance)
    if not features.bulk_memory:
        _check_segments(instance)
    for index, elem in enumerate(module.elems):
        _place_elem(instance, index, elem)
    for index, data in enumerate(module.datas):
        _place_data(instance, index, data)
    return instance


# --- imports


def _resolve(module: str, name: str, wanted: ExternType, available: Imports) -> Extern:
    extern = available.get((module, name))
    if extern is None:
        raise LinkError(f"unknown import {module}.{name}")
    if not _matches(extern.type, wanted):
        raise LinkError(f"incompatible import type for {module}.{name}")
    return extern


def _matches(actual: ExternType, wanted: ExternType) -> bool:
    """Import matching (spec: `exec-import`): limits may be narrower, everything else is equal."""
    if isinstance(actual, TableType) and isinstance(wanted, TableType):
        return actual.element is wanted.element and _within(actual.limits, wanted.limits)
    if isinstance(actual, MemoryType) and isinstance(wanted, MemoryType):
        return _within(actual.limits, wanted.limits)
    return actual == wanted


def _within(actual: Limits, wanted: Limits) -> bool:
    if actual.minimum < wanted.minimum:
        return False
    return wanted.maximum is None or (actual.maximum is not None and actual.maximum <= wanted.maximum)


def _take(instance: ModuleInstance, extern: Extern) -> None:
    """Puts an extern at the end of its index space."""
    match extern:
        case Table():
            instance.tables.append(extern)
        case Memory():
            instance.memories.append(extern)
        case Global():
            instance.globals.append(extern)
        case _:
            instance.functions.append(extern)


# --- allocation


def _allocate(instance: ModuleInstance) -> None:
    """Makes everything the module defines (spec: `alloc-module`)."""
    module = instance.module
    for type_index, code in zip(module.functions, module.codes, strict=True):
        function = WasmFunction(module.types[type_index], instance, code)
        instance.world.add(function)
        instance.functions.append(function)
    instance.tables += [Table(type) for type in module.tables]
    instance.memories += [Memory(type) for type in module.memories]
    for entry in module.globals:
        instance.globals.append(Global(entry.type, _evaluate(entry.init, instance)))
    instance.elems = [[_element(item, instance) for item in elem.items] for elem in module.elems]
    instance.datas = [data.content for data in module.datas]


def _element(item: int | Expr, instance: ModuleInstance) -> int:
    return _evaluate(item, instance) if isinstance(item, Expr) else instance.functions[item].address


def _evaluate(expr: Expr, instance: ModuleInstance) -> int:
    """The value of a constant expression, one instruction and its `end` (spec: `valid-constant`)."""
    instr, _ = parse(expr.code, expr.offset)
    return _constant(instr, instance)


def _constant(instr: Instr, instance: ModuleInstance) -> int:
    name = instr.op.name
    if name == "global.get":
        return instance.globals[instr.immediates[0]].bits
    if name == "ref.func":
        return instance.functions[instr.immediates[0]].address
    return NULL if name == "ref.null" else operation(instr.op)(*instr.immediates)


# --- segments


def _offset(expr: Expr | None, instance: ModuleInstance) -> int:
    assert expr is not None, "an active segment has an offset"
    return _evaluate(expr, instance)


def _check_segments(instance: ModuleInstance) -> None:
    """# SPEC: the 1.0 rule; element segments come first there."""
    for elem in instance.module.elems:
        if _offset(elem.offset, instance) + len(elem.items) > len(instance.tables[elem.table].elements):
            raise LinkError("elements segment does not fit")
    for data in instance.module.datas:
        if _offset(data.offset, instance) + len(data.content) > len(instance.memories[data.memory].data):
            raise LinkError("data segment does not fit")


def _place_elem(instance: ModuleInstance, index: int, elem: Elem) -> None:
    if elem.mode is Mode.ACTIVE:
        elements = instance.tables[elem.table].elements
        start = _offset(elem.offset, instance)
        if start + len(elem.items) > len(elements):
            raise Trap(TrapKind.OOB_TABLE)
        elements[start : start + len(elem.items)] = instance.elems[index]
    if elem.mode is not Mode.PASSIVE:
        instance.elems[index] = []


def _place_data(instance: ModuleInstance, index: int, data: Data) -> None:
    if data.mode is Mode.ACTIVE:
        content = instance.memories[data.memory].data
        start = _offset(data.offset, instance)
        if start + len(data.content) > len(content):
            raise Trap(TrapKind.OOB_MEMORY)
        content[start : start + len(data.content)] = data.content
        instance.datas[index] = b""
