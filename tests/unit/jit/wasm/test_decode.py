import tracemalloc

import pytest
import wasmtime

from jit.errors import LimitError, MalformedError, WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import Code, Custom, Data, Elem, Export, Expr, ExternKind, Global, Import, Mode, Module
from jit.wasm.types import (
    EXTERNREF,
    F32,
    F64,
    FUNCREF,
    I32,
    I64,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
)  # fmt: skip
from jit.wasm.validate import validate
from jit.wasm.writer import section, u32, vec
from support.binary import HEADER, code, functions, module
from support.seed_wat import FIRST, SECOND


def refusal(wasm: bytes, features: Features = WASM_2) -> MalformedError:
    with pytest.raises(MalformedError) as refused:
        validate(decode(wasm, features), features)
    return refused.value


def test_every_section_of_1_0_becomes_plain_data() -> None:
    wasm = module(
        section(1, [bytes.fromhex("02 6002 7f7e 017d 6000 00")]),
        section(0, [b"\4note", b"\1\2"]),
        section(2, [bytes.fromhex("04 0161 0166 00 01  00 0174 01 70 01 02 03  00 016d 02 00 01  00 0167 03 7c 01")]),
        section(3, [bytes.fromhex("01 00")]),
        section(6, [bytes.fromhex("01 7f 00 41 7f 0b")]),
        section(7, [bytes.fromhex("02 0166 00 01  00 03 01")]),
        section(8, [b"\0"]),
        section(9, [bytes.fromhex("01 00 41 05 0b 02 00 01")]),
        section(10, [bytes.fromhex("01 0a 02 02 7f 81 00 7e 43 0000803f 0b".replace("01 0a", "01 0c"))]),
        section(11, [bytes.fromhex("01 00 41 00 0b 02 6869")]),
    )
    got = decode(wasm, WASM_1)
    place = wasm.index(bytes.fromhex("430000803f0b"))
    first = FuncType((I32, I64), (F32,))
    second = FuncType((), ())
    assert got == Module(
        types=(first, second),
        imports=(
            Import("a", "f", second, 1),
            Import("", "t", TableType(FUNCREF, Limits(2, 3))),
            Import("", "m", MemoryType(Limits(1, None))),
            Import("", "g", GlobalType(F64, mutable=True)),
        ),
        functions=(0,),
        globals=(Global(GlobalType(I32, mutable=False), Expr(b"\x41\x7f\x0b", wasm.index(b"\x41\x7f\x0b"))),),
        exports=(Export("f", ExternKind.FUNC, 1), Export("", ExternKind.GLOBAL, 1)),
        start=0,
        elems=(Elem(Mode.ACTIVE, FUNCREF, (0, 1), 0, Expr(b"\x41\5\x0b", wasm.index(b"\x41\5\x0b"))),),
        codes=(Code(((2, I32), (1, I64)), bytes.fromhex("430000803f0b"), place),),
        datas=(Data(Mode.ACTIVE, b"hi", 0, Expr(b"\x41\0\x0b", wasm.index(b"\x41\0\x0b"))),),
        customs=(Custom("note", b"\1\2", 1),),
        source=wasm,
    )


@pytest.mark.parametrize(
    ("text", "elem"),
    [
        ("00 41000b 01 07", Elem(Mode.ACTIVE, FUNCREF, (7,), 0, Expr(b"\x41\0\x0b", 12))),
        ("01 00 01 07", Elem(Mode.PASSIVE, FUNCREF, (7,))),
        ("02 03 41000b 00 01 07", Elem(Mode.ACTIVE, FUNCREF, (7,), 3, Expr(b"\x41\0\x0b", 13))),
        ("03 00 01 07", Elem(Mode.DECLARATIVE, FUNCREF, (7,))),
        ("04 41000b 01 d2070b", Elem(Mode.ACTIVE, FUNCREF, (Expr(b"\xd2\7\x0b", 16),), 0, Expr(b"\x41\0\x0b", 12))),
        ("05 6f 01 d06f0b", Elem(Mode.PASSIVE, EXTERNREF, (Expr(b"\xd0\x6f\x0b", 14),))),
        ("06 01 41000b 6f 00", Elem(Mode.ACTIVE, EXTERNREF, (), 1, Expr(b"\x41\0\x0b", 13))),
        ("07 70 00", Elem(Mode.DECLARATIVE, FUNCREF, ())),
    ],
)
def test_each_form_of_element_segment_is_read(text: str, elem: Elem) -> None:
    assert decode(module(section(9, [vec([bytes.fromhex(text)])])), WASM_2).elems == (elem,)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("00 41000b 0161", Data(Mode.ACTIVE, b"a", 0, Expr(b"\x41\0\x0b", 12))),
        ("01 0161", Data(Mode.PASSIVE, b"a")),
        ("02 03 41000b 0161", Data(Mode.ACTIVE, b"a", 3, Expr(b"\x41\0\x0b", 13))),
    ],
)
def test_each_form_of_data_segment_is_read(text: str, data: Data) -> None:
    assert decode(module(section(11, [vec([bytes.fromhex(text)])])), WASM_2).datas == (data,)


