"""Choices: the only randomness of the harness.  Recorded, replayable, from a seed, from bytes, or drawn by Hypothesis.

A case is its sequence of draws: equal sequences make equal cases on any machine and any Python.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol


class Choices(Protocol):
    """A source of decisions.  Every draw is an integer; the sequence of draws is the record."""

    def integer(self, lo: int, hi: int, *, toward: int = 0) -> int:
        """An integer in `lo..hi` inclusive, uniform; simpler means nearer to `toward` clamped into the range."""
        ...

    def weighted(self, weights: Sequence[int]) -> int:
        """An index, drawn in proportion to its non-negative weight; at least one weight is positive."""
        ...

    def bits(self, n: int) -> int:
        """`n` uniform bits."""
        ...

    def span(self, label: str) -> AbstractContextManager[None]:
        """Marks the draws inside as one thing that a minimizer may delete or replace whole."""
        ...

    @property
    def record(self) -> tuple[int, ...]:
        """All draws so far."""
        ...
