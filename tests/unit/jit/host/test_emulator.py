"""What the emulated host does beyond the kit in `tests/backend/host_kit/`."""

import gc
import os
import random
import signal
import struct
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from types import FrameType

import pytest

from jit.a64.asm import Assembler
from jit.a64.operands import NE, SP, X0, X1, X2, X3, X17, XZR, X
from jit.host.base import HOST_CALL_COST, Addr, Faulted, FaultKind, Finished, OutOfBudget
from jit.host.emulator import EmulatorHost
from jit.host.emulator_memory import AddressSpace
from jit.host.emulator_watched import WatchedEmulator
from jit.perturbation import Perturbation
from support.machine_code import call, load_caller, load_code

PAGE = 65536


@pytest.fixture
def host() -> Iterator[EmulatorHost]:
    opened = EmulatorHost()
    yield opened
    opened.close()


def adder(host: EmulatorHost) -> Addr:
    return load_code(host, lambda asm: (asm.add(X, X0, X0, X1), asm.ret()))


def test_addresses_are_the_same_in_every_machine(host: EmulatorHost) -> None:
    def addresses(machine: EmulatorHost) -> list[Addr]:
        return [machine.allocate_code(100), machine.reserve(8 << 30), machine.reserve(PAGE), machine.thunk(len)]

    other = EmulatorHost()
    assert addresses(host) == addresses(other)
    other.close()


@pytest.mark.parametrize("machine", [EmulatorHost, partial(WatchedEmulator, Perturbation.of(3))])
def test_addresses_do_not_depend_on_what_was_reserved_before(machine: Callable[[], EmulatorHost]) -> None:
    sizes = [8 << 30, PAGE, 1 << 20, 8 << 30, PAGE, 1 << 24]
    with closing(machine()) as fresh, closing(machine()) as used:
        for order in (sizes[::-1], sizes, [3 * PAGE, *sizes]):
            for base in [used.reserve(size) for size in order]:
                used.release(base)
        assert [used.reserve(size) for size in sizes] == [fresh.reserve(size) for size in sizes]


def test_more_reservations_of_one_size_than_have_a_place_lie_above_all_others() -> None:
    space = AddressSpace(1 << 32, lambda *_: None, lambda: None)
    space.gap = lambda _: 1 << 36
    above, *within = [space.reserve(size) for size in (8 << 30, PAGE, PAGE)]
    assert max(within) < above < space.reserve(PAGE)
    space.release(within[1])
    space.release(within[0])
    assert [space.reserve(PAGE), space.reserve(PAGE)] == within


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        (0x00000101, FaultKind.UNDEFINED),  # udf #257
        (0xD4400000, FaultKind.UNDEFINED),  # hlt #0
        (0xFFFFFFFF, FaultKind.UNDEFINED),  # unallocated
        (0xD50342DF, FaultKind.UNDEFINED),  # msr daifset, #2
        (0xD5181000, FaultKind.UNDEFINED),  # msr sctlr_el1, x0
        (0xD4000002, FaultKind.UNDEFINED),  # hvc #0
        (0xD4200000, FaultKind.OTHER),  # brk #0
        (0xD4000001, FaultKind.OTHER),  # svc #0
        (0xD4000003, FaultKind.UNDEFINED),  # smc #0
        (0xD503207F, FaultKind.OTHER),  # wfi
    ],
)
def test_an_instruction_that_generated_code_never_has_is_a_fault_where_it_is(
    host: EmulatorHost, word: int, kind: FaultKind
) -> None:
    entry = load_code(host, lambda asm: (asm.nop(), asm.put(word), asm.nop(), asm.ret()))
    for _ in range(2):
        exit_ = host.enter(entry, (), budget_s=9)
        assert isinstance(exit_, Faulted)
        assert (exit_.pc, exit_.kind) == (entry + 4, kind)
        assert host.enter(adder(host), (2, 3), budget_s=9) == Finished(5)


@pytest.mark.parametrize("word", [0xD503205F, 0xD503203F, 0xD503209F, 0xD50320BF])  # wfe, yield, sev, sevl
def test_a_hint_does_nothing(host: EmulatorHost, word: int) -> None:
    assert host.enter(load_code(host, lambda asm: (asm.put(word), asm.ret())), (5,), budget_s=9) == Finished(5)


def test_a_jump_between_instructions_is_a_fetch_fault(host: EmulatorHost) -> None:
    target = adder(host) + 2
    exit_ = host.enter(load_code(host, lambda asm: asm.br(X0)), (target,), budget_s=9)
    assert isinstance(exit_, Faulted)
    assert (exit_.pc, exit_.kind) == (target, FaultKind.FETCH)


