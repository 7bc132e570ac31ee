"""The frame of a binary module: sections, their entries, the pieces of bodies; what is in them stays opaque.

This is for modules with more in them than our decoder knows, so nothing here refuses anything: where an entry cannot
be told from the next, it and all behind it are the `rest` of their section, and what is no section is the rest of the
module.  Joining what was split gives the same module; lengths are written anew, in their shortest form.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from jit.errors import WasmError
from jit.wasm import body, sections, writer
from jit.wasm.encode import PREAMBLE
from jit.wasm.opcodes import BY_NAME
from jit.wasm.reader import Reader

CUSTOM = 0
_DATA_COUNT = 12
_LEAST_NO_SECTION = 0x80
"""Ids of sections are a byte, and proposals count up from 12."""
_ADDS_UP = (
    sections.TYPES,
    sections.IMPORTS,
    sections.FUNCTIONS,
    sections.TABLES,
    sections.MEMORIES,
    sections.GLOBALS,
    sections.EXPORTS,
    sections.ELEMS,
    sections.DATAS,
)
_SKIPS: dict[int, Callable[[Reader], object]] = {section.number: section.item for section in _ADDS_UP} | {
    sections.CODES.number: lambda reader: reader.take(reader.length())
}
"""How to get behind an entry of each section that is a vector; of code, the size alone says."""


@dataclass(frozen=True, slots=True)
class Section:
    """`entries` are those that can be told apart, `more` is how many others the `rest` holds.

    Where the section is no vector, both are nothing and `is_vector` is false.
    """

    number: int
    entries: tuple[bytes, ...]
    rest: bytes
    more: int = 0
    is_vector: bool = True

    def joined(self) -> bytes:
        """The section's bytes."""
        count = writer.u32(len(self.entries) + self.more) if self.is_vector else b""
        return writer.section(self.number, (count, *self.entries, self.rest))


@dataclass(frozen=True, slots=True)
class Frame:
    """`rest` is behind all sections."""

    preamble: bytes
    sections: tuple[Section, ...]
    rest: bytes

    def joined(self) -> bytes:
        """The module's bytes."""
        return b"".join((self.preamble, *(section.joined() for section in self.sections), self.rest))

    def with_entries(self, number: int, entries: tuple[bytes, ...]) -> "Frame":
        """With other entries in the sections of this id, which go where nothing is left; the data count follows."""
        changed = [replace(s, entries=entries) if s.number == number else s for s in self.sections]
        if number == sections.DATAS.number:
            counts = [writer.u32(len(s.entries) + s.more) for s in changed if s.number == number]
            changed = [replace(s, rest=counts[0]) if s.number == _DATA_COUNT and counts else s for s in changed]
        return replace(self, sections=tuple(s for s in changed if s.number != number or s.entries or s.rest))


def split(wasm: bytes) -> Frame:
    """The frame of bytes; without a preamble they are no sections and a rest."""
    if not wasm.startswith(PREAMBLE):
        return Frame(b"", (), wasm)
    found: list[Section] = []
    reader = Reader(wasm)
    end = reader.pos = len(PREAMBLE)
    with suppress(WasmError):
        while end < len(wasm) and wasm[end] < _LEAST_NO_SECTION:
            number = reader.byte()
            found.append(_section(number, reader.take(reader.length())))
            end = reader.pos
    return Frame(PREAMBLE, tuple(found), wasm[end:])


def _section(number: int, content: bytes) -> Section:
    skip = _SKIPS.get(number)
    reader = Reader(content)
    entries: list[bytes] = []
    count = end = 0
    with suppress(WasmError):
        if skip is not None:
            count = reader.u32()
            end = reader.pos
            while len(entries) < count:
                skip(reader)
                entries.append(content[end : reader.pos])
                end = reader.pos
    if end == 0:
        return Section(number, (), content, is_vector=False)
    return Section(number, tuple(entries), content[end:], count - len(entries))


@dataclass(frozen=True, slots=True)
class Body:
    """An entry of the code section: runs of locals, and code in pieces.

    A piece is an instruction where it is one that we know, and otherwise a byte.  What runs of locals we do not know
    are the first pieces; `more` is how many.
    """

    locals: tuple[bytes, ...]
    pieces: tuple[bytes, ...]
    more: int = 0

    def joined(self) -> bytes:
        """The entry's bytes."""
        return writer.sized(b"".join((writer.u32(len(self.locals) + self.more), *self.locals, *self.pieces)))


EMPTY = Body((), (body.assemble((body.Instr(BY_NAME["unreachable"]),)), body.assemble((body.Instr(body.END),))))
"""A body for a function of any type."""


def taken_apart(entry: bytes) -> Body:
    """The body that is an entry of the code section."""
    sized = Reader(entry)
    reader = Reader(sized.take(sized.length()))
    runs: list[bytes] = []
    count = end = 0
    with suppress(WasmError):
        count = reader.u32()
        end = reader.pos
        while len(runs) < count:
            reader.u32()
            reader.valtype()
            runs.append(reader.data[end : reader.pos])
            end = reader.pos
    reader.pos = end
    return Body(tuple(runs), tuple(_pieces(reader)), count - len(runs))


def _pieces(reader: Reader) -> Iterator[bytes]:
    while (start := reader.pos) < len(reader.data):
        try:
            body.read(reader)
        except WasmError:
            reader.pos = start + 1
        yield reader.data[start : reader.pos]
