"""Encodings of the group "Advanced SIMD": lanes moved, to and from general registers too."""

from .asm_vector_shift import VectorShiftEncodings
from .operands import B16, Arrangement, ByteArrangement, Reg, Size, TableCount, UImm4, VReg, VSize


class VectorPermuteEncodings(VectorShiftEncodings):
    """DUP (element) to TBX."""

    # Lanes: `size` is B, H, S or D

    def dup_element(self, arrangement: Arrangement, vd: VReg, vn: VReg, index: UImm4) -> None:
        """DUP (element), vector.  One lane of `vn` in every lane."""
        lane = _lane(VSize(arrangement >> 22 & 3), index)
        self.put(0x0E000400 | arrangement & 1 << 30 | lane << 16 | vn << 5 | vd)

    def dup_general(self, arrangement: Arrangement, vd: VReg, rn: Reg) -> None:
        """DUP (general)."""
        self.put(0x0E000C00 | arrangement & 1 << 30 | 1 << (arrangement >> 22 & 3) + 16 | rn << 5 | vd)

    def dup_scalar(self, size: VSize, vd: VReg, vn: VReg, index: UImm4) -> None:
        """DUP (element), scalar.  One lane of `vn`; the rest of the destination is cleared."""
        self.put(0x5E000400 | _lane(size, index) << 16 | vn << 5 | vd)

    def ins_general(self, size: VSize, vd: VReg, index: UImm4, rn: Reg) -> None:
        """INS (general).  Replaces one lane."""
        self.put(0x4E001C00 | _lane(size, index) << 16 | rn << 5 | vd)

    def ins_element(self, size: VSize, vd: VReg, index: UImm4, vn: VReg, from_index: UImm4) -> None:
        """INS (element).  Replaces one lane by a lane."""
        assert 0 <= from_index < 16 >> size
        self.put(0x6E000400 | _lane(size, index) << 16 | from_index << size + 11 | vn << 5 | vd)

    def umov(self, size: VSize, rd: Reg, vn: VReg, index: UImm4) -> None:
        """UMOV.  To a W register from a B, H or S lane, to X from D."""
        self.put(0x0E003C00 | (size == 3) << 30 | _lane(size, index) << 16 | vn << 5 | rd)

    def smov(self, sf: Size, size: VSize, rd: Reg, vn: VReg, index: UImm4) -> None:
        """SMOV.  To W from a B or H lane, to X from B, H or S."""
        assert size <= 1 + sf
        self.put(0x0E002C00 | sf << 30 | _lane(size, index) << 16 | vn << 5 | rd)

    # Permutation of two vectors

    def uzp1(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UZP1.  The even lanes of `vn`, then those of `vm`."""
        self.put(0x0E001800 | arrangement | vm << 16 | vn << 5 | vd)

    def uzp2(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """UZP2.  The odd lanes of `vn`, then those of `vm`."""
        self.put(0x0E005800 | arrangement | vm << 16 | vn << 5 | vd)

    def trn1(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """TRN1.  The even lanes of both, alternating."""
        self.put(0x0E002800 | arrangement | vm << 16 | vn << 5 | vd)

    def trn2(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """TRN2.  The odd lanes of both, alternating."""
        self.put(0x0E006800 | arrangement | vm << 16 | vn << 5 | vd)

    def zip1(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """ZIP1.  The lower halves of both, alternating."""
        self.put(0x0E003800 | arrangement | vm << 16 | vn << 5 | vd)

    def zip2(self, arrangement: Arrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """ZIP2.  The upper halves of both, alternating."""
        self.put(0x0E007800 | arrangement | vm << 16 | vn << 5 | vd)

    def ext(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg, start: UImm4) -> None:
        """EXT.  The bytes of `vn` from `start` on, then as many of `vm` as there is room for."""
        assert 0 <= start < (16 if arrangement == B16 else 8)
        self.put(0x2E000000 | arrangement | vm << 16 | start << 11 | vn << 5 | vd)

    # Lookup of the bytes of `vm` in 1 to 4 registers from `vn` on, V0 after V31

    def tbl(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg, tables: TableCount = 1) -> None:
        """TBL.  0 where the index is beyond the table."""
        assert 1 <= tables <= 4
        self.put(0x0E000000 | arrangement | vm << 16 | tables - 1 << 13 | vn << 5 | vd)

    def tbx(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg, tables: TableCount = 1) -> None:
        """TBX.  Keeps the byte where the index is beyond the table."""
        assert 1 <= tables <= 4
        self.put(0x0E001000 | arrangement | vm << 16 | tables - 1 << 13 | vn << 5 | vd)


def _lane(size: VSize, index: int) -> int:
    """The imm5 field: the lane's number above a one at the place that tells its size."""
    assert size <= 3 and 0 <= index < 16 >> size
    return (index << 1 | 1) << size
