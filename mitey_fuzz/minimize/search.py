"""The searches that passes share: deleting from a sequence, and walking a number down."""

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


def simpler_bits(bits: int, width: int) -> list[int]:
    """Bit patterns to try in place of one, simplest first; for integers and floats alike."""
    mask = (1 << width) - 1
    top = 1 << width - 1
    shapes = [0, 1, mask, 2, top, top - 1]
    shapes += [bits & (1 << n) - 1 for n in (8, 16, 32) if n < width]
    shapes += [bits >> 1, bits >> width // 2, bits & bits - 1, 1 << max(bits.bit_length() - 1, 0)]
    return [shape for shape in dict.fromkeys(shapes) if shape != bits]
