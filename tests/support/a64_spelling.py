"""The assembly that an encoder and its operands spell by the manual.

This knows Arm's syntax and nothing of encodings: an encoder's mnemonic is its name up to the first underscore, its
operands stand in the order of its parameters, and loads and stores put base and offset in brackets.
"""

from jit.a64 import operands as o
from jit.a64.labels import Label
from support.a64_operands import ADDRESS, ARRANGEMENTS, BARRIERS, SYSTEM_REGISTERS, VECTORS, Encoder, Values, lane_bits

SHIFTS = ("lsl", "lsr", "asr", "ror")
EXTENDS = ("uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx")
CONDITIONS = ("eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al")
WIDTHS = {
    "rev32": "xx", "smaddl": "xwwx", "smsubl": "xwwx", "umaddl": "xwwx", "umsubl": "xwwx", "smulh": "xxx",
    "umulh": "xxx", "smull": "xww", "umull": "xww", "sxtb": None, "sxtw": "xw", "uxtb": "ww", "uxth": "ww", "br": "x",
    "blr": "x", "ret": "x", "adr": "x", "adrp": "x", "ic_ivau": "x", "dc_cvau": "x", "mrs": "x", "msr": "x",
    "mov_sp": "xx", "fmov_top_to_general": "x", "fmov_top_from_general": "x", "ldrsw_lit": "x",
}  # fmt: skip
"""Widths of general registers where they do not follow from `sf`."""


def general(number: int, width: str) -> str:
    return f"{width}{'zr' if number == 31 else number}"


def general_sp(number: int, width: str) -> str:
    return f"{width}{number}" if number != 31 else {"w": "wsp", "x": "sp"}[width]


def widths_of(encoder: Encoder, values: Values) -> str:
    """The width of each general register in turn."""
    name = encoder.name
    if WIDTHS.get(name):
        return WIDTHS[name] or ""
    if name in ("tbz", "tbnz"):
        return "x" if values["bit"] > 31 else "w"
    if name in ("umov", "ins_general"):
        return "x" if values["size"] == o.D else "w"
    if name == "dup_general":
        return "x" if values["arrangement"] == o.D2 else "w"
    if name in ("fmov_to_general", "fmov_from_general"):
        return "x" if values["fs"] == o.D else "w"
    if name in ("sxtb", "sxth"):
        return "wx"[values["sf"]] + "w"
    width = "wx"[values["sf"]] if "sf" in values else "x" if "rsw" in name or "ursw" in name else "w"
    if name.endswith("_ext"):
        rm = width if values["extend"] & 3 == 3 else "w"
        return (width if name.startswith("cmp") else width * 2) + rm
    return width * 4


def spell(encoder: Encoder, values: Values) -> str:
    """The instruction as Arm writes it, numbers in decimal."""
    name = encoder.name
    mnemonic = {"ic_ivau": "ic ivau,", "dc_cvau": "dc cvau,"}.get(name, name.split("_")[0])
    if name == "b_cond":
        return f"b.{CONDITIONS[values['cond']]} #{ADDRESS + values['target']}"
    if mnemonic in ("ld1", "ld1r", "st1"):
        return f"{mnemonic} {{{element(values)}, [{general_sp(values['rn'], 'x')}]"
    if mnemonic[:2] in ("ld", "st") and not name.endswith("_lit"):
        return f"{mnemonic} {', '.join(memory_operands(encoder, values))}"
    words = plain_operands(encoder, values)
    if name.endswith("_zero"):
        words.append("#0.0" if name.startswith("f") else "#0")
    if name == "mov_sp" and 31 not in values.values():
        return f"add {', '.join(words)}, #0"
    return f"{mnemonic} {', '.join(words)}".rstrip()


def memory_operands(encoder: Encoder, values: Values) -> list[str]:
    name, base = encoder.name, general_sp(values["rn"], "x")
    if "size" in values:
        registers = [f"{'bhsdq'[values['size']]}{values[key]}" for key in ("vt", "vt2") if key in values]
    else:
        width = widths_of(encoder, values)[0]
        registers = [general(values[key], width) for key in ("rt", "rt2") if key in values]
    if name.endswith("_reg"):
        index = general(values["rm"], "x" if values["extend"] & 1 else "w")
        extend = {3: "lsl"}.get(values["extend"], EXTENDS[values["extend"]])
        scale = values.get("scale", 0)
        how = f", {extend} #{scale}" if scale else "" if extend == "lsl" else f", {extend}"
        return [*registers, f"[{base}, {index}{how}]"]
    offset = values["offset"]
    if name.endswith("_post"):
        return [*registers, f"[{base}]", f"#{offset}"]
    if name.endswith("_pre"):
        return [*registers, f"[{base}, #{offset}]!"]
    return [*registers, f"[{base}, #{offset}]" if offset else f"[{base}]"]


def plain_operands(encoder: Encoder, values: Values) -> list[str]:
    """Operands in the order of the parameters; sizes and arrangements say how registers after them are written."""
    spelled: list[str] = []
    widths = iter(widths_of(encoder, values))
    scalar = "d"
    for name, hint in encoder.parameters:
        value = values[name]
        if hint in (o.FSize, o.WideSize, o.VSize, o.HalfSize | o.FSize):
            scalar = "bhsdq"[value]
        elif hint in (o.Reg, o.XReg):
            spelled.append(general(value, next(widths)))
        elif hint == o.RegSP:
            spelled.append(general_sp(value, next(widths)))
        elif hint is o.VReg:
            spelled.append(vector(encoder, name, values, scalar))
        else:
            spelled += other_operand(encoder, name, hint, values)
    return spelled


