"""Deadlines: over when time has passed on the clock and was worked, whichever is later."""

import time

import pytest

from jit.host.deadline import NEVER, Deadline


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The two clocks, to be moved by hand."""
    now = {"passed": 100.0, "worked": 7.0}
    monkeypatch.setattr(time, "monotonic", lambda: now["passed"])
    monkeypatch.setattr(time, "process_time", lambda: now["worked"])
    return now


@pytest.mark.parametrize(("first", "last"), [("passed", "worked"), ("worked", "passed")])
def test_it_is_over_when_the_later_clock_says_so(clocks: dict[str, float], first: str, last: str) -> None:
    """One that waits for a processor is not late, nor one whose threads use several."""
    deadline = Deadline.after(0.5)
    clocks[first] += 60
    clocks[last] += 0.4
    assert not deadline.is_over
    clocks[last] += 0.2
    assert deadline.is_over


def test_the_sooner_of_two_counts(clocks: dict[str, float]) -> None:
    both = Deadline.after(2).before(Deadline.after(1))
    clocks["passed"] += 1
    clocks["worked"] += 1
    assert both.is_over
    assert Deadline.after(5).before(NEVER) == Deadline.after(5)


def test_never_is_not_over(clocks: dict[str, float]) -> None:
    clocks["passed"] = clocks["worked"] = 1e12
    assert not NEVER.is_over
