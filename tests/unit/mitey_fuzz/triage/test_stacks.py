"""The types on the stack before every instruction, as the type checker sees them."""

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.types import F64, I32, I64, V128
from mitey_fuzz.triage.stacks import Shape, shapes
from support.wat import wasm


def of(text: str) -> list[Shape | None]:
    """The shapes of a module's first function, instruction by instruction."""
    module = decode(wasm(text), WASM_2)
    found = shapes(module, WASM_2)
    return [found.get(instr.offset) for instr in parse(module.codes[0].body, module.codes[0].offset)]


def test_straight_code_takes_and_leaves_what_its_rows_say() -> None:
    assert of("(func (result i32) (i32.add (i32.const 1) (i32.const 2)))") == [
        Shape((), 0, 1),
        Shape((I32,), 0, 1),
        Shape((I32, I32), 2, 1),
        Shape((I32,), 0, 0),
    ]


def test_a_block_shows_its_own_operands_alone() -> None:
    text = "(func (result i64 f64) (i64.const 1) (i32.const 2) (block (param i32) (result f64) (drop) (f64.const 3)))"
    assert of(text) == [
        Shape((), 0, 1),
        Shape((I64,), 0, 1),
        Shape((I64, I32), 0, 0),
        Shape((I32,), 1, 0),
        Shape((), 0, 1),
        Shape((F64,), 0, 0),
        Shape((I64, F64), 0, 0),
    ]


def test_code_that_cannot_be_reached_has_no_shape() -> None:
    found = of("(func (result i32) (block (br 0) (drop (i32.const 1))) (i32.const 2))")
    assert found[2:5] == [None, None, None]
    assert found[5] == Shape((), 0, 1)


def test_rules_follow_locals_globals_calls_and_vectors() -> None:
    text = """(global (mut i64) (i64.const 0)) (table 1 funcref)
      (func (param f64) (result v128 i64)
        (local.get 0) (call 1) (global.get 0) (ref.is_null (table.get 0 (i32.const 0))) (drop))
      (func (param f64) (result v128) (v128.const i64x2 1 2))"""
    found = of(text)
    assert found[1] == Shape((F64,), 1, 1)
    assert found[2] == Shape((V128,), 0, 1)
    assert found[-2] == Shape((V128, I64, I32), 1, 0)
