"""Minimal: loads and stores of vectors and lanes (spec: `exec-load-splat`, `exec-store-lane` and their kin).

Addresses, faults and probes are as in `memory`; IMM is the offset, and those `at 0` have none.  IMM2 finds a lane as
IMM does in `vector_lanes`.  A narrow load of a SIMD register clears the rest of it.
"""

from collections.abc import Callable
from typing import TypeVar

from ....a64.masm import MacroAssembler
from ....a64.operands import (
    B16,
    D2,
    H8,
    LDR_B,
    LDR_D,
    LDR_H,
    LDR_Q,
    LDR_S,
    LDR_W,
    LDR_X,
    LDRB,
    LDRH,
    S4,
    STR_Q,
    STR_W,
    STR_X,
    STRB,
    STRH,
    XZR,
    Arrangement,
    Load,
    Store,
    VLoad,
    VReg,
    W,
    X,
    XReg,
)
from ....abi import SLOT
from ....wasm.types import TrapKind
from ..abi import FA, FB, IMM, IMM2, MEMORY, TOP, A, B
from ..handler import Handler, Handlers
from .memory import AT_0

HANDLERS = Handlers()

Asm = MacroAssembler
ArrangementT = TypeVar("ArrangementT")
Body = Callable[[Handler, XReg | None], None]


def _register(name: str, body: Body) -> None:
    """Both handlers of an access: for any offset, in a register, and for none."""
    HANDLERS.row(name, lambda h: body(h, IMM))
    HANDLERS.row(name + AT_0, lambda h: body(h, None))


def _pop_address(h: Handler, size: int, offset: XReg | None) -> None:
    """Pops `size` bytes, of which the lowest slot is the i32 that becomes an address in A."""
    h.asm.ldr_pre(W, A, TOP, -size)
    if offset is not None:
        h.asm.add(X, A, A, offset)


def _fixed(
    emit: Callable[[MacroAssembler, ArrangementT, VReg, VReg], None], arrangement: ArrangementT
) -> Callable[[MacroAssembler], None]:
    """The instruction on FA with its arrangement fixed."""
    return lambda asm: emit(asm, arrangement, FA, FA)


def load(name: str, access: VLoad, then: Callable[[MacroAssembler], None] | None = None) -> None:
    """Handlers of a load; `then` spreads what it loaded over the lanes."""

    def body(h: Handler, offset: XReg | None) -> None:
        _pop_address(h, SLOT, offset)
        h.may_fault(TrapKind.OOB_MEMORY)
        h.asm.load_v_at(access, FA, MEMORY, A)
        if then is not None:
            then(h.asm)
        h.push_vector(FA)
        h.ret()

    _register(name, body)


def extending(name: str, emit: Callable[[MacroAssembler, ArrangementT, VReg, VReg], None], to: ArrangementT) -> None:
    """Handlers of a load of eight bytes in lanes, which are extended (spec: `exec-load-extend`)."""
    load(name, LDR_D, _fixed(emit, to))


def splat(name: str, access: VLoad, arrangement: Arrangement) -> None:
    """Handlers of a load to all lanes (spec: `exec-load-splat`)."""
    load(name, access, lambda asm: asm.dup_element(arrangement, FA, FA, 0))


def load_lane(name: str, load_one: Load, store_one: Store) -> None:
    """Handlers of a load to one lane (spec: `exec-load-lane`).  The vector moves down to where the address was."""

    def body(h: Handler, offset: XReg | None) -> None:
        h.asm.ldur(W, A, TOP, -3 * SLOT)
        if offset is not None:
            h.asm.add(X, A, A, offset)
        h.may_fault(TrapKind.OOB_MEMORY)
        h.asm.load_at(load_one, B, MEMORY, A)
        h.peek_vector(FA)
        h.asm.sub_imm(X, TOP, TOP, SLOT)
        h.replace_vector(FA)
        h.asm.store_at(store_one, B, TOP, IMM2)
        h.ret()

    _register(name, body)


def store_lane(name: str, load_one: Load, store_one: Store) -> None:
    """Handlers of a store of one lane (spec: `exec-store-lane`).  A single byte does not straddle."""

    def body(h: Handler, offset: XReg | None) -> None:
        h.asm.load_at(load_one, B, TOP, IMM2)
        _pop_address(h, 3 * SLOT, offset)
        if load_one != LDRB and h.options.probe_stores:
            h.may_fault(TrapKind.OOB_MEMORY)
            h.asm.load_at(load_one, XZR, MEMORY, A)
        h.may_fault(TrapKind.OOB_MEMORY)
        h.asm.store_at(store_one, B, MEMORY, A)
        h.ret()

    _register(name, body)


def _store(h: Handler, offset: XReg | None) -> None:
    """Spec: `exec-store`."""
    h.peek_vector(FA)
    _pop_address(h, 3 * SLOT, offset)
    if h.options.probe_stores:
        h.may_fault(TrapKind.OOB_MEMORY)
        h.asm.load_v_at(LDR_Q, FB, MEMORY, A)
    h.may_fault(TrapKind.OOB_MEMORY)
    h.asm.store_v_at(STR_Q, FA, MEMORY, A)
    h.ret()


# fmt: off
load("v128.load",             LDR_Q)
load("v128.load32_zero",      LDR_S)
load("v128.load64_zero",      LDR_D)
extending("v128.load8x8_s",   Asm.sxtl, H8)
extending("v128.load8x8_u",   Asm.uxtl, H8)
extending("v128.load16x4_s",  Asm.sxtl, S4)
extending("v128.load16x4_u",  Asm.uxtl, S4)
extending("v128.load32x2_s",  Asm.sxtl, D2)
extending("v128.load32x2_u",  Asm.uxtl, D2)
splat("v128.load8_splat",     LDR_B, B16)
splat("v128.load16_splat",    LDR_H, H8)
splat("v128.load32_splat",    LDR_S, S4)
splat("v128.load64_splat",    LDR_D, D2)
load_lane("v128.load8_lane",   LDRB,  STRB)
load_lane("v128.load16_lane",  LDRH,  STRH)
load_lane("v128.load32_lane",  LDR_W, STR_W)
load_lane("v128.load64_lane",  LDR_X, STR_X)
_register("v128.store", _store)
store_lane("v128.store8_lane",   LDRB,  STRB)
store_lane("v128.store16_lane",  LDRH,  STRH)
store_lane("v128.store32_lane",  LDR_W, STR_W)
store_lane("v128.store64_lane",  LDR_X, STR_X)
# fmt: on
