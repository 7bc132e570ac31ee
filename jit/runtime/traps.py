"""What it means when machine code stops: a trap of the specification, or a failure of ours.

Traps are recognised strictly, so that a miscompiled access never passes for one: a `udf` must name a trap; a fault at
a listed memory access must lie in a linear memory's reservation; any other access may fault only in the guards of the
value stack and the machine stack, which is exhaustion.  Everything else is a `WildFault`.
"""

import math
from bisect import bisect_right, insort
from dataclasses import dataclass, field

from ..a64.listing import disassemble
from ..abi import udf_kind
from ..backend.link import Image, Piece
from ..errors import Trap
from ..host.base import Faulted, FaultKind, Host
from ..wasm.types import TrapKind

NULL_PAGE = 1 << 16
"""Below this address lies nothing: where loads through a null reference fault."""
_AROUND = 4
"""Instructions shown before and after the one that failed."""


class WildFault(AssertionError):
    """Generated code did what no trap is: the JIT has a bug.  The message is a report of the place."""


class OutOfTime(Exception):
    """The time or the work allowed for a call ran out, or a signal ended it."""

    def __init__(self, seconds: float, instructions: int | None) -> None:
        """`seconds` is infinite where time has no bound, `instructions` None where work has none."""
        bounds = [] if math.isinf(seconds) else [f"{seconds:g} s"]
        if instructions is not None:
            bounds.append(f"{instructions} machine instructions")
        super().__init__(f"not finished within {' and '.join(bounds)}" if bounds else "ended by a signal")
        self.seconds = seconds


@dataclass(slots=True)
class AddressMap:
    """What the addresses of one host mean: which image holds a pc, what a data address belongs to."""

    host: Host
    value_guard: range
    memory_span: int
    memories: set[int] = field(default_factory=set)
    _images: list[Image] = field(default_factory=list)

    def add(self, image: Image) -> None:
        insort(self._images, image, key=_base)

    def remove(self, image: Image) -> None:
        self._images.remove(image)

    def image(self, pc: int) -> Image | None:
        """The image that holds `pc`."""
        index = bisect_right(self._images, pc, key=_base) - 1
        return self._images[index] if index >= 0 and pc < self._images[index].end else None

    def explain(self, fault: Faulted) -> Trap | WildFault:
        """The trap that a fault is, or the report that it is none."""
        kind = self._kind(fault)
        if kind is None:
            return WildFault(self._report(fault))
        function, offset = self._place(fault)
        return Trap(kind, function, offset)

    def _kind(self, fault: Faulted) -> TrapKind | None:
        is_access = fault.kind in (FaultKind.LOAD, FaultKind.STORE)
        if is_access and (fault.address in self.value_guard or self.host.is_stack_guard(fault.address)):
            return TrapKind.EXHAUSTED  # also in the host's own code, when it saves registers for a host call
        image = self.image(fault.pc)
        if image is None:
            return None
        if fault.kind is FaultKind.UNDEFINED:
            word = image.word(fault.pc)
            return udf_kind(word) if word is not None and word >> 16 == 0 else None
        site = image.trap_site(fault.pc) if is_access else None
        if site is TrapKind.OOB_MEMORY:
            return site if self._in_memory(fault.address) else None
        return site if fault.address < NULL_PAGE else None

    def _in_memory(self, address: int) -> bool:
        return any(base <= address < base + self.memory_span for base in self.memories)

    def _place(self, fault: Faulted) -> tuple[int | None, int | None]:
        """Function index and wasm offset; runtime code was called from just before x30."""
        for pc in (fault.pc, fault.link - 4):
            image = self.image(pc)
            piece = None if image is None else image.piece(pc)
            if image is not None and piece is not None and isinstance(piece.symbol, int):
                return piece.symbol, image.wasm_offset(pc)
        return None, None

    def _report(self, fault: Faulted) -> str:
        lines = [f"wild fault: {fault.kind.name} at pc {fault.pc:#x}, address {fault.address:#x}, x30 {fault.link:#x}"]
        for title, pc in (("at", fault.pc), ("called from", fault.link - 4)):
            image = self.image(pc)
            piece = None if image is None else image.piece(pc)
            if image is not None and piece is not None:
                offset = image.wasm_offset(pc)
                wasm = "" if offset is None else f", wasm offset {offset:#x}"
                lines.append(f"{title} {_title(piece)}+{pc - piece.start:#x}{wasm}:")
                lines += _surroundings(piece, pc)
        return "\n".join(lines)


def _base(image: Image) -> int:
    return image.base


def _title(piece: Piece) -> str:
    return f"function {piece.symbol}" if isinstance(piece.symbol, int) else f"runtime code {piece.symbol}"


def _surroundings(piece: Piece, pc: int) -> list[str]:
    offset = (pc - piece.start) & ~3
    start = max(0, offset - 4 * _AROUND)
    code = piece.code[start : offset + 4 * (_AROUND + 1)]
    return [
        f"  {'>' if address == piece.start + offset else ' '} {address:#x}  {text}"
        for address, text in disassemble(code, piece.start + start)
    ]
