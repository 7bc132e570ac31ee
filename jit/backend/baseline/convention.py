"""The register convention of baseline code, and the stubs that lead into it and out of it.

At the fast entry, and at the return:

    x2                 base of the callee's frame, both times
    x3-x10, v0-v7      the first integer and reference arguments, the first floats and vectors; the others lie in the
                       lowest slots of the callee's frame, next to each other, in order
    x3-x6, v0-v3       the first results of each class, as at a label; the others in the slots where the stack
                       convention has them (`blocks`)

Everything else is as in the stack convention (`jit.abi`).  All compiled code calls so, through FuncRefs too; only what
comes from Python uses the entry in the stack convention.  That is a stub before the function which depends on the type
alone: so a call within the module, whose relocation names the stack entry, knows how far behind it the fast one is.

Host functions have a stub of their type the other way.  It is loaded with each module that imports such a function.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from ...a64.labels import Label
from ...a64.masm import MacroAssembler
from ...a64.operands import FP, LR, SP, X
from ...abi import SLOT
from ...wasm.types import FuncType, ValType
from ..code import Compiled
from .abi import ARGUMENTS, FLOAT_ARGUMENTS, FRAME
from .blocks import merged
from .moves import move
from .values import V_TYPES, Place, count_slots, is_slot, slot_place, slots_of, v_place, x_place

_REMEMBERED: Final = 1024
"""Types whose entries are remembered."""

_GENERAL: Final = tuple(map(x_place, ARGUMENTS))
_FLOAT: Final = tuple(map(v_place, FLOAT_ARGUMENTS))


def argument_places(types: Sequence[ValType], slot: int = 0) -> tuple[Place, ...]:
    """Where arguments of these types are passed; `slot` is the lowest of the callee's frame, in the caller's count."""
    general, float = iter(_GENERAL), iter(_FLOAT)
    places: list[Place] = []
    for type in types:
        place = next(float if type in V_TYPES else general, None)
        if place is None:
            place = slot_place(slot)
            slot += slots_of(type)
        places.append(place)
    return tuple(places)


@lru_cache(_REMEMBERED)
def stub(type: FuncType) -> tuple[int, ...]:
    """The entry in the stack convention, as words: arguments to their places, the function that follows, results to the
    stack.

    FAST: types come again and again; without the cache it is a tenth of what a function of the default mix takes.
    """
    asm, fast = MacroAssembler(), Label()
    asm.stp_pre(X, FP, LR, SP, -16)
    asm.sub_const(X, FRAME, FRAME, SLOT * count_slots(type.params))
    for param, place, slot in zip(type.params, argument_places(type.params), _stacked(type.params), strict=True):
        if place != slot:
            move(asm, param, place, slot)  # slots move down, from the lowest, so none is overwritten unread
    asm.bl(fast)
    for result, place, slot in zip(type.results, merged(type.results, 0), _stacked(type.results), strict=True):
        if not is_slot(place):
            move(asm, result, slot, place)
    asm.add_const(X, FRAME, FRAME, SLOT * count_slots(type.results))
    asm.ldp_post(X, FP, LR, SP, 16)
    asm.ret()
    asm.bind(fast)
    return tuple(asm.words)


def host_entry(type: FuncType) -> Compiled:
    """The fast entry of host functions of this type: arguments to the stack, `call_host`, results to their places."""
    asm = MacroAssembler()
    asm.stp_pre(X, FP, LR, SP, -16)
    places = zip(type.params, argument_places(type.params), _stacked(type.params), strict=True)
    for param, place, slot in reversed([*places]):
        if place != slot:
            move(asm, param, slot, place)  # slots move up, from the topmost, so none is overwritten unread
    asm.add_const(X, FRAME, FRAME, SLOT * count_slots(type.params))
    asm.call("call_host")
    asm.sub_const(X, FRAME, FRAME, SLOT * count_slots(type.results))
    for result, place, slot in zip(type.results, merged(type.results, 0), _stacked(type.results), strict=True):
        if not is_slot(place):
            move(asm, result, place, slot)
    asm.ldp_post(X, FP, LR, SP, 16)
    asm.ret()
    return Compiled(asm.finish(), relocs=tuple(asm.symbols))


def _stacked(types: Sequence[ValType]) -> tuple[Place, ...]:
    """Where the stack convention has values of these types, from the frame's base."""
    places: list[Place] = []
    slot = 0
    for type in types:
        places.append(slot_place(slot))
        slot += slots_of(type)
    return tuple(places)
