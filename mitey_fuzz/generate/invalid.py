"""Modules that are wrong on purpose: engines must refuse the same ones.

A valid module is damaged in its bytes, or as a structure whose types then do not agree (`breaks`).  Some mutants stay
valid: those must be accepted.  Nothing of them is called, and none starts or asks for much; so a case is judged by
acceptance, and by what instantiation leaves.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from jit.errors import WasmError
from jit.wasm import writer
from jit.wasm.decode import decode
from jit.wasm.encode import PREAMBLE, encode, sections
from jit.wasm.features import Features
from jit.wasm.module import Module

from ..case import Case
from ..choices import Choices
from .breaks import break_types
from .longer import write_longer
from .script import definitions

MOST_CHANGES: Final = 3
MOST_PAGES: Final = 64
MOST_ELEMENTS: Final = 10_000
"""Mutants that ask for larger memories and tables are dropped, as they may be valid."""
_BYTES: Final = (
    0x00, 0x01, 0x7F, 0x80, 0xFF, 0x0B, 0x05, 0x40, 0x70, 0x6F, 0x7B, 0x7C, 0x60, 0xFC, 0xFD, 0x41, 0x20, 0x10,
)  # fmt: skip
"""Bytes that mean something somewhere: ends, types, prefixes, the edges of LEB128."""


def invalidate(choices: Choices, wasm: bytes, features: Features) -> Case:
    """A case that instantiates a damaged form of a valid module, and calls nothing."""
    with choices.span("invalidate"):
        module = replace(decode(wasm, features), start=None, source=b"")
        kind = choices.integer(0, 7)
        if kind < 4:
            mutant = encode(break_types(choices, module))
        elif kind == 4:
            mutant = encode(write_longer(choices, module))
        elif kind < 7:
            mutant = _change_bytes(choices, encode(module), features)
        else:
            mutant = _change_sections(choices, list(sections(module)))
    kept = mutant if _is_small(mutant, features) else encode(module)
    return Case(kept, (), definitions(module), choices.record)


def _is_small(wasm: bytes, features: Features) -> bool:
    """Whether the module, should it be accepted, starts no function and asks for little."""
    try:
        module = decode(wasm, features)
    except WasmError:
        return True
    memories = all(memory.limits.minimum <= MOST_PAGES for memory in module.memory_types)
    tables = all(table.limits.minimum <= MOST_ELEMENTS for table in module.table_types)
    return memories and tables and not _starts(module)


def _starts(module: Module) -> bool:
    """Whether the start function is one that could run."""
    indices = module.func_type_indices
    if module.start is None or module.start >= len(indices) or indices[module.start] >= len(module.types):
        return False
    type = module.types[indices[module.start]]
    return not (type.params or type.results)


def _some_byte(choices: Choices) -> int:
    return _BYTES[choices.integer(0, len(_BYTES) - 1)] if choices.integer(0, 2) else choices.integer(0, 0xFF)


def _change_bytes(choices: Choices, wasm: bytes, features: Features) -> bytes:
    """A few bytes replaced in place, most of them in bodies, where lengths around them stay right."""
    draw = choices.integer
    bodies = [(code.offset, code.offset + len(code.body)) for code in decode(wasm, features).codes]
    out = bytearray(wasm)
    for _ in range(draw(1, MOST_CHANGES)):
        start, end = bodies[draw(0, len(bodies) - 1)] if bodies and draw(0, 2) else (0, len(out))
        place = draw(start, end - 1)
        out[place] = _some_byte(choices) if draw(0, 1) else out[place] ^ 1 << draw(0, 7)
    return bytes(out[: draw(0, len(out))] if draw(0, 31) == 31 else out)


def _change_sections(choices: Choices, found: list[tuple[int, bytes]]) -> bytes:
    """A section doubled, dropped, moved, or with bytes inserted or cut out under a length that fits again."""
    draw = choices.integer
    which = draw(0, 7)
    if found:
        place = draw(0, len(found) - 1)
        number, content = found[place]
        if which == 0:
            found.insert(draw(0, len(found)), (number, content))
        elif which == 1:
            del found[place]
        elif which == 2:
            other = draw(0, len(found) - 1)
            found[place], found[other] = found[other], found[place]
        elif which == 3:
            found[place] = (draw(0, 14), content)
        else:
            found[place] = (number, _cut_or_insert(choices, content))
    return _framed(found)


def _cut_or_insert(choices: Choices, content: bytes) -> bytes:
    draw = choices.integer
    start = draw(0, len(content))
    if draw(0, 1):
        return content[:start] + content[draw(start, min(len(content), start + 4)) :]
    return content[:start] + bytes(_some_byte(choices) for _ in range(draw(1, 3))) + content[start:]


def _framed(found: Sequence[tuple[int, bytes]]) -> bytes:
    return PREAMBLE + b"".join(writer.section(number, (content,)) for number, content in found)
