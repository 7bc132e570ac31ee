"""What a baseline compiler that is watched tells of each instruction, and that watching changes nothing."""

import pytest

from jit.backend.code import Situation
from jit.engine import Engine
from jit.wasm.opcodes import BY_NAME
from support.wat import wasm


@pytest.fixture(scope="module")
def engine():
    with Engine("baseline") as engine:
        yield engine


def told(engine: Engine, body: str) -> list[str]:
    """What is told of a function of two i32 parameters, i32 locals 2 to 40 behind them, and one result."""
    heard: list[Situation] = []
    engine.observe(heard.append)
    text = f"(module (memory 1) (func (param i32 i32) (result i32) (local {'i32 ' * 39}) {body}))"
    engine.code(wasm(text))
    engine.observe(None)
    return [f"{row.name} {operands} {pressure}{'!' if pending else ''}" for row, operands, pressure, pending in heard]


@pytest.mark.parametrize(("body", "expected"), [
    ("(i32.add (i32.const 1) (local.get 0))", "i32.add CH 0"),
    ("(i32.add (local.get 0) (local.get 0))", "i32.add HH= 0"),
    ("(i32.add (local.get 0) (local.get 1))", "i32.add HH 0"),
    ("(i32.add (local.get 39) (local.get 40))", "i32.add LL 0"),
    ("(i32.sub (i32.clz (local.get 0)) (i32.const 5))", "i32.sub RC 0"),
    ("(i32.eqz (i32.eq (local.get 0) (i32.const 5)))", "i32.eqz F 0"),
    ("(i32.add (i32.eq (local.get 0) (i32.const 5)) (i32.const 7))", "i32.add FC 0"),
    ("(i32.clz (local.get 0)) (block) (i32.clz)", "i32.clz S 0"),
    ("(i32.clz (local.tee 0 (i32.ctz (local.get 0))))", "i32.clz H 0"),
    ("(select (local.get 0) (local.get 0) (i32.const 1))", "select HHC= 0"),
])  # fmt: skip
def test_a_situation_says_where_each_operand_is(engine: Engine, body: str, expected: str) -> None:
    assert expected in told(engine, body)


def test_a_comparison_below_the_operands_is_pending(engine: Engine) -> None:
    heard = told(engine, "(i32.eq (local.get 0) (i32.const 5)) (drop (i32.clz (local.get 1)))")
    assert "i32.clz H 0!" in heard
    assert "i32.eq HC 0" in heard


def test_pressure_rises_to_full_when_every_register_is_held(engine: Engine) -> None:
    sums = "(i32.clz (local.get 0)) " * 12
    heard = told(engine, sums + "i32.add " * 11)
    assert [line[-1] for line in heard if line.startswith("i32.clz")] == [*"000000000", "1", "1", "2"]


def test_carried_values_are_operands_of_branches(engine: Engine) -> None:
    heard = told(engine, "(block (result i32) (br_if 0 (i32.const 3) (local.get 0)))")
    assert "br_if CH 0" in heard
    assert "end C 0" in heard


def test_dead_code_is_not_told_of(engine: Engine) -> None:
    assert told(engine, "(return (i32.const 1)) (i32.clz (i32.const 1))") == ["i32.const  0", "return C 0", "end  0"]


def test_code_is_the_same_whether_watched_or_not(engine: Engine) -> None:
    module = wasm("(module (func (param i32) (result i32) (i32.div_s (local.get 0) (i32.const 10))))")
    plain = engine.code(module)
    heard: list[Situation] = []
    engine.observe(heard.append)
    watched = engine.code(module)
    engine.observe(None)
    assert watched == plain
    assert [situation.row for situation in heard] == [
        BY_NAME[name] for name in ("local.get", "i32.const", "i32.div_s", "end")
    ]
