"""The first instruction that an engine cannot compile, where a module makes it fail before anything runs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from jit.wasm.encode import encode
from jit.wasm.module import Module
from jit.wasm.text_body import instr_text
from oracles.protocol import Crashed, Engine, Outcome, Returned, Trapped

from ..case import Case
from ..compare.differ import describe
from .bodies import Bodies, Place
from .cause import Cause, Certainty, Effect
from .search import Run

_NUMBERS = re.compile(r"0x[0-9a-f]+|\d+")
_LINES = 3
"""Of what a crash says, its last lines: a traceback's error and where it was raised."""
Bounded = Callable[[Engine, Case], Run]
"""Runs a case, if there is time."""


def failing(
    module: Module, case: Case, suspects: Sequence[Engine], others: Sequence[Engine], run: Bounded
) -> Cause | None:
    """The cause, where one of the suspects crashes on a case's own module because of what is in a body; else None.

    The start function does not run.  `others` are the other engines of the comparison.
    """
    bodies = Bodies(module)
    trial = _Trial(replace(case, script=(), choices=None), run)
    for engine in suspects:
        place = bodies.first(partial(trial.way, engine))
        if place is not None:
            witnesses = [other for other in (*suspects, *others) if other is not engine]
            return trial.cause(module, bodies, place, engine, witnesses)
    return None


class _Trial:
    """Instantiates modules in the place of a case's own."""

    def __init__(self, case: Case, run: Bounded) -> None:
        self._case = case
        self._run = run

    def outcome(self, engine: Engine, module: Module) -> Outcome:
        return self._run(engine, replace(self._case, wasm=encode(module))).step.outcome

    def way(self, engine: Engine, module: Module) -> str | None:
        """How the engine crashes: the end of what it says, without numbers; None where it does not."""
        outcome = self.outcome(engine, module)
        if not isinstance(outcome, Crashed):
            return None
        return _NUMBERS.sub("#", "\n".join(outcome.message.strip().splitlines()[-_LINES:]))

    def cause(self, module: Module, bodies: Bodies, place: Place, culprit: Engine, others: Sequence[Engine]) -> Cause:
        instr = bodies.instr(place)
        short = bodies.cut(place._replace(number=place.number + 1))
        outcomes = [(engine.name, self.outcome(engine, short)) for engine in others]
        return Cause(
            culprit=culprit.name,
            effect=Effect.COMPILE,
            function=place.function + module.imported_funcs,
            offset=instr.offset,
            mnemonic=instr.op.name,
            instruction=instr_text(instr),
            occurrence=0,
            operands=(),
            expected="to be compiled",
            actual=describe(self.outcome(culprit, short)),
            certainty=Certainty.OBSERVED,
            right=tuple(name for name, outcome in outcomes if isinstance(outcome, Returned | Trapped)),
            wrong=(culprit.name, *(name for name, outcome in outcomes if isinstance(outcome, Crashed))),
        )
