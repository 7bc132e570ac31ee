"""Functions of extreme size: far branches, far slots, many of everything."""

from collections.abc import Iterator

import pytest

import jit
from support.wat import wasm


@pytest.fixture(scope="module")
def engine() -> Iterator[jit.Engine]:
    with jit.Engine("baseline") as made:
        yield made


def run(engine: jit.Engine, text: str, *args: int) -> object:
    return engine.instantiate(engine.compile(wasm(text))).call("f", *args)


def test_a_thousand_arguments_and_results_travel(engine: jit.Engine) -> None:
    n = 1000
    text = f"""
        (func $many (param {"i32 " * n}) (result {"i32 " * n})
          {" ".join(f"(i32.add (local.get {i}) (i32.const {i}))" for i in range(n))})
        (func (export "f") (param i32) (result i32)
          (call $many {"(local.get 0) " * n}) {"i32.add " * (n - 1)})"""
    assert run(engine, text, 3) == 3 * n + n * (n - 1) // 2


def test_arguments_of_all_classes_come_in_order(engine: jit.Engine) -> None:
    types = ("i32", "f64", "i64", "f32") * 8
    args = " ".join(f"({type}.const {i})" for i, type in enumerate(types))
    text = f"""
        (func $mixed (param {" ".join(types)}) (result {" ".join(reversed(types))})
          {" ".join(f"(local.get {i})" for i in reversed(range(len(types))))})
        (func (export "f") (result {" ".join(reversed(types))}) (call $mixed {args}))"""
    assert run(engine, text) == tuple(float(i) if types[i][0] == "f" else i for i in reversed(range(len(types))))


def test_ten_thousand_locals_keep_their_values(engine: jit.Engine) -> None:
    sets = " ".join(f"(local.set {i} (i64.const {i}))" for i in range(1, 10_000))
    text = f"""(func (export "f") (param i64) (result i64) (local {"i64 " * 10_000}) {sets}
        (i64.add (i64.add (local.get 9999) (local.get 15)) (i64.add (local.get 10000) (local.get 0))))"""
    assert run(engine, text, 7) == 9999 + 15 + 7


def test_five_thousand_nested_blocks_are_left_at_once(engine: jit.Engine) -> None:
    n = 5000
    text = f"""(func (export "f") (param i32) (result i32) {"block (result i32) " * n}
        local.get 0 local.get 0 br_if {n - 1} {"end " * n})"""
    assert [run(engine, text, value) for value in (0, 5)] == [0, 5]


def test_a_table_of_a_hundred_thousand_targets_branches_to_each(engine: jit.Engine) -> None:
    n = 99_999
    text = f"""(func (export "f") (param i32) (result i32)
        (block (block (block (br_table {"0 1 2 " * (n // 3)} 1 (local.get 0)))
          (return (i32.const 10))) (return (i32.const 11))) (i32.const 12))"""
    found = [run(engine, text, index) for index in (0, 1, 2, n - 1, n, -1)]
    assert found == [10, 11, 12, 12, 11, 11]


def test_operands_beyond_a_frame_of_32_kib_are_found_again(engine: jit.Engine) -> None:
    n = 5000
    text = f"""(func $same (param i32) (result i32) local.get 0)
        (func (export "f") (param i32) (result i32)
          {"(i32.clz (local.get 0)) " * n} call $same {"i32.add " * (n - 1)})"""
    assert run(engine, text, 1) == 31 * n


@pytest.mark.parametrize("adds", [2_000, 10_000])
def test_tests_of_a_bit_branch_as_far_as_they_must(engine: jit.Engine, adds: int) -> None:
    """TBZ reaches 32 KiB, a quarter of which is each branch's distance at first; beyond, it skips a B."""
    many = "(local.set 1 (i32.add (i32.mul (local.get 1) (local.get 1)) (local.get 0)))" * adds
    text = f"""
        (func (export "f") (param i32) (result i32) (local i32)
          (if (i32.and (local.get 0) (i32.const 4)) (then {many}))
          (if (i32.lt_s (local.get 0) (i32.const 0)) (then {many}))
          (block (br_if 0 (i32.eqz (i32.and (i32.shr_u (local.get 0) (i32.const 3)) (i32.const 1)))) {many})
          (if (i32.eq (local.get 1) (i32.const 0)) (then (return (i32.const -1))))
          (local.get 1))"""
    module = engine.compile(wasm(text))
    call = engine.instantiate(module).call

    def passes(start: int, times: int) -> int:
        value = 0
        for _ in range(times * adds):
            value = value * value + start & 0xFFFF_FFFF
        return (value ^ 1 << 31) - (1 << 31)

    assert call("f", 3) == -1
    for argument, times in ((4, 1), (12, 2), (-4, 3), (-13, 1), (8, 1)):
        assert call("f", argument) == passes(argument, times)


@pytest.mark.slow
@pytest.mark.parametrize(
    "body", ["(block (br_if 0 (local.get 0)) {long} {trap})", "(if (local.get 0) (then) (else {long} {trap}))"]
)
def test_branches_over_more_than_a_mebibyte_are_taken(engine: jit.Engine, body: str) -> None:
    long = "(local.set 1 (i64.mul (local.get 1) (i64.const 0x123456789abcdef0))) " * 60_000
    filled = body.format(long=long, trap="(drop (i64.div_s (i64.const 1) (local.get 1)))")
    text = (
        f'(func (export "f") (param i32) (result i64) (local i64) (local.set 1 (i64.const 7)) {filled} (local.get 1))'
    )
    instance = engine.instantiate(engine.compile(wasm(text)))
    assert instance.call("f", 1) == 7
    with pytest.raises(jit.Trap, match="integer divide by zero"):
        instance.call("f", 0)


@pytest.mark.slow
@pytest.mark.parametrize("at", ["first", "last"])
def test_vectors_leave_their_homes_for_a_call_wherever_branches_turn_out_too_short(engine: jit.Engine, at: str) -> None:
    """Compiled again for the call and again for the reach, in either order."""
    long = "(local.set 1 (i64.mul (local.get 1) (i64.const 0x123456789abcdef0))) " * 60_000
    call = "(call $f)"
    text = f"""(func $f) (func (export "f") (param i32) (result v128) (local i64) (local v128)
        (local.set 2 (v128.const i64x2 3 4)) {call if at == "first" else ""}
        (block (br_if 0 (local.get 0)) {long} (local.set 2 (i64x2.add (local.get 2) (local.get 2))))
        {call if at == "last" else ""} (local.get 2))"""
    instance = engine.instantiate(engine.compile(wasm(text)))
    assert [instance.call("f", taken) for taken in (1, 0)] == [4 << 64 | 3, 8 << 64 | 6]
