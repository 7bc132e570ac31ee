"""Rows applied to types that do not fit: both validators refuse the same, and each row has its turn."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
import wasmtime

from jit.errors import InvalidError, MalformedError, WasmError
from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2
from jit.wasm.opcodes import ROWS, Family
from jit.wasm.validate import validate
from mitey_fuzz.choices import ReplayChoices, SeededChoices
from mitey_fuzz.generate.misapplied import some_misapplied
from support.wasmtime_validation import engine, refusal, verdict


@pytest.fixture(scope="module")
def judge() -> Iterator[wasmtime.Engine]:
    made = engine(WASM_2)
    yield made
    made.close()


def test_both_validators_refuse_the_same(judge: wasmtime.Engine) -> None:
    refused: Counter[str] = Counter()
    for seed in range(600):
        wasm = some_misapplied(SeededChoices(seed), WASM_2).wasm
        ours, theirs = verdict(wasm), refusal(judge, wasm)
        assert (ours is None) == (theirs is None), f"{seed}: ours {ours!r}, wasmtime {theirs!r}"
        refused[type(ours).__name__] += 1
    assert refused[InvalidError.__name__] > 200
    assert refused["NoneType"] > 200


def test_references_are_selected_without_a_type() -> None:
    """There is one rule for which the operands have to agree with one another in what no operand may be."""
    errors = [str(verdict(some_misapplied(SeededChoices(seed), WASM_2).wasm)) for seed in range(6_000)]
    assert sum("select without type takes no references" in error for error in errors) >= 3


def test_every_row_has_its_turn() -> None:
    seen: Counter[str] = Counter()
    for seed in range(2_000):
        with suppress(MalformedError):  # an immediate may be none that there is
            module = decode(some_misapplied(SeededChoices(seed), WASM_2).wasm, WASM_2)
            seen.update({instr.op.name for code in module.codes for instr in parse(code.body)})
    constants = {row.name for row in ROWS if row.family is Family.CONST}
    assert {row.name for row in ROWS} - set(seen) <= {
        "return",
        "local.set",
        "local.tee",
        "else",
        "v128.const",
        *constants,
    }


def test_without_a_mistake_all_is_valid() -> None:
    """Of the rows of WebAssembly 1.0, too: half of all modules."""
    for features in (WASM_1, WASM_2):
        valid = 0
        for seed in range(200):
            try:
                validate(decode(some_misapplied(SeededChoices(seed), features).wasm, features), features)
            except WasmError:
                continue
            valid += 1
        assert 60 < valid < 140


def test_a_module_is_made_again_from_its_choices() -> None:
    case = some_misapplied(SeededChoices(3), WASM_2)
    assert some_misapplied(ReplayChoices(case.choices or ()), WASM_2) == case


def test_whatever_can_be_named_is_named_though_it_does_not_exist() -> None:
    refusals: Counter[str] = Counter()
    for seed in range(6_000):
        refusals[str(verdict(some_misapplied(SeededChoices(seed), WASM_2).wasm))] += 1
    wanted = (
        "unknown label", "unknown function", "unknown type", "unknown table", "unknown global", "unknown elem segment",
        "unknown data segment", "alignment must not be larger than natural", "invalid lane index",
    )  # fmt: skip
    counts = {words: sum(n for error, n in refusals.items() if words in error) for words in wanted}
    assert {words: count for words, count in counts.items() if count < 10} == {}
