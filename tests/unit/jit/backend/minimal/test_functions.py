"""Whole functions of the minimal back end on the emulated host: frames, branches and distances easily got wrong."""

import re
from collections.abc import Iterator

import pytest

from jit import Engine
from jit.a64.listing import disassemble
from jit.backend.code import CodegenOptions, Compiled
from jit.backend.minimal import MinimalBackend
from jit.backend.minimal.compiler import MARGIN, MAX_EXPANSION, REACH
from jit.errors import Trap
from jit.runtime.instance import Instance
from jit.wasm.decode import decode
from jit.wasm.types import TrapKind
from jit.wasm.validate import validate
from support.minimal_listing import compile_all
from support.wat import wasm


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(backend="minimal", host="emulator") as engine:
        yield engine


def _instance(engine: Engine, text: str) -> Instance:
    return engine.instantiate(engine.compile(wasm(text)))


def _constants(count: int) -> str:
    return " ".join(f"(i64.const {n})" for n in range(1, count + 1))


def _i64s(count: int) -> str:
    return " ".join(["i64"] * count)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 10, 33])
def test_branches_carry_any_number_of_values_over_any_distance(engine: Engine, count: int) -> None:
    for discarded in (0, 1, 2, 9, 600):
        junk = "(i64.const -1)" * discarded
        block = f"(block (result {_i64s(count)})" if count else "(block"
        result = f"(result i64 {_i64s(count)})"
        instance = _instance(
            engine,
            f"""(func (export "br") {result} (i64.const 99) {block} {junk} {_constants(count)} (br 0)))
                (func (export "br_if") (param i32) {result} (i64.const 99)
                  {block} {junk} {_constants(count)} (br_if 0 (local.get 0)) unreachable))
                (func (export "br_table") (param i32) {result} (i64.const 99)
                  {block} {block} {junk} {_constants(count)} (br_table 0 1 1 (local.get 0))) (br 0)))
                (func (export "return") {result} {junk} (i64.const 99) {_constants(count)} return)""",
        )
        expected = (99, *range(1, count + 1)) if count else 99
        assert instance.call("br") == expected
        assert instance.call("br_if", 1) == expected
        assert instance.call("br_table", 0) == expected
        assert instance.call("br_table", 1) == expected
        assert instance.call("br_table", -1) == expected
        assert instance.call("return") == expected


def test_values_below_a_block_survive_branches_out_of_it(engine: Engine) -> None:
    instance = _instance(
        engine,
        """(func (export "f") (param i32) (result i64)
             (i64.const 1000)
             (block (result i64)
               (i64.const 1)
               (block (result i64 i64) (i64.const 20) (i64.const 300) (br_if 0 (local.get 0)) (br 0))
               i64.add  i64.add)
             i64.add)""",
    )
    assert instance.call("f", 0) == instance.call("f", 1) == 1321


def test_loops_pass_their_parameters_on(engine: Engine) -> None:
    """Greatest common divisor with both numbers as loop parameters and junk above them at the branch."""
    instance = _instance(
        engine,
        """(func (export "gcd") (param i64 i64) (result i64) (local i64)
             (local.get 0) (local.get 1)
             (loop (param i64 i64) (result i64)
               (local.set 1) (local.set 0)
               (i64.const 5)
               (local.get 1) (i64.rem_u (local.get 0) (local.get 1)) (local.tee 2)
               (br_if 0 (i64.ne (local.get 2) (i64.const 0)))
               drop  (local.set 0)  drop  (local.get 0)))""",
    )
    assert instance.call("gcd", 1071, 462) == 21


def test_if_takes_parameters_with_and_without_else(engine: Engine) -> None:
    instance = _instance(
        engine,
        """(func (export "without") (param i32 i32) (result i32)
             (local.get 0) (if (param i32) (result i32) (local.get 1) (then (i32.const 1) i32.add)))
           (func (export "with") (param i32 i32) (result i32)
             (local.get 0)
             (if (param i32) (result i32) (local.get 1) (then (i32.const 1) i32.add) (else (i32.const 2) i32.mul)))""",
    )
    assert [instance.call("without", 10, c) for c in (0, 1, -1)] == [10, 11, 11]
    assert [instance.call("with", 10, c) for c in (0, 1, -1)] == [20, 11, 11]


def test_br_table_reads_its_index_unsigned(engine: Engine) -> None:
    instance = _instance(
        engine,
        """(func (export "f") (param i32) (result i32)
             (block (block (block (br_table 0 1 (; default ;) 2 (local.get 0)))
               (return (i32.const 10))) (return (i32.const 11))) (i32.const 12))""",
    )
    assert [instance.call("f", i) for i in (0, 1, 2, 3, 0x7FFFFFFF, -0x80000000, -1)] == [10, 11, 12, 12, 12, 12, 12]


