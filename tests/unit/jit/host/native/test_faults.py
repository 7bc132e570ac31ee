"""What a signal does not say, told from the instruction: on any machine."""

from collections.abc import Callable

import pytest

from jit.a64.asm import Assembler
from jit.a64.labels import Label
from jit.a64.listing import disassemble
from jit.a64.operands import SP, V0, V1, X0, X1, X2, D, Q, S, W, X
from jit.host.base import Faulted, FaultKind
from jit.host.native.faults import explain, is_store
from jit.host.native.platforms import SIGNALS

ACCESSES: list[Callable[[Assembler], None]] = [
    lambda asm: asm.ldr_imm(X, X0, X1),
    lambda asm: asm.str_imm(W, X0, X1),
    lambda asm: asm.ldrsb_imm(X, X0, X1),
    lambda asm: asm.ldrsw_imm(X0, X1),
    lambda asm: asm.strb_imm(X0, X1),
    lambda asm: asm.strh_imm(X0, X1),
    lambda asm: asm.ldur(X, X0, X1, -8),
    lambda asm: asm.stur(X, X0, X1, -8),
    lambda asm: asm.str_pre(X, X0, X1, -16),
    lambda asm: asm.ldr_post(X, X0, X1, 16),
    lambda asm: asm.str_reg(X, X0, X1, X2),
    lambda asm: asm.ldr_reg(X, X0, X1, X2),
    lambda asm: asm.ldp_imm(X, X0, X2, X1),
    lambda asm: asm.stp_imm(X, X0, X2, X1),
    lambda asm: asm.stp_pre(X, X0, X2, SP, -32),
    lambda asm: asm.ldr_v_imm(S, V0, X1),
    lambda asm: asm.str_v_imm(D, V0, X1),
    lambda asm: asm.ldr_v_imm(Q, V0, X1),
    lambda asm: asm.str_v_imm(Q, V0, X1),
    lambda asm: asm.stp_v_imm(Q, V0, V1, X1),
    lambda asm: asm.ldp_v_imm(D, V0, V1, X1),
    lambda asm: asm.ldr_lit(X, X0, Label(0)),
    lambda asm: asm.add(X, X0, X1, X2),
    lambda asm: asm.movz(X, X0, 7),
    lambda asm: asm.ret(),
]


@pytest.mark.parametrize("emit", ACCESSES)
def test_stores_are_told_from_everything_else(emit: Callable[[Assembler], None]) -> None:
    asm = Assembler()
    emit(asm)
    _, text = next(iter(disassemble(asm.finish(), 0)))
    assert is_store(asm.words[0]) == text.startswith("st"), text


def test_what_a_signal_means() -> None:
    segv, bus, ill, trap = SIGNALS
    load, store = 0xF9400020, 0xF9000020  # ldr x0, [x1]; str x0, [x1]
    assert explain(segv, 0x1000, 0x55, 4, load) == Faulted(0x1000, FaultKind.LOAD, 0x55, 4)
    assert explain(bus, 0x1000, 0x55, 4, store) == Faulted(0x1000, FaultKind.STORE, 0x55, 4)
    assert explain(ill, 0x1000, 0x1000, 4, 0) == Faulted(0x1000, FaultKind.UNDEFINED, 0x1000, 4)
    assert explain(trap, 0x1000, 0x1000, 4, 0xD4200000) == Faulted(0x1000, FaultKind.OTHER, 0x1000, 4)
    assert explain(segv, 0x2000, 0x99, 4, None) == Faulted(0x2000, FaultKind.FETCH, 0x2000, 4)
