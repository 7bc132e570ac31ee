import sys
from types import FrameType

import pytest
import wasmtime

from jit.errors import InvalidError, LimitError, MalformedError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.types import EXTERNREF, F32, F64, FUNCREF, I32, I64, FuncType
from jit.wasm.validate import validate
from jit.wasm.writer import section, sized, vec
from support.binary import code, functions, module
from support.recorder import Event, Recorder

NOTHING = FuncType((), ())


def record(wat: str, features: Features = WASM_2) -> Recorder:
    """What a sink hears of a module."""
    sink = Recorder()
    validate(decode(bytes(wasmtime.wat2wasm(wat)), features), features, sink)
    return sink


def events(body: str, type: str = "", around: str = "") -> list[Event]:
    """What a sink hears between the beginning and the last `end` of one function."""
    heard = record(f"(module {around} (func {type} {body}))").events
    assert heard[0][0] == "begin"
    assert heard[-1] == ("finish",)
    assert heard[-2][0] == "end"
    return heard[1:-2]


def invalid(wasm: bytes, features: Features = WASM_2) -> InvalidError:
    with pytest.raises(InvalidError) as refused:
        validate(decode(wasm, features), features)
    return refused.value


# --- what the sink hears


def test_a_function_begins_with_its_index_type_and_expanded_locals() -> None:
    heard = record(
        '(module (import "" "" (func)) (func (param i64) (result f32) (local i32 i32 f64) (f32.const 1)))'
    ).events
    assert heard == [
        ("begin", 1, FuncType((I64,), (F32,)), (I32, I32, F64)),
        ("f32.const", 0x3F800000),
        ("end", True),
        ("finish",),
    ]


def test_the_offset_is_that_of_the_instruction_in_the_module() -> None:
    wasm = functions("00 4101 1a 0b")
    sink = Recorder()
    validate(decode(wasm, WASM_2), WASM_2, sink)
    start = wasm.index(b"\x41\1\x1a\x0b")
    assert list(zip([name for name, *_ in sink.events], sink.offsets, strict=True)) == [
        ("begin", start),
        ("i32.const", start),
        ("drop", start + 2),
        ("end", start + 3),
        ("finish", start + 3),
    ]


def test_take_is_called_after_each_function() -> None:
    wasm = bytes(wasmtime.wat2wasm('(module (import "" "" (func)) (func) (func (nop)))'))
    sink = Recorder()
    taken: list[tuple[int, int]] = []
    validate(decode(wasm, WASM_2), WASM_2, sink, lambda index: taken.append((index, len(sink.events))))
    assert taken == [(1, 3), (2, 7)]


def test_blocks_tell_their_types_and_whether_control_comes_by_their_end() -> None:
    assert events("(block (result i32) (i64.const 2) (loop (param i64) (drop)) (i32.const 1)) (drop)") == [
        ("block", (), (I32,)),
        ("i64.const", 2),
        ("loop", (I64,), ()),
        ("drop", I64),
        ("end", True),
        ("i32.const", 1),
        ("end", True),
        ("drop", I32),
    ]  # fmt: skip


def test_an_else_says_whether_control_comes_by_the_first_arm() -> None:
    heard = events("(if (local.get 0) (then (return)) (else (nop)))", "(param i32)")
    assert heard == [
        ("local.get", 0), ("if", (), ()), ("return",), ("else", False), ("nop",), ("end", True),
    ]  # fmt: skip


def test_nothing_is_heard_of_code_that_cannot_be_reached() -> None:
    heard = events(
        """(block
             (br 0)
             (block (loop (nop) (br 0)) (return))
             (if (i32.const 1) (then (nop)) (else (nop)))
             (i32.store (i32.const 1)))
           (nop)""",
        around="(memory 1)",
    )
    assert heard == [("block", (), ()), ("br", 0), ("end", False), ("nop",)]


