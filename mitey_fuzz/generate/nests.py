"""Blocks around each other that one `br_table` leaves: each with values below what it carries, to be dropped.

Where a branch lands decides how much of the stack goes, and which registers hold the rest.
"""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder
from .control import WIDEST
from .dirty import dirty_i32, exactly
from .emit import BLOCK, END, LOCAL_GET, LOCAL_SET, LOCAL_TEE
from .endings import LONG_TABLE

_OUT: Final = instruction(op("br"), 0)
_FAR: Final = (0x7FFF_FFFF, 0x8000_0000, -2, -1)
"""Indices beyond any table, the greater of which are negative to who takes them as signed."""


def nest(b: Builder) -> None:
    """Two to four blocks of the same results, left by any label of a table in the innermost, and by `br` one by one."""
    if not b.has_room:
        b.push_leaf("i")
        return
    most = (WIDEST if b.draw(0, 1) else min(b.plan.profile.values, 6)) if b.plan.profile.multi_value else 1
    types = b.some_types(most)
    below = _left_over(b)
    b.out += BLOCK + b.block_type("", types)
    more = b.draw(1, 3)
    for _ in range(more):
        _left_over(b)
        b.out += BLOCK + b.block_type("", types)
    for letter in types:
        b.expression(letter, 1)
    count = b.draw(1, 6) if b.draw(0, 24) else b.draw(*LONG_TABLE)
    _index(b, types, count)
    b.out += instruction(op("br_table"), *[b.draw(0, more) for _ in range(count + 1)])
    for _ in range(more):
        b.out += END
        if types:
            b.out += LOCAL_SET[b.some_local(types[-1])]
            b.leaf(types[-1])
        b.out += _OUT
    b.out += END
    b.stack += below + types


def _left_over(b: Builder) -> str:
    """Pushes a few values that no branch carries, and gives their types."""
    letters = b.some_types(3)
    for letter in letters:
        b.leaf(letter)
    return letters


def _index(b: Builder, types: str, count: int) -> None:
    """Pushes any index; where an i32 is carried on top, half of the time that one, by way of a local.

    Into a long table it is one near the end; in one of five of the others a constant, or nearly, from either end of all
    that there are.
    """
    if count > 7:
        dirty_i32(b, 7, count - 6)
    elif b.draw(0, 4) == 4:
        exactly(b, (*_FAR, 0, count - 1, count)[b.draw(0, 6)])
    elif types.endswith("i") and b.draw(0, 1):
        local = b.some_local("i")
        b.out += LOCAL_TEE[local] + LOCAL_GET[local]
    else:
        dirty_i32(b, 7)
