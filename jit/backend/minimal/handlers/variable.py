"""Minimal: locals and globals (spec: `syntax-instr-variable`).

A local lies a known distance below TOP.  `local.get 3` reads the third slot below it: the nearest have a handler each,
which saves loading the distance; the others take it in IMM, in bytes and negative.
A global's cell is in the VMContext when the module defines it, and at an address held there when it is imported.
"""

from ....a64.operands import Size, X
from ....abi import SLOT
from ..abi import CONTEXT, IMM, TOP, A, B
from ..handler import Handler, Handlers

HANDLERS = Handlers()

NEAR = 16
"""How many slots below TOP have handlers of their own.  An immediate reaches 32; most frames are smaller than this."""

IMPORTED = " imported"
"""Suffix of the handlers for imported globals and functions."""


def _near_get(h: Handler, distance: int) -> None:
    """Spec: `exec-local-get`."""
    h.asm.ldur(X, A, TOP, -SLOT * distance)
    h.push(A)
    h.ret()


def _near_set(h: Handler, distance: int) -> None:
    """Spec: `exec-local-set`.  The distance counts from below the popped value."""
    h.pop(A)
    h.asm.stur(X, A, TOP, -SLOT * distance)
    h.ret()


def _near_tee(h: Handler, distance: int) -> None:
    """Spec: `exec-local-tee`."""
    h.peek(A)
    h.asm.stur(X, A, TOP, -SLOT * distance)
    h.ret()


for _distance in range(1, NEAR + 1):
    HANDLERS.handles(f"local.get {_distance}", _distance)(_near_get)
    HANDLERS.handles(f"local.set {_distance}", _distance)(_near_set)
    HANDLERS.handles(f"local.tee {_distance}", _distance)(_near_tee)


@HANDLERS.handles("local.get", X)
def local_get(h: Handler, sf: Size) -> None:
    """Spec: `exec-local-get`.  IMM is minus the distance in bytes."""
    h.asm.ldr_reg(sf, A, TOP, IMM)
    h.push(A)
    h.ret()


@HANDLERS.handles("local.set", X)
def local_set(h: Handler, sf: Size) -> None:
    """Spec: `exec-local-set`.  IMM is minus the distance in bytes from below the popped value."""
    h.pop(A)
    h.asm.str_reg(sf, A, TOP, IMM)
    h.ret()


@HANDLERS.handles("local.tee", X)
def local_tee(h: Handler, sf: Size) -> None:
    """Spec: `exec-local-tee`.  IMM is minus the distance in bytes."""
    h.peek(A)
    h.asm.str_reg(sf, A, TOP, IMM)
    h.ret()


@HANDLERS.handles("global.get", X)
def global_get(h: Handler, sf: Size) -> None:
    """Spec: `exec-global-get`.  IMM is where the VMContext has the cell."""
    h.asm.ldr_reg(sf, A, CONTEXT, IMM)
    h.push(A)
    h.ret()


@HANDLERS.handles("global.set", X)
def global_set(h: Handler, sf: Size) -> None:
    """Spec: `exec-global-set`.  IMM is where the VMContext has the cell."""
    h.pop(A)
    h.asm.str_reg(sf, A, CONTEXT, IMM)
    h.ret()


@HANDLERS.handles("global.get" + IMPORTED, X)
def global_get_imported(h: Handler, sf: Size) -> None:
    """Spec: `exec-global-get`.  IMM is where the VMContext has the cell's address."""
    h.asm.ldr_reg(X, A, CONTEXT, IMM)
    h.asm.ldr_imm(sf, A, A)
    h.push(A)
    h.ret()


@HANDLERS.handles("global.set" + IMPORTED, X)
def global_set_imported(h: Handler, sf: Size) -> None:
    """Spec: `exec-global-set`.  IMM is where the VMContext has the cell's address."""
    h.pop(A)
    h.asm.ldr_reg(X, B, CONTEXT, IMM)
    h.asm.str_imm(sf, A, B)
    h.ret()
