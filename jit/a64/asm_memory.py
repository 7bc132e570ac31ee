"""Encodings of the group "Loads and Stores": one general register.

For each of nine accesses five ways to address.  The base is always a `RegSP`, the register loaded or stored a `Reg`:
XZR stores zero, and swallows what is loaded.
"""

from .asm_alias import Aliases
from .operands import UXTX, IndexExtend, Reg, RegSP, Scale, Scaled12, SImm9, Size


class MemoryEncodings(Aliases):
    """LDR to STURH."""

    # Unsigned offset: a multiple of the access size, up to 4095 of them.

    def ldr_imm(self, sf: Size, rt: Reg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """LDR (immediate), unsigned offset."""
        assert 0 <= offset <= 16380 << sf and not offset & (4 << sf) - 1
        self.put(0xB9400000 | sf << 30 | offset >> 2 + sf << 10 | rn << 5 | rt)

    def ldrb_imm(self, rt: Reg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """LDRB (immediate), unsigned offset.  Zero-extends."""
        assert 0 <= offset <= 4095
        self.put(0x39400000 | offset << 10 | rn << 5 | rt)

    def ldrh_imm(self, rt: Reg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """LDRH (immediate), unsigned offset.  Zero-extends."""
        assert 0 <= offset <= 8190 and not offset & 1
        self.put(0x79400000 | offset << 9 | rn << 5 | rt)

    def ldrsb_imm(self, sf: Size, rt: Reg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """LDRSB (immediate), unsigned offset.  Sign-extends to the operation's width."""
        assert 0 <= offset <= 4095
        self.put(0x39C00000 ^ sf << 22 | offset << 10 | rn << 5 | rt)

    def ldrsh_imm(self, sf: Size, rt: Reg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """LDRSH (immediate), unsigned offset.  Sign-extends to the operation's width."""
        assert 0 <= offset <= 8190 and not offset & 1
        self.put(0x79C00000 ^ sf << 22 | offset << 9 | rn << 5 | rt)

    def ldrsw_imm(self, rt: Reg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """LDRSW (immediate), unsigned offset.  Sign-extends to 64 bits."""
        assert 0 <= offset <= 16380 and not offset & 3
        self.put(0xB9800000 | offset << 8 | rn << 5 | rt)

    def str_imm(self, sf: Size, rt: Reg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """STR (immediate), unsigned offset."""
        assert 0 <= offset <= 16380 << sf and not offset & (4 << sf) - 1
        self.put(0xB9000000 | sf << 30 | offset >> 2 + sf << 10 | rn << 5 | rt)

    def strb_imm(self, rt: Reg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """STRB (immediate), unsigned offset."""
        assert 0 <= offset <= 4095
        self.put(0x39000000 | offset << 10 | rn << 5 | rt)

    def strh_imm(self, rt: Reg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """STRH (immediate), unsigned offset."""
        assert 0 <= offset <= 8190 and not offset & 1
        self.put(0x79000000 | offset << 9 | rn << 5 | rt)

    # Unscaled offset: any byte offset of 9 bits.

    def ldur(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9 = 0) -> None:
        """LDUR."""
        assert -256 <= offset <= 255
        self.put(0xB8400000 | sf << 30 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldurb(self, rt: Reg, rn: RegSP, offset: SImm9 = 0) -> None:
        """LDURB."""
        assert -256 <= offset <= 255
        self.put(0x38400000 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldurh(self, rt: Reg, rn: RegSP, offset: SImm9 = 0) -> None:
        """LDURH."""
        assert -256 <= offset <= 255
        self.put(0x78400000 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldursb(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9 = 0) -> None:
        """LDURSB."""
        assert -256 <= offset <= 255
        self.put(0x38C00000 ^ sf << 22 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldursh(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9 = 0) -> None:
        """LDURSH."""
        assert -256 <= offset <= 255
        self.put(0x78C00000 ^ sf << 22 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldursw(self, rt: Reg, rn: RegSP, offset: SImm9 = 0) -> None:
        """LDURSW."""
        assert -256 <= offset <= 255
        self.put(0xB8800000 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def stur(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9 = 0) -> None:
        """STUR."""
        assert -256 <= offset <= 255
        self.put(0xB8000000 | sf << 30 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def sturb(self, rt: Reg, rn: RegSP, offset: SImm9 = 0) -> None:
        """STURB."""
        assert -256 <= offset <= 255
        self.put(0x38000000 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def sturh(self, rt: Reg, rn: RegSP, offset: SImm9 = 0) -> None:
        """STURH."""
        assert -256 <= offset <= 255
        self.put(0x78000000 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    # Post-index: the base is written back with the offset added, after the access.

    def ldr_post(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDR (immediate), post-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0xB8400400 | sf << 30 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrb_post(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRB (immediate), post-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x38400400 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrh_post(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRH (immediate), post-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x78400400 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrsb_post(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRSB (immediate), post-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x38C00400 ^ sf << 22 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrsh_post(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRSH (immediate), post-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x78C00400 ^ sf << 22 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrsw_post(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRSW (immediate), post-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0xB8800400 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def str_post(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """STR (immediate), post-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0xB8000400 | sf << 30 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def strb_post(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """STRB (immediate), post-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x38000400 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def strh_post(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """STRH (immediate), post-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x78000400 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    # Pre-index: the base is written back with the offset added, before the access.

    def ldr_pre(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDR (immediate), pre-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0xB8400C00 | sf << 30 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrb_pre(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRB (immediate), pre-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x38400C00 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrh_pre(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRH (immediate), pre-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x78400C00 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrsb_pre(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRSB (immediate), pre-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x38C00C00 ^ sf << 22 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrsh_pre(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRSH (immediate), pre-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x78C00C00 ^ sf << 22 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def ldrsw_pre(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """LDRSW (immediate), pre-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0xB8800C00 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def str_pre(self, sf: Size, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """STR (immediate), pre-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0xB8000C00 | sf << 30 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def strb_pre(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """STRB (immediate), pre-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x38000C00 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    def strh_pre(self, rt: Reg, rn: RegSP, offset: SImm9) -> None:
        """STRH (immediate), pre-index."""
        assert -256 <= offset <= 255 and (rt != rn or rn == 31)
        self.put(0x78000C00 | (offset & 0x1FF) << 12 | rn << 5 | rt)

    # Register offset: the index extended, then shifted left by 0 or by the binary logarithm of the access size.

    def ldr_reg(self, sf: Size, rt: Reg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX, scale: Scale = 0) -> None:
        """LDR (register)."""
        assert scale in (0, 2 + sf)
        self.put(0xB8600800 | sf << 30 | rm << 16 | extend << 13 | (scale != 0) << 12 | rn << 5 | rt)

    def ldrb_reg(self, rt: Reg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX) -> None:
        """LDRB (register)."""
        self.put(0x38600800 | rm << 16 | extend << 13 | rn << 5 | rt)

    def ldrh_reg(self, rt: Reg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX, scale: Scale = 0) -> None:
        """LDRH (register)."""
        assert scale in (0, 1)
        self.put(0x78600800 | rm << 16 | extend << 13 | (scale != 0) << 12 | rn << 5 | rt)

    def ldrsb_reg(self, sf: Size, rt: Reg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX) -> None:
        """LDRSB (register)."""
        self.put(0x38E00800 ^ sf << 22 | rm << 16 | extend << 13 | rn << 5 | rt)

    def ldrsh_reg(self, sf: Size, rt: Reg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX, scale: Scale = 0) -> None:
        """LDRSH (register)."""
        assert scale in (0, 1)
        self.put(0x78E00800 ^ sf << 22 | rm << 16 | extend << 13 | (scale != 0) << 12 | rn << 5 | rt)

    def ldrsw_reg(self, rt: Reg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX, scale: Scale = 0) -> None:
        """LDRSW (register)."""
        assert scale in (0, 2)
        self.put(0xB8A00800 | rm << 16 | extend << 13 | (scale != 0) << 12 | rn << 5 | rt)

    def str_reg(self, sf: Size, rt: Reg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX, scale: Scale = 0) -> None:
        """STR (register)."""
        assert scale in (0, 2 + sf)
        self.put(0xB8200800 | sf << 30 | rm << 16 | extend << 13 | (scale != 0) << 12 | rn << 5 | rt)

    def strb_reg(self, rt: Reg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX) -> None:
        """STRB (register)."""
        self.put(0x38200800 | rm << 16 | extend << 13 | rn << 5 | rt)

    def strh_reg(self, rt: Reg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX, scale: Scale = 0) -> None:
        """STRH (register)."""
        assert scale in (0, 1)
        self.put(0x78200800 | rm << 16 | extend << 13 | (scale != 0) << 12 | rn << 5 | rt)
