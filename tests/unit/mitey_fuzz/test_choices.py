"""Decisions: the same on every machine, replayable from their record, simplest where a record ends."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitey_fuzz.choices import BytesChoices, Choices, ReplayChoices, SeededChoices, Span
from mitey_fuzz.strategies import HypothesisChoices

WIDE = 1 << 200


def some_draws(choices: Choices) -> list[int]:
    """A little of everything that can be drawn."""
    drawn = [choices.integer(0, 5), choices.integer(-7, 7), choices.integer(10, 20, toward=15)]
    drawn += [choices.weighted((0, 3, 0, 1)), choices.bits(1), choices.bits(77), choices.integer(0, WIDE)]
    return drawn


def test_a_seed_decides_the_same_in_any_process() -> None:
    program = (
        "from mitey_fuzz.choices import SeededChoices as S; c = S(7); print([c.integer(0, 999) for _ in range(9)])"
    )
    outputs = set()
    for hash_seed in ("0", "1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        outputs.add(done.stdout)
    here = SeededChoices(7)
    assert outputs == {f"{[here.integer(0, 999) for _ in range(9)]}\n".encode()}


def test_the_stream_of_seed_one_never_changes() -> None:
    """A stored seed must mean the same case for ever, so this one expectation is written out."""
    choices = SeededChoices(1)
    assert [choices.bits(16) for _ in range(4)] == [9173, 10738, 61951, 4334]


def test_seeds_differ() -> None:
    streams = {SeededChoices(seed).bits(64) for seed in range(-50, 50)}
    assert len(streams) == 100


def test_draws_go_on_past_a_block_of_the_stream() -> None:
    choices = SeededChoices(3)
    drawn = [choices.bits(64) for _ in range(10_000)]
    assert len(set(drawn)) == len(drawn)


@given(st.integers(), st.integers(-WIDE, WIDE), st.integers(0, WIDE))
def test_integers_stay_in_their_range(seed: int, lo: int, width: int) -> None:
    assert lo <= SeededChoices(seed).integer(lo, lo + width) <= lo + width


def test_every_value_of_a_range_is_drawn_about_equally_often() -> None:
    choices = SeededChoices(5)
    counts = [0] * 10
    for _ in range(20_000):
        counts[choices.integer(0, 9)] += 1
    assert all(1800 < count < 2200 for count in counts)


def test_weights_are_kept() -> None:
    choices = SeededChoices(6)
    counts = [0] * 4
    for _ in range(20_000):
        counts[choices.weighted((0, 1, 3, 0))] += 1
    assert counts[0] == counts[3] == 0
    assert 4700 < counts[1] < 5300


@given(st.integers())
def test_a_record_replays_the_same_draws(seed: int) -> None:
    first = SeededChoices(seed)
    drawn = some_draws(first)
    again = ReplayChoices(first.record)
    assert some_draws(again) == drawn
    assert again.record == first.record


def test_an_exhausted_record_gives_the_simplest() -> None:
    assert some_draws(ReplayChoices(())) == [0, 0, 15, 1, 0, 0, 0]


@given(st.lists(st.integers()))
def test_any_integers_are_a_record(record: list[int]) -> None:
    drawn = some_draws(ReplayChoices(record))
    assert 0 <= drawn[0] <= 5
    assert -7 <= drawn[1] <= 7
    assert 10 <= drawn[2] <= 20
    assert drawn[3] in (1, 3)
    assert drawn[4] in (0, 1)
    assert 0 <= drawn[5] < 1 << 77
    assert 0 <= drawn[6] <= WIDE


def test_a_weight_of_zero_is_not_replayed() -> None:
    assert ReplayChoices((2,)).weighted((0, 1, 0, 1)) == 1


@given(st.binary(max_size=64))
def test_any_bytes_decide(data: bytes) -> None:
    choices = BytesChoices(data)
    drawn = some_draws(choices)
    assert some_draws(ReplayChoices(choices.record)) == drawn


def test_no_bytes_decide_for_the_simplest() -> None:
    assert some_draws(BytesChoices(b"")) == [0, 0, 15, 1, 0, 0, 0]


def test_bytes_are_taken_little_endian_and_as_few_as_the_range_needs() -> None:
    choices = BytesChoices(bytes((3, 0x34, 0x12, 9)))
    assert [choices.integer(0, 9), choices.bits(16), choices.integer(0, 0), choices.integer(10, 12)] == [
        3,
        0x1234,
        0,
        10,
    ]


@given(st.data())
def test_hypothesis_decides_too(data: st.DataObject) -> None:
    choices = HypothesisChoices(data.draw)
    drawn = some_draws(choices)
    assert some_draws(ReplayChoices(choices.record)) == drawn


def test_spans_nest_and_tell_which_draws_they_hold() -> None:
    choices = SeededChoices(0)
    choices.bits(1)
    with choices.span("outer"):
        choices.bits(1)
        with choices.span("inner"):
            choices.bits(1)
            choices.bits(1)
    assert choices.spans == (Span(2, 4, "inner"), Span(1, 4, "outer"))


def test_a_span_ends_when_an_error_passes_through_it() -> None:
    choices = ReplayChoices(())
    with pytest.raises(KeyError), choices.span("broken"):
        choices.bits(3)
        raise KeyError
    assert choices.spans == (Span(0, 1, "broken"),)
