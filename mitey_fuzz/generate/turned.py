"""Operands that wait in front of a loop, and are used behind it or are its parameters.

What is in registers, is a local not read yet, an address at hand or a word that the next one could be part of must be
the same at the head of a loop for whoever comes there from its end: the locals are written before the branch back, and
registers hold what the body left in them.  The counter is counted down at the end, so that nothing stands at the head.
"""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from . import terminate
from .builder import Builder
from .control import MOST_TRIPS
from .emit import END, LOCAL_GET, LOCAL_SET, LOCAL_TEE, LOOP, i32_const, i64_const, plain
from .places import PLACES, Late, apply, disturb

_BACK: Final = i32_const(1) + plain("i32.sub")
_BR_IF: Final = instruction(op("br_if"), 0)

_ENDINGS: Final = {
    "i": (
        *(i32_const(n) + plain(f"i32.{name}") for name, n in (("shl", 3), ("shr_u", 8), ("rotr", 5), ("xor", -1))),
        plain("i32.clz"),
    ),
    "l": (
        *(i64_const(n) + plain(f"i64.{name}") for name, n in (("shl", 3), ("shr_s", 9), ("rotr", 5), ("xor", -1))),
        plain("i64.ctz"),
    ),
    "f": (plain("f32.neg"), plain("f32.abs")),
    "d": (plain("f64.neg"), plain("f64.abs")),
}
"""What makes a value of a type into one of words that a next word could take in."""

_HEADS: Final = {
    "i": tuple(plain(f"i32.{name}") for name in ("add", "sub", "and", "or", "xor")),
    "l": tuple(plain(f"i64.{name}") for name in ("add", "sub", "and", "or", "xor")),
    "f": (plain("f32.mul"), plain("f32.sub")),
    "d": (plain("f64.mul"), plain("f64.sub")),
}
"""Such next words: of the value and another of its type."""


def turned(b: Builder) -> None:
    """One row, some of its operands in front of a loop, the others its parameters; or one parameter alone."""
    if b.trips * 3 > MOST_TRIPS or not b.has_room:
        b.push_leaf("i")
        return
    counter = b.take_counter("i")
    if b.plan.profile.multi_value and b.draw(0, 1):
        _alone(b, counter)
    else:
        _row(b, counter)
    b.counters["i"].append(counter)


def _alone(b: Builder, counter: int) -> None:
    """With nothing below that would have to be put away, the parameter's own word is the last before the loop."""
    b.settle("")
    letter = b.some_number()
    _start(b, counter)
    b.leaf(letter)
    _turn(b, letter, letter, counter, [])
    b.stack += letter


def _row(b: Builder, counter: int) -> None:
    rows = b.plan.candidates.producers
    choice = rows.get(b.some_type()) or rows["i"]
    row = choice[b.draw(0, len(choice) - 1)]
    _start(b, counter)
    late: Late = []
    for param in row.params:
        PLACES[b.draw(0, len(PLACES) - 1)](b, param, late)
    taken = b.draw(0, len(row.params)) if b.plan.profile.multi_value else 0
    _turn(b, row.params[len(row.params) - taken :], row.params[-1:], counter, late)
    apply(b, row)


def _start(b: Builder, counter: int) -> None:
    b.out += i32_const(b.draw(2, 3)) + LOCAL_SET[counter]


def _turn(b: Builder, params: str, top: str, counter: int, late: Late) -> None:
    """The loop, of these parameters, of which `top` is the last where there are any; it writes the locals of `late`."""
    if params and top in _ENDINGS and b.draw(0, 2):
        b.out += _ENDINGS[top][b.draw(0, len(_ENDINGS[top]) - 1)]
    b.mark(LOOP + b.block_type(params, params), terminate.LOOP)
    start = len(b.out)
    if params and top in _HEADS and b.draw(0, 3):
        b.out += LOCAL_GET[b.some_local(top)]
        b.out += _HEADS[top][b.draw(0, len(_HEADS[top]) - 1)]
    if b.draw(0, 1):
        disturb(b)
    for index, letter in late:
        b.expression(letter, 1)
        b.out += LOCAL_SET[index]
    b.out += LOCAL_GET[counter] + _BACK + LOCAL_TEE[counter] + _BR_IF + END
    b.cost += (len(b.out) - start) * 2 * b.trips
