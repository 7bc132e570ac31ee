"""Baseline: loads and stores of vectors and of their lanes (spec: `exec-load-extend`, `exec-load-lane`).

What `memory` says of addresses holds here.  Instructions that fill all lanes or reach a single one take their address
in a register alone.
"""

from typing import Final

from ...a64.lending import Loan
from ...a64.masm import MacroAssembler
from ...a64.operands import (
    B16,
    D2,
    H8,
    LDR_D,
    LDR_Q,
    LDR_S,
    LDR_W,
    LDR_X,
    LDRH,
    S4,
    STR_B,
    STR_D,
    STR_H,
    STR_Q,
    STR_S,
    UXTW,
    XZR,
    Arrangement,
    B,
    D,
    H,
    Load,
    LongArrangement,
    S,
    VLoad,
    VSize,
    VStore,
    X,
    XReg,
)  # fmt: skip
from ...wasm.types import V128
from .abi import FLOAT_SCRATCH, MEMORY
from .compiler import FunctionCompiler
from .memory import Based, Index, addressed, fetch, load_v, probe, store_v
from .rows import Rows
from .values import Const, v_place
from .vector_forms import OneSource

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler


def _pointer(c: FunctionCompiler, index: Index, offset: int) -> Loan[XReg]:
    """A register with the address itself."""
    scratch = c.asm.scratch()
    pointer = scratch.take()
    if isinstance(index, Const):
        c.asm.add_const(X, pointer, MEMORY, index.bits + offset)
    elif isinstance(index, Based):
        c.asm.add_const(X, pointer, index.address, offset)
    else:
        c.asm.add_ext(X, pointer, MEMORY, index, UXTW)
        c.asm.add_const(X, pointer, pointer, offset)
    return Loan(pointer, scratch)


def _load(name: str, access: VLoad) -> None:
    """A load of 128 bits, or of fewer with zeros above."""

    def emitter(c: FunctionCompiler, offset: int, memory: int) -> None:
        assert memory == 0, "MEMORY is memory 0"
        index = fetch(c, c.state.pop(), offset)
        result = c.state.registers.borrow_float()
        with addressed(c, index, offset, access) as at:
            load_v(c, access, result, at)
        c.state.push_written(V128, v_place(result))

    ROWS.row(name, emitter)


def _load_extend(name: str, lanes: LongArrangement, extend: OneSource[LongArrangement]) -> None:
    """A load of 64 bits, then each lane widened."""

    def emitter(c: FunctionCompiler, offset: int, memory: int) -> None:
        assert memory == 0, "MEMORY is memory 0"
        index = fetch(c, c.state.pop(), offset)
        result = c.state.registers.borrow_float()
        with addressed(c, index, offset, LDR_D) as at:
            load_v(c, LDR_D, result, at)
        extend(c.asm, lanes, result, result)
        c.state.push_written(V128, v_place(result))

    ROWS.row(name, emitter)


def _load_splat(name: str, lanes: Arrangement) -> None:
    """A load of one lane into all (Arm: "LD1R")."""

    def emitter(c: FunctionCompiler, offset: int, memory: int) -> None:
        assert memory == 0, "MEMORY is memory 0"
        index = fetch(c, c.state.pop(), offset)
        result = c.state.registers.borrow_float()
        with _pointer(c, index, offset) as pointer:
            c.asm.ld1r(lanes, result, pointer)
        c.may_fault()
        c.state.push_written(V128, v_place(result))

    ROWS.row(name, emitter)


def _load_lane(name: str, size: VSize) -> None:
    """A load of one lane, the others kept (Arm: "LD1 (single structure)")."""

    def emitter(c: FunctionCompiler, offset: int, memory: int, lane: int) -> None:
        assert memory == 0, "MEMORY is memory 0"
        vector, address = c.state.pop(), c.state.pop()
        index, result = fetch(c, address, offset), c.state.writable(vector)
        with _pointer(c, index, offset) as pointer:
            c.asm.ld1_lane(size, result, lane, pointer)
        c.may_fault()
        c.state.push_float(V128, result)

    ROWS.row(name, emitter)


def _store_lane(name: str, size: VSize, access: VStore, test: Load | None) -> None:
    """A store of one lane; the first is where a float lies (Arm: "ST1 (single structure)")."""

    def emitter(c: FunctionCompiler, offset: int, memory: int, lane: int) -> None:
        assert memory == 0, "MEMORY is memory 0"
        vector, address = c.state.pop(), c.state.pop()
        source, index = c.state.float(vector), fetch(c, address, offset)
        if lane == 0:
            with addressed(c, index, offset, access) as at:
                probe(c, test, at)
                store_v(c, access, source, at)
            return
        with _pointer(c, index, offset) as pointer:
            if test is not None and c.options.probe_stores:
                c.asm.load(test, XZR, pointer)
                c.may_fault()
            c.asm.st1_lane(size, source, lane, pointer)
        c.may_fault()

    ROWS.row(name, emitter)


@ROWS.emits("v128.store", STR_Q)
def store(c: FunctionCompiler, access: VStore, offset: int, memory: int) -> None:
    """Spec: `exec-store`."""
    assert memory == 0, "MEMORY is memory 0"
    value, address = c.state.pop(), c.state.pop()
    source, index = c.state.float(value), fetch(c, address, offset)
    with addressed(c, index, offset, access) as at:
        if c.options.probe_stores:
            load_v(c, LDR_Q, FLOAT_SCRATCH, at)
        store_v(c, access, source, at)


# fmt: off
_load("v128.load",                 LDR_Q)
_load("v128.load32_zero",          LDR_S)
_load("v128.load64_zero",          LDR_D)
_load_extend("v128.load8x8_s",     H8,  Asm.sxtl)
_load_extend("v128.load8x8_u",     H8,  Asm.uxtl)
_load_extend("v128.load16x4_s",    S4,  Asm.sxtl)
_load_extend("v128.load16x4_u",    S4,  Asm.uxtl)
_load_extend("v128.load32x2_s",    D2,  Asm.sxtl)
_load_extend("v128.load32x2_u",    D2,  Asm.uxtl)
_load_splat("v128.load8_splat",    B16)
_load_splat("v128.load16_splat",   H8)
_load_splat("v128.load32_splat",   S4)
_load_splat("v128.load64_splat",   D2)
_load_lane("v128.load8_lane",      B)
_load_lane("v128.load16_lane",     H)
_load_lane("v128.load32_lane",     S)
_load_lane("v128.load64_lane",     D)
_store_lane("v128.store8_lane",    B, STR_B, None)
_store_lane("v128.store16_lane",   H, STR_H, LDRH)
_store_lane("v128.store32_lane",   S, STR_S, LDR_W)
_store_lane("v128.store64_lane",   D, STR_D, LDR_X)
# fmt: on