def test_code_after_a_block_is_heard_even_if_nothing_leaves_the_block() -> None:
    assert events("(loop (unreachable)) (nop)") == [
        ("loop", (), ()), ("unreachable",), ("end", False), ("nop",),
    ]  # fmt: skip


def test_the_arms_of_a_dead_if_stay_silent_and_those_of_a_live_one_speak_again() -> None:
    heard = events("(if (i32.const 1) (then (unreachable) (if (i32.const 1) (then) (else))) (else (nop)))")
    assert heard == [
        ("i32.const", 1), ("if", (), ()), ("unreachable",), ("else", False), ("nop",), ("end", True),
    ]  # fmt: skip


def test_the_last_end_says_whether_control_falls_out_of_the_function() -> None:
    assert record("(module (func (return)))").events[-2] == ("end", False)
    assert record("(module (func (nop)))").events[-2] == ("end", True)


def test_branches_give_depths() -> None:
    heard = events("(block (block (br_if 1 (i32.const 0)) (br_table 0 1 0 2 (i32.const 3))))")
    assert ("br_if", 1) in heard
    assert ("br_table", [0, 1, 0, 2]) in heard


def test_calls_give_index_and_type() -> None:
    around = "(type $t (func (param i32) (result i32))) (table 1 externref) (table 1 funcref)"
    heard = events("(call_indirect 1 (type $t) (call 0 (i32.const 1)) (i32.const 2))", "(type $t)", around)
    type = FuncType((I32,), (I32,))
    assert heard == [
        ("i32.const", 1), ("call", 0, type), ("i32.const", 2), ("call_indirect", 0, 1, type),
    ]  # fmt: skip


def test_parametric_instructions_give_the_type_they_work_on() -> None:
    assert events("(drop (select (f64.const 0) (f64.const 0) (i32.const 1)))")[-2:] == [("select", F64), ("drop", F64)]
    heard = events("(drop (select (result externref) (ref.null extern) (ref.null extern) (i32.const 1)))")
    assert heard[0] == ("ref.null", EXTERNREF)
    assert heard[-2:] == [("select t", EXTERNREF), ("drop", EXTERNREF)]
    assert events("(drop (ref.is_null (ref.func 0)))", around='(export "" (func 0))')[:2] == [
        ("ref.func", 0),
        ("ref.is_null", FUNCREF),
    ]


def test_accesses_give_offset_and_memory_and_no_alignment() -> None:
    heard = events(
        "(i64.store8 offset=300 (i32.const 0) (i64.load32_u offset=7 align=1 (i32.const 0)))", "", "(memory 1)"
    )
    assert heard[-2:] == [("i64.load32_u", 7, 0), ("i64.store8", 300, 0)]


def test_constants_are_unsigned_bits() -> None:
    heard = events("(drop (i32.const -1)) (drop (i64.const -2)) (drop (f32.const -0)) (drop (f64.const nan:0x1))")
    assert heard[::2] == [
        ("i32.const", 0xFFFFFFFF),
        ("i64.const", 0xFFFFFFFFFFFFFFFE),
        ("f32.const", 0x80000000),
        ("f64.const", 0x7FF0000000000001),
    ]


def test_bulk_instructions_give_their_immediates_in_order() -> None:
    around = '(table $a 1 funcref) (table $b 1 funcref) (memory 1) (elem func) (elem func) (data "") (data "")'
    three = "(i32.const 0) (i32.const 0) (i32.const 0)"
    heard = events(
        f"(table.init $b 1 {three}) (table.copy $a $b {three}) (memory.init 1 {three}) (memory.copy {three}) "
        f"(memory.fill {three}) (data.drop 1) (elem.drop 0) (drop (table.size $b)) (drop (memory.size))",
        around=around,
    )
    assert [event for event in heard if event[0] not in ("i32.const", "drop")] == [
        ("table.init", 1, 1), ("table.copy", 0, 1), ("memory.init", 1, 0), ("memory.copy", 0, 0), ("memory.fill", 0),
        ("data.drop", 1), ("elem.drop", 0), ("table.size", 1), ("memory.size", 0),
    ]  # fmt: skip


