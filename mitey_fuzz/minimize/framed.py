"""Making bytes shorter that do not decode, by what is known of their frame: sections, entries, bodies; at last bytes.

Nothing is known of what an instruction takes and leaves, and indices in code cannot be told, so entries that something
may refer to go from the end first; what else goes is for the judge to say.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from jit.wasm import sections

from .frame import CUSTOM, EMPTY, Body, Section, taken_apart
from .raw import Bytes
from .search import delete, put

_ENTRIES = tuple(
    section.number
    for section in (
        sections.EXPORTS,
        sections.ELEMS,
        sections.DATAS,
        sections.GLOBALS,
        sections.TABLES,
        sections.MEMORIES,
        sections.IMPORTS,
        sections.TYPES,
    )
)
"""Vectors whose entries go one by one, in the order in which others may refer to them; types last."""
_FUNCTIONS = sections.FUNCTIONS.number
_CODES = sections.CODES.number
_WIDEST = 8
"""Pieces of code that are tried at every place: what an instruction takes away with what computes its operands."""


def shrink(raw: Bytes) -> None:
    """Takes away what it can, until nothing goes any more; whatever is raised meanwhile leaves the best so far."""
    before = b""
    while before != raw.best.wasm:
        before = raw.best.wasm
        for each in (_script, _sections, _hollow, _functions, _entries, _locals, _code, _narrow, _anything):
            each(raw)
    for at, byte in enumerate(raw.best.wasm):
        if byte:
            raw.take(replace(raw.best, wasm=bytes(put(tuple(raw.best.wasm), at, 0))))


def _script(raw: Bytes) -> None:
    delete(raw.best.script, lambda kept: raw.take(replace(raw.best, script=kept)))


def _sections(raw: Bytes) -> None:
    """Lengths are written in their shortest form; sections go, custom ones together and first."""

    def attempt(kept: tuple[Section, ...]) -> bool:
        return raw.shorten(replace(raw.frame, sections=kept))

    raw.shorten(raw.frame)
    attempt(tuple(section for section in raw.frame.sections if section.number != CUSTOM))
    delete(raw.frame.sections, attempt)


def _entries_of(raw: Bytes, number: int) -> tuple[bytes, ...]:
    return next((section.entries for section in raw.frame.sections if section.number == number), ())


def _hollow(raw: Bytes) -> None:
    """Bodies become `unreachable`, many at once where possible: `delete` keeps those that matter."""
    full = _entries_of(raw, _CODES)
    hollow = EMPTY.joined()

    def attempt(kept: tuple[int, ...]) -> bool:
        entries = tuple(entry if at in set(kept) else min(entry, hollow, key=len) for at, entry in enumerate(full))
        return _with_entries(raw, _CODES, entries)

    delete(tuple(range(len(full))), attempt)


def _functions(raw: Bytes) -> None:
    """Functions go with their bodies."""
    types, codes = _entries_of(raw, _FUNCTIONS), _entries_of(raw, _CODES)

    def attempt(kept: tuple[int, ...]) -> bool:
        fewer = raw.frame.with_entries(_FUNCTIONS, tuple(types[at] for at in kept))
        return raw.shorten(fewer.with_entries(_CODES, tuple(codes[at] for at in kept)))

    if len(types) == len(codes):
        delete(tuple(range(len(types))), attempt)


def _entries(raw: Bytes) -> None:
    """Entries of the other vectors go."""
    for number in _ENTRIES:
        delete(_entries_of(raw, number), partial(_with_entries, raw, number))


def _with_entries(raw: Bytes, number: int, entries: tuple[bytes, ...]) -> bool:
    return raw.shorten(raw.frame.with_entries(number, entries))


def _bodies(raw: Bytes, shrink: Callable[[Body, Callable[[Body], bool]], object]) -> None:
    """Has every body shrunk by a function of it and of what takes another in its place."""
    for at in range(len(_entries_of(raw, _CODES))):
        shrink(taken_apart(_entries_of(raw, _CODES)[at]), partial(_with_body, raw, at))


def _with_body(raw: Bytes, at: int, body: Body) -> bool:
    return _with_entries(raw, _CODES, put(_entries_of(raw, _CODES), at, body.joined()))


def _locals(raw: Bytes) -> None:
    """Runs of locals go."""
    _bodies(raw, lambda body, attempt: delete(body.locals, lambda kept: attempt(replace(body, locals=kept))))


def _code(raw: Bytes) -> None:
    """Stretches of code go, long ones first."""
    _bodies(raw, lambda body, attempt: delete(body.pieces, lambda kept: attempt(replace(body, pieces=kept))))


def _narrow(raw: Bytes) -> None:
    """Short stretches of code go, wherever they begin."""
    _bodies(raw, _narrower)


def _narrower(body: Body, attempt: Callable[[Body], bool]) -> None:
    for size in range(_WIDEST, 1, -1):
        for start in range(len(body.pieces) - size, -1, -1):
            shorter = replace(body, pieces=body.pieces[:start] + body.pieces[start + size :])
            body = shorter if attempt(shorter) else body


def _anything(raw: Bytes) -> None:
    """Stretches of bytes go."""
    delete(tuple(raw.best.wasm), lambda kept: raw.take(replace(raw.best, wasm=bytes(kept))))
