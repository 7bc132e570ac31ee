"""Encodings of Advanced SIMD that scalar code has use for: bit counts, bitwise operations, lanes, shifts, constants."""

from .asm_buffer import CodeBuffer
from .immediates import encode_byte_mask
from .operands import (
    Arrangement,
    ByteArrangement,
    ByteMask,
    Reg,
    Shift32,
    Size,
    UImm4,
    UImm6,
    UImm8,
    VReg,
    VSize,
    WordArrangement,
)


class SimdEncodings(CodeBuffer):
    """CNT to MVNI."""

    # Counting and reduction

    def cnt(self, arrangement: ByteArrangement, vd: VReg, vn: VReg) -> None:
        """CNT.  The number of ones of each byte."""
        self.put(0x0E205800 | arrangement | vn << 5 | vd)

    def addv_bytes(self, arrangement: ByteArrangement, vd: VReg, vn: VReg) -> None:
        """ADDV.  The sum of all bytes, modulo 256, as a B scalar."""
        self.put(0x0E31B800 | arrangement | vn << 5 | vd)

    def uaddlv_bytes(self, arrangement: ByteArrangement, vd: VReg, vn: VReg) -> None:
        """UADDLV.  The sum of all bytes, as an H scalar."""
        self.put(0x2E303800 | arrangement | vn << 5 | vd)

    # Bitwise

    def and_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """AND (vector)."""
        self.put(0x0E201C00 | arrangement | vm << 16 | vn << 5 | vd)

    def bic_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """BIC (vector, register).  `vn & ~vm`."""
        self.put(0x0E601C00 | arrangement | vm << 16 | vn << 5 | vd)

    def orr_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """ORR (vector, register).  With `vn` twice, Arm's MOV (vector)."""
        self.put(0x0EA01C00 | arrangement | vm << 16 | vn << 5 | vd)

    def orn_v(self, arrangement: ByteArrangement, vd: VReg, vn: VReg, vm: VReg) -> None:
        """ORN (vector)."""
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
        """NOT."""
        self.put(0x2E205800 | arrangement | vn << 5 | vd)

    # Lanes: `size` is B, H, S or D.

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

    # Shifts by a constant, of a D scalar

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

    # Constants

    def movi_bytes(self, arrangement: ByteArrangement, vd: VReg, imm8: UImm8) -> None:
        """MOVI, 8-bit."""
        self.put(0x0F00E400 | arrangement | _split8(imm8) | vd)

    def movi_words(self, arrangement: WordArrangement, vd: VReg, imm8: UImm8, shift: Shift32 = 0) -> None:
        """MOVI, 32-bit shifted immediate.  `imm8 << shift` in every word; the shift is 0, 8, 16 or 24."""
        assert shift in (0, 8, 16, 24)
        self.put(0x0F000400 | arrangement & 1 << 30 | shift >> 3 << 13 | _split8(imm8) | vd)

    def mvni_words(self, arrangement: WordArrangement, vd: VReg, imm8: UImm8, shift: Shift32 = 0) -> None:
        """MVNI, 32-bit shifted immediate.  `~(imm8 << shift)` in every word."""
        assert shift in (0, 8, 16, 24)
        self.put(0x2F000400 | arrangement & 1 << 30 | shift >> 3 << 13 | _split8(imm8) | vd)

    def movi_d(self, vd: VReg, value: ByteMask) -> None:
        """MOVI, 64-bit scalar.  Whole bytes of 0x00 and 0xFF; the upper half of the register is cleared."""
        self.put(0x2F00E400 | _byte_mask(value) | vd)

    def movi_2d(self, vd: VReg, value: ByteMask) -> None:
        """MOVI, 64-bit vector.  The constant in both halves."""
        self.put(0x6F00E400 | _byte_mask(value) | vd)


def _lane(size: VSize, index: int) -> int:
    """The imm5 field: the lane's number above a one at the place that tells its size."""
    assert size <= 3 and 0 <= index < 16 >> size
    return (index << 1 | 1) << size


def _split8(imm8: int) -> int:
    """The fields abc and defgh."""
    assert 0 <= imm8 <= 255
    return imm8 >> 5 << 16 | (imm8 & 31) << 5


def _byte_mask(value: int) -> int:
    imm8 = encode_byte_mask(value)
    assert imm8 is not None, f"{value:#x} is not made of whole 0x00 and 0xFF bytes"
    return _split8(imm8)
