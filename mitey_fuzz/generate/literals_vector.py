"""Interesting vectors: lanes at the boundaries of every shape, splats, single lanes that differ, masks, NaNs; shuffles.

A vector is 128 bits, lane 0 least significant, as `v128.const` writes it (spec: `syntax-shape`).  What a lane may hold
is told by the caller; what makes a vector as a whole interesting is decided here.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

WIDTHS: Final = (8, 16, 32, 64)
"""Bits of a lane."""
BITS: Final = 128
FULL: Final = (1 << BITS) - 1


def of_lanes(width: int, lanes: Sequence[int]) -> int:
    """The vector of these lanes, lane 0 first, repeated until it is full."""
    mask = (1 << width) - 1
    return sum((lanes[k % len(lanes)] & mask) << k * width for k in range(BITS // width))


def splat(width: int, lane: int) -> int:
    return of_lanes(width, (lane,))


def _edges(width: int) -> tuple[int, ...]:
    """Where lanes of this width wrap, saturate, change sign, or fit half as many bits no longer."""
    sign, half = 1 << width - 1, 1 << width // 2
    return (1, sign, sign - 1, sign + 1, half - 1, half, half // 2 - 1, half // 2, -half // 2, -half // 2 - 1, -2)


def _integers() -> list[int]:
    found = [splat(width, edge) for width in WIDTHS for edge in _edges(width)]
    for width in WIDTHS:
        edges = _edges(width)
        found += [of_lanes(width, (a, b)) for a, b in pairwise(edges)]
        found += [of_lanes(width, edges), of_lanes(width, edges[::-1]), of_lanes(width, (0, -1)), splat(width, 0x55)]
    return found


def _immediates() -> list[int]:
    """Splats that an instruction can hold (Arm: "MOVI", "MVNI"): eight bits anywhere, over zeros or ones; and nearly.

    And vectors of bytes that are all ones or zero, and those of which one half is a splat and the other is not.
    """
    found = []
    for bits in (0x12, 0xAB, 0xFF, 0x1AB, 0x1FF):  # the last two are a bit too wide, or lose it
        found += [
            splat(16, bits << 8),
            splat(32, bits),
            splat(32, bits << 8),
            splat(32, bits << 16),
            splat(32, bits << 24),
        ]
        found += [splat(32, (bits << by) + (1 << by) - 1) for by in (8, 16, 24)]
    found += [splat(32, near) for near in (0x1234FF, 0x12FF34, 0xFF1234, 0x1234FFFF, 0x12FFFFFE, 0x12FE)]
    found += [splat(64, 0xFF00_FFFF_0000_FF00), splat(64, 0xFF00_FFFF_0000_FF01)]
    found += [of_lanes(64, (0x1234_1234_1234_1234, other)) for other in (0, 1, 0x1234_1234_1234_1235)]
    found += [of_lanes(64, (other, 0x1234_5678_1234_5678)) for other in (0, 0x1234_5678, 0x1234_5678_1234_5679)]
    return [*found, *(FULL ^ value for value in found)]


def _single_lanes() -> list[int]:
    """One lane that differs from all others: the first, the last, one in the middle."""
    found = []
    for width in WIDTHS:
        count = BITS // width
        ones = (1 << width) - 1
        for lane in dict.fromkeys((0, count - 1, count // 2)):
            found += [ones << lane * width, FULL ^ ones << lane * width, 1 << lane * width + width - 1]
    return found


def _ramps() -> list[int]:
    """Bytes in order: what shuffles and swizzles show best, and what serves a swizzle as indices."""
    up = of_lanes(8, range(16))
    return [up, of_lanes(8, range(15, -1, -1)), of_lanes(8, range(16, 32)), up | splat(8, 0x80), of_lanes(8, (0, 255))]


def _floats(width: int, pool: Sequence[int]) -> list[int]:
    """Splats of floats, neighbours in one vector, and a NaN or infinity in a single lane."""
    found = [splat(width, bits) for bits in pool]
    found += [of_lanes(width, pool[k : k + 4]) for k in range(0, len(pool) - 3, 3)]
    exponent = 8 if width == 32 else 11
    infinity = (1 << exponent) - 1 << width - 1 - exponent
    quiet, signalling = infinity | 1 << width - 2 - exponent, infinity | 1
    for special in (infinity, quiet, signalling, quiet | 1 << width - 1, quiet | 5):
        found += [special, special << BITS - width, of_lanes(width, (pool[1], special))]
    return found


def vectors(floats: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """Interesting vectors, simplest first; `floats` are interesting lanes by width."""
    found = [0, FULL, *_integers(), *_immediates(), *_single_lanes(), *_ramps()]
    for width, pool in floats.items():
        found += _floats(width, pool)
    return tuple(dict.fromkeys(found))


def lane_counts(width: int) -> tuple[int, ...]:
    """Shift counts at the edges of a lane's width, modulo which they are taken (spec: `op-ishl`), as i32."""
    near = (0, 1, width // 2, width - 2, width - 1, width, width + 1, 2 * width, 63, 64, 128, 256, -1, -width)
    return tuple(dict.fromkeys(count & 0xFFFF_FFFF for count in near))


# --- shuffles


def _of_elements(size: int, elements: Iterable[int]) -> bytes:
    """Byte indices for elements of `size` bytes; elements from `16 // size` on are the second operand's."""
    return bytes(element * size + byte for element in elements for byte in range(size))


def _permutations(size: int) -> list[bytes]:
    """What arm64 has an instruction for: ZIP, UZP, TRN, and their mirror images with the operands exchanged."""
    count = 16 // size
    half = range(count // 2)
    elements = [
        [k // 2 + k % 2 * count for k in range(count)],  # ZIP1
        [k // 2 + count // 2 + k % 2 * count for k in range(count)],  # ZIP2
        [2 * k for k in range(count)],  # UZP1
        [2 * k + 1 for k in range(count)],  # UZP2
        [part for k in half for part in (2 * k, 2 * k + count)],  # TRN1
        [part for k in half for part in (2 * k + 1, 2 * k + 1 + count)],  # TRN2
    ]
    elements += [[(e + count) % (2 * count) for e in one] for one in elements]
    return [_of_elements(size, one) for one in elements]


def _duplicates(size: int) -> list[bytes]:
    """DUP of the first, the last and a middle element of either operand."""
    count = 16 // size
    elements = dict.fromkeys((0, count - 1, count // 2, count, 2 * count - 1))
    return [_of_elements(size, (element,) * count) for element in elements]


def _reversed(size: int, group: int) -> bytes:
    """REV16, REV32, REV64: elements of `size` bytes in reverse within groups of `group` bytes."""
    return _of_elements(size, [k ^ group // size - 1 for k in range(16 // size)])


def _shuffles() -> tuple[bytes, ...]:
    identity = bytes(range(16))
    found = [identity, bytes(range(16, 32)), identity[::-1], bytes(range(31, 15, -1))]
    found += [bytes(range(k, k + 16)) for k in range(1, 16)]  # EXT
    found += [bytes((k + j) % 16 for j in range(16)) for k in (1, 3, 4, 8, 15)]  # EXT of one operand with itself
    for size in (1, 2, 4, 8):
        found += [*_permutations(size), *_duplicates(size)]
    found += [_reversed(size, group) for group in (2, 4, 8) for size in (1, 2, 4) if size < group]
    found += [bytes(j + 16 * (j // size % 2) for j in range(16)) for size in (1, 2, 4, 8)]  # blends
    for place in (0, 7, 15):  # INS: one byte of the other operand
        found.append(identity[:place] + b"\x1f" + identity[place + 1 :])
    return tuple(dict.fromkeys(found))


SHUFFLES: Final = _shuffles()
"""Sixteen indices each: identities first, then those for which arm64 has an instruction, and near misses of these."""
