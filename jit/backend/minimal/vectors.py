"""Handlers of one NEON instruction from vectors to a vector: what the regular rows of all vector families share."""

from collections.abc import Callable
from typing import TypeVar

from ...a64.masm import MacroAssembler
from ...a64.operands import B16, VReg
from .abi import FA, FB
from .handler import Handler, Handlers

ArrangementT = TypeVar("ArrangementT")


def unary(
    handlers: Handlers,
    name: str,
    arrangement: ArrangementT,
    emit: Callable[[MacroAssembler, ArrangementT, VReg, VReg], None],
) -> None:
    """Registers a handler of one instruction from the top vector to itself."""

    def body(h: Handler) -> None:
        h.peek_vector(FA)
        emit(h.asm, arrangement, FA, FA)
        h.replace_vector(FA)
        h.ret()

    handlers.row(name, body)


def binary(
    handlers: Handlers,
    name: str,
    arrangement: ArrangementT,
    emit: Callable[[MacroAssembler, ArrangementT, VReg, VReg, VReg], None],
    *,
    swapped: bool = False,
    inverted: bool = False,
) -> None:
    """Registers a handler of one instruction from two vectors to one.

    `swapped` exchanges the operands, for the order that an instruction does not come in; `inverted` complements all
    bits of the result.
    """

    def body(h: Handler) -> None:
        h.pop_vector_pair(FA, FB)
        first, second = (FB, FA) if swapped else (FA, FB)
        emit(h.asm, arrangement, FA, first, second)
        if inverted:
            h.asm.not_v(B16, FA, FA)
        h.push_vector(FA)
        h.ret()

    handlers.row(name, body)
