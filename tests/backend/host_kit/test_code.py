"""Code space, and what faults tell."""

import pytest

from jit.a64.asm import Assembler
from jit.a64.labels import Label
from jit.a64.operands import (
    EQ,
    LR,
    SP,
    X0,
    X29,
    W,
    X,
)
from jit.host.base import FaultKind, Host
from support.hosts import PAGE, committed, fault, run, storer
from support.machine_code import call, load_code


def test_code_reaches_all_other_code_with_bl(host: Host) -> None:
    first = host.allocate_code(16)
    last = host.allocate_code(16 << 20)
    assert abs(last + (16 << 20) - first) < 128 << 20
    host.free_code(first)
    host.free_code(last)


def test_code_cannot_be_written_by_code(host: Host) -> None:
    entry = storer(host)
    exit_ = fault(host, entry, entry)
    assert exit_.pc == entry
    assert exit_.address // PAGE == entry // PAGE


def test_data_cannot_be_executed(host: Host) -> None:
    base = committed(host)
    host.memory(base, 4)[:] = (0xD65F03C0).to_bytes(4, "little")  # ret
    exit_ = fault(host, base)
    assert (exit_.pc, exit_.kind) == (base, FaultKind.FETCH)
    host.release(base)


def test_code_may_hold_data_that_it_reads(host: Host) -> None:
    def build(asm: Assembler) -> None:
        literal = Label()
        asm.ldr_lit(W, X0, literal)
        asm.ret()
        asm.bind(literal)
        asm.word(0xCAFEF00D)

    assert run(host, load_code(host, build)) == 0xCAFEF00D


def test_loading_again_replaces_what_ran(host: Host) -> None:
    address = host.allocate_code(8)
    for value in (1, 2, 3):
        asm = Assembler()
        asm.movz(X, X0, value)
        asm.ret()
        host.load(address, asm.finish())
        assert run(host, address) == value


def test_freed_space_is_used_again_for_other_code(host: Host) -> None:
    seen = set()
    for value in range(200):
        address = load_code(host, lambda asm, value=value: (asm.movz(X, X0, value), asm.ret()))
        assert run(host, address) == value
        host.free_code(address)
        seen.add(address)
    assert len(seen) == 1


def test_more_code_than_was_allocated_is_refused(host: Host) -> None:
    address = host.allocate_code(16)
    with pytest.raises(ValueError, match="fit"):
        host.load(address, bytes(32))
    host.free_code(address)


def test_an_undefined_instruction_faults_where_it_is(host: Host) -> None:
    entry = load_code(host, lambda asm: (asm.nop(), asm.udf(0x0303), asm.ret()))
    exit_ = fault(host, entry)
    assert (exit_.pc, exit_.kind) == (entry + 4, FaultKind.UNDEFINED)


def test_a_fault_tells_the_link_register(host: Host) -> None:
    inner = load_code(host, lambda asm: asm.udf(0))
    entry = load_code(host, lambda asm: (call(asm, inner), asm.ret()))
    exit_ = fault(host, entry)
    assert (exit_.pc, exit_.link) == (inner, entry + 20)


@pytest.mark.parametrize("target", [0, 4, 0x1000, 1 << 31, (1 << 48) - 4, (1 << 64) - 256])
def test_a_wild_jump_faults_as_a_fetch_at_its_target(host: Host, target: int) -> None:
    exit_ = fault(host, load_code(host, lambda asm: asm.br(X0)), target)
    assert (exit_.pc, exit_.kind) == (target, FaultKind.FETCH)


def test_recursion_without_end_faults_in_the_stack_guard(host: Host) -> None:
    def build(asm: Assembler) -> None:
        again = asm.here()
        asm.stp_pre(X, X29, LR, SP, -16)
        asm.bl(again)

    exit_ = fault(host, load_code(host, build))
    assert exit_.kind in (FaultKind.STORE, FaultKind.LOAD)
    assert host.is_stack_guard(exit_.address)


def test_committed_memory_is_no_stack_guard(host: Host) -> None:
    base = committed(host)
    assert not any(host.is_stack_guard(base + at) for at in (-1, 0, PAGE))
    assert not host.is_stack_guard(0)
    host.release(base)


def test_a_megabyte_of_frames_fits_the_machine_stack_but_for_a_little(host: Host) -> None:
    def build(asm: Assembler) -> None:
        again = asm.here()
        asm.sub_imm(X, SP, SP, 16)
        asm.str_imm(X, LR, SP)
        asm.subs_imm(X, X0, X0, 1)
        deepest = Label()
        asm.b_cond(EQ, deepest)
        asm.bl(again)
        asm.bind(deepest)
        asm.ldr_imm(X, LR, SP)
        asm.add_imm(X, SP, SP, 16)
        asm.ret()

    assert run(host, load_code(host, build), 60_000) == 0
