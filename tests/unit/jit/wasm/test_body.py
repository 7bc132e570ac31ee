import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jit.errors import MalformedError
from jit.wasm.body import EMPTY, END, IF, LOOP, Instr, assemble, block_code, block_type, const, instruction, parse
from jit.wasm.opcodes import ROWS, Op, op
from jit.wasm.types import F64, FUNCREF, I32, NULL, FuncType
from support.modules import EVERY_ROW, body_of, instrs_of


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_row_is_parsed_as_it_was_assembled(row: Op) -> None:
    for instr in instrs_of(row):
        body = body_of(instr)
        assert (row, instr.immediates) in [(parsed.op, parsed.immediates) for parsed in parse(body)]
        assert assemble(parse(body)) == body


def test_every_row_occurs_in_the_modules_of_the_tests() -> None:
    assert set(EVERY_ROW) == {row.name for row in ROWS}


# fmt: off
SPELLED: list[tuple[str, tuple[int, ...], str]] = [
    ("i32.add",       (),              "6a"),
    ("i32.load",      (2, 128),        "28028001"),
    ("br_table",      (1, 2, 0),       "0e02010200"),
    ("call_indirect", (3, 0),          "110300"),
    ("memory.init",   (5, 0),          "fc080500"),
    ("table.copy",    (1, 2),          "fc0e0102"),
    ("f32.const",     (0x3F800000,),   "430000803f"),
    ("i32.const",     (0xFFFFFFFF,),   "417f"),
    ("block",         (EMPTY,),        "0240"),
    ("block",         (0x7F - 0x80,),  "027f"),
    ("block",         (64,),           "02c000"),
    ("select t",      (0x6F,),         "1c016f"),
    ("ref.null",      (0x70,),         "d070"),
    ("v128.const",    (1 << 120 | 2,), "fd0c" + "02" + "00" * 14 + "01"),
    ("i8x16.shuffle", (*range(16, 32),), "fd0d" + "101112131415161718191a1b1c1d1e1f"),
    ("i64x2.extract_lane", (1,),     "fd1d01"),
    ("v128.load8_lane", (0, 128, 15),  "fd540080010f"),
    ("f64x2.convert_low_i32x4_u", (),  "fdff01"),
]
# fmt: on


@pytest.mark.parametrize(("name", "immediates", "expected"), SPELLED)
def test_instructions_are_spelled_as_the_specification_says(
    name: str, immediates: tuple[int, ...], expected: str
) -> None:
    assert instruction(op(name), *immediates).hex() == expected


@pytest.mark.parametrize("immediates", [(), (1, 2)])
def test_an_instruction_with_a_wrong_number_of_immediates_is_refused(immediates: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        instruction(op("local.get"), *immediates)


def test_offsets_are_those_of_the_module() -> None:
    body = assemble([const(I32, 1000), Instr(op("drop")), Instr(END)])
    assert [instr.offset for instr in parse(body, 100)] == [100, 103, 104]


def test_block_types_are_read_from_their_immediate() -> None:
    pair = FuncType((I32,), (F64, F64))
    assert block_type(EMPTY, ()) == FuncType((), ())
    assert block_type(block_code(F64), ()) == FuncType((), (F64,))
    assert block_type(1, (FuncType((), ()), pair)) == pair


def test_a_null_reference_is_a_constant() -> None:
    assert const(FUNCREF, NULL) == Instr(op("ref.null"), (FUNCREF.code,))


# fmt: off
MALFORMED = [
    ("",             "unexpected end",                   0),
    ("01",           "unexpected end",                   1),
    ("ff0b",         "illegal opcode",                   0),
    ("fcff010b",     "illegal opcode",                   0),
    ("0b0b",         "END opcode expected",              1),
    ("02400b",       "unexpected end",                   3),
    ("050b",         "END opcode expected",              0),
    ("044005050b0b", "END opcode expected",              3),
    ("0240050b0b",   "END opcode expected",              2),
    ("41",           "unexpected end",                   1),
    ("2080808080800b", "integer representation too long", 6),
    ("20ffffffff1f0b", "integer too large",              5),
    ("0effffffff0f",  "length out of bounds",            1),
    ("02410b0b",     "malformed value type",             1),
    ("d07f0b",       "malformed reference type",         1),
    ("1c01400b",     "malformed value type",             2),
    ("2840000b",     "malformed memop flags",            1),
    ("430000000b",   "unexpected end",                   5),
]
# fmt: on


@pytest.mark.parametrize(("code", "message", "offset"), MALFORMED)
def test_what_is_no_body_is_malformed_at_its_offset(code: str, message: str, offset: int) -> None:
    with pytest.raises(MalformedError, match=message) as caught:
        parse(bytes.fromhex(code), 0x1000)
    assert caught.value.offset == 0x1000 + offset


@given(st.binary(max_size=60))
@example(b"\x02\x40" * 30)
@settings(deadline=None)
def test_any_bytes_are_parsed_or_malformed(data: bytes) -> None:
    try:
        instrs = parse(data)
    except MalformedError:
        return
    assert instrs[-1].op is END
    again = parse(assemble(instrs))
    assert [(instr.op, instr.immediates) for instr in again] == [(instr.op, instr.immediates) for instr in instrs]


def test_nesting_is_no_recursion() -> None:
    depth = 50_000
    body = assemble([Instr(LOOP, (EMPTY,))] * depth + [Instr(END)] * (depth + 1))
    assert len(parse(body)) == 2 * depth + 1


def test_an_instruction_prints_as_its_mnemonic_and_numbers() -> None:
    assert str(Instr(IF, (EMPTY,))) == "if -64"
    assert str(Instr(op("br_table"), (1, 0))) == "br_table 1 0"
