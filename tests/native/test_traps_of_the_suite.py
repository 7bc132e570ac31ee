"""Traps of the core test suite arrive by fault; only operations of the runtime, written in Python, check."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

import jit
from jit.host.base import Addr, Exit, Faulted
from jit.host.native.host import NativeHost
from jit.wasm.features import Features
from jit.wasm.types import TrapKind, Value
from mitey_fuzz import engines
from mitey_fuzz.conformance.run import run_suite
from mitey_fuzz.subject import JitInstance
from oracles.protocol import Exhausted, Outcome, Trapped

ROOT = Path(__file__).parents[2]
SUITE = Path(os.environ.get("MITEY_TESTSUITE") or ROOT.parent / "shared" / "testsuite") / "wasm-2.0"
RUNTIME = re.compile(r"(memory|table)\.(init|copy|fill)|\((data|elem)")
"""What a script contains when the runtime may check something: bulk operations, and segments written at the start."""

pytestmark = [
    pytest.mark.suite,
    pytest.mark.slow,
    pytest.mark.skipif(not SUITE.is_dir(), reason=f"no core test suite in {SUITE}: set MITEY_TESTSUITE"),
]


@pytest.mark.parametrize("backend", jit.Engine.backends())
def test_every_trap_arrives_by_fault_where_no_operation_of_the_runtime_checks(
    monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    ends: list[bool] = []
    by_fault: Counter[TrapKind] = Counter()
    by_check: Counter[TrapKind] = Counter()
    enter, call = NativeHost.enter, JitInstance.call

    def watched_enter(host: NativeHost, entry: Addr, args: Sequence[int], *, budget_s: float) -> Exit:
        ends.append(False)
        exit_ = enter(host, entry, args, budget_s=budget_s)
        ends[-1] = isinstance(exit_, Faulted)
        return exit_

    def watched_call(instance: JitInstance, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        ends.clear()
        outcome = call(instance, export, args, deadline_s=deadline_s)
        if isinstance(outcome, Trapped | Exhausted):
            kind = outcome.kind if isinstance(outcome, Trapped) else TrapKind.EXHAUSTED
            (by_fault if ends and ends[-1] else by_check)[kind] += 1
        return outcome

    monkeypatch.setattr(NativeHost, "enter", watched_enter)
    monkeypatch.setattr(JitInstance, "call", watched_call)
    engine = engines.create(f"jit:{backend}@native", Features.parse("wasm-2.0-simd"))
    checked: dict[str, Counter[TrapKind]] = {}
    try:
        for path in sorted(SUITE.rglob("*.wast")):
            text = path.read_text(encoding="utf-8")
            if not re.search(r"assert_(trap|exhaustion)", text):
                continue
            by_check.clear()
            script = str(path.relative_to(SUITE).with_suffix(""))
            assert run_suite(SUITE, engine, [script]).failures == ()
            if by_check:
                checked[script] = Counter(by_check)
                assert RUNTIME.search(text), script
    finally:
        engine.close()
    assert set(by_fault) == set(TrapKind)
    assert by_fault.total() > 1000
    assert set().union(*checked.values()) == {TrapKind.OOB_MEMORY, TrapKind.OOB_TABLE}
