"""Frames: where a function's locals live, and the code around its body.

The prologue is written when the body is known, so it saves, loads and clears exactly what the body refers to; a leaf
that refers to no home has none of it but the move of FRAME.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import FP, LR, NE, SP, STR_X, XZR, D, RegSP, Size, VReg, VSize, WideSize, X, XReg
from ...abi import SLOT
from ...wasm.types import V128, FuncType, ValType
from .abi import CONTEXT, FLOAT_HOMES, FRAME, HOMES, MEMORY, SAVE_AREA, SAVE_AREA_SIZE
from .convention import argument_places
from .moves import move
from .values import (
    NUMBERED,
    V_TYPES,
    Place,
    count_slots,
    is_float,
    is_general,
    is_slot,
    slot_place,
    slots_of,
    v_place,
    v_reg,
    x_place,
    x_reg,
)

UNROLLED_CLEARS: Final = 16
"""At most so many locals are cleared by unrolled pairs of stores; more by a loop."""

_HOME_PLACES: Final = frozenset((*map(x_place, HOMES), *map(v_place, FLOAT_HOMES)))


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one function: `types` and `places` of its locals, parameters first, and the slots they take.

    The slots from `zeroed` on are those of locals that start with zero.  `calls` says whether the function may call; it
    may not if it `pins_vectors`, that is, if a v128 has a home.
    """

    type: FuncType
    types: tuple[ValType, ...]
    places: tuple[Place, ...]
    zeroed: int
    slots: int
    calls: bool
    pins_vectors: bool

    @staticmethod
    def of(type: FuncType, locals: Sequence[ValType], *, calls: bool, homes: int = len(HOMES)) -> "Frame":
        """The first locals of each class get the first `homes` homes, but where there are calls no v128 does.

        Parameters without one stay where they are passed; a v128 that comes in a register gets a slot.
        """
        free = _Homes(calls=calls, count=homes)
        arguments = argument_places(type.params)
        places: list[Place] = []
        slots = count_slots([param for param, at in zip(type.params, arguments, strict=True) if is_slot(at)])
        for param, argument in zip(type.params, arguments, strict=True):
            home = free.take(param)
            if home is None and not is_slot(argument):
                home = slot_place(slots)
                slots += slots_of(param)
            places.append(argument if home is None else home)
        zeroed = slots
        for local in locals:
            home = free.take(local)
            if home is None:
                slots += slots & (local is V128)  # even slots are within reach of an immediate, however far
                home = slot_place(slots)
                slots += slots_of(local)
            places.append(home)
        types = (*type.params, *locals)
        pins_vectors = any(type is V128 and is_float(place) for type, place in zip(types, places, strict=True))
        return Frame(type, types, tuple(places), zeroed, slots, calls, pins_vectors)


class _Homes:
    """The homes not yet given away."""

    def __init__(self, *, calls: bool, count: int) -> None:
        general = [x_place(reg) for reg in reversed(HOMES[:count])]
        float = [v_place(reg) for reg in reversed(FLOAT_HOMES[:count])]
        self._free = {type: float if type in V_TYPES else general for type in NUMBERED}
        if calls:
            self._free[V128] = []

    def take(self, type: ValType) -> Place | None:
        """A home for a local of this type, or None."""
        free = self._free[type]
        return free.pop() if free else None


_Pair = Callable[[Size, XReg, XReg, RegSP, int], None]
_Single = Callable[[Size, XReg, RegSP, int], None]
_PairV = Callable[[WideSize, VReg, VReg, RegSP, int], None]
_SingleV = Callable[[VSize, VReg, RegSP, int], None]
"""Loads and stores at an offset, one or two at a time."""


