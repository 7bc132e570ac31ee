"""What is run for an input: the same case for the same bytes, judged, and its cells counted once."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from jit.wasm.features import WASM_2
from mitey_fuzz import subject
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.compare.verdict import Agreed, Divergence
from mitey_fuzz.guided.cells import text_of
from mitey_fuzz.guided.counters import Counters
from mitey_fuzz.guided.target import Target, case_of, cells_of
from mitey_fuzz.planted import text_of as planted
from mitey_fuzz.store.crashes import Setup
from support.wat import wasm

MODULE = wasm("""(module (func (export "f") (param i32 i32) (result i32)
    (i32.shr_s (local.get 0) (local.get 1))))""")
CELL = "i32.shr_s [HH] roomy"
NEGATIVE = wasm("""(module (func (export "f") (param i32 i32) (result i32)
    (i32.shr_s (i32.or (local.get 0) (i32.const 0x80000000)) (i32.or (local.get 1) (i32.const 1)))))""")


@pytest.fixture(scope="module")
def panel() -> Iterator[Panel]:
    with Panel(Setup(("jit:baseline",), ("wasmtime",), "wasm-2.0"), deadline_s=2.0) as panel:
        yield panel


def test_an_input_has_one_case_and_it_calls_every_export() -> None:
    assert case_of(MODULE, WASM_2) == case_of(MODULE, WASM_2)
    assert {call.export for call in case_of(MODULE, WASM_2).script} == {"f"}


def test_a_module_is_judged_and_its_cells_are_those_of_its_code(panel: Panel) -> None:
    judged = Target(panel, WASM_2)(MODULE)
    assert isinstance(judged.verdict, Agreed)
    assert CELL in {text_of(cell) for cell in judged.cells}
    assert "i32.shr_s - live" in {text_of(cell) for cell in judged.cells}


def test_cells_are_those_of_one_input_alone(panel: Panel) -> None:
    target = Target(panel, WASM_2)
    first = target(MODULE).cells
    second = target(wasm('(module (func (export "f") (result f64) (f64.const 1)))')).cells
    assert CELL not in {text_of(cell) for cell in second}
    assert target(MODULE).cells == first


def test_compiling_alone_finds_the_same_cells(panel: Panel) -> None:
    engine = subject.create("jit:baseline")
    assert cells_of(engine, [MODULE], WASM_2) == Target(panel, WASM_2)(MODULE).cells
    engine.close()


@pytest.mark.parametrize("wasm", [b"", b"\0asm\1\0\0\0\7", wasm("(module)")[:-1], b"\0asm\1\0\0\0\1\4\1\x60\0\x80"])
def test_bytes_that_are_no_module_are_judged_by_who_refuses_them(panel: Panel, wasm: bytes) -> None:
    judged = Target(panel, WASM_2)(wasm)
    assert isinstance(judged.verdict, Agreed)
    assert judged.case.script == ()
    assert judged.cells == frozenset()


def test_counters_hear_of_each_cell_once_an_input(panel: Panel) -> None:
    counted: list[int] = []
    numbers = iter(range(10_000))
    atheris = SimpleNamespace(_reserve_counter=lambda: next(numbers), _trace_branch=counted.append)
    target = Target(panel, WASM_2, Counters(atheris))
    cells = target(MODULE).cells
    assert sorted(counted) == list(range(len(cells)))
    target(MODULE)
    assert sorted(counted) == sorted(2 * list(range(len(cells))))


def test_a_planted_bug_is_a_divergence() -> None:
    inject = planted("mitey_fuzz/selftest/mutants.toml#asr-becomes-lsr")
    with Panel(Setup(("jit:baseline",), ("wasmtime",), "wasm-2.0", inject), deadline_s=2.0) as panel:
        assert isinstance(Target(panel, WASM_2)(NEGATIVE).verdict, Divergence)
