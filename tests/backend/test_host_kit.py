"""What every host must do: one suite for all of them."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from types import FrameType

import pytest

from jit.a64.asm import Assembler
from jit.a64.labels import Label
from jit.a64.operands import (
    EQ,
    LR,
    NE,
    SP,
    V0,
    V8,
    X0,
    X1,
    X2,
    X3,
    X4,
    X5,
    X6,
    X7,
    X8,
    X9,
    X19,
    X28,
    X29,
    D,
    W,
    X,
    XReg,
)
from jit.host import open_host
from jit.host.base import Addr, Faulted, FaultKind, Finished, Host, OutOfBudget
from support.machine_code import call, load_caller, load_code

PAGE = 65536
MEMORY = 8 << 30
"""The size of a reservation for a linear memory."""


@pytest.fixture(scope="module", params=["emulator"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    opened = open_host(request.param)
    yield opened
    opened.close()


def run(host: Host, entry: Addr, *args: int) -> int:
    """Calls what is expected to return."""
    exit_ = host.enter(entry, args, budget_s=30)
    assert isinstance(exit_, Finished), exit_
    return exit_.result


def fault(host: Host, entry: Addr, *args: int) -> Faulted:
    """Calls what is expected to fault, and checks that the host is none the worse for it."""
    exit_ = host.enter(entry, args, budget_s=30)
    assert isinstance(exit_, Faulted), exit_
    assert run(host, load_code(host, lambda asm: (asm.add(X, X0, X0, X1), asm.ret())), 2, 3) == 5
    return exit_


def loader(host: Host) -> Addr:
    return load_code(host, lambda asm: (asm.ldr_imm(X, X0, X0), asm.ret()))


def storer(host: Host) -> Addr:
    """Stores x1 at x0."""
    return load_code(host, lambda asm: (asm.str_imm(X, X1, X0), asm.ret()))


def committed(host: Host, size: int = PAGE, of: int = MEMORY) -> Addr:
    base = host.reserve(of)
    host.commit(base, size)
    return base


# Calls


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


# Memory


def test_machine_and_python_see_the_same_bytes(host: Host) -> None:
    base = committed(host)
    view = host.memory(base, PAGE)
    view[8:16] = (0x1122334455667788).to_bytes(8, "little")
    assert run(host, loader(host), base + 8) == 0x1122334455667788
    run(host, storer(host), base + 16, 0xA5)
    assert view[16] == 0xA5
    host.release(base)


@pytest.mark.parametrize("offset", [-8, PAGE, PAGE + 8, MEMORY // 2, MEMORY - 8, MEMORY])
def test_an_access_outside_committed_bytes_faults(host: Host, offset: int) -> None:
    base = committed(host)
    address = base + offset
    for entry, kind in ((loader(host), FaultKind.LOAD), (storer(host), FaultKind.STORE)):
        exit_ = fault(host, entry, address)
        assert exit_.pc == entry
        assert exit_.kind in (kind, FaultKind.LOAD)
        assert exit_.address // PAGE == address // PAGE
    host.release(base)


@pytest.mark.parametrize("offset", range(PAGE - 7, PAGE))
def test_an_access_that_straddles_the_end_faults_in_the_page_after(host: Host, offset: int) -> None:
    base = committed(host)
    assert fault(host, loader(host), base + offset).address // PAGE == (base + PAGE) // PAGE
    host.release(base)


@pytest.mark.parametrize("offset", range(PAGE - 15, PAGE))
def test_a_store_that_straddles_the_end_writes_nothing_if_probed_where_asked(host: Host, offset: int) -> None:
    base = committed(host)
    host.memory(base, PAGE)[PAGE - 16 :] = bytes(16 * [0x55])

    def build(asm: Assembler) -> None:
        if host.probe_stores:
            asm.ldp_imm(X, X3, X4, X0)
        asm.stp_imm(X, X1, X2, X0)
        asm.ret()

    fault(host, load_code(host, build), base + offset)
    assert host.memory(base, PAGE)[PAGE - 16 :] == bytes(16 * [0x55])
    host.release(base)


def test_a_commit_grows_in_place_and_adds_zeros(host: Host) -> None:
    base = committed(host)
    run(host, storer(host), base + PAGE - 8, 77)
    fault(host, loader(host), base + PAGE)
    host.commit(base, 3 * PAGE - 5)
    assert run(host, loader(host), base + PAGE - 8) == 77
    assert run(host, loader(host), base + 3 * PAGE - 8) == 0
    fault(host, loader(host), base + 3 * PAGE)
    host.release(base)


def test_a_smaller_commit_takes_nothing_back(host: Host) -> None:
    base = committed(host, 2 * PAGE)
    host.commit(base, PAGE)
    assert run(host, loader(host), base + PAGE) == 0
    host.release(base)


def test_four_gibibytes_can_be_committed_and_read_at_the_end(host: Host) -> None:
    base = committed(host, 4 << 30)
    run(host, storer(host), base + (4 << 30) - 8, 9)
    assert run(host, loader(host), base + (4 << 30) - 8) == 9
    fault(host, loader(host), base + (4 << 30))
    host.release(base)


def test_more_than_was_reserved_cannot_be_committed(host: Host) -> None:
    base = host.reserve(2 * PAGE)
    with pytest.raises(MemoryError):
        host.commit(base, 2 * PAGE + 1)
    host.release(base)


@pytest.mark.parametrize("size", [PAGE, 3 * PAGE, 64 << 20])
def test_a_released_reservation_is_zero_and_inaccessible_when_it_comes_back(host: Host, size: int) -> None:
    base = committed(host, size)
    ends = (base, base + size // 2, base + size - 8)
    for address in ends:
        run(host, storer(host), address, 1)
    host.release(base)
    for address in ends:
        fault(host, loader(host), address)
    again = host.reserve(MEMORY)
    for address in ends:
        fault(host, loader(host), address)
    host.commit(again, size)
    assert bytes(host.memory(again, size)) == bytes(size)
    host.release(again)


def test_a_reservation_that_comes_back_with_less_committed_is_guarded_where_it_ends(host: Host) -> None:
    base = committed(host, 2 * PAGE)
    assert run(host, loader(host), base + PAGE) == 0
    host.release(base)
    assert committed(host) == base, "reservations of one size are pooled"
    fault(host, loader(host), base + PAGE)
    host.release(base)


def test_reservations_have_guards_on_both_sides(host: Host) -> None:
    for base in [committed(host, 2 * PAGE, of=2 * PAGE) for _ in range(3)]:
        assert base % PAGE == 0
        fault(host, loader(host), base - 8)
        fault(host, loader(host), base + 2 * PAGE)
        host.release(base)


def test_a_view_covers_committed_bytes_only(host: Host) -> None:
    base = committed(host)
    assert len(host.memory(base + 5, PAGE - 5)) == PAGE - 5
    for start, size in ((0, PAGE + 1), (PAGE, 1), (-1, 1), (5, PAGE - 4), (8, -4)):
        with pytest.raises(ValueError, match="committed"):
            host.memory(base + start, size)
    host.release(base)
    with pytest.raises(ValueError, match="committed"):
        host.memory(base, 1)


# Code


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


# Faults


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


# Host calls


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


def test_nesting_without_end_is_a_stack_overflow_and_unwinds(host: Host) -> None:
    ends = nest(host, 1_000_000)
    assert len(ends) > 1000
    overflow, *rest = ends
    assert isinstance(overflow, Faulted)
    assert host.is_stack_guard(overflow.address)
    assert rest == [Finished(level) for level in range(len(rest))]
    assert nest(host, 3) == [Finished(level) for level in range(4)]


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


# Time


def endless(host: Host) -> Addr:
    def build(asm: Assembler) -> None:
        asm.b(asm.here())

    return load_code(host, build)


def test_a_run_without_end_is_out_of_budget_where_it_was(host: Host) -> None:
    entry = endless(host)
    assert host.enter(entry, (), budget_s=0.01) == OutOfBudget(entry)
    assert run(host, load_code(host, lambda asm: asm.ret()), 5) == 5


def test_host_calls_without_end_are_out_of_budget(host: Host) -> None:
    thunk = host.thunk(lambda _: 0)

    def build(asm: Assembler) -> None:
        again = asm.here()
        call(asm, thunk)
        asm.b(again)

    assert isinstance(host.enter(load_code(host, build), (), budget_s=0.05), OutOfBudget)


def test_a_nested_entry_has_no_more_time_than_the_outer_one(host: Host) -> None:
    inner = endless(host)
    ends: list[object] = []
    thunk = host.thunk(lambda _: ends.append(host.enter(inner, (), budget_s=3600)) or 0)
    assert isinstance(host.enter(load_caller(host, thunk), (), budget_s=0.05), OutOfBudget)
    assert ends == [OutOfBudget(inner)]


def test_a_long_run_is_exact_however_often_it_is_looked_at(host: Host) -> None:
    def build(asm: Assembler) -> None:
        asm.movz(X, X1, 0)
        again = asm.here()
        for number in (X1, X2, X3, X4, X5, X6, X7, X8):
            asm.add_imm(X, number, number, 1)
        asm.add(X, X1, X1, X8)
        asm.sub(X, X1, X1, X8)
        asm.subs_imm(X, X0, X0, 1)
        asm.b_cond(NE, again)
        asm.mov(X, X0, X1)
        asm.ret()

    count = 50_000_000
    assert run(host, load_code(host, build), count) == count


class Alarm(Exception):
    pass


@pytest.fixture
def alarm(host: Host) -> Iterator[Addr]:
    """A thunk that makes a signal come soon, whose handler raises `Alarm`."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Alarm

    timers: list[threading.Timer] = []

    def arm(_: Sequence[int]) -> int:
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
        timers.append(timer)
        timer.start()
        return 0

    before = signal.signal(signal.SIGUSR1, ring)
    yield host.thunk(arm)
    for timer in timers:
        timer.join()
    signal.signal(signal.SIGUSR1, before)


def test_a_signal_ends_a_run_with_its_handlers_exception(host: Host, alarm: Addr) -> None:
    entry = endless(host)

    def build(asm: Assembler) -> None:
        call(asm, alarm)
        call(asm, entry)

    with pytest.raises(Alarm):
        host.enter(load_code(host, build), (), budget_s=60)
    assert run(host, load_code(host, lambda asm: asm.ret()), 5) == 5


def test_an_instance_of_a_register_that_is_the_hosts_is_kept_over_calls(host: Host) -> None:
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
