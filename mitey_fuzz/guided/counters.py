"""Cells as coverage counters of libFuzzer: the one place that uses what atheris does not document.

Atheris counts branches of Python code in counters that it reserves while it instruments; `_reserve_counter` makes one
more and `_trace_branch` counts in it.  A cell gets its counter when it is first reached.  A release of atheris without
these two leaves the branches to guide alone.
"""

from collections.abc import Callable, Hashable, Iterable


class Counters:
    """Counters by what they count; `reserve` makes one, `count` raises it."""

    def __init__(self, reserve: Callable[[], int], count: Callable[[int], None]) -> None:
        self._reserve = reserve
        self._count = count
        self._numbers: dict[Hashable, int] = {}

    def hit(self, things: Iterable[Hashable]) -> None:
        """Raises the counter of each of these by one."""
        numbers = self._numbers
        for thing in things:
            number = numbers.get(thing)
            if number is None:
                number = numbers[thing] = self._reserve()
            self._count(number)


def of(atheris: object) -> Counters | None:
    """Counters of this module `atheris`; None where it has none to give."""
    reserve = getattr(atheris, "_reserve_counter", None)
    count = getattr(atheris, "_trace_branch", None)
    return Counters(reserve, count) if callable(reserve) and callable(count) else None
