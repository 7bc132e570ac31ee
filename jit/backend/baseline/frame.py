"""Frames: where a function's locals live, and the code around its body.

The prologue is written when the body is known, so it saves, loads and clears exactly what the body refers to; a leaf
that refers to no home has none of it but the move of FRAME.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...a64.masm import MacroAssembler
from ...a64.operands import FP, LDR_D, LDR_X, LR, NE, SP, STR_X, X16, X17, XZR, D, VReg, X, XReg
from ...abi import SLOT
from ...wasm.types import FuncType, ValType
from .abi import FLOAT_HOMES, FRAME, HOMES, SAVE_AREA, SAVE_AREA_SIZE
from .values import FLOATS, Place, is_float, is_general, is_slot, slot_place, v_place, v_reg, x_place, x_reg

UNROLLED_CLEARS = 16
"""At most so many locals are cleared by unrolled pairs of stores; more by a loop."""

_HOME_PLACES = frozenset((*map(x_place, HOMES), *map(v_place, FLOAT_HOMES)))


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one function: `types` and `places` of its locals, parameters first, and the slots they take."""

    type: FuncType
    types: tuple[ValType, ...]
    places: tuple[Place, ...]
    slots: int

    @staticmethod
    def of(type: FuncType, locals: Sequence[ValType]) -> "Frame":
        """The first locals of each class get the homes; parameters without one stay in their slots."""
        homes = [x_place(reg) for reg in reversed(HOMES)]
        float_homes = [v_place(reg) for reg in reversed(FLOAT_HOMES)]
        types = (*type.params, *locals)
        places: list[Place] = []
        slots = len(type.params)
        for index, local in enumerate(types):
            free = float_homes if local in FLOATS else homes
            if free:
                places.append(free.pop())
            elif index < len(type.params):
                places.append(slot_place(index))
            else:
                places.append(slot_place(slots))
                slots += 1
        return Frame(type, types, tuple(places), slots)


class Saved:
    """What a function keeps on the machine stack, in pairs: `size` bytes in all, 0 when there is nothing."""

    def __init__(self, touched: set[Place], *, calls: bool, uses_area: bool) -> None:
        homes = sorted(touched & _HOME_PLACES)
        self.general: list[XReg] = [x_reg(place) for place in homes if is_general(place)]
        self.float: list[VReg] = [v_reg(place) for place in homes if is_float(place)]
        self.calls = calls
        self.first = SAVE_AREA * calls + SAVE_AREA_SIZE * uses_area
        self.size = -(-(self.first + 8 * (len(self.general) + len(self.float))) // 16) * 16

    def save(self, asm: MacroAssembler) -> None:
        """Opens the frame."""
        if not self.size:
            return
        if self.calls:
            asm.stp_pre(X, FP, LR, SP, -self.size)
        else:
            asm.sub_imm(X, SP, SP, self.size)
        at = self.first
        for i in range(0, len(self.general) - 1, 2):
            asm.stp_imm(X, self.general[i], self.general[i + 1], SP, at)
            at += 16
        if len(self.general) & 1:
            asm.str_imm(X, self.general[-1], SP, at)
            at += 8
        for i in range(0, len(self.float) - 1, 2):
            asm.stp_v_imm(D, self.float[i], self.float[i + 1], SP, at)
            at += 16
        if len(self.float) & 1:
            asm.str_v_imm(D, self.float[-1], SP, at)

    def restore(self, asm: MacroAssembler) -> None:
        """Closes the frame."""
        if not self.size:
            return
        at = self.first
        for i in range(0, len(self.general) - 1, 2):
            asm.ldp_imm(X, self.general[i], self.general[i + 1], SP, at)
            at += 16
        if len(self.general) & 1:
            asm.ldr_imm(X, self.general[-1], SP, at)
            at += 8
        for i in range(0, len(self.float) - 1, 2):
            asm.ldp_v_imm(D, self.float[i], self.float[i + 1], SP, at)
            at += 16
        if len(self.float) & 1:
            asm.ldr_v_imm(D, self.float[-1], SP, at)
        if self.calls:
            asm.ldp_post(X, FP, LR, SP, self.size)
        else:
            asm.add_imm(X, SP, SP, self.size)


def enter(asm: MacroAssembler, frame: Frame, saved: Saved, touched: set[Place]) -> None:
    """The prologue (spec: `exec-invoke`): FRAME, the locals' homes, zeros in the others."""
    saved.save(asm)
    params = len(frame.type.params)
    asm.sub_const(X, FRAME, FRAME, SLOT * params)
    for index, place in enumerate(frame.places):
        if is_slot(place) or place not in touched:
            continue
        if is_general(place):
            if index < params:
                asm.load(LDR_X, x_reg(place), FRAME, SLOT * index)
            else:
                asm.movz(X, x_reg(place), 0)
        elif index < params:
            asm.load_v(LDR_D, v_reg(place), FRAME, SLOT * index)
        else:
            asm.movi_d(v_reg(place), 0)
    _clear(asm, params, frame.slots)


def _clear(asm: MacroAssembler, start: int, end: int) -> None:
    """Zeroes slots, upwards, so that the first to miss is in the guard."""
    if end - start > UNROLLED_CLEARS:
        if end - start & 1:
            asm.store(STR_X, XZR, FRAME, SLOT * start)
            start += 1
        asm.add_const(X, X16, FRAME, SLOT * start)
        asm.mov_imm(X, X17, SLOT * (end - start))
        asm.add(X, X17, X16, X17)
        again = asm.here()
        asm.stp_post(X, XZR, XZR, X16, 2 * SLOT)
        asm.cmp(X, X16, X17)
        asm.b_cond(NE, again)
        return
    for slot in range(start, end - 1, 2):
        asm.add_const(X, X16, FRAME, SLOT * slot)
        asm.stp_imm(X, XZR, XZR, X16)
    if end - start & 1:
        asm.store(STR_X, XZR, FRAME, SLOT * (end - 1))


def leave(asm: MacroAssembler, frame: Frame, saved: Saved) -> None:
    """The epilogue: the results are in the lowest slots (spec: `exec-invoke-exit`)."""
    saved.restore(asm)
    asm.add_const(X, FRAME, FRAME, SLOT * len(frame.type.results))
    asm.ret()
