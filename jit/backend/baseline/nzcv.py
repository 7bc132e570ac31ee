"""Which instruction words change the machine's flags: what a paranoid compiler checks its own code with."""

from typing import Final

# fmt: off
_SETTERS: Final[tuple[tuple[int, int], ...]] = (
    #  mask        value
    (0x3F800000, 0x31000000),  # ADDS, SUBS (immediate)
    (0x3F000000, 0x2B000000),  # ADDS, SUBS (shifted register, extended register)
    (0x3FE0FC00, 0x3A000000),  # ADCS, SBCS
    (0x7F800000, 0x72000000),  # ANDS (immediate)
    (0x7F000000, 0x6A000000),  # ANDS, BICS (shifted register)
    (0x3FE00410, 0x3A400000),  # CCMN, CCMP
    (0xFF20FC07, 0x1E202000),  # FCMP, FCMPE
    (0xFF200C00, 0x1E200400),  # FCCMP, FCCMPE
)
# fmt: on


def sets_flags(word: int) -> bool:
    """Whether an instruction that the assembler has a method for writes NZCV without being MSR."""
    return any(word & mask == value for mask, value in _SETTERS)
