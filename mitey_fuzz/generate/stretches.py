"""Which stretch of a body computes one value: the typed subtrees of a body, as ranges of its instruction list.

A stretch takes nothing from the stack and leaves exactly one value of a known type, so that it can be replaced by any
other of that type.  Dead code has no stretches.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from jit.wasm.body import BLOCKS, Instr, block_type
from jit.wasm.module import Module
from jit.wasm.opcodes import op
from jit.wasm.types import BY_CODE, ValType

from .candidates import letters

_JUMPS: Final = frozenset(map(op, ("br", "br_table", "return", "unreachable")))
_BRANCHES: Final = frozenset(map(op, ("br", "br_if", "br_table")))
_IF: Final = op("if")
_ELSE: Final = op("else")
_END: Final = op("end")
_RETURN: Final = op("return")
_NOWHERE: Final = -1


class Stretch(NamedTuple):
    """Instructions `start` to `end`, exclusive, push one value of type `letter`.

    `is_closed`: no branch leaves it, nor does a `return`, so that it can stand anywhere.
    """

    start: int
    end: int
    letter: str
    is_closed: bool


class _Frame(NamedTuple):
    """An open block: its results and parameters, the stack below them, and where its operands start."""

    params: str
    results: str
    height: int
    start: int


class _Walk:
    """The stack as types, and where the code that pushed each value starts (`_NOWHERE`: not as a stretch)."""

    def __init__(self, module: Module, type: str, locals: Sequence[ValType]) -> None:
        self.module = module
        self.locals = letters(locals)
        self.stack: list[tuple[str, int]] = []
        self.frames = [_Frame("", type, 0, _NOWHERE)]
        self.dead_since = 0  # how many frames were open when code died, 0 while it lives
        self.found: list[tuple[int, int, str]] = []

    def step(self, at: int, instr: Instr) -> None:
        row = instr.op
        if row is _END or row is _ELSE:
            self._close(at, is_else=row is _ELSE)
        elif row in BLOCKS:
            type = block_type(instr.immediates[0], self.module.types)
            params = letters(type.params)
            start = _NOWHERE if self.dead_since else self._pop(len(params) + (row is _IF), at)
            self.frames.append(_Frame(params, letters(type.results), len(self.stack), start))
            self.stack += [(letter, _NOWHERE) for letter in params]
        elif self.dead_since:
            return
        elif row in _JUMPS:
            self.dead_since = len(self.frames)
        else:
            taken, results = self._signature(instr)
            self._push(self._pop(taken, at), at + 1, results)

    def _pop(self, count: int, at: int) -> int:
        """Where the code of the lowest of these operands starts; `at` where there is none."""
        if not count:
            return at
        taken = self.stack[-count:]
        del self.stack[-count:]
        return _NOWHERE if any(start == _NOWHERE for _, start in taken) else taken[0][1]

    def _push(self, start: int, end: int, results: str) -> None:
        if len(results) == 1 and start != _NOWHERE:
            self.found.append((start, end, results))
            self.stack.append((results, start))
        else:
            self.stack += [(letter, _NOWHERE) for letter in results]

    def _close(self, at: int, *, is_else: bool) -> None:
        frame = self.frames[-1]
        del self.stack[frame.height :]
        if self.dead_since >= len(self.frames):
            self.dead_since = 0  # the block itself was entered alive, or its frame would not be the one that died
        if is_else:
            self.stack += [(letter, _NOWHERE) for letter in frame.params]
            return
        self.frames.pop()
        if not self.dead_since:
            self._push(frame.start, at + 1, frame.results)

    def _signature(self, instr: Instr) -> tuple[int, str]:
        """How many values an instruction takes, and the types of those that it leaves."""
        row = instr.op
        if row.params is not None and row.results is not None:
            return len(row.params), letters(row.results)
        return _BY_RULE[row.name](self, instr.immediates)

    def called(self, index: int, extra: int) -> tuple[int, str]:
        type = self.module.types[index]
        return len(type.params) + extra, letters(type.results)


_Rule = Callable[[_Walk, tuple[int, ...]], tuple[int, str]]

# fmt: off
_BY_RULE: Final[dict[str, _Rule]] = {
    "local.get":     lambda w, imms: (0, w.locals[imms[0]]),
    "local.set":     lambda _w, _imms: (1, ""),
    "local.tee":     lambda w, imms: (1, w.locals[imms[0]]),
    "global.get":    lambda w, imms: (0, w.module.global_types[imms[0]].type.letter),
    "global.set":    lambda _w, _imms: (1, ""),
    "drop":          lambda _w, _imms: (1, ""),
    "br_if":         lambda _w, _imms: (1, ""),  # the values it may carry stay where they are
    "select":        lambda w, _imms: (3, w.stack[-2][0]),
    "select t":      lambda _w, imms: (3, BY_CODE[imms[0]].letter),
    "call":          lambda w, imms: w.called(w.module.func_type_indices[imms[0]], 0),
    "call_indirect": lambda w, imms: w.called(imms[0], 1),
    "ref.null":      lambda _w, imms: (0, BY_CODE[imms[0]].letter),
    "ref.func":      lambda _w, _imms: (0, "r"),
    "ref.is_null":   lambda _w, _imms: (1, "i"),
    "table.get":     lambda w, imms: (1, w.module.table_types[imms[0]].element.letter),
    "table.set":     lambda _w, _imms: (2, ""),
    "table.grow":    lambda _w, _imms: (2, "i"),
    "table.fill":    lambda _w, _imms: (3, ""),
}
"""Values taken and types left by the rows that the table types by rule, jumps and blocks aside."""
# fmt: on


def stretches(module: Module, index: int, instrs: Sequence[Instr]) -> list[Stretch]:
    """The stretches of the `index`-th defined function of a valid module, in order of their ends."""
    type = module.types[module.functions[index]]
    locals = [*type.params, *(t for count, t in module.codes[index].locals for _ in range(count))]
    walk = _Walk(module, letters(type.results), locals)
    for at, instr in enumerate(instrs):
        walk.step(at, instr)
    return [Stretch(start, end, letter, _is_closed(instrs[start:end])) for start, end, letter in walk.found]


def _is_closed(instrs: Sequence[Instr]) -> bool:
    depth = 0
    for instr in instrs:
        row = instr.op
        if row in BLOCKS:
            depth += 1
        elif row is _END:
            depth -= 1
        elif row is _RETURN or (row in _BRANCHES and max(instr.immediates) >= depth):
            return False
    return True
