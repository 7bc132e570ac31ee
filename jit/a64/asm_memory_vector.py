"""Encodings of the group "Loads and Stores": SIMD and floating-point registers, pairs, literals.

Methods that load or store a SIMD and floating-point register have a `v` in their suffix and take the width of the
access, B to Q; a narrow load clears the rest of the register.
"""

from .asm_memory import MemoryEncodings
from .labels import IMM19, Label
from .operands import UXTX, IndexExtend, Reg, RegSP, Scale, Scaled7, Scaled12, SImm9, Size, VReg, VSize, WideSize


class VectorMemoryEncodings(MemoryEncodings):
    """LDR (SIMD&FP) to STP (SIMD&FP), LDP, STP, LDR (literal)."""

    # One SIMD and floating-point register

    def ldr_v_imm(self, size: VSize, vt: VReg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """LDR (immediate, SIMD&FP), unsigned offset."""
        assert 0 <= offset <= 4095 << size and not offset & (1 << size) - 1
        self.put(0x3D400000 | (size & 3) << 30 | (size & 4) << 21 | offset >> size << 10 | rn << 5 | vt)

    def ldur_v(self, size: VSize, vt: VReg, rn: RegSP, offset: SImm9 = 0) -> None:
        """LDUR (SIMD&FP)."""
        assert -256 <= offset <= 255
        self.put(0x3C400000 | (size & 3) << 30 | (size & 4) << 21 | (offset & 0x1FF) << 12 | rn << 5 | vt)

    def ldr_v_post(self, size: VSize, vt: VReg, rn: RegSP, offset: SImm9) -> None:
        """LDR (immediate, SIMD&FP), post-index."""
        assert -256 <= offset <= 255
        self.put(0x3C400400 | (size & 3) << 30 | (size & 4) << 21 | (offset & 0x1FF) << 12 | rn << 5 | vt)

    def ldr_v_pre(self, size: VSize, vt: VReg, rn: RegSP, offset: SImm9) -> None:
        """LDR (immediate, SIMD&FP), pre-index."""
        assert -256 <= offset <= 255
        self.put(0x3C400C00 | (size & 3) << 30 | (size & 4) << 21 | (offset & 0x1FF) << 12 | rn << 5 | vt)

    def ldr_v_reg(
        self, size: VSize, vt: VReg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX, scale: Scale = 0
    ) -> None:
        """LDR (register, SIMD&FP)."""
        assert scale in (0, size)
        scaled = (scale != 0) << 12
        self.put(0x3C600800 | (size & 3) << 30 | (size & 4) << 21 | rm << 16 | extend << 13 | scaled | rn << 5 | vt)

    def str_v_imm(self, size: VSize, vt: VReg, rn: RegSP, offset: Scaled12 = 0) -> None:
        """STR (immediate, SIMD&FP), unsigned offset."""
        assert 0 <= offset <= 4095 << size and not offset & (1 << size) - 1
        self.put(0x3D000000 | (size & 3) << 30 | (size & 4) << 21 | offset >> size << 10 | rn << 5 | vt)

    def stur_v(self, size: VSize, vt: VReg, rn: RegSP, offset: SImm9 = 0) -> None:
        """STUR (SIMD&FP)."""
        assert -256 <= offset <= 255
        self.put(0x3C000000 | (size & 3) << 30 | (size & 4) << 21 | (offset & 0x1FF) << 12 | rn << 5 | vt)

    def str_v_post(self, size: VSize, vt: VReg, rn: RegSP, offset: SImm9) -> None:
        """STR (immediate, SIMD&FP), post-index."""
        assert -256 <= offset <= 255
        self.put(0x3C000400 | (size & 3) << 30 | (size & 4) << 21 | (offset & 0x1FF) << 12 | rn << 5 | vt)

    def str_v_pre(self, size: VSize, vt: VReg, rn: RegSP, offset: SImm9) -> None:
        """STR (immediate, SIMD&FP), pre-index."""
        assert -256 <= offset <= 255
        self.put(0x3C000C00 | (size & 3) << 30 | (size & 4) << 21 | (offset & 0x1FF) << 12 | rn << 5 | vt)

    def str_v_reg(
        self, size: VSize, vt: VReg, rn: RegSP, rm: Reg, extend: IndexExtend = UXTX, scale: Scale = 0
    ) -> None:
        """STR (register, SIMD&FP)."""
        assert scale in (0, size)
        scaled = (scale != 0) << 12
        self.put(0x3C200800 | (size & 3) << 30 | (size & 4) << 21 | rm << 16 | extend << 13 | scaled | rn << 5 | vt)

    # Pairs: the offset is a multiple of the size of one register, -64 to 63 of them.

    def ldp_imm(self, sf: Size, rt: Reg, rt2: Reg, rn: RegSP, offset: Scaled7 = 0) -> None:
        """LDP, signed offset."""
        assert -256 << sf <= offset <= 252 << sf and not offset & (4 << sf) - 1
        assert rt != rt2
        self.put(0x29400000 | sf << 31 | (offset >> 2 + sf & 0x7F) << 15 | rt2 << 10 | rn << 5 | rt)

    def ldp_post(self, sf: Size, rt: Reg, rt2: Reg, rn: RegSP, offset: Scaled7) -> None:
        """LDP, post-index."""
        assert -256 << sf <= offset <= 252 << sf and not offset & (4 << sf) - 1
        assert rt != rt2 and (rn not in (rt, rt2) or rn == 31)
        self.put(0x28C00000 | sf << 31 | (offset >> 2 + sf & 0x7F) << 15 | rt2 << 10 | rn << 5 | rt)

    def ldp_pre(self, sf: Size, rt: Reg, rt2: Reg, rn: RegSP, offset: Scaled7) -> None:
        """LDP, pre-index."""
        assert -256 << sf <= offset <= 252 << sf and not offset & (4 << sf) - 1
        assert rt != rt2 and (rn not in (rt, rt2) or rn == 31)
        self.put(0x29C00000 | sf << 31 | (offset >> 2 + sf & 0x7F) << 15 | rt2 << 10 | rn << 5 | rt)

    def stp_imm(self, sf: Size, rt: Reg, rt2: Reg, rn: RegSP, offset: Scaled7 = 0) -> None:
        """STP, signed offset."""
        assert -256 << sf <= offset <= 252 << sf and not offset & (4 << sf) - 1
        self.put(0x29000000 | sf << 31 | (offset >> 2 + sf & 0x7F) << 15 | rt2 << 10 | rn << 5 | rt)

    def stp_post(self, sf: Size, rt: Reg, rt2: Reg, rn: RegSP, offset: Scaled7) -> None:
        """STP, post-index."""
        assert -256 << sf <= offset <= 252 << sf and not offset & (4 << sf) - 1
        assert rn not in (rt, rt2) or rn == 31
        self.put(0x28800000 | sf << 31 | (offset >> 2 + sf & 0x7F) << 15 | rt2 << 10 | rn << 5 | rt)

    def stp_pre(self, sf: Size, rt: Reg, rt2: Reg, rn: RegSP, offset: Scaled7) -> None:
        """STP, pre-index."""
        assert -256 << sf <= offset <= 252 << sf and not offset & (4 << sf) - 1
        assert rn not in (rt, rt2) or rn == 31
        self.put(0x29800000 | sf << 31 | (offset >> 2 + sf & 0x7F) << 15 | rt2 << 10 | rn << 5 | rt)

    def ldp_v_imm(self, size: WideSize, vt: VReg, vt2: VReg, rn: RegSP, offset: Scaled7 = 0) -> None:
        """LDP (SIMD&FP), signed offset."""
        assert -64 << size <= offset <= 63 << size and not offset & (1 << size) - 1
        assert vt != vt2
        self.put(0x2D400000 | (size - 2) << 30 | (offset >> size & 0x7F) << 15 | vt2 << 10 | rn << 5 | vt)

    def ldp_v_post(self, size: WideSize, vt: VReg, vt2: VReg, rn: RegSP, offset: Scaled7) -> None:
        """LDP (SIMD&FP), post-index."""
        assert -64 << size <= offset <= 63 << size and not offset & (1 << size) - 1
        assert vt != vt2
        self.put(0x2CC00000 | (size - 2) << 30 | (offset >> size & 0x7F) << 15 | vt2 << 10 | rn << 5 | vt)

    def ldp_v_pre(self, size: WideSize, vt: VReg, vt2: VReg, rn: RegSP, offset: Scaled7) -> None:
        """LDP (SIMD&FP), pre-index."""
        assert -64 << size <= offset <= 63 << size and not offset & (1 << size) - 1
        assert vt != vt2
        self.put(0x2DC00000 | (size - 2) << 30 | (offset >> size & 0x7F) << 15 | vt2 << 10 | rn << 5 | vt)

    def stp_v_imm(self, size: WideSize, vt: VReg, vt2: VReg, rn: RegSP, offset: Scaled7 = 0) -> None:
        """STP (SIMD&FP), signed offset."""
        assert -64 << size <= offset <= 63 << size and not offset & (1 << size) - 1
        self.put(0x2D000000 | (size - 2) << 30 | (offset >> size & 0x7F) << 15 | vt2 << 10 | rn << 5 | vt)

    def stp_v_post(self, size: WideSize, vt: VReg, vt2: VReg, rn: RegSP, offset: Scaled7) -> None:
        """STP (SIMD&FP), post-index."""
        assert -64 << size <= offset <= 63 << size and not offset & (1 << size) - 1
        self.put(0x2C800000 | (size - 2) << 30 | (offset >> size & 0x7F) << 15 | vt2 << 10 | rn << 5 | vt)

    def stp_v_pre(self, size: WideSize, vt: VReg, vt2: VReg, rn: RegSP, offset: Scaled7) -> None:
        """STP (SIMD&FP), pre-index."""
        assert -64 << size <= offset <= 63 << size and not offset & (1 << size) - 1
        self.put(0x2D800000 | (size - 2) << 30 | (offset >> size & 0x7F) << 15 | vt2 << 10 | rn << 5 | vt)

    # Literals: a word or more of inline data within 1 MiB.

    def ldr_lit(self, sf: Size, rt: Reg, target: Label) -> None:
        """LDR (literal)."""
        self.put_reference(0x18000000 | sf << 30 | rt, IMM19, target)

    def ldrsw_lit(self, rt: Reg, target: Label) -> None:
        """LDRSW (literal)."""
        self.put_reference(0x98000000 | rt, IMM19, target)

    def ldr_v_lit(self, size: WideSize, vt: VReg, target: Label) -> None:
        """LDR (literal, SIMD&FP)."""
        self.put_reference(0x1C000000 | (size - 2) << 30 | vt, IMM19, target)
