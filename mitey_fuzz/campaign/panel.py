"""The engines of one setup, ready to judge cases.

A panel opens the engines that a setup names and judges cases with them: a worker has one for life, replay and minimize
make one per stored case.
"""

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType

from jit.wasm.features import Features
from oracles.protocol import Engine

from .. import engines, listing
from ..case import Case
from ..compare import differ
from ..compare.verdict import Divergence, DivergenceKind, Poisoned, Verdict
from ..store.crashes import Setup
from ..subject import JitEngine
from ..subject_names import PREFIX
from ..triage import Cause, Stopped, explain
from .stats import Stopwatch
from .twins import NONE, Twins

#: How many times longer a step may take before it is believed not to end.
PATIENCE = 8


class Panel:
    """Subjects and oracles, ready to judge.  The first oracle is the reference.

    One of the perturbed `twins` takes part in some of the cases.
    """

    def __init__(self, setup: Setup, *, deadline_s: float, watch: Stopwatch | None = None, twins: Twins = NONE) -> None:
        if not setup.subjects or not setup.oracles:
            raise ValueError("a comparison needs at least one subject and one oracle")
        self.setup = setup
        self.deadline_s = deadline_s
        self.watch = watch or Stopwatch()
        self.perturbed = twins
        features = Features.parse(setup.features)
        self._features = features
        self.oracles = [engines.create(name, features, None) for name in setup.oracles]
        self.subjects = [engines.create(name, features, setup.inject) for name in setup.subjects]
        self._twins: dict[str, Engine] = {}

    def __enter__(self) -> "Panel":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for engine in (*self.subjects, *self.oracles, *self._twins.values()):
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
        """Runs a case once, every step bounded by `deadline_s`.

        Where a subject diverges and this machine has another host, it is run once more with its twin there.
        """
        perturbed = self.perturbed.chosen(case)
        subjects = self.subjects if perturbed is None else [*self.subjects, self._twin(perturbed)]
        verdict = self._compare(case, deadline_s, subjects)
        twin = self._twin_of(verdict.subject) if isinstance(verdict, Divergence) else None
        return verdict if twin is None else self._compare(case, deadline_s, [*subjects, twin])

    @contextmanager
    def showing(self, divergence: Divergence) -> Iterator["Panel"]:
        """A panel that shows this divergence of its own in every run: one of whose subjects the perturbed twin is."""
        if divergence.subject not in self.perturbed.names:
            yield self
            return
        setup = replace(self.setup, subjects=(*self.setup.subjects, divergence.subject))
        with Panel(setup, deadline_s=self.deadline_s) as panel:
            yield panel

    def _compare(self, case: Case, deadline_s: float, subjects: Sequence[Engine]) -> Verdict:
        reference, *further = [differ.oracle(engine) for engine in self.oracles]
        others = [*(differ.subject(engine, _code_of(engine)) for engine in subjects), *further]
        return differ.run(case, reference, others, deadline_s=deadline_s, watch=self.watch)

    def _twin_of(self, name: str) -> Engine | None:
        """The subject of this name on another host, made once; None where there is none, or it takes part anyway."""
        engine = next((engine for engine in self.subjects if engine.name == name), None)
        other = engine.elsewhere if isinstance(engine, JitEngine) else None
        if other is None or any(subject.name == other for subject in self.subjects):
            return None
        return self._twin(other)

    def _twin(self, name: str) -> Engine:
        """A further engine, made once."""
        if name not in self._twins:
            self._twins[name] = engines.create(name, self._features, self.setup.inject)
        return self._twins[name]

    def explain(
        self, case: Case, divergence: Divergence, stopped: Callable[[], bool] = lambda: False
    ) -> Cause | str | None:
        """The cause of a divergence, where it can be found (see `triage.explain`), or how the search for it failed."""
        try:
            return explain(case, divergence, (*self.subjects, *self.oracles), self.deadline_s, stopped)
        except Stopped:
            return "there was no time left to look for its cause"
        except Exception:  # a finding is worth more than its explanation
            return traceback.format_exc()

    def listing(self, divergence: Divergence, case: Case) -> str:
        """The generated code of a case's modules on the diverging subject, its mutant planted; or why there is none."""
        name = divergence.subject
        if divergence.kind is DivergenceKind.ACCEPTANCE or not name.startswith(PREFIX):
            return ""
        try:
            features, inject = Features.parse(self.setup.features), self.setup.inject
            named = [("", case.wasm), *((f"\n\nof {c.name}:\n\n", c.wasm) for c in case.companions)]
            return "".join(head + listing.of_module(name, wasm, features, inject) for head, wasm in named)
        except Exception:  # where compiling is what fails, that is the finding
            return f"there is no code:\n{traceback.format_exc()}"


def _code_of(engine: Engine) -> str:
    """What engines on different hosts have in common when they generate the same code."""
    return engine.code_name if isinstance(engine, JitEngine) else ""
