"""Traps in numbers and in threads: nothing grows, nothing mixes."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import jit
from jit.a64.asm import Assembler
from jit.a64.operands import LR, SP, X0, X29, X
from jit.host.base import Addr, Exit, Faulted, FaultKind, Finished, OutOfBudget
from jit.host.native.host import NativeHost
from support.hosts import PAGE, committed
from support.machine_code import load_code
from support.wat import wasm

COUNT = 100_000


def recurse(asm: Assembler) -> None:
    again = asm.here()
    asm.stp_pre(X, X29, LR, SP, -512)
    asm.bl(again)


FAULTS: dict[str, tuple[Callable[[Assembler], object], int | None, FaultKind]] = {
    "load past the end": (lambda asm: asm.ldr_imm(X, X0, X0), PAGE, FaultKind.LOAD),
    "store past the end": (lambda asm: asm.str_imm(X, X0, X0), PAGE, FaultKind.STORE),
    "load at null": (lambda asm: asm.ldr_imm(X, X0, X0), None, FaultKind.LOAD),
    "udf": (lambda asm: asm.udf(0x0101), 0, FaultKind.UNDEFINED),
    "brk": (lambda asm: asm.brk(1), 0, FaultKind.OTHER),
    "jump into data": (lambda asm: asm.br(X0), 0, FaultKind.FETCH),
    "stack overflow": (recurse, 0, FaultKind.STORE),
}


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def trap_again_and_again(host: NativeHost, entry: Addr, args: Sequence[int], kind: FaultKind, count: int) -> None:
    for _ in range(count):
        exit_ = host.enter(entry, args, budget_s=60)
        assert isinstance(exit_, Faulted)
        assert exit_.kind is kind


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
@pytest.mark.parametrize("name", FAULTS)
def test_a_hundred_thousand_faults_of_a_kind_leave_memory_flat(host: NativeHost, name: str) -> None:
    build, offset, kind = FAULTS[name]
    entry = load_code(host, build)
    args = () if offset is None else (committed(host) + offset,)
    trap_again_and_again(host, entry, args, kind, 1000)
    before = resident_bytes()
    trap_again_and_again(host, entry, args, kind, COUNT)
    assert resident_bytes() - before < 1 << 20


TRAPS = {
    "unreachable": jit.TrapKind.UNREACHABLE,
    "divide": jit.TrapKind.DIV_ZERO,
    "overflow": jit.TrapKind.OVERFLOW,
    "convert": jit.TrapKind.BAD_CONVERSION,
    "load": jit.TrapKind.OOB_MEMORY,
    "fill": jit.TrapKind.OOB_MEMORY,
    "null": jit.TrapKind.UNINITIALIZED_ELEMENT,
    "past": jit.TrapKind.UNDEFINED_ELEMENT,
    "mismatch": jit.TrapKind.INDIRECT_MISMATCH,
    "table": jit.TrapKind.OOB_TABLE,
    "exhaust": jit.TrapKind.EXHAUSTED,
}
TRAPPING = """(module (memory 1) (table 2 funcref) (elem (i32.const 1) $exhaust) (type $wrong (func (result f32)))
  (func (export "unreachable") unreachable)
  (func (export "divide") (drop (i32.div_s (i32.const 1) (i32.const 0))))
  (func (export "overflow") (drop (i32.div_s (i32.const 0x80000000) (i32.const -1))))
  (func (export "convert") (drop (i32.trunc_f32_s (f32.const nan))))
  (func (export "load") (drop (i32.load (i32.const 65536))))
  (func (export "fill") (memory.fill (i32.const 65536) (i32.const 0) (i32.const 1)))
  (func (export "null") (call_indirect (i32.const 0)))
  (func (export "past") (call_indirect (i32.const 2)))
  (func (export "mismatch") (drop (call_indirect (type $wrong) (i32.const 1))))
  (func (export "table") (drop (table.get (i32.const 2))))
  (func $exhaust (export "exhaust") (call $exhaust)))"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
@pytest.mark.parametrize("name", TRAPS)
def test_a_hundred_thousand_traps_of_a_kind_leave_memory_flat(name: str) -> None:
    with jit.Engine("baseline", "native") as engine:
        trap = engine.instantiate(engine.compile(wasm(TRAPPING))).exports[name]
        assert isinstance(trap, jit.Function)

        def again(count: int) -> None:
            for _ in range(count):
                try:
                    trap.invoke(())
                except jit.Trap as caught:
                    assert caught.kind is TRAPS[name]
                else:
                    raise AssertionError("it did not trap")

        again(200)
        before = resident_bytes()
        again(COUNT)
        assert resident_bytes() - before < 2 << 20


def test_four_threads_trap_at_once_each_at_its_own_place() -> None:
    failures: list[object] = []

    def work(number: int) -> None:
        host = NativeHost()
        try:
            base = committed(host)
            entries = [(load_code(host, build), kind) for build, _, kind in list(FAULTS.values())[:4]]
            for turn in range(1000):
                entry, kind = entries[turn % len(entries)]
                offset = PAGE if kind in (FaultKind.LOAD, FaultKind.STORE) else 0
                exit_ = host.enter(entry, (base + offset + 8 * number,), budget_s=60)
                right = isinstance(exit_, Faulted) and (exit_.pc, exit_.kind) == (entry, kind)
                if not right or (offset and exit_.address // PAGE != (base + offset) // PAGE):
                    failures.append((number, turn, exit_))
        finally:
            host.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_stacks_overflow_in_threads_too(host: NativeHost) -> None:
    """Every thread needs a stack for the handler; one that ends gives its own back."""
    entry = load_code(host, recurse)
    exits: list[Exit] = []
    for _ in range(20):
        thread = threading.Thread(target=lambda: exits.append(host.enter(entry, (), budget_s=60)))
        thread.start()
        thread.join()
    assert len(exits) == 20
    assert all(isinstance(exit_, Faulted) and host.is_stack_guard(exit_.address) for exit_ in exits)


def test_a_loop_without_end_is_stopped_while_another_thread_goes_on() -> None:
    """Two hosts, two threads: the time of one is not the other's."""
    in_place: list[bool] = []

    def spin() -> None:
        host = NativeHost()
        entry = load_code(host, lambda asm: asm.b(asm.here()))
        in_place.extend(host.enter(entry, (), budget_s=0.02) == OutOfBudget(entry) for _ in range(5))
        host.close()

    other = NativeHost()
    adder = load_code(other, lambda asm: (asm.add_imm(X, X0, X0, 1), asm.ret()))
    thread = threading.Thread(target=spin)
    thread.start()
    count = 0
    while thread.is_alive():
        assert other.enter(adder, (count,), budget_s=60) == Finished(count + 1)
        count += 1
    thread.join()
    other.close()
    assert in_place == [True] * 5
