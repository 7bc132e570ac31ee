"""The macro assembler: any constant, any offset, scratch registers, traps.

A macro emits the fewest words it can and says which registers it may change.  `X16` and `X17`, the registers that
AAPCS64 leaves to veneers, are the scratch registers; macros take from them what they need, so code that holds both may
call only macros that need none.
"""

from typing import assert_never

from .asm import Assembler
from .immediates import encode_bitmask, fits_scaled12, fits_unscaled9, plan_move, split_imm12
from .immediates_vector import FloatConstant, FromGeneral, InlineData, Inserted, Modified, Repeated, plan_vector
from .labels import Label
from .lending import Loan, Scratch
from .operands import (
    UXTX,
    XZR,
    AnyAccess,
    D,
    IndexExtend,
    Load,
    Q,
    Reg,
    RegSP,
    Scale,
    Size,
    Store,
    VLoad,
    VReg,
    VStore,
    W,
    X,
    XReg,
    access_log2,
)


class MacroAssembler(Assembler):
    """An `Assembler` with macros.

    `symbols` lists `(position, symbol)` of the B and BL words whose target is decided elsewhere.
    """

    def __init__(self) -> None:
        super().__init__()
        self.symbols: list[tuple[int, int | str]] = []
        self._scratch = Scratch()

    # Scratch registers

    def scratch(self) -> Scratch:
        """Lends a scratch register for the extent of a `with`; asking for more than there are is an assertion."""
        return self._scratch

    # Constants

    def mov_imm(self, sf: Size, rd: Reg, value: int) -> None:
        """Loads any constant, signed or unsigned, of the operation's width, in the fewest words."""
        bits = 32 << sf
        assert -(1 << bits - 1) <= value < 1 << bits
        if 0 <= value <= 0xFFFF:  # FAST: most constants are small; saves 3 us of planning
            self.movz(sf, rd, value)
            return
        for step in plan_move(value & (1 << bits) - 1, bits):
            match step.op:
                case "movz":
                    self.movz(sf, rd, step.value, step.shift)
                case "movn":
                    self.movn(sf, rd, step.value, step.shift)
                case "movk":
                    self.movk(sf, rd, step.value, step.shift)
                case "orr":
                    self.put(0x32000000 | sf << 31 | _bitmask(step.value, bits) | XZR << 5 | rd)  # orr rd, zr, #imm

    def mov_v_imm(self, vd: VReg, value: int) -> None:
        """Loads any unsigned constant of 128 bits, in one to six words, of which four may be inline data.

        Needs a scratch register, but not for what takes one word.
        """
        assert 0 <= value < 1 << 128
        for move in plan_vector(value):
            match move:
                case Modified(encoded):
                    self._mov_modified(vd, encoded)
                case FloatConstant(size, imm8):
                    self.fmov_imm(size, vd, imm8)
                case FromGeneral(size, half):
                    with self._general(half) as constant:
                        self.fmov_from_general(size, vd, constant)
                case Repeated(arrangement, lane):
                    with self._general(lane) as constant:
                        self.dup_general(arrangement, vd, constant)
                case Inserted(index, 0):
                    self.ins_general(D, vd, index, XZR)
                case Inserted(index, half):
                    with self._general(half) as constant:
                        self.ins_general(D, vd, index, constant)
                case InlineData(whole):
                    self._load_inline(vd, whole)
                case unknown:
                    assert_never(unknown)

    def _mov_modified(self, vd: VReg, encoded: int) -> None:
        """MOVI, MVNI or FMOV (vector, immediate) of `Q:op:cmode:abcdefgh`."""
        q, op, cmode, imm8 = encoded >> 13, encoded >> 12 & 1, encoded >> 8 & 15, encoded & 0xFF
        self.put(0x0F000400 | q << 30 | op << 29 | imm8 >> 5 << 16 | cmode << 12 | (imm8 & 31) << 5 | vd)

    def _general(self, value: int) -> Loan[XReg]:
        """A scratch register that holds a constant of at most 64 bits."""
        constant = self._scratch.take()
        self.mov_imm(W if value < 1 << 32 else X, constant, value)
        return Loan(constant, self._scratch)

    def _load_inline(self, vd: VReg, value: int) -> None:
        """LDR (literal, SIMD&FP) of data behind a branch over it: no pool, so that none can be out of reach."""
        constant, after = Label(), Label()
        self.ldr_v_lit(Q, vd, constant)
        self.b(after)
        self.bind(constant)
        for shift in range(0, 128, 32):
            self.word(value >> shift)
        self.bind(after)

    def add_const(self, sf: Size, rd: RegSP, rn: RegSP, value: int) -> None:
        """`rd = rn + value` for any constant of the width.

        One word when the magnitude is a 12-bit constant, shifted or not; two when it has 24 bits; else by way of a
        scratch register.  No word at all when nothing is to be done (X only: a W addition of zero clears the upper
        half).
        """
        bits = 32 << sf
        assert -(1 << bits - 1) <= value < 1 << bits
        if value >= 1 << bits - 1:
            value -= 1 << bits
        if value == 0 and rd == rn and sf == X:
            return
        magnitude = abs(value)
        immediate = self.add_imm if value >= 0 else self.sub_imm
        split = split_imm12(magnitude)
        if split is not None:
            immediate(sf, rd, rn, *split)
        elif magnitude < 1 << 24:
            immediate(sf, rd, rn, magnitude >> 12, 12)
            immediate(sf, rd, rd, magnitude & 0xFFF)
        else:
            with self.scratch() as constant:
                assert constant != rn, "the source is the scratch register that this addition needs"
                self.mov_imm(sf, constant, value)
                self.add_ext(sf, rd, rn, constant)

    def sub_const(self, sf: Size, rd: RegSP, rn: RegSP, value: int) -> None:
        """`rd = rn - value`; see `add_const`."""
        mask = (1 << (32 << sf)) - 1
        self.add_const(sf, rd, rn, -value & mask)

    def cmp_const(self, sf: Size, rn: XReg, value: int) -> None:
        """Sets the flags of `rn - value` for any constant of the width: CMP, CMN, or by way of a scratch register."""
        bits = 32 << sf
        assert -(1 << bits - 1) <= value < 1 << bits
        if value >= 1 << bits - 1:
            value -= 1 << bits
        split = split_imm12(abs(value))
        if split is not None:
            # CMN of zero would set C otherwise than CMP; split_imm12 of a negative value is never of zero.
            (self.cmp_imm if value >= 0 else self.cmn_imm)(sf, rn, *split)
            return
        with self.scratch() as constant:
            assert constant != rn
            self.mov_imm(sf, constant, value)
            self.cmp(sf, rn, constant)

    # Memory

    def load(self, access: Load, rt: Reg, base: RegSP, offset: int = 0) -> None:
        """Loads from `base + offset`, any signed 64-bit offset: one word within reach of an immediate, else by way of a
        scratch register.
        """
        self._access(access, rt, base, offset)

    def store(self, access: Store, rt: Reg, base: RegSP, offset: int = 0) -> None:
        """Stores to `base + offset`; see `load`."""
        self._access(access, rt, base, offset)

    def load_v(self, access: VLoad, vt: VReg, base: RegSP, offset: int = 0) -> None:
        """Loads a SIMD and floating-point register; see `load`."""
        self._access(access, vt, base, offset)

    def store_v(self, access: VStore, vt: VReg, base: RegSP, offset: int = 0) -> None:
        """Stores a SIMD and floating-point register; see `load`."""
        self._access(access, vt, base, offset)

    def load_at(
        self, access: Load, rt: Reg, base: RegSP, index: Reg, extend: IndexExtend = UXTX, scale: Scale = 0
    ) -> None:
        """Loads from `base + (extended index << scale)`; the scale is 0 or that of the access.  One word."""
        self._access_at(access, rt, base, index, extend, scale)

    def store_at(
        self, access: Store, rt: Reg, base: RegSP, index: Reg, extend: IndexExtend = UXTX, scale: Scale = 0
    ) -> None:
        """Stores to `base + (extended index << scale)`; see `load_at`."""
        self._access_at(access, rt, base, index, extend, scale)

    def load_v_at(
        self, access: VLoad, vt: VReg, base: RegSP, index: Reg, extend: IndexExtend = UXTX, scale: Scale = 0
    ) -> None:
        """Loads a SIMD and floating-point register; see `load_at`."""
        self._access_at(access, vt, base, index, extend, scale)

    def store_v_at(
        self, access: VStore, vt: VReg, base: RegSP, index: Reg, extend: IndexExtend = UXTX, scale: Scale = 0
    ) -> None:
        """Stores a SIMD and floating-point register; see `load_at`."""
        self._access_at(access, vt, base, index, extend, scale)

    def _access(self, access: AnyAccess, rt: int, base: RegSP, offset: int) -> None:
        log2 = access_log2(access)
        if fits_scaled12(offset, log2):
            self.put(access | 1 << 24 | offset >> log2 << 10 | base << 5 | rt)
        elif fits_unscaled9(offset):
            self.put(access | (offset & 0x1FF) << 12 | base << 5 | rt)
        else:
            with self.scratch() as index:
                assert index != base, "the base is the scratch register that this access needs"
                self.mov_imm(X, index, offset)
                self._access_at(access, rt, base, index, UXTX, 0)

    def _access_at(self, access: AnyAccess, rt: int, base: RegSP, index: Reg, extend: IndexExtend, scale: int) -> None:
        assert scale in (0, access_log2(access))
        self.put(access | 0x200800 | index << 16 | extend << 13 | (scale != 0) << 12 | base << 5 | rt)

    # Control

    def call(self, symbol: int | str) -> None:
        """BL to a symbol that the linker knows."""
        self.symbols.append((self.position, symbol))
        self.put(0x94000000)  # bl

    def jump(self, symbol: int | str) -> None:
        """B to a symbol that the linker knows."""
        self.symbols.append((self.position, symbol))
        self.put(0x14000000)  # b

    def trap(self, code: int) -> None:
        """`udf #code`: the word names the trap."""
        self.udf(code)


def _bitmask(value: int, bits: int) -> int:
    encoded = encode_bitmask(value, bits)
    assert encoded is not None
    return encoded << 10
