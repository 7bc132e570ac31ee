"""Addresses that are locals, used again and again: with calls, growth, branches and loops in between.

A back end that keeps sums of memory and local must forget them where a local is written, where registers do not last,
and where control comes from elsewhere; and has only so many places to keep them in.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from jit.wasm import writer
from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from . import bulk, calls, tables, terminate
from .addresses import load, store
from .builder import Builder
from .control import MOST_TRIPS
from .emit import BLOCK, BLOCK_TYPES, END, FOLDS, IF, LOCAL_GET, LOCAL_SET, LOCAL_TEE, LOOP, i32_const, plain
from .places import disturb, rarely

_AND: Final = plain("i32.and")
_ADD: Final = plain("i32.add")
_SUB: Final = plain("i32.sub")
_BR_IF: Final = instruction(op("br_if"), 0)
_GROW: Final = instruction(op("memory.grow"), 0)
_BEYOND: Final = (0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, 0xFFFF_FFFF)
"""Offsets that lead out of any memory here."""

_COUNTS: Final = (1, 2, 3, 3, 3, 4, 4)
"""How many locals are addresses."""

Between = Callable[[Builder, Sequence[int]], None]


def kept(b: Builder) -> None:
    """Several accesses to each of a few addresses, of which there are three or four mostly.

    In one of two many values wait on the stack meanwhile, which are computed and so want registers themselves.
    """
    if b.memory is None or b.memory.size == 0:
        b.push_leaf("i")
        return
    locals = _some_locals(b, _COUNTS[b.draw(0, len(_COUNTS) - 1)])
    for local in locals:
        b.leaf("i")
        b.out += i32_const(b.memory.mask) + _AND + LOCAL_SET[local]
    with _reserved(b, locals):
        accesses = b.draw(4, 9)
        piled = b.draw(0, 2 * accesses - 1)  # not at all in one of two
        for at in range(accesses):
            if at == piled:
                _pile(b)
            _access(b, locals)
            if b.draw(0, 2) == 0:
                _BETWEEN[b.draw(0, len(_BETWEEN) - 1)](b, locals)


def _some_locals(b: Builder, count: int) -> list[int]:
    """So many different ones."""
    locals: list[int] = []
    for _ in range(count):
        local = b.some_local("i")
        locals.append(b.add_local("i") if local in locals else local)
    return locals


@contextmanager
def _reserved(b: Builder, locals: Sequence[int]) -> Iterator[None]:
    """Nobody else writes these locals meanwhile: they would be addresses no more."""
    writable = b.writable["i"]
    others = b.writable["i"] = [index for index in writable if index not in locals]
    count = len(others)
    try:
        yield
    finally:
        b.writable["i"] = writable + others[count:]


def _access(b: Builder, locals: Sequence[int]) -> None:
    """A load, whose value stays on the stack, or a store."""
    local = locals[b.draw(0, len(locals) - 1)]
    if b.draw(0, 2):
        load(b, local)
    else:
        store(b, local)


def _pile(b: Builder) -> None:
    """Pushes about as many integers as there are registers for."""
    if b.limit - len(b.out) < 60:
        return
    count = b.draw(8, 14)
    for _ in range(count):
        letter = "il"[b.draw(0, 1)]
        b.leaf(letter)
        b.leaf(letter)
        b.out += FOLDS[letter][b.draw(0, 2)]
        b.stack += letter


def _accesses(b: Builder, locals: Sequence[int]) -> None:
    """One access or two that leave the stack as it was."""
    for _ in range(b.draw(1, 2)):
        height = b.height
        _access(b, locals)
        if b.height > height:
            b.sink()


# --- what comes between


def _step(b: Builder, locals: Sequence[int]) -> None:
    """One of the locals is written."""
    assert b.memory is not None
    local = locals[b.draw(0, len(locals) - 1)]
    by = (1, 4, 8, 16)[b.draw(0, 3)]
    b.out += LOCAL_GET[local] + i32_const(by) + _ADD + i32_const(b.memory.mask) + _AND + LOCAL_SET[local]


def _call(b: Builder, _: Sequence[int]) -> None:
    calls.call(b)


def _grow(b: Builder, _: Sequence[int]) -> None:
    b.out += i32_const(b.draw(0, 1)) + _GROW
    b.stack += "i"


def _fill(b: Builder, locals: Sequence[int]) -> None:
    if b.plan.profile.features.bulk_memory:
        bulk.memory_fill(b)
    else:
        _grow(b, locals)


def _table(b: Builder, locals: Sequence[int]) -> None:
    if not (b.plan.tables and b.plan.profile.features.reference_types):
        _disturb(b, locals)
    elif b.draw(0, 1):
        tables.table_set(b)
    else:
        tables.table_get(b)
        b.sink()


def _disturb(b: Builder, _: Sequence[int]) -> None:
    disturb(b)


def _arm(b: Builder, locals: Sequence[int]) -> None:
    """Accesses where control may not come by."""
    if b.draw(0, 1):
        b.comparison()
        b.out += IF + BLOCK_TYPES[""]
    else:
        b.out += BLOCK + BLOCK_TYPES[""]
        b.comparison()
        b.out += _BR_IF
    if b.draw(0, 2) == 0:
        _step(b, locals)
    _accesses(b, locals)
    b.out += END


def _loop(b: Builder, locals: Sequence[int]) -> None:
    """Accesses that run twice, the locals stepping along or not."""
    if b.trips * 2 > MOST_TRIPS or not b.has_room:
        _step(b, locals)
        return
    counter = b.take_counter("i")
    b.out += i32_const(2) + LOCAL_SET[counter]
    b.mark(LOOP + BLOCK_TYPES[""], terminate.LOOP)
    start = len(b.out)
    _accesses(b, locals)
    for _ in range(b.draw(0, 2)):
        _step(b, locals)
    b.out += LOCAL_GET[counter] + i32_const(1) + _SUB + LOCAL_TEE[counter] + _BR_IF + END
    b.cost += (len(b.out) - start) * b.trips
    b.counters["i"].append(counter)


def _beyond(b: Builder, locals: Sequence[int]) -> None:
    """Out of bounds by the offset alone, rarely reached."""
    local = locals[b.draw(0, len(locals) - 1)]
    letter = b.some_number()
    accesses = b.plan.candidates.loads[letter]
    code, _, _ = accesses[b.draw(0, len(accesses) - 1)]
    offset = _BEYOND[b.draw(0, len(_BEYOND) - 1)]

    def statement(b: Builder) -> None:
        b.out += LOCAL_GET[local] + code + b"\0" + writer.u32(offset)
        b.stack += letter
        b.sink()

    if b.wild:
        rarely(b, statement)


_BETWEEN: Final[tuple[Between, ...]] = (
    _step, _step, _call, _call, _call, _grow, _fill, _table, _table, _disturb, _disturb, _arm, _arm, _arm, _loop, _loop,
    _beyond,
)  # fmt: skip
