from dataclasses import replace

import pytest
import wasmtime

from jit.wasm.body import END, Instr, assemble, const, expr
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.module import Code, Custom, Data, Elem, Expr, Import, Mode, Module
from jit.wasm.opcodes import op
from jit.wasm.types import FUNCREF, I32, I64, Limits, MemoryType, TableType
from support.modules import EVERY_FORM, EVERY_MODULE, VOID


def without_offsets(module: Module) -> Module:
    """The module without what only a decoded one has: offsets, its bytes, a data count that says nothing."""

    def moved(expr: Expr | None) -> Expr | None:
        return None if expr is None else Expr(expr.code)

    items = [tuple(Expr(i.code) if isinstance(i, Expr) else i for i in elem.items) for elem in module.elems]
    return replace(
        module,
        globals=tuple(replace(g, init=Expr(g.init.code)) for g in module.globals),
        elems=tuple(replace(e, items=i, offset=moved(e.offset)) for e, i in zip(module.elems, items, strict=True)),
        codes=tuple(replace(c, offset=0) for c in module.codes),
        datas=tuple(replace(d, offset=moved(d.offset)) for d in module.datas),
        data_count=None,
        source=b"",
    )


@pytest.mark.parametrize("module", EVERY_MODULE.values(), ids=EVERY_MODULE)
def test_what_is_encoded_decodes_to_the_same_module(module: Module) -> None:
    assert without_offsets(decode(encode(module), WASM_2)) == module


@pytest.mark.parametrize("name", ["types", "imports", "limits", "exports", "locals", "customs"])
def test_valid_modules_are_taken_by_wasmtime(name: str) -> None:
    wasmtime.Module.validate(wasmtime.Engine(), encode(EVERY_FORM[name]))


@pytest.mark.parametrize(
    "wat",
    [
        "(module)",
        '(module (import "a" "b" (func (param i32))) (func) (table 1 2 funcref) (memory 1) (export "f" (func 0)))',
        "(module (func) (table 3 funcref) (elem (i32.const 0) 0 0) (start 0))",
        "(module (table 3 externref) (table 3 funcref) (elem (table 1) (i32.const 0) func 0) (elem declare func 0))",
        '(module (memory 1) (data "x") (data (i32.const 9) "y") (func (data.drop 0)))',
        "(module (global (mut f64) (f64.const -0)) (func (local i32 i32 f32) (local.set 0 (i32.const -7))))",
    ],
)
def test_bytes_from_another_encoder_come_out_again(wat: str) -> None:
    wasm = bytes(wasmtime.wat2wasm(wat))
    assert encode(decode(wasm, WASM_2)) == wasm


def test_segments_take_the_form_that_1_0_knows() -> None:
    zero = expr(const(I32, 0))
    module = Module(
        types=(VOID,),
        functions=(0,),
        tables=(TableType(FUNCREF, Limits(1, None)),),
        memories=(MemoryType(Limits(1, None)),),
        elems=(Elem(Mode.ACTIVE, FUNCREF, (0,), 0, zero),),
        codes=(Code((), assemble([Instr(END)])),),
        datas=(Data(Mode.ACTIVE, b"x", 0, zero),),
    )
    assert without_offsets(decode(encode(module), WASM_1)) == module


def body_with(*instrs: Instr) -> Module:
    code = Code((), assemble([*instrs, Instr(END)]))
    return Module(types=(VOID,), functions=(0,), codes=(code,), datas=(Data(Mode.PASSIVE, b"x"),))


def test_the_data_count_is_written_when_an_instruction_names_a_segment() -> None:
    module = body_with(Instr(op("data.drop"), (0,)))
    assert decode(encode(module), WASM_2).data_count == 1


def test_the_data_count_is_not_written_for_a_constant_that_looks_like_such_an_instruction() -> None:
    lookalike = int.from_bytes(b"\xfc\x09\0\0", "little") | 1 << 62  # its bytes stand in the middle of a float
    module = body_with(Instr(op("f64.const"), (lookalike,)), Instr(op("drop")))
    assert b"\xfc\x09" in module.codes[0].body
    assert decode(encode(module), WASM_2).data_count is None


def test_a_data_count_that_was_there_stays_there() -> None:
    module = replace(body_with(), data_count=1)
    assert decode(encode(module), WASM_2).data_count == 1


def test_a_function_import_without_an_index_gets_that_of_its_type() -> None:
    module = Module(types=(VOID,), imports=(Import("a", "b", VOID),))
    assert decode(encode(module), WASM_2).imports[0].type_index == 0


def test_custom_sections_keep_their_places() -> None:
    customs = tuple(Custom(f"{n}", bytes((n,)), place) for n, place in enumerate((0, 0, 1, 3, 4)))
    module = replace(body_with(Instr(op("i64.const"), (1,)), Instr(op("drop"))), customs=customs)
    assert decode(encode(module), WASM_2).customs == customs


def test_numbers_are_written_from_unsigned_bits() -> None:
    assert const(I64, (1 << 64) - 1).immediates == ((1 << 64) - 1,)
    assert assemble([const(I64, (1 << 64) - 1)]).hex() == "427f"
