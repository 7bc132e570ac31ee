"""The contract between the type checker and whatever it drives in the same pass: a compiler, or nothing.

`typecheck` walks a body once and calls the sink for reachable, well-typed code only.  After an unconditional branch
(`br`, `br_table`, `return`, `unreachable`) nothing is emitted until the `else` or `end` of the innermost block the sink
knows; blocks opened in unreachable code are never shown to it.  So the sink's own control stack matches label depths.

What `emit[op.index]` is called with, by row:

    block, loop, if        (params, results)            two tuples of ValType
    else, end              (reachable: bool,)           whether control falls into it; the function's last `end` too
    br, br_if              (depth: int,)                0 is the innermost block; the outermost is the function itself
    br_table               (depths: Sequence[int],)     the default label last
    return, unreachable    ()
    call                   (function index, FuncType)
    call_indirect          (type index, table index, FuncType)
    drop, select, select t (ValType,)                   the operand type, resolved
    local.*                (local index,)               parameters first
    global.*               (global index,)
    ref.null, ref.is_null  (ValType,)                   the reference type, resolved
    loads and stores       (offset, memory index)       the alignment hint is not passed on
    lane loads and stores  (offset, memory index, lane)
    *.const                (bits,)                      unsigned, of the type's width
    i8x16.shuffle          (lanes: tuple of sixteen ints,)
    all others             their immediates in the table's order, as integers
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from ..errors import LimitError
from .opcodes import ROWS, TABLE_SIZE, Op
from .types import FuncType, ValType

Emitter = Callable[..., None]


def _ignore(*_: object) -> None:
    pass


DEAF: Final[list[Emitter]] = [_ignore] * TABLE_SIZE
"""The emitters in force where control cannot be."""


def complete(emit: Sequence[Emitter | None], offset: Callable[[], int]) -> list[Emitter]:
    """A sink's table of these emitters; one of any other row raises `LimitError` with its name and the offset then."""
    table = [emitter or _ignore for emitter in emit]
    for row in ROWS:
        if emit[row.index] is None:
            table[row.index] = _refusal(row, offset)
    return table


def _refusal(row: Op, offset: Callable[[], int]) -> Emitter:
    def refuse(*_: object) -> None:
        raise LimitError(f"{row.name} is not supported here", offset())

    return refuse


class CodeSink(Protocol):
    """Receives one function at a time.

    `offset` is written by the type checker before each call: the byte offset in the module of the instruction at hand.
    `emit` is indexed by `Op.index`; `complete` makes it of the emitters that there are.  It is read once, before any
    function begins.
    """

    offset: int
    emit: list[Emitter]

    def begin(self, index: int, type: FuncType, locals: Sequence[ValType]) -> None:
        """Starts function `index` (imports counted).  `locals` excludes parameters and is expanded from its runs."""
        ...

    def finish(self) -> None:
        """Ends the function, after the emitter of its last `end` was called."""
        ...
