"""Mutation and crossover: pure functions of bytes and seed, which keep valid modules valid nearly always."""

import pytest

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from mitey_fuzz.guided.mutator import cross_over, mutate
from mitey_fuzz.guided.target import is_valid
from support.wat import wasm

MOST = 30_000
ONE = wasm("""(module (memory 1) (func (export "one") (param i32 i32) (result i32)
    (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.load (local.get 1)))))""")
OTHER = wasm("""(module (global (mut i64) (i64.const 1)) (func (export "other") (param i64) (result i64)
    (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 7)) (else (i64.sub (local.get 0) (global.get 0))))))""")


def test_the_same_bytes_and_seed_give_the_same_module() -> None:
    for seed in range(20):
        assert mutate(ONE, seed, MOST, WASM_2) == mutate(ONE, seed, MOST, WASM_2)
        assert cross_over(ONE, OTHER, seed, MOST, WASM_2) == cross_over(ONE, OTHER, seed, MOST, WASM_2)


def test_seeds_make_different_modules() -> None:
    assert len({mutate(ONE, seed, MOST, WASM_2) for seed in range(40)}) > 30


def test_mutants_of_a_valid_module_are_nearly_all_valid() -> None:
    valid = sum(is_valid(mutate(ONE, seed, MOST, WASM_2), WASM_2) for seed in range(200))
    assert 190 <= valid < 200  # some are damaged on purpose


def test_a_chain_of_mutants_stays_a_module() -> None:
    wasm_ = ONE
    for seed in range(30):
        following = mutate(wasm_, seed, MOST, WASM_2)
        wasm_ = following if is_valid(following, WASM_2) else wasm_
    assert wasm_ != ONE
    assert decode(wasm_, WASM_2).exports


def test_bytes_that_are_no_module_give_way_to_one() -> None:
    for seed in range(5):
        assert is_valid(mutate(b"\n", seed, MOST, WASM_2), WASM_2)
        assert is_valid(cross_over(b"", OTHER, seed, MOST, WASM_2), WASM_2)


def test_a_child_of_two_modules_has_the_functions_of_both() -> None:
    children = (decode(cross_over(ONE, OTHER, seed, MOST, WASM_2), WASM_2) for seed in range(20))
    assert ["one", "other"] in [[export.name for export in child.exports] for child in children]


def test_children_of_valid_modules_are_valid() -> None:
    assert all(is_valid(cross_over(ONE, OTHER, seed, MOST, WASM_2), WASM_2) for seed in range(50))


@pytest.mark.parametrize("most", [len(ONE), 100, 1000])
def test_nothing_is_longer_than_it_may_be(most: int) -> None:
    for seed in range(40):
        assert len(mutate(ONE, seed, most, WASM_2)) <= most
        assert len(cross_over(ONE, OTHER, seed, most, WASM_2)) <= most
