"""Encodings of the group "Advanced SIMD": integers, where lanes change their width.

The arrangement is the destination's.  Encodings hold that of the narrower lanes, with Q for the upper half, so that
lengthening takes one from the `size` of a destination whose Q is set: `arrangement - H8` clears Q as well,
`arrangement - H4` leaves it.
"""

from .asm_vector_float import VectorFloatEncodings
from .operands import H4, H8, HighArrangement, LongArrangement, LowArrangement, PairedArrangement, VReg


class VectorLongEncodings(VectorFloatEncodings):
    """SMULL (vector) to UQXTN2."""

    # Lengthening: sources are half as wide; the lower half of them, or with a 2 the upper

    def smull_v(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMULL, SMULL2 (vector).  The product."""
        self.put(0x0E20C000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def smull2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMULL, SMULL2 (vector).  Of the upper halves."""
        self.put(0x0E20C000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def umull_v(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMULL, UMULL2 (vector).  The product."""
        self.put(0x2E20C000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def umull2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMULL, UMULL2 (vector).  Of the upper halves."""
        self.put(0x2E20C000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def smlal(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMLAL, SMLAL2 (vector).  Adds the product."""
        self.put(0x0E208000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def smlal2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMLAL, SMLAL2 (vector).  Of the upper halves."""
        self.put(0x0E208000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def umlal(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMLAL, UMLAL2 (vector).  Adds the product."""
        self.put(0x2E208000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def umlal2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMLAL, UMLAL2 (vector).  Of the upper halves."""
        self.put(0x2E208000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def smlsl(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMLSL, SMLSL2 (vector).  Subtracts the product."""
        self.put(0x0E20A000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def smlsl2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SMLSL, SMLSL2 (vector).  Of the upper halves."""
        self.put(0x0E20A000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def umlsl(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMLSL, UMLSL2 (vector).  Subtracts the product."""
        self.put(0x2E20A000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def umlsl2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UMLSL, UMLSL2 (vector).  Of the upper halves."""
        self.put(0x2E20A000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def saddl(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SADDL, SADDL2."""
        self.put(0x0E200000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def saddl2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SADDL, SADDL2.  Of the upper halves."""
        self.put(0x0E200000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def uaddl(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UADDL, UADDL2."""
        self.put(0x2E200000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def uaddl2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UADDL, UADDL2.  Of the upper halves."""
        self.put(0x2E200000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def ssubl(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SSUBL, SSUBL2."""
        self.put(0x0E202000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def ssubl2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SSUBL, SSUBL2.  Of the upper halves."""
        self.put(0x0E202000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def usubl(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """USUBL, USUBL2."""
        self.put(0x2E202000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def usubl2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """USUBL, USUBL2.  Of the upper halves."""
        self.put(0x2E202000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def saddw(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SADDW, SADDW2.  `vn` is as wide as the destination, `vm` half as wide."""
        self.put(0x0E201000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def saddw2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SADDW, SADDW2.  With the upper half of `vm`."""
        self.put(0x0E201000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    def uaddw(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UADDW, UADDW2.  `vn` is as wide as the destination, `vm` half as wide."""
        self.put(0x2E201000 | arrangement - H8 | vm << 16 | vn << 5 | vd)

    def uaddw2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UADDW, UADDW2.  With the upper half of `vm`."""
        self.put(0x2E201000 | arrangement - H4 | vm << 16 | vn << 5 | vd)

    # Pairwise lengthening: neighbours of a source whose lanes are half as wide, and twice as many

    def saddlp(self, arrangement: PairedArrangement, vd: VReg, vn: VReg) -> None:
        """SADDLP."""
        self.put(0x0E202800 | arrangement - H4 | vn << 5 | vd)

    def uaddlp(self, arrangement: PairedArrangement, vd: VReg, vn: VReg) -> None:
        """UADDLP."""
        self.put(0x2E202800 | arrangement - H4 | vn << 5 | vd)

    # Narrowing: the source is a vector of lanes twice as wide; a 2 fills the upper half and keeps the lower

    def xtn(self, arrangement: LowArrangement, vd: VReg, vn: VReg) -> None:
        """XTN, XTN2.  Modulo the lane."""
        self.put(0x0E212800 | arrangement | vn << 5 | vd)

    def xtn2(self, arrangement: HighArrangement, vd: VReg, vn: VReg) -> None:
        """XTN, XTN2.  Into the upper half."""
        self.put(0x0E212800 | arrangement | vn << 5 | vd)

    def sqxtn(self, arrangement: LowArrangement, vd: VReg, vn: VReg) -> None:
        """SQXTN, SQXTN2.  Signed, saturating."""
        self.put(0x0E214800 | arrangement | vn << 5 | vd)

    def sqxtn2(self, arrangement: HighArrangement, vd: VReg, vn: VReg) -> None:
        """SQXTN, SQXTN2.  Into the upper half."""
        self.put(0x0E214800 | arrangement | vn << 5 | vd)

    def sqxtun(self, arrangement: LowArrangement, vd: VReg, vn: VReg) -> None:
        """SQXTUN, SQXTUN2.  Signed to unsigned, saturating."""
        self.put(0x2E212800 | arrangement | vn << 5 | vd)

    def sqxtun2(self, arrangement: HighArrangement, vd: VReg, vn: VReg) -> None:
        """SQXTUN, SQXTUN2.  Into the upper half."""
        self.put(0x2E212800 | arrangement | vn << 5 | vd)

    def uqxtn(self, arrangement: LowArrangement, vd: VReg, vn: VReg) -> None:
        """UQXTN, UQXTN2.  Unsigned, saturating."""
        self.put(0x2E214800 | arrangement | vn << 5 | vd)

    def uqxtn2(self, arrangement: HighArrangement, vd: VReg, vn: VReg) -> None:
        """UQXTN, UQXTN2.  Into the upper half."""
        self.put(0x2E214800 | arrangement | vn << 5 | vd)