def test_flags_of_segments_are_indices_in_1_0() -> None:
    got = decode(module(section(9, [vec([bytes.fromhex("01 41000b 00")])])), WASM_1)
    assert got.elems[0].table == 1
    assert decode(module(section(11, [vec([bytes.fromhex("05 41000b 00")])])), WASM_1).datas[0].memory == 5


def test_custom_sections_keep_their_places() -> None:
    custom = section(0, [b"\1c"])
    got = decode(module(custom, section(1, [b"\0"]), custom, custom, section(5, [b"\0"]), custom), WASM_2)
    assert [item.place for item in got.customs] == [0, 1, 1, 2]


def test_a_module_may_be_any_bytes_like_object() -> None:
    assert decode(bytearray(HEADER), WASM_1) == decode(HEADER, WASM_1)


@pytest.mark.parametrize(
    ("wasm", "message", "offset"),
    [
        (b"", "unexpected end of section or function", 0),
        (b"\0as", "unexpected end of section or function", 3),
        (b"\0asn\1\0\0\0", "magic header not detected", 0),
        (b"\0asm\1\0\0", "unexpected end of section or function", 7),
        (b"\0asm\2\0\0\0", "unknown binary version", 4),
        (HEADER + b"\x0e\0", "malformed section id", 8),
        (HEADER + b"\x80\1\0", "malformed section id", 8),
        (HEADER + b"\1\5\0", "length out of bounds", 9),
        (HEADER + b"\1", "unexpected end of section or function", 9),
        (HEADER + b"\1\2\0\0", "section size mismatch", 11),
        (HEADER + b"\0\0", "unexpected end of section or function", 10),
        (HEADER + b"\0\2\3ab", "unexpected end of section or function", 13),
        (module(section(1, [b"\0"]), section(1, [b"\0"])), "unexpected content after last section", 11),
        (module(section(10, [b"\0"]), section(12, [b"\0"])), "unexpected content after last section", 11),
        (module(section(11, [b"\0"]), section(10, [b"\0"])), "unexpected content after last section", 11),
        (module(section(1, [b"\1\x5f\0\0"])), "malformed function type", 11),
        (module(section(1, [b"\1\x60\1\x7a\0"])), "malformed value type", 13),
        (module(section(2, [b"\1\0\0\4\0"])), "malformed import kind", 13),
        (module(section(3, [b"\1\0"])), "function and code section have inconsistent lengths", 12),
        (module(section(12, [b"\1"])), "data count and data section have inconsistent lengths", 11),
        (module(section(4, [b"\1\x70\2\0"])), "integer too large", 12),
        (module(section(5, [b"\1\x81\0\0\0"])), "integer representation too long", 12),
        (module(section(6, [b"\1\x7f\2\x41\0\x0b"])), "malformed mutability", 12),
        (module(section(6, [b"\1\x7f\0\x41\0\x05\x0b"])), "END opcode expected", 15),
        (module(section(7, [b"\1\0\4\0"])), "malformed export kind", 12),
        (module(section(9, [b"\1\x08"])), "malformed elements segment kind", 11),
        (module(section(9, [b"\1\1\1\0"])), "malformed element kind", 12),
        (module(section(10, [b"\1\2\1\1\x7f"])), "section size mismatch", 14),
        (module(section(10, [b"\1\2\3\0" + bytes(4)])), "malformed value type", 14),
        (module(section(5, [b"\x65\0\0\2" + bytes(200)])), "integer too large", 14),
        (module(section(11, [b"\1\3"])), "malformed data segment kind", 11),
    ],
)
def test_malformed_modules_are_refused_in_the_words_of_the_suite(wasm: bytes, message: str, offset: int) -> None:
    error = refusal(wasm)
    assert (error.message, error.offset) == (message, offset)


