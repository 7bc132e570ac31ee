import struct
from dataclasses import replace

import pytest
import wasmtime
from hypothesis import given, settings
from hypothesis import strategies as st

from jit.wasm import literals
from jit.wasm.body import EMPTY, END, Instr, assemble, const
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Custom, Module
from jit.wasm.opcodes import op
from jit.wasm.text import to_wat
from jit.wasm.types import F32, F64, I32
from mitey_fuzz.strategies import modules
from support.modules import EVERY_MODULE, MANY, VOID, module_of

STYLES = pytest.mark.parametrize("fold", [False, True], ids=["flat", "folded"])


@STYLES
@pytest.mark.parametrize("module", EVERY_MODULE.values(), ids=EVERY_MODULE)
def test_what_is_printed_assembles_to_the_same_bytes(module: Module, fold: bool) -> None:
    assert wasmtime.wat2wasm(to_wat(module, fold=fold)) == encode(module)


@STYLES
@settings(max_examples=50)
@given(wasm=modules())
def test_what_is_drawn_and_printed_assembles_to_the_same_bytes(fold: bool, wasm: bytes) -> None:
    assert wasmtime.wat2wasm(to_wat(decode(wasm, WASM_2), fold=fold)) == wasm


@given(st.integers(0, (1 << 32) - 1), st.integers(0, (1 << 64) - 1))
@settings(deadline=None)
def test_floats_keep_every_bit(narrow: int, wide: int) -> None:
    body = assemble([const(F32, narrow), Instr(op("drop")), const(F64, wide), Instr(op("drop")), Instr(END)])
    module = module_of([body])
    assert wasmtime.wat2wasm(to_wat(module)) == encode(module)


# fmt: off
FLOATS = [
    (0x00000000, "0x0p+0"),        (0x80000000, "-0x0p+0"),      (0x3F800000, "0x1p+0"),
    (0xC0490FDB, "-0x1.921fb6p+1"), (0x00000001, "0x0.000002p-126"), (0x7F7FFFFF, "0x1.fffffep+127"),
    (0x7F800000, "inf"),           (0xFF800000, "-inf"),         (0x7FC00000, "nan"),
    (0xFFC00000, "-nan"),          (0x7FA00000, "nan:0x200000"),
]
# fmt: on


@pytest.mark.parametrize(("bits", "expected"), FLOATS)
def test_floats_are_hexadecimal(bits: int, expected: str) -> None:
    assert literals.floating(bits, 32) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_finite_floats_are_what_python_reads(value: float) -> None:
    (bits,) = struct.unpack("<Q", struct.pack("<d", value))
    assert struct.pack("<d", float.fromhex(literals.floating(bits, 64))) == struct.pack("<d", value)


@given(st.text(max_size=20), st.binary(max_size=20))
@settings(deadline=None)
def test_names_and_contents_are_escaped(name: str, content: bytes) -> None:
    module = Module(customs=(Custom(name, content, 0),))
    assert decode(bytes(wasmtime.wat2wasm(to_wat(module))), WASM_2).customs == module.customs


def test_flat_code_is_indented_by_its_blocks() -> None:
    body = assemble([Instr(op("loop"), (EMPTY,)), const(I32, 1), Instr(op("br_if"), (0,)), Instr(END), Instr(END)])
    module = Module(types=(VOID,), functions=(0,), codes=(Code(((1, I32),), body),))
    assert to_wat(module) == (
        "(module\n"
        "  (type (;0;) (func))\n"
        "  (func (;0;) (type 0)\n"
        "    (local i32)\n"
        "    loop\n"
        "      i32.const 1\n"
        "      br_if 0\n"
        "    end))\n"
    )


def folded_body(wat: str) -> str:
    """The folded text of the first function's body, in one line."""
    text = to_wat(decode(bytes(wasmtime.wat2wasm(wat)), WASM_2), fold=True)
    return " ".join(text[text.rindex("(func (;") :].split("\n", 1)[1].split()).removesuffix("))")


# fmt: off
FOLDED = [
    ("(drop (i32.add (i32.const 1) (i32.const 2)))", "(drop (i32.add (i32.const 1) (i32.const 2)))"),
    ("i32.const 1 if nop else return end",           "(if (i32.const 1) (then (nop)) (else (return)))"),
    ("i32.const 1 nop drop",                         "(i32.const 1) (nop) (drop)"),
    ("unreachable i32.add drop",                     "(unreachable) (i32.add) (drop)"),
    ("call 0 drop drop",                             "(call 0) (drop) (drop)"),
    ("i32.const 1 block (result i32) i32.const 2 end i32.add drop",
     "(drop (i32.add (i32.const 1) (block (result i32) (i32.const 2))))"),
    ("i32.const 7 i32.const 1 br_if 0 drop",         "(i32.const 7) (br_if 0 (i32.const 1)) (drop)"),
]
# fmt: on


@pytest.mark.parametrize(("body", "expected"), FOLDED)
def test_folding_groups_operands_where_all_are_at_hand(body: str, expected: str) -> None:
    wat = f'(module (import "a" "b" (func (result i32 i32))) (func {body}))'
    assert folded_body(wat) == expected


@STYLES
def test_deep_code_prints_without_recursion_in_linear_space(fold: bool) -> None:
    depth = 20_000
    nested = [Instr(op("block"), (EMPTY,))] * depth + [Instr(END)] * depth
    operands = [const(I32, 1), *[Instr(op("i32.eqz"))] * depth, Instr(op("drop"))]
    module = module_of([assemble([*nested, *operands, Instr(END)])])
    text = to_wat(module, fold=fold)
    assert len(text) < 300 * depth
    assert wasmtime.wat2wasm(text) == encode(module)


def test_a_function_of_a_type_that_does_not_exist_is_printed_all_the_same() -> None:
    module = Module(types=(MANY,), functions=(7,), codes=(Code((), assemble([Instr(END)])),))
    assert "(func (;0;) (type 7))" in to_wat(module)


def test_a_custom_section_behind_the_data_count_stays_before_the_code() -> None:
    module = module_of([assemble([Instr(op("data.drop"), (0,)), Instr(END)])])
    before = ("type", "func", "table", "memory", "global", "elem", "datacount")
    module = replace(module, customs=(Custom("x", b"", len(before)),))
    assert '(@custom "x" (before code)' in to_wat(module)
