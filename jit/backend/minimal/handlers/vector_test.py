"""Minimal: what all lanes of a vector say together, as an i32 (spec: `exec-vvtestop`, `exec-vec-bitmask`)."""

from collections.abc import Callable, Sequence

from ....a64.masm import MacroAssembler
from ....a64.operands import B16, D2, EQ, H8, LSL, NE, S4, AcrossArrangement, Arrangement, D, S, Vector2D, VReg, W, X
from ....a64.operands import B as BYTE
from ..abi import FA, A, B
from ..handler import Handler, Handlers

HANDLERS = Handlers()

Asm = MacroAssembler
Reduce = Callable[[MacroAssembler, AcrossArrangement, VReg, VReg], None]


def reduce_to_truth(name: str, reduce: Reduce, arrangement: AcrossArrangement) -> None:
    """A handler of `exec-vvtestop` or `exec-vtestop`: whether the greatest or the least lane is not zero."""

    def body(h: Handler) -> None:
        h.pop_vector(FA)
        reduce(h.asm, arrangement, FA, FA)
        h.asm.fmov_to_general(S, A, FA)
        h.asm.cmp_imm(W, A, 0)
        h.asm.cset(W, A, NE)
        h.push(A)
        h.ret()

    HANDLERS.row(name, body)


def bitmask(name: str, half: int, signs: Arrangement, top: int, pairs: Sequence[tuple[Arrangement, int]] = ()) -> None:
    """A handler of `exec-vec-bitmask`.

    The first shift leaves each lane's sign; each of the others adds to a lane twice as wide its upper half's bits,
    moved down next to the lower's.  So the low byte of each doubleword ends with the bits of its `half` lanes, below
    others that do not count (Arm: "USHR", "USRA").
    """

    def body(h: Handler) -> None:
        h.pop_vector(FA)
        h.asm.ushr(signs, FA, FA, top)
        for arrangement, amount in pairs:
            h.asm.usra(arrangement, FA, FA, amount)
        h.asm.umov(BYTE, A, FA, 0)
        h.asm.umov(BYTE, B, FA, 8)
        h.asm.orr(W, A, A, B, LSL, half)
        h.push(A)
        h.ret()

    HANDLERS.row(name, body)


# fmt: off
reduce_to_truth("v128.any_true",   Asm.umaxv, S4)
reduce_to_truth("i8x16.all_true",  Asm.uminv, B16)
reduce_to_truth("i16x8.all_true",  Asm.uminv, H8)
reduce_to_truth("i32x4.all_true",  Asm.uminv, S4)

bitmask("i8x16.bitmask",  8, B16, 7,  ((H8, 7), (S4, 14), (D2, 28)))
bitmask("i16x8.bitmask",  4, H8,  15, ((S4, 15), (D2, 30)))
bitmask("i32x4.bitmask",  2, S4,  31, ((D2, 31),))
bitmask("i64x2.bitmask",  1, D2,  63)
# fmt: on


@HANDLERS.handles("i64x2.all_true", D2)
def all_true_i64x2(h: Handler, arrangement: Vector2D) -> None:
    """Spec: `exec-vtestop`.  The lanes that are zero, -1 each, have the sum 0 (Arm: "CMEQ (zero)", "ADDP (scalar)")."""
    h.pop_vector(FA)
    h.asm.cmeq_zero(arrangement, FA, FA)
    h.asm.addp_d(FA, FA)
    h.asm.fmov_to_general(D, A, FA)
    h.asm.cmp_imm(X, A, 0)
    h.asm.cset(W, A, EQ)
    h.push(A)
    h.ret()
