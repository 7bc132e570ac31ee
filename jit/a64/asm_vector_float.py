"""Encodings of the group "Advanced SIMD": floating point.

Lanes are single or double precision, which one bit tells; the suffix `_v` tells the vector's instruction from the
scalar's of the same mnemonic.
"""

from typing import Final

from .asm_vector import VectorEncodings
from .operands import H4, FloatArrangement, FloatHighArrangement, FloatLongArrangement, FloatLowArrangement, VReg

_Q_SZ: Final = 1 << 30 | 1 << 22
"""Of an arrangement, what tells single from double precision, and a whole vector from half of one."""


class VectorFloatEncodings(VectorEncodings):
    """FADD (vector) to FCVTN2."""

    # Two sources

    def fadd_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FADD (vector)."""
        self.put(0x0E20D400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fsub_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FSUB (vector)."""
        self.put(0x0EA0D400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fmul_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMUL (vector)."""
        self.put(0x2E20DC00 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fdiv_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FDIV (vector)."""
        self.put(0x2E20FC00 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fmax_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMAX (vector).  NaN if either is; +0 is above -0."""
        self.put(0x0E20F400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fmin_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMIN (vector).  NaN if either is; -0 is below +0."""
        self.put(0x0EA0F400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fmaxnm_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMAXNM (vector).  The number if one is a quiet NaN."""
        self.put(0x0E20C400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fminnm_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMINNM (vector).  The number if one is a quiet NaN."""
        self.put(0x0EA0C400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fmla(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMLA (vector).  `vd + vn * vm`, rounded once."""
        self.put(0x0E20CC00 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fmls(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FMLS (vector).  `vd - vn * vm`, rounded once."""
        self.put(0x0EA0CC00 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def faddp(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FADDP (vector).  Sums of neighbours: those of `vn`, then those of `vm`."""
        self.put(0x2E20D400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    # One source

    def fabs_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FABS (vector).  Clears the sign, also of a NaN."""
        self.put(0x0EA0F800 | arrangement & _Q_SZ | vn << 5 | vd)

    def fneg_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FNEG (vector).  Flips the sign, also of a NaN."""
        self.put(0x2EA0F800 | arrangement & _Q_SZ | vn << 5 | vd)

    def fsqrt_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FSQRT (vector)."""
        self.put(0x2EA1F800 | arrangement & _Q_SZ | vn << 5 | vd)

    def frintn_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FRINTN (vector).  To nearest, ties to even."""
        self.put(0x0E218800 | arrangement & _Q_SZ | vn << 5 | vd)

    def frintp_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FRINTP (vector).  Up."""
        self.put(0x0EA18800 | arrangement & _Q_SZ | vn << 5 | vd)

    def frintm_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FRINTM (vector).  Down."""
        self.put(0x0E219800 | arrangement & _Q_SZ | vn << 5 | vd)

    def frintz_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FRINTZ (vector).  Towards zero."""
        self.put(0x0EA19800 | arrangement & _Q_SZ | vn << 5 | vd)

    def frinta_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FRINTA (vector).  To nearest, ties away from zero."""
        self.put(0x2E218800 | arrangement & _Q_SZ | vn << 5 | vd)

    # Comparison: all ones where it holds, zero where not; an unordered pair satisfies none

    def fcmeq(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FCMEQ (register)."""
        self.put(0x0E20E400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fcmge(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FCMGE (register)."""
        self.put(0x2E20E400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fcmgt(self, arrangement: FloatArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """FCMGT (register)."""
        self.put(0x2EA0E400 | arrangement & _Q_SZ | vm << 16 | vn << 5 | vd)

    def fcmeq_zero(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FCMEQ (zero)."""
        self.put(0x0EA0D800 | arrangement & _Q_SZ | vn << 5 | vd)

    def fcmge_zero(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FCMGE (zero)."""
        self.put(0x2EA0C800 | arrangement & _Q_SZ | vn << 5 | vd)

    def fcmgt_zero(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FCMGT (zero)."""
        self.put(0x0EA0C800 | arrangement & _Q_SZ | vn << 5 | vd)

    def fcmle_zero(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FCMLE (zero)."""
        self.put(0x2EA0D800 | arrangement & _Q_SZ | vn << 5 | vd)

    def fcmlt_zero(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FCMLT (zero)."""
        self.put(0x0EA0E800 | arrangement & _Q_SZ | vn << 5 | vd)

    # Conversion to and from integers of the same width; out of range saturates, NaN is 0

    def fcvtzs_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FCVTZS (vector, integer).  Towards zero."""
        self.put(0x0EA1B800 | arrangement & _Q_SZ | vn << 5 | vd)

    def fcvtzu_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """FCVTZU (vector, integer).  Towards zero."""
        self.put(0x2EA1B800 | arrangement & _Q_SZ | vn << 5 | vd)

    def scvtf_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """SCVTF (vector, integer)."""
        self.put(0x0E21D800 | arrangement & _Q_SZ | vn << 5 | vd)

    def ucvtf_v(self, arrangement: FloatArrangement, vd: VReg, vn: VReg) -> None:
        """UCVTF (vector, integer)."""
        self.put(0x2E21D800 | arrangement & _Q_SZ | vn << 5 | vd)

    # Conversion between formats: the arrangement is the destination's

    def fcvtl(self, arrangement: FloatLongArrangement, vd: VReg, vn: VReg) -> None:
        """FCVTL, FCVTL2.  From the lower half of a vector."""
        self.put(0x0E217800 | arrangement & 1 << 22 | vn << 5 | vd)

    def fcvtl2(self, arrangement: FloatLongArrangement, vd: VReg, vn: VReg) -> None:
        """FCVTL, FCVTL2.  From the upper half of a vector."""
        self.put(0x0E217800 | arrangement & _Q_SZ | vn << 5 | vd)

    def fcvtn(self, arrangement: FloatLowArrangement, vd: VReg, vn: VReg) -> None:
        """FCVTN, FCVTN2."""
        self.put(0x0E216800 | arrangement - H4 | vn << 5 | vd)

    def fcvtn2(self, arrangement: FloatHighArrangement, vd: VReg, vn: VReg) -> None:
        """FCVTN, FCVTN2.  Into the upper half, keeping the lower."""
        self.put(0x0E216800 | arrangement - H4 | vn << 5 | vd)