def test_a_jump_into_the_stubs_with_no_thunk_is_a_fault(host: EmulatorHost) -> None:
    known = host.thunk(lambda args: args[0])
    shared = known + 8  # where every thunk goes on, its number in x17

    def build(asm: Assembler) -> None:
        asm.movz(X, X17, 999)
        asm.add_imm(X, X0, X0, 0)
        asm.br(X0)

    exit_ = host.enter(load_code(host, build), (shared,), budget_s=9)
    assert isinstance(exit_, Faulted)
    assert exit_.kind is FaultKind.OTHER
    assert host.enter(load_caller(host, known), (6,), budget_s=9) == Finished(6)


def test_a_stack_pointer_gone_wild_is_a_fault_even_in_a_host_call(host: EmulatorHost) -> None:
    thunk = host.thunk(lambda args: 0)

    def build(asm: Assembler) -> None:
        asm.mov_sp(SP, X0)
        call(asm, thunk)

    exit_ = host.enter(load_code(host, build), (0x1000,), budget_s=9)
    assert isinstance(exit_, Faulted)
    assert exit_.kind is FaultKind.STORE
    assert host.enter(adder(host), (2, 3), budget_s=9) == Finished(5)


def test_freed_code_does_not_run_any_more(host: EmulatorHost) -> None:
    entry = adder(host)
    assert host.enter(entry, (2, 3), budget_s=9) == Finished(5)
    host.free_code(entry)
    exit_ = host.enter(entry, (2, 3), budget_s=9)
    assert isinstance(exit_, Faulted)
    assert (exit_.pc, exit_.kind) == (entry, FaultKind.UNDEFINED)


@pytest.mark.parametrize("missing", range(1, 8))
def test_a_store_of_one_register_over_the_end_writes_nothing_without_a_probe(host: EmulatorHost, missing: int) -> None:
    base = host.reserve(2 * PAGE)
    host.commit(base, PAGE)
    entry = load_code(host, lambda asm: (asm.str_imm(X, X1, X0), asm.ret()))
    exit_ = host.enter(entry, (base + PAGE - 8 + missing, (1 << 64) - 1), budget_s=9)
    assert isinstance(exit_, Faulted)
    assert exit_.address == base + PAGE
    assert not any(host.memory(base, PAGE))


def test_random_words_end_in_an_exit_and_leave_the_machine_whole(host: EmulatorHost) -> None:
    choose = random.Random(1)
    base = host.reserve(1 << 20)
    host.commit(base, 1 << 20)
    good = adder(host)
    entry = host.allocate_code(128)
    for _ in range(2000):
        words = [choose.getrandbits(32) for _ in range(32)]
        host.load(entry, struct.pack("<32I", *words))
        args = [base + choose.getrandbits(16) for _ in range(8)]
        host.enter(entry, args, budget_s=0.01)
        assert host.enter(good, (3, 4), budget_s=9) == Finished(7), words


def test_a_machine_can_be_closed_twice_and_its_views_outlive_it() -> None:
    machine = EmulatorHost()
    base = machine.reserve(PAGE)
    machine.commit(base, PAGE)
    view = machine.memory(base, PAGE)
    machine.close()
    machine.close()
    view[5] = 7
    assert view[5] == 7


def wait_for_the_end_of(dropped: weakref.ref[EmulatorHost]) -> None:
    while dropped() is not None:  # the ticker may be looking at it
        gc.collect()


def test_a_machine_that_is_dropped_without_closing_goes_away() -> None:
    wait_for_the_end_of(weakref.ref(EmulatorHost()))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # that it has threads: the ticker's are the point
def test_the_ticker_ends_with_the_last_machine() -> None:
    """In a forked child, which has no machine but its own: here others may be open for as long as the tests run."""
    child = os.fork()
    if not child:
        status = 1
        try:
            dropped = weakref.ref(EmulatorHost())
            (ticker,) = (thread for thread in threading.enumerate() if thread.name == "ticker")
            wait_for_the_end_of(dropped)
            ticker.join(timeout=60)
            status = int(ticker.is_alive())
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


class Alarm(Exception):
    pass


def test_a_signal_handled_while_the_machine_asks_for_a_page_still_ends_the_run(
    host: EmulatorHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exception raised in a ctypes callback is lost; the run must neither fault nor go on."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Alarm

    def build(asm: Assembler) -> None:
        """Loads from more pages than the TLB holds, over and over."""
        again = asm.here()
        asm.mov(X, X2, X0)
        asm.movz(X, X3, 1 << 14)
        page = asm.here()
        asm.ldr_imm(X, X1, X2)
        asm.add_imm(X, X2, X2, 16, 12)
        asm.subs_imm(X, X3, X3, 1)
        asm.b_cond(NE, page)
        asm.b(again)

    base = host.reserve(1 << 30)
    host.commit(base, 1 << 30)
    entry = load_code(host, build)
    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lost.append)
    before = signal.signal(signal.SIGUSR1, ring)
    try:
        for _ in range(10):
            timer = threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGUSR1))
            with pytest.raises((Alarm, KeyboardInterrupt)):
                timer.start()
                host.enter(entry, (base,), budget_s=60)
            timer.join()
            assert host.enter(adder(host), (2, 3), budget_s=9) == Finished(5)
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_signal_whose_handler_does_not_raise_ends_the_run_as_if_time_were_over(host: EmulatorHost) -> None:
    heard: list[int] = []

    def build(asm: Assembler) -> None:
        asm.b(asm.here())

    entry = load_code(host, build)
    before = signal.signal(signal.SIGUSR1, lambda number, _frame: heard.append(number))
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        assert host.enter(entry, (), budget_s=3600) == OutOfBudget(entry)
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)
    assert heard == [signal.SIGUSR1]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # that it has threads: the ticker's are the point
