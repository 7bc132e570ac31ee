"""Simpler immediates: constants nearer to zero, no offsets, no alignment hints, simpler instructions of a kind."""

from jit.wasm.body import Instr
from jit.wasm.opcodes import Imm

from ..order import CONSTANTS
from ..problem import Problem
from ..search import put
from ..values import simpler_bits, simpler_integers


def constants(problem: Problem) -> None:
    """Every constant and memory offset becomes as simple as it can."""
    for index in range(len(problem.best.bodies)):
        for at in range(len(problem.best.bodies[index])):
            while _one(problem, index, at):
                continue


def _one(problem: Problem, index: int, at: int) -> bool:
    instrs = problem.best.bodies[index]
    return any(
        problem.accept(problem.best.with_body(index, put(instrs, at, candidate))) for candidate in _simpler(instrs[at])
    )


def _simpler(instr: Instr) -> list[Instr]:
    row, imms = instr.op, instr.immediates
    if row.family in CONSTANTS and row.results:
        return [instr._replace(immediates=(bits,)) for bits in simpler_bits(imms[0], row.results[0])]
    if row.immediates[:1] == (Imm.MEMARG,):
        _, offset, *rest = imms
        offsets = [offset, *(o for o in simpler_integers(offset, 32) if o < offset)]
        return [instr._replace(immediates=(0, o, *rest)) for o in offsets]
    if row.immediates and row.immediates[0] in (Imm.LANE, Imm.LANES):
        return [instr._replace(immediates=(0,) * len(imms))]
    return []
