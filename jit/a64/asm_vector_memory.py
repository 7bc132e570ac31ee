"""Encodings of the group "Loads and Stores": Advanced SIMD, one element to or from one lane, or to all.

The address is a register alone.  Whole SIMD and floating-point registers are loaded and stored in `asm_memory_vector`.
"""

from .asm_vector_immediate import VectorImmediateEncodings
from .operands import Arrangement, RegSP, UImm4, VReg, VSize


class VectorElementEncodings(VectorImmediateEncodings):
    """LD1R to ST1 (single structure)."""

    def ld1r(self, arrangement: Arrangement, vt: VReg, rn: RegSP) -> None:
        """LD1R.  One element from memory in every lane."""
        self.put(0x0D40C000 | arrangement & 1 << 30 | (arrangement >> 22 & 3) << 10 | rn << 5 | vt)

    def ld1_lane(self, size: VSize, vt: VReg, index: UImm4, rn: RegSP) -> None:
        """LD1 (single structure).  Replaces one lane."""
        self.put(0x0D400000 | _lane(size, index) | rn << 5 | vt)

    def st1_lane(self, size: VSize, vt: VReg, index: UImm4, rn: RegSP) -> None:
        """ST1 (single structure)."""
        self.put(0x0D000000 | _lane(size, index) | rn << 5 | vt)


def _lane(size: VSize, index: int) -> int:
    """Q, opcode, S and size: the lane's number in bytes, the size of the lane, and 1 in the low bits for a D lane."""
    assert size <= 3 and 0 <= index < 16 >> size
    at = index << size
    opcode = (0, 2, 4, 4)[size]
    return (at >> 3) << 30 | opcode << 13 | (at & 7) << 10 | (size == 3) << 10
