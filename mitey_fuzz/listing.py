"""Generated code as text: what `dump` prints and what a finding quotes."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from jit.wasm.decode import decode
from jit.wasm.features import Features
from jit.wasm.module import Module
from jit.wasm.opcodes import BY_NAME, Family

from . import planted, subject
from .subject import JitEngine

_CALL = re.compile(r"\bbl\s+(\S+)$")
#: Families whose handlers say nothing about a bug: they only move values.
_QUIET = frozenset({Family.CONST, Family.VARIABLE, Family.PARAMETRIC})


def of_module(
    name: str, wasm: bytes, features: Features | None, inject: str | None, function: int | None = None
) -> str:
    """The code of one function, or of all that the module defines, wasm instruction by wasm instruction.

    Runtime code that computes and that they call follows.  Raises what compiling raises, `ValueError` for a subject
    that does not exist, and `LookupError` for a function that the module does not define.
    """
    engine = subject.create(name, features=features, mutants=planted.read(inject))
    try:
        module = decode(wasm, engine.can.features)
        lines = [line for index in _chosen(module, function) for line in _function(engine, wasm, index)]
        handlers = sorted({match[1] for line in lines if (match := _CALL.search(line)) and _computes(match[1])})
        lines += [line for handler in handlers for line in _handler(engine, handler)]
    finally:
        engine.close()
    return "\n".join(lines) + "\n"


def _chosen(module: Module, function: int | None) -> Sequence[int]:
    defined = range(module.imported_funcs, len(module.func_types))
    if function is None:
        return defined
    if function not in defined:
        raise LookupError(f"function {function} is not defined; defined: {defined.start} to {defined.stop - 1}")
    return (function,)


def side_by_side(
    names: Sequence[str], wasm: bytes, features: Features | None, inject: str | None, function: int | None = None
) -> str:
    """The code of several subjects in columns, each wasm instruction on a line of its own.

    Raises what `of_module` does.  `features` None stands for what all of them compile.
    """
    mutants = planted.read(inject)
    made = [subject.create(name, features=features, mutants=mutants) for name in names]
    try:
        module = decode(wasm, made[0].can.features)
        columns = [_by_offset(engine, wasm, _chosen(module, function)) for engine in made]
    finally:
        for engine in made:
            engine.close()
    widths = [max((len(line) for lines in column.values() for line in lines), default=0) for column in columns]
    lines = [_across(list(names), widths)]
    for place in columns[0]:
        lines += ["", place] if place.startswith("function") else [place]
        lines += [_across(list(row), widths) for row in zip_longest(*(c[place] for c in columns), fillvalue="")]
    return "\n".join(lines) + "\n"


def _across(cells: list[str], widths: list[int]) -> str:
    padded = "  │ ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"{'':12}{padded}".rstrip()


def _by_offset(engine: JitEngine, wasm: bytes, functions: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """The lines of code below the line that says what they belong to."""
    places: dict[str, tuple[str, ...]] = {}
    for index in functions:
        heading = f"function {index}"
        places[heading] = ()
        for row in engine.listing(wasm, index):
            place = heading if row.offset is None else f"  {row.offset:#06x}  {row.instruction}"
            places[place] = places.get(place, ()) + row.lines
    return places


def _function(engine: JitEngine, wasm: bytes, index: int) -> Iterator[str]:
    yield f"function {index}"
    for row in engine.listing(wasm, index):
        if row.offset is not None:
            yield f"  {row.offset:#06x}  {row.instruction}"
        yield from (f"{'':12}{line}" for line in row.lines)
    yield ""


def _computes(handler: str) -> bool:
    return handler in BY_NAME and BY_NAME[handler].family not in _QUIET


def _handler(engine: JitEngine, name: str) -> Iterator[str]:
    yield name
    yield from (f"{'':12}{line}" for line in engine.handler_listing(name))
    yield ""
