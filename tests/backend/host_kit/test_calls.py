"""Calls into machine code, and from it into Python."""

from collections.abc import Sequence

import pytest

from jit.a64.asm import Assembler
from jit.a64.labels import Label
from jit.a64.operands import (
    LR,
    SP,
    V0,
    V8,
    X0,
    X1,
    X9,
    X19,
    X28,
    X29,
    D,
    X,
    XReg,
)
from jit.host.base import Addr, Faulted, Finished, Host
from jit.host.driver import NESTED
from support.hosts import committed, fault, run
from support.machine_code import call, load_caller, load_code


def test_an_entry_gets_eight_arguments_and_gives_one_result(host: Host) -> None:
    def build(asm: Assembler) -> None:
        for number in range(1, 8):
            asm.lsl_imm(X, XReg(number), XReg(number), 8 * number)
            asm.add(X, X0, X0, XReg(number))
        asm.ret()

    assert run(host, load_code(host, build), *range(1, 9)) == 0x0807060504030201


def test_results_and_arguments_are_unsigned_64_bit_integers(host: Host) -> None:
    identity = load_code(host, lambda asm: asm.ret())
    assert run(host, identity, (1 << 64) - 1) == (1 << 64) - 1


@pytest.mark.parametrize("args", [(-1,), (1 << 64,), range(9)])
def test_arguments_that_do_not_fit_are_refused(host: Host, args: Sequence[int]) -> None:
    with pytest.raises(ValueError, match="argument"):
        host.enter(load_code(host, lambda asm: asm.ret()), args, budget_s=1)


def test_every_nan_made_by_an_operation_is_canonical(host: Host) -> None:
    def build(asm: Assembler) -> None:
        asm.fmov_from_general(D, V0, X0)
        asm.fadd(D, V0, V0, V0)
        asm.fmov_to_general(D, X0, V0)
        asm.ret()

    assert run(host, load_code(host, build), 0xFFF0000000000123) == 0x7FF8000000000000


def test_registers_at_entry_do_not_depend_on_what_ran_before(host: Host) -> None:
    def read(number: int) -> Addr:
        return load_code(host, lambda asm: (asm.mov(X, X0, XReg(number)), asm.ret()))

    readers = [read(number) for number in (*range(16), *range(19, 28))]
    before = [run(host, reader) for reader in readers]

    def spoil(asm: Assembler) -> None:
        for number in (*range(1, 18), *range(19, 28)):
            asm.movz(X, XReg(number), 0xBAD)
        asm.udf(0)

    fault(host, load_code(host, spoil))
    assert [run(host, reader) for reader in readers] == before


def test_an_entry_does_not_find_what_the_one_before_left_on_the_stack(host: Host) -> None:
    leave = load_code(host, lambda asm: (asm.str_pre(X, X0, SP, -64), asm.add_imm(X, SP, SP, 64), asm.ret()))
    find = load_code(host, lambda asm: (asm.sub_imm(X, SP, SP, 64), asm.ldr_post(X, X0, SP, 64), asm.ret()))
    run(host, leave, 7)
    assert run(host, find) == 0


def test_a_host_call_gets_eight_arguments_and_gives_one_result(host: Host) -> None:
    seen: list[tuple[int, ...]] = []

    def record(args: Sequence[int]) -> int:
        seen.append(tuple(args))
        return (1 << 64) - 2

    assert run(host, load_caller(host, host.thunk(record)), *range(10, 18)) == (1 << 64) - 2
    assert seen == [tuple(range(10, 18))]


def test_a_host_call_preserves_what_a_callee_must(host: Host) -> None:
    kept = (X19, XReg(20), XReg(23), XReg(26), XReg(27))
    # What the call in between does to registers must not show either.
    spoiler = load_code(host, lambda asm: [asm.movz(X, number, 0xBAD) for number in kept] + [asm.udf(0)])
    thunk = host.thunk(lambda _: int(isinstance(host.enter(spoiler, (), budget_s=9), Faulted)))

    def build(asm: Assembler) -> None:
        asm.stp_pre(X, X29, LR, SP, -16)
        asm.mov_sp(X29, SP)
        for place, number in enumerate(kept):
            asm.movz(X, number, 1 << place)
        asm.movz(X, X9, 0x4000)
        asm.fmov_from_general(D, V8, X9)
        call(asm, thunk)
        for number in kept:
            asm.add(X, X0, X0, number, amount=1)
        asm.fmov_to_general(D, X9, V8)
        asm.add(X, X0, X0, X9)
        asm.mov_sp(X9, SP)
        asm.sub(X, X9, X9, X29)
        asm.add(X, X0, X0, X9)
        asm.ldp_post(X, X29, LR, SP, 16)
        asm.ret()

    assert run(host, load_code(host, build)) == 1 + 2 * 0b11111 + 0x4000


