"""Modules whose bodies are cut short, and the first instruction with which something shows.

A body is cut with `unreachable`: at a point, and behind the end of every block around it, so that nothing of what
follows is compiled.  What is left of a valid module is valid, wherever it is cut.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from jit.wasm.body import BLOCKS, ELSE, END, Instr, assemble, parse
from jit.wasm.module import Code, Module
from jit.wasm.opcodes import op

from .search import flip

_UNREACHABLE = Instr(op("unreachable"))
_IF = op("if")

Way = Callable[[Module], object]
"""How a module shows what is looked for; None where it does not."""


class Place(NamedTuple):
    """The instruction of this number in the body of a defined function, counted from the first."""

    function: int
    number: int


class Bodies:
    """The bodies of a module without a start function.  `MalformedError` where one cannot be read."""

    def __init__(self, module: Module) -> None:
        self._module = replace(module, start=None, source=b"")
        self._instrs = [parse(code.body, code.offset) for code in module.codes]
        self._empty = tuple(replace(code, body=_short([], 0)) for code in module.codes)

    @property
    def emptied(self) -> Module:
        """The module without anything in its bodies."""
        return self._of(self._empty)

    def instr(self, place: Place) -> Instr:
        return self._instrs[place.function][place.number]

    def cut(self, place: Place) -> Module:
        """The module with all bodies emptied but one, and that cut short in front of an instruction."""
        codes = list(self._empty)
        kept = self._module.codes[place.function]
        codes[place.function] = replace(kept, body=_short(self._instrs[place.function], place.number))
        return self._of(codes)

    def first(self, way: Way) -> Place | None:
        """The first instruction with which it shows; None where no body alone makes it show, or emptied ones do.

        It shows in the same way each time: what is cut away may hide one thing and show another.
        """
        function = self._function(way)
        if function is None:
            return None
        whole = Place(function, len(self._instrs[function]))
        wanted = way(self.cut(whole))

        def shows(number: int) -> bool:
            return wanted is not None and way(self.cut(whole._replace(number=number))) == wanted

        guilty, wrong = flip(range(whole.number + 1), shows)
        return None if guilty is None or wrong is None else whole._replace(number=guilty)

    def _function(self, way: Way) -> int | None:
        """The first function with whose body it shows, those before it being there as well."""

        def shows(count: int) -> bool:
            return way(self._of((*self._module.codes[:count], *self._empty[count:]))) is not None

        function, wrong = flip(range(len(self._instrs) + 1), shows)
        return None if wrong is None else function

    def _of(self, codes: Sequence[Code]) -> Module:
        return replace(self._module, codes=tuple(codes))


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
