"""Silence: of one that waits for a processor, of one that works, of one that waits for good, of one that is gone."""

import os
import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from mitey_fuzz.campaign.silence import LONGEST, Silence


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The clock and the process's processor time, to be moved by hand."""
    now = {"passed": 100.0, "worked": 7.0}
    monkeypatch.setattr(time, "monotonic", lambda: now["passed"])
    monkeypatch.setattr(psutil.Process, "cpu_times", lambda _: SimpleNamespace(user=now["worked"], system=0.5))
    return now


def test_one_that_waits_for_a_processor_is_not_silent_too_long(clocks: dict[str, float]) -> None:
    silence = Silence(os.getpid())
    clocks["passed"] += 200
    clocks["worked"] += 29
    assert not silence.passes(30)
    clocks["worked"] += 2
    assert silence.passes(30)


def test_one_that_waits_for_good_is(clocks: dict[str, float]) -> None:
    silence = Silence(os.getpid())
    clocks["passed"] += 30 * LONGEST
    assert not silence.passes(30)
    clocks["passed"] += 1
    assert silence.passes(30)


def test_it_ends_when_the_process_is_heard(clocks: dict[str, float]) -> None:
    silence = Silence(os.getpid())
    clocks["passed"] += 50
    clocks["worked"] += 50
    assert silence.passes(30)
    silence.end()
    assert not silence.passes(30)


def test_of_one_that_is_gone_the_clock_decides() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    silence = Silence(process.pid)
    process.wait()
    assert not silence.passes(60)
    assert silence.passes(-1)
