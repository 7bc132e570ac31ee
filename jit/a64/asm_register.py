"""Encodings of the group "Data Processing -- Register"."""

from .asm_immediate import ImmediateEncodings
from .operands import (
    LSL,
    UXTX,
    Amount,
    Cond,
    Extend,
    ExtendAmount,
    Reg,
    RegSP,
    Rotate,
    Shift,
    Size,
    UImm4,
    UImm5,
)


class RegisterEncodings(ImmediateEncodings):
    """ADD to CCMP: arithmetic, logic, multiplication, division, bits, selection, all between general registers."""

    # Add/subtract (shifted register)

    def add(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift = LSL, amount: Amount = 0) -> None:
        """ADD (shifted register)."""
        assert 0 <= amount < 32 << sf
        self.put(0x0B000000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def adds(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift = LSL, amount: Amount = 0) -> None:
        """ADDS (shifted register)."""
        assert 0 <= amount < 32 << sf
        self.put(0x2B000000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def sub(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift = LSL, amount: Amount = 0) -> None:
        """SUB (shifted register)."""
        assert 0 <= amount < 32 << sf
        self.put(0x4B000000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def subs(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift = LSL, amount: Amount = 0) -> None:
        """SUBS (shifted register)."""
        assert 0 <= amount < 32 << sf
        self.put(0x6B000000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    # Add/subtract (extended register): the second operand is W unless the extension is UXTX or SXTX.

    def add_ext(self, sf: Size, rd: RegSP, rn: RegSP, rm: Reg, extend: Extend = UXTX, amount: ExtendAmount = 0) -> None:
        """ADD (extended register).  With UXTX the one form that adds a register to SP."""
        assert 0 <= amount <= 4
        self.put(0x0B200000 | sf << 31 | rm << 16 | extend << 13 | amount << 10 | rn << 5 | rd)

    def adds_ext(self, sf: Size, rd: Reg, rn: RegSP, rm: Reg, extend: Extend = UXTX, amount: ExtendAmount = 0) -> None:
        """ADDS (extended register)."""
        assert 0 <= amount <= 4
        self.put(0x2B200000 | sf << 31 | rm << 16 | extend << 13 | amount << 10 | rn << 5 | rd)

    def sub_ext(self, sf: Size, rd: RegSP, rn: RegSP, rm: Reg, extend: Extend = UXTX, amount: ExtendAmount = 0) -> None:
        """SUB (extended register)."""
        assert 0 <= amount <= 4
        self.put(0x4B200000 | sf << 31 | rm << 16 | extend << 13 | amount << 10 | rn << 5 | rd)

    def subs_ext(self, sf: Size, rd: Reg, rn: RegSP, rm: Reg, extend: Extend = UXTX, amount: ExtendAmount = 0) -> None:
        """SUBS (extended register)."""
        assert 0 <= amount <= 4
        self.put(0x6B200000 | sf << 31 | rm << 16 | extend << 13 | amount << 10 | rn << 5 | rd)

    # Add/subtract (with carry)

    def adc(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """ADC."""
        self.put(0x1A000000 | sf << 31 | rm << 16 | rn << 5 | rd)

    def adcs(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """ADCS."""
        self.put(0x3A000000 | sf << 31 | rm << 16 | rn << 5 | rd)

    def sbc(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """SBC.  Subtracts one more when the carry flag is clear."""
        self.put(0x5A000000 | sf << 31 | rm << 16 | rn << 5 | rd)

    def sbcs(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """SBCS."""
        self.put(0x7A000000 | sf << 31 | rm << 16 | rn << 5 | rd)

    # Logical (shifted register)

    def and_(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """AND (shifted register)."""
        assert 0 <= amount < 32 << sf
        self.put(0x0A000000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def bic(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """BIC (shifted register).  `rn & ~rm`."""
        assert 0 <= amount < 32 << sf
        self.put(0x0A200000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def orr(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """ORR (shifted register)."""
        assert 0 <= amount < 32 << sf
        self.put(0x2A000000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def orn(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """ORN (shifted register).  `rn | ~rm`."""
        assert 0 <= amount < 32 << sf
        self.put(0x2A200000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def eor(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """EOR (shifted register)."""
        assert 0 <= amount < 32 << sf
        self.put(0x4A000000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def eon(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """EON (shifted register).  `rn ^ ~rm`."""
        assert 0 <= amount < 32 << sf
        self.put(0x4A200000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def ands(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """ANDS (shifted register)."""
        assert 0 <= amount < 32 << sf
        self.put(0x6A000000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    def bics(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, shift: Shift | Rotate = LSL, amount: Amount = 0) -> None:
        """BICS (shifted register)."""
        assert 0 <= amount < 32 << sf
        self.put(0x6A200000 | sf << 31 | shift << 22 | rm << 16 | amount << 10 | rn << 5 | rd)

    # Data-processing (2 source)

    def udiv(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """UDIV.  Division by zero gives zero."""
        self.put(0x1AC00800 | sf << 31 | rm << 16 | rn << 5 | rd)

    def sdiv(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """SDIV.  Division by zero gives zero; the least integer by -1 gives itself."""
        self.put(0x1AC00C00 | sf << 31 | rm << 16 | rn << 5 | rd)

    def lslv(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """LSLV.  The amount is taken modulo the width, as in all four of these."""
        self.put(0x1AC02000 | sf << 31 | rm << 16 | rn << 5 | rd)

    def lsrv(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """LSRV."""
        self.put(0x1AC02400 | sf << 31 | rm << 16 | rn << 5 | rd)

    def asrv(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """ASRV."""
        self.put(0x1AC02800 | sf << 31 | rm << 16 | rn << 5 | rd)

    def rorv(self, sf: Size, rd: Reg, rn: Reg, rm: Reg) -> None:
        """RORV."""
        self.put(0x1AC02C00 | sf << 31 | rm << 16 | rn << 5 | rd)

    # Data-processing (1 source)

    def rbit(self, sf: Size, rd: Reg, rn: Reg) -> None:
        """RBIT.  Reverses the bits; with CLZ after it, counts trailing zeros."""
        self.put(0x5AC00000 | sf << 31 | rn << 5 | rd)

    def rev16(self, sf: Size, rd: Reg, rn: Reg) -> None:
        """REV16.  Reverses the bytes of each halfword."""
        self.put(0x5AC00400 | sf << 31 | rn << 5 | rd)

    def rev32(self, rd: Reg, rn: Reg) -> None:
        """REV32.  Reverses the bytes of each word of an X register."""
        self.put(0xDAC00800 | rn << 5 | rd)

    def rev(self, sf: Size, rd: Reg, rn: Reg) -> None:
        """REV.  Reverses the bytes."""
        self.put(0x5AC00800 | sf << 31 | sf << 10 | rn << 5 | rd)

    def clz(self, sf: Size, rd: Reg, rn: Reg) -> None:
        """CLZ.  The width for zero."""
        self.put(0x5AC01000 | sf << 31 | rn << 5 | rd)

    def cls(self, sf: Size, rd: Reg, rn: Reg) -> None:
        """CLS.  Counts the bits below the sign that equal it."""
        self.put(0x5AC01400 | sf << 31 | rn << 5 | rd)

    # Data-processing (3 source)

    def madd(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, ra: Reg) -> None:
        """MADD.  `ra + rn * rm`."""
        self.put(0x1B000000 | sf << 31 | rm << 16 | ra << 10 | rn << 5 | rd)

    def msub(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, ra: Reg) -> None:
        """MSUB.  `ra - rn * rm`."""
        self.put(0x1B008000 | sf << 31 | rm << 16 | ra << 10 | rn << 5 | rd)

    def smaddl(self, rd: Reg, rn: Reg, rm: Reg, ra: Reg) -> None:
        """SMADDL.  `ra + rn * rm`: 32-bit factors, 64-bit sum."""
        self.put(0x9B200000 | rm << 16 | ra << 10 | rn << 5 | rd)

    def smsubl(self, rd: Reg, rn: Reg, rm: Reg, ra: Reg) -> None:
        """SMSUBL."""
        self.put(0x9B208000 | rm << 16 | ra << 10 | rn << 5 | rd)

    def umaddl(self, rd: Reg, rn: Reg, rm: Reg, ra: Reg) -> None:
        """UMADDL."""
        self.put(0x9BA00000 | rm << 16 | ra << 10 | rn << 5 | rd)

    def umsubl(self, rd: Reg, rn: Reg, rm: Reg, ra: Reg) -> None:
        """UMSUBL."""
        self.put(0x9BA08000 | rm << 16 | ra << 10 | rn << 5 | rd)

    def smulh(self, rd: Reg, rn: Reg, rm: Reg) -> None:
        """SMULH.  The upper 64 bits of the product."""
        self.put(0x9B407C00 | rm << 16 | rn << 5 | rd)

    def umulh(self, rd: Reg, rn: Reg, rm: Reg) -> None:
        """UMULH."""
        self.put(0x9BC07C00 | rm << 16 | rn << 5 | rd)

    # Conditional select

    def csel(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, cond: Cond) -> None:
        """CSEL.  `rn` if the condition holds, else `rm`."""
        self.put(0x1A800000 | sf << 31 | rm << 16 | cond << 12 | rn << 5 | rd)

    def csinc(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, cond: Cond) -> None:
        """CSINC.  `rn` if the condition holds, else `rm + 1`."""
        self.put(0x1A800400 | sf << 31 | rm << 16 | cond << 12 | rn << 5 | rd)

    def csinv(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, cond: Cond) -> None:
        """CSINV.  `rn` if the condition holds, else `~rm`."""
        self.put(0x5A800000 | sf << 31 | rm << 16 | cond << 12 | rn << 5 | rd)

    def csneg(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, cond: Cond) -> None:
        """CSNEG.  `rn` if the condition holds, else `-rm`."""
        self.put(0x5A800400 | sf << 31 | rm << 16 | cond << 12 | rn << 5 | rd)

    # Conditional compare: the flags of the comparison if the condition holds, else the four bits `nzcv`.

    def ccmn(self, sf: Size, rn: Reg, rm: Reg, nzcv: UImm4, cond: Cond) -> None:
        """CCMN (register)."""
        assert 0 <= nzcv <= 15
        self.put(0x3A400000 | sf << 31 | rm << 16 | cond << 12 | rn << 5 | nzcv)

    def ccmp(self, sf: Size, rn: Reg, rm: Reg, nzcv: UImm4, cond: Cond) -> None:
        """CCMP (register)."""
        assert 0 <= nzcv <= 15
        self.put(0x7A400000 | sf << 31 | rm << 16 | cond << 12 | rn << 5 | nzcv)

    def ccmn_imm(self, sf: Size, rn: Reg, imm: UImm5, nzcv: UImm4, cond: Cond) -> None:
        """CCMN (immediate)."""
        assert 0 <= imm <= 31 and 0 <= nzcv <= 15
        self.put(0x3A400800 | sf << 31 | imm << 16 | cond << 12 | rn << 5 | nzcv)

    def ccmp_imm(self, sf: Size, rn: Reg, imm: UImm5, nzcv: UImm4, cond: Cond) -> None:
        """CCMP (immediate)."""
        assert 0 <= imm <= 31 and 0 <= nzcv <= 15
        self.put(0x7A400800 | sf << 31 | imm << 16 | cond << 12 | rn << 5 | nzcv)
