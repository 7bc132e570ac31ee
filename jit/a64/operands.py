"""Operands of A64 instructions: small ints whose type says where they may stand.

Number 31 in a register field is the zero register in some encodings and the stack pointer in others.  Here the two are
different types, so that a method which would read SP as ZR cannot be called: `Reg` takes X0-X30 or XZR, `RegSP` takes
X0-X30 or SP.  Width is never part of a register; the `Size` operand of the instruction decides it.

Immediates are plain ints; their `Annotated` types state the range that the encoding asserts, for readers and for the
test that draws operands from them.
"""

from dataclasses import dataclass
from typing import Annotated, NewType

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

# fmt: off
(
    X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, X12, X13, X14, X15,
    X16, X17, X18, X19, X20, X21, X22, X23, X24, X25, X26, X27, X28, X29, X30,
) = (XReg(number) for number in range(31))
(
    V0, V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12, V13, V14, V15,
    V16, V17, V18, V19, V20, V21, V22, V23, V24, V25, V26, V27, V28, V29, V30, V31,
) = (VReg(number) for number in range(32))
# fmt: on
XZR = ZeroReg(31)
SP = StackReg(31)
FP = X29
LR = X30

Size = NewType("Size", int)
"""The `sf` field: width of a general operation."""
W = Size(0)
X = Size(1)

VSize = NewType("VSize", int)
"""Width of a scalar in a SIMD and floating-point register, as the binary logarithm of its bytes."""
HalfSize = NewType("HalfSize", VSize)
"""Half precision: a format to convert from and to, without arithmetic."""
WideSize = NewType("WideSize", VSize)
"""A width that pairs and literals also come in: S, D, Q."""
FSize = NewType("FSize", WideSize)
"""A floating-point format with arithmetic on every A64 machine."""
B = VSize(0)
H = HalfSize(VSize(1))
S = FSize(WideSize(VSize(2)))
D = FSize(WideSize(VSize(3)))
Q = WideSize(VSize(4))

Cond = NewType("Cond", int)
"""A condition.  AL and NV both mean "always"; only AL is offered."""
# fmt: off
EQ, NE, CS, CC, MI, PL, VS, VC, HI, LS, GE, LT, GT, LE, AL = (Cond(number) for number in range(15))
# fmt: on
HS = CS
LO = CC


def invert(cond: Cond) -> Cond:
    """The condition that holds exactly when this one does not.  AL has none."""
    assert cond != AL
    return Cond(cond ^ 1)


Shift = NewType("Shift", int)
"""How a shifted register is shifted."""
Rotate = NewType("Rotate", int)
"""The fourth shift, which the logical instructions alone take."""
LSL = Shift(0)
LSR = Shift(1)
ASR = Shift(2)
ROR = Rotate(3)

Extend = NewType("Extend", int)
"""How an extended register is extended, before it is shifted left."""
IndexExtend = NewType("IndexExtend", Extend)
"""An extension that a register offset of a load or store may have; UXTX is a plain 64-bit index ("LSL")."""
UXTB = Extend(0)
UXTH = Extend(1)
UXTW = IndexExtend(Extend(2))
UXTX = IndexExtend(Extend(3))
SXTB = Extend(4)
SXTH = Extend(5)
SXTW = IndexExtend(Extend(6))
SXTX = IndexExtend(Extend(7))

SystemReg = NewType("SystemReg", int)
"""A system register as its bits in MSR (register)."""
NZCV = SystemReg(0x1B4200)
FPCR = SystemReg(0x1B4400)
FPSR = SystemReg(0x1B4420)

Barrier = NewType("Barrier", int)
"""Domain and accesses of a barrier: its CRm field."""
ISHLD = Barrier(9)
ISHST = Barrier(10)
ISH = Barrier(11)
SY = Barrier(15)

Arrangement = NewType("Arrangement", int)
"""Lanes of a vector, as the bits `Q` and `size` of an Advanced SIMD instruction.  Arm's 1D is the scalar D here."""
Vector8B = NewType("Vector8B", Arrangement)
Vector16B = NewType("Vector16B", Arrangement)
Vector4H = NewType("Vector4H", Arrangement)
Vector8H = NewType("Vector8H", Arrangement)
Vector2S = NewType("Vector2S", Arrangement)
Vector4S = NewType("Vector4S", Arrangement)
Vector2D = NewType("Vector2D", Arrangement)
B8 = Vector8B(Arrangement(0))
B16 = Vector16B(Arrangement(1 << 30))
H4 = Vector4H(Arrangement(1 << 22))
H8 = Vector8H(Arrangement(1 << 30 | 1 << 22))
S2 = Vector2S(Arrangement(2 << 22))
S4 = Vector4S(Arrangement(1 << 30 | 2 << 22))
D2 = Vector2D(Arrangement(1 << 30 | 3 << 22))

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
STRB    = Store(0x38000000)
STRH    = Store(0x78000000)
STR_W   = Store(0xB8000000)
STR_X   = Store(0xF8000000)
LDRB    = Load(0x38400000)
LDRH    = Load(0x78400000)
LDR_W   = Load(0xB8400000)
LDR_X   = Load(0xF8400000)
LDRSB_X = Load(0x38800000)
LDRSH_X = Load(0x78800000)
LDRSW   = Load(0xB8800000)
LDRSB_W = Load(0x38C00000)
LDRSH_W = Load(0x78C00000)
STR_B   = VStore(0x3C000000)
STR_H   = VStore(0x7C000000)
STR_S   = VStore(0xBC000000)
STR_D   = VStore(0xFC000000)
STR_Q   = VStore(0x3C800000)
LDR_B   = VLoad(0x3C400000)
LDR_H   = VLoad(0x7C400000)
LDR_S   = VLoad(0xBC400000)
LDR_D   = VLoad(0xFC400000)
LDR_Q   = VLoad(0x3CC00000)
# fmt: on


def access_log2(access: AnyAccess) -> int:
    """Binary logarithm of the bytes that an access moves."""
    return access >> 30 | (access >> 26 & access >> 23 & 1) << 2
