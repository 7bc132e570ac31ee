"""The best draft so far, and the one door through which a better one comes in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.validate import validate

from ..case import Case
from . import order
from .draft import Draft
from .guesses import Expired, Guesses
from .observe import Seen, observe
from .search import put
from .trees import Tree, tree

Whole = Callable[[Case], Case]


class Mark(NamedTuple):
    """How far a problem has come: what it has found, and how many candidates it was asked for, ran and accepted."""

    best: Draft
    key: order.Key
    asked: int
    tried: int
    accepted: int


def _itself(case: Case) -> Case:
    return case


class Problem:
    """Holds what is to be minimized.  `tried` and `accepted` count candidates that were run and that were better.

    A candidate is accepted when it is simpler by `order.key`, still a valid module (or as invalid as the original), and
    still reproduces.  Nothing is run twice.
    """

    def __init__(self, start: Draft, reproduces: Guesses, most: int, whole: Whole = _itself) -> None:
        """`whole` gives the case to run for one of a draft; where that is a companion's, it is another."""
        self.best = start
        self.tried = 0
        self.accepted = 0
        self.only_valid = is_valid(start.case.wasm)
        self._key = order.key(start)
        self._reproduces = reproduces
        self._most = most
        self._whole = whole
        self._asked: dict[str, None] = {}
        self._seen: tuple[Draft, Seen] | None = None
        self._trees: dict[int, tuple[Draft, Tree]] = {}

    def mark(self) -> Mark:
        """A point that `rewind` can return to."""
        return Mark(self.best, self._key, len(self._asked), self.tried, self.accepted)

    def rewind(self, mark: Mark) -> None:
        """Forgets what was done since."""
        self.best, self._key, _, self.tried, self.accepted = mark
        while len(self._asked) > mark.asked:
            self._asked.popitem()

    @property
    def seen(self) -> Seen:
        """What happens when the best so far runs."""
        if self._seen is None or self._seen[0] is not self.best:
            self._seen = self.best, observe(self.best.case)
        return self._seen[1]

    def tree(self, index: int) -> Tree:
        """The units of a body of the best so far."""
        known = self._trees.get(index)
        if known is None or known[0] is not self.best:
            self._trees[index] = known = self.best, tree(self.best.module, index, self.best.bodies[index])
        return known[1]

    @contextmanager
    def companion(self, at: int) -> Iterator["Problem"]:
        """One of the companions as a problem of its own: a module without a script, within the case as it is.

        What was found is in the best so far afterwards, however the work on it ends.  Raises `WasmError` where the
        companion does not decode.
        """
        known = self.best

        def whole(case: Case) -> Case:
            linked = put(known.companions, at, replace(known.companions[at], wasm=case.wasm))
            return self._whole(replace(known.case, companions=linked))

        start = Draft.of(Case(known.companions[at].wasm, ()))
        inner = Problem(start, self._reproduces, self._most - self.tried, whole)
        inner._asked = self._asked
        try:
            yield inner
        finally:
            self.tried += inner.tried
            if inner.accepted:
                self.accepted += inner.accepted
                linked = replace(known.companions[at], wasm=inner.best.case.wasm)
                self.best = replace(known, companions=put(known.companions, at, linked))
                self._key = order.key(self.best)

    def accept(self, candidate: Draft) -> bool:
        """Takes the candidate as the new best where it deserves it.

        Raises `Expired` when all is used up, and `Mistaken` where a guess about an earlier one was wrong.
        """
        if order.is_heavier(candidate, self._key):
            return False
        key = order.key(candidate)
        return key < self._key and self._take(candidate, key)

    def accept_any(self, candidates: Iterable[Draft]) -> bool:
        """Takes the first of the candidates that is accepted."""
        return any(self.accept(candidate) for candidate in candidates)

    def settle(self, candidate: Draft) -> bool:
        """Takes a candidate that is no worse: for forms that are preferred for no other reason than to be one."""
        key = order.key(candidate)
        return key <= self._key and self._take(candidate, key)

    def _take(self, candidate: Draft, key: order.Key) -> bool:
        case = self._whole(candidate.case)
        digest = case.digest()
        if digest in self._asked:
            return False
        self._asked[digest] = None
        if self.only_valid and not self._reproduces.knows(digest) and not is_valid(candidate.case.wasm):
            return False
        if self.tried >= self._most:
            raise Expired("candidates")
        self.tried += 1
        if not self._reproduces(case, digest):
            return False
        self.accepted += 1
        self.best, self._key = candidate, key
        return True


def is_valid(wasm: bytes) -> bool:
    """Whether our front end takes the module; it is asked first because it is the cheapest of all."""
    try:
        validate(decode(wasm, WASM_2), WASM_2)
    except WasmError:
        return False
    return True
