"""Operands of A64 instructions: small ints whose type says where they may stand.

Number 31 in a register field is the zero register in some encodings and the stack pointer in others.  Here the two are
different types, so that a method which would read SP as ZR cannot be called: `Reg` takes X0-X30 or XZR, `RegSP` takes
X0-X30 or SP.  Width is never part of a register; the `Size` operand of the instruction decides it.

Immediates are plain ints; their `Annotated` types state the range that the encoding asserts, for readers and for the
test that draws operands from them.
"""

from dataclasses import dataclass
from typing import Annotated, Final, NewType

XReg = NewType("XReg", int)
"""X0-X30 (W0-W30): legal wherever a general register is."""
ZeroReg = NewType("ZeroReg", int)
StackReg = NewType("StackReg", int)

Reg = XReg | ZeroReg
"""A general register in a field where 31 is the zero register."""
RegSP = XReg | StackReg
"""A general register in a field where 31 is the stack pointer."""
VReg = NewType("VReg", int)
"""A SIMD and floating-point register."""

X0: Final = XReg(0)
X1: Final = XReg(1)
X2: Final = XReg(2)
X3: Final = XReg(3)
X4: Final = XReg(4)
X5: Final = XReg(5)
X6: Final = XReg(6)
X7: Final = XReg(7)
X8: Final = XReg(8)
X9: Final = XReg(9)
X10: Final = XReg(10)
X11: Final = XReg(11)
X12: Final = XReg(12)
X13: Final = XReg(13)
X14: Final = XReg(14)
X15: Final = XReg(15)
X16: Final = XReg(16)
X17: Final = XReg(17)
X18: Final = XReg(18)
X19: Final = XReg(19)
X20: Final = XReg(20)
X21: Final = XReg(21)
X22: Final = XReg(22)
X23: Final = XReg(23)
X24: Final = XReg(24)
X25: Final = XReg(25)
X26: Final = XReg(26)
X27: Final = XReg(27)
X28: Final = XReg(28)
X29: Final = XReg(29)
X30: Final = XReg(30)
V0: Final = VReg(0)
V1: Final = VReg(1)
V2: Final = VReg(2)
V3: Final = VReg(3)
V4: Final = VReg(4)
V5: Final = VReg(5)
V6: Final = VReg(6)
V7: Final = VReg(7)
V8: Final = VReg(8)
V9: Final = VReg(9)
V10: Final = VReg(10)
V11: Final = VReg(11)
V12: Final = VReg(12)
V13: Final = VReg(13)
V14: Final = VReg(14)
V15: Final = VReg(15)
V16: Final = VReg(16)
V17: Final = VReg(17)
V18: Final = VReg(18)
V19: Final = VReg(19)
V20: Final = VReg(20)
V21: Final = VReg(21)
V22: Final = VReg(22)
V23: Final = VReg(23)
V24: Final = VReg(24)
V25: Final = VReg(25)
V26: Final = VReg(26)
V27: Final = VReg(27)
V28: Final = VReg(28)
V29: Final = VReg(29)
V30: Final = VReg(30)
V31: Final = VReg(31)
XZR: Final = ZeroReg(31)
SP: Final = StackReg(31)
FP: Final = X29
LR: Final = X30

Size = NewType("Size", int)
"""The `sf` field: width of a general operation."""
W: Final = Size(0)
X: Final = Size(1)

VSize = NewType("VSize", int)
"""Width of a scalar in a SIMD and floating-point register, as the binary logarithm of its bytes."""
HalfSize = NewType("HalfSize", VSize)
"""Half precision: a format to convert from and to, without arithmetic."""
WideSize = NewType("WideSize", VSize)
"""A width that pairs and literals also come in: S, D, Q."""
FSize = NewType("FSize", WideSize)
"""A floating-point format with arithmetic on every A64 machine."""
B: Final = VSize(0)
H: Final = HalfSize(VSize(1))
S: Final = FSize(WideSize(VSize(2)))
D: Final = FSize(WideSize(VSize(3)))
Q: Final = WideSize(VSize(4))

Cond = NewType("Cond", int)
"""A condition.  AL and NV both mean "always"; only AL is offered."""
EQ: Final = Cond(0)
NE: Final = Cond(1)
CS: Final = Cond(2)
CC: Final = Cond(3)
MI: Final = Cond(4)
PL: Final = Cond(5)
VS: Final = Cond(6)
VC: Final = Cond(7)
HI: Final = Cond(8)
LS: Final = Cond(9)
GE: Final = Cond(10)
LT: Final = Cond(11)
GT: Final = Cond(12)
LE: Final = Cond(13)
AL: Final = Cond(14)
HS: Final = CS
LO: Final = CC


