"""The best draft so far, and the one door through which a better one comes in."""

from collections.abc import Callable

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.validate import validate

from ..case import Case
from . import order
from .draft import Draft

Reproduces = Callable[[Case], bool]


class Expired(Exception):
    """The time allowed is over; the best so far stands."""


class Problem:
    """Holds what is to be minimized.  `tried` and `accepted` count candidates that were run and that were better.

    A candidate is accepted when it is simpler by `order.key`, still a valid module (or as invalid as the original), and
    still reproduces.  Nothing is run twice.
    """

    def __init__(self, start: Draft, reproduces: Reproduces, expired: Callable[[], bool]) -> None:
        self.best = start
        self.tried = 0
        self.accepted = 0
        self._key = order.key(start)
        self._reproduces = reproduces
        self._expired = expired
        self._seen: set[str] = set()
        self._only_valid = is_valid(start.case.wasm)

    def accept(self, candidate: Draft) -> bool:
        """Takes the candidate as the new best where it deserves it.  Raises `Expired` when time is over."""
        if self._expired():
            raise Expired
        key = order.key(candidate)
        if key >= self._key:
            return False
        case = candidate.case
        digest = case.digest()
        if digest in self._seen:
            return False
        self._seen.add(digest)
        if self._only_valid and not is_valid(case.wasm):
            return False
        self.tried += 1
        if not self._reproduces(case):
            return False
        self.accepted += 1
        self.best, self._key = candidate, key
        return True

    def accept_any(self, candidates: "list[Draft]") -> bool:
        """Takes the first of the candidates that is accepted."""
        return any(self.accept(candidate) for candidate in candidates)


def is_valid(wasm: bytes) -> bool:
    """Whether our front end takes the module; it is asked first because it is the cheapest of all."""
    try:
        validate(decode(wasm, WASM_2), WASM_2)
    except WasmError:
        return False
    return True
