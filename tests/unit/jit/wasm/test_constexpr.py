import pytest
import wasmtime

from jit.errors import InvalidError, MalformedError
from jit.wasm import constexpr
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.module import Expr, Module
from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, NULL, ValType, Value

MODULE = decode(
    bytes(
        wasmtime.wat2wasm(
            """(module (import "" "i" (global i32)) (import "" "m" (global (mut i32)))
                       (import "" "e" (global externref)) (global i32 (i32.const 1)) (func) (func))"""
        )
    ),
    WASM_2,
)


def expr(text: str) -> Expr:
    return Expr(bytes.fromhex(text), 1000)


def global_value(index: int) -> Value:
    return Value(I32, 100 + index)


def func_ref(index: int) -> Value:
    return Value(FUNCREF, 7000 + index)


@pytest.mark.parametrize(
    ("text", "type", "bits"),
    [
        ("417f0b", I32, 0xFFFFFFFF),
        ("42808080808080808080 7f0b", I64, 1 << 63),
        ("430000a07f0b", F32, 0x7FA00000),
        ("44010000000000f0ff0b", F64, 0xFFF0000000000001),
        ("23000b", I32, 100),
        ("d0700b", FUNCREF, NULL),
        ("d06f0b", EXTERNREF, NULL),
        ("d2010b", FUNCREF, 7001),
    ],
)
def test_every_constant_instruction_has_its_type_and_value(text: str, type: ValType, bits: int) -> None:
    constexpr.check(expr(text), type, MODULE, WASM_2)
    assert constexpr.evaluate(expr(text), global_value, func_ref) == Value(type, bits)


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("0b", "type mismatch: expected [i32], found []", 1000),
        ("410041000b", "type mismatch: expected [i32], found [i32 i32]", 1004),
        ("42000b", "type mismatch: expected [i32], found [i64]", 1002),
        ("23020b", "type mismatch: expected [i32], found [externref]", 1002),
        ("23010b", "constant expression required", 1000),
        ("23030b", "unknown global 3", 1000),
        ("23090b", "unknown global 9", 1000),
        ("d2020b", "unknown function 2", 1000),
        ("010b", "constant expression required", 1000),
        ("4100 41006a0b", "constant expression required", 1004),
        ("20000b", "constant expression required", 1000),
    ],
)
def test_what_is_not_constant_or_not_an_i32_is_invalid(text: str, message: str, offset: int) -> None:
    with pytest.raises(InvalidError) as refused:
        constexpr.check(expr(text), I32, MODULE, WASM_2)
    assert (refused.value.message, refused.value.offset) == (message, offset)


@pytest.mark.parametrize("text", ["4100", "41", "", "f30b", "41000b00"])
def test_bytes_that_are_no_expression_are_malformed(text: str) -> None:
    with pytest.raises(MalformedError):
        constexpr.check(expr(text), I32, MODULE, WASM_2)


def test_references_are_no_constants_of_1_0() -> None:
    with pytest.raises(MalformedError, match="illegal opcode"):
        constexpr.check(expr("d0700b"), FUNCREF, Module(), WASM_1)


def test_references_to_functions_are_found() -> None:
    assert constexpr.referenced_functions(expr("d2010b"), WASM_2) == [1]
    assert constexpr.referenced_functions(expr("d0700b"), WASM_2) == []
