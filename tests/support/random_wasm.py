"""Random bytes that look ever more like a module: four tiers, so that not all of them end at the magic number.

`noise` is bytes; `headed` has the header; `sectioned` has sections of the right sizes holding items of roughly the
right shape; `bodied` has a fixed valid module around a random body.  All draw from a `random.Random` with a fixed seed.
"""

from collections.abc import Callable
from random import Random

from jit.wasm.opcodes import ROWS, Imm, Op
from jit.wasm.writer import section, sized, u32, vec

HEADER = b"\0asm\1\0\0\0"
_VALTYPES = (0x7F, 0x7E, 0x7D, 0x7C, 0x7B, 0x70, 0x6F)
_LIKELY = bytes(
    (0, 0, 0, 1, 1, 2, 3, 4, 5, 0x0B, 0x23, 0x40, 0x41, 0x60, 0x6F, 0x70, 0x7B, 0x7F, 0x80, 0xD0, 0xD2, 0xFF)
)
_SURPRISE = 0.01
"""How often a byte of a well-formed item is replaced by any other."""


def _byte(rng: Random, *choices: int) -> bytes:
    return bytes((rng.randrange(0x100) if rng.random() < _SURPRISE else rng.choice(choices),))


def _several(rng: Random, item: Callable[[Random], bytes], most: int) -> bytes:
    count = rng.randint(0, most)
    declared = max(0, count + rng.choice((-1, 1))) if rng.random() < _SURPRISE else count
    return u32(declared) + b"".join(item(rng) for _ in range(count))


def _valtype(rng: Random) -> bytes:
    return _byte(rng, *_VALTYPES, 0x7F, 0x7F, 0x7E)


def _reftype(rng: Random) -> bytes:
    return _byte(rng, 0x70, 0x70, 0x70, 0x6F)


def _index(rng: Random) -> bytes:
    return _byte(rng, 0, 0, 0, 1, 2)


def _name(rng: Random) -> bytes:
    if rng.random() < _SURPRISE:
        return sized(rng.choice((b"\xed\xa0\x80", b"\xc0\x80", b"\xff", b"\xf4\x90\x80\x80", b"\xe2\x82")))
    return sized(rng.choice((b"", b"a", b"b", b"c", b"\xc3\xa9", b"\xf0\x9f\x92\xa9")))


def _limits(rng: Random) -> bytes:
    if rng.random() < 0.5:
        return _byte(rng, 0) + _byte(rng, 0, 1, 2)
    return _byte(rng, 1) + _byte(rng, 0, 1) + _byte(rng, 1, 2, 0x7F)


def _function_type(rng: Random) -> bytes:
    return _byte(rng, 0x60) + _several(rng, _valtype, 2) + _several(rng, _valtype, rng.choice((0, 1, 1, 2)))


def _table_type(rng: Random) -> bytes:
    return _reftype(rng) + _limits(rng)


def _global_type(rng: Random) -> bytes:
    return _valtype(rng) + _byte(rng, 0, 1)


def _constant(rng: Random) -> bytes:
    end = _byte(rng, 0x0B)
    choices = (
        b"\x41" + _index(rng), b"\x41" + _index(rng), b"\x41" + _index(rng), b"\x42" + _index(rng), b"\x43abcd",
        b"\x44abcdefgh", b"\x23" + _index(rng), b"\xd0" + _reftype(rng), b"\xd2" + _index(rng), b"\x41\0\x41\0\x6a",
    )  # fmt: skip
    return rng.choice(choices) + end


def _import(rng: Random) -> bytes:
    kind = rng.randrange(4)
    described = (_index, _table_type, _limits, _global_type)[kind](rng)
    return _name(rng) + _name(rng) + _byte(rng, kind) + described


def _global(rng: Random) -> bytes:
    return _global_type(rng) + _constant(rng)


def _export(rng: Random) -> bytes:
    return _name(rng) + _byte(rng, 0, 1, 2, 3) + _index(rng)


def _elem(rng: Random) -> bytes:
    flags = _byte(rng, 0, 0, 1, 2, 3, 4, 5, 6, 7)[0]
    table = _index(rng) if flags & 3 == 2 else b""
    offset = b"" if flags & 1 else _constant(rng)
    type = b"" if not flags & 3 else _reftype(rng) if flags & 4 else _byte(rng, 0)
    return bytes((flags,)) + table + offset + type + _several(rng, _constant if flags & 4 else _index, 2)


def _data(rng: Random) -> bytes:
    flags = _byte(rng, 0, 0, 1, 2)[0]
    memory = _index(rng) if flags == 2 else b""
    return bytes((flags,)) + memory + (b"" if flags == 1 else _constant(rng)) + _name(rng)


def _local(rng: Random) -> bytes:
    return _index(rng) + _valtype(rng)


def _code(rng: Random) -> bytes:
    content = _several(rng, _local, 1) + _instructions(rng, 4) + _byte(rng, 0x0B)
    return sized(content) if rng.random() > _SURPRISE else u32(len(content) + 1) + content


def _plain(item: Callable[[Random], bytes], most: int) -> Callable[[Random], bytes]:
    return lambda rng: _several(rng, item, most)


