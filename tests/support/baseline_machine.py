"""Carries out moves of the baseline back end on a real frame and reads all places back."""

from collections.abc import Mapping, Sequence

from jit.a64.masm import MacroAssembler
from jit.a64.operands import SP, XZR, X
from jit.abi import SLOT
from jit.backend.baseline.abi import FRAME
from jit.backend.baseline.moves import Move, move_all
from jit.backend.baseline.values import FIRST_FLOAT, Place, is_general, is_slot, slot_of
from support.a64_run import MEMORY, SIZE, run


def run_moves(moves: Sequence[Move], places: Mapping[Place, int], *, equal: bool = False) -> dict[Place, int]:
    """What the places hold after the moves: 128 bits of a V register, 64 of another register and of each slot.

    `equal` is whether EQ holds during them.
    """

    def write(asm: MacroAssembler) -> None:
        if equal:
            asm.cmp(X, XZR, XZR)
        else:
            asm.cmp_imm(X, SP, 0)
        move_all(asm, moves)

    memory = bytearray(SIZE)
    x: dict[int, int] = {FRAME: MEMORY}
    v: dict[int, int] = {}
    for place, bits in places.items():
        if is_slot(place):
            at = SLOT * slot_of(place)
            memory[at : at + SLOT] = bits.to_bytes(SLOT, "little")
        elif is_general(place):
            x[place] = bits
        else:
            v[place - FIRST_FLOAT] = bits
    state = run(write, x, v, bytes(memory))

    def read(place: Place) -> int:
        if is_slot(place):
            at = SLOT * slot_of(place)
            return int.from_bytes(state.memory[at : at + SLOT], "little")
        return state.x[place] if is_general(place) else state.v[place - FIRST_FLOAT]

    return {place: read(place) for place in places}
