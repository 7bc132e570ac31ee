"""The functions of many generated modules, and what they hold: each shape counted.

A shape counts once for each module that holds it; what compilers get wrong must be in one module of a hundred or more.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from jit.wasm.body import Instr, parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Module
from jit.wasm.types import FuncType
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import generate, swarm

MODULES = 3_000
LEAST = 3
"""Modules of these that hold a shape."""

Bodies = list[tuple[int, Module, FuncType, Code, list[Instr]]]


@cache
def generated() -> Bodies:
    """Every function of the modules, with the number of its module."""
    found: Bodies = []
    for seed in range(MODULES):
        choices = SeededChoices(seed)
        module = decode(generate(choices, swarm(choices, WASM_2)).wasm, WASM_2)
        types = module.func_types[module.imported_funcs :]
        found += [(seed, module, type, code, parse(code.body)) for type, code in zip(types, module.codes, strict=True)]
    return found


def holds(found: Iterator[tuple[int, str]], *wanted: str) -> None:
    """Of what was found, as number of module and shape, every wanted shape is in enough modules."""
    counts = Counter(shape for _, shape in dict.fromkeys(found))
    assert {shape: counts[shape] for shape in wanted if counts[shape] < LEAST} == {}


def runs(bodies: Bodies, length: int) -> Iterator[tuple[int, list[Instr]]]:
    for number, _, _, _, body in bodies:
        for start in range(len(body) - length + 1):
            yield number, body[start : start + length]


def operation(instr: Instr) -> str:
    return instr.op.name.partition(".")[2]


def pairwise_numbered(bodies: Bodies) -> Iterator[tuple[int, tuple[Instr, Instr]]]:
    for number, _, _, _, body in bodies:
        for pair in pairwise(body):
            yield number, pair