def test_a_machine_opened_in_a_forked_child_keeps_to_its_budgets(host: EmulatorHost) -> None:
    child = os.fork()
    if not child:
        status = 1
        try:
            machine = EmulatorHost()
            endless = load_code(machine, lambda asm: asm.b(asm.here()))
            status = int(machine.enter(endless, (), budget_s=0.01) != OutOfBudget(endless))
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert host.enter(adder(host), (2, 3), budget_s=9) == Finished(5)


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
def test_memory_stays_flat_over_a_hundred_thousand_modules(host: EmulatorHost) -> None:
    def module(number: int) -> None:
        base = host.reserve(8 << 30)
        host.commit(base, PAGE * (1 + number % 3))

        def build(asm: Assembler) -> None:
            asm.str_imm(X, X1, X0, 8 * (number % 4000))
            for _ in range(number % 50):
                asm.add_imm(X, X1, X1, 1)
            asm.mov(X, X0, X1)
            asm.ret()

        code = load_code(host, build)
        assert host.enter(code, (base, number), budget_s=9) == Finished(number + number % 50)
        host.free_code(code)
        host.release(base)

    for number in range(80_000):  # by then Unicorn has filled its 32 MiB for translated code once
        module(number)
    before = resident_bytes()
    for number in range(100_000):
        module(number)
    assert resident_bytes() - before < 2 << 20


def test_looking_after_runs_never_makes_one_of_their_instructions_run_twice(host: EmulatorHost) -> None:
    """Stopped after a load, Unicorn tells the load's own address; so a run that may go on is not stopped at all."""
    table, other = host.reserve(PAGE), host.reserve(PAGE)
    host.commit(table, PAGE)
    host.commit(other, PAGE)
    host.memory(table, 8)[:] = (other + 0x1238).to_bytes(8, "little")

    def build(asm: Assembler) -> None:
        asm.mov(X, X3, X0)
        asm.ldr_reg(X, X3, X3, XZR)  # executed twice, it would load from `other`
        asm.mov(X, X0, X3)
        asm.ret()

    entry = load_code(host, build)
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            host._look(b"")
            done.wait(0.00005)

    restless = threading.Thread(target=look)
    restless.start()
    try:
        for _ in range(20_000):
            host._machine._forget_pages()
            assert host.enter(entry, (table,), budget_s=60) == Finished(other + 0x1238)
    finally:
        done.set()
        restless.join()


def test_counted_runs_end_at_the_same_instruction_whatever_the_time(host: EmulatorHost) -> None:
    """Three words a round: 1, 4, 7 … instructions end where the round begins, but for those of the stub that enters."""

    def build(asm: Assembler) -> None:
        again = asm.here()
        asm.add(X, X0, X0, 1)
        asm.add(X, X1, X1, 1)
        asm.b(again)

    entry = load_code(host, build)
    ends = []
    for count in (1000, 1001, 1002, 1003, 1000):
        host.limit(count)
        ended = host.enter(entry, (0, 0), budget_s=30)
        assert isinstance(ended, OutOfBudget)
        ends.append(ended.pc - entry)
    assert sorted(ends[:3]) == [0, 4, 8]
    assert ends[3] == ends[4] == ends[0]


def test_a_bound_of_no_instructions_ends_an_entry_before_the_first(host: EmulatorHost) -> None:
    entry = adder(host)
    host.limit(0)
    assert host.enter(entry, (2, 3), budget_s=30) == OutOfBudget(entry)
    host.limit(None)
    assert host.enter(entry, (2, 3), budget_s=30) == Finished(5)


def test_what_ends_within_its_count_is_not_disturbed(host: EmulatorHost) -> None:
    entry = adder(host)
    host.limit(1000)
    assert host.enter(entry, (2, 3), budget_s=30) == Finished(5)
    host.limit(None)
    assert host.enter(entry, (2, 3), budget_s=30) == Finished(5)


def test_host_calls_count(host: EmulatorHost) -> None:
    made = 0

    def thunk(_: object) -> int:
        nonlocal made
        made += 1
        return 0

    address = host.thunk(thunk)

    def build(asm: Assembler) -> None:
        again = asm.here()
        call(asm, address)
        asm.b(again)

    host.limit(10 * HOST_CALL_COST)
    assert isinstance(host.enter(load_code(host, build), (), budget_s=30), OutOfBudget)
    assert made == 10
