"""Values that branches carry, and what is done with them at once: set, teed, dropped, branched with, permuted.

A merge is where a value from a register, from a constant and from flags must end in one place, and the instruction
behind it is where compilers look ahead.
"""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder
from .emit import BLOCK, BLOCK_TYPES, DROP, ELSE, END, FOLDS, IF, LOCAL_GET, LOCAL_SET, LOCAL_TEE
from .places import disturb

_OUT: Final = instruction(op("br_if"), 0)


def carried(b: Builder) -> None:
    """A block or `if` whose result a `br_if` carries, consumed by what stands right behind its end."""
    letter = b.some_type()
    follows = b.draw(0, 4)
    if follows == 4:  # another branch carries it on
        b.out += BLOCK + BLOCK_TYPES[letter]
    if b.draw(0, 2):
        b.out += BLOCK + BLOCK_TYPES[letter]
        _arm(b, letter)
    else:
        b.comparison()
        b.out += IF + BLOCK_TYPES[letter]
        _arm(b, letter)
        b.out += ELSE
        _arm(b, letter)
    b.out += END
    _follow(b, letter, follows)


def _arm(b: Builder, letter: str) -> None:
    """A value, carried out where a comparison holds; else changed, replaced, or left."""
    _value(b, letter)
    b.comparison()
    b.out += _OUT
    which = b.draw(0, 3)
    if which == 0:
        return
    if which == 1 and letter in FOLDS:
        b.leaf(letter)
        b.out += FOLDS[letter][b.draw(0, 2)]
        return
    b.out += LOCAL_SET[b.some_local(letter)]
    if which == 3:
        disturb(b)
    _value(b, letter)


def _value(b: Builder, letter: str) -> None:
    if letter == "i" and b.draw(0, 3) == 3:
        b.comparison()
    else:
        b.expression(letter, b.draw(0, 1))


def _follow(b: Builder, letter: str, which: int) -> None:
    if which == 4:
        b.comparison()
        b.out += _OUT + LOCAL_SET[b.some_local(letter)]
        b.leaf(letter)
        b.out += END
    elif which == 3:
        b.out += LOCAL_TEE[b.some_local(letter)] + DROP
        return
    elif which == 2:
        b.out += LOCAL_TEE[b.some_local(letter)]
    elif which == 1:
        b.out += LOCAL_SET[b.some_local(letter)]
        return
    b.stack += letter


def _own_place(b: Builder, letter: str, which: int) -> int:
    """The `which`-th local of a type, made where there are not as many."""
    writable = b.writable[letter]
    return writable[which] if which < len(writable) else b.add_local(letter)


def permute(b: Builder, types: str) -> None:
    """Puts the values on top, which are of these types, into another order among those of each type."""
    places = [_own_place(b, letter, types[:k].count(letter)) for k, letter in enumerate(types)]
    for place in reversed(places):
        b.out += LOCAL_SET[place]
    taken = list(range(len(types)))
    for letter in dict.fromkeys(types):
        own = [k for k, other in enumerate(types) if other == letter]
        for k, other in zip(own, own[1:] + own[:1], strict=True):
            taken[k] = other
    for k in taken:
        b.out += LOCAL_GET[places[k]]
