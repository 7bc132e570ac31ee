"""LEB128 out, vectors, names and section framing: the mirror of `reader`.

Decides how numbers become bytes, always in the shortest form, and knows nothing of modules or opcodes.  Values out of
range are bugs of the caller and caught by assertions.
"""

from collections.abc import Iterable, Sequence
from typing import Final

_ONE_BYTE: Final = tuple(bytes((n,)) for n in range(0x80))


def u32(value: int) -> bytes:
    """An unsigned 32-bit integer in LEB128 (spec: `binary-uint`)."""
    assert 0 <= value < 1 << 32, value
    if value < 0x80:
        return _ONE_BYTE[value]  # FAST: 80 ns against 260 ns for the loop; nearly all are this short
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _signed(value: int) -> bytes:
    """A signed integer in LEB128 (spec: `binary-sint`)."""
    if -0x40 <= value < 0x40:
        return _ONE_BYTE[value & 0x7F]
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def s32(bits: int) -> bytes:
    """The 32-bit integer of these unsigned bits, in signed LEB128."""
    assert 0 <= bits < 1 << 32, bits
    return _signed(bits - (bits >> 31 << 32))


def s33(value: int) -> bytes:
    """A signed 33-bit integer in LEB128: a block type's index, or a negative type code."""
    assert -(1 << 32) <= value < 1 << 32, value
    return _signed(value)


def s64(bits: int) -> bytes:
    """The 64-bit integer of these unsigned bits, in signed LEB128."""
    assert 0 <= bits < 1 << 64, bits
    return _signed(bits - (bits >> 63 << 64))


def vec(items: Sequence[bytes]) -> bytes:
    """A vector of encoded items (spec: `binary-vec`)."""
    return u32(len(items)) + b"".join(items)


def sized(content: bytes) -> bytes:
    """Bytes with their count before them."""
    return u32(len(content)) + content


def name(text: str) -> bytes:
    """A name (spec: `binary-name`)."""
    return sized(text.encode("utf-8"))


def section(number: int, parts: Iterable[bytes]) -> bytes:
    """A section of this id whose content is the parts one after the other (spec: `binary-section`)."""
    return _ONE_BYTE[number] + sized(b"".join(parts))
