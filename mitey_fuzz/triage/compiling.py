"""The first instruction that an engine cannot compile, where a module makes it fail before anything runs.

Bodies are cut short with `unreachable`: at a point, and behind the end of every block around it, so that nothing of
what follows is compiled.  What is left of a valid module is valid, wherever it is cut.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from jit.wasm.body import BLOCKS, ELSE, END, Instr, assemble, parse
from jit.wasm.encode import encode
from jit.wasm.module import Code, Module
from jit.wasm.opcodes import op
from jit.wasm.text_body import instr_text
from oracles.protocol import Crashed, Engine, Outcome, Returned, Trapped

from ..case import Case
from ..compare.differ import describe
from .cause import Cause, Certainty, Effect
from .search import Run, flip

_UNREACHABLE = Instr(op("unreachable"))
_IF = op("if")
_NUMBERS = re.compile(r"0x[0-9a-f]+|\d+")
_LINES = 3
"""Of what a crash says, its last lines: a traceback's error and where it was raised."""
Bounded = Callable[[Engine, Case], Run]
"""Runs a case, if there is time."""


class _Place(NamedTuple):
    """The instruction of this number in the body of a defined function, counted from the first."""

    function: int
    number: int


def failing(
    module: Module, case: Case, suspects: Sequence[Engine], others: Sequence[Engine], run: Bounded
) -> Cause | None:
    """The cause, where one of the suspects crashes on a case's own module because of what is in a body; else None.

    The start function does not run.  `others` are the other engines of the comparison.
    """
    bare = replace(module, start=None, source=b"")
    for engine in suspects:
        trial = _Trial(bare, case, engine, run)
        place = trial.find()
        if place is not None:
            return _cause(trial, place, [other for other in (*suspects, *others) if other is not engine])
    return None


class _Trial:
    """Instantiates a module on an engine, more or less of it cut away."""

    def __init__(self, module: Module, case: Case, engine: Engine, run: Bounded) -> None:
        self.module = module
        self.case = replace(case, script=(), choices=None)
        self.engine = engine
        self.run = run
        self.bodies = [parse(code.body, code.offset) for code in module.codes]
        self._empty = [replace(code, body=_short([], 0)) for code in module.codes]

    def cut(self, place: _Place) -> Case:
        """The case with all bodies emptied but one, and that cut short at a point."""
        codes = list(self._empty)
        kept = self.module.codes[place.function]
        codes[place.function] = replace(kept, body=_short(self.bodies[place.function], place.number))
        return self._of(codes)

    def _of(self, codes: Sequence[Code]) -> Case:
        return replace(self.case, wasm=encode(replace(self.module, codes=tuple(codes))))

    def outcome(self, engine: Engine, case: Case) -> Outcome:
        return self.run(engine, case).step.outcome

    def find(self) -> _Place | None:
        """The first instruction with which the engine fails; None where no body alone makes it fail, or all do.

        It fails in the same way each time: what is cut away may hide one failure and show another.
        """
        function = self._function()
        if function is None:
            return None
        whole = _Place(function, len(self.bodies[function]))
        way = _way(self.outcome(self.engine, self.cut(whole)))

        def fails(number: int) -> bool:
            return way is not None and _way(self.outcome(self.engine, self.cut(whole._replace(number=number)))) == way

        guilty, wrong = flip(range(whole.number + 1), fails)
        return None if guilty is None or wrong is None else whole._replace(number=guilty)

    def _function(self) -> int | None:
        """The first function with whose body the engine fails, those before it being there as well."""

        def fails(count: int) -> bool:
            codes = (*self.module.codes[:count], *self._empty[count:])
            return _way(self.outcome(self.engine, self._of(codes))) is not None

        function, wrong = flip(range(len(self.bodies) + 1), fails)
        return None if wrong is None else function


def _way(outcome: Outcome) -> str | None:
    """How an engine crashes: the end of what it says, without numbers; None where it does not."""
    if not isinstance(outcome, Crashed):
        return None
    return _NUMBERS.sub("#", "\n".join(outcome.message.strip().splitlines()[-_LINES:]))


def _short(body: Sequence[Instr], number: int) -> bytes:
    """The first so many instructions of a body; and what closes the blocks that are open there."""
    open_: list[bool] = [False]  # whether they are an `if` that may need its `else`
    for instr in body[:number]:
        if instr.op in BLOCKS:
            open_.append(instr.op is _IF)
        elif instr.op is ELSE:
            open_[-1] = False
        elif instr.op is END:
            open_.pop()
    closing: list[Instr] = []
    for is_if in reversed(open_):
        closing += [_UNREACHABLE, *([Instr(ELSE), _UNREACHABLE] if is_if else []), Instr(END)]
    return assemble((*body[:number], *closing))


def _cause(trial: _Trial, place: _Place, others: Sequence[Engine]) -> Cause:
    instr = trial.bodies[place.function][place.number]
    case = trial.cut(place._replace(number=place.number + 1))
    outcomes = [(engine.name, trial.outcome(engine, case)) for engine in others]
    return Cause(
        culprit=trial.engine.name,
        effect=Effect.COMPILE,
        function=place.function + trial.module.imported_funcs,
        offset=instr.offset,
        mnemonic=instr.op.name,
        instruction=instr_text(instr),
        occurrence=0,
        operands=(),
        expected="to be compiled",
        actual=describe(trial.outcome(trial.engine, case)),
        certainty=Certainty.OBSERVED,
        right=tuple(name for name, outcome in outcomes if isinstance(outcome, Returned | Trapped)),
        wrong=(trial.engine.name, *(name for name, outcome in outcomes if isinstance(outcome, Crashed))),
    )
