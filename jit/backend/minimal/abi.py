"""Which register does what in minimal code and handlers, on top of `jit.abi`.

A handler is a leaf reached by BL.  It finds its immediates in IMM and IMM2 and its operands below TOP, pops and pushes
by moving TOP, and may change A-H, IMM, IMM2, X16, X17, V0-V7 and the flags: nothing but MEMORY, CONTEXT and TOP lives
across one.  So a function keeps no value in a register; what it knows at compile time is how high its stack is.

A frame on the value stack, growing upwards; a slot's address is never stored, only its distance from TOP:

    parameters | locals | operands | <- TOP
    ^ frame base: where the results go on return

The machine stack holds only the frame records (x29, x30) of functions and of the stubs that call out.
"""

from collections.abc import Sequence

from ...a64.operands import V0, V1, V2, X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, X12
from ...abi import SLOT
from ...wasm.types import ValType

MEMORY = X0
"""Base address of memory 0."""
CONTEXT = X1
"""Address of the VMContext."""
TOP = X2
"""Value stack pointer: one past the top slot."""
IMM = X3
IMM2 = X4
"""Immediates, set just before the BL of a handler that takes them."""
A, B, C, D, E, F, G, H = X5, X6, X7, X8, X9, X10, X11, X12
"""Operands, results and scratch of a handler; the values that a branch carries."""
FA, FB, FC = V0, V1, V2
"""Floating-point operands and scratch of a handler."""

CARRIED = (A, B, C, D, E, F, G, H)
"""A branch that carries at most so many values moves them through these registers; more go through `move_results`."""


def slots(types: Sequence[ValType]) -> int:
    """Slots that values of these types take: one each (a v128 will take two)."""
    return len(types)


def bytes_of(slot_count: int) -> int:
    """Bytes that so many slots take."""
    return slot_count * SLOT
