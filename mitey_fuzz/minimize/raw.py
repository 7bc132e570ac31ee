"""Bytes that are no module: about them nothing is known, so stretches go and single bytes become zero."""

from collections.abc import Callable
from dataclasses import replace

from ..case import Case
from .search import delete, put


class Bytes:
    """The shortest bytes so far in a case's place of the module; `attempt` says whether a candidate will do."""

    def __init__(self, case: Case, attempt: Callable[[Case], bool]) -> None:
        self.best = case
        self._attempt = attempt

    def shrink(self) -> None:
        """Takes away what it can, until nothing goes any more; whatever `attempt` raises leaves the best so far."""
        before = -1
        while before != len(self.best.wasm):
            before = len(self.best.wasm)
            delete(self.best.script, lambda kept: self._take(replace(self.best, script=kept)))
            delete(tuple(self.best.wasm), lambda kept: self._take(replace(self.best, wasm=bytes(kept))))
        for at, byte in enumerate(self.best.wasm):
            if byte:
                self._take(replace(self.best, wasm=bytes(put(tuple(self.best.wasm), at, 0))))

    def _take(self, candidate: Case) -> bool:
        if not self._attempt(candidate):
            return False
        self.best = candidate
        return True
