"""Garbage collection in a process that judges one case after the other."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 20_000
"""Allocations between two looks at the young: counting frees nearly all that a case makes."""


@contextmanager
def settled() -> Iterator[None]:
    """Exempts what exists from collection, and collects more rarely, until the block ends.

    What a worker has opened and imported lives as long as the worker does, so nothing is found by going through it.
    """
    threshold = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *threshold[1:])
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        gc.unfreeze()
