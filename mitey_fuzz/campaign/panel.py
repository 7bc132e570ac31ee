"""The engines of one setup, and the border at which everything that goes wrong becomes a verdict.

A panel opens the engines that a setup names and judges cases with them: a worker has one for life, replay and minimize
make one per stored case.  Rule 1: what an engine raises is caught here and nowhere else; an exception that leaves an
engine is that engine's crash, with its traceback, and never the end of a campaign.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from jit.wasm.features import Features
from oracles.protocol import Crashed, Returned

from .. import engines
from ..case import Case
from ..compare import differ
from ..compare.verdict import Divergence, DivergenceKind, Poisoned, Verdict
from ..store.crashes import Setup
from ..subject import JitEngine
from .stats import Stopwatch

#: How many times longer a step may take before it is believed not to end.
PATIENCE = 8


class Panel:
    """Subjects and oracles, ready to judge.  The first oracle is the reference."""

    def __init__(self, setup: Setup, *, deadline_s: float, watch: Stopwatch | None = None) -> None:
        if not setup.subjects or not setup.oracles:
            raise ValueError("a comparison needs at least one subject and one oracle")
        self.setup = setup
        self.deadline_s = deadline_s
        self.watch = watch or Stopwatch()
        features = Features.parse(setup.features)
        self.oracles = [engines.create(name, features, None) for name in setup.oracles]
        self.subjects = [engines.create(name, features, setup.inject) for name in setup.subjects]

    def __enter__(self) -> "Panel":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for engine in (*self.subjects, *self.oracles):
            engine.close()

    @property
    def versions(self) -> dict[str, object]:
        """Names and versions of all engines."""
        return {engine.name: engine.version for engine in (*self.subjects, *self.oracles)}

    @property
    def instructions(self) -> int:
        """How many wasm instructions the first subject has compiled so far; 0 when it is not ours."""
        first = self.subjects[0]
        return first.instructions if isinstance(first, JitEngine) else 0

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """While this lasts, the engines' time is not booked to their stages."""
        watch, self.watch = self.watch, Stopwatch()
        try:
            yield
        finally:
            self.watch = watch

    def judge(self, case: Case) -> Verdict:
        """Runs a case; where an engine does not end in time, once more with much more of it: load decides less."""
        verdict = self.judge_once(case, self.deadline_s)
        hangs = isinstance(verdict, Divergence) and verdict.kind is DivergenceKind.HANG
        slow = isinstance(verdict, Poisoned) and verdict.reason == "timeout"
        return self.judge_once(case, self.deadline_s * PATIENCE) if hangs or slow else verdict

    def judge_once(self, case: Case, deadline_s: float) -> Verdict:
        """Runs a case once, every step bounded by `deadline_s`."""
        reference, *further = [differ.oracle(engine) for engine in self.oracles]
        others = [*(differ.subject(engine) for engine in self.subjects), *further]
        try:
            return differ.run(case, reference, others, deadline_s=deadline_s, watch=self.watch)
        except Exception as error:
            return self._crash(error)

    def _crash(self, error: Exception) -> Divergence:
        """The verdict on an exception that left an engine: the subject's, unless only oracle code was running."""
        report = "".join(traceback.format_exception(error))
        frames = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
        guilty = self.subjects[0].name
        if not any("/jit/" in name or name.endswith("subject.py") for name in frames):
            guilty = self.oracles[0].name
        return Divergence(
            DivergenceKind.CRASH,
            guilty,
            self.oracles[0].name,
            0,
            Returned(()),
            Crashed(report),
            f"{type(error).__name__}: {error}",
        )
