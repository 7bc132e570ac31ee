"""What a body does with its memory: loads and stores at every offset and alignment, its size, and ranges of it."""

from functools import cache

from jit.wasm import writer
from jit.wasm.body import instruction
from jit.wasm.features import Features
from jit.wasm.opcodes import op

from ..generate.candidates import Access, candidates
from ..generate.emit import DROP
from .body import Body, types
from .computed import index, indices
from .draft import CONTENTS

WINDOW = 0x100
"""Most addresses are below."""
LENGTHS = 0x10
OFFSETS = (1, 4, 8, 0xFF, 0xFFF8, 0xFFFF, 0x1_0000, 0x2_FFF0, 0xFFFF_FFFF)
_SIZE, _GROW = instruction(op("memory.size"), 0), instruction(op("memory.grow"), 0)
_FILL, _COPY = instruction(op("memory.fill"), 0), instruction(op("memory.copy"), 0, 0)
_INIT, _DATA_DROP = op("memory.init"), op("data.drop")


@cache
def loads(features: Features, letter: str) -> tuple[Access, ...]:
    return tuple(dict.fromkeys(candidates(features).loads.get(letter, ())))


@cache
def lane_loads(features: Features) -> tuple[Access, ...]:
    return tuple(dict.fromkeys(candidates(features).lane_loads))


@cache
def stores(features: Features) -> tuple[tuple[str, Access], ...]:
    """Every store, with the letter of what it stores."""
    found = candidates(features).stores
    return tuple((letter, access) for letter in types(features) for access in dict.fromkeys(found.get(letter, ())))


@cache
def _memargs(width: int) -> tuple[bytes, ...]:
    """What follows an access of so many bytes: half of the time no offset, and any alignment that is allowed."""
    alignments = range(width.bit_length())
    near = [writer.u32(align) + writer.u32(0) for align in alignments]
    far = [writer.u32(align) + writer.u32(offset) for offset in OFFSETS for align in alignments]
    return tuple(near * len(OFFSETS) + far)


def _accessed(body: Body, access: Access) -> bytes:
    memarg = body.drawing.one(_memargs(access.width))
    return access.code + memarg + (body.drawing.one(access.lanes) if access.lanes else b"")


def load(body: Body, letter: str, depth: int) -> bytes:
    body.draft.need_memory()
    return index(body, WINDOW, depth) + _accessed(body, body.drawing.one(loads(body.features, letter)))


def load_lane(body: Body, letter: str, depth: int) -> bytes:
    """A vector of which one lane comes from memory."""
    body.draft.need_memory()
    access = body.drawing.one(lane_loads(body.features))
    return index(body, WINDOW, depth) + body.value(letter, depth) + _accessed(body, access)


def size(body: Body, _: str, __: int) -> bytes:
    body.draft.need_memory()
    return _SIZE


def grown(body: Body, _: str, depth: int) -> bytes:
    """What `memory.grow` gives: often by no more than the memory's maximum allows."""
    body.draft.need_memory()
    return index(body, 2, depth) + _GROW


def store(body: Body) -> bytes:
    body.draft.need_memory()
    letter, access = body.drawing.one(stores(body.features))
    return index(body, WINDOW) + body.value(letter, 2) + _accessed(body, access)


def grow(body: Body) -> bytes:
    return grown(body, "i", 1) + DROP


def fill(body: Body) -> bytes:
    body.draft.need_memory()
    return indices(body, (WINDOW, WINDOW, LENGTHS)) + _FILL


def copy(body: Body) -> bytes:
    body.draft.need_memory()
    return indices(body, (WINDOW, WINDOW, LENGTHS)) + _COPY


def init(body: Body) -> bytes:
    body.draft.need_memory()
    segment = _segment(body)
    return indices(body, (WINDOW, LENGTHS, LENGTHS)) + instruction(_INIT, segment, 0)


def drop_data(body: Body) -> bytes:
    return instruction(_DATA_DROP, _segment(body))


def _segment(body: Body) -> int:
    return body.draft.data(body.drawing.below(len(CONTENTS)))
