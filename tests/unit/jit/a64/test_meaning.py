"""A sample of encoders by what they do: valid encodings of something else would read back wrong nowhere but here.

Expected values are worked out by hand from the manual's descriptions.
"""

from collections.abc import Callable

import pytest

from jit.a64 import operands as o
from jit.a64.labels import Label
from jit.a64.masm import MacroAssembler
from jit.a64.operands import (
    ASR,
    FPCR,
    LSL,
    NZCV,
    ROR,
    SP,
    SXTW,
    UXTW,
    V0,
    V1,
    V2,
    V3,
    X0,
    X1,
    X2,
    X3,
    X4,
    XZR,
    Cond,
    D,
    H,
    S,
    W,
    X,
)  # fmt: skip
from support.a64_run import MEMORY, run

MASK = (1 << 64) - 1
CASES: list[tuple[str, Callable[[MacroAssembler], object], dict[int, int], int]] = [
    ("sub takes the second from the first", lambda a: a.sub(X, X0, X1, X2), {1: 10, 2: 3}, 7),
    ("a W result clears the upper half", lambda a: a.add(W, X0, X1, X2), {0: MASK, 1: MASK, 2: 2}, 1),
    ("the second operand is shifted", lambda a: a.add(X, X0, X1, X2, LSL, 4), {1: 1, 2: 3}, 0x31),
    ("asr keeps the sign", lambda a: a.add(W, X0, XZR, X2, ASR, 4), {2: 0x80000000}, 0xF8000000),
    ("ror brings low bits to the top", lambda a: a.orr(X, X0, XZR, X2, ROR, 4), {2: 0xA}, 0xA << 60),
    ("a word is sign-extended, then shifted", lambda a: a.add_ext(X, X0, X1, X2, SXTW, 2), {1: 8, 2: 0xFFFFFFFF}, 4),
    ("bic clears the bits of the second", lambda a: a.bic(X, X0, X1, X2), {1: 0xFF, 2: 0x0F}, 0xF0),
    ("orn sets the zeros of the second", lambda a: a.orn(W, X0, X1, X2), {1: 1, 2: 0xFFFFFF0F}, 0xF1),
    ("movk replaces one halfword", lambda a: a.movk(X, X0, 0xABCD, 32), {0: MASK}, 0xFFFFABCDFFFFFFFF),
    ("movn inverts after the shift", lambda a: a.movn(X, X0, 1, 16), {}, MASK ^ 0x10000),
    ("movz clears the rest", lambda a: a.movz(X, X0, 2, 48), {0: MASK}, 2 << 48),
    ("csel takes the first when the condition holds", lambda a: (a.cmp(X, X1, X1), a.csel(X, X0, X2, X3, o.EQ)),
     {1: 5, 2: 20, 3: 30}, 20),
    ("csinc increments the second otherwise", lambda a: (a.cmp(X, X1, X1), a.csinc(X, X0, X2, X3, o.NE)),
     {1: 5, 2: 20, 3: 30}, 31),
    ("cset gives one when the condition holds", lambda a: (a.cmp(X, X1, X2), a.cset(X, X0, o.LO)),
     {1: 1, 2: MASK}, 1),
    ("cinc increments when the condition holds", lambda a: (a.cmp(X, X1, X2), a.cinc(X, X0, X3, o.GT)),
     {1: 1, 2: MASK, 3: 8}, 9),
    ("cneg negates when the condition holds", lambda a: (a.cmp(X, X1, X2), a.cneg(X, X0, X3, o.LT)),
     {1: MASK, 2: 0, 3: 8}, MASK - 7),
    ("ccmp compares when the condition holds", lambda a: (
        a.cmp(X, X1, X1), a.ccmp(X, X2, X3, 0, o.EQ), a.cset(X, X0, o.HI)), {2: 9, 3: 8}, 1),
    ("ccmp gives the flags otherwise", lambda a: (
        a.cmp(X, X1, X1), a.ccmp_imm(X, X2, 9, 0b0100, o.NE), a.cset(X, X0, o.EQ)), {2: 8}, 1),
    ("madd adds the product to the last", lambda a: a.madd(X, X0, X1, X2, X3), {1: 5, 2: 7, 3: 100}, 135),
    ("msub subtracts it from the last", lambda a: a.msub(X, X0, X1, X2, X3), {1: 5, 2: 7, 3: 100}, 65),
    ("smull is signed", lambda a: a.smull(X0, X1, X2), {1: 0xFFFFFFFF, 2: 2}, MASK - 1),
    ("umull is not", lambda a: a.umull(X0, X1, X2), {1: 0xFFFFFFFF, 2: 2}, 0x1FFFFFFFE),
    ("umulh is the upper half", lambda a: a.umulh(X0, X1, X2), {1: MASK, 2: MASK}, MASK - 1),
    ("smulh is the signed upper half", lambda a: a.smulh(X0, X1, X2), {1: MASK, 2: 2}, MASK),
    ("sdiv rounds towards zero", lambda a: a.sdiv(X, X0, X1, X2), {1: MASK - 6, 2: 2}, MASK - 2),
    ("udiv does not see a sign", lambda a: a.udiv(W, X0, X1, X2), {1: 0xFFFFFFFE, 2: 2}, 0x7FFFFFFF),
    ("lslv shifts the first by the second", lambda a: a.lslv(X, X0, X1, X2), {1: 3, 2: 65}, 6),
    ("asrv keeps the sign", lambda a: a.asrv(W, X0, X1, X2), {1: 0x80000000, 2: 31}, 0xFFFFFFFF),
    ("rorv rotates right", lambda a: a.rorv(W, X0, X1, X2), {1: 1, 2: 1}, 0x80000000),
    ("extr starts in the second", lambda a: a.extr(X, X0, X1, X2, 8), {1: 0xAB, 2: 0xCD00}, 0xAB << 56 | 0xCD),
    ("lsl_imm", lambda a: a.lsl_imm(W, X0, X1, 31), {1: 3}, 0x80000000),
    ("lsr_imm", lambda a: a.lsr_imm(X, X0, X1, 63), {1: MASK}, 1),
    ("asr_imm", lambda a: a.asr_imm(X, X0, X1, 63), {1: 1 << 63}, MASK),
    ("ror_imm", lambda a: a.ror_imm(W, X0, X1, 4), {1: 0xF}, 0xF0000000),
    ("ubfx", lambda a: a.ubfx(X, X0, X1, 4, 8), {1: 0xABCDE}, 0xCD),
    ("sbfx", lambda a: a.sbfx(X, X0, X1, 4, 8), {1: 0xABCDE}, MASK - 0x32),
    ("ubfiz", lambda a: a.ubfiz(X, X0, X1, 4, 8), {0: MASK, 1: 0xABC}, 0xBC0),
    ("bfi keeps the rest", lambda a: a.bfi(X, X0, X1, 4, 8), {0: MASK, 1: 0}, MASK ^ 0xFF0),
    ("bfxil keeps the rest", lambda a: a.bfxil(X, X0, X1, 4, 8), {0: MASK, 1: 0}, MASK ^ 0xFF),
    ("sxtb", lambda a: a.sxtb(X, X0, X1), {1: 0x180}, MASK - 0x7F),
    ("uxth", lambda a: a.uxth(X0, X1), {1: 0xABCDE}, 0xBCDE),
    ("rev reverses the bytes", lambda a: a.rev(X, X0, X1), {1: 1}, 1 << 56),
    ("rev of W", lambda a: a.rev(W, X0, X1), {1: 1}, 1 << 24),
    ("rev16", lambda a: a.rev16(W, X0, X1), {1: 0x11223344}, 0x22114433),
    ("rev32", lambda a: a.rev32(X0, X1), {1: 0x1122334455667788}, 0x4433221188776655),
    ("rbit and clz count trailing zeros", lambda a: (a.rbit(W, X0, X1), a.clz(W, X0, X0)), {1: 0x10}, 4),
    ("cls counts sign bits", lambda a: a.cls(W, X0, X1), {1: 0xFFFFFFFE}, 30),
    ("adc adds the carry", lambda a: (a.adds(X, XZR, X1, X2), a.adc(X, X0, XZR, XZR)), {1: MASK, 2: 1}, 1),
    ("sbc borrows when carry is clear", lambda a: (a.subs(X, XZR, X1, X2), a.sbc(X, X0, XZR, XZR)),
     {1: 0, 2: 1}, MASK),
    ("tbz skips when the bit is clear", lambda a: skip(a, lambda label: a.tbz(X1, 40, label)), {1: MASK ^ 1 << 40}, 1),
    ("tbnz skips when the bit is set", lambda a: skip(a, lambda label: a.tbnz(X1, 40, label)), {1: 1 << 40}, 1),
    ("cbz of W looks at the low half", lambda a: skip(a, lambda label: a.cbz(W, X1, label)), {1: 1 << 32}, 1),
    ("cbnz of X looks at all", lambda a: skip(a, lambda label: a.cbnz(X, X1, label)), {1: 1 << 32}, 1),
    ("NZCV is written and read", lambda a: (a.msr(NZCV, X1), a.mrs(X0, NZCV)), {1: 0x60000000}, 0x60000000),
    ("FPCR is written and read", lambda a: (a.msr(FPCR, X1), a.mrs(X0, FPCR)), {1: 1 << 25}, 1 << 25),
]  # fmt: skip


