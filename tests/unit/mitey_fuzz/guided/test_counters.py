"""Cells as counters: one each, made when it is first needed, and heard by libFuzzer."""

import re
import subprocess
import sys
from itertools import count
from types import SimpleNamespace

import pytest

from mitey_fuzz.guided.counters import Counters
from support.repository import ROOT

MANY = """
import sys, atheris
from mitey_fuzz.guided.counters import Counters
counters = Counters(atheris)
counters.hit(range(100))
run = lambda data: counters.hit(range(len(data) * 100))
atheris.Setup(sys.argv, run, custom_mutator=lambda data, most, seed: data + b"x")
atheris.Fuzz()
"""


ONE_EACH = """
import sys, atheris
from itertools import count
from mitey_fuzz.guided.counters import Counters
counters, numbers = Counters(atheris), count()
atheris.Setup(sys.argv, lambda data: counters.hit([next(numbers)]))
atheris.Fuzz()
"""


def test_a_thing_has_one_counter_for_life() -> None:
    made, counted = count(7), []
    counters = Counters(SimpleNamespace(_reserve_counter=lambda: next(made), _trace_branch=counted.append))
    assert counters.can_count
    counters.hit(["a", "b"])
    counters.hit(["b", "c"])
    assert counted == [7, 8, 8, 9]


def test_functions_are_looked_up_when_they_are_called() -> None:
    before, after = [], []
    atheris = SimpleNamespace(_reserve_counter=lambda: 1, _trace_branch=before.append)
    counters = Counters(atheris)
    atheris._trace_branch = after.append
    counters.hit(["a"])
    assert (before, after) == ([], [1])


@pytest.mark.parametrize("atheris", [SimpleNamespace(_trace_branch=print), SimpleNamespace(_reserve_counter=print)])
def test_without_what_is_not_documented_nothing_is_counted(atheris: SimpleNamespace) -> None:
    counters = Counters(atheris)
    assert not counters.can_count
    counters.hit(["a"])


def test_libfuzzer_hears_of_counters_made_while_it_runs() -> None:
    pytest.importorskip("atheris")
    done = subprocess.run([sys.executable, "-c", MANY, "-runs=20", "-seed=1"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (covered,) = re.findall(r"DONE +cov: (\d+)", done.stderr)
    assert int(covered) >= 500


def test_libfuzzer_survives_a_new_thing_in_each_of_many_inputs() -> None:
    """It ended with a segmentation fault when it heard of new counters for the 4,097th time."""
    pytest.importorskip("atheris")
    command = [sys.executable, "-c", ONE_EACH, "-runs=4500", "-seed=1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "DONE" in done.stderr
