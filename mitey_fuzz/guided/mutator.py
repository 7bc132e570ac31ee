"""The next input from one or two others: pure functions of the bytes and a seed, structure kept.

Most of the time a valid module stays valid: something in it is replaced by something of its type, or its values are put
elsewhere (`placement`).  It may give way to a module just generated, or be joined with one; few are damaged on purpose.
"""

import hashlib

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Module
from jit.wasm.validate import validate

from ..choices import Choices, SeededChoices
from ..generate import generate, swarm
from ..generate.graft import can_merge, merge
from ..generate.invalid import invalidate
from ..generate.mutate import mutate as change
from .placement import place

WEIGHTS = (20, 30, 4, 43, 3)
"""How often an input is changed, its values put elsewhere, joined with a new module, replaced by one, damaged."""
JOINED = 4
"""One in so many crossovers joins two modules: what comes of it is as large as both, and reaches little that is new."""
LONGEST_INPUT = 30_000
"""Bytes: larger modules are slow to judge, and say little when they go wrong."""
LARGEST_JOINED = 8_000
"""Bytes of a module that is still joined with another: beyond that, more of it says little more."""


def mutate(data: bytes, seed: int, most: int, features: Features) -> bytes:
    """Another input of at most `most` bytes; the same one where all that comes out is larger."""
    choices = _choices(seed, data)
    module = _read(data, features)
    kind = 3 if module is None else choices.weighted(WEIGHTS)
    if module is None or kind == 3:
        out = _new(choices, features)
    elif kind == 0:
        out = encode(change(choices, module, features))
    elif kind == 1:
        out = encode(place(choices, module, features))
    elif kind == 2:
        out = _joined(choices, module, decode(_new(choices, features), features), features)
    else:
        out = invalidate(choices, data, features).wasm
    return out if len(out) <= most else data[:most]


def cross_over(data: bytes, other: bytes, seed: int, most: int, features: Features) -> bytes:
    """Two inputs as one module, their parts exchanged; more often, and where that cannot be, the first one mutated."""
    choices = _choices(seed, data, other)
    one, two = _read(data, features), _read(other, features)
    large = len(data) + len(other) > min(most, LARGEST_JOINED)
    if one is None or two is None or large or choices.integer(1, JOINED) > 1:
        return mutate(data, seed, most, features)
    out = _joined(choices, one, two, features)
    return out if len(out) <= most else data[:most]


def _choices(seed: int, *inputs: bytes) -> Choices:
    """Decisions that depend on the seed and on every byte."""
    mixed = hashlib.blake2b(digest_size=8)
    for part in (b"%d" % seed, *inputs):
        mixed.update(b"%d:" % len(part) + part)
    return SeededChoices(int.from_bytes(mixed.digest(), "little"))


def _read(data: bytes, features: Features) -> Module | None:
    """The module, if it is a valid one."""
    try:
        module = decode(data, features)
        validate(module, features)
    except WasmError:
        return None
    return module


def _new(choices: Choices, features: Features) -> bytes:
    """A module just generated; of every other one values are put elsewhere."""
    wasm = generate(choices, swarm(choices, features)).wasm
    return wasm if choices.integer(0, 1) else encode(place(choices, decode(wasm, features), features))


def _joined(choices: Choices, one: Module, two: Module, features: Features) -> bytes:
    """Both modules in one, changed; the first alone where they do not go together."""
    return encode(change(choices, merge(one, two) if can_merge(one, two, features) else one, features))
