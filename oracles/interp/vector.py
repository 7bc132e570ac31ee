"""Steps of vector loads and stores.

What is read becomes a vector, and what is written was one, by the numeric definitions alone: a load that widens is a
load of 64 bits and an `extend_low`, a load into a lane one and a `replace_lane`.  Nothing is written unless all of it
fits.
"""

from collections.abc import Callable

from jit.errors import Trap
from jit.wasm.body import Instr
from jit.wasm.opcodes import op
from jit.wasm.semantics import operation
from jit.wasm.types import TrapKind

from .objects import Maker, ModuleInstance, Step

Read = Callable[[int], int]
Write = Callable[[int, int], None]


def _reader(instr: Instr, instance: ModuleInstance) -> Read:
    """What gives the bits at an address (spec: `exec-load`); the effective address is a 33-bit number."""
    data = instance.memories[0].data
    offset = instr.immediates[1]
    reach = offset + instr.op.width // 8

    def read(address: int) -> int:
        if address + reach > len(data):
            raise Trap(TrapKind.OOB_MEMORY)
        return int.from_bytes(data[address + offset : address + reach], "little")

    return read


def _writer(instr: Instr, instance: ModuleInstance) -> Write:
    """What puts bits of the row's width at an address (spec: `exec-store`)."""
    data = instance.memories[0].data
    offset = instr.immediates[1]
    size = instr.op.width // 8
    reach = offset + size

    def write(address: int, bits: int) -> None:
        if address + reach > len(data):
            raise Trap(TrapKind.OOB_MEMORY)
        data[address + offset : address + reach] = bits.to_bytes(size, "little")

    return write


def _load(instr: Instr, instance: ModuleInstance) -> Step:
    """spec: `exec-load`, and `exec-load-zero`: the bits that are read, zero above them."""
    read = _reader(instr, instance)

    def step(stack: list[int], _: list[int]) -> None:
        stack[-1] = read(stack[-1])

    return step


def _load_and(mnemonic: str) -> Maker:
    """spec: `exec-load-extend`, `exec-load-splat`: the bits that are read, through a unary operation."""
    complete = operation(op(mnemonic))

    def make(instr: Instr, instance: ModuleInstance) -> Step:
        read = _reader(instr, instance)

        def step(stack: list[int], _: list[int]) -> None:
            stack[-1] = complete(read(stack[-1]))

        return step

    return make


def _load_into(mnemonic: str) -> Maker:
    """spec: `exec-load-lane`: the bits that are read, put into a vector."""
    replace = operation(op(mnemonic))

    def make(instr: Instr, instance: ModuleInstance) -> Step:
        read = _reader(instr, instance)
        lane = instr.immediates[2]

        def step(stack: list[int], _: list[int]) -> None:
            vector = stack.pop()
            stack[-1] = replace(lane, vector, read(stack[-1]))

        return step

    return make


def _store(instr: Instr, instance: ModuleInstance) -> Step:
    """spec: `exec-store`."""
    write = _writer(instr, instance)

    def step(stack: list[int], _: list[int]) -> None:
        vector = stack.pop()
        write(stack.pop(), vector)

    return step


def _store_from(mnemonic: str) -> Maker:
    """spec: `exec-store-lane`: the bits of one lane."""
    extract = operation(op(mnemonic))

    def make(instr: Instr, instance: ModuleInstance) -> Step:
        write = _writer(instr, instance)
        lane = instr.immediates[2]

        def step(stack: list[int], _: list[int]) -> None:
            vector = stack.pop()
            write(stack.pop(), extract(lane, vector))

        return step

    return make


# fmt: off
VECTOR: dict[str, Maker] = {
    "v128.load":         _load,
    "v128.load32_zero":  _load,
    "v128.load64_zero":  _load,
    "v128.load8x8_s":    _load_and("i16x8.extend_low_i8x16_s"),
    "v128.load8x8_u":    _load_and("i16x8.extend_low_i8x16_u"),
    "v128.load16x4_s":   _load_and("i32x4.extend_low_i16x8_s"),
    "v128.load16x4_u":   _load_and("i32x4.extend_low_i16x8_u"),
    "v128.load32x2_s":   _load_and("i64x2.extend_low_i32x4_s"),
    "v128.load32x2_u":   _load_and("i64x2.extend_low_i32x4_u"),
    "v128.load8_splat":  _load_and("i8x16.splat"),
    "v128.load16_splat": _load_and("i16x8.splat"),
    "v128.load32_splat": _load_and("i32x4.splat"),
    "v128.load64_splat": _load_and("i64x2.splat"),
    "v128.load8_lane":   _load_into("i8x16.replace_lane"),
    "v128.load16_lane":  _load_into("i16x8.replace_lane"),
    "v128.load32_lane":  _load_into("i32x4.replace_lane"),
    "v128.load64_lane":  _load_into("i64x2.replace_lane"),
    "v128.store":        _store,
    "v128.store8_lane":  _store_from("i8x16.extract_lane_u"),
    "v128.store16_lane": _store_from("i16x8.extract_lane_u"),
    "v128.store32_lane": _store_from("i32x4.extract_lane"),
    "v128.store64_lane": _store_from("i64x2.extract_lane"),
}
# fmt: on
