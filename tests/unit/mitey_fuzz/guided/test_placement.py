"""Mutations that aim at cells: they keep modules valid, put values where they say, and reach what was not reached."""

from collections.abc import Iterator

import pytest

from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from mitey_fuzz import subject
from mitey_fuzz.choices import ReplayChoices, SeededChoices
from mitey_fuzz.guided.cells import text_of
from mitey_fuzz.guided.placement import LEAST_CROWD, MOST_CROWD, place
from mitey_fuzz.guided.target import cells_of, is_valid
from mitey_fuzz.store.corpus import Entry, load
from mitey_fuzz.subject import JitEngine
from support.repository import ROOT
from support.wat import wasm

MODULE = wasm("""(module (func (export "f") (param i32 i32) (result i32)
    (i32.rotl (i32.ctz (local.get 0)) (local.get 1))))""")
WHOLE, OPERAND = 3, 1
"""Which stretch: `rotl` with all before it, or its first operand."""
CROWD, PEND, DOUBLE, SPILL = 0, 2, 4, 5
"""Which kind."""
NEAR, FIRST = 1, 0


@pytest.fixture(scope="module")
def engine() -> Iterator[JitEngine]:
    engine = subject.create("jit:baseline")
    yield engine
    engine.close()


def reached(engine: JitEngine, *draws: int) -> set[str]:
    """The cells of the module placed once, in its only function, as these further draws say."""
    placed = encode(place(ReplayChoices((1, 0, *draws)), decode(MODULE, WASM_2), WASM_2))
    return {text_of(cell) for cell in cells_of(engine, [placed], WASM_2)}


@pytest.mark.parametrize(("draws", "cell"), [
    ((WHOLE, PEND, NEAR, NEAR), "i32.rotl [RH] roomy pending"),
    ((OPERAND, SPILL), "i32.rotl [SH] roomy"),
    ((OPERAND, DOUBLE, NEAR, FIRST), "i32.eq [HH=] roomy"),
])  # fmt: skip
def test_each_kind_reaches_the_situation_that_it_is_for(engine: JitEngine, draws: tuple[int, ...], cell: str) -> None:
    assert cell not in {text_of(cell) for cell in cells_of(engine, [MODULE], WASM_2)}
    assert cell in reached(engine, *draws)


def test_a_crowd_makes_registers_scarce_and_then_takes_all(engine: JitEngine) -> None:
    """From how many values on is the allocator's business."""
    cells = [reached(engine, WHOLE, CROWD, NEAR, more, FIRST) for more in range(MOST_CROWD - LEAST_CROWD + 1)]
    rotations = [next(cell for cell in each if cell.startswith("i32.rotl [")) for each in cells]
    met = [rotation.removeprefix("i32.rotl [RH] ") for rotation in rotations]
    assert list(dict.fromkeys(met)) == ["roomy", "tight", "full"]


def test_far_locals_have_no_register(engine: JitEngine) -> None:
    far = 0
    assert "i32.eq [RL] roomy" in reached(engine, OPERAND, DOUBLE, far, FIRST)


@pytest.mark.parametrize("entry", load(ROOT / "corpus" / "seeds", WASM_2), ids=lambda entry: entry.name)
def test_placed_modules_are_valid(entry: Entry) -> None:
    for seed in range(4):
        assert is_valid(encode(place(SeededChoices(seed), decode(entry.wasm, WASM_2), WASM_2)), WASM_2)


def test_a_module_without_functions_stays_as_it_is() -> None:
    module = decode(wasm("(module (memory 1))"), WASM_2)
    assert place(SeededChoices(0), module, WASM_2) == module