def test_x28_is_the_same_after_a_host_call(host: Host) -> None:
    thunk = host.thunk(lambda _: 0)

    def build(asm: Assembler) -> None:
        asm.stp_pre(X, X29, LR, SP, -32)
        asm.str_imm(X, X28, SP, 16)
        call(asm, thunk)
        asm.ldr_imm(X, X0, SP, 16)
        asm.sub(X, X0, X0, X28)
        asm.ldp_post(X, X29, LR, SP, 32)
        asm.ret()

    assert run(host, load_code(host, build)) == 0


def test_thunks_are_distinct_and_last(host: Host) -> None:
    callers = [load_caller(host, host.thunk(lambda args, n=number: args[0] * 1000 + n)) for number in range(300)]
    assert [run(host, caller, 7) for caller in callers] == [7000 + number for number in range(300)]


def test_an_exception_in_a_host_call_abandons_the_run(host: Host) -> None:
    def fail(args: Sequence[int]) -> int:
        raise LookupError(args[0])

    caller = load_caller(host, host.thunk(fail))
    with pytest.raises(LookupError, match="41"):
        host.enter(caller, (41,), budget_s=9)
    assert run(host, load_code(host, lambda asm: asm.ret()), 5) == 5


def nest(host: Host, depth: int) -> list[object]:
    """Enters `depth` deep through host calls; gives how each level but the last ended, innermost first."""
    ends: list[object] = []

    def deeper(args: Sequence[int]) -> int:
        if not args[0]:
            return 0
        exit_ = host.enter(caller, (args[0] - 1,), budget_s=60)
        ends.append(exit_)
        return exit_.result + 1 if isinstance(exit_, Finished) else 0

    caller = load_caller(host, host.thunk(deeper))
    ends.append(host.enter(caller, (depth,), budget_s=60))
    return ends


def test_host_calls_nest_a_thousand_deep(host: Host) -> None:
    assert nest(host, 1000) == [Finished(level) for level in range(1001)]


def test_nesting_without_end_is_an_exception_and_unwinds(host: Host) -> None:
    """Before the process itself has no stack left, which no exception would tell."""
    assert len(nest(host, NESTED)) == NESTED + 1
    with pytest.raises(RecursionError, match="inside one another"):
        nest(host, NESTED + 1)
    assert nest(host, 3) == [Finished(level) for level in range(4)]


def test_a_nested_entry_may_overflow_the_stack_and_the_outer_one_goes_on(host: Host) -> None:
    def build(asm: Assembler) -> None:
        again = Label()
        asm.bind(again)
        asm.stp_pre(X, X29, LR, SP, -496)
        asm.b(again)

    endless = load_code(host, build)
    ends: list[object] = []

    def overflowing(_args: Sequence[int]) -> int:
        ends.append(host.enter(endless, (), budget_s=60))
        return 5

    caller = load_caller(host, host.thunk(overflowing))
    assert run(host, caller) == 5
    (overflow,) = ends
    assert isinstance(overflow, Faulted)
    assert host.is_stack_guard(overflow.address)


def test_a_python_recursion_error_in_nested_calls_is_an_ordinary_exception(host: Host) -> None:
    def recurse(depth: int) -> int:
        return recurse(depth + 1)

    def wide(args: Sequence[int]) -> int:
        exit_ = host.enter(inner, args, budget_s=60)
        raise AssertionError(exit_)

    inner = load_caller(host, host.thunk(lambda args: recurse(0)))
    outer = load_caller(host, host.thunk(wide))
    with pytest.raises(RecursionError):
        host.enter(outer, (), budget_s=60)
    assert nest(host, 3) == [Finished(level) for level in range(4)]


def test_an_entry_below_a_host_call_does_not_touch_the_frames_above(host: Host) -> None:
    scribbler = load_code(host, lambda asm: [asm.stp_imm(X, X0, X0, SP, -16 * at) for at in range(1, 32)] + [asm.ret()])
    thunk = host.thunk(lambda _: run(host, scribbler, 0xBAD))

    def build(asm: Assembler) -> None:
        asm.stp_pre(X, X29, LR, SP, -32)
        asm.movz(X, X1, 1234)
        asm.str_imm(X, X1, SP, 16)
        call(asm, thunk)
        asm.ldr_imm(X, X0, SP, 16)
        asm.ldp_post(X, X29, LR, SP, 32)
        asm.ret()

    assert run(host, load_code(host, build)) == 1234


def test_memory_may_change_hands_during_a_host_call(host: Host) -> None:
    base = committed(host)

    def replace(_: Sequence[int]) -> int:
        host.release(base)
        return 0

    thunk = host.thunk(replace)

    def build(asm: Assembler) -> None:
        asm.stp_pre(X, X29, LR, SP, -16)
        asm.mov(X, X19, X0)
        asm.ldr_imm(X, X1, X19)
        call(asm, thunk)
        asm.ldr_imm(X, X1, X19)
        asm.ret()

    entry = load_code(host, build)
    assert fault(host, entry, base).pc == entry + 32
