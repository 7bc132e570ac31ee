"""The first instruction that an engine cannot compile, where a module makes it fail before anything runs.

Bodies are cut short with `unreachable`: at a point, and behind the end of every block around it, so that nothing of
what follows is compiled.  What is left of a valid module is valid, wherever it is cut.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from jit.wasm.body import BLOCKS, ELSE, END, Instr, assemble, parse
from jit.wasm.encode import encode
from jit.wasm.module import Module
from jit.wasm.opcodes import op
from jit.wasm.text_body import instr_text
from oracles.protocol import Crashed, Engine

from ..case import Case
from ..compare.differ import Step, describe
from .cause import Cause, Certainty, Effect
from .search import Run, flip

_UNREACHABLE = Instr(op("unreachable"))
_IF = op("if")
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

    def cut(self, place: _Place) -> Case:
        """The case with all bodies emptied but one, and that cut short at a point."""
        codes = [replace(code, body=_short([], 0)) for code in self.module.codes]
        kept = self.module.codes[place.function]
        codes[place.function] = replace(kept, body=_short(self.bodies[place.function], place.number))
        return replace(self.case, wasm=encode(replace(self.module, codes=tuple(codes))))

    def step(self, engine: Engine, place: _Place) -> Step:
        return self.run(engine, self.cut(place)).step

    def crashes(self, place: _Place) -> bool:
        return isinstance(self.step(self.engine, place).outcome, Crashed)

    def find(self) -> _Place | None:
        """The first instruction with which the engine fails; None where no body alone makes it fail, or all do."""
        whole = (_Place(function, len(body)) for function, body in enumerate(self.bodies))
        guilty = next(filter(self.crashes, whole), None)
        if guilty is None:
            return None
        right, _ = flip(range(guilty.number + 1), lambda number: self.crashes(guilty._replace(number=number)))
        return None if right is None else guilty._replace(number=right)


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
    with_it = _Place(place.function, place.number + 1)
    fail = [engine for engine in others if isinstance(trial.step(engine, with_it).outcome, Crashed)]
    return Cause(
        culprit=trial.engine.name,
        effect=Effect.CRASH,
        function=place.function + trial.module.imported_funcs,
        offset=instr.offset,
        mnemonic=instr.op.name,
        instruction=instr_text(instr),
        occurrence=0,
        operands=(),
        expected="to be compiled",
        actual=describe(trial.step(trial.engine, with_it).outcome),
        certainty=Certainty.OBSERVED,
        right=tuple(engine.name for engine in others if engine not in fail),
        wrong=(trial.engine.name, *(engine.name for engine in fail)),
    )