def test_upper_halves_of_narrow_slots_never_matter(engine: Engine) -> None:
    """An i64 with a busy upper half is wrapped and used wherever an i32 is looked at."""
    dirty = "(i32.wrap_i64 (i64.or (i64.const 0xdeadbeef00000000) (i64.extend_i32_u (local.get 0))))"
    instance = _instance(
        engine,
        f"""(memory 1 4) (table 2 funcref) (elem (i32.const 1) $seven)
            (type $t (func (result i32))) (func $seven (result i32) (i32.const 7))
            (func (export "if") (param i32) (result i32)
              (if (result i32) {dirty} (then (i32.const 1)) (else (i32.const 2))))
            (func (export "br_if") (param i32) (result i32)
              (block (result i32) (i32.const 1) (br_if 0 {dirty}) drop (i32.const 2)))
            (func (export "br_table") (param i32) (result i32)
              (block (block (br_table 0 1 {dirty})) (return (i32.const 2))) (i32.const 1))
            (func (export "select") (param i32) (result i32) (select (i32.const 1) (i32.const 2) {dirty}))
            (func (export "load") (param i32) (result i32) (i32.load8_u offset=1 {dirty}))
            (func (export "store") (param i32) (i32.store8 {dirty} {dirty}))
            (func (export "grow") (param i32) (result i32) (memory.grow {dirty}))
            (func (export "indirect") (param i32) (result i32) (call_indirect (type $t) {dirty}))
            (func (export "eqz") (param i32) (result i32) (i32.eqz {dirty}))
            (func (export "widened") (param i32) (result i64) (i64.extend_i32_u {dirty}))""",
    )
    for name in ("if", "br_if", "br_table", "select"):
        assert [instance.call(name, condition) for condition in (0, 1)] == [2, 1], name
    instance.call("store", 9)
    assert instance.call("load", 8) == 9
    assert instance.call("grow", 1) == 1
    assert instance.call("indirect", 1) == 7
    assert instance.call("eqz", 0) == 1
    assert instance.call("widened", 5) == 5


def test_frames_of_ten_thousand_locals_work(engine: Engine) -> None:
    instance = _instance(
        engine,
        f"""(func (export "f") (param i32) (result i32) (local {" ".join(["i32"] * 10_000)})
              (local.set 1 (i32.const 1)) (local.set 5000 (i32.const 20)) (drop (local.tee 10000 (i32.const 300)))
              (i32.add (i32.add (local.get 0) (local.get 1))
                       (i32.add (i32.add (local.get 5000) (local.get 9999)) (local.get 10000))))
            (func (export "twice") (result i32) (i32.add (call 0 (i32.const 4000)) (call 0 (i32.const 5000))))""",
    )
    assert instance.call("f", 4000) == 4321
    assert instance.call("twice") == 4321 + 5321


def test_a_thousand_parameters_come_back_as_results(engine: Engine) -> None:
    gets = " ".join(f"(local.get {n})" for n in reversed(range(1000)))
    instance = _instance(
        engine,
        f"""(func $turn (param {_i64s(1000)}) (result {_i64s(1000)}) {gets})
            (func (export "f") (param {_i64s(1000)}) (result {_i64s(1000)})
              {" ".join(f"(local.get {n})" for n in range(1000))} (call $turn))""",
    )
    assert instance.call("f", *range(1000)) == tuple(reversed(range(1000)))


@pytest.mark.slow
def test_conditions_reach_across_more_than_a_mebibyte(engine: Engine) -> None:
    """Forward over `if` and `br_if`, and backward to a `loop`."""
    filler = "(drop (local.get 0))" * 132_000
    text = f"""(func (export "f") (param i32) (result i32) (local i32)
      (loop
        (if (i32.eq (local.get 0) (i32.const 3)) (then {filler} (local.set 1 (i32.add (local.get 1) (i32.const 100)))))
        (block (br_if 0 (i32.eq (local.get 0) (i32.const 2))) {filler}
          (local.set 1 (i32.add (local.get 1) (i32.const 1))))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 1))"""
    compiled = compile_all(wasm(text))[0]
    assert len(compiled.code) > 2 * REACH
    assert _instance(engine, text).call("f", 2) == 1


@pytest.mark.slow
def test_br_table_takes_a_hundred_thousand_targets(engine: Engine) -> None:
    targets = " ".join("0" if n % 3 else "1" for n in range(100_000))
    instance = _instance(
        engine,
        f"""(func (export "f") (param i32) (result i32)
              (block (result i32) (block (result i32) (i64.const 5) (i32.const 7)
                (br_table {targets} 0 (local.get 0)) ) (return (i32.const 10))))""",
    )
    assert [instance.call("f", i) for i in (0, 1, 2, 3, 99_999, 100_000, -1)] == [7, 10, 10, 7, 7, 10, 10]


