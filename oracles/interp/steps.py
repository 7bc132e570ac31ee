"""One maker for each straight-line row: an instruction, seen once, becomes a step that is called whenever it runs.

Makers bind what does not change (the memory, the offset, the numeric definition), so that a step touches its operands
only.  Whole memories and tables are in `bulk`, vectors' accesses to memory in `vector`, control is in `control`; what
numbers do is the business of `jit.wasm.semantics` alone.
"""

from functools import partial
from struct import Struct

from jit.errors import Trap
from jit.wasm.body import Instr
from jit.wasm.opcodes import ROWS, Family, Op
from jit.wasm.semantics import NUMERIC_ROWS, Operation, operation
from jit.wasm.types import NULL, TrapKind

from .bulk import BULK
from .objects import Maker, ModuleInstance, Step
from .vector import VECTOR

# --- numbers and vectors


def _definition(instr: Instr) -> Operation:
    """What an instruction computes from its operands: its row's definition, with its immediates (lanes) filled in."""
    whole = operation(instr.op)
    return partial(whole, *instr.immediates) if instr.immediates else whole


def _constant(instr: Instr, _: ModuleInstance) -> Step:
    bits = _definition(instr)()

    def step(stack: list[int], _: list[int]) -> None:
        stack.append(bits)

    return step


def _unary(instr: Instr, _: ModuleInstance) -> Step:
    apply = _definition(instr)

    def step(stack: list[int], _: list[int]) -> None:
        stack[-1] = apply(stack[-1])

    return step


def _binary(instr: Instr, _: ModuleInstance) -> Step:
    apply = _definition(instr)

    def step(stack: list[int], _: list[int]) -> None:
        right = stack.pop()
        stack[-1] = apply(stack[-1], right)

    return step


def _ternary(instr: Instr, _: ModuleInstance) -> Step:
    apply = _definition(instr)

    def step(stack: list[int], _: list[int]) -> None:
        third = stack.pop()
        second = stack.pop()
        stack[-1] = apply(stack[-1], second, third)

    return step


_BY_OPERANDS: tuple[Maker, ...] = (_constant, _unary, _binary, _ternary)


# --- parametric, variables, references


def _nop(_: Instr, __: ModuleInstance) -> Step:
    return lambda _, __: None


def _drop(_: Instr, __: ModuleInstance) -> Step:
    def step(stack: list[int], _: list[int]) -> None:
        del stack[-1]

    return step


def _select(_: Instr, __: ModuleInstance) -> Step:
    def step(stack: list[int], _: list[int]) -> None:
        condition = stack.pop()
        second = stack.pop()
        if not condition:
            stack[-1] = second

    return step


def _local_get(instr: Instr, _: ModuleInstance) -> Step:
    (index,) = instr.immediates

    def step(stack: list[int], locals_: list[int]) -> None:
        stack.append(locals_[index])

    return step


def _local_set(instr: Instr, _: ModuleInstance) -> Step:
    (index,) = instr.immediates

    def step(stack: list[int], locals_: list[int]) -> None:
        locals_[index] = stack.pop()

    return step


def _local_tee(instr: Instr, _: ModuleInstance) -> Step:
    (index,) = instr.immediates

    def step(stack: list[int], locals_: list[int]) -> None:
        locals_[index] = stack[-1]

    return step


def _global_get(instr: Instr, instance: ModuleInstance) -> Step:
    cell = instance.globals[instr.immediates[0]]

    def step(stack: list[int], _: list[int]) -> None:
        stack.append(cell.bits)

    return step


def _global_set(instr: Instr, instance: ModuleInstance) -> Step:
    cell = instance.globals[instr.immediates[0]]

    def step(stack: list[int], _: list[int]) -> None:
        cell.bits = stack.pop()

    return step


def _push(bits: int) -> Step:
    def step(stack: list[int], _: list[int]) -> None:
        stack.append(bits)

    return step


def _ref_null(_: Instr, __: ModuleInstance) -> Step:
    return _push(NULL)


def _ref_func(instr: Instr, instance: ModuleInstance) -> Step:
    return _push(instance.functions[instr.immediates[0]].address)


def _ref_is_null(_: Instr, __: ModuleInstance) -> Step:
    def step(stack: list[int], _: list[int]) -> None:
        stack[-1] = int(stack[-1] == NULL)

    return step


# --- memory accesses

_ACCESS = {8: Struct("<B"), 16: Struct("<H"), 32: Struct("<I"), 64: Struct("<Q")}


def _load(instr: Instr, instance: ModuleInstance) -> Step:
    """spec: `exec-load`; the effective address is a 33-bit number and never wraps."""
    row = instr.op
    assert row.results is not None
    data = instance.memories[0].data
    unpack = _ACCESS[row.width].unpack_from
    offset = instr.immediates[1]
    reach = offset + row.width // 8
    sign = 1 << row.width - 1 if row.signed else 0
    mask = (1 << row.results[0].bits) - 1

    def step(stack: list[int], _: list[int]) -> None:
        address = stack[-1]
        if address + reach > len(data):
            raise Trap(TrapKind.OOB_MEMORY)
        stack[-1] = unpack(data, address + offset)[0]

    def signed_step(stack: list[int], locals_: list[int]) -> None:
        step(stack, locals_)
        stack[-1] = (stack[-1] ^ sign) - sign & mask

    return signed_step if sign else step


def _store(instr: Instr, instance: ModuleInstance) -> Step:
    """spec: `exec-store`; nothing is written unless all of it fits."""
    data = instance.memories[0].data
    width = instr.op.width
    pack = _ACCESS[width].pack_into
    offset = instr.immediates[1]
    reach = offset + width // 8
    mask = (1 << width) - 1

    def step(stack: list[int], _: list[int]) -> None:
        value = stack.pop()
        address = stack.pop()
        if address + reach > len(data):
            raise Trap(TrapKind.OOB_MEMORY)
        pack(data, address + offset, value & mask)

    return step


def _by_row(row: Op) -> Maker:
    """The maker of a row whose family treats all its rows alike."""
    if row.family is Family.LOAD:
        return _load
    if row.family is Family.STORE:
        return _store
    return _BY_OPERANDS[len(row.params or ())]


# fmt: off
MAKERS: dict[str, Maker] = BULK | VECTOR | {
    row.name: _by_row(row) for row in ROWS if row in NUMERIC_ROWS or row.family in (Family.LOAD, Family.STORE)
} | {
    "nop":         _nop,
    "drop":        _drop,
    "select":      _select,
    "select t":    _select,
    "local.get":   _local_get,
    "local.set":   _local_set,
    "local.tee":   _local_tee,
    "global.get":  _global_get,
    "global.set":  _global_set,
    "ref.null":    _ref_null,
    "ref.func":    _ref_func,
    "ref.is_null": _ref_is_null,
}
# fmt: on
"""Makers of the straight-line rows by mnemonic; together with `control`'s they cover the table."""
