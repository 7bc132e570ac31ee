"""Bytes that do not decode as a module: what is known of them is the frame, if they have one.

Modules of a newer WebAssembly are among them, for people whose engine takes those.
"""

from dataclasses import replace

from ..case import Case
from .frame import Frame, split
from .guesses import Expired, Guesses


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
        self._asked: set[str] = set()

    @property
    def frame(self) -> Frame:
        """The frame of the bytes as they are; all of them are its rest where they do not begin as a module."""
        return split(self.best.wasm)

    def shorten(self, frame: Frame) -> bool:
        """Takes a module of this frame where it is shorter and reproduces."""
        wasm = frame.joined()
        return len(wasm) < len(self.best.wasm) and self.take(replace(self.best, wasm=wasm))

    def take(self, candidate: Case) -> bool:
        """Takes a candidate that reproduces; raises like `Problem.accept`."""
        digest = candidate.digest()
        if digest in self._asked:
            return False
        self._asked.add(digest)
        if self.tried >= self._most:
            raise Expired("candidates")
        self.tried += 1
        if not self._reproduces(candidate, digest):
            return False
        self.accepted += 1
        self.best = candidate
        return True
