"""Minimal: vectors as bits and as lanes of integers (spec: `exec-vunop`, `exec-vbinop`, `exec-vrelop`, `exec-vvbinop`).

Where machine and wasm agree a row says it: NEON wraps, saturates, rounds averages and compares lane by lane as wasm
does.  They differ on shift amounts, which NEON takes from each lane, signed and not modulo the lane, and NEON has no
product of 64-bit lanes.
"""

from collections.abc import Callable

from ....a64.masm import MacroAssembler
from ....a64.operands import B16, D2, H8, S4, Arrangement, ByteArrangement, Size, VReg, W, X
from ....abi import SLOT
from ..abi import FA, FB, FC, TOP, A, B, C, D
from ..handler import Handler, Handlers
from ..vectors import binary, unary

HANDLERS = Handlers()

Asm = MacroAssembler
ThreeVectors = Callable[[MacroAssembler, Arrangement, VReg, VReg, VReg], None]


def shift(name: str, arrangement: Arrangement, mask: int, emit: ThreeVectors, *, right: bool = False) -> None:
    """A handler of a shift by an amount modulo the lane, in every lane.

    To the right is to the left by the negated amount: the low byte of each lane counts, signed.
    """

    def body(h: Handler) -> None:
        h.asm.ldr_pre(W, A, TOP, -SLOT)
        h.peek_vector(FA)
        h.asm.and_imm(W, A, A, mask)
        if right:
            h.asm.neg(W, A, A)
        h.asm.dup_general(arrangement, FB, A)
        emit(h.asm, arrangement, FA, FA, FB)
        h.replace_vector(FA)
        h.ret()

    HANDLERS.row(name, body)


# fmt: off
shift("i8x16.shl",    B16, 7,  Asm.ushl)
shift("i8x16.shr_s",  B16, 7,  Asm.sshl, right=True)
shift("i8x16.shr_u",  B16, 7,  Asm.ushl, right=True)
shift("i16x8.shl",    H8,  15, Asm.ushl)
shift("i16x8.shr_s",  H8,  15, Asm.sshl, right=True)
shift("i16x8.shr_u",  H8,  15, Asm.ushl, right=True)
shift("i32x4.shl",    S4,  31, Asm.ushl)
shift("i32x4.shr_s",  S4,  31, Asm.sshl, right=True)
shift("i32x4.shr_u",  S4,  31, Asm.ushl, right=True)
shift("i64x2.shl",    D2,  63, Asm.ushl)
shift("i64x2.shr_s",  D2,  63, Asm.sshl, right=True)
shift("i64x2.shr_u",  D2,  63, Asm.ushl, right=True)

unary(HANDLERS, "v128.not",               B16, Asm.not_v)
binary(HANDLERS, "v128.and",              B16, Asm.and_v)
binary(HANDLERS, "v128.andnot",           B16, Asm.bic_v)
binary(HANDLERS, "v128.or",               B16, Asm.orr_v)
binary(HANDLERS, "v128.xor",              B16, Asm.eor_v)

unary(HANDLERS, "i8x16.abs",              B16, Asm.abs_v)
unary(HANDLERS, "i8x16.neg",              B16, Asm.neg_v)
unary(HANDLERS, "i8x16.popcnt",           B16, Asm.cnt)
unary(HANDLERS, "i16x8.abs",              H8,  Asm.abs_v)
unary(HANDLERS, "i16x8.neg",              H8,  Asm.neg_v)
unary(HANDLERS, "i32x4.abs",              S4,  Asm.abs_v)
unary(HANDLERS, "i32x4.neg",              S4,  Asm.neg_v)
unary(HANDLERS, "i64x2.abs",              D2,  Asm.abs_v)
unary(HANDLERS, "i64x2.neg",              D2,  Asm.neg_v)

binary(HANDLERS, "i8x16.add",             B16, Asm.add_v)
binary(HANDLERS, "i8x16.add_sat_s",       B16, Asm.sqadd)
binary(HANDLERS, "i8x16.add_sat_u",       B16, Asm.uqadd)
binary(HANDLERS, "i8x16.sub",             B16, Asm.sub_v)
binary(HANDLERS, "i8x16.sub_sat_s",       B16, Asm.sqsub)
binary(HANDLERS, "i8x16.sub_sat_u",       B16, Asm.uqsub)
binary(HANDLERS, "i8x16.min_s",           B16, Asm.smin)
binary(HANDLERS, "i8x16.min_u",           B16, Asm.umin)
binary(HANDLERS, "i8x16.max_s",           B16, Asm.smax)
binary(HANDLERS, "i8x16.max_u",           B16, Asm.umax)
binary(HANDLERS, "i8x16.avgr_u",          B16, Asm.urhadd)
binary(HANDLERS, "i16x8.add",             H8,  Asm.add_v)
binary(HANDLERS, "i16x8.add_sat_s",       H8,  Asm.sqadd)
binary(HANDLERS, "i16x8.add_sat_u",       H8,  Asm.uqadd)
binary(HANDLERS, "i16x8.sub",             H8,  Asm.sub_v)
binary(HANDLERS, "i16x8.sub_sat_s",       H8,  Asm.sqsub)
binary(HANDLERS, "i16x8.sub_sat_u",       H8,  Asm.uqsub)
binary(HANDLERS, "i16x8.mul",             H8,  Asm.mul_v)
binary(HANDLERS, "i16x8.q15mulr_sat_s",   H8,  Asm.sqrdmulh)
binary(HANDLERS, "i16x8.min_s",           H8,  Asm.smin)
binary(HANDLERS, "i16x8.min_u",           H8,  Asm.umin)
binary(HANDLERS, "i16x8.max_s",           H8,  Asm.smax)
binary(HANDLERS, "i16x8.max_u",           H8,  Asm.umax)
binary(HANDLERS, "i16x8.avgr_u",          H8,  Asm.urhadd)
binary(HANDLERS, "i32x4.add",             S4,  Asm.add_v)
binary(HANDLERS, "i32x4.sub",             S4,  Asm.sub_v)
binary(HANDLERS, "i32x4.mul",             S4,  Asm.mul_v)
binary(HANDLERS, "i32x4.min_s",           S4,  Asm.smin)
binary(HANDLERS, "i32x4.min_u",           S4,  Asm.umin)
binary(HANDLERS, "i32x4.max_s",           S4,  Asm.smax)
binary(HANDLERS, "i32x4.max_u",           S4,  Asm.umax)
binary(HANDLERS, "i64x2.add",             D2,  Asm.add_v)
binary(HANDLERS, "i64x2.sub",             D2,  Asm.sub_v)