class Saved:
    """What a function keeps on the machine stack, in pairs: `size` bytes in all, 0 when there is nothing."""

    def __init__(self, touched: set[Place], *, calls: bool, uses_area: bool) -> None:
        homes = sorted(touched & _HOME_PLACES)
        self.general: list[XReg] = [x_reg(place) for place in homes if is_general(place)]
        self.float: list[VReg] = [v_reg(place) for place in homes if is_float(place)]
        self.calls = calls
        self.uses_area = uses_area
        self.first = SAVE_AREA * calls + SAVE_AREA_SIZE * uses_area
        self.size = -(-(self.first + 8 * (len(self.general) + len(self.float))) // 16) * 16

    def save(self, asm: MacroAssembler) -> None:
        """Opens the frame; the first store moves sp.  What calls need is saved once for all of them."""
        if not self.size:
            return
        if self.calls:
            asm.stp_pre(X, FP, LR, SP, -self.size)
        elif len(self.general) > 1:
            asm.stp_pre(X, self.general[0], self.general[1], SP, -self.size)
        else:
            asm.sub_imm(X, SP, SP, self.size)
        if self.uses_area:
            asm.stp_imm(X, MEMORY, CONTEXT, SP, SAVE_AREA)
        self._move(asm.stp_imm, asm.str_imm, asm.stp_v_imm, asm.str_v_imm)

    def restore(self, asm: MacroAssembler) -> None:
        """Closes the frame; the last load moves sp."""
        if not self.size:
            return
        self._move(asm.ldp_imm, asm.ldr_imm, asm.ldp_v_imm, asm.ldr_v_imm)
        if self.calls:
            asm.ldp_post(X, FP, LR, SP, self.size)
        elif len(self.general) > 1:
            asm.ldp_post(X, self.general[0], self.general[1], SP, self.size)
        else:
            asm.add_imm(X, SP, SP, self.size)

    def _move(self, pair: _Pair, single: _Single, pair_v: _PairV, single_v: _SingleV) -> None:
        """All homes but those that move with sp."""
        first = 0 if self.calls or len(self.general) < 2 else 2
        at = self.first + 8 * first
        for i in range(first, len(self.general) - 1, 2):
            pair(X, self.general[i], self.general[i + 1], SP, at)
            at += 16
        if len(self.general) & 1:
            single(X, self.general[-1], SP, at)
            at += 8
        for i in range(0, len(self.float) - 1, 2):
            pair_v(D, self.float[i], self.float[i + 1], SP, at)
            at += 16
        if len(self.float) & 1:
            single_v(D, self.float[-1], SP, at)


def enter(asm: MacroAssembler, frame: Frame, saved: Saved, touched: set[Place]) -> None:
    """The prologue (spec: `exec-invoke`): arguments to the locals' homes, zeros to the others.

    Homes are no place of any argument, so the moves may come one by one.  What has a slot is written there even if
    nothing reads it: no frame may reach far beyond what was written (see `abi`).
    """
    saved.save(asm)
    arguments = argument_places(frame.type.params)
    for type, home, argument in zip(frame.type.params, frame.places, arguments, strict=False):
        if home != argument and (home in touched or is_slot(home)):
            move(asm, type, home, argument)
    for home in frame.places[len(arguments) :]:
        if is_slot(home) or home not in touched:
            continue
        if is_general(home):
            asm.movz(X, x_reg(home), 0)
        else:
            asm.movi_d(v_reg(home), 0)
    _clear(asm, frame.zeroed, frame.slots)


def _clear(asm: MacroAssembler, start: int, end: int) -> None:
    """Zeroes slots, upwards, so that the first to miss is in the guard."""
    if end - start > UNROLLED_CLEARS:
        if end - start & 1:
            asm.store(STR_X, XZR, FRAME, SLOT * start)
            start += 1
        with asm.scratch() as at, asm.scratch() as behind:
            asm.add_const(X, at, FRAME, SLOT * start)
            asm.mov_imm(X, behind, SLOT * (end - start))
            asm.add(X, behind, at, behind)
            again = asm.here()
            asm.stp_post(X, XZR, XZR, at, 2 * SLOT)
            asm.cmp(X, at, behind)
            asm.b_cond(NE, again)
        return
    for slot in range(start, end - 1, 2):
        with asm.scratch() as at:
            asm.add_const(X, at, FRAME, SLOT * slot)
            asm.stp_imm(X, XZR, XZR, at)
    if end - start & 1:
        asm.store(STR_X, XZR, FRAME, SLOT * (end - 1))


def leave(asm: MacroAssembler, saved: Saved) -> None:
    """The epilogue: the results are where `convention` says (spec: `exec-invoke-exit`)."""
    saved.restore(asm)
    asm.ret()
