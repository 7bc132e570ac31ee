"""Baseline: arithmetic on lanes of floats (spec: `exec-vunop`, `exec-vbinop`).

What `floating` says of FPCR and NaNs holds in every lane.
"""

from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import B16, D2, S4, FloatArrangement
from ...wasm.types import V128
from .compiler import FunctionCompiler
from .rows import Rows
from .vector_forms import binary, unary

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler

# fmt: off
unary(ROWS,  "f32x4.abs",      S4, Asm.fabs_v)
unary(ROWS,  "f32x4.neg",      S4, Asm.fneg_v)
unary(ROWS,  "f32x4.sqrt",     S4, Asm.fsqrt_v)
unary(ROWS,  "f32x4.ceil",     S4, Asm.frintp_v)
unary(ROWS,  "f32x4.floor",    S4, Asm.frintm_v)
unary(ROWS,  "f32x4.trunc",    S4, Asm.frintz_v)
unary(ROWS,  "f32x4.nearest",  S4, Asm.frintn_v)
binary(ROWS, "f32x4.add",      S4, Asm.fadd_v)
binary(ROWS, "f32x4.sub",      S4, Asm.fsub_v)
binary(ROWS, "f32x4.mul",      S4, Asm.fmul_v)
binary(ROWS, "f32x4.div",      S4, Asm.fdiv_v)
binary(ROWS, "f32x4.min",      S4, Asm.fmin_v)
binary(ROWS, "f32x4.max",      S4, Asm.fmax_v)

unary(ROWS,  "f64x2.abs",      D2, Asm.fabs_v)
unary(ROWS,  "f64x2.neg",      D2, Asm.fneg_v)
unary(ROWS,  "f64x2.sqrt",     D2, Asm.fsqrt_v)
unary(ROWS,  "f64x2.ceil",     D2, Asm.frintp_v)
unary(ROWS,  "f64x2.floor",    D2, Asm.frintm_v)
unary(ROWS,  "f64x2.trunc",    D2, Asm.frintz_v)
unary(ROWS,  "f64x2.nearest",  D2, Asm.frintn_v)
binary(ROWS, "f64x2.add",      D2, Asm.fadd_v)
binary(ROWS, "f64x2.sub",      D2, Asm.fsub_v)
binary(ROWS, "f64x2.mul",      D2, Asm.fmul_v)
binary(ROWS, "f64x2.div",      D2, Asm.fdiv_v)
binary(ROWS, "f64x2.min",      D2, Asm.fmin_v)
binary(ROWS, "f64x2.max",      D2, Asm.fmax_v)
# fmt: on


def _select(name: str, lanes: FloatArrangement, *, greater: bool) -> None:
    """The second where it is less or greater than the first, else the first, bit for bit.

    Spec: `op-fpmin`, `op-fpmax` (Arm: "FCMGT (register)", "BSL").
    """

    def emitter(c: FunctionCompiler) -> None:
        right, left = c.state.pop(), c.state.pop()
        a, b = c.state.float(left), c.state.float(right)
        mask = c.state.registers.borrow_float()
        c.asm.fcmgt(lanes, mask, *((b, a) if greater else (a, b)))
        c.asm.bsl(B16, mask, b, a)
        c.state.push_float(V128, mask)

    ROWS.row(name, emitter)


# fmt: off
_select("f32x4.pmin",          S4, greater=False)
_select("f32x4.pmax",          S4, greater=True)
_select("f64x2.pmin",          D2, greater=False)
_select("f64x2.pmax",          D2, greater=True)
# fmt: on
