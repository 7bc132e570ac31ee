"""What the types of operands forbid, by mypy."""

from pathlib import Path

import pytest
from mypy import api

from jit.a64 import operands as o

GOOD = """
from jit.a64.masm import MacroAssembler
from jit.a64.operands import *
a = MacroAssembler()
a.add(X, X0, XZR, X1)
a.add_imm(X, SP, SP, 16)
a.subs_imm(X, XZR, SP, 16)
a.ldr_imm(X, XZR, SP)
a.and_imm(W, SP, XZR, 1)
a.orr(X, X0, X1, X2, ROR, 3)
a.fadd(D, V0, V1, V2)
a.fcvt(H, V0, D, V1)
a.ldr_v_imm(B, V0, X1)
a.ldp_v_imm(Q, V0, V1, SP)
a.cnt(B8, V0, V1)
a.add_v(D2, V0, V1, V2)
a.fadd_v(S2, V0, V1, V2)
a.smull_v(D2, V0, V1, V2)
a.xtn(S2, V0, V1)
a.xtn2(S4, V0, V1)
a.fcvtn2(S4, V0, V1)
for arrangement in (H8, S4, D2):
    a.cmeq(arrangement, V0, V1, V2)
a.load(LDRB, X0, SP)
"""
BAD = [
    "a.add(X, SP, X0, X1)  # SP in a field where 31 is ZR",
    "a.add_imm(X, XZR, X0, 1)  # ZR in a field where 31 is SP",
    "a.ldr_imm(X, X0, XZR)  # ZR as a base",
    "a.ldr_imm(X, SP, X0)  # SP as what is loaded",
    "a.ands_imm(X, SP, X0, 1)  # ANDS writes a Reg where AND writes a RegSP",
    "a.add(X, X0, X1, X2, ROR, 1)  # ROR is for logical instructions",
    "a.fadd(D, X0, V1, V2)  # a general register as a vector",
    "a.add(X, X0, V1, X2)  # a vector as a general register",
    "a.add(D, X0, X1, X2)  # a floating-point format as a general width",
    "a.fadd(W, V0, V1, V2)  # a general width as a format",
    "a.fadd(H, V0, V1, V2)  # half precision has no arithmetic",
    "a.fadd(Q, V0, V1, V2)  # nor has a quadword",
    "a.ldp_v_imm(B, V0, V1, SP)  # there are no pairs of bytes",
    "a.cnt(S4, V0, V1)  # CNT is for bytes",
    "a.mul_v(D2, V0, V1, V2)  # no multiplication of doublewords",
    "a.addv(S2, V0, V1)  # two lanes are too few to reduce",
    "a.fadd_v(H8, V0, V1, V2)  # half precision has no arithmetic",
    "a.smull_v(B16, V0, V1, V2)  # nothing lengthens to bytes",
    "a.smull2(S2, V0, V1, V2)  # what is lengthened fills a vector",
    "a.xtn(B16, V0, V1)  # the lower half is half a vector",
    "a.xtn2(H4, V0, V1)  # with the upper half it is all of it",
    "a.sqdmulh(B8, V0, V1, V2)  # not for bytes",
    "a.rev32_v(S4, V0, V1)  # a word reversed in words",
    "a.and_v(S4, V0, V1, V2)  # bitwise instructions work on bytes",
    "a.add_v(X, V0, V1, V2)  # a general width as an arrangement",
    "a.ldr_reg(X, X0, X1, X2, UXTB)  # no such extension of an index",
    "a.load(STRB, X0, SP)  # a store is no load",
    "a.ret(XZR)  # a return to nowhere",
    "a.csel(X, X0, X1, X2, 1)  # a number is no condition",
]


@pytest.mark.slow
def test_wrong_operands_do_not_type_check(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(GOOD + "\n".join(BAD) + "\n")
    output, _, _ = api.run([str(program), "--strict", "--no-incremental", "--follow-imports=silent"])
    first = GOOD.count("\n") + 1
    reported = {int(line.split(":")[1]) for line in output.splitlines() if ": error:" in line}
    assert reported == set(range(first, first + len(BAD))), output


def test_conditions_have_the_numbers_of_the_manual() -> None:
    assert (o.EQ, o.CS, o.HS, o.CC, o.LO, o.MI, o.VS, o.HI, o.GE, o.GT, o.AL) == (0, 2, 2, 3, 3, 4, 6, 8, 10, 12, 14)


def test_registers_have_their_numbers() -> None:
    assert (o.X0, o.X30, o.XZR, o.SP, o.V0, o.V31, o.FP, o.LR) == (0, 30, 31, 31, 0, 31, 29, 30)
