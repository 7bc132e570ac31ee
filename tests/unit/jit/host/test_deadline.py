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


def test_one_that_waits_for_a_processor_is_not_late(clocks: dict[str, float]) -> None:
    deadline = Deadline.after(0.5)
    clocks["passed"] += 60
    clocks["worked"] += 0.4
    assert not deadline.is_over
    clocks["worked"] += 0.1
    assert deadline.is_over


def test_several_threads_do_not_make_one_late(clocks: dict[str, float]) -> None:
    deadline = Deadline.after(0.5)
    clocks["worked"] += 4
    clocks["passed"] += 0.4
    assert not deadline.is_over
    clocks["passed"] += 0.1
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
