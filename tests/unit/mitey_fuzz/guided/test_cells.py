"""Cells: the universe counted by hand, what modules reach of it, and how cells are called."""

import pytest

from jit.backend.code import Situation
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.opcodes import BY_NAME
from mitey_fuzz import subject
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import generate, swarm
from mitey_fuzz.guided.cells import Shape, rows, shapes, text_of, universe
from support.wat import wasm


def shapes_of(text: str) -> set[str]:
    """The shapes of a module, in words."""
    return {text_of(cell) for cell in shapes(decode(wasm(text), WASM_2), WASM_2)}


@pytest.mark.parametrize(("name", "count"), [
    ("nop", 2 + 2),  # pending or not; live or dead
    ("i32.const", 6 + 14),  # three pressures, pending or not; seven sizes, live or dead
    ("f64.neg", 5 * 6 + 2),  # five places
    ("i32.eqz", 5 * 6 + 3 + 2),  # the flags are a sixth, and nothing else is pending then
    ("i32.add", (25 + 3) * 6 + 10 * 3 + 2),  # three pairs of places may be one value; the flags beside five others
    ("i64.store", (25) * 6 + 5 * 3 + 3 * 6 + 7 * 2),  # an address and a value may share a register after a wrap
    ("f32.store", 25 * 6 + 5 * 3 + 7 * 2),  # they may not here
])  # fmt: skip
def test_a_universe_has_as_many_cells_as_by_hand(name: str, count: int) -> None:
    assert len(universe(BY_NAME[name])) == count


def test_all_that_generated_modules_reach_is_in_the_universe() -> None:
    engine = subject.create("jit:baseline")
    reached: set[Situation | Shape] = set()
    engine.observe(reached.add)
    for seed in range(25):
        choices = SeededChoices(seed)
        module = generate(choices, swarm(choices, WASM_2)).wasm
        engine.code(module)
        reached |= shapes(decode(module, WASM_2), WASM_2)
    engine.close()
    assert len(reached) > 1000
    assert sorted(text_of(cell) for cell in reached if cell not in universe(cell.row)) == []


def test_a_situation_is_called_by_its_row_places_and_state() -> None:
    assert text_of(Situation(BY_NAME["i32.add"], "HH=", 2, pending=True)) == "i32.add [HH=] full pending"
    assert text_of(Situation(BY_NAME["select t"], "RCS", 0, pending=False)) == "select t [RCS] roomy"


def test_immediates_are_told_apart_by_size() -> None:
    module = """(module (memory 1) (func
        (drop (i32.load (i32.const 5))) (drop (i32.load offset=256 (i32.const 0xfff)))
        (drop (i32.load offset=0x80000000 (i32.const -1)))))"""
    assert shapes_of(module) == {
        "drop - live", "end - live",
        "i32.load memarg<0x1 live", "i32.load memarg<0x1000 live", "i32.load memarg>=0x80000000 live",
        "i32.const i32<0x1000 live", "i32.const i32>=0xffff0000 live",
    }  # fmt: skip


def test_branch_tables_are_told_apart_by_how_many_labels_they_have() -> None:
    module = "(module (func (block (br_table 0 (i32.const 0))) (block (br_table 0 0 0 0 (i32.const 0)))))"
    assert {"br_table labels<0x2 live", "br_table labels<0x9 live"} <= shapes_of(module)


def test_code_behind_a_jump_is_dead_until_its_block_ends() -> None:
    found = shapes_of("(module (func (block (br 0) (drop (i64.const 0))) (drop (f32.const 0))))")
    assert {"i64.const i64<0x1 dead", "f32.const f32<0x1 live", "drop - dead", "drop - live"} <= found
    assert "end - dead" not in found


def test_rows_follow_the_features() -> None:
    assert BY_NAME["i32x4.add"] in rows(WASM_2)
    assert BY_NAME["i32x4.add"] not in rows(WASM_2.of(WASM_2.names - {"simd"}))