def test_a_row_that_the_sink_lacks_is_a_limit() -> None:
    wasm = decode(bytes(wasmtime.wat2wasm("(module (func (nop) (drop (f32.sqrt (f32.const 1)))))")), WASM_2)
    with pytest.raises(LimitError, match=r"f32\.sqrt is not supported here"):
        validate(wasm, WASM_2, Recorder(missing=["f32.sqrt"]))
    validate(wasm, WASM_2, Recorder(missing=["f32.ceil"]))


# --- what is refused


@pytest.mark.parametrize(
    ("body", "message", "offset"),
    [
        ("41 00 0b", "type mismatch: 1 operands left over at end of block", 2),
        ("6a 0b", "type mismatch: expected i32, found (nothing)", 0),
        ("4100 6a 0b", "type mismatch: expected i32, found (nothing)", 2),
        ("4200 4100 6a 0b", "type mismatch: expected i32, found i64", 4),
        ("4200 45 0b", "type mismatch: expected i32, found i64", 2),
        ("1a 0b", "type mismatch: expected an operand, found (nothing)", 0),
        ("4100 0240 1a 0b 0b", "type mismatch: expected an operand, found (nothing)", 4),
        ("027f 4200 0b 1a 0b", "type mismatch: expected i32, found i64", 4),
        ("4100 047f 4100 0b 1a 0b", "type mismatch: an if without else must leave what it takes", 6),
        ("0c01 0b", "unknown label 1", 0),
        ("4100 0d02 0b", "unknown label 2", 2),
        ("4100 0e01 00 05 0b", "unknown label 5", 2),
        ("027f 4100 4100 0e01 00 01 0b 1a 0b", "type mismatch: labels of different arity", 6),
        ("1001 0b", "unknown function 1", 0),
        ("4100 1100 00 0b", "unknown table 0", 2),
        ("2000 1a 0b", "unknown local 0", 0),
        ("2300 1a 0b", "unknown global 0", 0),
        ("0201 0b 0b", "unknown type 1", 0),
        ("4100 2802 00 1a 0b", "unknown memory 0", 2),
        ("3f00 1a 0b", "unknown memory 0", 0),
        ("d200 1a 0b", "undeclared function reference 0", 0),
        ("d201 1a 0b", "unknown function 1", 0),
        ("fc0d 00 0b", "unknown elem segment 0", 0),
        ("2500 1a 0b", "unknown table 0", 0),
        ("4100 4200 4100 1b 1a 0b", "type mismatch: expected i32, found i64", 6),
        ("d070 d070 4100 1b 1a 0b", "type mismatch: select without type takes no references", 6),
        ("4100 4100 4100 1c 00 1a 0b", "invalid result arity", 6),
        ("4100 4100 4100 1c 02 7f7f 1a 0b", "invalid result arity", 6),
        ("4100 d1 1a 0b", "type mismatch: expected a reference, found i32", 2),
        ("00 4200 6a 1a 0b", "type mismatch: expected i32, found i64", 3),
        ("00 4200 0b", "type mismatch: 1 operands left over at end of block", 3),
        ("00 0240 6a 0b 0b", "type mismatch: expected i32, found (nothing)", 3),
    ],
)
def test_ill_typed_bodies_are_invalid_where_the_instruction_lies(body: str, message: str, offset: int) -> None:
    wasm = functions("00" + body)
    error = invalid(wasm)
    assert error.offset is not None
    assert (error.message, error.offset) == (message, len(wasm) - len(bytes.fromhex(body)) + offset)


@pytest.mark.parametrize(
    "body",
    [
        "00 6a 1a 0b",
        "00 1b 1a 0b",
        "00 4200 4100 1b 1a 0b",
        "00 1b 1b 45 1a 0b",
        "00 d1 1a 0b",
        "00 0d00 0b",
        "00 0e00 00 0b",
        "00 027f 00 0b 1a 0b",
        "00 4100 0440 00 05 00 0b 0b",
        "027f 4100 0c00 6a 6a 0b 1a 0b",
        "0340 0c00 0b 0b",
        "00 1000 0b",
    ],
)
def test_code_that_cannot_be_reached_takes_operands_of_any_type(body: str) -> None:
    validate(decode(functions("00" + body), WASM_2), WASM_2)


