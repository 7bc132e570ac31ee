"""Minimal: lanes in and out of vectors, and bytes by number (spec: `exec-vec-extract_lane`, `exec-vec-shuffle`).

An instruction holds the number of a lane in its word, but a handler serves all lanes: it does not take the vector apart
in a register, it finds the lane where the vector lies, in its slots.  IMM is the distance of the lane from the end of
its vector, in bytes and negative; VIMM has the bytes that a shuffle chooses.
"""

from ....a64.operands import (
    B16,
    D2,
    H8,
    LDR_W,
    LDR_X,
    LDRB,
    LDRH,
    LDRSB_W,
    LDRSH_W,
    S4,
    STR_W,
    STR_X,
    STRB,
    STRH,
    Arrangement,
    ByteArrangement,
    D,
    Load,
    Store,
    X,
)
from ....abi import SLOT
from ..abi import FA, FB, IMM, TOP, VIMM, A
from ..handler import Handler, Handlers

HANDLERS = Handlers()


def splat(name: str, arrangement: Arrangement) -> None:
    """A handler of `exec-vec-splat` (Arm: "DUP (element)")."""

    def body(h: Handler) -> None:
        h.asm.ldr_v_pre(D, FA, TOP, -SLOT)
        h.asm.dup_element(arrangement, FA, FA, 0)
        h.push_vector(FA)
        h.ret()

    HANDLERS.row(name, body)


splat("i8x16.splat", B16)
splat("i16x8.splat", H8)
splat("i32x4.splat", S4)
splat("i64x2.splat", D2)
splat("f32x4.splat", S4)
splat("f64x2.splat", D2)


@HANDLERS.handles("i8x16.extract_lane_s", LDRSB_W)
@HANDLERS.handles("i8x16.extract_lane_u", LDRB)
@HANDLERS.handles("i16x8.extract_lane_s", LDRSH_W)
@HANDLERS.handles("i16x8.extract_lane_u", LDRH)
@HANDLERS.handles("i32x4.extract_lane", LDR_W)
@HANDLERS.handles("i64x2.extract_lane", LDR_X)
@HANDLERS.handles("f32x4.extract_lane", LDR_W)
@HANDLERS.handles("f64x2.extract_lane", LDR_X)
def extract_lane(h: Handler, access: Load) -> None:
    """Spec: `exec-vec-extract_lane`.  The load extends."""
    h.asm.load_at(access, A, TOP, IMM)
    h.asm.sub_imm(X, TOP, TOP, SLOT)
    h.replace(A)
    h.ret()


@HANDLERS.handles("i8x16.replace_lane", STRB)
@HANDLERS.handles("i16x8.replace_lane", STRH)
@HANDLERS.handles("i32x4.replace_lane", STR_W)
@HANDLERS.handles("i64x2.replace_lane", STR_X)
@HANDLERS.handles("f32x4.replace_lane", STR_W)
@HANDLERS.handles("f64x2.replace_lane", STR_X)
def replace_lane(h: Handler, access: Store) -> None:
    """Spec: `exec-vec-replace_lane`.  The distance counts from below the popped value."""
    h.pop(A)
    h.asm.store_at(access, A, TOP, IMM)
    h.ret()


@HANDLERS.handles("i8x16.shuffle", B16)
def shuffle(h: Handler, arrangement: ByteArrangement) -> None:
    """Spec: `exec-vec-shuffle`.  Both vectors are one table of 32 bytes (Arm: "TBL")."""
    h.pop_vector_pair(FA, FB)
    h.asm.tbl(arrangement, FA, FA, VIMM, tables=2)
    h.push_vector(FA)
    h.ret()


@HANDLERS.handles("i8x16.swizzle", B16)
def swizzle(h: Handler, arrangement: ByteArrangement) -> None:
    """Spec: `exec-vec-swizzle`.  TBL, too, gives 0 for an index beyond the table."""
    h.pop_vector_pair(FA, FB)
    h.asm.tbl(arrangement, FA, FA, FB)
    h.push_vector(FA)
    h.ret()
