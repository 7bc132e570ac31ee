"""Each switch of a perturbation changes the code, and none what it computes."""

from collections.abc import Iterator

import pytest

from jit.backend.code import Symbol
from jit.engine import Engine
from jit.perturbation import SWITCHES, UNCHANGED, Kind, Perturbation
from support.wat import wasm

MODULE = wasm("""(module (memory 1)
  (func $twice (param i64) (result i64) (i64.add (local.get 0) (local.get 0)))
  (func (export "f") (param i32 i64) (result i64) (local $a i64) (local $b i32) (local $c f64)
    (local.set $a (i64.add (i64.mul (local.get 1) (i64.const 3)) (i64.extend_i32_u (local.get 0))))
    (local.set $b (i32.add (i32.shl (local.get 0) (i32.const 3)) (i32.mul (i32.const 6) (i32.const 7))))
    (if (i32.lt_s (local.get $b) (i32.const 100))
      (then (local.set $c (f64.convert_i32_s (i32.add (local.get 0) (i32.add (i32.const 1) (i32.const 2)))))))
    (i64.store offset=8 (i32.const 16) (i64.xor (local.get $a) (i64.const -1)))
    (block (br_if 0 (i32.eqz (local.get 0))) (local.set $b (i32.mul (local.get $b) (local.get $b))))
    (i64.add
      (i64.add (call $twice (i64.load offset=8 (i32.const 16))) (i64.extend_i32_s (local.get $b)))
      (i64.add (i64.trunc_sat_f64_s (local.get $c))
        (i64.add (i64.mul (local.get $a) (local.get 1)) (i64.const 9))))))""")
CALLS = [(0, 0), (3, 5), (-1, -1), (12, 1 << 40), (1 << 30, -7)]


def code(perturbation: Perturbation | None) -> dict[Symbol, bytes]:
    with Engine("baseline", paranoid=True, perturbation=perturbation) as engine:
        return {symbol: compiled.code for symbol, compiled in engine.code(MODULE).items()}


def results(perturbation: Perturbation | None) -> list[object]:
    with Engine("baseline", paranoid=True, perturbation=perturbation) as engine:
        instance = engine.instantiate(engine.compile(MODULE))
        return [instance.call("f", *args) for args in CALLS]


@pytest.fixture(scope="module")
def plain() -> Iterator[list[object]]:
    with Engine("baseline") as engine:
        instance = engine.instantiate(engine.compile(MODULE))
        yield [instance.call("f", *args) for args in CALLS]


def test_without_any_kind_the_code_is_as_always() -> None:
    assert code(UNCHANGED) == code(None)


def test_junk_and_other_addresses_leave_the_code_alone() -> None:
    assert code(Perturbation(4, frozenset({Kind.JUNK, Kind.MOVED}))) == code(None)


def test_one_seed_makes_one_code() -> None:
    assert code(Perturbation.of(7)) == code(Perturbation.of(7))


@pytest.mark.parametrize("kind", SWITCHES)
def test_each_switch_changes_the_code_and_not_the_results(kind: Kind, plain: list[object]) -> None:
    perturbation = Perturbation(3, frozenset({kind}))
    assert code(perturbation) != code(None)
    assert results(perturbation) == plain


@pytest.mark.parametrize("seed", range(6))
def test_a_perturbed_compiler_computes_the_same(seed: int, plain: list[object]) -> None:
    assert results(Perturbation.of(seed)) == plain
