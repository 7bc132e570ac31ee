"""What breaks the types of blocks and branches: another label, another type of a block, an arm that is gone."""

from collections.abc import Callable
from typing import Final

from jit.wasm.body import BLOCKS, ELSE, EMPTY, END, Instr
from jit.wasm.module import Module
from jit.wasm.opcodes import Imm
from jit.wasm.types import VALTYPES

from ..choices import Choices

_MOST_DEPTH: Final = 4


def _next(body: list[Instr], place: int, is_it: Callable[[Instr], bool]) -> int | None:
    """The first instruction of a kind from a place on, around the end of the body; None where there is none."""
    order = (*range(place, len(body)), *range(place))
    return next((at for at in order if is_it(body[at])), None)


def retarget(choices: Choices, _: Module, body: list[Instr], place: int) -> None:
    """A branch, or one label of a table, goes to another block."""
    at = _next(body, place, lambda instr: instr.op.immediates[:1] in ((Imm.LABEL,), (Imm.LABELS,)))
    if at is not None:
        labels = list(body[at].immediates)
        labels[choices.integer(0, len(labels) - 1)] = choices.integer(0, _MOST_DEPTH)
        body[at] = Instr(body[at].op, tuple(labels))


def retype(choices: Choices, module: Module, body: list[Instr], place: int) -> None:
    """A block of another type."""
    at = _next(body, place, lambda instr: instr.op in BLOCKS)
    if at is not None:
        which = choices.integer(0, 3)
        simple = EMPTY if which == 0 else VALTYPES[choices.integer(0, len(VALTYPES) - 1)].code - 0x80
        type = simple if which < 2 else choices.integer(0, max(0, len(module.types) - 1))
        body[at] = Instr(body[at].op, (type,))


def disarm(_: Choices, _module: Module, body: list[Instr], place: int) -> None:
    """An `if` without its `else`: what goes in must be what comes out then."""
    at = _next(body, place, lambda instr: instr.op is ELSE)
    if at is None:
        return
    depth, end = 0, at + 1
    while depth or body[end].op is not END:
        depth += (body[end].op in BLOCKS) - (body[end].op is END)
        end += 1
    del body[at:end]
