"""What changes the flags, by what the instructions do when they run."""

from collections.abc import Callable

import pytest

from jit.a64.masm import MacroAssembler
from jit.a64.operands import B8, EQ, LSL, NE, V0, V1, X0, X1, X2, XZR, D, Reg, W, X
from jit.backend.baseline.nzcv import sets_flags
from support.a64_run import run

ZERO: Reg = XZR
Asm = MacroAssembler
SETTERS: dict[str, Callable[[MacroAssembler], None]] = {
    "adds imm": lambda a: a.adds_imm(X, X0, X1, 1),
    "cmn imm": lambda a: a.cmn_imm(W, X1, 1),
    "cmp imm": lambda a: a.cmp_imm(X, X1, 7),
    "adds": lambda a: a.adds(X, X0, X1, X2),
    "cmp": lambda a: a.cmp(W, X1, X2),
    "cmp ext": lambda a: a.cmp_ext(X, X1, X2),
    "adcs": lambda a: a.adcs(X, X0, X1, X2),
    "sbcs": lambda a: a.sbcs(X, X0, X1, X2),
    "ands imm": lambda a: a.ands_imm(X, X0, X1, 8),
    "tst": lambda a: a.tst(X, X1, X2),
    "bics": lambda a: a.bics(X, X0, X1, X2),
    "ccmp": lambda a: a.ccmp(X, X1, X2, 0, EQ),
    "ccmn imm": lambda a: a.ccmn_imm(X, X1, 1, 0, NE),
    "fcmp": lambda a: a.fcmp(D, V0, V1),
    "fcmp zero": lambda a: a.fcmp_zero(D, V0),
    "fccmp": lambda a: a.fccmp(D, V0, V1, 0, EQ),
}
KEEPERS: dict[str, Callable[[MacroAssembler], None]] = {
    "add imm": lambda a: a.add_imm(X, X0, X1, 1),
    "sub": lambda a: a.sub(X, X0, X1, X2, LSL, 3),
    "and imm": lambda a: a.and_imm(X, X0, X1, 8),
    "orr": lambda a: a.orr(X, X0, X1, X2),
    "csel": lambda a: a.csel(X, X0, X1, X2, EQ),
    "cset": lambda a: a.cset(W, X0, EQ),
    "madd": lambda a: a.madd(X, X0, X1, X2, ZERO),
    "udiv": lambda a: a.udiv(X, X0, X1, X2),
    "lslv": lambda a: a.lslv(X, X0, X1, X2),
    "movz": lambda a: a.movz(X, X0, 0xFFFF),
    "fmov": lambda a: a.fmov(D, V0, V1),
    "fadd": lambda a: a.fadd(D, V0, V0, V1),
    "fcsel": lambda a: a.fcsel(D, V0, V0, V1, EQ),
    "fcvtzs": lambda a: a.fcvtzs(X, X0, D, V0),
    "bsl": lambda a: a.bsl(B8, V0, V0, V1),
}


def words(write: Callable[[MacroAssembler], None]) -> list[int]:
    asm = MacroAssembler()
    write(asm)
    return list(asm.words)


def changes_flags(write: Callable[[MacroAssembler], None]) -> bool:
    """Whether the flags differ after the instruction, from either of two opposite states before it."""

    def behind(first: Callable[[MacroAssembler], None]) -> int:
        return run(lambda asm: (first(asm), write(asm)), {1: 7, 2: 7}).nzcv

    def alone(first: Callable[[MacroAssembler], None]) -> int:
        return run(first, {1: 7, 2: 7}).nzcv

    states: tuple[Callable[[MacroAssembler], None], ...] = (
        lambda asm: asm.cmp_imm(X, X1, 8),
        lambda asm: asm.cmp_imm(X, X1, 7),
        lambda asm: asm.cmp_imm(X, X1, 0),
    )
    return any(behind(state) != alone(state) for state in states)


@pytest.mark.parametrize("name", SETTERS)
def test_what_changes_the_flags_is_known_to(name: str) -> None:
    assert changes_flags(SETTERS[name])
    assert [sets_flags(word) for word in words(SETTERS[name])] == [True]


@pytest.mark.parametrize("name", KEEPERS)
def test_what_keeps_the_flags_is_known_to(name: str) -> None:
    assert not changes_flags(KEEPERS[name])
    assert [sets_flags(word) for word in words(KEEPERS[name])] == [False]
