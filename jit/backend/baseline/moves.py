"""The one routine that moves many values at once: what branches carry, arguments, results.

Sources are read as if all before any destination is written.  Registers of both classes and slots are moved in an
order in which nothing is overwritten before it is read, with cycles broken through `abi.CYCLE`; constants and flags are
read from nowhere and come last.  Nothing here changes the flags; of the scratch registers X16 and X17 may change.
"""

from collections.abc import Sequence

from ...a64.immediates import encode_fp8
from ...a64.masm import MacroAssembler
from ...a64.operands import LDR_D, LDR_X, STR_D, STR_X, XZR, D, S, VReg, W, X, XReg
from ...abi import SLOT
from ...wasm.types import F32, F64, I32
from .abi import CYCLE, FRAME
from .values import (
    Const,
    Flags,
    Place,
    is_float,
    is_general,
    is_slot,
    slot_of,
    v_place,
    v_reg,
    x_reg,
)

Source = Place | Const | Flags
Move = tuple[Place, Source]
"""Destination, source."""

_CYCLE = v_place(CYCLE)


def needs_code(moves: Sequence[Move]) -> bool:
    """Whether any of them moves."""
    return any(destination != source for destination, source in moves)


def move_all(asm: MacroAssembler, moves: Sequence[Move]) -> None:
    """Emits the moves; destinations are distinct."""
    pending: dict[Place, Place] = {}
    last: list[tuple[Place, Const | Flags]] = []
    for destination, source in moves:
        if isinstance(source, Const | Flags):
            last.append((destination, source))
        elif destination != source:
            assert destination not in pending, "destinations are distinct"
            pending[destination] = source
    _move_places(asm, pending)
    for destination, value in last:
        if isinstance(value, Const):
            load_const(asm, destination, value)
        else:
            load_flags(asm, destination, value)


def _move_places(asm: MacroAssembler, pending: dict[Place, Place]) -> None:
    readers: dict[Place, int] = {}
    for source in pending.values():
        readers[source] = readers.get(source, 0) + 1
    ready = [destination for destination in pending if destination not in readers]
    while pending:
        if not ready:
            saved = next(iter(pending))  # on a cycle, as all that remain are
            move(asm, _CYCLE, saved)
            for destination, source in pending.items():
                if source == saved:
                    pending[destination] = _CYCLE
            readers[_CYCLE] = readers.pop(saved)
            ready.append(saved)
        destination = ready.pop()
        source = pending.pop(destination)
        move(asm, destination, source)
        readers[source] -= 1
        if not readers[source]:
            del readers[source]
            if source in pending:
                ready.append(source)


def move(asm: MacroAssembler, destination: Place, source: Place) -> None:
    """Moves 64 bits."""
    if is_slot(destination):
        _move_to_slot(asm, slot_of(destination), source)
    elif is_general(destination):
        _move_to_general(asm, x_reg(destination), source)
    else:
        _move_to_float(asm, v_reg(destination), source)


def _move_to_general(asm: MacroAssembler, reg: XReg, source: Place) -> None:
    if is_slot(source):
        asm.load(LDR_X, reg, FRAME, SLOT * slot_of(source))
    elif is_float(source):
        asm.fmov_to_general(D, reg, v_reg(source))
    else:
        asm.mov(X, reg, x_reg(source))


def _move_to_float(asm: MacroAssembler, reg: VReg, source: Place) -> None:
    if is_slot(source):
        asm.load_v(LDR_D, reg, FRAME, SLOT * slot_of(source))
    elif is_float(source):
        asm.fmov(D, reg, v_reg(source))
    else:
        asm.fmov_from_general(D, reg, x_reg(source))


def _move_to_slot(asm: MacroAssembler, slot: int, source: Place) -> None:
    offset = SLOT * slot
    if is_slot(source):
        with asm.scratch() as through:
            asm.load(LDR_X, through, FRAME, SLOT * slot_of(source))
            asm.store(STR_X, through, FRAME, offset)
    elif is_float(source):
        asm.store_v(STR_D, v_reg(source), FRAME, offset)
    else:
        asm.store(STR_X, x_reg(source), FRAME, offset)


def load_const(asm: MacroAssembler, destination: Place, value: Const) -> None:
    """Puts a constant into a place."""
    narrow = W if value.type in (I32, F32) else X
    if is_general(destination):
        asm.mov_imm(narrow, x_reg(destination), value.bits)
    elif is_float(destination):
        _load_float_const(asm, v_reg(destination), value)
    elif value.bits == 0:
        asm.store(STR_X, XZR, FRAME, SLOT * slot_of(destination))
    else:
        with asm.scratch() as through:
            asm.mov_imm(narrow, through, value.bits)
            asm.store(STR_X, through, FRAME, SLOT * slot_of(destination))


def _load_float_const(asm: MacroAssembler, reg: VReg, value: Const) -> None:
    """Zero by MOVI, what FMOV can hold by FMOV, the rest by way of a general register."""
    assert value.type in (F32, F64)
    fs, sf = (S, W) if value.type is F32 else (D, X)
    if value.bits == 0:
        asm.movi_d(reg, 0)
        return
    imm8 = encode_fp8(value.bits, fs)
    if imm8 is not None:
        asm.fmov_imm(fs, reg, imm8)
        return
    with asm.scratch() as through:
        asm.mov_imm(sf, through, value.bits)
        asm.fmov_from_general(fs, reg, through)


def load_flags(asm: MacroAssembler, destination: Place, value: Flags) -> None:
    """Puts 1 or 0 into a place (Arm: "CSET")."""
    if is_general(destination):
        asm.cset(W, x_reg(destination), value.cond)
        return
    with asm.scratch() as through:
        asm.cset(W, through, value.cond)
        asm.store(STR_X, through, FRAME, SLOT * slot_of(destination))
