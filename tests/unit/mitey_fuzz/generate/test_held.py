"""Many locals of one class in all functions of a module: shown unwritten, and held through calls."""

from collections.abc import Iterator
from itertools import takewhile

from jit.wasm.body import Instr
from jit.wasm.types import F32, F64, I32, I64, V128, ValType
from support.bodies import Bodies, generated, holds

HOMES = 8
"""Locals of a class, at least; the last of which has the last register that a compiler gives away."""
CLASSES = {"integers": {I32, I64}, "floats": {F32, F64}, "vectors too": {F32, F64, V128}}


def names(types: set[ValType]) -> list[str]:
    """The classes these are of, the smaller alone."""
    return [name for name, some in CLASSES.items() if types <= some][:1]


def test_functions_show_many_locals_unwritten_or_hold_values_through_a_call() -> None:
    """Reads of as many locals one behind the other; or writes of as many constants, and a call soon after."""

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, _, type, code, body in bodies:
            types = (*type.params, *(kind for count, kind in code.locals for _ in range(count)))
            own = range(len(type.params), len(types))
            for at, instr in enumerate(body):
                yield from ((number, f"{name} {what}") for what, name in _from(body[at : at + 120], instr, own, types))

    holds(found(generated()), *(f"{name} {what}" for name in CLASSES for what in ("shown", "held")))


def _from(rest: list[Instr], first: Instr, own: range, types: tuple[ValType, ...]) -> Iterator[tuple[str, str]]:
    """What begins here."""
    if first.op.name == "local.get":
        shown = list(takewhile(lambda instr: instr.op.name == "local.get", rest))
        indices = [instr.immediates[0] for instr in shown]
        if len(set(indices)) >= HOMES and all(index in own for index in indices):
            yield from (("shown", name) for name in names({types[index] for index in indices}))
    elif first.op.name.endswith(".const"):
        pairs = list(takewhile(lambda p: p[0].op.name.endswith("const") and p[1].op.name == "local.set", _pairs(rest)))
        indices = [instr.immediates[0] for _, instr in pairs]
        behind = rest[2 * len(pairs) : 2 * len(pairs) + 40]
        if len(set(indices)) >= HOMES and any(instr.op.name == "call" for instr in behind):
            yield from (("held", name) for name in names({types[index] for index in indices}))


def _pairs(instrs: list[Instr]) -> list[tuple[Instr, Instr]]:
    return list(zip(instrs[0:60:2], instrs[1:60:2], strict=False))