_SECTIONS: tuple[tuple[int, float, Callable[[Random], bytes]], ...] = (
    (1, 0.9, _plain(_function_type, 3)),
    (2, 0.3, _plain(_import, 2)),
    (4, 0.5, _plain(_table_type, 2)),
    (5, 0.5, _plain(_limits, 1)),
    (6, 0.3, _plain(_global, 2)),
    (7, 0.3, _plain(_export, 2)),
    (8, 0.1, _index),
    (9, 0.3, _plain(_elem, 2)),
    (12, 0.05, _index),
    (11, 0.3, _plain(_data, 2)),
)
"""Id, how often it is there, and content of each section but function and code, in order."""

_IMMEDIATES: dict[Imm, Callable[[Random], bytes]] = {
    Imm.BLOCK: lambda rng: _byte(rng, 0x40, 0x7F, 0, 1, 2),
    Imm.LABELS: lambda rng: _several(rng, _index, 2) + _index(rng),
    Imm.TABLE: lambda rng: _byte(rng, 0, 0, 0, 1),
    Imm.MEMORY: lambda rng: _byte(rng, 0),
    Imm.MEMARG: lambda rng: _byte(rng, 0, 0, 1, 2, 3) + rng.choice((b"\0", b"\x80\1", b"\xff\xff\xff\xff\x0f")),
    Imm.I32: lambda rng: rng.choice((b"\0", b"\x7f", b"\xff\0", b"\x80\x80\x80\x80\x78", b"\x80\x80\x80\x80\x08")),
    Imm.I64: lambda rng: rng.choice((b"\1", b"\x80\x7f", b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f")),
    Imm.F32: lambda _: b"abcd",
    Imm.F64: lambda _: b"abcdefgh",
    Imm.V128: lambda rng: rng.randbytes(16),
    Imm.LANE: lambda rng: _byte(rng, 0, 0, 0, 1, 1, 3, 15, 16),
    Imm.LANES: lambda rng: bytes(rng.choice((0, 1, 15, 16, 31)) for _ in range(15)) + _byte(rng, 0, 31, 31, 32),
    Imm.REFTYPE: _reftype,
    Imm.VALTYPES: lambda rng: b"\1" + _valtype(rng),
}
"""Immediates that are not plain indices."""


def _instruction(rng: Random, row: Op) -> bytes:
    opcode = bytes((row.code,)) if row.prefix is None else bytes((row.prefix,)) + u32(row.subcode)
    return opcode + b"".join(_IMMEDIATES.get(kind, _index)(rng) for kind in row.immediates)


def _instructions(rng: Random, most: int) -> bytes:
    rows = [rng.choice(ROWS) for _ in range(rng.randint(0, most))]
    depth = sum(row.name in ("block", "loop", "if") for row in rows)
    return b"".join(_instruction(rng, row) for row in rows) + b"\x0b" * depth


def noise(rng: Random) -> bytes:
    """Any bytes."""
    return rng.randbytes(rng.randrange(40))


def headed(rng: Random) -> bytes:
    """The header, then bytes that often mean something."""
    rest = bytes(rng.choice(_LIKELY) if rng.random() < 0.8 else rng.randrange(0x100) for _ in range(rng.randrange(24)))
    return HEADER + rest


def sectioned(rng: Random) -> bytes:
    """Sections in order, each often absent, of items that are nearly well-formed and mostly agree in number."""
    functions = rng.choice((0, 1, 1, 2))
    wasm = HEADER
    for number, often, content in _SECTIONS:
        if number == 11 and functions:
            wasm += section(10, [vec([_code(rng) for _ in range(functions)])])
        if number == 4 and functions:
            wasm += section(3, [vec([_index(rng) for _ in range(functions)])])
        if rng.random() < often:
            wasm += section(number, [content(rng)])
        if rng.random() < 0.02:
            wasm += section(0, [_name(rng), rng.randbytes(rng.randrange(4))])
    return wasm


_AROUND = HEADER + b"".join(
    (
        section(1, [vec([b"\x60\0\0", b"\x60\1\x7f\1\x7f", b"\x60\0\1\x7e"])]),
        section(3, [b"\1\1"]),
        section(4, [b"\1\x70\0\5"]),
        section(5, [b"\1\0\1"]),
        section(6, [b"\1\x7f\1\x41\0\x0b"]),
        section(7, [b"\1\1f\0\0"]),
    )
)
"""A module with one of everything that bodies refer to; its function takes and gives an i32."""

_PREFIXES = (b"\0", b"\0", b"\x20\0", b"\x20\0\x20\0", b"\x20\0\x20\0\x20\0", b"\x41\0\x42\0", b"\x43abcd\x43abcd", b"")


def bodied(rng: Random) -> bytes:
    """A valid module but for a body of random instructions, half of them in code that cannot be reached."""
    locals = rng.choice((b"\0", b"\0", b"\1\1\x7e", b"\1\2\x70"))
    code = locals + rng.choice(_PREFIXES) + _instructions(rng, 4) + rng.choice((b"", b"", b"\x1a", b"\x20\0")) + b"\x0b"
    return _AROUND + section(10, [vec([sized(code)])])


TIERS: tuple[Callable[[Random], bytes], ...] = (noise, headed, sectioned, bodied)