def test_labels_of_different_types_meet_only_with_reference_types() -> None:
    wat = """(module (func (drop (block (result f64) (drop (block (result f32)
             (unreachable) (br_table 0 1 1 (i32.const 1)))) (f64.const 0)))))"""
    wasm = bytes(wasmtime.wat2wasm(wat))
    validate(decode(wasm, WASM_2), WASM_2)
    assert invalid(wasm, WASM_1).message == "type mismatch: labels of different types"


def test_alignment_is_at_most_natural() -> None:
    memory = section(5, [b"\1\0\0"])
    for align, width in ((2, "28"), (3, "29"), (0, "2c"), (1, "2e")):
        for exponent in (align, align + 1):
            body = f"00 4100 {width} {exponent:02x} 00 1a 0b"
            wasm = module(section(1, [b"\1\x60\0\0"]), section(3, [b"\1\0"]), memory, code(body))
            if exponent == align:
                validate(decode(wasm, WASM_2), WASM_2)
            else:
                assert invalid(wasm).message == "alignment must not be larger than natural"


def test_a_malformed_body_wins_over_an_invalid_one() -> None:
    for bodies in (("00 6a 0b", "00 ff 0b"), ("00 6a ff 0b",), ("00 ff 0b", "00 6a 0b")):
        with pytest.raises(MalformedError, match="illegal opcode ff"):
            validate(decode(functions(*bodies), WASM_2), WASM_2)
    assert invalid(functions("00 6a 0b", "00 0b")).message.startswith("type mismatch")


# --- size


def nest(opener: str, depth: int) -> bytes:
    """A module of one function with blocks this deep."""
    body = b"\0" + bytes.fromhex(opener) * depth + b"\x0b" * (depth + 1)
    types = section(1, [b"\1\x60\0\0"])
    return module(types, section(3, [b"\1\0"]), section(10, [vec([sized(body)])]))


@pytest.mark.parametrize("opener", ["0240", "0340", "41000440"])
def test_100_000_nested_blocks_are_checked_and_one_more_is_a_limit(opener: str) -> None:
    validate(decode(nest(opener, 100_000), WASM_2), WASM_2)
    with pytest.raises(LimitError, match="too many nested blocks: at most 100000"):
        validate(decode(nest(opener, 100_001), WASM_2), WASM_2)


def test_malformed_nesting_of_any_depth_is_no_recursion() -> None:
    wasm = nest("0240", 200_000)[:-1] + b"\5"
    with pytest.raises(LimitError):
        validate(decode(wasm, WASM_2), WASM_2)
    with pytest.raises(MalformedError):
        validate(decode(functions("00 6a" + "0240" * 200_000 + "05"), WASM_2), WASM_2)


def test_calls_that_pile_up_results_are_a_limit() -> None:
    types = section(1, [vec([b"\x60\0" + vec([b"\x7f"] * 1000)])])
    body = b"\0" + b"\x10\0" * 2000 + b"\x0b"
    wasm = module(types, section(3, [b"\1\0"]), section(10, [vec([sized(body)])]))
    with pytest.raises(LimitError, match="too many operands: at most 1000000"):
        validate(decode(wasm, WASM_2), WASM_2)


