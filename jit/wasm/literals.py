"""Literals of the text format: numbers from bits, names and strings from bytes (spec: `text-value`).

Everything printed here is read back bit for bit; floats are hexadecimal, so that nothing is rounded.
"""

from .opcodes import Imm


def integer(bits: int, width: int) -> str:
    """A signed decimal integer."""
    return str(bits - (bits >> width - 1 << width))


def floating(bits: int, width: int) -> str:
    """A hexadecimal float, `inf`, `nan`, or a NaN with its payload (spec: `text-float`)."""
    fraction_bits = 23 if width == 32 else 52
    exponent_bits = width - 1 - fraction_bits
    sign = "-" if bits >> width - 1 else ""
    exponent = bits >> fraction_bits & (1 << exponent_bits) - 1
    fraction = bits & (1 << fraction_bits) - 1
    if exponent == (1 << exponent_bits) - 1:
        if not fraction:
            return sign + "inf"
        return sign + "nan" if fraction == 1 << fraction_bits - 1 else f"{sign}nan:{fraction:#x}"
    if not exponent and not fraction:
        return sign + "0x0p+0"
    digits = f"{fraction << -fraction_bits % 4:0{-(-fraction_bits // 4)}x}".rstrip("0")
    power = (exponent or 1) - (1 << exponent_bits - 1) + 1
    return f"{sign}0x{1 if exponent else 0}{'.' + digits if digits else ''}p{power:+d}"


def number(kind: Imm, bits: int) -> str:
    """The literal of a constant's immediate; a vector's says its shape, four lanes of 32 bits."""
    if kind is Imm.V128:
        return "i32x4 " + " ".join([f"{bits >> place & 0xFFFF_FFFF:#010x}" for place in range(0, 128, 32)])
    width = 32 if kind in (Imm.I32, Imm.F32) else 64
    return integer(bits, width) if kind in (Imm.I32, Imm.I64) else floating(bits, width)


def name(text: str) -> str:
    """A quoted name; what is not printable, and quotes and backslashes, are escaped (spec: `text-name`)."""
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else _escaped(c.encode()) for c in text) + '"'


_BYTES = tuple(chr(n) if 0x20 <= n < 0x7F and n not in b'"\\' else f"\\{n:02x}" for n in range(256))


def _escaped(content: bytes) -> str:
    return "".join([f"\\{byte:02x}" for byte in content])


def string(content: bytes) -> str:
    """Any bytes, quoted (spec: `text-string`)."""
    return '"' + "".join([_BYTES[byte] for byte in content]) + '"'
