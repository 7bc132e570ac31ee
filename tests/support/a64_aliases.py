"""Arm's preferred aliases, undone: what a disassembler prints, as the encodings it stands for.

Written from the manual's "Alias conditions", one row per alias.  Numbers become decimal, modulo 2^64, so that two
disassemblers' ways of writing them do not matter.
"""

import re
from collections.abc import Callable

Text = tuple[str, tuple[str, ...]]
"""Mnemonic and operands."""
Operands = list[str]

_NUMBER = re.compile(r"#(-?)(0x[0-9a-f]+|\d+)(?![.\d])")
_LANE = re.compile(r"\[(0x[0-9a-f]+)\]")
_BETWEEN = re.compile(r", (?![^\[]*\])")
_INVERSE = {
    a: b
    for pair in ("eq ne", "hs lo", "mi pl", "vs vc", "hi ls", "ge lt", "gt le")
    for a, b in (pair.split(), pair.split()[::-1])
}
_HINTS = {
    "nop": 0, "yield": 1, "wfe": 2, "wfi": 3, "sev": 4, "sevl": 5, "dgh": 6, "xpaclri": 7, "pacia1716": 8,
    "pacib1716": 10, "autia1716": 12, "autib1716": 14, "esb": 16, "psb csync": 17, "tsb csync": 18, "csdb": 20,
    "paciaz": 24, "paciasp": 25, "pacibz": 26, "pacibsp": 27, "autiaz": 28, "autiasp": 29, "autibz": 30, "autibsp": 31,
    "bti": 32, "bti c": 34, "bti j": 36, "bti jc": 38,
}  # fmt: skip


def expand(text: str) -> Text:
    """An instruction's text with aliases replaced by the encodings they stand for."""
    mnemonic, operands = _parse(text)
    hint = _HINTS.get(" ".join([mnemonic, *operands]))
    if hint is not None:
        return "hint", (f"#{hint}",)
    aliases = VECTOR_ALIASES if operands and operands[0].startswith("v") else ALIASES
    if mnemonic in aliases:
        mnemonic, operands = aliases[mnemonic](operands)
    return mnemonic, tuple(operands)


def blur(text: Text) -> Text:
    """MOVZ, MOVN and ORR from the zero register as the "mov" of a constant that all three are printed as."""
    mnemonic, operands = text
    if mnemonic in ("movz", "movn"):
        shift = int(operands[2].removeprefix("lsl #")) if len(operands) > 2 else 0
        value = int(operands[1][1:]) << shift
        return "mov", (operands[0], _constant(operands[0], ~value if mnemonic == "movn" else value))
    if mnemonic == "orr" and operands[1] in ("wzr", "xzr") and operands[2][0] == "#":
        return "mov", (operands[0], _constant(operands[0], int(operands[2][1:])))
    if mnemonic == "mov":
        return "mov", (operands[0], _constant(operands[0], int(operands[1][1:])))
    return text


def _parse(text: str) -> tuple[str, Operands]:
    text = text.split("//")[0].replace("\t", " ").strip().lower()
    text = _NUMBER.sub(lambda found: f"#{int(found[1] + found[2], 0) % (1 << 64)}", text)
    text = _LANE.sub(lambda found: f"[{int(found[1], 0)}]", text)
    text = text.replace(", #0]", "]").replace("{ ", "{").replace(" }", "}")
    mnemonic, _, rest = text.partition(" ")
    return mnemonic, [_number(operand) for operand in _BETWEEN.split(rest)] if rest else []


def _number(operand: str) -> str:
    """A fractional constant by value."""
    return f"#{float(operand[1:])}" if re.fullmatch(r"#-?\d+\.\d+", operand) else operand


def _is_wide(register: str) -> bool:
    return register[0] in "xs"  # also sp


def _zero(register: str) -> str:
    return "xzr" if _is_wide(register) else "wzr"


def _width(register: str) -> int:
    return 64 if _is_wide(register) else 32


def _value(operand: str) -> int:
    return int(operand.removeprefix("#"))


def _constant(register: str, value: int) -> str:
    return f"#{value % (1 << _width(register))}"


def _lsl(o: Operands) -> tuple[str, Operands]:
    if o[2][0] != "#":
        return "lslv", o
    width, amount = _width(o[0]), _value(o[2])
    return "ubfm", [o[0], o[1], f"#{-amount % width}", f"#{width - 1 - amount}"]


def _right(variable: str, constant: str) -> Callable[[Operands], tuple[str, Operands]]:
    def shift(o: Operands) -> tuple[str, Operands]:
        return (variable, o) if o[2][0] != "#" else (constant, [*o, f"#{_width(o[0]) - 1}"])

    return shift


