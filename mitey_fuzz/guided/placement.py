"""Mutations that aim at cells: the same computation with its values elsewhere, so that valid modules stay valid.

Each takes a stretch of a body, which computes one value, and puts code around it: registers that are taken meanwhile, a
comparison that is pending meanwhile, a value that is needed twice, a value that has to go to its slot.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from jit.wasm.body import BLOCK, ELSE, EMPTY, END, IF, Instr, assemble, block_code, parse
from jit.wasm.features import Features
from jit.wasm.module import Code, Module
from jit.wasm.opcodes import ROWS, Op, op
from jit.wasm.types import BY_LETTER, I32, ValType

from ..choices import Choices
from ..generate.stretches import Stretch, stretches

MOST_PLACED = 4
LONGEST = 200
"""Instructions of a stretch that something is put around."""

LEAST_CROWD, MOST_CROWD = 2, 24
"""Values that are kept in registers meanwhile: compilers have 13 to 22 for them, of either kind."""

FAR = 40
"""Locals before one that is to have no register."""

_GET, _SET, _TEE = map(op, ("local.get", "local.set", "local.tee"))
_TEST = op("i32.eqz")
_FRESH = {"i": "i32.clz", "l": "i64.clz", "f": "f32.abs", "d": "f64.abs", "v": "v128.not"}
"""By type, what makes a value of its own of a local's."""


def place(choices: Choices, module: Module, features: Features) -> Module:
    """The module with some of its values put elsewhere; unchanged where it has none."""
    for _ in range(choices.integer(1, MOST_PLACED) if module.codes else 0):
        module = _place(choices, module, choices.integer(0, len(module.codes) - 1), features)
    return module


def _place(choices: Choices, module: Module, function: int, features: Features) -> Module:
    code = module.codes[function]
    body = parse(code.body)
    found = [s for s in stretches(module, function, body) if s.end - s.start <= LONGEST]
    if not found:
        return module
    stretch = found[choices.integer(0, len(found) - 1)]
    around = _Around(choices, module, function, stretch, features)
    before, behind = _KINDS[choices.integer(0, len(_KINDS) - 1)](around)
    body[stretch.end : stretch.end] = behind
    body[stretch.start : stretch.start] = before
    codes = list(module.codes)
    codes[function] = Code((*code.locals, *around.added), assemble(body))
    return replace(module, codes=tuple(codes), source=b"")


class _Around:
    """A stretch that something is to be put around, and the locals that this takes."""

    def __init__(self, choices: Choices, module: Module, function: int, stretch: Stretch, features: Features) -> None:
        self.draw = choices.integer
        self.letter = stretch.letter
        self.type = BY_LETTER[stretch.letter]
        self.features = features
        self.added: list[tuple[int, ValType]] = []
        type = module.types[module.functions[function]]
        self._locals = len(type.params) + sum(count for count, _ in module.codes[function].locals)

    def local(self, type: ValType) -> int:
        """A new local, near or far."""
        count = FAR if self.draw(0, 2) == 0 else 1
        self.added.append((count, type))
        self._locals += count
        return self._locals - 1


_Code = Sequence[Instr]


def _crowd(a: _Around) -> tuple[_Code, _Code]:
    """Values in registers below the stretch, which are joined with what it gives."""
    rows = _joining(a.letter, a.features)
    if a.letter not in _FRESH or not rows:
        return _pend(a)
    local, count = a.local(a.type), a.draw(LEAST_CROWD, MOST_CROWD)
    joined = Instr(rows[a.draw(0, len(rows) - 1)])
    return [Instr(_GET, (local,)), Instr(op(_FRESH[a.letter]))] * count, [joined] * count


def _pend(a: _Around) -> tuple[_Code, _Code]:
    """A comparison below the stretch, which then decides between two equal values."""
    tested, kept = a.local(I32), a.local(a.type)
    either = Instr(_GET, (kept,))
    behind = [Instr(_SET, (kept,)), Instr(IF, (block_code(a.type),)), either, Instr(ELSE), either, Instr(END)]
    return [Instr(_GET, (tested,)), Instr(_TEST)], behind


def _double(a: _Around) -> tuple[_Code, _Code]:
    """What the stretch gives, joined with itself."""
    rows = _joining(a.letter, a.features)
    if not rows:
        return _spill(a)
    local = a.local(a.type)
    return [], [Instr(_TEE, (local,)), Instr(_GET, (local,)), Instr(rows[a.draw(0, len(rows) - 1)])]


def _spill(_a: _Around) -> tuple[_Code, _Code]:
    """An empty block behind the stretch: where control may join, values lie in their slots."""
    return [], [Instr(BLOCK, (EMPTY,)), Instr(END)]


_KINDS: tuple[Callable[[_Around], tuple[_Code, _Code]], ...] = (_crowd, _crowd, _pend, _pend, _double, _spill)


@cache
def _joining(letter: str, features: Features) -> tuple[Op, ...]:
    """Rows that make one value of a type of two of it, and do not trap."""
    kind = BY_LETTER[letter]
    return tuple(
        row
        for row in ROWS
        if (row.params, row.results) == ((kind, kind), (kind,))
        and not row.immediates
        and not row.traps
        and features.has(row.feature)
    )
