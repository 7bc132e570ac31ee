"""Budgets and signals."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from types import FrameType

import pytest

from jit.a64.asm import Assembler
from jit.a64.operands import (
    NE,
    X0,
    X1,
    X2,
    X3,
    X4,
    X5,
    X6,
    X7,
    X8,
    X,
)
from jit.host.base import Addr, Host, OutOfBudget
from support.hosts import run
from support.machine_code import call, load_caller, load_code


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
