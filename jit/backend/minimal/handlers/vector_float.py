"""Minimal: vectors as lanes of floats (spec: `exec-vunop`, `exec-vbinop`, `exec-vrelop`).

What `floating` says of scalars holds for lanes: FPCR.DN makes every NaN of an operation the canonical one.  FABS and
FNEG (vector) change the sign bit alone, of NaNs too.
"""

from ....a64.masm import MacroAssembler
from ....a64.operands import B16, D2, S4, FloatArrangement
from ..abi import FA, FB, FC
from ..handler import Handler, Handlers
from ..vectors import binary, unary

HANDLERS = Handlers()

Asm = MacroAssembler


def pick(name: str, arrangement: FloatArrangement, *, least: bool) -> None:
    """A handler of `op-fpmin` or `op-fpmax`: the second operand where it is less, or greater, else the first.

    Bits are chosen: no NaN is made, and of two zeros it is the first (Arm: "FCMGT (register)", "BSL"; not FMIN).
    """

    def body(h: Handler) -> None:
        h.pop_vector_pair(FA, FB)
        greater, less = (FA, FB) if least else (FB, FA)
        h.asm.fcmgt(arrangement, FC, greater, less)
        h.asm.bsl(B16, FC, FB, FA)
        h.push_vector(FC)
        h.ret()

    HANDLERS.row(name, body)


# fmt: off
unary(HANDLERS, "f32x4.ceil",     S4, Asm.frintp_v)
unary(HANDLERS, "f32x4.floor",    S4, Asm.frintm_v)
unary(HANDLERS, "f32x4.trunc",    S4, Asm.frintz_v)
unary(HANDLERS, "f32x4.nearest",  S4, Asm.frintn_v)
unary(HANDLERS, "f32x4.abs",      S4, Asm.fabs_v)
unary(HANDLERS, "f32x4.neg",      S4, Asm.fneg_v)
unary(HANDLERS, "f32x4.sqrt",     S4, Asm.fsqrt_v)
unary(HANDLERS, "f64x2.ceil",     D2, Asm.frintp_v)
unary(HANDLERS, "f64x2.floor",    D2, Asm.frintm_v)
unary(HANDLERS, "f64x2.trunc",    D2, Asm.frintz_v)
unary(HANDLERS, "f64x2.nearest",  D2, Asm.frintn_v)
unary(HANDLERS, "f64x2.abs",      D2, Asm.fabs_v)
unary(HANDLERS, "f64x2.neg",      D2, Asm.fneg_v)
unary(HANDLERS, "f64x2.sqrt",     D2, Asm.fsqrt_v)

binary(HANDLERS, "f32x4.add",     S4, Asm.fadd_v)
binary(HANDLERS, "f32x4.sub",     S4, Asm.fsub_v)
binary(HANDLERS, "f32x4.mul",     S4, Asm.fmul_v)
binary(HANDLERS, "f32x4.div",     S4, Asm.fdiv_v)
binary(HANDLERS, "f32x4.min",     S4, Asm.fmin_v)
binary(HANDLERS, "f32x4.max",     S4, Asm.fmax_v)
binary(HANDLERS, "f64x2.add",     D2, Asm.fadd_v)
binary(HANDLERS, "f64x2.sub",     D2, Asm.fsub_v)
binary(HANDLERS, "f64x2.mul",     D2, Asm.fmul_v)
binary(HANDLERS, "f64x2.div",     D2, Asm.fdiv_v)
binary(HANDLERS, "f64x2.min",     D2, Asm.fmin_v)
binary(HANDLERS, "f64x2.max",     D2, Asm.fmax_v)

pick("f32x4.pmin",                S4, least=True)
pick("f32x4.pmax",                S4, least=False)
pick("f64x2.pmin",                D2, least=True)
pick("f64x2.pmax",                D2, least=False)

binary(HANDLERS, "f32x4.eq",      S4, Asm.fcmeq)
binary(HANDLERS, "f32x4.ne",      S4, Asm.fcmeq, inverted=True)
binary(HANDLERS, "f32x4.lt",      S4, Asm.fcmgt, swapped=True)
binary(HANDLERS, "f32x4.gt",      S4, Asm.fcmgt)
binary(HANDLERS, "f32x4.le",      S4, Asm.fcmge, swapped=True)
binary(HANDLERS, "f32x4.ge",      S4, Asm.fcmge)
binary(HANDLERS, "f64x2.eq",      D2, Asm.fcmeq)
binary(HANDLERS, "f64x2.ne",      D2, Asm.fcmeq, inverted=True)
binary(HANDLERS, "f64x2.lt",      D2, Asm.fcmgt, swapped=True)
binary(HANDLERS, "f64x2.gt",      D2, Asm.fcmgt)
binary(HANDLERS, "f64x2.le",      D2, Asm.fcmge, swapped=True)
binary(HANDLERS, "f64x2.ge",      D2, Asm.fcmge)
# fmt: on
