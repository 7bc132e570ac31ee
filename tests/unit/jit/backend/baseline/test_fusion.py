"""Pairs of instructions that may become one come to what they come to apart: all that is fused, and neighbours.

The interpreter, which knows of no pairs, is asked for the results.
"""

from collections.abc import Callable
from itertools import product

import pytest

from jit.wasm.features import WASM_2
from jit.wasm.types import I32, I64, ValType, Value
from mitey_fuzz.subject import create
from oracles import registry
from oracles.protocol import Instance, Outcome
from support.wat import wasm

TYPES = {"i32": I32, "i64": I64}
WIDTH = {"i32": 32, "i64": 64}

FIRST = {
    "shl": (0, 1, 12, -1),
    "shr_s": (1, 12, -1, 33),
    "shr_u": (1, 12, -1, 33),
    "rotl": (1, 12, -1),
    "rotr": (0, 12, -1),
    "and": (1, 255, 1 << 12, -2),
    "xor": (-1, 1),
    "mul": (1, 8, 10, -8),
}
"""What comes first, with the constants that it comes with."""
SECOND = {
    "add": None, "sub": None, "and": None, "or": None, "xor": None, "mul": None,
    "and 1": 1, "and 65535": 65535, "and 2": 2, "xor -1": -1, "shl": 5, "shr_s": 31, "shr_u": 3, "mul 4": 4,
}  # fmt: skip
"""What follows, with its constant; with the other parameter where there is none."""
BRANCHES = {
    "": "{value}", "eqz": "({t}.eqz {value})", "ne": "({t}.ne {value} ({t}.const 0))",
    "lt_s": "({t}.lt_s {value} ({t}.const 0))", "ge_s": "({t}.ge_s {value} ({t}.const 0))",
    "le_s": "({t}.le_s {value} ({t}.const 0))", "eqz eqz": "(i32.eqz ({t}.eqz {value}))",
}  # fmt: skip
"""Conditions of the first value, by which control goes one way or the other."""


def firsts(t: str) -> list[str]:
    return [f"({t}.{name} (local.get 0) ({t}.const {bits}))" for name, all_bits in FIRST.items() for bits in all_bits]


def pairs(t: str) -> list[str]:
    """Functions of two parameters: the second takes the first on either side, alone or while it is needed later."""
    bodies = []
    for first, (second, bits) in product(firsts(t), SECOND.items()):
        name = f"{t}.{second.split()[0]}"
        for other in [f"({t}.const {bits})"] if bits is not None else ["(local.get 1)", f"({t}.clz (local.get 1))"]:
            bodies += [f"({name} {first} {other})", f"({name} {other} {first})"]
        bodies.append(f"({name} (local.tee 2 {first}) (local.get 1)) (local.get 2) {t}.sub")
    return [f"(func (param {t} {t}) (result {t}) (local {t}) {body})" for body in bodies]


def branches(t: str) -> list[str]:
    """Functions that go one way or the other by what the first is, with `if` and with `br_if`."""
    functions = []
    for first, (name, condition) in product(firsts(t), BRANCHES.items()):
        if not name and t == "i64":
            continue
        holds = condition.format(t=t, value=first)
        kept = condition.format(t=t, value=f"(local.tee 2 {first})")
        bodies = [
            f"(if (result {t}) {holds} (then (local.get 1)) (else ({t}.const 7)))",
            f"(block (br_if 0 {holds}) (return (local.get 0))) (local.get 1)",
            f"(block (br_if 0 {kept}) (return (local.get 2))) (local.get 1)",
            f"(local.get 1) (if (param {t}) (result {t}) {holds} (then ({t}.const 3) {t}.add))",
        ]
        functions += [f"(func (param {t} {t}) (result {t}) (local {t}) {body})" for body in bodies]
    return functions


def results(instance: Instance, count: int, arguments: list[tuple[Value, Value]]) -> list[list[Outcome]]:
    return [[instance.call(f"f{n}", pair, deadline_s=60) for pair in arguments] for n in range(count)]


def values(type: ValType, width: int) -> list[tuple[Value, Value]]:
    top = 1 << width - 1
    bits = ((0, 1), (1, top), (top | 4096, top - 1), (2 * top - 1, 0x5A5A_A5A5), (0x1234_5678, 2 * top - 256))
    return [(Value(type, a), Value(type, b)) for a, b in bits]


def module(functions: list[str]) -> bytes:
    text = "".join(f.replace("(func ", f'(func (export "f{n}") ', 1) for n, f in enumerate(functions))
    return wasm(f"(module {text})")


@pytest.mark.parametrize("t", TYPES)
@pytest.mark.parametrize("make", [pairs, branches])
def test_two_instructions_in_one_do_what_they_do_apart(t: str, make: Callable[[str], list[str]]) -> None:
    functions = make(t)
    assert len(functions) >= 500
    found = []
    for engine in (create("jit:baseline"), registry.create("interp", WASM_2)):
        instance = engine.open().instantiate(module(functions), deadline_s=60)
        assert not isinstance(instance, Outcome), instance
        found.append(results(instance, len(functions), values(TYPES[t], WIDTH[t])))
        engine.close()
    for function, ours, theirs in zip(functions, *found, strict=True):
        assert ours == theirs, function


@pytest.mark.parametrize("t", TYPES)
def test_code_still_maps_back_in_order_when_words_are_taken_back(t: str) -> None:
    engine = create("jit:baseline")
    for compiled in engine.code(module(pairs(t) + branches(t))).values():
        offsets = [at for at, _ in compiled.origins]
        assert offsets == sorted(set(offsets))
        assert offsets[-1] < len(compiled.code)
    engine.close()
