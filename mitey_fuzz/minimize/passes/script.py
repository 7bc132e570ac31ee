"""Fewer calls, simpler arguments, fewer host items."""

from dataclasses import replace

from jit.wasm.types import NULL, Value

from ..problem import Problem
from ..search import delete
from ..values import simpler_bits


def calls(problem: Problem) -> None:
    """Leaves calls away, from the end."""
    delete(problem.best.script, lambda kept: problem.accept(replace(problem.best, script=kept)))


def arguments(problem: Problem) -> None:
    """Makes arguments of the calls that are left simpler, one at a time."""
    for at in range(len(problem.best.script)):
        for position in range(len(problem.best.script[at].args)):
            while _one_argument(problem, at, position):
                continue


def _one_argument(problem: Problem, at: int, position: int) -> bool:
    script = problem.best.script
    value = script[at].args[position]
    bits = [NULL] if value.type.is_ref else simpler_bits(value.bits, value.type)
    for candidate in bits:
        args = (*script[at].args[:position], Value(value.type, candidate), *script[at].args[position + 1 :])
        call = replace(script[at], args=args)
        if problem.accept(replace(problem.best, script=(*script[:at], call, *script[at + 1 :]))):
            return True
    return False
