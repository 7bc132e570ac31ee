"""Encodings of the group "Data Processing -- Immediate"."""

from .asm_buffer import CodeBuffer
from .immediates import encode_bitmask
from .labels import ADR21, Label
from .operands import (
    Amount,
    BitmaskImm,
    FieldWidth,
    HalfwordShift,
    PageOffset,
    Reg,
    RegSP,
    Shift12,
    Size,
    UImm12,
    UImm16,
    X,
)


class ImmediateEncodings(CodeBuffer):
    """ADD to EXTR: arithmetic with constants, constants themselves, bit fields, addresses near by."""

    def add_imm(self, sf: Size, rd: RegSP, rn: RegSP, imm: UImm12, shift: Shift12 = 0) -> None:
        """ADD (immediate).  `imm << shift`."""
        assert 0 <= imm <= 4095 and shift in (0, 12)
        self.put(0x11000000 | sf << 31 | (shift == 12) << 22 | imm << 10 | rn << 5 | rd)

    def adds_imm(self, sf: Size, rd: Reg, rn: RegSP, imm: UImm12, shift: Shift12 = 0) -> None:
        """ADDS (immediate).  Unlike ADD, the destination is a `Reg`."""
        assert 0 <= imm <= 4095 and shift in (0, 12)
        self.put(0x31000000 | sf << 31 | (shift == 12) << 22 | imm << 10 | rn << 5 | rd)

    def sub_imm(self, sf: Size, rd: RegSP, rn: RegSP, imm: UImm12, shift: Shift12 = 0) -> None:
        """SUB (immediate)."""
        assert 0 <= imm <= 4095 and shift in (0, 12)
        self.put(0x51000000 | sf << 31 | (shift == 12) << 22 | imm << 10 | rn << 5 | rd)

    def subs_imm(self, sf: Size, rd: Reg, rn: RegSP, imm: UImm12, shift: Shift12 = 0) -> None:
        """SUBS (immediate)."""
        assert 0 <= imm <= 4095 and shift in (0, 12)
        self.put(0x71000000 | sf << 31 | (shift == 12) << 22 | imm << 10 | rn << 5 | rd)

    def and_imm(self, sf: Size, rd: RegSP, rn: Reg, imm: BitmaskImm) -> None:
        """AND (immediate)."""
        self.put(0x12000000 | sf << 31 | _bitmask(sf, imm) | rn << 5 | rd)

    def orr_imm(self, sf: Size, rd: RegSP, rn: Reg, imm: BitmaskImm) -> None:
        """ORR (immediate)."""
        self.put(0x32000000 | sf << 31 | _bitmask(sf, imm) | rn << 5 | rd)

    def eor_imm(self, sf: Size, rd: RegSP, rn: Reg, imm: BitmaskImm) -> None:
        """EOR (immediate)."""
        self.put(0x52000000 | sf << 31 | _bitmask(sf, imm) | rn << 5 | rd)

    def ands_imm(self, sf: Size, rd: Reg, rn: Reg, imm: BitmaskImm) -> None:
        """ANDS (immediate).  Unlike AND, the destination is a `Reg`."""
        self.put(0x72000000 | sf << 31 | _bitmask(sf, imm) | rn << 5 | rd)

    def movn(self, sf: Size, rd: Reg, imm: UImm16, shift: HalfwordShift = 0) -> None:
        """MOVN.  `~(imm << shift)`; the shift is a multiple of 16."""
        assert 0 <= imm <= 0xFFFF and not shift & 15 and 0 <= shift < 32 << sf
        self.put(0x12800000 | sf << 31 | shift << 17 | imm << 5 | rd)

    def movz(self, sf: Size, rd: Reg, imm: UImm16, shift: HalfwordShift = 0) -> None:
        """MOVZ.  `imm << shift`; the shift is a multiple of 16."""
        assert 0 <= imm <= 0xFFFF and not shift & 15 and 0 <= shift < 32 << sf
        self.put(0x52800000 | sf << 31 | shift << 17 | imm << 5 | rd)

    def movk(self, sf: Size, rd: Reg, imm: UImm16, shift: HalfwordShift = 0) -> None:
        """MOVK.  Replaces the halfword at `shift`, a multiple of 16, and keeps the others."""
        assert 0 <= imm <= 0xFFFF and not shift & 15 and 0 <= shift < 32 << sf
        self.put(0x72800000 | sf << 31 | shift << 17 | imm << 5 | rd)

    def sbfm(self, sf: Size, rd: Reg, rn: Reg, immr: Amount, imms: Amount) -> None:
        """SBFM."""
        assert 0 <= immr < 32 << sf and 0 <= imms < 32 << sf
        self.put(0x13000000 | sf << 31 | sf << 22 | immr << 16 | imms << 10 | rn << 5 | rd)

    def bfm(self, sf: Size, rd: Reg, rn: Reg, immr: Amount, imms: Amount) -> None:
        """BFM.  Keeps the bits of the destination outside the field."""
        assert 0 <= immr < 32 << sf and 0 <= imms < 32 << sf
        self.put(0x33000000 | sf << 31 | sf << 22 | immr << 16 | imms << 10 | rn << 5 | rd)

    def ubfm(self, sf: Size, rd: Reg, rn: Reg, immr: Amount, imms: Amount) -> None:
        """UBFM."""
        assert 0 <= immr < 32 << sf and 0 <= imms < 32 << sf
        self.put(0x53000000 | sf << 31 | sf << 22 | immr << 16 | imms << 10 | rn << 5 | rd)

    def extr(self, sf: Size, rd: Reg, rn: Reg, rm: Reg, lsb: Amount) -> None:
        """EXTR.  One width of bits from `rn:rm`, from bit `lsb` upwards."""
        assert 0 <= lsb < 32 << sf
        self.put(0x13800000 | sf << 31 | sf << 22 | rm << 16 | lsb << 10 | rn << 5 | rd)

    def adr(self, rd: Reg, target: Label) -> None:
        """ADR.  The address of the label, within 1 MiB."""
        self.put_reference(0x10000000 | rd, ADR21, target)

    def adrp(self, rd: Reg, offset: PageOffset) -> None:
        """ADRP.  The address of the 4 KiB page that holds this instruction, plus `offset` bytes of whole pages."""
        assert -(1 << 32) <= offset < 1 << 32 and not offset & 0xFFF
        pages = offset >> 12
        self.put(0x90000000 | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5 | rd)

    # Aliases of the bit-field moves, named as the manual names them.

    def lsl_imm(self, sf: Size, rd: Reg, rn: Reg, amount: Amount) -> None:
        """LSL (immediate)."""
        width = 32 << sf
        self.ubfm(sf, rd, rn, -amount % width, width - 1 - amount)

    def lsr_imm(self, sf: Size, rd: Reg, rn: Reg, amount: Amount) -> None:
        """LSR (immediate)."""
        self.ubfm(sf, rd, rn, amount, (32 << sf) - 1)

    def asr_imm(self, sf: Size, rd: Reg, rn: Reg, amount: Amount) -> None:
        """ASR (immediate)."""
        self.sbfm(sf, rd, rn, amount, (32 << sf) - 1)

    def ror_imm(self, sf: Size, rd: Reg, rn: Reg, amount: Amount) -> None:
        """ROR (immediate)."""
        self.extr(sf, rd, rn, rn, amount)

    def ubfx(self, sf: Size, rd: Reg, rn: Reg, lsb: Amount, width: FieldWidth) -> None:
        """UBFX.  The `width` bits of the source from `lsb` upwards."""
        assert lsb >= 0 and width >= 1 and lsb + width <= 32 << sf
        self.ubfm(sf, rd, rn, lsb, lsb + width - 1)

    def sbfx(self, sf: Size, rd: Reg, rn: Reg, lsb: Amount, width: FieldWidth) -> None:
        """SBFX."""
        assert lsb >= 0 and width >= 1 and lsb + width <= 32 << sf
        self.sbfm(sf, rd, rn, lsb, lsb + width - 1)

    def ubfiz(self, sf: Size, rd: Reg, rn: Reg, lsb: Amount, width: FieldWidth) -> None:
        """UBFIZ.  The lowest `width` bits of the source, moved up to `lsb`; the rest zero."""
        assert lsb >= 0 and width >= 1 and lsb + width <= 32 << sf
        self.ubfm(sf, rd, rn, -lsb % (32 << sf), width - 1)

    def bfi(self, sf: Size, rd: Reg, rn: Reg, lsb: Amount, width: FieldWidth) -> None:
        """BFI.  The lowest `width` bits of the source, into the destination from `lsb` upwards; the rest kept."""
        assert lsb >= 0 and width >= 1 and lsb + width <= 32 << sf
        self.bfm(sf, rd, rn, -lsb % (32 << sf), width - 1)

    def bfxil(self, sf: Size, rd: Reg, rn: Reg, lsb: Amount, width: FieldWidth) -> None:
        """BFXIL.  The `width` bits of the source from `lsb` upwards, into the lowest of the destination."""
        assert lsb >= 0 and width >= 1 and lsb + width <= 32 << sf
        self.bfm(sf, rd, rn, lsb, lsb + width - 1)

    def sxtb(self, sf: Size, rd: Reg, rn: Reg) -> None:
        """SXTB."""
        self.sbfm(sf, rd, rn, 0, 7)

    def sxth(self, sf: Size, rd: Reg, rn: Reg) -> None:
        """SXTH."""
        self.sbfm(sf, rd, rn, 0, 15)

    def sxtw(self, rd: Reg, rn: Reg) -> None:
        """SXTW."""
        self.sbfm(X, rd, rn, 0, 31)

    def uxtb(self, rd: Reg, rn: Reg) -> None:
        """UXTB.  Clears the upper half as well: it works on W registers."""
        self.ubfm(Size(0), rd, rn, 0, 7)

    def uxth(self, rd: Reg, rn: Reg) -> None:
        """UXTH.  Clears the upper half as well: it works on W registers."""
        self.ubfm(Size(0), rd, rn, 0, 15)


def _bitmask(sf: Size, imm: int) -> int:
    encoded = encode_bitmask(imm, 32 << sf)
    assert encoded is not None, f"{imm:#x} is no {32 << sf}-bit logical immediate"
    return encoded << 10
