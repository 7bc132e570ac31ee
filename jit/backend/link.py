"""The linker: many pieces of compiled code become one image at a known address.

It decides where each piece lies and closes the open ends: a relocation is a BL or B whose 26-bit displacement depends
on the distance to another function of the same module, or to runtime code that is already loaded.  Imported functions
are no relocations: they are called through FuncRefs.  Mutants (see `mutants`) change words before relocation, so what
they hit does not depend on addresses; inline data is left alone.

An image answers what a stopped program counter means: which piece, which trap, which wasm instruction.
"""

import sys
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from ..wasm.types import TrapKind
from .code import Compiled, Symbol
from .mutants import Counter, Mutant, apply

ALIGN: Final = 16
"""Pieces start at multiples of this; the gap is filled with `udf #0`, which is no trap of ours."""
_REACH: Final = 1 << 27
"""B and BL reach 128 MiB either way (Arm: "BL", "B")."""
_BRANCH_MASK: Final = 0x7C000000  # B and BL, whatever the displacement
_BRANCH_BITS: Final = 0x14000000
_IMM26: Final = (1 << 26) - 1


@dataclass(frozen=True, slots=True)
class Piece:
    """One function or piece of runtime code as loaded: `code` is mutated and relocated, `start` its address."""

    symbol: Symbol
    start: int
    code: bytes
    compiled: Compiled

    @property
    def end(self) -> int:
        return self.start + len(self.code)

    @property
    def entry(self) -> int:
        """Address of the entry in the stack convention."""
        return self.start + self.compiled.entry

    @property
    def fast(self) -> int:
        """Address of the entry in the back end's own register convention; 0 when there is none."""
        return 0 if self.compiled.fast is None else self.start + self.compiled.fast


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Code that belongs to one wasm instruction, or to none: prologues, cold paths of runtime code."""

    address: int
    code: bytes
    wasm_offset: int | None
    is_data: bool


@dataclass(frozen=True, slots=True)
class Image:
    """Linked code at `base`; the tables are over absolute addresses.  `changed` words of it a mutant changed."""

    base: int
    code: bytes
    pieces: tuple[Piece, ...]
    entries: Mapping[Symbol, int]
    starts: tuple[int, ...] = field(repr=False)
    changed: int = 0

    @property
    def end(self) -> int:
        return self.base + len(self.code)

    def piece(self, pc: int) -> Piece | None:
        """The piece whose code holds `pc`; None between pieces and outside the image."""
        index = bisect_right(self.starts, pc) - 1
        if index < 0:
            return None
        piece = self.pieces[index]
        return piece if pc < piece.end else None

    def trap_site(self, pc: int) -> TrapKind | None:
        """The trap that a memory access at `pc` is when it faults."""
        piece = self.piece(pc)
        if piece is None:
            return None
        sites = piece.compiled.traps
        offset = pc - piece.start
        index = bisect_right(sites, offset, key=_offset) - 1
        return sites[index][1] if index >= 0 and sites[index][0] == offset else None

    def word(self, pc: int) -> int | None:
        """The instruction word at `pc`; None where there is none."""
        offset = pc - self.base
        if offset & 3 or not 0 <= offset < len(self.code):
            return None
        return int.from_bytes(self.code[offset : offset + 4], "little")

    def wasm_offset(self, pc: int) -> int | None:
        """Byte offset in the module of the wasm instruction that the code at `pc` belongs to."""
        piece = self.piece(pc)
        if piece is None:
            return None
        origins = piece.compiled.origins
        index = bisect_right(origins, pc - piece.start, key=_offset) - 1
        return origins[index][1] if index >= 0 else None

    def ranges(self, symbol: Symbol) -> tuple[CodeRange, ...]:
        """The code of one piece in address order, cut wherever the wasm instruction or its being data changes.

        `KeyError` when the image has no such piece.
        """
        piece = next((p for p in self.pieces if p.symbol == symbol), None)
        if piece is None:
            raise KeyError(symbol)
        compiled, size = piece.compiled, len(piece.code)
        cuts = {0, size}
        cuts.update(offset for offset, _ in compiled.origins)
        cuts.update(edge for span in compiled.data for edge in span)
        edges = sorted(cut for cut in cuts if cut <= size)
        return tuple(
            CodeRange(
                piece.start + start,
                piece.code[start:end],
                self.wasm_offset(piece.start + start),
                any(lo <= start < hi for lo, hi in compiled.data),
            )
            for start, end in pairwise(edges)
        )


def _offset(entry: tuple[int, object]) -> int:
    return entry[0]


def _aligned(size: int) -> int:
    return -(-size // ALIGN) * ALIGN


def measure(pieces: Sequence[tuple[Symbol, Compiled]]) -> int:
    """Bytes that the image of these pieces takes."""
    return sum(_aligned(len(compiled.code)) for _, compiled in pieces)


def link(
    pieces: Sequence[tuple[Symbol, Compiled]],
    base: int,
    externals: Mapping[Symbol, int],
    mutants: Sequence[Mutant] = (),
) -> Image:
    """Lays the pieces out at `base` and resolves their relocations; `externals` are addresses of runtime code.

    Every image counts a mutant's hits (`every`) from the beginning, so that a module is always mutated alike.
    A relocation that cannot be resolved is a bug of the back end: `AssertionError` says which.
    """
    starts: list[int] = []
    entries = dict(externals)
    address = base
    for symbol, compiled in pieces:
        assert symbol not in entries, f"two pieces are called {symbol!r}"
        assert len(compiled.code) % 4 == 0, f"{symbol!r} ends within a word"
        starts.append(address)
        entries[symbol] = address + compiled.entry
        address += _aligned(len(compiled.code))
    image = bytearray(address - base)
    counters = [Counter() for _ in mutants]
    linked = []
    for (symbol, compiled), start in zip(pieces, starts, strict=True):
        code = compiled.code
        for mutant, counter in zip(mutants, counters, strict=True):
            code = apply(mutant, code, compiled.data, counter)
        if compiled.relocs:
            code = _relocate(symbol, compiled, code, start, entries)
        image[start - base : start - base + len(code)] = code
        linked.append(Piece(symbol, start, code, compiled))
    own = {symbol: entries[symbol] for symbol, _ in pieces}
    return Image(base, bytes(image), tuple(linked), own, tuple(starts), sum(counter.changed for counter in counters))


def _relocate(symbol: Symbol, compiled: Compiled, mutated: bytes, start: int, entries: Mapping[Symbol, int]) -> bytes:
    """Adds each target's displacement to the imm26 of its branch word.

    Added, not written, so that a mutant which changed the displacement shows; a word that a mutant made into another
    instruction has no displacement any more and stays as it is.
    """
    words = array(
        "I", mutated
    )  # FAST: 0.5 µs a relocation, of which minimal code has one an instruction; slicing bytes 1.4
    if sys.byteorder == "big":
        words.byteswap()
    is_mutated = mutated != compiled.code
    for offset, target in compiled.relocs:
        assert target in entries, f"{symbol!r}+{offset:#x}: nothing is called {target!r}"
        distance = entries[target] - start - offset
        assert -_REACH <= distance < _REACH, f"{symbol!r}+{offset:#x}: {target!r} is {distance:#x} away, out of reach"
        word = words[offset >> 2]
        if word & _BRANCH_MASK == _BRANCH_BITS:
            words[offset >> 2] = word & ~_IMM26 | (word + (distance >> 2)) & _IMM26
        else:
            assert is_mutated, f"{symbol!r}+{offset:#x}: {word:#010x} is no B or BL"
    if sys.byteorder == "big":
        words.byteswap()
    return words.tobytes()