def element(values: Values) -> str:
    """One lane, or all that get the same, after an opening brace."""
    if "index" in values:
        return f"v{values['vt']}.{'bhsd'[values['size']]}}}[{values['index']}]"
    return f"v{values['vt']}.{VECTORS[values['arrangement']]}}}"


_HALVED = {"8h": "8b 16b", "4s": "4h 8h", "2d": "2s 4s"}
"""Lanes half as wide, in the lower half of a vector and in all of it."""
_DOUBLED = {"8b": "8h", "16b": "8h", "4h": "4s", "8h": "4s", "2s": "2d", "4s": "2d"}
_PAIRED = {"4h": "8b", "8h": "16b", "2s": "4h", "4s": "8h", "2d": "4s"}
_ACROSS = {"addv", "smaxv", "sminv", "umaxv", "uminv"}
_LENGTHEN = {
    "smull", "umull", "smlal", "umlal", "smlsl", "umlsl", "saddl", "uaddl", "ssubl", "usubl", "saddw", "uaddw", "sshll",
    "ushll", "sxtl", "uxtl", "fcvtl",
}  # fmt: skip
_NARROW = {"xtn", "sqxtn", "sqxtun", "uqxtn", "shrn", "fcvtn"}


def vector(encoder: Encoder, name: str, values: Values, scalar: str) -> str:
    """A SIMD and floating-point register: a lane, a vector, a table or a scalar."""
    method, number = encoder.name, values[name]
    if method.startswith("fmov_top"):
        return f"v{number}.d[1]"
    if (method, name) in (("movi_2d", "vd"), ("addp_d", "vn")):
        return f"v{number}.2d"
    if method == "mov_v":
        return f"v{number}.16b"
    if method.startswith("ins_"):
        return f"v{number}.{scalar}[{values['index' if name == 'vd' else 'from_index']}]"
    if name == "vn" and "index" in values:
        return f"v{number}.{'bhsd'[(lane_bits(values) // 8).bit_length() - 1]}[{values['index']}]"
    if name == "vn" and "tables" in values:
        return f"{{{', '.join(f'v{(number + i) % 32}.16b' for i in range(values['tables']))}}}"
    if "arrangement" not in values:
        return f"{scalar}{number}"
    return vector_or_sum(encoder, name, number, VECTORS[values["arrangement"]])


def vector_or_sum(encoder: Encoder, name: str, number: int, arrangement: str) -> str:
    """A vector, or the scalar that all its lanes are reduced to."""
    mnemonic = encoder.name.split("_")[0]
    if name == "vd" and mnemonic in _ACROSS:
        return f"{arrangement[-1]}{number}"
    if name == "vd" and mnemonic in ("saddlv", "uaddlv"):
        return f"{'hsd'['bhs'.index(arrangement[-1])]}{number}"
    return f"v{number}.{arrangement if name == 'vd' else source_arrangement(mnemonic, name, arrangement)}"


def source_arrangement(mnemonic: str, name: str, destination: str) -> str:
    """The arrangement of a source, where the destination's is that of the instruction."""
    base = mnemonic.removesuffix("2")
    if base in _LENGTHEN and not (base in ("saddw", "uaddw") and name == "vn"):
        return _HALVED[destination].split()[mnemonic != base]
    if base in _NARROW:
        return _DOUBLED[destination]
    return _PAIRED[destination] if mnemonic in ("saddlp", "uaddlp") else destination


def other_operand(encoder: Encoder, name: str, hint: object, values: Values) -> list[str]:
    """Operands that are no registers; none for those that say how others are written."""
    value = values[name]
    if hint is o.Size or hint in ARRANGEMENTS or name in ("index", "from_index", "tables"):
        return []
    if hint is Label or encoder.name == "adrp":
        return [f"#{ADDRESS + value}"]
    if hint is o.Cond:
        return [CONDITIONS[value]]
    if hint is o.SystemReg:
        return [SYSTEM_REGISTERS[o.SystemReg(value)]]
    if hint is o.Barrier:
        return [BARRIERS[o.Barrier(value)]]
    if hint in (o.Shift, o.Shift | o.Rotate):
        amount = values["amount"]
        return [f"{SHIFTS[value]} #{amount}"] if value or amount else []
    if hint is o.Extend:
        return extension(encoder, values)
    if name == "amount" and ("shift" in values or "extend" in values):
        return []
    if name == "shift":
        return [f"{'msl' if encoder.name.endswith('_ones') else 'lsl'} #{value}"] if value else []
    if encoder.name in ("fmov_imm", "fmov_v_imm"):
        return [f"#{eight_bit_float(value)}"]
    return [f"#{value}"]


def extension(encoder: Encoder, values: Values) -> list[str]:
    """An extended register's extension: LSL, and nothing for LSL #0, where it is the width and SP an operand."""
    extend, amount = values["extend"], values["amount"]
    has_sp = any(values[name] == 31 for name, hint in encoder.parameters if hint == o.RegSP)
    if has_sp and extend == 2 + values["sf"]:
        return [f"lsl #{amount}"] if amount else []
    return [f"{EXTENDS[extend]} #{amount}" if amount else EXTENDS[extend]]


def eight_bit_float(imm8: int) -> float:
    """The constant of FMOV (scalar, immediate), by the manual's formula."""
    exponent = (imm8 >> 4 & 3) - 3 if imm8 >> 6 & 1 else (imm8 >> 4 & 3) + 1
    return (-1.0) ** (imm8 >> 7) * (16 + (imm8 & 15)) / 16 * 2.0**exponent
