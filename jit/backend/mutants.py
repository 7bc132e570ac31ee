"""Planted faults: which emitted instruction words to change, read from a TOML file.

A mutant is a bug at the level of machine code, so that it means the same whichever back end emitted the word.  This
module reads mutants and rewrites code; it decides nothing about when that happens: whoever loads code calls `apply` on
each piece in the order of loading, with one `Counter` for all of it.

    [[mutant]]
    id = "asr-becomes-lsr"
    why = "sign lost in shr_s"
    mask = 0x7fe0fc00            # a word w is hit when w & mask == match and every condition holds
    match = 0x1ac02800
    xor = 0x00000c00             # it becomes w ^ xor
    backend = ["minimal"]        # optional: only code of these back ends
    every = 2                    # optional: only the 2nd, 4th, ... hit
    where = [["rd", "==", "rn"]] # optional: fields compared with == != < > to a field or a number
"""

import json
import operator
import sys
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeGuard

from . import fault_file


class MutantError(ValueError):
    """A mutant file or reference that cannot be used; the message names the place and the remedy."""


@dataclass(frozen=True, slots=True)
class BitField:
    """Bits of a word: `width` of them from `low` upwards, unsigned."""

    low: int
    width: int

    def of(self, word: int) -> int:
        return word >> self.low & (1 << self.width) - 1

    def __str__(self) -> str:
        return f"[{self.low}, {self.width}]"


# fmt: off
FIELDS = {
    "rd":    BitField(0, 5),
    "rn":    BitField(5, 5),
    "rm":    BitField(16, 5),
    "ra":    BitField(10, 5),
    "imm12": BitField(10, 12),
    "imm19": BitField(5, 19),
    "sf":    BitField(31, 1),
}
"""The fields that conditions know by name, where most encodings have them."""
# fmt: on

_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of a field with a field or a number, unsigned."""

    left: BitField
    comparison: str
    right: BitField | int

    def holds(self, word: int) -> bool:
        right = self.right if isinstance(self.right, int) else self.right.of(word)
        return _COMPARISONS[self.comparison](self.left.of(word), right)

    def __str__(self) -> str:
        return f'[{self.left}, "{self.comparison}", {self.right}]'


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault; the fields are those of the file.  An empty `backend` means all."""

    id: str
    why: str
    mask: int
    match: int
    xor: int
    backend: tuple[str, ...] = ()
    every: int = 1
    where: tuple[Condition, ...] = ()

    def concerns(self, backend: str) -> bool:
        """Whether the fault is planted in this back end's code."""
        return not self.backend or backend in self.backend

    def hits(self, word: int) -> bool:
        """Whether the word is one of those this fault is about, `every` aside."""
        return word & self.mask == self.match and all(condition.holds(word) for condition in self.where)


@dataclass(slots=True)
class Counter:
    """What a mutant did in everything loaded so far: `hits`, which `every` counts by, and words `changed`."""

    hits: int = 0
    changed: int = 0


def apply(mutant: Mutant, code: bytes, data: Iterable[tuple[int, int]], counter: Counter) -> bytes:
    """The code with the fault planted; advances `counter`.

    `data` are the byte ranges of the code that are not instructions; no word that touches one is looked at.
    """
    words = array("I", code)
    if sys.byteorder == "big":
        words.byteswap()
    inline = {at for start, end in data for at in range(start >> 2, -(-end >> 2))}
    mask, match = mutant.mask, mutant.match
    for at, word in enumerate(words):
        if word & mask == match and at not in inline and mutant.hits(word):
            counter.hits += 1
            if counter.hits % mutant.every == 0:
                words[at] = word ^ mutant.xor
                counter.changed += 1
    if sys.byteorder == "big":
        words.byteswap()
    return words.tobytes()


def parse(reference: str) -> Mutant:
    """The mutant that `FILE.toml#ID` names.  Raises `MutantError`."""
    path, hash_, id_ = reference.rpartition("#")
    if not hash_ or not path or not id_:
        raise MutantError(f"{reference!r} names no mutant: write FILE.toml#ID")
    mutants = load(Path(path))
    if id_ not in mutants:
        known = ", ".join(mutants) or "none"
        raise MutantError(f"{path} has no mutant {id_!r}: it has {known}")
    return mutants[id_]


def load(path: Path) -> dict[str, Mutant]:
    """The mutants of a file by id, in the file's order.  Raises `MutantError`."""
    return loads(fault_file.read(path, MutantError), str(path))


