"""Other people's faults: a process with the handler installed behaves as one without."""

import faulthandler
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import FrameType

import pytest

from jit.a64.asm import Assembler
from jit.a64.operands import NE, X0, X1, X
from jit.host.base import Faulted, FaultKind, Finished
from jit.host.native.host import NativeHost
from jit.wasm.features import WASM_1
from jit.wasm.types import I32, TrapKind, Value
from mitey_fuzz import engines
from oracles.protocol import Outcome, Trapped
from support.machine_code import load_code
from support.repository import ROOT
from support.wat import wasm

OPEN = """
import ctypes, faulthandler, mmap, os, signal, sys, threading
from jit.host.native.host import NativeHost
from jit.a64.asm import Assembler

def trap(host):
    asm = Assembler()
    asm.udf(7)
    address = host.allocate_code(4)
    host.load(address, asm.finish())
    assert host.enter(address, (), budget_s=60).pc == address
"""
HOST = OPEN + "host = NativeHost()\ntrap(host)\n"
READ_NULL = "ctypes.string_at(8)"
EXECUTE_UNDEFINED = """
page = mmap.mmap(-1, 65536, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, as it must die."""
    return subprocess.run(
        [sys.executable, "-X", "faulthandler=0", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize(
    ("number", "end"),
    [
        (signal.SIGSEGV, READ_NULL),
        (signal.SIGILL, EXECUTE_UNDEFINED),
        (signal.SIGSEGV, "os.kill(os.getpid(), signal.SIGSEGV)"),
        (signal.SIGBUS, "signal.raise_signal(signal.SIGBUS)"),
        (signal.SIGTRAP, "signal.raise_signal(signal.SIGTRAP)"),
        (signal.SIGILL, "signal.raise_signal(signal.SIGILL)"),
        (signal.SIGSEGV, f"t = threading.Thread(target=lambda: {READ_NULL}); t.start(); t.join()"),
        (signal.SIGSEGV, f"host.enter(host.thunk(lambda _: {READ_NULL}), (), budget_s=60)"),
    ],
)
def test_a_fault_outside_generated_code_ends_the_process_with_its_own_signal(number: signal.Signals, end: str) -> None:
    done = run(f"{HOST}\nprint('alive', flush=True)\n{end}\nprint('still alive', flush=True)")
    assert done.returncode == -number, done
    assert done.stdout == "alive\n"


@pytest.mark.parametrize(
    "script",
    [
        f"{OPEN}\nfaulthandler.enable()\nhost = NativeHost()\ntrap(host)\n{READ_NULL}",
        f"{HOST}\nfaulthandler.enable()\ntrap(host)\n{READ_NULL}",
        f"{HOST}\nfaulthandler.enable()\ntrap(host)\nfaulthandler.disable()\ntrap(host)\nfaulthandler.enable()\n"
        f"trap(host)\n{READ_NULL}",
    ],
)
def test_faulthandler_reports_faults_that_are_not_generated_codes(script: str) -> None:
    done = run(script)
    assert done.returncode == -signal.SIGSEGV, done
    assert done.stderr.count("Fatal Python error: Segmentation fault") == 1


def test_without_faulthandler_again_the_process_still_dies_of_its_fault() -> None:
    done = run(f"{HOST}\nfaulthandler.enable()\ntrap(host)\nfaulthandler.disable()\ntrap(host)\n{READ_NULL}")
    assert done.returncode == -signal.SIGSEGV, done
    assert "Fatal Python error" not in done.stderr


def test_faults_become_exits_whoever_installed_a_handler_since(host: NativeHost) -> None:
    was_enabled = faulthandler.is_enabled()
    try:
        for _ in range(100):  # entries are used again: there are only so many
            faulthandler.enable()
            faulted = host.enter(load_code(host, lambda asm: asm.udf(7)), (), budget_s=60)
            assert isinstance(faulted, Faulted)
            assert faulted.kind is FaultKind.UNDEFINED
            faulthandler.disable()
            assert isinstance(host.enter(faulted.pc, (), budget_s=60), Faulted)
    finally:
        if was_enabled:
            faulthandler.enable()


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGURG])
def test_a_python_handler_still_gets_signals_that_are_sent(host: NativeHost, number: signal.Signals) -> None:
    heard: list[int] = []

    def hear(got: int, _frame: FrameType | None) -> None:
        heard.append(got)

    before = signal.signal(number, hear)
    try:
        os.kill(os.getpid(), number)
        load_code(host, lambda asm: asm.ret())  # from now on the host's handler is on top
        os.kill(os.getpid(), number)
        entry = load_code(host, lambda asm: asm.b(asm.here()))
        host.enter(entry, (), budget_s=0.05)
        os.kill(os.getpid(), number)
    finally:
        signal.signal(number, before)
    stops = 0 if number == signal.SIGSEGV else len(heard) - 3
    assert stops >= 0, "one for each that was sent, and perhaps for stops of the host's own that found the run over"
    assert heard == [number] * (3 + stops)


def test_stops_that_nobody_wanted_are_ignored(host: NativeHost) -> None:
    """As may come when a run ends while its stop is on the way."""

    def build(asm: Assembler) -> None:
        asm.movz(X, X1, 0)
        again = asm.here()
        asm.add_imm(X, X1, X1, 3)
        asm.subs_imm(X, X0, X0, 1)
        asm.b_cond(NE, again)
        asm.mov(X, X0, X1)
        asm.ret()

    entry = load_code(host, build)
    runner, done = threading.get_ident(), threading.Event()

    def pester() -> None:
        while not done.wait(0.001):
            signal.pthread_kill(runner, signal.SIGURG)

    pesterer = threading.Thread(target=pester)
    pesterer.start()
    try:
        for count in (50_000_000, 1, 2, 3, 50_000_000):
            assert host.enter(entry, (count,), budget_s=60) == Finished(3 * count)
    finally:
        done.set()
        pesterer.join()


TRAP = '(module (memory 1) (func (export "f") (param i32) (result i32) (i32.load (local.get 0))))'


def call(name: str) -> Callable[[int], Outcome]:
    """A function that loads from an address, of an engine that stays open."""
    store = engines.create(name, WASM_1).open()
    instance = store.instantiate(wasm(TRAP), deadline_s=60)
    assert not isinstance(instance, Outcome)
    return lambda address: instance.call("f", (Value(I32, address),), deadline_s=60)


@pytest.mark.parametrize("order", [("wasmtime", "jit:baseline@native"), ("jit:baseline@native", "wasmtime")])
def test_wasmtime_traps_in_the_same_process_in_either_order(order: tuple[str, str]) -> None:
    """This process has both handlers already, in one order; a fresh one gets them in this."""
    lines = [f"calls = [call(name) for name in {order!r}]",
             "for turn in range(200):",
             "    for one in calls:",
             "        assert one(0xFFFF0000).kind.name == 'OOB_MEMORY'",
             "        assert one(0).values[0].bits == 0",
             "import ctypes; ctypes.string_at(8)"]  # fmt: skip
    script = "import sys; sys.path[:0] = ['tests', 'tests/native']\nfrom test_signals import call\n" + "\n".join(lines)
    assert run(script).returncode == -signal.SIGSEGV


def test_wasmtime_traps_beside_generated_code_here() -> None:
    for one in (call("wasmtime"), call("jit:minimal@native")):
        outcome = one(1 << 31)
        assert isinstance(outcome, Trapped)
        assert outcome.kind is TrapKind.OOB_MEMORY
