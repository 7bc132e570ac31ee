from dataclasses import replace

import pytest
import wasmtime

from jit.errors import InvalidError, MalformedError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import Export, ExternKind, Module
from jit.wasm.types import FUNCREF, I32, FuncType, Limits, MemoryType, TableType
from jit.wasm.validate import declared_functions, validate
from jit.wasm.writer import section, vec
from support.binary import HEADER, code, module

TYPES = section(1, [vec([b"\x60\0\0", b"\x60\1\x7f\0"])])
FUNCTION = section(3, [b"\1\0"])
TABLE = section(4, [b"\1\x70\0\1"])
MEMORY = section(5, [b"\1\0\1"])
GLOBAL = section(6, [b"\1\x7f\0\x41\0\x0b"])
CODE = code("00 0b")


def refusal(wasm: bytes, features: Features = WASM_2) -> InvalidError:
    with pytest.raises(InvalidError) as refused:
        validate(decode(wasm, features), features)
    return refused.value


def accept(wasm: bytes, features: Features) -> None:
    validate(decode(wasm, features), features)


def items(number: int, *contents: str) -> bytes:
    """A section of these items, in hexadecimal."""
    return section(number, [vec([bytes.fromhex(content) for content in contents])])


TOO_BIG = "memory size must be at most 65536 pages (4GiB)"
CROSSED = "size minimum must not be greater than maximum"


@pytest.mark.parametrize(
    ("sections", "message", "offset"),
    [
        ([TYPES, items(2, "0000 00 01", "0000 00 02")], "unknown type 2", 18 + 7),
        ([items(2, "0000 02 00 01", "0000 02 00 01")], "multiple memories", 11 + 5),
        ([items(2, "0000 01 70 01 02 01")], CROSSED, 11),
        ([TYPES, items(3, "00", "05"), code("00 0b", "00 0b")], "unknown type 5", 18 + 4),
        ([items(4, "70 01 02 01")], CROSSED, 11),
        ([items(5, "00 818004")], TOO_BIG, 11),
        ([items(5, "01 00 818004")], TOO_BIG, 11),
        ([items(5, "01 02 01")], CROSSED, 11),
        ([items(5, "00 00", "00 00")], "multiple memories", 13),
        ([items(6, "7f 00 42000b")], "type mismatch: expected [i32], found [i64]", 15),
        ([items(6, "7f 00 010b")], "constant expression required", 13),
        ([items(6, "7f 00 41000b", "7f 00 23000b")], "unknown global 0", 18),
        ([TYPES, FUNCTION, items(7, "00 00 01"), CODE], "unknown function 1", 18 + 4 + 3),
        ([items(7, "00 01 00")], "unknown table 0", 11),
        ([items(7, "00 02 00")], "unknown memory 0", 11),
        ([items(7, "00 03 00")], "unknown global 0", 11),
        ([MEMORY, items(7, "0161 02 00", "0162 02 00", "0161 02 00")], "duplicate export name", 16 + 8),
        ([section(8, [b"\0"])], "unknown function 0", 10),
        ([TYPES, items(3, "01"), section(8, [b"\0"]), CODE], "start function must take and give nothing", 18 + 4 + 2),
        ([items(9, "00 41000b 00")], "unknown table 0", 11),
        ([TABLE, items(9, "00 41000b 01 00")], "unknown function 0", 17),
        ([TABLE, items(9, "00 42000b 00")], "type mismatch: expected [i32], found [i64]", 20),
        ([TABLE, items(9, "02 01 41000b 00 00")], "unknown table 1", 17),
        ([TABLE, items(9, "06 00 41000b 6f 00")], "type mismatch: elements of another type than the table's", 17),
        ([TABLE, items(9, "05 6f 01 d0700b")], "type mismatch: expected [externref], found [funcref]", 22),
        ([items(9, "05 70 01 d2000b")], "unknown function 0", 14),
        ([items(11, "00 41000b 00")], "unknown memory 0", 11),
        ([MEMORY, items(11, "02 01 41000b 00")], "unknown memory 1", 16),
        ([MEMORY, items(11, "00 43000000000b 00")], "type mismatch: expected [i32], found [f32]", 22),
    ],
)
def test_invalid_modules_are_refused_in_the_words_of_the_suite_and_where_the_item_lies(
    sections: list[bytes], message: str, offset: int
) -> None:
    error = refusal(module(*sections))
    assert (error.message, error.offset) == (message, offset)


