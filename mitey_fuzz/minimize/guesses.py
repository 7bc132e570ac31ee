"""Judging several candidates at once, of which no pass knows anything.

A candidate's answer is guessed, the pass goes on, and when there are enough of them they are judged together.  Where a
guess was wrong, the pass that asked runs again from where it began, with the answers that are known by then: what comes
out is what judging one after the other gives, however many are judged at once.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import NamedTuple, Protocol

from ..case import Case

Reproduces = Callable[[Case], bool]


class Judge(Protocol):
    """Judges up to `width` candidates at once."""

    @property
    def width(self) -> int: ...

    def answers(self, cases: Sequence[Case]) -> Generator[bool]:
        """Whether each reproduces, in order; whoever has heard enough closes the generator."""
        ...


class OneByOne:
    """Judges one candidate at a time."""

    width = 1

    def __init__(self, reproduces: Reproduces) -> None:
        self._reproduces = reproduces

    def answers(self, cases: Sequence[Case]) -> Generator[bool]:
        return (self._reproduces(case) for case in cases)


class Expired(Exception):
    """What was allowed is used up; the best so far stands.  The argument says what: candidates, or time."""


class Mistaken(Exception):
    """A guess was wrong, or will never be known to be right, and all that came of it is void."""

    def __init__(self, stage: int) -> None:
        """`stage` is the one at which it was made."""
        super().__init__(stage)
        self.stage = stage


class _Guess(NamedTuple):
    case: Case
    answer: bool
    stage: int


class Guesses:
    """Answers to "does it reproduce?", some of them guessed for a while; the same candidate is never judged twice.

    `stage` is how far the work has come that asks, for `Mistaken` to say where it has to begin again.
    """

    def __init__(self, judge: Judge, expired: Callable[[], bool]) -> None:
        """`expired` is asked before every candidate whose answer is not known."""
        self.stage = 0
        self._judge = judge
        self._expired = expired
        self._answers: dict[str, bool] = {}
        self._open: dict[str, _Guess] = {}
        self._last = self._last_but_one = False

    def __call__(self, case: Case, digest: str) -> bool:
        """Whether the case of this digest reproduces, or what is guessed: what the last two answers were, else no.

        Raises `Mistaken` where an earlier guess was wrong, and `Expired` when time is over.
        """
        known = self._answers.get(digest)
        if known is not None:
            return known
        if self._expired():
            raise Expired("time")
        guess = self._last and self._last_but_one
        self._open[digest] = _Guess(case, guess, self.stage)
        if len(self._open) < self._judge.width:
            return guess
        self._resolve(digest)
        return self._answers[digest]

    def knows(self, digest: str) -> bool:
        """Whether the case of this digest has been judged."""
        return digest in self._answers

    def settle(self) -> None:
        """Leaves nothing guessed.  Raises `Mistaken` where a guess was wrong, and where time is over."""
        if self._open and self._expired():
            first = next(iter(self._open.values()))
            self._open.clear()
            raise Mistaken(first.stage)
        if self._open:
            self._resolve(None)

    def _resolve(self, asked: str | None) -> None:
        """Judges what is open; the one that is asked for is no guess yet."""
        guesses, self._open = self._open, {}
        with closing(self._judge.answers([guess.case for guess in guesses.values()])) as answers:
            for (digest, guess), answer in zip(guesses.items(), answers, strict=True):
                self._answers[digest] = answer
                self._last_but_one, self._last = self._last, answer
                if answer is not guess.answer and digest != asked:
                    raise Mistaken(guess.stage)
