"""Choices: the only randomness of the harness.  Recorded, replayable, from a seed, from bytes, or drawn by Hypothesis.

A case is its sequence of draws: equal sequences make equal cases on any machine and any Python.  Every draw is recorded
as the value it gave, so a record reads as what was decided, and a shorter or simpler record is still one: a draw
beyond its end or out of its range gives the simplest value.  `HypothesisChoices` lives in `strategies`, because
importing Hypothesis costs a worker 0.2 s.
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final, NamedTuple, Protocol


class Span(NamedTuple):
    """Draws `start..end` of a record, made for one thing; spans nest and are listed in the order of their ends."""

    start: int
    end: int
    label: str


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


class Recorder:
    """What every source of decisions shares: the record, its spans, and draws in terms of one uniform draw."""

    def __init__(self) -> None:
        self._draws: list[int] = []
        self._spans = _Spans(self._draws)

    @property
    def record(self) -> tuple[int, ...]:
        return tuple(self._draws)

    @property
    def spans(self) -> tuple[Span, ...]:
        """All spans that have ended so far."""
        return tuple(self._spans.ended)

    def span(self, label: str) -> AbstractContextManager[None]:
        return self._spans.begin(label)

    def keep(self, drawn: int) -> None:
        """Adds a draw to the record."""
        self._draws.append(drawn)


class _Spans:
    """The spans of one record of draws, and the context manager of all of them: what it ends is what began last."""

    __slots__ = ("_draws", "_open", "ended")

    def __init__(self, draws: Sequence[int]) -> None:
        self._draws = draws
        self._open: list[tuple[int, str]] = []
        self.ended: list[Span] = []

    def begin(self, label: str) -> "_Spans":
        """A span that starts with the `with` it is for."""
        self._open.append((-1, label))
        return self

    def __enter__(self) -> None:
        self._open[-1] = (len(self._draws), self._open[-1][1])

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        start, label = self._open.pop()
        self.ended.append(Span(start, len(self._draws), label))


_FIRST_BLOCK: Final = 1 << 12
_BLOCK: Final = 1 << 15
"""Bytes of key stream made at once: a small case needs one short block, a large one few long ones."""


def _words(seed: int) -> Iterator[int]:
    """Endless 64-bit words: SHAKE-128 over seed and block number, little endian."""
    block = 0
    while True:
        size = _BLOCK if block else _FIRST_BLOCK
        stream = hashlib.shake_128(b"mitey:%d:%d" % (seed, block)).digest(size)
        yield from struct.unpack(f"<{size // 8}Q", stream)
        block += 1


class SeededChoices(Recorder):
    """Pseudo-random decisions, a function of the seed alone: any integer, the same on every machine and Python.

    # FAST: a draw takes 0.2 µs, a third of it the record.  A generator in Python (PCG, xoshiro) costs twice as much,
    # and `random` is not ours to keep stable.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._next = _words(seed).__next__
        self._keep = self._draws.append

    def integer(self, lo: int, hi: int, *, toward: int = 0) -> int:
        del toward  # what is simple matters to replays alone
        width = hi - lo + 1
        if width > 1 << 48:
            value = lo + self._wide(width.bit_length() + 16) % width
        else:
            value = lo + (self._next() * width >> 64)
        self._keep(value)
        return value

    def weighted(self, weights: Sequence[int]) -> int:
        index = _at(weights, self._next() * sum(weights) >> 64)
        self._keep(index)
        return index

    def bits(self, n: int) -> int:
        value = self._wide(n)
        self._keep(value)
        return value

    def _wide(self, n: int) -> int:
        value = 0
        for _ in range(-(-n // 64)):
            value = value << 64 | self._next()
        return value & (1 << n) - 1


def _at(weights: Sequence[int], point: int) -> int:
    """The index whose share of the weights' sum holds `point`."""
    for index, weight in enumerate(weights):
        point -= weight
        if point < 0:
            return index
    raise AssertionError("no weight is positive")


def _simplest(lo: int, hi: int, toward: int) -> int:
    return min(max(lo, toward), hi)


class ReplayChoices(Recorder):
    """The decisions of a record.  Where it ends or does not fit, the simplest ones: any sequence of integers is one.

    `record` then is the sequence that was really used.
    """

    def __init__(self, record: Sequence[int]) -> None:
        super().__init__()
        self._source = iter(record)

    def integer(self, lo: int, hi: int, *, toward: int = 0) -> int:
        value = next(self._source, None)
        if value is None or not lo <= value <= hi:
            value = _simplest(lo, hi, toward)
        self.keep(value)
        return value

    def weighted(self, weights: Sequence[int]) -> int:
        index = next(self._source, -1)
        if not 0 <= index < len(weights) or weights[index] <= 0:
            index = _at(weights, 0)
        self.keep(index)
        return index

    def bits(self, n: int) -> int:
        value = next(self._source, 0)
        if not 0 <= value < 1 << n:
            value = 0
        self.keep(value)
        return value


class BytesChoices(Recorder):
    """Decisions read from bytes, as few per draw as hold its range; beyond their end, the simplest ones.

    Made for fuzzers that mutate bytes: a draw's bytes change that draw, and nothing before it.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data
        self._place = 0

    def integer(self, lo: int, hi: int, *, toward: int = 0) -> int:
        width = hi - lo + 1
        taken = self._take(width - 1)
        value = _simplest(lo, hi, toward) if taken is None else lo + taken % width
        self.keep(value)
        return value

    def weighted(self, weights: Sequence[int]) -> int:
        total = sum(weights)
        taken = self._take(total - 1)
        index = _at(weights, 0 if taken is None else taken % total)
        self.keep(index)
        return index

    def bits(self, n: int) -> int:
        value = (self._take((1 << n) - 1) or 0) & (1 << n) - 1
        self.keep(value)
        return value

    def _take(self, most: int) -> int | None:
        """As many bytes as `most` has, little endian; None at the end."""
        size = most.bit_length() + 7 >> 3
        start = self._place
        if start + size > len(self._data):
            self._place = len(self._data)
            return None
        self._place = start + size
        return int.from_bytes(self._data[start : start + size], "little")
