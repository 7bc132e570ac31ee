"""Arm's aliases of register and immediate encodings, under the manual's names.

A method here emits exactly one word by calling the method of the encoding.  Aliases of the bit-field moves stand beside
those in `asm_immediate`.
"""

from .asm_register import RegisterEncodings
from .operands import (
    LSL,
    UXTX,
    XZR,
    Amount,
    BitmaskImm,
    Cond,
    Extend,
    ExtendAmount,
    Reg,
    RegSP,
    Rotate,
    Shift,
    Shift12,
    Size,
    UImm12,
    invert,
)


class Aliases(RegisterEncodings):
    """MOV to CNEG."""

    def mov(self, sf: Size, rd: Reg, rm: Reg) -> None:
        """MOV (register).  A W move clears the upper half."""
        self.orr(sf, rd, XZR, rm)

    def mov_sp(self, rd: RegSP, rn: RegSP) -> None:
        """MOV (to/from SP)."""
        self.add_imm(Size(1), rd, rn, 0)

    def mvn(self, sf: Size, rd: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """MVN."""
        self.orn(sf, rd, XZR, rm, shift, amount)

    def neg(self, sf: Size, rd: Reg, rm: Reg, shift: Shift = LSL, amount: Amount = 0) -> None:
        """NEG (shifted register)."""
        self.sub(sf, rd, XZR, rm, shift, amount)

    def negs(self, sf: Size, rd: Reg, rm: Reg, shift: Shift = LSL, amount: Amount = 0) -> None:
        """NEGS."""
        self.subs(sf, rd, XZR, rm, shift, amount)

    def cmp(self, sf: Size, rn: Reg, rm: Reg, shift: Shift = LSL, amount: Amount = 0) -> None:
        """CMP (shifted register)."""
        self.subs(sf, XZR, rn, rm, shift, amount)

    def cmp_imm(self, sf: Size, rn: RegSP, imm: UImm12, shift: Shift12 = 0) -> None:
        """CMP (immediate)."""
        self.subs_imm(sf, XZR, rn, imm, shift)

    def cmp_ext(self, sf: Size, rn: RegSP, rm: Reg, extend: Extend = UXTX, amount: ExtendAmount = 0) -> None:
        """CMP (extended register)."""
        self.subs_ext(sf, XZR, rn, rm, extend, amount)

    def cmn(self, sf: Size, rn: Reg, rm: Reg, shift: Shift = LSL, amount: Amount = 0) -> None:
        """CMN (shifted register)."""
        self.adds(sf, XZR, rn, rm, shift, amount)

    def cmn_imm(self, sf: Size, rn: RegSP, imm: UImm12, shift: Shift12 = 0) -> None:
        """CMN (immediate)."""
        self.adds_imm(sf, XZR, rn, imm, shift)

    def tst(self, sf: Size, rn: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """TST (shifted register)."""
        self.ands(sf, XZR, rn, rm, shift, amount)

    def tst_imm(self, sf: Size, rn: Reg, imm: BitmaskImm) -> None:
        """TST (immediate)."""
        self.ands_imm(sf, XZR, rn, imm)

    def mul(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """MUL."""
        self.madd(sf, rd, rn, rm, XZR)

    def mneg(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """MNEG."""
        self.msub(sf, rd, rn, rm, XZR)

    def smull(self, rd: Reg, rn: Reg, rm: Reg) -> None:
        """SMULL.  32-bit factors, 64-bit product."""
        self.smaddl(rd, rn, rm, XZR)

    def umull(self, rd: Reg, rn: Reg, rm: Reg) -> None:
        """UMULL.  32-bit factors, 64-bit product."""
        self.umaddl(rd, rn, rm, XZR)

    def cset(self, sf: Size, rd: Reg, cond: Cond) -> None:
        """CSET.  1 if the condition holds, else 0."""
        self.csinc(sf, rd, XZR, XZR, invert(cond))

    def csetm(self, sf: Size, rd: Reg, cond: Cond) -> None:
        """CSETM.  All ones if the condition holds, else 0."""
        self.csinv(sf, rd, XZR, XZR, invert(cond))

    def cinc(self, sf: Size, rd: Reg, rn: Reg, cond: Cond) -> None:
        """CINC.  `rn + 1` if the condition holds, else `rn`."""
        self.csinc(sf, rd, rn, rn, invert(cond))

    def cinv(self, sf: Size, rd: Reg, rn: Reg, cond: Cond) -> None:
        """CINV.  `~rn` if the condition holds, else `rn`."""
        self.csinv(sf, rd, rn, rn, invert(cond))

    def cneg(self, sf: Size, rd: Reg, rn: Reg, cond: Cond) -> None:
        """CNEG.  `-rn` if the condition holds, else `rn`."""
        self.csneg(sf, rd, rn, rn, invert(cond))
