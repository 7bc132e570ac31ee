"""Encodings of the group "Advanced SIMD": integers and bits, where source and destination have the same lanes.

Methods take the arrangement first; one whose mnemonic also names an instruction of general or floating-point registers
has the suffix `_v`.  An arrangement of 64 bits clears the upper half of the destination.
"""

from .asm_float import FloatEncodings
from .operands import (
    B16,
    AcrossArrangement,
    Arrangement,
    ByteArrangement,
    ByteToHalfwordArrangement,
    ByteToWordArrangement,
    HalfwordToWordArrangement,
    VReg,
)


class VectorEncodings(FloatEncodings):
    """AND (vector) to UMINV."""

    # Bitwise

    def and_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """AND (vector)."""
        self.put(0x0E201C00 | arrangement | vm << 16 | vn << 5 | vd)

    def bic_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """BIC (vector, register).  `vn & ~vm`."""
        self.put(0x0E601C00 | arrangement | vm << 16 | vn << 5 | vd)

    def orr_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """ORR (vector, register)."""
        self.put(0x0EA01C00 | arrangement | vm << 16 | vn << 5 | vd)

    def orn_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """ORN (vector).  `vn | ~vm`."""
        self.put(0x0EE01C00 | arrangement | vm << 16 | vn << 5 | vd)

    def eor_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """EOR (vector)."""
        self.put(0x2E201C00 | arrangement | vm << 16 | vn << 5 | vd)

    def bsl(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """BSL.  Bits of `vn` where the destination has ones, of `vm` where it has zeros."""
        self.put(0x2E601C00 | arrangement | vm << 16 | vn << 5 | vd)

    def bit(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """BIT.  Inserts the bits of `vn` where `vm` has ones; keeps the others."""
        self.put(0x2EA01C00 | arrangement | vm << 16 | vn << 5 | vd)

    def bif(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """BIF.  Inserts the bits of `vn` where `vm` has zeros; keeps the others."""
        self.put(0x2EE01C00 | arrangement | vm << 16 | vn << 5 | vd)

    def not_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg) -> None:
        """NOT.  Arm's MVN (vector)."""
        self.put(0x2E205800 | arrangement | vn << 5 | vd)

    def mov_v(self, vd: VReg, vn: VReg) -> None:
        """MOV (vector).  All 128 bits."""
        self.orr_v(B16, vd, vn, vn)

    # Arithmetic, modulo the lane

    def add_v(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """ADD (vector)."""
        self.put(0x0E208400 | arrangement | vm << 16 | vn << 5 | vd)

    def sub_v(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SUB (vector)."""
        self.put(0x2E208400 | arrangement | vm << 16 | vn << 5 | vd)

    def mul_v(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """MUL (vector)."""
        self.put(0x0E209C00 | arrangement | vm << 16 | vn << 5 | vd)

    def mla(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """MLA (vector).  `vd + vn * vm`."""
        self.put(0x0E209400 | arrangement | vm << 16 | vn << 5 | vd)

    def mls(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """MLS (vector).  `vd - vn * vm`."""
        self.put(0x2E209400 | arrangement | vm << 16 | vn << 5 | vd)

    def neg_v(self, arrangement: Arrangement, vd: VReg, vn: VReg) -> None:
        """NEG (vector)."""
        self.put(0x2E20B800 | arrangement | vn << 5 | vd)

    def abs_v(self, arrangement: Arrangement, vd: VReg, vn: VReg) -> None:
        """ABS.  Of the least number, itself."""
        self.put(0x0E20B800 | arrangement | vn << 5 | vd)

    def addp(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """ADDP (vector).  Sums of neighbours: those of `vn`, then those of `vm`."""
        self.put(0x0E20BC00 | arrangement | vm << 16 | vn << 5 | vd)

    def addp_d(self, vd: VReg, vn: VReg) -> None:
        """ADDP (scalar).  The sum of both doublewords, as a D scalar."""
        self.put(0x5EF1B800 | vn << 5 | vd)

    # Saturating and halving arithmetic

    def sqadd(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SQADD."""
        self.put(0x0E200C00 | arrangement | vm << 16 | vn << 5 | vd)

    def uqadd(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UQADD."""
        self.put(0x2E200C00 | arrangement | vm << 16 | vn << 5 | vd)

    def sqsub(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SQSUB."""
        self.put(0x0E202C00 | arrangement | vm << 16 | vn << 5 | vd)

    def uqsub(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UQSUB."""
        self.put(0x2E202C00 | arrangement | vm << 16 | vn << 5 | vd)

    def sqdmulh(self, arrangement: HalfwordToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SQDMULH (vector).  The upper half of the doubled product, truncated."""
        self.put(0x0E20B400 | arrangement | vm << 16 | vn << 5 | vd)

    def sqrdmulh(self, arrangement: HalfwordToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SQRDMULH (vector).  The upper half of the doubled product, rounded."""
        self.put(0x2E20B400 | arrangement | vm << 16 | vn << 5 | vd)

    def urhadd(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """URHADD.  The average, ties up."""
        self.put(0x2E201400 | arrangement | vm << 16 | vn << 5 | vd)

    # Minimum and maximum

    def smax(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMAX."""
        self.put(0x0E206400 | arrangement | vm << 16 | vn << 5 | vd)

    def smin(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMIN."""
        self.put(0x0E206C00 | arrangement | vm << 16 | vn << 5 | vd)

    def umax(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMAX."""
        self.put(0x2E206400 | arrangement | vm << 16 | vn << 5 | vd)

    def umin(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMIN."""
        self.put(0x2E206C00 | arrangement | vm << 16 | vn << 5 | vd)

    def smaxp(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMAXP.  Of neighbours; see `addp`."""
        self.put(0x0E20A400 | arrangement | vm << 16 | vn << 5 | vd)

    def sminp(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMINP.  Of neighbours; see `addp`."""
        self.put(0x0E20AC00 | arrangement | vm << 16 | vn << 5 | vd)

    def umaxp(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMAXP.  Of neighbours; see `addp`."""
        self.put(0x2E20A400 | arrangement | vm << 16 | vn << 5 | vd)

    def uminp(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMINP.  Of neighbours; see `addp`."""
        self.put(0x2E20AC00 | arrangement | vm << 16 | vn << 5 | vd)

    # Comparison: all ones where it holds, zero where not

    def cmeq(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """CMEQ (register)."""
        self.put(0x2E208C00 | arrangement | vm << 16 | vn << 5 | vd)

    def cmgt(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """CMGT (register).  Signed."""
        self.put(0x0E203400 | arrangement | vm << 16 | vn << 5 | vd)

    def cmge(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """CMGE (register).  Signed."""
        self.put(0x0E203C00 | arrangement | vm << 16 | vn << 5 | vd)

    def cmhi(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """CMHI (register).  Unsigned, greater."""
        self.put(0x2E203400 | arrangement | vm << 16 | vn << 5 | vd)

    def cmhs(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """CMHS (register).  Unsigned, greater or equal."""
        self.put(0x2E203C00 | arrangement | vm << 16 | vn << 5 | vd)

    def cmtst(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """CMTST.  Whether both have a one at the same place."""
        self.put(0x0E208C00 | arrangement | vm << 16 | vn << 5 | vd)

    def cmeq_zero(self, arrangement: Arrangement, vd: VReg, vn: VReg) -> None:
        """CMEQ (zero)."""
        self.put(0x0E209800 | arrangement | vn << 5 | vd)

    def cmgt_zero(self, arrangement: Arrangement, vd: VReg, vn: VReg) -> None:
        """CMGT (zero)."""
        self.put(0x0E208800 | arrangement | vn << 5 | vd)

    def cmge_zero(self, arrangement: Arrangement, vd: VReg, vn: VReg) -> None:
        """CMGE (zero)."""
        self.put(0x2E208800 | arrangement | vn << 5 | vd)

    def cmle_zero(self, arrangement: Arrangement, vd: VReg, vn: VReg) -> None:
        """CMLE (zero)."""
        self.put(0x2E209800 | arrangement | vn << 5 | vd)

    def cmlt_zero(self, arrangement: Arrangement, vd: VReg, vn: VReg) -> None:
        """CMLT (zero)."""
        self.put(0x0E20A800 | arrangement | vn << 5 | vd)

    # Counting and reversal

    def cnt(self, arrangement: ByteArrangement, vd: VReg, vn: VReg) -> None:
        """CNT.  The number of ones of each byte."""
        self.put(0x0E205800 | arrangement | vn << 5 | vd)

    def clz_v(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg) -> None:
        """CLZ (vector)."""
        self.put(0x2E204800 | arrangement | vn << 5 | vd)

    def cls_v(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg) -> None:
        """CLS (vector).  Bits equal to the sign below it."""
        self.put(0x0E204800 | arrangement | vn << 5 | vd)

    def rbit_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg) -> None:
        """RBIT (vector).  Reverses the bits of each byte."""
        self.put(0x2E605800 | arrangement | vn << 5 | vd)

    def rev64(self, arrangement: ByteToWordArrangement, vd: VReg, vn: VReg) -> None:
        """REV64.  Reverses the lanes of each doubleword."""
        self.put(0x0E200800 | arrangement | vn << 5 | vd)

    def rev32_v(self, arrangement: ByteToHalfwordArrangement, vd: VReg, vn: VReg) -> None:
        """REV32 (vector).  Reverses the lanes of each word."""
        self.put(0x2E200800 | arrangement | vn << 5 | vd)

    def rev16_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg) -> None:
        """REV16 (vector).  Swaps the bytes of each halfword."""
        self.put(0x0E201800 | arrangement | vn << 5 | vd)

    # Across all lanes, into a scalar of the lanes' width, or in the long forms of twice that

    def addv(self, arrangement: AcrossArrangement, vd: VReg, vn: VReg) -> None:
        """ADDV.  The sum, modulo the lane."""
        self.put(0x0E31B800 | arrangement | vn << 5 | vd)

    def saddlv(self, arrangement: AcrossArrangement, vd: VReg, vn: VReg) -> None:
        """SADDLV."""
        self.put(0x0E303800 | arrangement | vn << 5 | vd)

    def uaddlv(self, arrangement: AcrossArrangement, vd: VReg, vn: VReg) -> None:
        """UADDLV."""
        self.put(0x2E303800 | arrangement | vn << 5 | vd)

    def smaxv(self, arrangement: AcrossArrangement, vd: VReg, vn: VReg) -> None:
        """SMAXV."""
        self.put(0x0E30A800 | arrangement | vn << 5 | vd)

    def sminv(self, arrangement: AcrossArrangement, vd: VReg, vn: VReg) -> None:
        """SMINV."""
        self.put(0x0E31A800 | arrangement | vn << 5 | vd)

    def umaxv(self, arrangement: AcrossArrangement, vd: VReg, vn: VReg) -> None:
        """UMAXV."""
        self.put(0x2E30A800 | arrangement | vn << 5 | vd)

    def uminv(self, arrangement: AcrossArrangement, vd: VReg, vn: VReg) -> None:
        """UMINV."""
        self.put(0x2E31A800 | arrangement | vn << 5 | vd)
