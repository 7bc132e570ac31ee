"""What passes share that try parts of sequences: deleting from one, and changing one item of it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def delete(items: Sequence[T], attempt: Callable[[tuple[T, ...]], bool]) -> tuple[T, ...]:
    """Deletes stretches of a sequence, long ones first, as long as `attempt` takes the rest; gives what is left.

    From the end to the start, because what comes later depends on what came before.
    """
    kept = tuple(items)
    size = len(kept)
    while size:
        end = len(kept)
        while end > 0:
            start = max(0, end - size)
            shorter = kept[:start] + kept[end:]
            if attempt(shorter):
                kept = shorter
            end = start
        size //= 2
    return kept


def put(items: tuple[T, ...], at: int, item: T) -> tuple[T, ...]:
    """The sequence with another item in one place."""
    return (*items[:at], item, *items[at + 1 :])
