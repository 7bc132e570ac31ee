"""Cells as counters: one each, made when it is first needed."""

from types import SimpleNamespace

from mitey_fuzz.guided import counters


def test_a_thing_has_one_counter_for_life() -> None:
    made, counted = iter(range(7, 100)), []
    found = counters.of(SimpleNamespace(_reserve_counter=lambda: next(made), _trace_branch=counted.append))
    assert found is not None
    found.hit(["a", "b"])
    found.hit(["b", "c"])
    assert counted == [7, 8, 8, 9]


def test_without_what_is_not_documented_there_are_no_counters() -> None:
    assert counters.of(SimpleNamespace(_trace_branch=print)) is None
    assert counters.of(SimpleNamespace(_reserve_counter=print)) is None