def invert(cond: Cond) -> Cond:
    """The condition that holds exactly when this one does not.  AL has none."""
    assert cond != AL
    return Cond(cond ^ 1)


Shift = NewType("Shift", int)
"""How a shifted register is shifted."""
Rotate = NewType("Rotate", int)
"""The fourth shift, which the logical instructions alone take."""
LSL: Final = Shift(0)
LSR: Final = Shift(1)
ASR: Final = Shift(2)
ROR: Final = Rotate(3)

Extend = NewType("Extend", int)
"""How an extended register is extended, before it is shifted left."""
IndexExtend = NewType("IndexExtend", Extend)
"""An extension that a register offset of a load or store may have; UXTX is a plain 64-bit index ("LSL")."""
UXTB: Final = Extend(0)
UXTH: Final = Extend(1)
UXTW: Final = IndexExtend(Extend(2))
UXTX: Final = IndexExtend(Extend(3))
SXTB: Final = Extend(4)
SXTH: Final = Extend(5)
SXTW: Final = IndexExtend(Extend(6))
SXTX: Final = IndexExtend(Extend(7))

SystemReg = NewType("SystemReg", int)
"""A system register as its bits in MSR (register)."""
NZCV: Final = SystemReg(0x1B4200)
FPCR: Final = SystemReg(0x1B4400)
FPSR: Final = SystemReg(0x1B4420)

Barrier = NewType("Barrier", int)
"""Domain and accesses of a barrier: its CRm field."""
ISHLD: Final = Barrier(9)
ISHST: Final = Barrier(10)
ISH: Final = Barrier(11)
SY: Final = Barrier(15)

Arrangement = NewType("Arrangement", int)
"""Lanes of a vector, as the bits `Q` and `size` of an Advanced SIMD instruction.  Arm's 1D is the scalar D here."""
Vector8B = NewType("Vector8B", Arrangement)
Vector16B = NewType("Vector16B", Arrangement)
Vector4H = NewType("Vector4H", Arrangement)
Vector8H = NewType("Vector8H", Arrangement)
Vector2S = NewType("Vector2S", Arrangement)
Vector4S = NewType("Vector4S", Arrangement)
Vector2D = NewType("Vector2D", Arrangement)
B8: Final = Vector8B(Arrangement(0))
B16: Final = Vector16B(Arrangement(1 << 30))
H4: Final = Vector4H(Arrangement(1 << 22))
H8: Final = Vector8H(Arrangement(1 << 30 | 1 << 22))
S2: Final = Vector2S(Arrangement(2 << 22))
S4: Final = Vector4S(Arrangement(1 << 30 | 2 << 22))
D2: Final = Vector2D(Arrangement(1 << 30 | 3 << 22))

ByteArrangement = Vector8B | Vector16B
"""A vector of bytes: also what the bitwise instructions work on."""
HalfwordArrangement = Vector4H | Vector8H
WordArrangement = Vector2S | Vector4S
ByteToHalfwordArrangement = ByteArrangement | HalfwordArrangement
HalfwordToWordArrangement = HalfwordArrangement | WordArrangement
ByteToWordArrangement = ByteArrangement | HalfwordArrangement | WordArrangement
AcrossArrangement = ByteArrangement | HalfwordArrangement | Vector4S
"""A vector that can be reduced to one number: it has four lanes or more."""
PairedArrangement = HalfwordArrangement | WordArrangement | Vector2D
"""A vector whose lanes hold sums of neighbours half as wide."""
LongArrangement = Vector8H | Vector4S | Vector2D
"""A vector that lanes half as wide were lengthened to."""
LowArrangement = Vector8B | Vector4H | Vector2S
"""The lower half of a vector, which wider lanes are narrowed to."""
HighArrangement = Vector16B | Vector8H | Vector4S
"""A vector whose upper half wider lanes are narrowed to."""
FloatArrangement = WordArrangement | Vector2D
"""A vector of a format with arithmetic on every A64 machine."""
FloatLongArrangement = Vector4S | Vector2D
FloatLowArrangement = Vector4H | Vector2S
FloatHighArrangement = Vector8H | Vector4S


@dataclass(frozen=True, slots=True)
class Range:
    """An immediate from `lo` to `hi` in steps of `step`."""

    lo: int
    hi: int
    step: int = 1


@dataclass(frozen=True, slots=True)
class InUnits:
    """An offset in bytes: a multiple of the access size, from `lo` to `hi` of these."""

    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class BelowWidth:
    """A bit number of the operation's width: 0 to 31 or 63."""


@dataclass(frozen=True, slots=True)
class WithinWidth:
    """A count of bits, 1 to 32 or 64, that reach from the bit number before it no further than the width."""