binary(HANDLERS, "i8x16.eq",              B16, Asm.cmeq)
binary(HANDLERS, "i8x16.ne",              B16, Asm.cmeq, inverted=True)
binary(HANDLERS, "i8x16.lt_s",            B16, Asm.cmgt, swapped=True)
binary(HANDLERS, "i8x16.lt_u",            B16, Asm.cmhi, swapped=True)
binary(HANDLERS, "i8x16.gt_s",            B16, Asm.cmgt)
binary(HANDLERS, "i8x16.gt_u",            B16, Asm.cmhi)
binary(HANDLERS, "i8x16.le_s",            B16, Asm.cmge, swapped=True)
binary(HANDLERS, "i8x16.le_u",            B16, Asm.cmhs, swapped=True)
binary(HANDLERS, "i8x16.ge_s",            B16, Asm.cmge)
binary(HANDLERS, "i8x16.ge_u",            B16, Asm.cmhs)
binary(HANDLERS, "i16x8.eq",              H8,  Asm.cmeq)
binary(HANDLERS, "i16x8.ne",              H8,  Asm.cmeq, inverted=True)
binary(HANDLERS, "i16x8.lt_s",            H8,  Asm.cmgt, swapped=True)
binary(HANDLERS, "i16x8.lt_u",            H8,  Asm.cmhi, swapped=True)
binary(HANDLERS, "i16x8.gt_s",            H8,  Asm.cmgt)
binary(HANDLERS, "i16x8.gt_u",            H8,  Asm.cmhi)
binary(HANDLERS, "i16x8.le_s",            H8,  Asm.cmge, swapped=True)
binary(HANDLERS, "i16x8.le_u",            H8,  Asm.cmhs, swapped=True)
binary(HANDLERS, "i16x8.ge_s",            H8,  Asm.cmge)
binary(HANDLERS, "i16x8.ge_u",            H8,  Asm.cmhs)
binary(HANDLERS, "i32x4.eq",              S4,  Asm.cmeq)
binary(HANDLERS, "i32x4.ne",              S4,  Asm.cmeq, inverted=True)
binary(HANDLERS, "i32x4.lt_s",            S4,  Asm.cmgt, swapped=True)
binary(HANDLERS, "i32x4.lt_u",            S4,  Asm.cmhi, swapped=True)
binary(HANDLERS, "i32x4.gt_s",            S4,  Asm.cmgt)
binary(HANDLERS, "i32x4.gt_u",            S4,  Asm.cmhi)
binary(HANDLERS, "i32x4.le_s",            S4,  Asm.cmge, swapped=True)
binary(HANDLERS, "i32x4.le_u",            S4,  Asm.cmhs, swapped=True)
binary(HANDLERS, "i32x4.ge_s",            S4,  Asm.cmge)
binary(HANDLERS, "i32x4.ge_u",            S4,  Asm.cmhs)
binary(HANDLERS, "i64x2.eq",              D2,  Asm.cmeq)
binary(HANDLERS, "i64x2.ne",              D2,  Asm.cmeq, inverted=True)
binary(HANDLERS, "i64x2.lt_s",            D2,  Asm.cmgt, swapped=True)
binary(HANDLERS, "i64x2.gt_s",            D2,  Asm.cmgt)
binary(HANDLERS, "i64x2.le_s",            D2,  Asm.cmge, swapped=True)
binary(HANDLERS, "i64x2.ge_s",            D2,  Asm.cmge)
# fmt: on


@HANDLERS.handles("v128.bitselect", B16)
def bitselect(h: Handler, arrangement: ByteArrangement) -> None:
    """Spec: `op-ibitselect`.  The third operand chooses, and its register takes the result (Arm: "BSL")."""
    h.pop_vector_pair(FB, FC)
    h.peek_vector(FA)
    h.asm.bsl(arrangement, FC, FA, FB)
    h.replace_vector(FC)
    h.ret()


@HANDLERS.handles("i64x2.mul", X)
def mul_i64x2(h: Handler, sf: Size) -> None:
    """Spec: `op-imul`.  Lanes are slots, so two products of general registers take what they take from there, in less
    than the seven instructions that NEON needs for the partial products (Arm: "MUL").
    """
    h.pop_pair(C, D)
    h.pop_pair(A, B)
    h.asm.mul(sf, A, A, C)
    h.asm.mul(sf, B, B, D)
    h.asm.stp_post(sf, A, B, TOP, 2 * SLOT)
    h.ret()