def loads(text: str, source: str) -> dict[str, Mutant]:
    """The mutants of a TOML text by id, in its order; `source` is what errors call it.  Raises `MutantError`."""
    mutants: dict[str, Mutant] = {}
    for place, row in fault_file.tables(text, source, "mutant", MutantError):
        mutant = _Reader(place, row).mutant()
        if mutant.id in mutants:
            raise MutantError(f"{place}: id {mutant.id!r} is taken; ids are unique in a file")
        mutants[mutant.id] = mutant
    return mutants


def dumps(mutant: Mutant) -> str:
    """The mutant alone as a TOML text, from which `loads` makes an equal one."""
    lines = ["[[mutant]]", f"id = {_quoted(mutant.id)}", f"why = {_quoted(mutant.why)}"]
    lines += [f"{key} = {word:#010x}" for key, word in _words(mutant)]
    if mutant.backend:
        lines.append(f"backend = [{', '.join(map(_quoted, mutant.backend))}]")
    if mutant.every != 1:
        lines.append(f"every = {mutant.every}")
    if mutant.where:
        lines.append(f"where = [{', '.join(map(str, mutant.where))}]")
    return "\n".join(lines) + "\n"


def _words(mutant: Mutant) -> tuple[tuple[str, int], ...]:
    return ("mask", mutant.mask), ("match", mutant.match), ("xor", mutant.xor)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one table; every refusal names `place` and the key."""

    place: str
    row: dict[str, object]

    def mutant(self) -> Mutant:
        known = Mutant.__dataclass_fields__
        for key in self.row:
            if key not in known:
                self._refuse(key, f"is no key of a mutant; the keys are {', '.join(known)}")
        mask, match, xor = self._word("mask"), self._word("match"), self._word("xor")
        if match & ~mask:
            self._refuse("match", f"has bits outside the mask ({match & ~mask:#010x}), so no word is ever hit")
        if xor == 0:
            self._refuse("xor", "is 0, which changes nothing; give the bits to flip")
        return Mutant(
            self._text("id"), self._text("why"), mask, match, xor, self._backends(), self._every(), self._where()
        )

    def _refuse(self, key: str, complaint: str) -> NoReturn:
        raise MutantError(f"{self.place}: {key!r} {complaint}")

    def _required(self, key: str) -> object:
        if key not in self.row:
            self._refuse(key, "is missing; every mutant has id, why, mask, match and xor")
        return self.row[key]

    def _text(self, key: str) -> str:
        value = self._required(key)
        if not isinstance(value, str) or not value:
            self._refuse(key, f"is {value!r}; give a string that is not empty")
        return value

    def _word(self, key: str) -> int:
        value = self._required(key)
        if not _is_integer(value) or not 0 <= value <= 0xFFFF_FFFF:
            self._refuse(key, f"is {value!r}; give a word, 0 to 0xffffffff")
        return value

    def _every(self) -> int:
        value = self.row.get("every", 1)
        if not _is_integer(value) or value < 1:
            self._refuse("every", f"is {value!r}; give an integer from 1")
        return value

    def _backends(self) -> tuple[str, ...]:
        names = self.row.get("backend")
        if names is None:
            return ()
        if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
            self._refuse("backend", f"is {names!r}; give a list of names, or leave it out for all back ends")
        return tuple(names)

    def _where(self) -> tuple[Condition, ...]:
        conditions = self.row.get("where", [])
        if not isinstance(conditions, list):
            self._refuse("where", f"is {conditions!r}; give a list of conditions")
        return tuple(self._condition(condition) for condition in conditions)

    def _condition(self, value: object) -> Condition:
        if not isinstance(value, list) or len(value) != 3:
            self._refuse("where", f'has {value!r}; write [field, comparison, field or number], as ["rd", "==", "rn"]')
        left, comparison, right = value
        if not isinstance(comparison, str) or comparison not in _COMPARISONS:
            self._refuse("where", f"compares with {comparison!r}; compare with {' '.join(_COMPARISONS)}")
        return Condition(self._field(left), comparison, right if _is_integer(right) else self._field(right))

    def _field(self, value: object) -> BitField:
        if isinstance(value, str) and value in FIELDS:
            return FIELDS[value]
        if not isinstance(value, list) or len(value) != 2 or not all(map(_is_integer, value)):
            self._refuse("where", f"has field {value!r}; fields are {', '.join(FIELDS)} and [low, width]")
        low, width = value
        if low < 0 or width < 1 or low + width > 32:
            self._refuse("where", f"has field [{low}, {width}], which is not within a word; give bits 0 to 31")
        return BitField(low, width)


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
