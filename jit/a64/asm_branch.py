"""Encodings of the group "Branches, Exception Generating and System Instructions", and UDF."""

from .asm_memory_vector import VectorMemoryEncodings
from .labels import IMM14, IMM19, IMM26, Label
from .operands import LR, SY, Barrier, BitNumber, Cond, Reg, Size, SystemReg, UImm7, UImm16, XReg


class BranchEncodings(VectorMemoryEncodings):
    """B to WFI."""

    # Branches to labels.  Each raises `BranchOutOfRange` here or, for a forward branch, when the label is bound.

    def b(self, target: Label) -> None:
        """B.  Reaches 128 MiB."""
        self.put_reference(0x14000000, IMM26, target)

    def bl(self, target: Label) -> None:
        """BL.  Reaches 128 MiB."""
        self.put_reference(0x94000000, IMM26, target)

    def b_cond(self, cond: Cond, target: Label) -> None:
        """B.cond.  Reaches 1 MiB."""
        self.put_reference(0x54000000 | cond, IMM19, target)

    def cbz(self, sf: Size, rt: Reg, target: Label) -> None:
        """CBZ.  Reaches 1 MiB."""
        self.put_reference(0x34000000 | sf << 31 | rt, IMM19, target)

    def cbnz(self, sf: Size, rt: Reg, target: Label) -> None:
        """CBNZ.  Reaches 1 MiB."""
        self.put_reference(0x35000000 | sf << 31 | rt, IMM19, target)

    def tbz(self, rt: Reg, bit: BitNumber, target: Label) -> None:
        """TBZ.  Reaches 32 KiB."""
        assert 0 <= bit <= 63
        self.put_reference(0x36000000 | bit >> 5 << 31 | (bit & 31) << 19 | rt, IMM14, target)

    def tbnz(self, rt: Reg, bit: BitNumber, target: Label) -> None:
        """TBNZ.  Reaches 32 KiB."""
        assert 0 <= bit <= 63
        self.put_reference(0x37000000 | bit >> 5 << 31 | (bit & 31) << 19 | rt, IMM14, target)

    # Branches to registers

    def br(self, rn: Reg) -> None:
        """BR."""
        self.put(0xD61F0000 | rn << 5)

    def blr(self, rn: Reg) -> None:
        """BLR."""
        self.put(0xD63F0000 | rn << 5)

    def ret(self, rn: XReg = LR) -> None:
        """RET.  Unlike BR it is predicted from the stack of BLs, so it must answer one."""
        self.put(0xD65F0000 | rn << 5)

    # Exceptions

    def udf(self, imm: UImm16) -> None:
        """UDF.  Permanently undefined; the immediate is for whoever handles it."""
        assert 0 <= imm <= 0xFFFF
        self.put(imm)

    def svc(self, imm: UImm16) -> None:
        """SVC."""
        assert 0 <= imm <= 0xFFFF
        self.put(0xD4000001 | imm << 5)

    def brk(self, imm: UImm16) -> None:
        """BRK."""
        assert 0 <= imm <= 0xFFFF
        self.put(0xD4200000 | imm << 5)

    def hlt(self, imm: UImm16) -> None:
        """HLT."""
        assert 0 <= imm <= 0xFFFF
        self.put(0xD4400000 | imm << 5)

    # Hints and barriers

    def hint(self, imm: UImm7) -> None:
        """HINT.  An unallocated hint is a NOP."""
        assert 0 <= imm <= 127
        self.put(0xD503201F | imm << 5)

    def nop(self) -> None:
        """NOP."""
        self.put(0xD503201F)

    def wfi(self) -> None:
        """WFI."""
        self.put(0xD503207F)

    def dmb(self, barrier: Barrier = SY) -> None:
        """DMB."""
        self.put(0xD50330BF | barrier << 8)

    def dsb(self, barrier: Barrier = SY) -> None:
        """DSB."""
        self.put(0xD503309F | barrier << 8)

    def isb(self) -> None:
        """ISB."""
        self.put(0xD5033FDF)

    # Caches and system registers

    def ic_ivau(self, rt: Reg) -> None:
        """IC IVAU: invalidates the instruction cache line of an address, to the point of unification."""
        self.put(0xD50B7520 | rt)

    def dc_cvau(self, rt: Reg) -> None:
        """DC CVAU: cleans the data cache line of an address, to the point of unification."""
        self.put(0xD50B7B20 | rt)

    def mrs(self, rt: Reg, source: SystemReg) -> None:
        """MRS."""
        self.put(0xD5200000 | source | rt)

    def msr(self, destination: SystemReg, rt: Reg) -> None:
        """MSR (register)."""
        self.put(0xD5000000 | destination | rt)
