"""Encodings of the group "Advanced SIMD": shifts.

The fields `immh:immb` hold the width of a lane and the amount as one number: `width + amount` to the left,
`2 * width - amount` to the right.  Where source and destination differ in width, the arrangement is the destination's.
"""

from .asm_vector_long import VectorLongEncodings
from .operands import (
    Arrangement,
    HalfLaneShift,
    HighArrangement,
    LaneShift,
    LongArrangement,
    LowArrangement,
    RightShift,
    UImm6,
    VReg,
)


class VectorShiftEncodings(VectorLongEncodings):
    """SSHL to SLI, scalar."""

    # By each lane of the second: left, or right where its low byte is negative; truncating

    def sshl(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """SSHL.  Arithmetic."""
        self.put(0x0E204400 | arrangement | vm << 16 | vn << 5 | vd)

    def ushl(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """USHL.  Logical."""
        self.put(0x2E204400 | arrangement | vm << 16 | vn << 5 | vd)

    # By a constant

    def shl(self, arrangement: Arrangement, vd: VReg, vn: VReg, amount: LaneShift) -> None:
        """SHL."""
        self.put(0x0F005400 | _left(arrangement, amount) | vn << 5 | vd)

    def sli(self, arrangement: Arrangement, vd: VReg, vn: VReg, amount: LaneShift) -> None:
        """SLI.  Shifts left and keeps the low bits of the destination."""
        self.put(0x2F005400 | _left(arrangement, amount) | vn << 5 | vd)

    def sshr(self, arrangement: Arrangement, vd: VReg, vn: VReg, amount: RightShift) -> None:
        """SSHR."""
        self.put(0x0F000400 | _right(arrangement, amount) | vn << 5 | vd)

    def ushr(self, arrangement: Arrangement, vd: VReg, vn: VReg, amount: RightShift) -> None:
        """USHR."""
        self.put(0x2F000400 | _right(arrangement, amount) | vn << 5 | vd)

    def sri(self, arrangement: Arrangement, vd: VReg, vn: VReg, amount: RightShift) -> None:
        """SRI.  Shifts right and keeps the high bits of the destination."""
        self.put(0x2F004400 | _right(arrangement, amount) | vn << 5 | vd)

    def ssra(self, arrangement: Arrangement, vd: VReg, vn: VReg, amount: RightShift) -> None:
        """SSRA.  Adds the shifted to the destination."""
        self.put(0x0F001400 | _right(arrangement, amount) | vn << 5 | vd)

    def usra(self, arrangement: Arrangement, vd: VReg, vn: VReg, amount: RightShift) -> None:
        """USRA.  Adds the shifted to the destination."""
        self.put(0x2F001400 | _right(arrangement, amount) | vn << 5 | vd)

    # By a constant, from lanes half as wide: the lower half of them, or with a 2 the upper

    def sshll(self, arrangement: LongArrangement, vd: VReg, vn: VReg, amount: HalfLaneShift) -> None:
        """SSHLL, SSHLL2."""
        self.put(0x0F00A400 | _long(arrangement, amount) | vn << 5 | vd)

    def sshll2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, amount: HalfLaneShift) -> None:
        """SSHLL, SSHLL2.  From the upper half."""
        self.put(0x4F00A400 | _long(arrangement, amount) | vn << 5 | vd)

    def ushll(self, arrangement: LongArrangement, vd: VReg, vn: VReg, amount: HalfLaneShift) -> None:
        """USHLL, USHLL2."""
        self.put(0x2F00A400 | _long(arrangement, amount) | vn << 5 | vd)

    def ushll2(self, arrangement: LongArrangement, vd: VReg, vn: VReg, amount: HalfLaneShift) -> None:
        """USHLL, USHLL2.  From the upper half."""
        self.put(0x6F00A400 | _long(arrangement, amount) | vn << 5 | vd)

    def sxtl(self, arrangement: LongArrangement, vd: VReg, vn: VReg) -> None:
        """SXTL, SXTL2."""
        self.sshll(arrangement, vd, vn, 0)

    def sxtl2(self, arrangement: LongArrangement, vd: VReg, vn: VReg) -> None:
        """SXTL, SXTL2.  From the upper half."""
        self.sshll2(arrangement, vd, vn, 0)

    def uxtl(self, arrangement: LongArrangement, vd: VReg, vn: VReg) -> None:
        """UXTL, UXTL2."""
        self.ushll(arrangement, vd, vn, 0)

    def uxtl2(self, arrangement: LongArrangement, vd: VReg, vn: VReg) -> None:
        """UXTL, UXTL2.  From the upper half."""
        self.ushll2(arrangement, vd, vn, 0)

    # By a constant, from lanes twice as wide; a 2 fills the upper half and keeps the lower

    def shrn(self, arrangement: LowArrangement, vd: VReg, vn: VReg, amount: RightShift) -> None:
        """SHRN, SHRN2."""
        self.put(0x0F008400 | _right(arrangement, amount) | vn << 5 | vd)

    def shrn2(self, arrangement: HighArrangement, vd: VReg, vn: VReg, amount: RightShift) -> None:
        """SHRN, SHRN2.  Into the upper half."""
        self.put(0x0F008400 | _right(arrangement, amount) | vn << 5 | vd)

    # By a constant, of a D scalar

    def ushr_d(self, vd: VReg, vn: VReg, amount: UImm6) -> None:
        """USHR, scalar.  1 to 63 (the machine would also take 64)."""
        assert 1 <= amount <= 63
        self.put(0x7F000400 | 128 - amount << 16 | vn << 5 | vd)

    def sshr_d(self, vd: VReg, vn: VReg, amount: UImm6) -> None:
        """SSHR, scalar.  1 to 63 (the machine would also take 64)."""
        assert 1 <= amount <= 63
        self.put(0x5F000400 | 128 - amount << 16 | vn << 5 | vd)

    def shl_d(self, vd: VReg, vn: VReg, amount: UImm6) -> None:
        """SHL, scalar."""
        assert 0 <= amount <= 63
        self.put(0x5F005400 | 64 + amount << 16 | vn << 5 | vd)

    def sli_d(self, vd: VReg, vn: VReg, amount: UImm6) -> None:
        """SLI, scalar.  Shifts left and keeps the low bits of the destination."""
        assert 0 <= amount <= 63
        self.put(0x7F005400 | 64 + amount << 16 | vn << 5 | vd)


def _left(arrangement: Arrangement, amount: int) -> int:
    """Q and `immh:immb` of a shift to the left, by less than the width of a lane."""
    width = 8 << (arrangement >> 22 & 3)
    assert 0 <= amount < width
    return arrangement & 1 << 30 | width + amount << 16


def _right(arrangement: Arrangement, amount: int) -> int:
    """Q and `immh:immb` of a shift to the right, by 1 to the width of a lane."""
    width = 8 << (arrangement >> 22 & 3)
    assert 1 <= amount <= width
    return arrangement & 1 << 30 | 2 * width - amount << 16


def _long(arrangement: LongArrangement, amount: int) -> int:
    """`immh:immb` of a shift to the left from lanes half as wide as the arrangement's, by less than their width."""
    width = 4 << (arrangement >> 22 & 3)
    assert 0 <= amount < width
    return width + amount << 16
