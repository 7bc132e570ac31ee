"""Where a function of the minimal back end keeps its locals, and how it begins and ends.

The first locals that are no v128 live in HOMES, floating-point registers that every call preserves: these serve as
storage alone, for bits of any type, since one instruction moves a slot from or to one of them.  The other locals lie in
the frame on the value stack:

    parameters | locals without a home | operands | <- TOP
    ^ frame base: where the results go on return

A parameter with a home leaves its slot unused.  The machine stack holds what the homes held for the caller:

    sp + 16   d8, d9, ... as many as the function has homes
    sp        x29, x30
"""

from collections.abc import Sequence
from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import (
    FP,
    LDR_D,
    LR,
    SP,
    V8,
    V9,
    V10,
    V11,
    V12,
    V13,
    V14,
    V15,
    XZR,
    D,
    VReg,
    X,
)
from ...abi import SLOT
from ...wasm.types import V128, ValType
from .abi import IMM, TOP, slots

HOMES: Final[tuple[VReg, ...]] = (V8, V9, V10, V11, V12, V13, V14, V15)
"""The callee-saved registers of `jit.abi`, of which it is the lower halves that are saved."""
UNROLLED_CLEARS: Final = 16
"""At most so many slots of locals are cleared by unrolled pairs of stores; more by a handler's loop."""
_SAVED: Final = 16
"""Where the saved homes lie above sp, behind the frame record."""
_PAIR_REACH: Final = 512
"""How far back LDP reaches (Arm: "LDP (SIMD&FP)")."""


class Frame:
    """The places of one function's locals, by index, parameters first.

    `homes` are registers, None for a local that has none; `places` are slots counted from the frame base, `is_wide`
    says where there are two of them.  `height` is that of the stack above the locals, in slots.
    """

    __slots__ = ("_fetched", "_params", "_used", "height", "homes", "is_wide", "places")

    def __init__(self, params: Sequence[ValType], locals: Sequence[ValType]) -> None:
        free = iter(HOMES)
        self.is_wide = [type is V128 for type in (*params, *locals)]
        self.homes = [None if is_wide else next(free, None) for is_wide in self.is_wide]
        self.places: list[int] = []
        self._used = 0
        self._fetched: list[tuple[int, VReg]] = []
        self._params = slots(params)
        height = 0
        for index, home in enumerate(self.homes):
            self.places.append(height)
            if home is None or index < len(params):
                height += 1 + self.is_wide[index]
            if home is not None:
                self._used += 1
                if index < len(params):
                    self._fetched.append((self.places[index] - self._params, home))
        self.height = height

    def enter(self, asm: MacroAssembler) -> None:
        """Spec: `exec-invoke`.  Opens the frame record, fetches the parameters and zeroes the other locals."""
        used = self._used
        asm.stp_pre(X, FP, LR, SP, -self._size)
        asm.mov_sp(FP, SP)
        for i in range(0, used - 1, 2):
            asm.stp_v_imm(D, HOMES[i], HOMES[i + 1], SP, _SAVED + SLOT * i)
        if used & 1:
            asm.str_v_imm(D, HOMES[used - 1], SP, _SAVED + SLOT * (used - 1))
        self._fetch(asm)
        for home in HOMES[len(self._fetched) : used]:
            asm.movi_d(home, 0)
        self._clear(asm)

    def leave(self, asm: MacroAssembler) -> None:
        """Returns to the caller, the results in place."""
        used = self._used
        for i in range(0, used - 1, 2):
            asm.ldp_v_imm(D, HOMES[i], HOMES[i + 1], SP, _SAVED + SLOT * i)
        if used & 1:
            asm.ldr_v_imm(D, HOMES[used - 1], SP, _SAVED + SLOT * (used - 1))
        asm.ldp_post(X, FP, LR, SP, self._size)
        asm.ret()

    @property
    def _size(self) -> int:
        """Bytes on the machine stack: a multiple of 16."""
        return _SAVED + (self._used + 1 & ~1) * SLOT

    def _fetch(self, asm: MacroAssembler) -> None:
        """Loads the parameters that have a home; neighbours in pairs."""
        wanted = self._fetched
        i = 0
        while i < len(wanted):
            place, home = wanted[i]
            i += 1
            at = place * SLOT
            if i < len(wanted) and wanted[i][0] == place + 1 and at >= -_PAIR_REACH:
                asm.ldp_v_imm(D, home, wanted[i][1], TOP, at)
                i += 1
            else:
                asm.load_v(LDR_D, home, TOP, at)

    def _clear(self, asm: MacroAssembler) -> None:
        count = self.height - self._params
        if count > UNROLLED_CLEARS:
            asm.mov_imm(X, IMM, SLOT * count)
            asm.call("clear locals")
            return
        if count & 1:
            asm.str_post(X, XZR, TOP, SLOT)
        for _ in range(count >> 1):
            asm.stp_post(X, XZR, XZR, TOP, 2 * SLOT)
