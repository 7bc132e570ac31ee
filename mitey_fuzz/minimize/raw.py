"""Bytes that are no module: about them nothing is known, so stretches go and single bytes become zero."""

from dataclasses import replace

from ..case import Case
from .guesses import Expired, Guesses
from .search import delete, put


class Bytes:
    """The shortest bytes so far in a case's place of the module.

    `tried` and `accepted` count candidates that were tried, of which there are `most`, and that reproduced.
    """

    def __init__(self, case: Case, reproduces: Guesses, most: int) -> None:
        self.best = case
        self.tried = 0
        self.accepted = 0
        self._reproduces = reproduces
        self._most = most

    def shrink(self) -> None:
        """Takes away what it can, until nothing goes any more; whatever is raised meanwhile leaves the best so far."""
        before = -1
        while before != len(self.best.wasm):
            before = len(self.best.wasm)
            delete(self.best.script, lambda kept: self._take(replace(self.best, script=kept)))
            delete(tuple(self.best.wasm), lambda kept: self._take(replace(self.best, wasm=bytes(kept))))
        for at, byte in enumerate(self.best.wasm):
            if byte:
                self._take(replace(self.best, wasm=bytes(put(tuple(self.best.wasm), at, 0))))

    def _take(self, candidate: Case) -> bool:
        if self.tried >= self._most:
            raise Expired("candidates")
        self.tried += 1
        if not self._reproduces(candidate, candidate.digest()):
            return False
        self.accepted += 1
        self.best = candidate
        return True
