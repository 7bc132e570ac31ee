"""Numbers written with more bytes than they need: how long one may be is a matter of the format, not of the number.

Up to a limit that depends on its type a number may be as long as one likes; of its last byte the bits that are beyond
its width must be zeros, or copies of the sign (spec: `binary-int`).
"""

from typing import Final

from jit.wasm.body import parse
from jit.wasm.module import Module
from jit.wasm.opcodes import Imm

from ..choices import Choices
from .breaks import with_body

_BITS: Final = {
    Imm.I32: 32, Imm.I64: 64, Imm.LABEL: 32, Imm.LOCAL: 32, Imm.GLOBAL: 32, Imm.FUNC: 32, Imm.TYPE: 32, Imm.TABLE: 32,
    Imm.DATA: 32, Imm.ELEM: 32,
}  # fmt: skip
"""The width of what follows an opcode of one byte."""
_PREFIXES: Final = (0xFC, 0xFD)


def write_longer(choices: Choices, module: Module) -> Module:
    """The module with the number behind one opcode written longer: just, too long, or with wrong bits at its end."""
    places = [
        (which, instr.offset - code.offset, _BITS[instr.op.immediates[0]])
        for which, code in enumerate(module.codes)
        for instr in parse(code.body, code.offset)
        if instr.op.immediates
        and instr.op.immediates[0] in _BITS
        and code.body[instr.offset - code.offset] not in _PREFIXES
    ]
    if not places:
        return module
    which, place, bits = places[choices.integer(0, len(places) - 1)]
    body = module.codes[which].body
    end = place + 1
    while body[end] & 0x80:
        end += 1
    is_signed = body[place] in (0x41, 0x42)  # i32.const, i64.const
    number = _longer(choices, body[place + 1 : end + 1], bits, is_signed=is_signed)
    return with_body(module, which, body[: place + 1] + number + body[end + 1 :])


def _longer(choices: Choices, number: bytes, bits: int, *, is_signed: bool) -> bytes:
    """A LEB128 number with more bytes, as many as its width allows in most cases."""
    most = -(-bits // 7)
    length = (most, most, most, choices.integer(len(number), most), most + 1)[choices.integer(0, 4)]
    fill = 0x7F if is_signed and number[-1] & 0x40 else 0
    digits = [byte & 0x7F for byte in number] + [fill] * (length - len(number))
    if choices.integer(0, 1):  # bits of the last byte that its width has no room for
        digits[-1] ^= 1 << choices.integer(0, 6)
    return bytes([digit | 0x80 for digit in digits[:-1]] + digits[-1:])
