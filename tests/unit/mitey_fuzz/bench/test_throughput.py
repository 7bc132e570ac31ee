import json
from collections.abc import Callable
from itertools import count

import pytest

from mitey_fuzz.bench.throughput import Throughput, measure, to_text
from mitey_fuzz.store.crashes import Setup
from support.cli import mitey_fuzz

SETUP = Setup(("interp",), ("interp",), "wasm-1.0")


def ticking(step: float) -> Callable[[], float]:
    """A clock that moves on by `step` seconds whenever it is asked."""
    times = count()
    return lambda: next(times) * step


def test_every_module_is_judged_and_timed() -> None:
    result = measure(SETUP, seed=1, modules=6, warm_up=2, deadline_s=10, clock=ticking(0.5))
    assert result.modules >= 6
    assert result.agreed == result.cases
    assert result.seconds == 0.5 * result.cases
    assert result.rate == 2.0 * result.modules / result.cases
    assert result.instructions > 50
    assert min(result.stages[stage] for stage in ("generate", "compile", "execute", "oracle")) > 0


def test_damaged_modules_are_judged_and_have_no_length() -> None:
    result = measure(SETUP, seed=1, modules=60, warm_up=0, deadline_s=10)
    assert result.modules >= 60
    assert result.agreed >= result.cases - 1, "one ends in a call that does not end"


def test_all_modules_of_a_case_count() -> None:
    result = measure(SETUP, seed=1, modules=40, warm_up=0, deadline_s=10)
    assert result.cases < result.modules < result.cases * 2
    assert 40 <= result.modules < 43


def test_what_no_stage_claims_is_told() -> None:
    result = measure(SETUP, seed=1, modules=1, warm_up=0, deadline_s=10, clock=ticking(1000.0))
    assert sum(result.stages.values()) == pytest.approx(result.seconds)
    assert result.stages["other"] > 900


def test_nothing_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="nothing to measure"):
        measure(SETUP, seed=1, modules=0, warm_up=0, deadline_s=10)


def test_the_ratio_is_all_the_time_to_the_oracles_own() -> None:
    result = Throughput(10, 8, 7, 300.0, 5.0, {"generate": 1.0, "oracle": 2.0, "other": 2.0})
    assert result.times_oracle == 2.5
    assert to_text(result).splitlines()[:3] == [
        "2.0 modules/s on one core: 10 modules in 5.0 s; of 8 cases 7 agreed",
        "median module: 300 wasm instructions",
        "all the time is 2.50 times the oracles' own",
    ]


def test_the_verb_writes_the_figures() -> None:
    done = mitey_fuzz("bench", "throughput", "--modules", "3", "--subject", "interp", "--features", "wasm-1.0",
                      "--json", "-")  # fmt: skip
    assert done.status == 0
    figures = json.loads(done.out)
    assert figures["modules"] >= 3
    assert figures["agreed"] == figures["cases"]
    assert figures["modules_per_second"] == pytest.approx(figures["modules"] / figures["seconds"])
    assert "modules/s on one core" in done.err
