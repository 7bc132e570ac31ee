"""The one routine that moves many values at once: what branches carry, arguments, results.

Sources are read as if all before any destination is written.  Registers of both classes and slots are moved in an
order in which nothing is overwritten before it is read, with cycles broken through `abi.CYCLE`; constants and flags are
read from nowhere and come last.  Nothing here changes the flags; of the scratch registers X16, X17 and
`abi.FLOAT_SCRATCH` may change.

A v128 in slots takes two of them, so moves may overlap in part, and cycles may share what they run through.  Where that
stops all others, the rest is moved by halves of 64 bits, which again have nothing but plain cycles.
"""

from collections.abc import Sequence
from typing import Final

from ...a64.immediates import encode_fp8
from ...a64.masm import MacroAssembler
from ...a64.operands import LDR_D, LDR_Q, LDR_X, STR_D, STR_Q, STR_X, XZR, D, S, Size, VReg, W, X, XReg
from ...abi import SLOT
from ...wasm.types import F32, F64, I32, I64, V128, ValType
from .abi import CYCLE, FLOAT_SCRATCH, FRAME
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
    x_place,
    x_reg,
)

Source = Place | Const | Flags
Move = tuple[ValType, Place, Source]
"""Type, destination, source."""
_Pending = dict[Place, tuple[ValType, Place]]
"""Moves between places: type and source by destination."""

_CYCLE: Final = v_place(CYCLE)


def needs_code(moves: Sequence[Move]) -> bool:
    """Whether any of them moves."""
    return any(destination != source for _, destination, source in moves)


def move_all(asm: MacroAssembler, moves: Sequence[Move]) -> None:
    """Emits the moves; destinations are distinct."""
    pending: _Pending = {}
    last: list[tuple[ValType, Place, Const | Flags]] = []
    for type, destination, source in moves:
        if isinstance(source, (Const, Flags)):
            last.append((type, destination, source))
        elif destination != source:
            assert destination not in pending, "destinations are distinct"
            pending[destination] = type, source
    _move_places(asm, pending)
    for _, destination, value in last:
        if isinstance(value, Const):
            load_const(asm, destination, value)
        else:
            load_flags(asm, destination, value)


def _cells(type: ValType, place: Place) -> tuple[Place, ...]:
    """What a value takes up there, in units that moves overlap by: registers and single slots."""
    return (place, Place(place + 1)) if type is V128 and is_slot(place) else (place,)


def _move_places(asm: MacroAssembler, pending: _Pending) -> None:
    readers: dict[Place, int] = {}
    writers: dict[Place, Place] = {}
    for destination, (type, source) in pending.items():
        for cell in _cells(type, source):
            readers[cell] = readers.get(cell, 0) + 1
        for cell in _cells(type, destination):
            writers[cell] = destination
    ready = [destination for destination in pending if _is_ready(destination, pending, readers)]
    while pending:
        if not ready:
            if any(V128 is type and (is_slot(to) or is_slot(source)) for to, (type, source) in pending.items()):
                _move_places(asm, _halves(pending))
                return
            ready.append(_break_cycle(asm, pending, readers))
        destination = ready.pop()
        type, source = pending.pop(destination)
        move(asm, type, destination, source)
        cells = _cells(type, source)
        for cell in cells:
            readers[cell] -= 1
        freed = {writers[cell] for cell in cells if cell in writers}
        ready += sorted(writer for writer in freed if writer in pending and _is_ready(writer, pending, readers))


def _is_ready(destination: Place, pending: _Pending, readers: dict[Place, int]) -> bool:
    """Whether nobody else reads what the move to this place overwrites."""
    type, source = pending[destination]
    own = _cells(type, source)
    return all(readers.get(cell, 0) == (cell in own) for cell in _cells(type, destination))


def _break_cycle(asm: MacroAssembler, pending: _Pending, readers: dict[Place, int]) -> Place:
    """Saves a place on a cycle, as all that remain are, for the one that reads it; gives the place, free to write."""
    saved = next(iter(pending))
    (reader,) = (destination for destination, (_, source) in pending.items() if source == saved)
    type = pending[reader][0]
    move(asm, type, _CYCLE, saved)
    pending[reader] = type, _CYCLE
    readers[saved] = 0
    readers[_CYCLE] = 1
    return saved


def move(asm: MacroAssembler, type: ValType, destination: Place, source: Place) -> None:
    """Moves a value of this type; whatever is no v128 moves as 64 bits."""
    if type is V128:
        _move_wide(asm, destination, source)
    elif destination < 0 or source < 0:
        _move_half(asm, destination, source)
    elif is_slot(destination):
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


def _move_wide(asm: MacroAssembler, destination: Place, source: Place) -> None:
    if is_slot(destination):
        through = FLOAT_SCRATCH
        if is_slot(source):
            asm.load_v(LDR_Q, through, FRAME, SLOT * slot_of(source))
        else:
            through = v_reg(source)
        asm.store_v(STR_Q, through, FRAME, SLOT * slot_of(destination))
    elif is_slot(source):
        asm.load_v(LDR_Q, v_reg(destination), FRAME, SLOT * slot_of(source))
    else:
        asm.mov_v(v_reg(destination), v_reg(source))


# Halves of V registers are negative places: the lower of V0, the upper of V0, the lower of V1, ...


def _halves(pending: _Pending) -> _Pending:
    """The same moves in units of 64 bits."""
    split: _Pending = {}
    for destination, (type, source) in pending.items():
        count = 2 if type is V128 else 1
        for upper in range(count):
            split[_half(destination, upper)] = I64, _half(source, upper)
    return split


def _half(place: Place, upper: int) -> Place:
    if is_slot(place):
        return Place(place + upper)
    return Place(-1 - 2 * v_reg(place) - upper) if is_float(place) else place


def _move_half(asm: MacroAssembler, destination: Place, source: Place) -> None:
    """Moves 64 bits from or to a half of a V register; the other half stays."""
    with asm.scratch() as through:
        if source < 0:
            asm.umov(D, through, VReg(-1 - source >> 1), -1 - source & 1)
        elif is_general(source):
            through = x_reg(source)
        else:
            _move_to_general(asm, through, source)
        if destination < 0:
            asm.ins_general(D, VReg(-1 - destination >> 1), -1 - destination & 1, through)
        else:
            move(asm, I64, destination, x_place(through))


# Values that are in no place


def load_const(asm: MacroAssembler, destination: Place, value: Const) -> None:
    """Puts a constant into a place."""
    if is_float(destination):
        _load_float_const(asm, v_reg(destination), value)
    elif value.type is V128:
        asm.mov_v_imm(FLOAT_SCRATCH, value.bits)
        asm.store_v(STR_Q, FLOAT_SCRATCH, FRAME, SLOT * slot_of(destination))
    elif is_general(destination):
        asm.mov_imm(_size(value.type), x_reg(destination), value.bits)
    elif value.bits == 0:
        asm.store(STR_X, XZR, FRAME, SLOT * slot_of(destination))
    else:
        with asm.scratch() as through:
            asm.mov_imm(_size(value.type), through, value.bits)
            asm.store(STR_X, through, FRAME, SLOT * slot_of(destination))


def _size(type: ValType) -> Size:
    return W if type in (I32, F32) else X


def _load_float_const(asm: MacroAssembler, reg: VReg, value: Const) -> None:
    """Zero by MOVI, what FMOV can hold by FMOV, other floats by way of a general register."""
    if value.type is V128:
        asm.mov_v_imm(reg, value.bits)
        return
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