def skip(a: MacroAssembler, branch: Callable[[Label], None]) -> None:
    """1 in X0 if the branch is taken, else 0."""
    taken = Label()
    a.movz(X, X0, 1)
    branch(taken)
    a.movz(X, X0, 0)
    a.bind(taken)


@pytest.mark.parametrize(
    ("write", "registers", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_an_integer_instruction_does_what_the_manual_says(
    write: Callable[[MacroAssembler], object], registers: dict[int, int], expected: int
) -> None:
    assert run(write, registers).x[0] == expected


@pytest.mark.parametrize("nzcv", range(16))
def test_conditions_are_what_the_manual_says_of_the_flags(nzcv: int) -> None:
    n, z, c, v = (bool(nzcv >> bit & 1) for bit in (3, 2, 1, 0))
    meaning = {
        o.EQ: z, o.NE: not z, o.CS: c, o.CC: not c, o.MI: n, o.PL: not n, o.VS: v, o.VC: not v, o.HI: c and not z,
        o.LS: not c or z, o.GE: n == v, o.LT: n != v, o.GT: not z and n == v, o.LE: z or n != v,
    }  # fmt: skip
    for cond, holds in meaning.items():
        state = run(lambda a, cond=cond: (a.msr(NZCV, X1), a.cset(X, X0, cond)), {1: nzcv << 28})
        assert state.x[0] == holds
        assert (
            run(
                lambda a, cond=cond: (a.msr(NZCV, X1), skip(a, lambda label: a.b_cond(cond, label))), {1: nzcv << 28}
            ).x[0]
            == holds
        )


@pytest.mark.parametrize("cond", range(14))
def test_inversion_is_the_condition_that_holds_otherwise(cond: int) -> None:
    for nzcv in range(16):
        state = run(
            lambda a, nzcv=nzcv: (a.msr(NZCV, X1), a.cset(X, X0, Cond(cond)), a.cset(X, X2, o.invert(Cond(cond)))),
            {1: nzcv << 28},
        )
        assert state.x[0] + state.x[2] == 1


def test_always_has_no_inverse() -> None:
    with pytest.raises(AssertionError):
        o.invert(o.AL)


MEMORY_CASES: list[tuple[str, Callable[[MacroAssembler], object], int, int]] = [
    ("ldrb", lambda a: a.ldrb_imm(X0, X1, 7), 0xF8, 0),
    ("ldrsb to W", lambda a: a.ldrsb_imm(W, X0, X1, 7), 0xFFFFFFF8, 0),
    ("ldrsb to X", lambda a: a.ldrsb_imm(X, X0, X1, 7), MASK - 7, 0),
    ("ldrh", lambda a: a.ldrh_imm(X0, X1, 6), 0xF8F7, 0),
    ("ldrsh to W", lambda a: a.ldursh(W, X0, X1, 6), 0xFFFFF8F7, 0),
    ("ldrsw", lambda a: a.ldrsw_imm(X0, X1, 4), MASK - 0x07080A0A, 0),
    ("ldr of W", lambda a: a.ldr_imm(W, X0, X1, 4), 0xF8F7F5F5, 0),
    ("ldr of X", lambda a: a.ldr_imm(X, X0, X1), 0xF8F7F5F504030201, 0),
    ("post-index reads before it moves", lambda a: a.ldr_post(W, X0, X1, 4), 0x04030201, 4),
    ("pre-index reads after it moved", lambda a: a.ldr_pre(W, X0, X1, 4), 0xF8F7F5F5, 4),
    ("a W index is zero-extended", lambda a: a.ldr_reg(W, X0, X1, X2, UXTW), 0xF8F7F5F5, 0),
    ("an index is scaled", lambda a: a.ldr_reg(W, X0, X1, X3, scale=2), 0xF8F7F5F5, 0),
]


@pytest.mark.parametrize(
    ("write", "loaded", "moved"), [case[1:] for case in MEMORY_CASES], ids=[case[0] for case in MEMORY_CASES]
)
def test_a_load_reads_what_the_manual_says(write: Callable[[MacroAssembler], object], loaded: int, moved: int) -> None:
    state = run(write, {1: MEMORY, 2: 1 << 32 | 4, 3: 1}, memory=bytes.fromhex("01020304f5f5f7f8"))
    assert state.x[:2] == (loaded, MEMORY + moved)


def test_pairs_and_stores_go_where_the_manual_says() -> None:
    state = run(
        lambda a: (
            a.stp_pre(X, X0, X1, SP, -16), a.ldp_post(X, X2, X3, SP, 16), a.strb_imm(X0, X4, 1), a.strh_imm(X0, X4, 2),
            a.str_imm(W, X0, X4, 4), a.stur(X, XZR, X4, 8),
        ),
        {0: 0x1122334455667788, 1: 2, 4: MEMORY}, memory=b"\xff" * 20,
    )  # fmt: skip
    assert state.x[2:4] == (0x1122334455667788, 2)
    assert state.x[31] == MEMORY + 0x8000
    assert state.memory[:20].hex() == "ff88" + "8877" + "88776655" + "00" * 8 + "ff" * 4


THREE = 0x40400000
D_TWO, D_THREE, D_MINUS = 0x4000000000000000, 0x4008000000000000, 0xBFF8000000000000  # 2, 3, -1.5
FLOAT_CASES: list[tuple[str, Callable[[MacroAssembler], object], int]] = [
    ("fsub", lambda a: a.fsub(D, V0, V2, V1), 0x3FF0000000000000),
    ("fdiv", lambda a: a.fdiv(D, V0, V2, V1), 0x3FF8000000000000),
    ("fmin", lambda a: a.fmin(D, V0, V2, V3), D_MINUS),
    ("fmax", lambda a: a.fmax(D, V0, V1, V3), D_TWO),
    ("fnmul", lambda a: a.fnmul(D, V0, V1, V2), 0xC018000000000000),
    ("fmsub", lambda a: a.fmsub(D, V0, V1, V2, V3), 0xC01E000000000000),
    ("fnmadd", lambda a: a.fnmadd(D, V0, V1, V2, V3), 0xC012000000000000),
    ("fabs", lambda a: a.fabs(D, V0, V3), 0x3FF8000000000000),
    ("frintm rounds down", lambda a: a.frintm(D, V0, V3), 0xC000000000000000),
    ("frintp rounds up", lambda a: a.frintp(D, V0, V3), 0xBFF0000000000000),
    ("frintz truncates", lambda a: a.frintz(D, V0, V3), 0xBFF0000000000000),
    ("frintn ties to even", lambda a: a.frintn(D, V0, V3), 0xC000000000000000),
    ("fcvt narrows", lambda a: a.fcvt(S, V0, D, V2), THREE),
    ("fcvt to half", lambda a: a.fcvt(H, V0, D, V2), 0x4200),
    ("fcsel", lambda a: (a.fcmp(D, V1, V2), a.fcsel(D, V0, V1, V2, o.MI)), D_TWO),
    ("scvtf", lambda a: a.scvtf(S, V0, W, X1), 0xBF800000),
    ("ucvtf", lambda a: a.ucvtf(D, V0, W, X1), 0x41EFFFFFFFE00000),
    ("fmov_imm", lambda a: a.fmov_imm(D, V0, 0x70), 0x3FF0000000000000),
    ("fmov from X", lambda a: a.fmov_from_general(D, V0, X1), 0xFFFFFFFF),
    ("cnt and addv", lambda a: (a.cnt(o.B8, V0, V2), a.addv(o.B8, V0, V0)), 2),
    ("bsl", lambda a: (a.movi_d(V0, 0xFFFF000000000000), a.bsl(o.B8, V0, V3, V2)), 0xBFF8000000000000),
    ("bit", lambda a: (a.movi_d(V0, 0xFF), a.bit(o.B8, V0, V2, V3)), 0x00080000000000FF),
    ("bif", lambda a: (a.movi_d(V0, 0), a.bif(o.B8, V0, V2, V3)), 0x4000000000000000),
    ("bic of a vector", lambda a: a.bic_v(o.B8, V0, V2, V3), 0x4000000000000000),
    ("ushr", lambda a: a.ushr_d(V0, V2, 62), 1),
    ("sshr", lambda a: a.sshr_d(V0, V3, 60), MASK - 4),
    ("shl", lambda a: a.shl_d(V0, V2, 1), 0x8010000000000000),
    ("sli keeps the low bits", lambda a: (a.movi_d(V0, MASK), a.sli_d(V0, V1, 1)), 0x8000000000000001),
    ("movi of words", lambda a: a.movi_words(o.S2, V0, 0x80, 24), 0x8000000080000000),
    ("mvni of words", lambda a: a.mvni_words(o.S2, V0, 0x80, 24), 0x7FFFFFFF7FFFFFFF),
    ("ins replaces one lane", lambda a: a.ins_general(o.H, V0, 1, X1), 0xFFFF0000),
    ("dup repeats", lambda a: a.dup_element(o.S2, V0, V2, 1), 0x4008000040080000),
]


@pytest.mark.parametrize(("write", "expected"), [case[1:] for case in FLOAT_CASES], ids=[c[0] for c in FLOAT_CASES])
def test_a_floating_point_instruction_does_what_the_manual_says(
    write: Callable[[MacroAssembler], object], expected: int
) -> None:
    assert run(write, {1: 0xFFFFFFFF}, {1: D_TWO, 2: D_THREE, 3: D_MINUS}).v[0] == expected


CONVERSIONS: list[tuple[str, Callable[[MacroAssembler], object], int]] = [
    ("fcvtzs truncates", lambda a: a.fcvtzs(W, X0, D, V3), 0xFFFFFFFF),
    ("fcvtzu saturates", lambda a: a.fcvtzu(X, X0, D, V3), 0),
    ("fcvtms rounds down", lambda a: a.fcvtms(X, X0, D, V3), MASK - 1),
    ("fcvtps rounds up", lambda a: a.fcvtps(W, X0, D, V3), 0xFFFFFFFF),
    ("fcvtns ties to even", lambda a: a.fcvtns(W, X0, D, V3), 0xFFFFFFFE),
    ("fcvtas ties away", lambda a: a.fcvtas(W, X0, D, V3), 0xFFFFFFFE),
    ("fmov to X", lambda a: a.fmov_to_general(D, X0, V3), D_MINUS),
    ("fmov to W", lambda a: a.fmov_to_general(S, X0, V1), 0),
    ("the top half", lambda a: (a.fmov_top_from_general(V1, X1), a.fmov_top_to_general(X0, V1)), 77),
    ("umov of a lane", lambda a: a.umov(H, X0, V3, 3), 0xBFF8),
    ("smov of a lane", lambda a: a.smov(X, H, X0, V3, 3), MASK - 0x4007),
    ("fcmp sets the flags", lambda a: (a.fcmp(D, V3, V2), a.cset(X, X0, o.MI)), 1),
    ("fcmp with zero", lambda a: (a.fcmp_zero(D, V1), a.cset(X, X0, o.GT)), 1),
    (
        "fccmp gives the flags otherwise",
        lambda a: (a.fcmp(D, V1, V1), a.fccmp(D, V1, V2, 2, o.NE), a.cset(X, X0, o.CS)),
        1,
    ),
]


@pytest.mark.parametrize(("write", "expected"), [case[1:] for case in CONVERSIONS], ids=[c[0] for c in CONVERSIONS])
def test_a_move_to_general_registers_does_what_the_manual_says(
    write: Callable[[MacroAssembler], object], expected: int
) -> None:
    assert run(write, {1: 77}, {1: D_TWO, 2: D_THREE, 3: D_MINUS}).x[0] == expected
