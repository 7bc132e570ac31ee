"""Code so long that branches across it reach as far as their encodings do, and a little further.

What lies between is the table of a `br_table`, which costs nothing to run, wherever a body's instructions meet: the
blocks around it are those whose branches become long, and one more with a condition of its own.  Arm: "TBZ" reaches
32 KiB, "B.cond" and "CBZ" 1 MiB.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from jit.wasm.body import BLOCKS, Instr, assemble, instruction, parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Module
from jit.wasm.opcodes import op
from jit.wasm.types import I32, ValType

from ..choices import Choices
from .candidates import letters
from .emit import BLOCK, BLOCK_TYPES, ELSE, END, IF, LOOP, i32_const, i64_const, plain

ONE_IN: Final = 150
"""Every so many generated cases have a body that is stretched."""
FAR_ONE_IN: Final = 20
"""Every so many of these by tables of 1 MiB, which take thirty times as long as those of 32 KiB."""
_LONGEST: Final = 65_520
"""Labels of one `br_table`, the limit of other engines."""
_NEAR: Final = (8_050, 8_300)
_FAR: Final = (262_000, 262_300)
"""Words of code to put between: what the two kinds of branches reach, give or take."""


Globals = Mapping[str, Sequence[int]]
"""Indices of globals that may be written, by the letter of their type."""


def some_stretched(choices: Choices, wasm: bytes, globals: Globals) -> bytes:
    """The module as it is; or rarely, with one of its bodies stretched."""
    if choices.integer(0, ONE_IN - 1) < ONE_IN - 1:
        return wasm
    is_far = choices.integer(0, FAR_ONE_IN - 1) == FAR_ONE_IN - 1
    words = choices.integer(*(_FAR if is_far else _NEAR))
    return encode(stretched(choices, decode(wasm, WASM_2), words, globals))


def stretched(choices: Choices, module: Module, words: int, globals: Globals) -> Module:
    """The module with so many labels of tables in one body: in its first half, or inside of some block of it."""
    index = choices.integer(0, len(module.codes) - 1)
    code = module.codes[index]
    instrs = parse(code.body)
    places = (choices.integer(0, 1) and _inside(instrs)) or range(1 + len(instrs) // 2)
    at = places[choices.integer(0, len(places) - 1)]
    locals = [*module.types[module.functions[index]].params, *(t for count, t in code.locals for _ in range(count))]
    long = _Long(choices, locals, words, globals)
    body = assemble(instrs[:at]) + long.code() + assemble(instrs[at:])
    changed = Code((*code.locals, (1, I32)), body)
    return replace(module, codes=(*module.codes[:index], changed, *module.codes[index + 1 :]), source=b"")


def _inside(instrs: Sequence[Instr]) -> list[int]:
    """Before which instructions some block is open."""
    places = []
    depth = 0
    for at, instr in enumerate(instrs):
        if depth:
            places.append(at)
        depth += (instr.op in BLOCKS) - (instr.op is _END)
    return places


_END: Final = op("end")
_BR_IF: Final = instruction(op("br_if"), 0)
_OPEN: Final = BLOCK + BLOCK_TYPES[""]
_EQZ: Final = {"i": plain("i32.eqz"), "l": plain("i64.eqz")}
_CONST: Final = {"i": i32_const, "l": i64_const}
_NAMES: Final = {"i": "i32", "l": "i64"}
_STEPS: Final = {
    "i": i32_const(1) + plain("i32.add"), "l": i64_const(1) + plain("i64.add"),
    "f": plain("f32.neg"), "d": plain("f64.neg"),
}  # fmt: skip
"""What changes a number."""
_AGAIN: Final = 4
"""While this bit of the counter is clear, a loop goes on."""


class _Long:
    """Long code: tables, a branch over or around them, and something that shows whether it was taken."""

    def __init__(self, choices: Choices, locals: Sequence[ValType], words: int, globals: Globals) -> None:
        self._globals = [(letter, at) for letter in _STEPS for at in globals.get(letter, ())]
        self._choices = choices
        self._letters = letters(locals)
        self._counter = len(locals)
        self._words = words

    def code(self) -> bytes:
        shapes: tuple[Callable[[], bytes], ...] = (self._tables, self._over, self._over, self._arms, self._around)
        return shapes[self._choices.integer(0, len(shapes) - 1)]()

    def _over(self) -> bytes:
        return _OPEN + self._condition() + _BR_IF + self._effect() + self._tables() + END

    def _arms(self) -> bytes:
        both = ELSE + self._tables() + self._effect() if self._words < _LONGEST else b""
        return self._condition() + IF + BLOCK_TYPES[""] + self._tables() + self._effect() + both + END

    def _around(self) -> bytes:
        """Runs a few times, since tables count."""
        again = self._get(self._counter) + i32_const(_AGAIN) + plain("i32.and") + _EQZ["i"] + _BR_IF
        return LOOP + BLOCK_TYPES[""] + self._tables() + self._effect() + again + END

    def _tables(self) -> bytes:
        return b"".join([self._table(min(_LONGEST, self._words - at)) for at in range(0, self._words, _LONGEST)])

    def _table(self, labels: int) -> bytes:
        """Two blocks and a `br_table` in them that leaves one or both, by a local that counts how often it ran."""
        index = self._get(self._counter) + _STEPS["i"] + instruction(op("local.tee"), self._counter)
        return _OPEN * 2 + index + instruction(op("br_table"), *(at & 1 for at in range(labels))) + END * 2

    def _effect(self) -> bytes:
        """Changes a global, if one may be written: locals may be counters, which nobody else writes."""
        if not self._globals:
            return b""
        letter, at = self._globals[self._choices.integer(0, len(self._globals) - 1)]
        return instruction(op("global.get"), at) + _STEPS[letter] + instruction(op("global.set"), at)

    def _condition(self) -> bytes:
        """A bit or the sign of an integer, whether it is zero, or how it compares; negated half of the time.

        Longer ways than a bit's test reaches are for comparisons mostly.
        """
        integers = [at for at, letter in enumerate(self._letters) if letter in _CONST]
        local = integers[self._choices.integer(0, len(integers) - 1)] if integers else self._counter
        letter = self._letters[local] if integers else "i"
        number, name = _CONST[letter], _NAMES[letter]
        which = self._choices.integer(0, 5 if self._words < _NEAR[1] else 8)
        if which < 2:
            bit = self._choices.integer(0, 31 if letter == "i" else 63)
            test = number(1 << bit) + plain(f"{name}.and") + (b"" if letter == "i" else _EQZ["l"])
        elif which < 4:
            test = number(0) + plain(f"{name}.lt_s")
        elif which in (4, 6):
            test = _EQZ[letter]
        else:
            test = number(self._choices.integer(0, 9)) + plain(f"{name}.gt_u")
        return self._get(local) + test + (_EQZ["i"] if self._choices.integer(0, 1) else b"")

    @staticmethod
    def _get(local: int) -> bytes:
        return instruction(op("local.get"), local)