@pytest.mark.parametrize(
    ("wasm", "message"),
    [
        (module(items(1, "60 00 02 7f7f")), "invalid result arity"),
        (module(items(4, "70 00 00", "70 00 00")), "multiple tables"),
        (module(items(2, "0000 01 70 00 00"), TABLE), "multiple tables"),
        (module(TABLE, items(9, "01 41000b 00")), "unknown table 1"),
        (module(MEMORY, items(11, "01 41000b 00")), "unknown memory 1"),
    ],
)
def test_1_0_refuses_what_2_0_brought(wasm: bytes, message: str) -> None:
    assert refusal(wasm, WASM_1).message == message


def test_2_0_takes_several_results_and_tables() -> None:
    accept(module(items(1, "60 00 02 7f7f"), items(4, "70 00 00", "6f 00 00")), WASM_2)


@pytest.mark.parametrize("features", [WASM_1, WASM_2])
def test_limits_reach_exactly_their_bounds(features: Features) -> None:
    accept(module(items(5, "01 808004 808004")), features)
    accept(module(items(4, "70 01 ffffffff0f ffffffff0f")), features)


@pytest.mark.parametrize("features", [WASM_1, WASM_2])
def test_segments_that_name_their_table_are_read_at_every_level(features: Features) -> None:
    accept(module(TABLE, MEMORY, items(9, "02 00 41000b 00 00"), items(11, "02 00 41000b 00")), features)


def test_a_malformed_body_wins_over_an_invalid_module() -> None:
    wrong_export = items(7, "00 02 00")
    assert refusal(module(TYPES, FUNCTION, wrong_export, CODE)).message == "unknown memory 0"
    with pytest.raises(MalformedError, match="illegal opcode ff"):
        validate(decode(module(TYPES, FUNCTION, wrong_export, code("00 ff 0b")), WASM_2), WASM_2)


def test_segments_in_bodies_need_a_data_count() -> None:
    data = items(11, "01 00")
    wasm = module(TYPES, FUNCTION, code("00 fc0900 0b"), data)
    with pytest.raises(MalformedError, match="data count section required"):
        validate(decode(wasm, WASM_2), WASM_2)
    accept(module(TYPES, FUNCTION, section(12, [b"\1"]), code("00 fc0900 0b"), data), WASM_2)
    unknown = module(TYPES, FUNCTION, section(12, [b"\1"]), code("00 fc0901 0b"), data)
    assert refusal(unknown).message == "unknown data segment 1"


@pytest.mark.parametrize(
    "mention",
    [
        '(export "" (func $f))',
        "(elem declare func $f)",
        "(elem func $f)",
        "(elem declare funcref (ref.func $f))",
        "(global funcref (ref.func $f))",
    ],
)
def test_every_mention_outside_bodies_declares_a_function(mention: str) -> None:
    wat = f"(module (func) (func $f) {mention} (func (drop (ref.func $f))))"
    decoded = decode(bytes(wasmtime.wat2wasm(wat)), WASM_2)
    validate(decoded, WASM_2)
    assert declared_functions(decoded, WASM_2) == {1}


def test_the_start_function_is_not_declared_by_starting() -> None:
    wat = "(module (start 0) (func (drop (ref.func 0))))"
    assert refusal(bytes(wasmtime.wat2wasm(wat))).message == "undeclared function reference 0"


def test_modules_that_were_built_are_validated_without_offsets() -> None:
    nothing = FuncType((), ())
    built = Module(
        types=(nothing,), tables=(TableType(FUNCREF, Limits(0, None)),), memories=(MemoryType(Limits(1, 1)),)
    )
    validate(built, WASM_2)
    with pytest.raises(InvalidError) as refused:
        validate(replace(built, exports=(Export("", ExternKind.FUNC, 0),)), WASM_2)
    assert refused.value.offset is None


def test_a_module_changed_after_decoding_is_judged_by_what_it_is_now() -> None:
    decoded = decode(HEADER + items(1, "60 00 00"), WASM_2)
    changed = replace(decoded, types=(*decoded.types, FuncType((), (I32, I32))))
    validate(changed, WASM_2)
    with pytest.raises(InvalidError) as refused:
        validate(changed, WASM_1)
    assert (refused.value.message, refused.value.offset) == ("invalid result arity", 14)
