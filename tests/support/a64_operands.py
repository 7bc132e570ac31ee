"""Operands for every A64 encoder, drawn by its annotations."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated, get_args, get_origin, get_type_hints

from jit.a64 import operands as o
from jit.a64.asm import Assembler
from jit.a64.asm_buffer import CodeBuffer
from jit.a64.immediates import decode_bitmask
from jit.a64.labels import Label

ADDRESS = 1 << 40
"""Where the encoded word is taken to lie; a multiple of the page size."""

Values = dict[str, int]
"""Operands by parameter name; a label by its distance."""


@dataclass(frozen=True)
class Encoder:
    name: str
    parameters: tuple[tuple[str, object], ...]

    def encode(self, values: Values) -> int:
        asm = Assembler()
        args = [Label(values[name]) if hint is Label else values[name] for name, hint in self.parameters]
        getattr(asm, self.name)(*args)
        assert len(asm.words) == 1
        return asm.words[0]


def encoders() -> list[Encoder]:
    """Every public method of the assembler but those of the buffer beneath it."""
    buffer = {name for base in CodeBuffer.__mro__ for name in vars(base)}
    found = []
    for name, method in inspect.getmembers(Assembler, inspect.isfunction):
        if not name.startswith("_") and name not in buffer:
            hints = get_type_hints(method, include_extras=True)
            parameters = list(inspect.signature(method).parameters)[1:]
            found.append(Encoder(name, tuple((parameter, hints[parameter]) for parameter in parameters)))
    return found


BITMASKS = {
    sf: sorted({mask for e in range(1 << 13) if (mask := decode_bitmask(e, 32 << sf)) is not None}) for sf in (0, 1)
}
BYTE_MASKS = [sum(0xFF << i * 8 for i in range(8) if bits >> i & 1) for bits in range(256)]
LANES = {"8b": 16, "16b": 16, "4h": 8, "8h": 8, "2s": 4, "4s": 4, "2d": 2}
"""Lanes of 128 bits, by the arrangement as Arm writes it."""
VECTORS: dict[int, str] = {o.B8: "8b", o.B16: "16b", o.H4: "4h", o.H8: "8h", o.S2: "2s", o.S4: "4s", o.D2: "2d"}
SYSTEM_REGISTERS = {o.NZCV: "nzcv", o.FPCR: "fpcr", o.FPSR: "fpsr"}
BARRIERS = {o.ISHLD: "ishld", o.ISHST: "ishst", o.ISH: "ish", o.SY: "sy"}

_REGISTERS = (*range(32), 0, 15, 16, 31, 31, 31)
"""Registers; those whose field has all bits alike, or one that differs, more often."""

ARRANGEMENTS: dict[object, Sequence[int]] = {
    o.Arrangement: tuple(VECTORS),
    o.ByteArrangement: (o.B8, o.B16),
    o.HalfwordArrangement: (o.H4, o.H8),
    o.WordArrangement: (o.S2, o.S4),
    o.ByteToHalfwordArrangement: (o.B8, o.B16, o.H4, o.H8),
    o.HalfwordToWordArrangement: (o.H4, o.H8, o.S2, o.S4),
    o.ByteToWordArrangement: (o.B8, o.B16, o.H4, o.H8, o.S2, o.S4),
    o.AcrossArrangement: (o.B8, o.B16, o.H4, o.H8, o.S4),
    o.PairedArrangement: (o.H4, o.H8, o.S2, o.S4, o.D2),
    o.LongArrangement: (o.H8, o.S4, o.D2),
    o.LowArrangement: (o.B8, o.H4, o.S2),
    o.HighArrangement: (o.B16, o.H8, o.S4),
    o.FloatArrangement: (o.S2, o.S4, o.D2),
    o.FloatLongArrangement: (o.S4, o.D2),
    o.FloatLowArrangement: (o.H4, o.S2),
    o.FloatHighArrangement: (o.H8, o.S4),
}

CHOICES: dict[object, Sequence[int]] = {
    **ARRANGEMENTS,
    o.Reg: _REGISTERS,
    o.RegSP: _REGISTERS,
    o.XReg: range(31),
    o.VReg: _REGISTERS,
    o.Size: (o.W, o.X),
    o.FSize: (o.S, o.D),
    o.HalfSize | o.FSize: (o.H, o.S, o.D),
    o.WideSize: (o.S, o.D, o.Q),
    o.VSize: (o.B, o.H, o.S, o.D, o.Q),
    o.Cond: range(15),
    o.Shift: range(3),
    o.Shift | o.Rotate: range(4),
    o.Extend: range(8),
    o.IndexExtend: (2, 3, 6, 7),
    o.SystemReg: tuple(SYSTEM_REGISTERS),
    o.Barrier: tuple(BARRIERS),
}

REACH = {"b": 27, "bl": 27, "tbz": 15, "tbnz": 15}
"""Binary logarithm of how far a label may lie; 20 for all others."""
INVERTS = {"cset", "csetm", "cinc", "cinv", "cneg"}
"""Aliases that encode the inverse of their condition, so that there is none for AL."""

LEGAL: dict[str, Callable[[Values], bool]] = {
    "fcvt": lambda v: v["to"] != v["from_"],
    "smov": lambda v: v["size"] <= 1 + v["sf"],
    "ushr_d": lambda v: v["amount"] >= 1,
    "sshr_d": lambda v: v["amount"] >= 1,
    "ext": lambda v: v["arrangement"] == o.B16 or v["start"] < 8,
    "ldp_v_imm": lambda v: v["vt"] != v["vt2"],
    "ldp_v_pre": lambda v: v["vt"] != v["vt2"],
    "ldp_v_post": lambda v: v["vt"] != v["vt2"],
}
"""What the manual forbids of operands together (CONSTRAINED UNPREDICTABLE or unallocated)."""


def is_legal(encoder: Encoder, values: Values) -> bool:
    name = encoder.name
    if name in LEGAL and not LEGAL[name](values):
        return False
    if name in INVERTS and values["cond"] == o.AL:
        return False
    if "index" in values and values.get("size") == o.Q:
        return False
    if name.startswith("ldp_") and "rt" in values and values["rt"] == values["rt2"]:
        return False
    writes_back = name.endswith(("_pre", "_post")) and "rt" in values and values["rn"] != 31
    return not (writes_back and values["rn"] in (values["rt"], values.get("rt2")))


def access_log2(encoder: Encoder, values: Values) -> int:
    """Binary logarithm of the bytes that a load or store moves (each, of a pair)."""
    if "size" in values:
        return values["size"]
    mnemonic = encoder.name.split("_")[0]
    if mnemonic in ("ldr", "str", "ldp", "stp"):
        return 2 + values["sf"]
    return {"b": 0, "h": 1, "w": 2}[mnemonic[-1]]


def lane_bits(values: Values) -> int:
    """Bits of a lane."""
    return 8 << values["size"] if "size" in values else 128 // LANES[VECTORS[values["arrangement"]]]


def choices_of(encoder: Encoder, name: str, hint: object, values: Values) -> Sequence[int]:
    """What a parameter may be, given those before it."""
    if hint in CHOICES:
        return CHOICES[hint]
    if hint is Label:
        reach = 1 << REACH.get(encoder.name, 20)
        return range(-reach, reach, 1 if encoder.name == "adr" else 4)
    if name in ("index", "from_index"):
        return range(128 // lane_bits(values))
    assert get_origin(hint) is Annotated, f"{encoder.name}: {name} has no range"
    bounds = get_args(hint)[1]
    if isinstance(bounds, o.BelowLane | o.WithinLane | o.BelowHalfLane):
        return shift_amounts(bounds, values)
    return range_of(encoder, bounds, values)


def shift_amounts(bounds: o.BelowLane | o.WithinLane | o.BelowHalfLane, values: Values) -> range:
    """By how much a lane can be shifted."""
    match bounds:
        case o.BelowLane():
            return range(lane_bits(values))
        case o.WithinLane():
            return range(1, lane_bits(values) + 1)
        case o.BelowHalfLane():
            return range(lane_bits(values) // 2)


def range_of(encoder: Encoder, bounds: object, values: Values) -> Sequence[int]:
    """The immediates within the bounds that an annotation states."""
    bits = 32 << values.get("sf", 0)
    match bounds:
        case o.Range(lo, hi, step):
            return range(lo, hi + 1, step)
        case o.InUnits(lo, hi):
            unit = 1 << access_log2(encoder, values)
            return range(lo * unit, (hi + 1) * unit, unit)
        case o.BelowWidth():
            return range(bits)
        case o.WithinWidth():
            return range(1, bits - values["lsb"] + 1)
        case o.HalfwordOfWidth():
            return range(0, bits, 16)
        case o.IsBitmask():
            return BITMASKS[values["sf"]]
        case o.IsByteMask():
            return BYTE_MASKS
        case o.IndexScale():
            return (0, access_log2(encoder, values))
        case unknown:
            raise AssertionError(f"{encoder.name}: no choices within {unknown!r}")


def draw_operands(encoder: Encoder, choose: Callable[[Sequence[int]], int]) -> Values | None:
    """Operands, each chosen by `choose`; None if they are not legal together."""
    values: Values = {}
    for name, hint in encoder.parameters:
        values[name] = choose(choices_of(encoder, name, hint, values))
    return values if is_legal(encoder, values) else None


def random_operands(encoder: Encoder, count: int) -> list[Values]:
    """Legal operands, the same in every run."""
    choose = Random(0).choice
    drawn: list[Values] = []
    while len(drawn) < count:
        values = draw_operands(encoder, choose)
        if values is not None:
            drawn.append(values)
    return drawn
