"""Who is guilty of a changed word: the instruction that it was emitted for, and no neighbour of it."""

from collections.abc import Iterator

import pytest

from jit.backend.mutants import Mutant
from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from mitey_fuzz import subject
from mitey_fuzz.selftest import catalogue
from mitey_fuzz.selftest.guilt import is_guilty, taker
from mitey_fuzz.subject import JitEngine
from mitey_fuzz.triage import Cause
from mitey_fuzz.triage.cause import ENTRY, Certainty, Effect
from mitey_fuzz.triage.stacks import shapes
from support.wat import wasm

STRAIGHT = wasm("""(module (memory 1) (func (param i32 i32)
    (i32.store (local.get 0) (i32.mul (local.get 0) (local.get 1)))
    (i32.store (local.get 1) (i32.div_u (local.get 0) (local.get 1)))))""")
FUSED = wasm("""(module (func (param i64 i64) (result i64)
    local.get 1  local.get 0  i64.const 1  i64.shl  i64.add))""")
CALLS = wasm("""(module
    (func (param i64) (result i64) i32.const 0  local.get 0  call 1)
    (func (param i32 i64) (result i64) local.get 1  i64.const 77  i64.mul))""")

COMPARES = wasm("""(module (func (param i32 i32) (result i32) (local i32)
    local.get 0  local.get 1  i32.lt_s  local.set 2  local.get 0  local.get 1  i32.add  local.get 2  i32.mul))""")


@pytest.fixture(scope="module")
def baseline() -> Iterator[JitEngine]:
    engine = subject.create("jit:baseline")
    yield engine
    engine.close()


def blame(module: bytes, mnemonic: str, function: int = 0) -> Cause:
    """A cause that names the first instruction called so; of that it says no more than where it is."""
    code = decode(module, WASM_2).codes[function]
    offset = next((i.offset for i in parse(code.body, code.offset) if i.op.name == mnemonic), None)
    return Cause(
        "jit", Effect.VALUE, function, offset, mnemonic, mnemonic, 1, (), "", "", Certainty.OBSERVED,
    )  # fmt: skip


def words(engine: JitEngine, module: bytes, mnemonic: str, function: int = 0) -> list[int]:
    """The words that the first instruction called so, or the entry, has of its own."""
    offset = blame(module, mnemonic, function).offset
    lines = [line for row in engine.listing(module, function) if row.offset == offset for line in row.lines]
    return [int(line.split()[1], 16) for line in lines if not line.endswith(":")]


def changing(word: int) -> Mutant:
    """A mutant that hits this word and no other."""
    return Mutant("m", "w", 0xFFFF_FFFF, word, 1)


def test_an_instruction_is_guilty_of_its_own_words_alone(baseline: JitEngine) -> None:
    (product,) = words(baseline, STRAIGHT, "i32.mul")
    assert is_guilty(baseline, changing(product), STRAIGHT, blame(STRAIGHT, "i32.mul"))
    for other in ("i32.store", "i32.div_u", ENTRY):
        assert not is_guilty(baseline, changing(product), STRAIGHT, blame(STRAIGHT, other))


def test_an_entry_is_guilty_of_what_is_in_front_of_the_first_instruction(baseline: JitEngine) -> None:
    prologue = words(baseline, STRAIGHT, ENTRY)[0]
    assert is_guilty(baseline, changing(prologue), STRAIGHT, blame(STRAIGHT, ENTRY))
    assert not is_guilty(baseline, changing(prologue), STRAIGHT, blame(STRAIGHT, "i32.mul"))


def test_a_handler_is_the_own_of_who_calls_it() -> None:
    engine = subject.create("jit:minimal")
    mutant = catalogue.machine()["division-is-signed"]
    assert is_guilty(engine, mutant, STRAIGHT, blame(STRAIGHT, "i32.div_u"))
    assert not is_guilty(engine, mutant, STRAIGHT, blame(STRAIGHT, "i32.mul"))
    engine.close()


