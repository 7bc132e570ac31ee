"""Generated code as text: what `dump` prints and what a finding quotes."""

import re
from collections.abc import Iterator

from jit.wasm.decode import decode
from jit.wasm.features import Features
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
        defined = range(module.imported_funcs, len(module.func_types))
        if function is not None and function not in defined:
            raise LookupError(f"function {function} is not defined; defined: {defined.start} to {defined.stop - 1}")
        lines = [line for index in defined if function in (None, index) for line in _function(engine, wasm, index)]
        handlers = sorted({match[1] for line in lines if (match := _CALL.search(line)) and _computes(match[1])})
        lines += [line for handler in handlers for line in _handler(engine, handler)]
    finally:
        engine.close()
    return "\n".join(lines) + "\n"


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
