"""Steps on whole memories and tables: sizes, growth, ranges, segments, and single elements.

All ranges are checked before anything is written (spec: `exec-memory-copy` and its kin), and a range of length zero is
checked too: it may end where the memory ends, not behind.
"""

from jit.errors import Trap
from jit.wasm.body import Instr
from jit.wasm.types import PAGE, TrapKind

from .objects import Maker, Memory, ModuleInstance, Step, Table

_MINUS_ONE = 0xFFFF_FFFF


def _memory(instr: Instr, instance: ModuleInstance) -> Memory:
    return instance.memories[instr.immediates[-1]]


def _pop_range(stack: list[int]) -> tuple[int, int, int]:
    """Destination, source (or value) and count of a bulk instruction."""
    count = stack.pop()
    source = stack.pop()
    return stack.pop(), source, count


def _memory_size(instr: Instr, instance: ModuleInstance) -> Step:
    data = _memory(instr, instance).data

    def step(stack: list[int], _: list[int]) -> None:
        stack.append(len(data) // PAGE)

    return step


def _memory_grow(instr: Instr, instance: ModuleInstance) -> Step:
    memory = _memory(instr, instance)

    def step(stack: list[int], _: list[int]) -> None:
        before = memory.grow(stack[-1])
        stack[-1] = _MINUS_ONE if before is None else before

    return step


def _memory_fill(instr: Instr, instance: ModuleInstance) -> Step:
    data = _memory(instr, instance).data

    def step(stack: list[int], _: list[int]) -> None:
        to, byte, count = _pop_range(stack)
        if to + count > len(data):
            raise Trap(TrapKind.OOB_MEMORY)
        data[to : to + count] = bytes((byte & 0xFF,)) * count

    return step


def _memory_copy(instr: Instr, instance: ModuleInstance) -> Step:
    target, source = (instance.memories[index].data for index in instr.immediates)

    def step(stack: list[int], _: list[int]) -> None:
        to, at, count = _pop_range(stack)
        if at + count > len(source) or to + count > len(target):
            raise Trap(TrapKind.OOB_MEMORY)
        target[to : to + count] = source[at : at + count]

    return step


def _memory_init(instr: Instr, instance: ModuleInstance) -> Step:
    segment = instr.immediates[0]
    data = _memory(instr, instance).data

    def step(stack: list[int], _: list[int]) -> None:
        to, at, count = _pop_range(stack)
        content = instance.datas[segment]
        if at + count > len(content) or to + count > len(data):
            raise Trap(TrapKind.OOB_MEMORY)
        data[to : to + count] = content[at : at + count]

    return step


def _data_drop(instr: Instr, instance: ModuleInstance) -> Step:
    (segment,) = instr.immediates

    def step(_: list[int], __: list[int]) -> None:
        instance.datas[segment] = b""

    return step


# --- tables


def _table(instr: Instr, instance: ModuleInstance) -> Table:
    return instance.tables[instr.immediates[-1]]


def _table_get(instr: Instr, instance: ModuleInstance) -> Step:
    elements = _table(instr, instance).elements

    def step(stack: list[int], _: list[int]) -> None:
        if stack[-1] >= len(elements):
            raise Trap(TrapKind.OOB_TABLE)
        stack[-1] = elements[stack[-1]]

    return step


def _table_set(instr: Instr, instance: ModuleInstance) -> Step:
    elements = _table(instr, instance).elements

    def step(stack: list[int], _: list[int]) -> None:
        reference = stack.pop()
        index = stack.pop()
        if index >= len(elements):
            raise Trap(TrapKind.OOB_TABLE)
        elements[index] = reference

    return step


def _table_size(instr: Instr, instance: ModuleInstance) -> Step:
    elements = _table(instr, instance).elements

    def step(stack: list[int], _: list[int]) -> None:
        stack.append(len(elements))

    return step


def _table_grow(instr: Instr, instance: ModuleInstance) -> Step:
    table = _table(instr, instance)

    def step(stack: list[int], _: list[int]) -> None:
        delta = stack.pop()
        before = table.grow(delta, stack[-1])
        stack[-1] = _MINUS_ONE if before is None else before

    return step


def _table_fill(instr: Instr, instance: ModuleInstance) -> Step:
    elements = _table(instr, instance).elements

    def step(stack: list[int], _: list[int]) -> None:
        to, reference, count = _pop_range(stack)
        if to + count > len(elements):
            raise Trap(TrapKind.OOB_TABLE)
        elements[to : to + count] = [reference] * count

    return step


def _table_copy(instr: Instr, instance: ModuleInstance) -> Step:
    target, source = (instance.tables[index].elements for index in instr.immediates)

    def step(stack: list[int], _: list[int]) -> None:
        to, at, count = _pop_range(stack)
        if at + count > len(source) or to + count > len(target):
            raise Trap(TrapKind.OOB_TABLE)
        target[to : to + count] = source[at : at + count]

    return step


def _table_init(instr: Instr, instance: ModuleInstance) -> Step:
    segment = instr.immediates[0]
    elements = _table(instr, instance).elements

    def step(stack: list[int], _: list[int]) -> None:
        to, at, count = _pop_range(stack)
        content = instance.elems[segment]
        if at + count > len(content) or to + count > len(elements):
            raise Trap(TrapKind.OOB_TABLE)
        elements[to : to + count] = content[at : at + count]

    return step


def _elem_drop(instr: Instr, instance: ModuleInstance) -> Step:
    (segment,) = instr.immediates

    def step(_: list[int], __: list[int]) -> None:
        instance.elems[segment] = []

    return step


# fmt: off
BULK: dict[str, Maker] = {
    "memory.size": _memory_size,
    "memory.grow": _memory_grow,
    "memory.fill": _memory_fill,
    "memory.copy": _memory_copy,
    "memory.init": _memory_init,
    "data.drop":   _data_drop,
    "table.get":   _table_get,
    "table.set":   _table_set,
    "table.size":  _table_size,
    "table.grow":  _table_grow,
    "table.fill":  _table_fill,
    "table.copy":  _table_copy,
    "table.init":  _table_init,
    "elem.drop":   _elem_drop,
}
# fmt: on
