"""What a few hundred modules hold among them: each shape in which compilers have gone wrong, counted."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise

import pytest

from jit.wasm.body import BLOCKS, Instr, block_type, parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Module
from jit.wasm.opcodes import Imm
from jit.wasm.types import VALTYPES, FuncType, ValType
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import generate, swarm

Body = list[Instr]
_LEAVES = {"local.get", "global.get", "i32.const", "i64.const", "f32.const", "f64.const", "v128.const"}
_JUMPS = {"br", "br_table", "return", "unreachable"}
_SPACE = 1 << 32


@pytest.fixture(scope="module")
def functions() -> list[tuple[Module, FuncType, Code, Body]]:
    """Every function of 1,200 modules: its module, its type, its code, its instructions."""
    found = []
    for seed in range(1_200):
        choices = SeededChoices(seed)
        module = decode(generate(choices, replace(swarm(choices, WASM_2), endless=False)).wasm, WASM_2)
        types = module.func_types[module.imported_funcs :]
        found += [(module, type, code, parse(code.body)) for type, code in zip(types, module.codes, strict=True)]
    return found


Functions = list[tuple[Module, FuncType, Code, Body]]


def labels(module: Module, type: FuncType, body: Body) -> Iterator[tuple[Instr, list[tuple[ValType, ...]]]]:
    """Every instruction with what each label around it takes, innermost last."""
    around = [type.results]
    for instr in body:
        yield instr, around
        if instr.op in BLOCKS:
            own = block_type(instr.immediates[0], module.types)
            around.append(own.params if instr.op.name == "loop" else own.results)
        elif instr.op.name == "end":
            around.pop()


@pytest.mark.parametrize("kind", ["block", "loop", "if"])
def test_blocks_take_and_give_up_to_four_values_of_every_type(functions: Functions, kind: str) -> None:
    types = [
        block_type(instr.immediates[0], module.types)
        for module, _, _, body in functions
        for instr in body
        if instr.op.name == kind
    ]
    assert {0, 1, 2, 3, 4} <= {len(type.params) for type in types}
    assert {0, 1, 2, 3, 4} <= {len(type.results) for type in types}
    assert set(VALTYPES) == {value for type in types for value in type.params}
    assert set(VALTYPES) == {value for type in types for value in type.results}


@pytest.mark.parametrize("name", ["br", "br_if", "br_table"])
def test_branches_carry_values_of_every_type(functions: Functions, name: str) -> None:
    carried = {
        value
        for module, type, _, body in functions
        for instr, around in labels(module, type, body)
        if instr.op.name == name
        for value in around[-1 - instr.immediates[-1]]
    }
    assert carried == set(VALTYPES)


def test_branch_tables_are_of_one_label_and_of_hundreds(functions: Functions) -> None:
    sizes = {len(instr.immediates) for _, _, _, body in functions for instr in body if instr.op.name == "br_table"}
    assert min(sizes) == 1
    assert max(sizes) > 200


def pushed_in_a_row(code: Code, type: FuncType, body: Body) -> Iterator[tuple[str, int]]:
    """How many simple values of one type are pushed one after the other."""
    locals_ = [*type.params, *(kind for count, kind in code.locals for _ in range(count))]

    def kind(instr: Instr) -> str:
        if instr.op.name == "local.get":
            return locals_[instr.immediates[0]].name
        return instr.op.name.partition(".")[0] if instr.op.name in _LEAVES else ""

    for name, run in groupby(body, kind):
        if name:
            yield name, len(list(run))


def test_more_values_are_live_than_arm64_has_registers_for(functions: Functions) -> None:
    most: dict[str, int] = {}
    for _, type, code, body in functions:
        for name, count in pushed_in_a_row(code, type, body):
            most[name] = max(count, most.get(name, 0))
    assert most["i32"] > 16
    assert most["i64"] > 16
    assert most["f32"] > 24
    assert most["f64"] > 24
    assert most["v128"] > 24


def test_frames_pass_4_and_32_kib(functions: Functions) -> None:
    sizes = [8 * sum(count for count, _ in code.locals) for _, _, code, _ in functions]
    assert any(4 << 10 < size < 32 << 10 for size in sizes)
    assert any(size > 32 << 10 for size in sizes)


def test_dead_code_holds_blocks_of_every_kind(functions: Functions) -> None:
    nested = set()
    for _, _, _, body in functions:
        dead = False
        for instr in body:
            if dead and instr.op in BLOCKS:
                nested.add(instr.op.name)
            dead = instr.op.name in _JUMPS or (dead and instr.op.name not in ("end", "else"))
    assert nested == {"block", "loop", "if"}


def neighbours(functions: Functions, count: int) -> Iterator[tuple[Instr, ...]]:
    for _, _, _, body in functions:
        yield from zip(*(body[k:] for k in range(count)), strict=False)


def test_an_address_is_stored_at_itself(functions: Functions) -> None:
    stores = {
        store.op.name
        for tee, get, store in neighbours(functions, 3)
        if tee.op.name == "local.tee" and get.op.name == "local.get" and tee.immediates == get.immediates
    }
    assert {"i32.store", "i32.store8", "i32.store16"} <= stores


def test_effective_addresses_pass_32_bits(functions: Functions) -> None:
    sums = [
        address.immediates[0] + access.immediates[1]
        for address, access in neighbours(functions, 2)
        if address.op.name == "i32.const" and access.op.immediates == (Imm.MEMARG,)
    ]
    assert any(total >= _SPACE for total in sums)
    assert sum(total < _SPACE for total in sums) > 0.9 * len(sums)


def test_bulk_operations_wrap_around_the_address_space(functions: Functions) -> None:
    lengths = {
        (row.op.name, length.immediates[0] > _SPACE - 0x10001)
        for length, row in neighbours(functions, 2)
        if length.op.name == "i32.const" and row.op.name in ("memory.fill", "memory.copy", "memory.init", "table.fill")
    }
    assert {("memory.fill", True), ("memory.fill", False), ("memory.copy", True), ("memory.copy", False)} <= lengths


def test_only_simple_values_are_dropped_unseen(functions: Functions) -> None:
    """In live code: a drop follows a copy into a local, a value pushed for it, a condition that had no room, or the
    quotient by which loops and calls are counted.
    """
    before = {
        first.op.name
        for _, _, _, body in functions
        for first, drop, dead in dropped(body)
        if not dead and drop.op.name == "drop"
    }
    assert "local.tee" in before
    assert before <= _LEAVES | {"local.tee", "ref.null", "ref.func", "i32.eqz", "i64.eqz", "i32.div_u"} | {
        name for name in before if name.partition(".")[2].startswith(("eq", "ne", "lt", "gt", "le", "ge"))
    }


def dropped(body: Body) -> Iterator[tuple[Instr, Instr, bool]]:
    """Neighbours, and whether they are dead."""
    dead = [False]
    for first, second in pairwise(body):
        if first.op in BLOCKS:
            dead.append(dead[-1])
        elif first.op.name == "end":
            dead.pop()
        elif first.op.name == "else":
            dead[-1] = len(dead) > 1 and dead[-2]
        elif first.op.name in _JUMPS:
            dead[-1] = True
        yield first, second, dead[-1] if dead else False