@pytest.mark.parametrize(
    ("wasm", "message"),
    [
        (HEADER + b"\x0d\0", "invalid section id"),
        (HEADER + b"\x0c\1\0", "invalid section id"),
        (module(section(1, [b"\0"]), section(1, [b"\0"])), "junk after last section"),
        (module(section(6, [b"\1\x7f\2\x41\0\x0b"])), "invalid mutability"),
        (module(section(4, [b"\1\x6f\0\0"])), "invalid element type"),
        (module(section(1, [b"\1\x60\1\x70\0"])), "invalid value type"),
        (functions("00 3f01 1a 0b"), "zero flag expected"),
        (functions("00 fc0000 0b"), "illegal opcode fc"),
        (functions("00 d070 1a 0b"), "illegal opcode d0"),
        (functions("00 0200 0b 0b"), "invalid value type"),
    ],
)
def test_1_0_has_words_of_its_own_and_less_in_it(wasm: bytes, message: str) -> None:
    assert refusal(wasm, WASM_1).message == message


@pytest.mark.parametrize(
    ("bodies", "message"),
    [
        (("00 4101 1a", "00 4101 1a 0b"), "END opcode expected"),
        (("00 4101 1a",), "unexpected end of section or function"),
        (("00 0b 0b",), "section size mismatch"),
        (("00 ff 0b",), "illegal opcode ff"),
        (("00 fc12 0b",), "illegal opcode fc"),
        (("00 05 0b",), "END opcode expected"),
        (("00 0240 05 0b 0b",), "END opcode expected"),
        (("02 ffffffff0f 7f 01 7e 0b",), "too many locals"),
        (("01 80808080107f 0b",), "integer too large"),
        (("00 410028 2000 1a 0b",), "malformed memop flags"),
        (("00 0ec0843d 00 0b",), "length out of bounds"),
    ],
)
def test_malformed_bodies_are_refused_in_the_words_of_the_suite(bodies: tuple[str, ...], message: str) -> None:
    assert refusal(functions(*bodies)).message == message


def test_a_body_that_runs_over_its_end_wins_over_what_follows_it() -> None:
    wasm = (
        module(section(1, [b"\1\x60\0\0"]), section(3, [b"\1\0"])) + bytes.fromhex("0a0601040041011a") + b"\x0b\3\1\1\0"
    )
    assert refusal(wasm).message == "section size mismatch"


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 9, 10, 11])
def test_a_count_of_2_to_the_32_costs_nothing(number: int) -> None:
    wasm = module(section(number, [u32(2**32 - 1), bytes(8)]))
    tracemalloc.start()
    for features in (WASM_1, WASM_2):
        with pytest.raises(WasmError):
            decode(wasm, features)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


@pytest.mark.parametrize(
    ("wasm", "what"),
    [
        (module(section(1, [vec([b"\x60" + vec([b"\x7f"] * 1001) + b"\0"])])), "too many parameters: 1001"),
        (module(section(1, [vec([b"\x60\0" + vec([b"\x7f"] * 1001)])])), "too many results: 1001"),
        (module(section(5, [vec([b"\0\0"] * 101)])), "too many memories: 101"),
        (module(section(1, [b"\1\x60\0\0"]), section(3, [b"\1\0"]), code("01 d18603 7f 0b")), "too many locals: 50001"),
        (functions("01 ffffffff0f 7f 0b"), "too many locals: 4294967295"),
    ],
)
def test_limits_are_named(wasm: bytes, what: str) -> None:
    with pytest.raises(LimitError, match=what):
        decode(wasm, WASM_2)


@pytest.mark.parametrize("wat", [FIRST[0], FIRST[1], SECOND[0]])
def test_no_prefix_of_a_module_raises_anything_but_a_typed_error(wat: str) -> None:
    wasm = bytes(wasmtime.wat2wasm(wat))
    for end in range(len(wasm)):
        try:
            validate(decode(wasm[:end], WASM_2), WASM_2)
        except WasmError as error:
            assert error.offset is None or error.offset <= end
