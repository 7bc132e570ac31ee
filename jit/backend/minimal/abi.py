"""Which register does what in minimal code and handlers, on top of `jit.abi`.

A handler is a leaf reached by BL.  It finds its immediates in IMM and IMM2 and its operands below TOP, pops and pushes
by moving TOP, and may change A-H, IMM, IMM2, X16, X17, V0-V7 and the flags; one that calls out may change everything
that is not callee-saved.  So a function keeps no operand in a register: what it knows at compile time is how high its
stack is.  `frame` has the layout of frames, in which a slot's address is never stored, only its distance from TOP.
"""

from collections.abc import Sequence

from ...a64.operands import V0, V1, V2, V3, X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, X12
from ...wasm.types import V128, ValType

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
"""Floating-point and vector operands and scratch of a handler."""
VIMM = V3
"""An immediate of 128 bits, likewise set just before the BL."""

CARRIED = (A, B, C, D, E, F, G, H)
"""A branch that carries at most so many values moves them through these registers; more go through `move_results`."""


def slots(types: Sequence[ValType]) -> int:
    """Slots that values of these types take: one each, a v128 two."""
    return len(types) + types.count(V128)
