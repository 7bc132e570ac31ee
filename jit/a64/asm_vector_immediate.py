"""Encodings of the group "Advanced SIMD": constants.

Arrangements of 64 bits clear the upper half of the register.
"""

from .asm_vector_permute import VectorPermuteEncodings
from .immediates import encode_byte_mask
from .operands import (
    ByteArrangement,
    ByteMask,
    FloatArrangement,
    HalfwordArrangement,
    OnesShift,
    Shift8,
    Shift32,
    UImm8,
    VReg,
    WordArrangement,
)


class VectorImmediateEncodings(VectorPermuteEncodings):
    """MOVI to FMOV (vector, immediate)."""

    def movi_bytes(self, arrangement: ByteArrangement, vd: VReg, imm8: UImm8) -> None:
        """MOVI, 8-bit."""
        self.put(0x0F00E400 | arrangement | _split8(imm8) | vd)

    def movi_halfwords(self, arrangement: HalfwordArrangement, vd: VReg, imm8: UImm8, shift: Shift8 = 0) -> None:
        """MOVI, 16-bit shifted immediate.  `imm8 << shift` in every halfword; the shift is 0 or 8."""
        assert shift in (0, 8)
        self.put(0x0F008400 | arrangement & 1 << 30 | shift >> 3 << 13 | _split8(imm8) | vd)

    def movi_words(self, arrangement: WordArrangement, vd: VReg, imm8: UImm8, shift: Shift32 = 0) -> None:
        """MOVI, 32-bit shifted immediate.  `imm8 << shift` in every word; the shift is 0, 8, 16 or 24."""
        assert shift in (0, 8, 16, 24)
        self.put(0x0F000400 | arrangement & 1 << 30 | shift >> 3 << 13 | _split8(imm8) | vd)

    def movi_words_ones(self, arrangement: WordArrangement, vd: VReg, imm8: UImm8, shift: OnesShift) -> None:
        """MOVI, 32-bit shifting ones.  `imm8` over ones, in every word; the shift is 8 or 16."""
        assert shift in (8, 16)
        self.put(0x0F00C400 | arrangement & 1 << 30 | (shift == 16) << 12 | _split8(imm8) | vd)

    def mvni_halfwords(self, arrangement: HalfwordArrangement, vd: VReg, imm8: UImm8, shift: Shift8 = 0) -> None:
        """MVNI, 16-bit shifted immediate.  `~(imm8 << shift)` in every halfword; the shift is 0 or 8."""
        assert shift in (0, 8)
        self.put(0x2F008400 | arrangement & 1 << 30 | shift >> 3 << 13 | _split8(imm8) | vd)

    def mvni_words(self, arrangement: WordArrangement, vd: VReg, imm8: UImm8, shift: Shift32 = 0) -> None:
        """MVNI, 32-bit shifted immediate.  `~(imm8 << shift)` in every word; the shift is 0, 8, 16 or 24."""
        assert shift in (0, 8, 16, 24)
        self.put(0x2F000400 | arrangement & 1 << 30 | shift >> 3 << 13 | _split8(imm8) | vd)

    def mvni_words_ones(self, arrangement: WordArrangement, vd: VReg, imm8: UImm8, shift: OnesShift) -> None:
        """MVNI, 32-bit shifting ones.  `imm8` over ones, inverted, in every word; the shift is 8 or 16."""
        assert shift in (8, 16)
        self.put(0x2F00C400 | arrangement & 1 << 30 | (shift == 16) << 12 | _split8(imm8) | vd)

    def movi_d(self, vd: VReg, value: ByteMask) -> None:
        """MOVI, 64-bit scalar.  Whole bytes of 0x00 and 0xFF; the upper half of the register is cleared."""
        self.put(0x2F00E400 | _byte_mask(value) | vd)

    def movi_2d(self, vd: VReg, value: ByteMask) -> None:
        """MOVI, 64-bit vector.  The constant in both halves."""
        self.put(0x6F00E400 | _byte_mask(value) | vd)

    def fmov_v_imm(self, arrangement: FloatArrangement, vd: VReg, imm8: UImm8) -> None:
        """FMOV (vector, immediate).  `imm8` as `immediates.decode_fp8` reads it, in every lane."""
        self.put(0x0F00F400 | arrangement & 1 << 30 | (arrangement >> 22 & 1) << 29 | _split8(imm8) | vd)


def _split8(imm8: int) -> int:
    """The fields abc and defgh."""
    assert 0 <= imm8 <= 255
    return imm8 >> 5 << 16 | (imm8 & 31) << 5


def _byte_mask(value: int) -> int:
    imm8 = encode_byte_mask(value)
    assert imm8 is not None, f"{value:#x} is not made of whole 0x00 and 0xFF bytes"
    return _split8(imm8)
