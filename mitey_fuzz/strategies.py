"""Hypothesis as a source of decisions: what the campaign generates, properties can draw, and Hypothesis shrinks it.

A draw costs Hypothesis tens of microseconds, against 0.2 for a seeded one: use it in tests, not in campaigns.
"""

from collections.abc import Sequence
from functools import cache

from hypothesis import strategies as st

from .choices import Recorder


@cache
def _integers(lo: int, hi: int) -> st.SearchStrategy[int]:
    return st.integers(lo, hi)


class HypothesisChoices(Recorder):
    """Decisions drawn from Hypothesis' `data()`, so that a failing case shrinks as one of its own examples does."""

    def __init__(self, data: st.DataObject) -> None:
        super().__init__()
        self._data = data

    def _uniform(self, lo: int, hi: int) -> int:
        return self._data.draw(_integers(lo, hi))

    def integer(self, lo: int, hi: int, *, toward: int = 0) -> int:
        simplest = min(max(lo, toward), hi)
        value = simplest + self._uniform(lo - simplest, hi - simplest)
        self._draws.append(value)
        return value

    def weighted(self, weights: Sequence[int]) -> int:
        possible = [index for index, weight in enumerate(weights) for _ in range(min(weight, 64))]
        index = possible[self._uniform(0, len(possible) - 1)]
        self._draws.append(index)
        return index

    def bits(self, n: int) -> int:
        value = self._uniform(0, (1 << n) - 1)
        self._draws.append(value)
        return value
