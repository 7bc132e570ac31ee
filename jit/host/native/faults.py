"""What a fault is, from what the signal handler wrote down.

A signal tells pc and address exactly, but not whether a load or a store was refused; the instruction does.
"""

import signal
from typing import Final

from ..base import Addr, Faulted, FaultKind

_KINDS: Final = {signal.SIGILL: FaultKind.UNDEFINED, signal.SIGTRAP: FaultKind.OTHER}


def explain(number: int, pc: Addr, address: Addr, link: Addr, word: int | None) -> Faulted:
    """The fault that signal `number` reported; `word` is the instruction, or None where pc is none of the host's."""
    if word is None:
        return Faulted(pc, FaultKind.FETCH, pc, link)
    kind = _KINDS.get(signal.Signals(number))
    if kind is not None:
        return Faulted(pc, kind, pc, link)
    return Faulted(pc, FaultKind.STORE if is_store(word) else FaultKind.LOAD, address, link)


def is_store(word: int) -> bool:
    """Whether an instruction of the group "Loads and stores" stores and does not load.

    Bit 22 says so for pairs, exclusives and vector elements; single registers have a field of two bits, in which 0b00
    stores, and 0b10 does for a vector register (128 bits) while it loads and sign-extends for a general one.
    """
    if word >> 25 & 0b101 != 0b100:  # another group
        return False
    if word >> 27 & 0b111 == 0b111 and not word >> 26 & 1:
        return word >> 22 & 0b11 == 0b00
    if word >> 27 & 0b111 == 0b011 and word >> 24 & 0b11 == 0:  # load literal
        return False
    return not word >> 22 & 1
