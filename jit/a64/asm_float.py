"""Encodings of the group "Data Processing -- Scalar Floating-Point and Advanced SIMD": scalar floating point.

An operand `fs` is the format, S or D; where an integer has a width of its own, that is `sf`, and each size stands
before the register it describes.
"""

from .asm_branch import BranchEncodings
from .operands import Cond, FSize, HalfSize, Reg, Size, UImm4, UImm8, VReg


class FloatEncodings(BranchEncodings):
    """FMOV to UCVTF."""

    # Floating-point data-processing (1 source)

    def fmov(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FMOV (register)."""
        self.put(0x1E204000 | (fs & 1) << 22 | vn << 5 | vd)

    def fabs(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FABS (scalar).  Clears the sign, also of a NaN."""
        self.put(0x1E20C000 | (fs & 1) << 22 | vn << 5 | vd)

    def fneg(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FNEG (scalar).  Flips the sign, also of a NaN."""
        self.put(0x1E214000 | (fs & 1) << 22 | vn << 5 | vd)

    def fsqrt(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FSQRT (scalar)."""
        self.put(0x1E21C000 | (fs & 1) << 22 | vn << 5 | vd)

    def frintn(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FRINTN (scalar).  To nearest, ties to even."""
        self.put(0x1E244000 | (fs & 1) << 22 | vn << 5 | vd)

    def frintp(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FRINTP (scalar).  Up."""
        self.put(0x1E24C000 | (fs & 1) << 22 | vn << 5 | vd)

    def frintm(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FRINTM (scalar).  Down."""
        self.put(0x1E254000 | (fs & 1) << 22 | vn << 5 | vd)

    def frintz(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FRINTZ (scalar).  Towards zero."""
        self.put(0x1E25C000 | (fs & 1) << 22 | vn << 5 | vd)

    def frinta(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FRINTA (scalar).  To nearest, ties away from zero."""
        self.put(0x1E264000 | (fs & 1) << 22 | vn << 5 | vd)

    def frintx(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FRINTX (scalar).  As FPCR says, and signals inexact."""
        self.put(0x1E274000 | (fs & 1) << 22 | vn << 5 | vd)

    def frinti(self, fs: FSize, vd: VReg, vn: VReg) -> None:
        """FRINTI (scalar).  As FPCR says."""
        self.put(0x1E27C000 | (fs & 1) << 22 | vn << 5 | vd)

    def fcvt(self, to: HalfSize | FSize, vd: VReg, from_: HalfSize | FSize, vn: VReg) -> None:
        """FCVT.  Between half, single and double precision; `to` and `from_` differ."""
        assert to != from_
        self.put(0x1E224000 | (from_ - 2 & 3) << 22 | (to - 2 & 3) << 15 | vn << 5 | vd)

    # Floating-point data-processing (2 source)

    def fmul(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMUL (scalar)."""
        self.put(0x1E200800 | (fs & 1) << 22 | vm << 16 | vn << 5 | vd)

    def fdiv(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FDIV (scalar)."""
        self.put(0x1E201800 | (fs & 1) << 22 | vm << 16 | vn << 5 | vd)

    def fadd(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FADD (scalar)."""
        self.put(0x1E202800 | (fs & 1) << 22 | vm << 16 | vn << 5 | vd)

    def fsub(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FSUB (scalar)."""
        self.put(0x1E203800 | (fs & 1) << 22 | vm << 16 | vn << 5 | vd)

    def fmax(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMAX (scalar).  NaN if either is; +0 is above -0."""
        self.put(0x1E204800 | (fs & 1) << 22 | vm << 16 | vn << 5 | vd)

    def fmin(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMIN (scalar).  NaN if either is; -0 is below +0."""
        self.put(0x1E205800 | (fs & 1) << 22 | vm << 16 | vn << 5 | vd)

    def fmaxnm(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMAXNM (scalar).  The number if one is a quiet NaN."""
        self.put(0x1E206800 | (fs & 1) << 22 | vm << 16 | vn << 5 | vd)

    def fminnm(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMINNM (scalar).  The number if one is a quiet NaN."""
        self.put(0x1E207800 | (fs & 1) << 22 | vm << 16 | vn << 5 | vd)

    def fnmul(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FNMUL (scalar)."""
        self.put(0x1E208800 | (fs & 1) << 22 | vm << 16 | vn << 5 | vd)

    # Floating-point data-processing (3 source): one rounding

    def fmadd(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg, va: VReg) -> None:
        """FMADD.  `va + vn * vm`."""
        self.put(0x1F000000 | (fs & 1) << 22 | vm << 16 | va << 10 | vn << 5 | vd)

    def fmsub(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg, va: VReg) -> None:
        """FMSUB.  `va - vn * vm`."""
        self.put(0x1F008000 | (fs & 1) << 22 | vm << 16 | va << 10 | vn << 5 | vd)

    def fnmadd(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg, va: VReg) -> None:
        """FNMADD.  `-va - vn * vm`."""
        self.put(0x1F200000 | (fs & 1) << 22 | vm << 16 | va << 10 | vn << 5 | vd)

    def fnmsub(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg, va: VReg) -> None:
        """FNMSUB.  `-va + vn * vm`."""
        self.put(0x1F208000 | (fs & 1) << 22 | vm << 16 | va << 10 | vn << 5 | vd)

    # Floating-point compare: an unordered result sets C and V

    def fcmp(self, fs: FSize, vn: VReg, vm: VReg) -> None:
        """FCMP."""
        self.put(0x1E202000 | (fs & 1) << 22 | vm << 16 | vn << 5)

    def fcmp_zero(self, fs: FSize, vn: VReg) -> None:
        """FCMP, with zero."""
        self.put(0x1E202008 | (fs & 1) << 22 | vn << 5)

    def fcmpe(self, fs: FSize, vn: VReg, vm: VReg) -> None:
        """FCMPE.  Signals on every NaN."""
        self.put(0x1E202010 | (fs & 1) << 22 | vm << 16 | vn << 5)

    def fcmpe_zero(self, fs: FSize, vn: VReg) -> None:
        """FCMPE, with zero."""
        self.put(0x1E202018 | (fs & 1) << 22 | vn << 5)

    def fccmp(self, fs: FSize, vn: VReg, vm: VReg, nzcv: UImm4, cond: Cond) -> None:
        """FCCMP.  `nzcv` unless the condition holds."""
        assert 0 <= nzcv <= 15
        self.put(0x1E200400 | (fs & 1) << 22 | vm << 16 | cond << 12 | vn << 5 | nzcv)

    def fccmpe(self, fs: FSize, vn: VReg, vm: VReg, nzcv: UImm4, cond: Cond) -> None:
        """FCCMPE."""
        assert 0 <= nzcv <= 15
        self.put(0x1E200410 | (fs & 1) << 22 | vm << 16 | cond << 12 | vn << 5 | nzcv)

    def fcsel(self, fs: FSize, vd: VReg, vn: VReg, vm: VReg, cond: Cond) -> None:
        """FCSEL.  `vn` if the condition holds, else `vm`."""
        self.put(0x1E200C00 | (fs & 1) << 22 | vm << 16 | cond << 12 | vn << 5 | vd)

    # Moves of constants, and of bits between the register files

    def fmov_imm(self, fs: FSize, vd: VReg, imm8: UImm8) -> None:
        """FMOV (scalar, immediate).  The constant is `immediates.decode_fp8(imm8, fs)`."""
        assert 0 <= imm8 <= 255
        self.put(0x1E201000 | (fs & 1) << 22 | imm8 << 13 | vd)

    def fmov_to_general(self, fs: FSize, rd: Reg, vn: VReg) -> None:
        """FMOV (general), to W from S or to X from D."""
        self.put(0x1E260000 | (fs & 1) << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fmov_from_general(self, fs: FSize, vd: VReg, rn: Reg) -> None:
        """FMOV (general), to S from W or to D from X."""
        self.put(0x1E270000 | (fs & 1) << 31 | (fs & 1) << 22 | rn << 5 | vd)

    def fmov_top_to_general(self, rd: Reg, vn: VReg) -> None:
        """FMOV (general), to X from the upper half of a vector."""
        self.put(0x9EAE0000 | vn << 5 | rd)

    def fmov_top_from_general(self, vd: VReg, rn: Reg) -> None:
        """FMOV (general), to the upper half of a vector from X; the lower is kept."""
        self.put(0x9EAF0000 | rn << 5 | vd)

    # Conversions to integers: saturating, NaN to zero; the name says the rounding

    def fcvtns(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTNS (scalar): signed, to nearest, ties to even."""
        self.put(0x1E200000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fcvtnu(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTNU (scalar): unsigned, to nearest, ties to even."""
        self.put(0x1E210000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fcvtps(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTPS (scalar): signed, up."""
        self.put(0x1E280000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fcvtpu(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTPU (scalar): unsigned, up."""
        self.put(0x1E290000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fcvtms(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTMS (scalar): signed, down."""
        self.put(0x1E300000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fcvtmu(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTMU (scalar): unsigned, down."""
        self.put(0x1E310000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fcvtzs(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTZS (scalar, integer): signed, towards zero."""
        self.put(0x1E380000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fcvtzu(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTZU (scalar, integer): unsigned, towards zero."""
        self.put(0x1E390000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fcvtas(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTAS (scalar): signed, to nearest, ties away from zero."""
        self.put(0x1E240000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    def fcvtau(self, sf: Size, rd: Reg, fs: FSize, vn: VReg) -> None:
        """FCVTAU (scalar): unsigned, to nearest, ties away from zero."""
        self.put(0x1E250000 | sf << 31 | (fs & 1) << 22 | vn << 5 | rd)

    # Conversions from integers, rounded as FPCR says

    def scvtf(self, fs: FSize, vd: VReg, sf: Size, rn: Reg) -> None:
        """SCVTF (scalar, integer)."""
        self.put(0x1E220000 | sf << 31 | (fs & 1) << 22 | rn << 5 | vd)

    def ucvtf(self, fs: FSize, vd: VReg, sf: Size, rn: Reg) -> None:
        """UCVTF (scalar, integer)."""
        self.put(0x1E230000 | sf << 31 | (fs & 1) << 22 | rn << 5 | vd)