@dataclass(frozen=True, slots=True)
class HalfwordOfWidth:
    """The bit where a halfword of the width begins: a multiple of 16."""


@dataclass(frozen=True, slots=True)
class BelowLane:
    """A bit number of a lane of the arrangement."""


@dataclass(frozen=True, slots=True)
class WithinLane:
    """A count of bits, 1 to the width of a lane of the arrangement."""


@dataclass(frozen=True, slots=True)
class BelowHalfLane:
    """A bit number of a lane half as wide as the arrangement's."""


@dataclass(frozen=True, slots=True)
class IsBitmask:
    """A constant that `immediates.encode_bitmask` takes, at the operation's width."""


@dataclass(frozen=True, slots=True)
class IsByteMask:
    """A 64-bit constant of whole 0x00 and 0xFF bytes."""


@dataclass(frozen=True, slots=True)
class IndexScale:
    """0, or the binary logarithm of the access size."""


UImm3 = Annotated[int, Range(0, 7)]
UImm4 = Annotated[int, Range(0, 15)]
UImm5 = Annotated[int, Range(0, 31)]
UImm6 = Annotated[int, Range(0, 63)]
UImm7 = Annotated[int, Range(0, 127)]
UImm8 = Annotated[int, Range(0, 255)]
UImm12 = Annotated[int, Range(0, 4095)]
UImm16 = Annotated[int, Range(0, 0xFFFF)]
UImm32 = Annotated[int, Range(0, 0xFFFF_FFFF)]
SImm9 = Annotated[int, Range(-256, 255)]
PageOffset = Annotated[int, Range(-(1 << 32), (1 << 32) - 4096, 4096)]
Shift12 = Annotated[int, Range(0, 12, 12)]
ExtendAmount = Annotated[int, Range(0, 4)]
LaneShift = Annotated[int, BelowLane()]
RightShift = Annotated[int, WithinLane()]
HalfLaneShift = Annotated[int, BelowHalfLane()]
TableCount = Annotated[int, Range(1, 4)]
Shift8 = Annotated[int, Range(0, 8, 8)]
OnesShift = Annotated[int, Range(8, 16, 8)]
Shift32 = Annotated[int, Range(0, 24, 8)]
ByteMask = Annotated[int, IsByteMask()]
Scaled12 = Annotated[int, InUnits(0, 4095)]
Scaled7 = Annotated[int, InUnits(-64, 63)]
Scale = Annotated[int, IndexScale()]
Amount = Annotated[int, BelowWidth()]
HalfwordShift = Annotated[int, HalfwordOfWidth()]
FieldWidth = Annotated[int, WithinWidth()]
BitNumber = Annotated[int, Range(0, 63)]
BitmaskImm = Annotated[int, IsBitmask()]

# An access: what a load or store moves, as the word of its unscaled form with all operands zero.

Load = NewType("Load", int)
"""A load of a general register."""
Store = NewType("Store", int)
"""A store of a general register."""
VLoad = NewType("VLoad", int)
"""A load of a SIMD and floating-point register."""
VStore = NewType("VStore", int)
"""A store of a SIMD and floating-point register."""
AnyAccess = Load | Store | VLoad | VStore

# fmt: off
STRB: Final    = Store(0x38000000)
STRH: Final    = Store(0x78000000)
STR_W: Final   = Store(0xB8000000)
STR_X: Final   = Store(0xF8000000)
LDRB: Final    = Load(0x38400000)
LDRH: Final    = Load(0x78400000)
LDR_W: Final   = Load(0xB8400000)
LDR_X: Final   = Load(0xF8400000)
LDRSB_X: Final = Load(0x38800000)
LDRSH_X: Final = Load(0x78800000)
LDRSW: Final   = Load(0xB8800000)
LDRSB_W: Final = Load(0x38C00000)
LDRSH_W: Final = Load(0x78C00000)
STR_B: Final   = VStore(0x3C000000)
STR_H: Final   = VStore(0x7C000000)
STR_S: Final   = VStore(0xBC000000)
STR_D: Final   = VStore(0xFC000000)
STR_Q: Final   = VStore(0x3C800000)
LDR_B: Final   = VLoad(0x3C400000)
LDR_H: Final   = VLoad(0x7C400000)
LDR_S: Final   = VLoad(0xBC400000)
LDR_D: Final   = VLoad(0xFC400000)
LDR_Q: Final   = VLoad(0x3CC00000)
# fmt: on


def access_log2(access: AnyAccess) -> int:
    """Binary logarithm of the bytes that an access moves."""
    return access >> 30 | (access >> 26 & access >> 23 & 1) << 2
