"""Code as text, for dumps, reports and tests that compare generated code with what was expected.

Capstone names the instructions; addresses, data and branch targets are ours, so that a listing changes with the code
and as little as possible with Capstone's version.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import capstone

from .labels import ADR21, IMM14, IMM19, IMM26, Field

# fmt: off
#    mask        match       field
_REACHING: tuple[tuple[int, int, Field], ...] = (
    (0x7C000000, 0x14000000, IMM26),  # b, bl
    (0xFF000010, 0x54000000, IMM19),  # b.cond
    (0x7E000000, 0x34000000, IMM19),  # cbz, cbnz
    (0x7E000000, 0x36000000, IMM14),  # tbz, tbnz
    (0x9F000000, 0x10000000, ADR21),  # adr
    (0x3B000000, 0x18000000, IMM19),  # ldr (literal), also ldrsw and SIMD&FP
)
# fmt: on


def target_of(word: int, address: int) -> int | None:
    """The address that this instruction at `address` refers to by a distance, or None."""
    for mask, match, field in _REACHING:
        if word & mask == match:
            return address + field.extract(word)
    return None


def disassemble(code: bytes, address: int = 0, data: Iterable[tuple[int, int]] = ()) -> list[tuple[int, str]]:
    """`(address, text)` of each word; `data` are the byte ranges of the code that are not instructions.

    Text is mnemonic and operands as Capstone writes them; `.word` for data, `.inst` for what is no instruction.
    """
    lines: list[tuple[int, str]] = []
    position = 0
    for start, end in (*sorted(data), (len(code), len(code))):
        lines += _instructions(code[position:start], address + position)
        lines += ((address + at, f".word {_word(code, at):#010x}") for at in range(start, end, 4))
        position = end
    return lines


def listing(
    code: bytes, address: int = 0, data: Sequence[tuple[int, int]] = (), symbols: Mapping[int, str] | None = None
) -> list[str]:
    """Lines of `address  word  mnemonic operands`, with lines of `name:` before the places that have one.

    `symbols` names addresses, inside the code or not.  Places in the code that instructions refer to, and that have no
    name, get `L1`, `L2`, ... in order of address.
    """
    lines = disassemble(code, address, data)
    targets = {at: target_of(_word(code, at - address), at) for at, text in lines if not text.startswith(".word")}
    names = dict(symbols or {})
    inside = range(address, address + len(code), 4)
    unnamed = sorted({target for target in targets.values() if target is not None and target in inside} - names.keys())
    names.update((target, f"L{number}") for number, target in enumerate(unnamed, 1))
    text_lines: list[str] = []
    for at, text in lines:
        if at in names:
            text_lines.append(f"{names[at]}:")
        target = targets.get(at)
        if target is not None and target in names:
            text = _with_target(text, names[target])
        mnemonic, _, operands = text.partition(" ")
        text_lines.append(f"{at:8x}  {_word(code, at - address):08x}  {mnemonic:<8}{operands}".rstrip())
    return text_lines


def _instructions(code: bytes, address: int) -> Iterator[tuple[int, str]]:
    engine = capstone.Cs(capstone.CS_ARCH_ARM64, capstone.CS_MODE_LITTLE_ENDIAN)
    position = 0
    while position < len(code):
        for at, _, mnemonic, operands in engine.disasm_lite(code[position:], address + position):
            yield int(at), f"{mnemonic} {operands}".rstrip()
            position += 4
        if position < len(code):
            yield address + position, f".inst {_word(code, position):#010x}"
            position += 4


def _word(code: bytes, position: int) -> int:
    return int.from_bytes(code[position : position + 4], "little")


def _with_target(text: str, name: str) -> str:
    """The instruction with its last operand, an address, replaced by a name."""
    head, found, _ = text.rpartition("#")
    assert found, f"{text!r} has no address to name"
    return head + name
