"""What Hypothesis is asked for, in the few forms that are cheap to draw and shrink well.

A choice is a number below another, and 0 is the simplest; what is drawn for one statement or one value is a span,
which Hypothesis leaves out, or replaces by a span within it, as a whole.

# FAST: one composite strategy for all spans of an example: drawing from it takes 11 µs, making another one 110.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

Item = TypeVar("Item")


@cache
def _below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


class Drawing:
    """The draws of one example."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._make: Callable[[], bytes | None] = bytes
        self._value = _value(self)
        self._statement = _statement(self)

    def below(self, count: int) -> int:
        return self._draw(_below(count)) if count > 1 else 0

    def one(self, items: Sequence[Item]) -> Item:
        """One of some items, of which the first is the simplest."""
        return items[self.below(len(items))]

    def of(self, strategy: st.SearchStrategy[Item]) -> Item:
        return self._draw(strategy)

    def value(self, make: Callable[[], bytes]) -> bytes:
        """What `make` draws, as the span of a value."""
        self._make = make
        made = self._draw(self._value)
        assert made is not None
        return made

    def statement(self, make: Callable[[], bytes | None]) -> bytes | None:
        """What `make` draws, as the span of a statement; None where there is to be none."""
        self._make = make
        return self._draw(self._statement)

    def make(self, draw: st.DrawFn) -> bytes | None:
        """Called within a span: what was asked for.  Draws within one example all come from one `draw`."""
        assert draw == self._draw
        return self._make()


@st.composite
def _value(draw: st.DrawFn, drawing: Drawing) -> bytes | None:
    return drawing.make(draw)


@st.composite
def _statement(draw: st.DrawFn, drawing: Drawing) -> bytes | None:
    return drawing.make(draw)