def test_what_is_fused_has_its_words_with_what_is_in_front(baseline: JitEngine) -> None:
    assert words(baseline, FUSED, "i64.add") == []
    both = words(baseline, FUSED, "i64.shl")[0]
    assert is_guilty(baseline, changing(both), FUSED, blame(FUSED, "i64.add"))


def test_what_is_fetched_late_has_its_words_with_what_takes_it(baseline: JitEngine) -> None:
    assert words(baseline, CALLS, "local.get") == []
    fetch = words(baseline, CALLS, "call")[0]
    assert is_guilty(baseline, changing(fetch), CALLS, blame(CALLS, "local.get"))


def test_a_call_is_not_guilty_of_the_body_that_it_calls(baseline: JitEngine) -> None:
    product = words(baseline, CALLS, "i64.mul", 1)[0]
    assert is_guilty(baseline, changing(product), CALLS, blame(CALLS, "i64.mul", 1))
    assert not is_guilty(baseline, changing(product), CALLS, blame(CALLS, "call"))


def test_every_second_word_is_counted_over_the_whole_module(baseline: JitEngine) -> None:
    (product,) = words(baseline, STRAIGHT, "i32.mul")
    every_second = Mutant("m", "w", 0xFFFF_FFFF, product, 1, every=2)
    assert not is_guilty(baseline, every_second, STRAIGHT, blame(STRAIGHT, "i32.mul"))


def test_no_function_of_the_module_means_not_guilty(baseline: JitEngine) -> None:
    (product,) = words(baseline, STRAIGHT, "i32.mul")
    cause = Cause(
        "jit", Effect.ACCEPTED, None, None, "data", "data", 0, (), "", "", Certainty.OBSERVED,
    )  # fmt: skip
    assert not is_guilty(baseline, changing(product), STRAIGHT, cause)


def test_what_an_entry_does_when_the_function_returned_is_its_ends(baseline: JitEngine) -> None:
    """In the stack convention arguments are read from where results are written to."""
    load, store = 0xF9400043, 0xF9000043  # ldr x3, [x2]; str x3, [x2]
    assert {load, store} <= set(words(baseline, FUSED, ENTRY))
    for word, guilty, innocent in ((load, ENTRY, "end"), (store, "end", ENTRY)):
        assert is_guilty(baseline, changing(word), FUSED, blame(FUSED, guilty))
        assert not is_guilty(baseline, changing(word), FUSED, blame(FUSED, innocent))


def test_a_comparison_owns_the_word_that_makes_a_number_of_the_flags(baseline: JitEngine) -> None:
    (made,) = words(baseline, COMPARES, "local.set")  # cset
    assert made not in words(baseline, COMPARES, "i32.lt_s")
    assert is_guilty(baseline, changing(made), COMPARES, blame(COMPARES, "i32.lt_s"))
    (sum_,) = words(baseline, COMPARES, "i32.add")
    assert not is_guilty(baseline, changing(sum_), COMPARES, blame(COMPARES, "i32.lt_s"))


@pytest.mark.parametrize(
    ("behind", "taker_"),
    [
        ("local.get 0  drop  drop  i32.const 9", "drop 2"),
        ("local.get 0  i32.add", "i32.add 1"),
        ("block  nop  end  i32.eqz", "i32.eqz 1"),
        ("local.get 0  drop  return", "return 1"),
        ("local.get 0  drop", "end 1"),
    ],
)
def test_who_takes_a_value_is_found_past_what_happens_above_it(behind: str, taker_: str) -> None:
    module = decode(wasm(f"(module (func (param i32) (result i32) i32.const 5  {behind}))"), WASM_2)
    instrs = parse(module.codes[0].body, module.codes[0].offset)
    found = taker(instrs[1:], shapes(module, WASM_2), 0)
    name, _, nth = taker_.partition(" ")
    assert [i.offset for i in instrs if i.op.name == name][int(nth) - 1] == found
