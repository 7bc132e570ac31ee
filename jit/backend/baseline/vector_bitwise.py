"""Baseline: logic on all 128 bits, and what vectors answer as an i32 (spec: `exec-vvbinop`, `exec-vtestop`)."""

from collections.abc import Sequence
from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import B16, D2, EQ, H8, LSL, NE, S4, AcrossArrangement, Arrangement, B, Cond, S, VReg, W
from ...wasm.types import I32, V128
from .abi import FLOAT_SCRATCH
from .compiler import FunctionCompiler
from .rows import Rows
from .values import Const, flags, v_place, x_place
from .vector_forms import binary

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler
_ONES: Final = (1 << 128) - 1

# fmt: off
binary(ROWS, "v128.and",     B16, Asm.and_v)
binary(ROWS, "v128.andnot",  B16, Asm.bic_v)
binary(ROWS, "v128.or",      B16, Asm.orr_v)
# fmt: on


def _invert(c: FunctionCompiler, operand: VReg) -> None:
    result = c.state.float_result(operand)
    c.asm.not_v(B16, result, operand)
    c.state.push_written(V128, v_place(result))


@ROWS.emits("v128.not", B16)
def not_(c: FunctionCompiler, _arrangement: object) -> None:
    """Spec: `exec-vvunop` (Arm: "NOT")."""
    _invert(c, c.state.float(c.state.pop()))


@ROWS.emits("v128.xor", B16)
def xor(c: FunctionCompiler, _arrangement: object) -> None:
    """Spec: `exec-vvbinop`.  With all ones it is NOT (Arm: "EOR (vector)")."""
    right, left = c.state.pop(), c.state.pop()
    if type(left) is Const:
        left, right = right, left
    a = c.state.float(left)
    if type(right) is Const and right.bits == _ONES:
        _invert(c, a)
        return
    b = c.state.float(right)
    result = c.state.float_result(a, b)
    c.asm.eor_v(B16, result, a, b)
    c.state.push_written(V128, v_place(result))


@ROWS.emits("v128.bitselect", B16)
def bitselect(c: FunctionCompiler, _arrangement: object) -> None:
    """Spec: `exec-vvternop`.  Each of the three operands may become the result (Arm: "BSL", "BIT", "BIF")."""
    state = c.state
    chooser, right, left = state.pop(), state.pop(), state.pop()
    a, b, mask = state.float(left), state.float(right), state.float(chooser)
    if state.registers.may_overwrite(v_place(mask)):
        result = mask
        c.asm.bsl(B16, mask, a, b)
    elif state.registers.may_overwrite(v_place(b)):
        result = b
        c.asm.bit(B16, b, a, mask)
    elif state.registers.may_overwrite(v_place(a)):
        result = a
        c.asm.bif(B16, a, b, mask)
    else:
        result = state.registers.borrow_float()
        c.asm.mov_v(result, mask)
        c.asm.bsl(B16, result, a, b)
    state.push_float(V128, result)


def _test(c: FunctionCompiler, cond: Cond) -> None:
    """Pushes how the word in FLOAT_SCRATCH compares with zero."""
    word = c.state.registers.borrow_general()
    c.asm.fmov_to_general(S, word, FLOAT_SCRATCH)
    c.asm.cmp_imm(W, word, 0)
    c.note_zero_test(W, word)
    c.state.push(flags(cond))


@ROWS.emits("v128.any_true", S4)
def any_true(c: FunctionCompiler, arrangement: AcrossArrangement) -> None:
    """Spec: `exec-vvtestop`.  Some word is not zero if the greatest is not (Arm: "UMAXV")."""
    c.state.keep_flags()
    c.asm.umaxv(arrangement, FLOAT_SCRATCH, c.state.float(c.state.pop()))
    _test(c, NE)


def _all_true(name: str, lanes: AcrossArrangement) -> None:
    """No lane is zero if the least is not (spec: `exec-vtestop`; Arm: "UMINV")."""

    def emitter(c: FunctionCompiler) -> None:
        c.state.keep_flags()
        c.asm.uminv(lanes, FLOAT_SCRATCH, c.state.float(c.state.pop()))
        _test(c, NE)

    ROWS.row(name, emitter)


@ROWS.emits("i64x2.all_true", D2)
def all_true_wide(c: FunctionCompiler, arrangement: Arrangement) -> None:
    """Spec: `exec-vtestop`.  UMINV does not take doublewords: those that are zero become ones, of which none may be."""
    c.state.keep_flags()
    c.asm.cmeq_zero(arrangement, FLOAT_SCRATCH, c.state.float(c.state.pop()))
    c.asm.umaxv(S4, FLOAT_SCRATCH, FLOAT_SCRATCH)
    _test(c, EQ)


def _bitmask(name: str, lanes: Arrangement, gathers: Sequence[tuple[Arrangement, int]]) -> None:
    """The sign bits of all lanes (spec: `exec-vec-bitmask`; Arm: "USHR", "USRA").

    They move to the bottom of their lanes, then next to each other in lanes twice as wide, until the lowest bits of
    either doubleword are the bits of its lanes; what else is in there lies above.
    """
    top = (8 << (lanes >> 22 & 3)) - 1

    def emitter(c: FunctionCompiler) -> None:
        operand = c.state.float(c.state.pop())
        result = c.state.registers.borrow_general()
        c.asm.ushr(lanes, FLOAT_SCRATCH, operand, top)
        for wider, amount in gathers:
            c.asm.usra(wider, FLOAT_SCRATCH, FLOAT_SCRATCH, amount)
        with c.asm.scratch() as high:
            c.asm.umov(B, result, FLOAT_SCRATCH, 0)
            c.asm.umov(B, high, FLOAT_SCRATCH, 8)
            c.asm.orr(W, result, result, high, LSL, 1 << len(gathers))
        c.state.push_written(I32, x_place(result))

    ROWS.row(name, emitter)


# fmt: off
_all_true("i8x16.all_true",  B16)
_all_true("i16x8.all_true",  H8)
_all_true("i32x4.all_true",  S4)

_bitmask("i8x16.bitmask",    B16, ((H8, 7), (S4, 14), (D2, 28)))
_bitmask("i16x8.bitmask",    H8,  ((S4, 15), (D2, 30)))
_bitmask("i32x4.bitmask",    S4,  ((D2, 31),))
_bitmask("i64x2.bitmask",    D2,  ())
# fmt: on
