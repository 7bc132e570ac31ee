"""Which register does what in baseline code, on top of `jit.abi`.

A frame on the value stack, growing upwards.  FRAME is its base and stays put inside a function, so a slot is always at
the same offset; callees get a FRAME of their own behind what the caller has there:

    arguments not in registers | locals without a home | operands, each in slots of its own | callee's frame
    ^ FRAME

Locals that have a home live in a callee-saved register for the whole function; whatever is passed in a register has
one.  So every slot of a frame below a callee's has been written before the call, except those of the arguments and at
most `LAZY_ACROSS_CALLS` slots of operands: recursion cannot step over the guard at the end of the value stack.

No call preserves the upper half of a SIMD register.  So a v128 has a home only in a function that calls nothing, which
is assumed until it does (see `compiler`).

The machine stack of a function that calls, or that uses homes.  MEMORY and CONTEXT never change inside a function, so
the prologue writes them to the save area once for all calls:

    sp + 48 …   homes saved for the caller                  (from sp + 16 when the save area is not needed)
    sp + 16     save area: MEMORY, CONTEXT, FRAME            (calls through FuncRefs, and of builtins)
    sp          x29, x30
"""

from typing import Final

from ...a64.operands import (
    V0,
    V1,
    V2,
    V3,
    V4,
    V5,
    V6,
    V7,
    V8,
    V9,
    V10,
    V11,
    V12,
    V13,
    V14,
    V15,
    V16,
    V17,
    V18,
    V19,
    V20,
    V21,
    V22,
    V23,
    V24,
    V25,
    V26,
    V27,
    V28,
    V29,
    V30,
    V31,
    X0,
    X1,
    X2,
    X3,
    X4,
    X5,
    X6,
    X7,
    X8,
    X9,
    X10,
    X11,
    X12,
    X13,
    X14,
    X15,
    X19,
    X20,
    X21,
    X22,
    X23,
    X24,
    X25,
    X26,
    X27,
    VReg,
    XReg,
)  # fmt: skip

MEMORY: Final = X0
"""Base address of memory 0."""
CONTEXT: Final = X1
"""Address of the VMContext."""
FRAME: Final = X2
"""Base of the function's frame on the value stack."""

OPERANDS: Final[tuple[XReg, ...]] = (X3, X4, X5, X6, X7, X8, X9, X10, X11, X12, X13)
"""General registers of the operand stack; no call preserves them."""
CALLEE: Final = X14
ENTRY: Final = X15
"""During a call through a FuncRef, where nothing else is in them: its address, and that of the code.  They pass no
argument, so they stay while arguments move."""
ADDRESSES: Final[tuple[XReg, ...]] = (CALLEE, ENTRY)
"""Addresses computed from locals (see `addresses`); no call preserves them."""
HOMES: Final[tuple[XReg, ...]] = (X19, X20, X21, X22, X23, X24, X25, X26, X27)
"""Callee-saved general registers, homes of locals."""
FLOAT_OPERANDS: Final[tuple[VReg, ...]] = (
    V0, V1, V2, V3, V4, V5, V6, V7, V16, V17, V18, V19, V20, V21, V22, V23, V24, V25, V26, V27, V28, V29,
)  # fmt: skip
"""SIMD and floating-point registers of the operand stack."""
FLOAT_HOMES: Final[tuple[VReg, ...]] = (V8, V9, V10, V11, V12, V13, V14, V15)
"""SIMD and floating-point registers of which the lower half is callee-saved, homes of locals."""
FLOAT_SCRATCH: Final = V30
"""Within one instruction's code; X16 and X17 are the assembler's scratch registers (see `jit.a64.masm`)."""
CYCLE: Final = V31
"""Holds what a cycle of moves would overwrite; a second scratch register where nothing moves."""

ARGUMENTS: Final[tuple[XReg, ...]] = (X3, X4, X5, X6, X7, X8, X9, X10)
FLOAT_ARGUMENTS: Final[tuple[VReg, ...]] = (V0, V1, V2, V3, V4, V5, V6, V7)
"""Arguments in the register convention (see `convention`); not more than there are homes, which is where they go."""

MERGED: Final[tuple[XReg, ...]] = (X3, X4, X5, X6)
FLOAT_MERGED: Final[tuple[VReg, ...]] = (V0, V1, V2, V3)
"""Where the first values lie that branches carry to a label; the others lie in their slots."""

SAVE_AREA: Final = 16
"""Offset from sp of the save area."""
SAVE_FRAME: Final = 32
"""Offset from sp of FRAME in it."""
SAVE_AREA_SIZE: Final = 32

LAZY_ACROSS_CALLS: Final = 8
"""Only so many slots of constants and values of homes, nearest the top, stay unwritten while a call is under way, be it
direct or through a FuncRef.  A frame takes 16 bytes of machine stack at least, so the slots left unwritten are few
against the guard."""

assert not {CALLEE, ENTRY} & {*OPERANDS, *ARGUMENTS}
assert len(ARGUMENTS) <= len(HOMES) and len(FLOAT_ARGUMENTS) <= len(FLOAT_HOMES)
