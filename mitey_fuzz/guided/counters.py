"""Cells as coverage counters of libFuzzer: the one place that uses what atheris does not document.

Atheris counts branches of Python code in counters that it reserves while it instruments; `_reserve_counter` makes one
more and `_trace_branch` counts in it.  A cell gets its counter when it is first reached.  A release of atheris without
these two leaves the branches to guide alone.

libFuzzer hears of counters made while it runs before its next input, all of them at once, as of a library that was
loaded; it has room for 4,096 libraries and does not look whether one more fits.  So counters are made in blocks.

Rule 1: both are looked up when they are called.  `atheris.Setup` puts others in their place, and those from before
count nothing from then on.
"""

from collections.abc import Callable, Hashable, Iterable

BLOCK = 4096
"""Counters made at once.  Atheris has a million, so libFuzzer hears of a few hundred blocks at most."""


def _functions(atheris: object) -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """What makes a counter, and what raises one."""
    reserve = getattr(atheris, "_reserve_counter", None)
    count = getattr(atheris, "_trace_branch", None)
    return (reserve, count) if callable(reserve) and callable(count) else None


class Counters:
    """Counters of the module `atheris` by what they count; without what it takes, nothing is counted."""

    def __init__(self, atheris: object) -> None:
        self._atheris = atheris
        self._numbers: dict[Hashable, int] = {}
        self._free: list[int] = []

    @property
    def can_count(self) -> bool:
        """Whether this release has what it takes."""
        return _functions(self._atheris) is not None

    def hit(self, things: Iterable[Hashable]) -> None:
        """Raises the counter of each of these by one."""
        functions = _functions(self._atheris)
        if functions is None:
            return
        reserve, count = functions
        numbers = self._numbers
        for thing in things:
            number = numbers.get(thing)
            if number is None:
                if not self._free:
                    self._free = [reserve() for _ in range(BLOCK)][::-1]
                number = numbers[thing] = self._free.pop()
            count(number)