@pytest.mark.parametrize("push", ["20 00", "41 00", "23 00", "d0 70", "3f 00"])
def test_operands_that_pile_up_one_by_one_are_a_limit(push: str) -> None:
    """Of a local, a constant, a global, a null, the size of the memory."""
    parts = section(5, [b"\1\0\1"]), section(6, [b"\1\x7f\0\x41\0\x0b"])
    for count, fine in ((999_998, True), (1_000_001, False)):
        body = b"\1\1\x7f" + bytes.fromhex(push) * count + b"\0\x0b"
        wasm = module(section(1, [b"\1\x60\0\0"]), section(3, [b"\1\0"]), *parts, section(10, [vec([sized(body)])]))
        if fine:
            validate(decode(wasm, WASM_2), WASM_2)
        else:
            with pytest.raises(LimitError, match="too many operands: at most 1000000"):
                validate(decode(wasm, WASM_2), WASM_2)


def test_parameters_and_locals_are_limited_together() -> None:
    types = section(1, [b"\1\x60\1\x7f\0"])
    for count, fine in (("cf8603", True), ("d08603", False)):
        wasm = module(types, section(3, [b"\1\0"]), code(f"01 {count} 7f 0b"))
        if fine:
            validate(decode(wasm, WASM_2), WASM_2)
        else:
            with pytest.raises(LimitError, match="too many locals: 50001"):
                validate(decode(wasm, WASM_2), WASM_2)


@pytest.mark.parametrize("branch", ["0d00", "0e0000", "0c00"])
def test_branches_with_many_operands_in_dead_code_take_no_step_per_operand(branch: str) -> None:
    types = section(1, [vec([b"\x60\0" + vec([b"\x7f"] * 1000)])])
    body = b"\0\0" + bytes.fromhex(branch) * 1000 + b"\x0b"
    wasm = module(types, section(3, [b"\1\0"]), section(10, [vec([sized(body)])]))
    steps = 0

    def step(frame: FrameType, event: str, argument: object) -> object:
        nonlocal steps
        steps += event == "line"
        return step

    sys.settrace(step)
    try:
        validate(decode(wasm, WASM_2), WASM_2)
    finally:
        sys.settrace(None)
    assert 1000 < steps < 1000 * 100


# --- lanes


@pytest.mark.parametrize(
    ("instruction", "params", "most"),
    [
        ("fd15", "7b", 15),  # i8x16.extract_lane_s
        ("fd1e", "7b7e", 1),  # i64x2.replace_lane
        ("fd540000", "7f7b", 15),  # v128.load8_lane
        ("fd5b0000", "7f7b", 1),  # v128.store64_lane
    ],
)
def test_a_lane_index_is_less_than_the_number_of_lanes(instruction: str, params: str, most: int) -> None:
    count = len(bytes.fromhex(params))
    type = bytes([0x60, count]) + bytes.fromhex(params) + b"\0"
    gets = b"".join(bytes([0x20, index]) for index in range(count))

    def wasm(lane: int) -> bytes:
        body = b"\0" + gets + bytes.fromhex(instruction) + bytes([lane]) + b"\0\x0b"  # `unreachable` takes the results
        return module(section(1, [vec([type])]), section(3, [b"\1\0"]), section(5, [b"\1\0\1"]),
                      section(10, [vec([sized(body)])]))  # fmt: skip

    with pytest.raises(InvalidError, match="invalid lane index"):
        validate(decode(wasm(most + 1), WASM_2), WASM_2)
    validate(decode(wasm(most), WASM_2), WASM_2)


def test_a_shuffle_chooses_from_thirty_two_lanes() -> None:
    zero = "fd0c" + "00" * 16
    shuffle = f"00 {zero} {zero} fd0d {'00' * 15}"
    validate(decode(functions(f"{shuffle} 1f 1a 0b"), WASM_2), WASM_2)
    assert "invalid lane index 32" in str(invalid(functions(f"{shuffle} 20 1a 0b")))


def test_a_sink_hears_lanes_after_the_access() -> None:
    body = "(drop (v128.load16_lane offset=9 5 (i32.const 0) (v128.const i64x2 1 2)))"
    assert events(body, around="(memory 1)")[:3] == [
        ("i32.const", 0),
        ("v128.const", 2 << 64 | 1),
        ("v128.load16_lane", 9, 0, 5),
    ]
