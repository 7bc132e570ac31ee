"""What the compiler knows of a value that the program has computed: an abstract value.

Values are immutable.  Those without data of their own are interned, for they are made for every instruction.

A `Place` is a number for what holds a value: X0-X30 are 0-30, V0-V31 are 32-63, and slot `n` of the frame is 64 + n.
A V register holds the 128 bits of a v128 or a float in its low bits; a v128 in slots takes two, and is named by the
first.
"""

from collections.abc import Sequence
from typing import Final, NewType

from ...a64.operands import Cond, VReg, XReg
from ...wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, V128, ValType

Place = NewType("Place", int)

FIRST_FLOAT: Final = 32
FIRST_SLOT: Final = 64

NUMBERED: Final[tuple[ValType, ...]] = (I32, I64, F32, F64, V128, FUNCREF, EXTERNREF)
V_TYPES: Final = frozenset((F32, F64, V128))
"""Types whose values live in the SIMD and floating-point registers."""


def slots_of(type: ValType) -> int:
    """How many slots a value of this type takes."""
    return 2 if type is V128 else 1


def count_slots(types: Sequence[ValType]) -> int:
    """How many slots values of these types take."""
    return len(types) + types.count(V128)


def x_place(reg: XReg) -> Place:
    return Place(reg)


def v_place(reg: VReg) -> Place:
    return Place(FIRST_FLOAT + reg)


def slot_place(slot: int) -> Place:
    return Place(FIRST_SLOT + slot)


def is_slot(place: Place) -> bool:
    return place >= FIRST_SLOT


def is_general(place: Place) -> bool:
    return place < FIRST_FLOAT


def is_float(place: Place) -> bool:
    return FIRST_FLOAT <= place < FIRST_SLOT


def x_reg(place: Place) -> XReg:
    """The general register of a place that is one."""
    assert place < FIRST_FLOAT
    return XReg(place)


def v_reg(place: Place) -> VReg:
    """The SIMD and floating-point register of a place that is one."""
    assert FIRST_FLOAT <= place < FIRST_SLOT
    return VReg(place - FIRST_FLOAT)


def slot_of(place: Place) -> int:
    """The slot of a place that is one."""
    assert place >= FIRST_SLOT
    return place - FIRST_SLOT


class InReg:
    """In a register of the value's class; any number of values may be in the same."""

    __slots__ = ("place", "type")

    def __init__(self, type: ValType, place: Place) -> None:
        self.type = type
        self.place = place

    def __repr__(self) -> str:
        name = f"x{self.place}" if is_general(self.place) else f"v{self.place - FIRST_FLOAT}"
        return f"{self.type.name}:{name}"


class OnStack:
    """In its slot, or slots: of an operand, always that of its depth."""

    __slots__ = ("place", "type")

    def __init__(self, type: ValType, place: Place) -> None:
        self.type = type
        self.place = place

    def __repr__(self) -> str:
        return f"{self.type.name}:[{slot_of(self.place)}]"


class Const:
    """A constant, not in any place yet.  A null reference is 0, as in memory."""

    __slots__ = ("bits", "type")

    def __init__(self, type: ValType, bits: int) -> None:
        self.type = type
        self.bits = bits

    def __repr__(self) -> str:
        return f"{self.type.name}:{self.bits:#x}"


class Flags:
    """An i32, 1 if the condition holds of the machine's flags as they are, else 0.  There is at most one."""

    __slots__ = ("cond", "type")

    def __init__(self, cond: Cond) -> None:
        self.type = I32
        self.cond = cond

    def __repr__(self) -> str:
        return f"i32:flags({self.cond})"


class Local:
    """What the local held when it was read, for as long as it holds it.

    `type` may be narrower than the local's: the value is its low bits then.
    """

    __slots__ = ("index", "type")

    def __init__(self, type: ValType, index: int) -> None:
        self.type = type
        self.index = index

    def __repr__(self) -> str:
        return f"{self.type.name}:local {self.index}"


Value = InReg | OnStack | Const | Flags | Local

_IN_REG: Final = {type: [InReg(type, Place(place)) for place in range(FIRST_SLOT)] for type in NUMBERED}
_ON_STACK: Final = {type: [OnStack(type, slot_place(slot)) for slot in range(256)] for type in NUMBERED}
_FLAGS: Final = [Flags(Cond(cond)) for cond in range(14)]


def in_reg(type: ValType, place: Place) -> InReg:
    return _IN_REG[type][place]


def on_stack(type: ValType, slot: int) -> OnStack:
    return _ON_STACK[type][slot] if slot < 256 else OnStack(type, slot_place(slot))


def flags(cond: Cond) -> Flags:
    return _FLAGS[cond]