_EIGHT = f"(result {_i64s(8)})"
WIDEST: dict[str, str] = {
    "br_table": f"""(func {_EIGHT} {f"(block {_EIGHT} " * 100} (i64.const 0) {_constants(8)}
                      (br_table {" ".join(map(str, range(101)))} (i32.const 1)){")" * 100})""",
    "return": f"(func (param i32) {_EIGHT} {_constants(8)} {f'(block (param {_i64s(8)}) {_EIGHT} return) ' * 100})",
    "br_if": f"(func (param i32) {_EIGHT} {_constants(8)} {'(br_if 0 (local.get 0)) ' * 100})",
    "if": f"(func (param i32) {'(if (local.get 0) (then)) ' * 100})",
    "local": f"(func (param i32) (local {_i64s(40_000)}) {'(drop (local.get 0)) ' * 100})",
    "const": f"(func {'(drop (i64.const 0x7123456789abcdef)) ' * 10})",
    "call_indirect": f"(table 1 funcref) (func {'(call_indirect (i32.const 0)) ' * 100})",
}
"""Functions full of what takes most code for its bytes."""


@pytest.mark.parametrize("text", WIDEST.values(), ids=WIDEST)
def test_no_body_expands_beyond_its_bound(text: str) -> None:
    binary = wasm(text)
    (code,) = decode(binary, MinimalBackend.features).codes
    (compiled,) = compile_all(binary).values()
    assert len(compiled.code) <= MAX_EXPANSION * len(code.body) + MARGIN


def test_modules_share_a_compiler_and_nothing_else() -> None:
    """Two sinks of one back end are open at once; globals and imports lie elsewhere in each module's context."""
    backend, options = MinimalBackend(), CodegenOptions()
    texts = (
        "(global i32 (i32.const 1)) (global i32 (i32.const 2)) (func (result i32) (global.get 1))",
        """(import "" "" (func)) (import "" "" (global i32)) (global i32 (i32.const 3))
           (func (result i32) (call 0) (global.get 1))""",
    )
    modules = [decode(wasm(text), backend.features) for text in texts]
    sinks = [backend.sink(module, options) for module in modules]
    for module, sink, text in reversed(list(zip(modules, sinks, texts, strict=True))):
        taken: list[Compiled] = []
        validate(module, backend.features, sink, lambda _, sink=sink, taken=taken: taken.append(sink.take()))
        assert taken == list(compile_all(wasm(text)).values())


def test_endless_recursion_is_exhaustion_and_leaves_the_instance_usable(engine: Engine) -> None:
    instance = _instance(
        engine,
        f"""(func $deep (export "deep") (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))
            (func $wide (export "wide") (local {_i64s(20_000)}) (call $wide))
            (func (export "fine") (result i32) (i32.const 7))""",
    )
    for name, args in (("deep", (1,)), ("wide", ())):
        with pytest.raises(Trap) as caught:
            instance.call(name, *args)
        assert caught.value.kind is TrapKind.EXHAUSTED
        assert instance.call("fine") == 7


def test_traps_name_the_instruction_that_raised_them(engine: Engine) -> None:
    text = """(memory 1) (func (export "f") (param i32) (result i32)
      (drop (i32.div_s (i32.const 1) (local.get 0))) (i32.load (local.get 0)))"""
    binary = wasm(text)
    instance = engine.instantiate(engine.compile(binary))
    for arg, opcode in ((0, 0x6D), (-1, 0x28)):
        with pytest.raises(Trap) as caught:
            instance.call("f", arg)
        assert caught.value.function == 0
        assert caught.value.offset is not None
        assert binary[caught.value.offset] == opcode


FORBIDDEN = re.compile(r"\b[xw](?:1[89]|2[0-8])\b|\b[vqds](?:8|9|1[0-5])\b")
"""x18 is the platform's, x28 the host's, x19-x27 and d8-d15 belong to callers."""


@pytest.mark.parametrize("probing", [True, False])
def test_handlers_keep_their_hands_off_callee_saved_registers(probing: bool) -> None:
    for name, compiled in MinimalBackend().runtime_code(CodegenOptions(probe_stores=probing)).items():
        for _, text in disassemble(compiled.code):
            assert not FORBIDDEN.search(text), f"{name}: {text}"


def test_machine_stack_frames_are_multiples_of_16_bytes() -> None:
    code = MinimalBackend().runtime_code(CodegenOptions())
    texts = [text for compiled in code.values() for _, text in disassemble(compiled.code)]
    adjustments = [int(found[1], 0) for text in texts if (found := re.search(r"\[sp, #-(\w+)\]!", text))]
    assert adjustments
    assert all(size % 16 == 0 for size in adjustments)
    assert not [text for text in texts if text.startswith(("sub sp", "add sp"))]