def _extract(encoding: str) -> Callable[[Operands], tuple[str, Operands]]:
    return lambda o: (encoding, [*o[:3], f"#{_value(o[2]) + _value(o[3]) - 1}"])


def _insert(encoding: str) -> Callable[[Operands], tuple[str, Operands]]:
    return lambda o: (encoding, [*o[:2], f"#{-_value(o[2]) % _width(o[0])}", f"#{_value(o[3]) - 1}"])


def _extend(encoding: str, bits: int) -> Callable[[Operands], tuple[str, Operands]]:
    return lambda o: (encoding, [o[0], o[0][0] + o[1][1:], "#0", f"#{bits - 1}"])


def _conditional(encoding: str, sources: int) -> Callable[[Operands], tuple[str, Operands]]:
    def select(o: Operands) -> tuple[str, Operands]:
        source = o[1] if sources else _zero(o[0])
        return encoding, [o[0], source, source, _INVERSE[o[-1]]]

    return select


def _mov(o: Operands) -> tuple[str, Operands]:
    rd, source = o
    if source[0] == "#":
        return "mov", o
    if "[" in rd:
        return "ins", o
    if "[" in source:
        return ("umov" if rd[0] in "wx" else "dup"), o
    if rd[0] == "v":
        return "orr", [rd, source, source]
    if "sp" in rd + source:
        return "add", [rd, source, "#0"]
    return "orr", [rd, _zero(rd), source]


# fmt: off
ALIASES: dict[str, Callable[[Operands], tuple[str, Operands]]] = {
    "mov":    _mov,
    "mvn":    lambda o: ("orn", [o[0], _zero(o[0]), *o[1:]]),
    "neg":    lambda o: ("sub", [o[0], _zero(o[0]), *o[1:]]),
    "negs":   lambda o: ("subs", [o[0], _zero(o[0]), *o[1:]]),
    "ngc":    lambda o: ("sbc", [o[0], _zero(o[0]), *o[1:]]),
    "ngcs":   lambda o: ("sbcs", [o[0], _zero(o[0]), *o[1:]]),
    "cmp":    lambda o: ("subs", [_zero(o[0]), *o]),
    "cmn":    lambda o: ("adds", [_zero(o[0]), *o]),
    "tst":    lambda o: ("ands", [_zero(o[0]), *o]),
    "mul":    lambda o: ("madd", [*o, _zero(o[0])]),
    "mneg":   lambda o: ("msub", [*o, _zero(o[0])]),
    "smull":  lambda o: ("smaddl", [*o, "xzr"]),
    "umull":  lambda o: ("umaddl", [*o, "xzr"]),
    "smnegl": lambda o: ("smsubl", [*o, "xzr"]),
    "umnegl": lambda o: ("umsubl", [*o, "xzr"]),
    "lsl":    _lsl,
    "lsr":    _right("lsrv", "ubfm"),
    "asr":    _right("asrv", "sbfm"),
    "ror":    lambda o: ("rorv", o) if o[2][0] != "#" else ("extr", [o[0], o[1], o[1], o[2]]),
    "ubfx":   _extract("ubfm"),
    "sbfx":   _extract("sbfm"),
    "bfxil":  _extract("bfm"),
    "ubfiz":  _insert("ubfm"),
    "sbfiz":  _insert("sbfm"),
    "bfi":    _insert("bfm"),
    "bfc":    lambda o: _insert("bfm")([o[0], _zero(o[0]), *o[1:]]),
    "uxtb":   _extend("ubfm", 8),
    "uxth":   _extend("ubfm", 16),
    "sxtb":   _extend("sbfm", 8),
    "sxth":   _extend("sbfm", 16),
    "sxtw":   _extend("sbfm", 32),
    "cset":   _conditional("csinc", 0),
    "csetm":  _conditional("csinv", 0),
    "cinc":   _conditional("csinc", 1),
    "cinv":   _conditional("csinv", 1),
    "cneg":   _conditional("csneg", 1),
    "ret":    lambda o: ("ret", o or ["x30"]),
    "isb":    lambda _: ("isb", []),
}
VECTOR_ALIASES: dict[str, Callable[[Operands], tuple[str, Operands]]] = {
    "mov":   _mov,
    "mvn":   lambda o: ("not", o),
    "sxtl":  lambda o: ("sshll", [*o, "#0"]),
    "sxtl2": lambda o: ("sshll2", [*o, "#0"]),
    "uxtl":  lambda o: ("ushll", [*o, "#0"]),
    "uxtl2": lambda o: ("ushll2", [*o, "#0"]),
}
# fmt: on
