"""Minimizing with real engines: no clock decides what comes out, and where one had to, the result says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jit.backend.mutants import dumps, loads
from mitey_fuzz.campaign.findings import finding
from mitey_fuzz.campaign.judging import EMERGENCY_S, Clock
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.campaign.pool import judge_pool
from mitey_fuzz.campaign.shrinking import Shrunk, shrink
from mitey_fuzz.case import Case
from mitey_fuzz.compare.verdict import Divergence, DivergenceKind
from mitey_fuzz.engines import common_features
from mitey_fuzz.minimize import Ended
from mitey_fuzz.store import bucket
from mitey_fuzz.store.crashes import Crashes, Setup, State
from mitey_fuzz.store.layout import get
from mitey_fuzz.store.layout import loads as loads_json
from support.hanging import LOOP
from support.wat import case

SHIFT = """
[[mutant]]
id = "asr-becomes-lsr"
why = "sign lost in shr_s"
mask = 0x7fe0fc00
match = 0x1ac02800
xor = 0x00000c00
"""

SHIFTING = """
    (memory (export "m") 1)
    (func $deep (param i32 i64) (result i64) (local i32)
      (local.set 2 (i32.const 40))
      (loop $again
        (i32.store (i32.const 16) (local.get 2))
        (br_if $again (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
      (i64.add (i64.shr_s (local.get 1) (i64.extend_i32_u (local.get 0))) (i64.const 3)))
    (func (export "f") (param i32) (result i64 f32)
      (call $deep (i32.mul (local.get 0) (i32.const 2)) (i64.const -5000))
      (f32.sqrt (f32.convert_i32_s (local.get 0))))
"""
COUNTING = """
    (global $n (export "n") (mut i32) (i32.const 9))
    (func (export "f") (param i32) (result i32) (local i32)
      (loop $again
        (local.set 1 (i32.add (local.get 1) (i32.const 2)))
        (global.set $n (i32.sub (global.get $n) (i32.const 1)))
        (br_if $again (global.get $n)))
      (i32.add (local.get 1) (local.get 0)))
"""


def panel(mutant: str, subject: str, deadline_s: float = 2.0) -> Panel:
    text = dumps(next(iter(loads(mutant, "test").values())))
    return Panel(Setup((subject,), ("interp",), str(common_features((subject,))), text), deadline_s=deadline_s)


def shrunk(panel: Panel, start: Case, clock: Clock, seconds: float = 1e9) -> Shrunk:
    verdict = panel.judge(start)
    assert isinstance(verdict, Divergence)
    return shrink(panel, start, verdict, seconds=seconds, clock=clock)


def ticking(step: float) -> Clock:
    """A clock that goes on by `step` each time it is looked at."""
    times = iter(_times(step))
    return lambda: next(times)


def _times(step: float) -> Iterator[float]:
    now = 0.0
    while True:
        now += step
        yield now


@pytest.fixture(params=["jit:minimal", "jit:baseline"])
def shifting(request: pytest.FixtureRequest) -> Iterator[Panel]:
    with panel(SHIFT, request.param) as opened:
        yield opened


def test_a_slow_clock_and_a_fast_one_come_to_the_same_bytes(shifting: Panel) -> None:
    start = case(SHIFTING, "f i32:1", "f i32:3")
    slow, fast = (shrunk(shifting, start, ticking(step)) for step in (1e-9, EMERGENCY_S / 2))
    assert slow.case == fast.case
    assert slow.effort == fast.effort
    assert slow.effort.deterministic
    assert len(slow.case.wasm) <= 50


def test_what_was_minimized_still_shows_the_same_kind_of_divergence(shifting: Panel) -> None:
    start = case(SHIFTING, "f i32:3")
    small = shrunk(shifting, start, lambda: 0.0)
    verdict = shifting.judge(small.case)
    before = shifting.judge(start)
    assert isinstance(verdict, Divergence)
    assert isinstance(before, Divergence)
    assert bucket.signature(verdict) == bucket.signature(before) == bucket.signature(small.divergence)


def test_when_time_ends_it_the_best_so_far_stands_and_says_so(shifting: Panel) -> None:
    some = shrunk(shifting, case(SHIFTING, "f i32:1", "f i32:3"), ticking(0.1), seconds=5)
    assert some.effort.ended is Ended.TIME
    assert not some.effort.deterministic
    assert some.effort.accepted > 0
    assert isinstance(shifting.judge(some.case), Divergence)


def test_a_candidate_that_met_the_emergency_deadline_is_told(shifting: Panel) -> None:
    late = shrunk(shifting, case(SHIFTING, "f i32:3"), ticking(EMERGENCY_S))
    assert 0 < late.effort.late <= late.effort.candidates + 1  # the case itself was judged too
    assert not late.effort.deterministic


def test_a_finding_keeps_what_minimizing_took(shifting: Panel, tmp_path: Path) -> None:
    start = case(SHIFTING, "f i32:3")
    some = shrunk(shifting, start, lambda: 0.0)
    found = finding(shifting, some.divergence, some.case, start, None, State.MINIMIZED, some.effort)
    place, _ = Crashes(tmp_path / "crashes").add(found)
    provenance = get(loads_json((place / "case.json").read_bytes()), "provenance", dict)
    assert provenance["minimization"] == some.effort.to_json()
    assert provenance["minimization"]["deterministic"] is True


def test_loops_that_never_end_are_counted_out_and_not_waited_for() -> None:
    start = case(COUNTING, "f i32:1")
    with panel(LOOP, "jit:baseline", deadline_s=0.1) as opened:
        first = opened.judge(start)
        assert isinstance(first, Divergence)
        small = shrunk(opened, start, ticking(0.1))
    assert small.effort.deterministic
    assert len(small.case.wasm) <= 80


def test_a_finding_whose_cause_there_was_no_time_for_says_so() -> None:
    start = case(SHIFTING, "f i32:3")
    with panel(SHIFT, "jit:minimal") as opened:
        some = shrunk(opened, start, lambda: 0.0)
        found = finding(
            opened, some.divergence, some.case, start, None, State.MINIMIZED, some.effort, stopped=lambda: True
        )
    assert found.cause is None
    assert found.divergence["unexplained"] == "there was no time left to look for its cause"


def test_where_time_is_up_before_anything_smaller_was_found_the_case_is_not_judged_again() -> None:
    start = case(COUNTING, "f i32:1")
    with panel(LOOP, "jit:baseline", deadline_s=0.1) as opened:
        hang = opened.judge(start)
        assert isinstance(hang, Divergence)
        small = shrink(opened, start, hang, seconds=0, clock=lambda: 0.0)
    assert small.divergence is hang
    assert (small.case, small.effort.ended) == (start, Ended.TIME)


def test_a_hang_stays_a_hang() -> None:
    """The loop runs once on a correct engine, and for ever on this one."""
    start = case(
        """(func (export "f") (param i32) (result i32)
             (loop $again (br_if $again (local.get 0)))
             (i32.add (local.get 0) (i32.const 3)))""",
        "f i32:0",
    )
    with panel(LOOP, "jit:baseline", deadline_s=0.1) as opened:
        small = shrunk(opened, start, lambda: 0.0)
    assert small.divergence.kind is DivergenceKind.HANG
    assert small.effort.deterministic
    assert len(small.case.wasm) <= 45


def test_a_pool_finds_the_same_case() -> None:
    start = case(SHIFTING, "f i32:5")
    with panel(SHIFT, "jit:minimal") as judge:
        alone = shrunk(judge, start, ticking(0))
        verdict = judge.judge(start)
        assert isinstance(verdict, Divergence)
        with judge_pool(judge.setup, 2.0, 2) as pool:
            together = shrink(judge, start, verdict, seconds=1e9, pool=pool)
    assert together == alone
    assert together.effort.deterministic


def test_one_process_needs_no_pool() -> None:
    with panel(SHIFT, "jit:minimal") as judge, judge_pool(judge.setup, 2.0, 1) as pool:
        assert pool is None


def test_a_deadline_that_chose_the_allowance_had_a_say() -> None:
    """Where the case itself is late at the first allowance, and not at the second."""
    times = iter([0.0, 0.0, EMERGENCY_S])

    def clock() -> float:
        return next(times, EMERGENCY_S)

    start = case(COUNTING, "f i32:5")
    with panel(LOOP, "jit:baseline") as judge:
        verdict = judge.judge(start)
        assert isinstance(verdict, Divergence)
        effort = shrink(judge, start, verdict, seconds=1e9, clock=clock).effort
    assert effort.late == 1
    assert not effort.deterministic
