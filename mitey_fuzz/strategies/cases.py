"""The campaign's cases, with Hypothesis as the source of their decisions."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from jit.wasm.features import WASM_2, Features

from ..case import Case
from ..choices import Recorder
from ..generate import Profile, generate


@cache
def _integers(lo: int, hi: int) -> st.SearchStrategy[int]:
    return st.integers(lo, hi)


class HypothesisChoices:
    """Decisions drawn from Hypothesis: from the `draw` of a composite strategy, or that of `st.data()`."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._kept = Recorder()

    @property
    def record(self) -> tuple[int, ...]:
        return self._kept.record

    def span(self, label: str) -> AbstractContextManager[None]:
        return self._kept.span(label)

    def _uniform(self, lo: int, hi: int) -> int:
        return self._draw(_integers(lo, hi))

    def integer(self, lo: int, hi: int, *, toward: int = 0) -> int:
        simplest = min(max(lo, toward), hi)
        value = simplest + self._uniform(lo - simplest, hi - simplest)
        self._kept.keep(value)
        return value

    def weighted(self, weights: Sequence[int]) -> int:
        possible = [index for index, weight in enumerate(weights) for _ in range(min(weight, 64))]
        index = possible[self._uniform(0, len(possible) - 1)]
        self._kept.keep(index)
        return index

    def bits(self, n: int) -> int:
        value = self._uniform(0, (1 << n) - 1)
        self._kept.keep(value)
        return value


def small(features: Features = WASM_2) -> Profile:
    """A profile whose cases take a few hundred draws; vectors and references are among its types where they exist."""
    types = "iilfd" + "v" * features.simd + "r" * features.reference_types
    return Profile("small", features, types, instructions=30, functions=2, values=2, locals=2, calls=3)


@st.composite
def cases(draw: st.DrawFn, profile: Profile | None = None) -> Case:
    """Whole cases of at most this profile's size: a module, what it imports, and a script.

    Large profiles pass what Hypothesis lets an example draw; keep to small ones.
    """
    most = profile or small()
    size = replace(most, instructions=draw(_integers(0, most.instructions)), calls=draw(_integers(0, most.calls)))
    return generate(HypothesisChoices(draw), size)
