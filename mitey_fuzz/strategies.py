"""Hypothesis as a source of decisions: what the campaign generates, properties can draw, and Hypothesis shrinks it.

A draw costs Hypothesis tens of microseconds, against 0.2 for a seeded one: use it in tests, not in campaigns.
"""

from collections.abc import Sequence
from functools import cache

from hypothesis import strategies as st

from jit.wasm.features import Features

from .case import Case
from .choices import Recorder
from .generate import Profile, generate

FIRST = Features(sign_extension=True, saturating_conversions=True, multi_value=True)


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


SMALL = Profile(name="small", features=FIRST, instructions=30, functions=2, values=2, locals=2, calls=3)
"""A profile whose cases take Hypothesis a few hundred draws."""


@st.composite
def cases(draw: st.DrawFn, profile: Profile = SMALL) -> Case:
    """Whole cases of a profile: a valid module that ends, what it imports, and a script.

    Shrinks to fewer and simpler draws.  Large profiles pass what Hypothesis lets an example draw; keep to small ones.
    """
    return generate(HypothesisChoices(draw(st.data())), profile)
